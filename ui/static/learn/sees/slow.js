/**
 * The real training of this page (trainer/), one turn at a time, with all that D and G see at that moment. Knows no page. The network has neither
 * batch normalisation nor dropout, so what is looked at between the turns is exactly what the training computes with.
 */

import { wishOf } from "../../autodiff/pictures.js";
import { latents } from "../../trainer/draws.js";
import { Training } from "../../trainer/training.js";

const PIXELS = 784;
/** Bytes: numbers begin at round places. */
const MARGIN = 4096;

/** @typedef {{pictures: Float32Array[], opinions: number[]}} Seen pictures in [0, 1], each with D's probability of being real */

export class SlowTraining {
  /**
   * @param {WebAssembly.Module} kernels
   * @param {import("../../trainer/protocol.js").Recipe} recipe
   * @param {import("../../trainer/protocol.js").Pictures} data
   * @param {{batch: number, seed: number, train?: Object<string, any>}} about `train`: settings beside the recipe's
   */
  constructor(kernels, recipe, data, { batch, seed, train: more = {} }) {
    const train = { ...recipe.train, ...more, batch_size: batch, seed, steps: 1_000_000, precision: "float32" };
    const spare = 4 * batch * (2 * PIXELS + 2 + recipe.model.latent_dim) + MARGIN;
    this.training = new Training({ kernels, recipe, model: recipe.model, train, data, state: null, spare });
    this.recipe = recipe;
    this.batch = batch;
    this.seed = seed;
    this.numbers = { d: /** @type {Object<string, number>} */ ({}), g: /** @type {Object<string, number>} */ ({}) };
  }

  /** Steps that were taken. */
  get step() {
    return this.training.step;
  }

  /** @param {"d"|"g"} turn whose fakes: every turn draws from fresh z @param {number} count @returns {Seen} drawn by the G of now, judged by the D of now */
  fakes(turn, count) {
    const { recipe, training, batch, seed } = this;
    const turns = training.train.d_steps ?? 1;
    const z = latents(seed, this.step, turn === "d" ? turns - 1 : turns, recipe.model.latent_dim, { from: 0, size: batch });
    const { generator } = training.objective.networks;
    const drawn = generator.forward(generator.input(z), { size: batch, labels: null, training: false }).slice(0, count * PIXELS);
    return this.#judged(drawn);
  }

  /** @param {number} count @returns {Seen} the real pictures of this step's batch */
  reals(count) {
    const { training } = this;
    const { images } = training.batches.of(this.step, (training.train.d_steps ?? 1) - 1);
    return this.#judged(images.slice(0, count * PIXELS));
  }

  /** @param {Float32Array} picture in [0, 1] @returns {Float32Array} by pixel, which way D would find it realer */
  wish(picture) {
    return wishOf(this.#judge(), picture, null).slope;
  }

  /** D learns, G held fixed. */
  async turnOfD() {
    this.numbers.d = (await this.training.perform({ do: "turn", part: "d" })) ?? {};
  }

  /** G learns, D held fixed. `fakes("g", n)` of before and after are of the same z, until the step is finished. */
  async turnOfG() {
    this.numbers.g = (await this.training.perform({ do: "turn", part: "g" })) ?? {};
  }

  /** The step is over: what comes next has other pictures and other z. */
  async finish() {
    await this.training.perform({ do: "went", measured: null });
  }

  /** Whole steps. @param {number} count */
  async run(count) {
    await this.training.perform({ do: "steps", count });
  }

  /** @param {Float32Array} values [n, 784] in the model's range @returns {Seen} */
  #judged(values) {
    const { discriminator } = this.training.objective.networks;
    const size = values.length / PIXELS;
    const logits = discriminator.forward(discriminator.input(values), { size, labels: null, training: false });
    return { opinions: Array.from(logits.subarray(0, size), (logit) => 1 / (1 + Math.exp(-logit))), pictures: this.#unit(values) };
  }

  /** @returns {import("../../autodiff/pictures.js").Opened} */
  #judge() {
    const { range } = this.recipe;
    const program = { role: "discriminator", input: { shape: [28, 28, 1], range }, output: { shape: [1] }, ops: [] };
    return { network: this.training.objective.networks.discriminator, program };
  }

  /** @param {Float32Array} values in the model's range @returns {Float32Array[]} [784] each in [0, 1] */
  #unit(values) {
    const [low, high] = this.recipe.range;
    return Array.from({ length: values.length / PIXELS }, (_, i) => Float32Array.from(values.subarray(i * PIXELS, (i + 1) * PIXELS), (value) => Math.min(1, Math.max(0, (value - low) / (high - low)))));
  }
}
