/** A picture that a worker draws before the page shows it: what moves by itself shall not keep the page's own thread from a hand. */

import { pool } from "../engine/pool.js";

const SLOT = "ahead";

/**
 * @typedef {import("./held.js").Pose} Pose
 * @typedef {{pose: Pose, url: string, pixels: Float32Array, score: number|null, ms: number}} Drawn `url`: of the generator that drew, as a run's
 *   changes; `score`: D(x), null where the worker was not asked for it; `ms`: how long it drew
 */

/** The last picture that was drawn ahead. */
export class Ahead {
  /** @param {Pick<import("../engine/pool.js").Pool, "draw"|"drop">} [workers] */
  constructor(workers = pool) {
    this.workers = workers;
    /** @type {Drawn|null} */
    this.drawn = null;
    /** @type {(there: boolean) => void} */
    this.answer = () => {};
  }

  /** @param {Pose} pose @returns {Promise<boolean>} whether it is there: not where no worker can draw it, or another has been asked for meanwhile */
  draw(pose) {
    const { model, z, classWeights, epoch } = pose;
    this.answer(false);
    if (model.remote) return Promise.resolve(false);
    const url = model.generatorUrl(epoch);
    return new Promise((resolve) => {
      this.answer = resolve;
      this.workers.draw(SLOT, {
        url, judgeUrl: model.engines.discriminator ? model.judgeUrl : null, z, classWeights, count: 1,
        onPart: (_, pixels, scores, ms) => {
          this.drawn = { pose, url, pixels, score: scores?.[0] ?? null, ms };
          resolve(true);
        },
        onError: () => resolve(false),
      });
    });
  }

  /** @param {Pose} pose @returns {Drawn|null} null where that picture is not drawn yet */
  of(pose) {
    const { drawn } = this;
    return drawn && isSame(drawn.pose, pose) && drawn.url === pose.model.generatorUrl(pose.epoch) ? drawn : null;
  }

  /** Nobody asks any more. */
  end() {
    this.answer(false);
    this.workers.drop(SLOT);
  }
}

/** @param {Pose} one @param {Pose} other @returns {boolean} whether one picture is the other's */
export function isSame(one, other) {
  /** @param {Float32Array|null} a @param {Float32Array|null} b */
  const alike = (a, b) => a === b || (a !== null && b !== null && a.length === b.length && a.every((value, i) => value === b[i]));
  return one.model === other.model && one.epoch === other.epoch && alike(one.z, other.z) && alike(one.classWeights, other.classWeights);
}

/** The one of the digit in the hand. */
export const ahead = new Ahead();
