/** Adam with the falling rate of gan_core's trainings. Kingma & Ba 2015, https://arxiv.org/abs/1412.6980, as Keras writes it. */

export const BETA_2 = 0.999;

/** @typedef {{rate: number, beta1: number, updates: number, finalFraction: number, epsilon?: number}} About over `updates` the rate falls linearly to its `finalFraction` */

/** @param {About} about @param {number} updates so far @returns {number} of the next update */
export function rateOf({ rate, updates: all, finalFraction }, updates) {
  const share = Math.min(updates, all) / all;
  return rate * (1 - share * (1 - finalFraction));
}

export class Adam {
  /**
   * @param {import("./memory.js").Memory} memory
   * @param {import("./layers.js").Learned[]} learned
   * @param {About} about
   */
  constructor(memory, learned, about) {
    this.memory = memory;
    this.about = about;
    this.epsilon = about.epsilon ?? 1e-7;
    this.updates = 0;
    this.learned = learned;
    this.first = learned.map(({ value }) => memory.numbers(value.length));
    this.second = learned.map(({ value }) => memory.numbers(value.length));
  }

  /** What a resumed training needs besides the number of updates, in Keras' order. @returns {{shape: number[], value: import("./memory.js").Numbers}[]} */
  variables() {
    return this.learned.flatMap(({ shape }, i) => [{ shape, value: this.first[i] }, { shape, value: this.second[i] }]);
  }

  /** Moves the variables by their slopes. */
  apply() {
    const rate = rateOf(this.about, this.updates);
    this.updates += 1;
    const corrected = (rate * Math.sqrt(1 - BETA_2 ** this.updates)) / (1 - this.about.beta1 ** this.updates);
    for (let i = 0; i < this.learned.length; i += 1) this.move(i, corrected);
  }

  /** @param {number} i which variable @param {number} rate with the corrections of this update in it */
  move(i, rate) {
    const { value, slope } = this.learned[i];
    const places = [value, slope, this.first[i], this.second[i]].map((numbers) => numbers.byteOffset);
    this.memory.kernels.adam(...places, value.length, rate, this.about.beta1, BETA_2, this.epsilon);
  }
}
