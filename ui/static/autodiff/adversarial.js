/**
 * One training step of a GAN: the discriminator D against the generator G. Goodfellow et al. 2014, algorithm 1; the same numbers as
 * gan_core/training/adversarial.py with the same weights, z and pictures.
 */

import { Adam } from "./adam.js";
import { LEAST_PUSH, LOSSES } from "./losses.js";

/**
 * @typedef {import("./network.js").Network} Network
 * @typedef {import("./memory.js").Numbers} Numbers
 * @typedef {{images: Float32Array, labels: Int32Array|null}} RealBatch pictures in the model's range [b, 784]; class ids [b]
 * @typedef {{g_loss: number, d_loss: number, d_real: number, d_fake: number, right_real: number, right_fake: number}} StepReport
 */

export class Adversarial {
  /**
   * @param {import("./memory.js").Memory} memory
   * @param {{generator: Network, discriminator: Network, average: Network|null}} networks `average` is the generator's, where there is one
   * @param {Object<string, any>} train the settings, by gan_core's names
   * @param {{classes: number, votes: number, latentDim: number}} model `votes`: how many of z's first coordinates vote for the digit
   */
  constructor(memory, networks, train, model) {
    this.memory = memory;
    this.generator = networks.generator;
    this.discriminator = networks.discriminator;
    this.average = networks.average;
    this.train = train;
    this.model = model;
    /** @type {import("./losses.js").Loss} */
    this.loss = LOSSES[train.loss ?? "non_saturating"];
    const size = train.batch_size;
    this.both = memory.numbers(2 * size * this.generator.outputSize); // real pictures, then fakes
    this.z = memory.numbers(size * model.latentDim);
    this.logitSlope = memory.numbers(2 * size);
    this.scores = model.classes || model.votes;
    /** @type {import("./layers.js").Batch} how G drew, and how D judged, last */
    this.drawn = { size, labels: null, training: true };
    this.judged = this.drawn;
    this.logits = new Float32Array(2 * size);
    const schedule = { beta1: train.beta_1 ?? 0.9, finalFraction: train.final_lr_fraction ?? 1 };
    this.g = new Adam(memory, this.generator.learned, { ...schedule, rate: train.g_learning_rate, updates: train.steps });
    this.d = new Adam(memory, this.discriminator.learned, { ...schedule, rate: train.d_learning_rate, updates: train.steps * (train.d_steps ?? 1) });
  }

  /**
   * @param {number} number of the step, from 0
   * @param {RealBatch[]} batches as many as D takes steps
   * @param {Float32Array[]} z one for each, and one more for G where it draws anew
   * @returns {StepReport}
   */
  step(number, batches, z) {
    const report = this.train.one_stage ? this.#oneStage(batches[0], z[0]) : this.#twoStages(batches, z);
    this.#follow(number);
    return report;
  }

  /**
   * D's updates, each on real pictures and fakes with G held fixed; then G's, with D held fixed.
   * @param {RealBatch[]} batches @param {Float32Array[]} z @returns {StepReport}
   */
  #twoStages(batches, z) {
    const { train } = this;
    /** @type {StepReport|null} */
    let report = null;
    /** @type {Int32Array|null} */
    let asked = null;
    batches.forEach((batch, k) => {
      asked = this.#draw(z[k], batch.labels);
      report = this.#judge(batch, asked); // D step: push D(x) up and D(G(z)) down
      this.#learnD(batch, false);
      this.d.apply();
    });
    if (!train.share_fakes) asked = this.#draw(z[z.length - 1], batches[batches.length - 1].labels);
    const size = train.batch_size;
    const fakes = this.both.subarray(size * this.generator.outputSize);
    const labels = this.#weights(asked);
    const batchOfFakes = { size, labels, training: true };
    const logits = this.discriminator.forward(fakes, batchOfFakes); // G step: push D(G(z)) up
    let g = 0;
    for (let i = 0; i < size; i += 1) {
      const [value, slope] = this.loss.g(logits[i]);
      g += value / size;
      this.logitSlope[i] = slope / size;
    }
    const slopes = this.discriminator.backward(this.logitSlope, batchOfFakes, { onward: true, learn: false });
    this.generator.backward(/** @type {Numbers} */ (slopes), this.drawn);
    this.g.apply();
    return { .../** @type {any} */ (report), g_loss: g };
  }

  /**
   * Both updates from one pass: on a fake G's gradient is D's times a factor. Shen et al. 2021, https://arxiv.org/abs/2103.00430
   * @param {RealBatch} batch @param {Float32Array} z @returns {StepReport}
   */
  #oneStage(batch, z) {
    const size = this.train.batch_size;
    const asked = this.#draw(z, batch.labels);
    const report = this.#judge(batch, asked);
    const { ratio } = this.loss;
    if (!ratio) throw new Error(`The loss ${this.train.loss} needs two stages.`);
    const factors = Array.from({ length: size }, (_, i) => ratio(this.logits[size + i]));
    const slopes = /** @type {Numbers} */ (this.#learnD(batch, true)).subarray(size * this.generator.outputSize);
    for (let i = 0, at = 0; i < size; i += 1) for (let j = 0; j < this.generator.outputSize; j += 1, at += 1) slopes[at] *= factors[i];
    this.generator.backward(slopes, this.drawn);
    this.d.apply();
    this.g.apply();
    return report;
  }

  /** Draws fakes behind the real pictures. @param {Float32Array} z @param {Int32Array|null} labels @returns {Int32Array|null} the classes that they are judged by */
  #draw(z, labels) {
    const { batch_size: size } = this.train;
    const { classes, votes, latentDim } = this.model;
    this.z.set(z);
    let asked = labels;
    if (!classes && votes && labels)
      asked = Int32Array.from({ length: size }, (_, i) => {
        const first = z.subarray(i * latentDim, i * latentDim + votes);
        return first.indexOf(Math.max(...first));
      });
    this.drawn = { size, labels: classes ? this.#weights(asked) : null, training: true };
    this.both.set(this.generator.forward(this.z, this.drawn).subarray(0, size * this.generator.outputSize), size * this.generator.outputSize);
    return asked;
  }

  /** Class weights [b, scores], or null. @param {Int32Array|null} ids */
  #weights(ids) {
    if (!this.scores || !ids) return null;
    const weights = new Float32Array(ids.length * this.scores);
    ids.forEach((id, i) => (weights[i * this.scores + id] = 1));
    return weights;
  }

  /** D on real pictures and fakes in one pass. @param {RealBatch} batch @param {Int32Array|null} asked @returns {StepReport} */
  #judge(batch, asked) {
    const size = this.train.batch_size;
    this.both.set(batch.images);
    const labels = this.scores && batch.labels ? this.#weights(Int32Array.from([...batch.labels, ...(asked ?? batch.labels)])) : null;
    this.judged = { size: 2 * size, labels, training: true };
    this.logits = this.discriminator.forward(this.both, this.judged).slice(0, 2 * size);
    const report = { g_loss: 0, d_loss: 0, d_real: 0, d_fake: 0, right_real: 0, right_fake: 0 };
    for (let i = 0; i < size; i += 1) {
      const [real, fake] = [this.logits[i], this.logits[size + i]];
      const [onReal, realSlope] = this.loss.real(real, this.train.label_smoothing ?? 0);
      const [onFake, fakeSlope] = this.loss.fake(fake);
      this.logitSlope[i] = realSlope / size;
      this.logitSlope[size + i] = (fakeSlope + (this.train.one_stage ? LEAST_PUSH : 0)) / size;
      const [p, q] = [this.loss.probability(real), this.loss.probability(fake)];
      report.d_loss += (onReal + onFake) / size;
      report.g_loss += this.loss.g(fake)[0] / size;
      report.d_real += p / size;
      report.d_fake += q / size;
      report.right_real += Number(p > 0.5) / size;
      report.right_fake += Number(q < 0.5) / size;
    }
    if (this.#names) report.d_loss += this.train.naming * this.#named(batch).loss;
    return report;
  }

  get #names() {
    return Boolean(this.train.naming && this.loss.names && this.scores && this.judged.labels);
  }

  /** Cross-entropy of the digits that D's scores name on the real pictures, and its gradient by the scores [b, width]. @param {RealBatch} batch */
  #named({ labels }) {
    const ids = /** @type {Int32Array} */ (labels);
    const size = this.train.batch_size;
    const layers = this.discriminator.outputs;
    const raw = layers[layers.length - 2];
    const width = this.scores + (this.model.classes ? 1 : 0);
    const slopes = new Float32Array(size * width);
    let loss = 0;
    for (let i = 0; i < size; i += 1) {
      const scores = raw.subarray(i * width + width - this.scores, (i + 1) * width);
      const top = scores.reduce((most, score) => Math.max(most, score), -Infinity);
      const powers = Array.from(scores, (score) => Math.exp(score - top));
      const sum = powers.reduce((total, power) => total + power, 0);
      loss += (top + Math.log(sum) - scores[ids[i]]) / size;
      powers.forEach((power, c) => (slopes[i * width + width - this.scores + c] = (power / sum - Number(c === ids[i])) / size));
    }
    return { loss, slopes };
  }

  /** D's gradients into its slopes, and those by the pictures where they are wanted. @param {RealBatch} batch @param {boolean} onward */
  #learnD(batch, onward) {
    const { discriminator } = this;
    const last = discriminator.layers.length - 1;
    if (!this.#names) return discriminator.backward(this.logitSlope, this.judged, { onward });
    const named = this.#named(batch).slopes;
    const scores = /** @type {Numbers} */ (discriminator.layers[last].backward(this.logitSlope, this.judged, true, true));
    for (let i = 0; i < named.length; i += 1) scores[i] += this.train.naming * named[i];
    return discriminator.backward(scores, this.judged, { onward, from: last });
  }

  /** The averaged generator follows; fast at first, so that it does not remember the noise that it began with. @param {number} number */
  #follow(number) {
    if (!this.average) return;
    const rate = 1 - Math.min(this.train.ema_decay, (1 + number) / (10 + number));
    this.average.variables.forEach(({ value }, i) => {
      this.memory.kernels.follow(value.byteOffset, this.generator.variables[i].value.byteOffset, value.length, rate);
    });
  }
}
