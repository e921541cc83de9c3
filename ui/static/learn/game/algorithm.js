/** Algorithm 1 of Goodfellow et al. 2014, a line at a time, on a GAN of one dimension. */

import { LOSSES } from "../../autodiff/losses.js";

/**
 * Which terms of the value function a line is about. @typedef {"real"|"fake"} Term
 * @typedef {{name: string, terms: Term[], player: "D"|"G"|null, deep: boolean}} Line `deep`: of the inner loop, which is gone through k times
 */

/** @type {Line[]} */
export const LINES = [
  { name: "z", terms: ["fake"], player: null, deep: true },
  { name: "x", terms: ["real"], player: null, deep: true },
  { name: "up", terms: ["real", "fake"], player: "D", deep: true },
  { name: "again", terms: ["fake"], player: null, deep: false },
  { name: "down", terms: ["fake"], player: "G", deep: false },
];
const DEEP = LINES.filter(({ deep }) => deep).length;

export class Algorithm {
  /** @param {import("../tinygan.js").TinyGan} gan */
  constructor(gan) {
    this.gan = gan;
    /** The line that was done last; none before the first. */
    this.at = -1;
    /** Which of the k rounds of the inner loop goes on. */
    this.round = 0;
    /** How often all lines were gone through. */
    this.steps = 0;
  }

  /** Does the next line. @returns {Line} */
  next() {
    const { k } = this.gan.settings;
    if (this.at === DEEP - 1 && this.round + 1 < k) [this.at, this.round] = [0, this.round + 1];
    else if (this.at === LINES.length - 1 || this.at < 0) [this.at, this.round] = [0, 0];
    else this.at += 1;
    const line = LINES[this.at];
    if (line.player === "D") this.gan.turnOfD();
    if (line.player === "G") {
      this.gan.turnOfG();
      this.gan.steps += 1;
      this.steps += 1;
    }
    return line;
  }
}

/**
 * The two terms of V, over samples that stay the same, so that only the networks move them.
 * @param {import("../tinygan.js").TinyGan} gan @param {Float64Array} x data @param {Float64Array} z
 * @returns {{real: number, fake: number}} E log D(x), E log(1 - D(G(z)))
 */
export function terms(gan, x, z) {
  const { real, fake } = LOSSES.minimax;
  const mean = (/** @type {Float64Array} */ logits, /** @type {(logit: number) => number} */ loss) => -logits.reduce((sum, logit) => sum + loss(logit), 0) / logits.length;
  return { real: mean(gan.D.forward(x), (logit) => real(logit, 0)[0]), fake: mean(gan.D.forward(gan.G.forward(z)), (logit) => fake(logit)[0]) };
}

/** How strongly G is pushed at a fake: the size of its loss's slope by D's logit. @param {string} loss @param {number} opinion D(G(z)), between 0 and 1 */
export function push(loss, opinion) {
  return Math.abs(LOSSES[loss].g(Math.log(opinion / (1 - opinion)))[1]);
}
