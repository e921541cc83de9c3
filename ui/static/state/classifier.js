/** Which digit a picture reads as: the project's small classifier, trained apart from the models that it reads. */

import { rangeOf } from "../engine/network.js";
import { address, fetchEngine, fromUnit } from "../engine/programs.js";
import { messageOf } from "../i18n/i18n.js";

/** The classifier, fetched when first asked for. */
export class Classifier {
  constructor() {
    /** @type {string|null} as models.json names it */
    this.path = null;
    /** @type {import("../engine/network.js").Network|null} */
    this.engine = null;
  }

  /** @param {string|null} path what models.json names now */
  offer(path) {
    if (path === this.path) return;
    this.path = path;
    this.engine = null;
  }

  /** @returns {Promise<boolean>} whether there is one; it is here then. A failure counts as none: the page lives without */
  async ensure() {
    const { path } = this;
    if (!path) return false;
    try {
      const engine = await fetchEngine(address(path));
      if (engine.program.role === "classifier" && this.path === path) this.engine = engine;
    } catch (error) {
      console.warn(`No reading of digits: ${messageOf(error)}`);
    }
    return this.engine !== null;
  }

  /**
   * @param {ArrayLike<number>} pixels in [0, 1]
   * @returns {Float32Array|null} the probability of each digit, valid until the next call; what they lack of 1 is that of no digit at all. Null until it is here
   */
  read(pixels) {
    if (!this.engine) return null;
    const { program } = this.engine;
    return this.engine.run(fromUnit(pixels, rangeOf(program.input))).subarray(0, program.classes);
  }
}

/** @param {ArrayLike<number>} probabilities of the digits @returns {number|null} the likeliest; null for what is more likely none */
export function digitOf(probabilities) {
  let [best, sum] = [0, 0];
  for (let i = 0; i < probabilities.length; i += 1) {
    sum += probabilities[i];
    if (probabilities[i] > probabilities[best]) best = i;
  }
  return sum < 0.5 ? null : best;
}

/** The one that all tabs of the page share. */
export const classifier = new Classifier();
