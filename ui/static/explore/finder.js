/** A search for the z of a picture, in the worker, that can be followed while it goes on and told another picture at any time. */

import { STEPS } from "../autodiff/invert.js";
import { Helper } from "../autodiff/helper.js";
import { evenLabels, labelOfWeights, weightsOfLabels } from "../state/classes.js";
import { child, stack } from "../state/latent.js";

/** Drawn by the model before a search begins, to start from those that are nearest; of each digit, where it can be asked for one. */
const CANDIDATES = { all: 256, each: 40, parts: 512 };
const SEED = 1;
/** Steps between two pictures that are shown: few at first. */
const PIECES = [1, 2, 3, 6];

/**
 * @typedef {import("../state/models.js").Model} Model
 * @typedef {{model: Model, epoch: number|null, digit: number|null, pixels: Float32Array}} Wanted `digit`: the only one that it may be asked for; null for any
 * @typedef {{model: Model, wanted: Float32Array, z: Float32Array, digit: number|null, picture: Float32Array, apart: number, share: number, done: boolean}} Found `apart`: root mean
 *   square difference; `share`: how much of the search is done
 */

export class Finder {
  /** @param {(found: Found) => void} onFound told after every piece @param {(error: Error) => void} onError */
  constructor(onFound, onError) {
    this.helper = new Helper();
    this.onFound = onFound;
    this.onError = onError;
    /** @type {Wanted|null} */
    this.wanted = null;
    this.busy = false;
    /** @type {{key: string, z: Float32Array, labels: Float32Array|null}} */
    this.candidates = { key: "", z: new Float32Array(0), labels: null };
  }

  /** @param {Wanted|null} wanted null ends the search */
  look(wanted) {
    this.wanted = wanted;
    if (!this.busy) this.#work();
  }

  destroy() {
    this.wanted = null;
    this.helper.destroy();
  }

  async #work() {
    this.busy = true;
    /** @type {{key: string, z: Float32Array, labels: Float32Array|null}|null} what the last search found */
    let before = null;
    try {
      while (this.wanted) {
        const { wanted } = this;
        const { key } = this.#prepare(wanted);
        before = await this.#search(wanted, before?.key === key ? before : null);
        if (this.wanted === wanted) this.wanted = null;
      }
    } catch (error) {
      this.wanted = null;
      this.onError(/** @type {Error} */ (error));
    }
    this.busy = false;
  }

  /** One picture, until it is found or another is wanted. @param {Wanted} wanted @param {{z: Float32Array, labels: Float32Array|null}|null} before */
  async #search(wanted, before) {
    const { model, epoch, pixels } = wanted;
    const { key, z, labels } = this.#prepare(wanted);
    const spread = { kind: model.prior.kind, mean: model.mean, std: model.std };
    const url = model.generatorUrl(epoch);
    const begun = await this.helper.ask("starts", { url, wanted: pixels, key, z, labels, before, groups: wanted.digit === null ? model.groups : [], spread });
    let search = begun?.search;
    let best = before;
    for (let i = 0; search && search.step < STEPS && (i === 0 || this.wanted === wanted); i += 1) {
      const answer = await this.helper.ask("search", { url, wanted: pixels, search, spread, steps: PIECES[Math.min(i, PIECES.length - 1)] });
      if (!answer) break;
      search = answer.search;
      const [dim, classes] = [model.latentDim, model.numClasses];
      const found = search.z.slice(answer.best * dim, (answer.best + 1) * dim);
      const row = search.labels && search.labels.slice(answer.best * classes, (answer.best + 1) * classes);
      best = { z: found, labels: row };
      const { picture, apart } = answer;
      if (this.wanted === wanted || i === 0) this.onFound({ model, wanted: pixels, z: found, digit: row && labelOfWeights(row, model), picture, apart, share: search.step / STEPS, done: search.step >= STEPS });
    }
    return best && { key, ...best };
  }

  /** @param {Wanted} wanted */
  #prepare({ model, digit }) {
    const key = `${model.id} ${digit}`;
    if (this.candidates.key === key) return this.candidates;
    // of groups each label once: they are too many together, and each part is tried by itself
    const [count, each] = digit !== null ? [1, CANDIDATES.all] : model.groups.length ? [CANDIDATES.parts, 1] : [model.numClasses, CANDIDATES.each];
    const digits = digit === null ? evenLabels(count, model) : [digit];
    const asked = model.numClasses ? digits.flatMap((one) => Array.from({ length: each }, () => one)) : null;
    const z = stack(Array.from({ length: asked?.length ?? CANDIDATES.all }, (_, i) => model.sample(child(SEED, i))));
    const labels = asked && weightsOfLabels(asked, model);
    return (this.candidates = { key, z, labels });
  }
}
