/** Stochastic gradient descent with momentum, as Keras writes it. Polyak 1964; Sutskever et al. 2013, https://proceedings.mlr.press/v28/sutskever13.html, equation 1. */

import { rateOf } from "./adam.js";

export class Sgd {
  /**
   * @param {import("./memory.js").Memory} memory
   * @param {import("./layers.js").Learned[]} learned
   * @param {import("./adam.js").About} about `beta1` is the momentum
   */
  constructor(memory, learned, about) {
    this.memory = memory;
    this.about = about;
    this.updates = 0;
    this.learned = learned;
    this.speeds = learned.map(({ value }) => memory.numbers(value.length));
  }

  /** What a resumed training needs besides the number of updates: without momentum nothing, as in Keras. @returns {{shape: number[], value: import("./memory.js").Numbers}[]} */
  variables() {
    return this.about.beta1 ? this.learned.map(({ shape }, i) => ({ shape, value: this.speeds[i] })) : [];
  }

  /** Moves the variables by their slopes. */
  apply() {
    const rate = rateOf(this.about, this.updates);
    this.updates += 1;
    this.learned.forEach(({ value, slope }, i) => this.memory.kernels.momentum(value.byteOffset, slope.byteOffset, this.speeds[i].byteOffset, value.length, rate, this.about.beta1));
  }
}
