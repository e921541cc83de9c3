/** Adam with the falling rate of gan_core's trainings. Kingma & Ba 2015, https://arxiv.org/abs/1412.6980, as Keras writes it. */

const BETA_2 = 0.999;
const EPSILON = 1e-7;

export class Adam {
  /**
   * @param {import("./memory.js").Memory} memory
   * @param {import("./layers.js").Learned[]} learned
   * @param {{rate: number, beta1: number, updates: number, finalFraction: number}} about over `updates` the rate falls linearly to its `finalFraction`
   */
  constructor(memory, learned, about) {
    this.memory = memory;
    this.about = about;
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
    const { rate, beta1, updates, finalFraction } = this.about;
    const share = Math.min(this.updates, updates) / updates;
    this.updates += 1;
    const corrected = (rate * (1 - share * (1 - finalFraction)) * Math.sqrt(1 - BETA_2 ** this.updates)) / (1 - beta1 ** this.updates);
    this.learned.forEach(({ value, slope }, i) => {
      const places = [value, slope, this.first[i], this.second[i]].map((numbers) => numbers.byteOffset);
      this.memory.kernels.adam(...places, value.length, corrected, beta1, BETA_2, EPSILON);
    });
  }
}
