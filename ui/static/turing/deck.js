/** What is dealt in a Turing test: real pictures and fakes of one model at one moment, each with D's opinion. */

import { t } from "../i18n/i18n.js";
import { labelCount, weightsOfLabel } from "../state/classes.js";
import { randomSeed, word } from "../state/latent.js";
import { order } from "./game.js";

/** Pictures drawn before the page may answer again. */
const AT_ONCE = 6;

/** @typedef {import("./game.js").Item} Item */
/** @typedef {import("./reals.js").Reals} Reals */

export class Deck {
  /**
   * @param {import("../state/models.js").Model} model loaded
   * @param {number|null} step of an earlier generator; null for the newest
   * @param {Reals} reals
   * @param {number} [seed]
   */
  constructor(model, step, reals, seed = randomSeed()) {
    this.model = model;
    this.step = step;
    this.reals = reals;
    this.seed = seed;
    this.drawn = 0;
    this.order = order(reals.pictures.length, seed ^ 0x5bd1e995);
  }

  /** Fetches what is needed for `deal`. @returns {Promise<this>} @throws {Error} with a sentence */
  async ready() {
    await this.model.load();
    if (this.model.remote) throw new Error(t("This browser cannot run the network, so it cannot deal fakes. Try another browser."));
    await Promise.all([this.model.ensureEpoch(this.step), this.model.ensure("discriminator")]);
    return this;
  }

  /**
   * @param {boolean[]} reals of each item whether it is real
   * @param {number} cells pictures of an item
   * @returns {Promise<Item[]>}
   */
  async deal(reals, cells) {
    /** @type {Item[]} */
    const items = [];
    for (const real of reals) {
      const cards = [];
      for (let i = 0; i < cells; i += 1) {
        cards.push(real ? this.#real() : this.#fake());
        if (this.drawn % AT_ONCE === 0) await new Promise((resolve) => setTimeout(resolve, 0));
      }
      const opinions = cards.map(({ opinion }) => opinion);
      items.push({ real, pictures: cards.map(({ picture }) => picture), opinion: opinions.includes(null) ? null : mean(/** @type {number[]} */ (opinions)) });
    }
    return items;
  }

  #real() {
    const { model, reals, order } = this;
    const place = order[this.drawn++ % order.length];
    return { picture: reals.pictures[place], opinion: model.judge(reals.pictures[place], this.#asked(reals.labels[place] ?? 0)) };
  }

  #fake() {
    const { model } = this;
    const seed = word(this.seed, this.drawn++);
    const weights = this.#asked(seed % (labelCount(model) || 1));
    const picture = Float32Array.from(model.generate(model.sample(seed), weights, this.step));
    return { picture, opinion: model.judge(picture, weights) };
  }

  /** Class weights of a model that takes labels. @param {number} label */
  #asked(label) {
    return this.model.numClasses ? weightsOfLabel(label, this.model) : null;
  }
}

/** @param {number[]} values */
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
