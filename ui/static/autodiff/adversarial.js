/**
 * One training step of a GAN: the discriminator D against the generator G. Goodfellow et al. 2014, algorithm 1; the same numbers as
 * gan_core/training/adversarial.py with the same weights, z and pictures. Several may take a step together, each on a part of the batch
 * (exchange.js): losses are means over the whole batch, so the parts' gradients and numbers add up.
 */

import { LEAST_PUSH, LOSSES } from "./losses.js";
import { named } from "./naming.js";
import { follow, optimizer } from "./optimizers.js";
import { SlopePenalty } from "./slope.js";

/**
 * @typedef {import("./network.js").Network} Network
 * @typedef {import("./memory.js").Numbers} Numbers
 * @typedef {{images: Float32Array, labels: Int32Array|null}} RealBatch pictures in the model's range [b, pixels]; class ids [b]
 */

/**
 * @template T
 * @typedef {import("./exchange.js").Exchanging<T>} Exchanging
 */

/** What a step tells, in the order of gan_core's Adversarial.metric_names. */
export const METRICS = ["g_loss", "d_loss", "d_real", "d_fake", "d_accuracy_real", "d_accuracy_fake"];
/** Through the networks in one turn, each with lots of its own: G draws, D judges both, D judges for G. */
const PASSES = 3;
const [G_LOSS, D_LOSS, D_REAL, D_FAKE, RIGHT_REAL, RIGHT_FAKE] = METRICS.map((_, i) => i);

export class Adversarial {
  /**
   * @param {import("./layers.js").Place} place
   * @param {{generator: Network, discriminator: Network, average: Network|null}} networks `average` is the generator's, where there is one
   * @param {Object<string, any>} train the settings, by gan_core's names
   * @param {{classes: number, votes: number, latentDim: number}} model `votes`: how many of z's first coordinates vote for the digit
   * @param {{from: number, size: number}} [part] which pictures of each batch are here; all of them where nobody else has a part
   * @param {(step: number, pass: number) => number} [lots] the seed of what a pass through a network drops; PASSES a turn
   */
  constructor(place, networks, train, model, part = { from: 0, size: train.batch_size }, lots = (step, pass) => 64 * step + pass) {
    const { size } = part;
    const { memory } = place;
    this.memory = memory;
    this.generator = networks.generator;
    this.discriminator = networks.discriminator;
    this.average = networks.average;
    this.train = train;
    this.model = model;
    this.size = size;
    this.from = part.from;
    this.lots = lots;
    /** what of the training comes next: its step, and which of the step's turns: those of D, then G's */
    this.now = { step: 0, turn: 0 };
    /** of batches that others have parts of: the sizes of what G and D are shown in all */
    this.total = size === train.batch_size ? 0 : train.batch_size;
    /** @type {import("./losses.js").Loss} */
    this.loss = LOSSES[train.loss ?? "non_saturating"];
    this.both = memory.numbers(2 * size * this.generator.outputSize); // real pictures, then fakes
    this.fakes = this.both.subarray(size * this.generator.outputSize);
    this.z = memory.numbers(size * model.latentDim);
    this.logitSlope = memory.numbers(2 * size);
    this.factors = memory.numbers(size);
    this.told = memory.numbers(METRICS.length);
    this.scores = model.classes || model.votes;
    /** whether D is not told the class but names it: gan_core/training/parts/auxiliary_classifier.py */
    this.names = networks.discriminator.about.layers.at(-1)?.layer === "logit_and_classes";
    this.slope = train.r1_gamma ? new SlopePenalty(place, networks.discriminator) : null;
    /** @type {import("./layers.js").Batch} how G drew, and how D judged, last */
    this.drawn = { size, labels: null, training: true };
    this.judged = this.drawn;
    this.logits = new Float32Array(2 * size);
    /** @type {Int32Array|null} the classes that the last fakes are judged by */
    this.asked = null;
    this.g = optimizer(place, this.generator.learned, train, train.g_learning_rate, train.steps);
    this.d = optimizer(place, this.discriminator.learned, train, train.d_learning_rate, train.steps * (train.d_steps ?? 1));
    this.optimizers = { g_optimizer: this.g, d_optimizer: this.d };
  }

  /** How many z a step takes, each for the whole size. */
  get draws() {
    return this.train.one_stage ? 1 : (this.train.d_steps ?? 1) + Number(!this.train.share_fakes);
  }

  /**
   * @param {number} number of the step, from 0
   * @param {RealBatch[]} batches as many as D takes steps
   * @param {Float32Array[]} z one for each, and one more for G where it draws anew
   * @returns {Exchanging<Numbers>} the metrics of the whole batch, valid until the next step
   */
  *step(number, batches, z) {
    this.now = { step: number, turn: 0 };
    if (this.train.one_stage) yield* this.#oneStage(batches[0], z[0]);
    else {
      yield* this.#updatesOfD(batches, z);
      this.now.turn = batches.length;
      if (!this.train.share_fakes) yield* this.draw(z[z.length - 1], batches[batches.length - 1].labels);
      yield* this.#updateOfG();
    }
    follow(this.memory, this.average, this.generator, this.train.ema_decay, number);
    return this.told;
  }

  // ---- one step taken apart, as gan_core/training/turns.py does

  /**
   * D's turn: all its updates, G held fixed.
   * @param {number} number of the step @param {RealBatch[]} batches @param {Float32Array[]} z one for each
   * @returns {Exchanging<Object<string, number>>} the metrics but G's, and D(x) and D(G(z)) before and after the last update
   */
  *turnOfD(number, batches, z) {
    /** @type {Object<string, number>} */
    let before = {};
    for (const [k, batch] of batches.entries()) {
      this.now = { step: number, turn: k };
      const asked = yield* this.draw(z[k], batch.labels);
      this.both.set(batch.images);
      before = yield* this.#beliefs("before", batch.labels, asked);
      yield* this.#judge(batch, asked);
      yield* this.#learnD(batch, false);
      if (this.total) yield [...this.#slopesOf(this.discriminator), this.told];
      this.d.apply();
      if (k === batches.length - 1) {
        const measured = Object.fromEntries(METRICS.map((name, i) => [name, this.told[i]]).slice(D_LOSS));
        return { ...before, ...measured, ...(yield* this.#beliefs("after", batch.labels, asked)) };
      }
    }
    return before;
  }

  /**
   * G's turn: D held fixed.
   * @param {number} number of the step @param {Float32Array} z @param {Int32Array|null} labels of the real pictures beside
   * @returns {Exchanging<Object<string, number>>} its loss, and D(G(z)) before and after the update
   */
  *turnOfG(number, z, labels) {
    this.now = { step: number, turn: this.train.d_steps ?? 1 };
    const asked = yield* this.draw(z, labels);
    const { d_fake_before } = yield* this.#beliefs("before", null, asked);
    yield* this.#updateOfG();
    follow(this.memory, this.average, this.generator, this.train.ema_decay, number);
    const g_loss = this.told[G_LOSS];
    yield* this.draw(z, labels);
    const { d_fake_after } = yield* this.#beliefs("after", null, asked);
    return { g_loss, d_fake_before, d_fake_after };
  }

  /**
   * Mean D as a probability, with nothing of training in it, of the pictures that lie in `both`.
   * @param {string} when @param {Int32Array|null} labels null where only the fakes are looked at @param {Int32Array|null} asked
   * @returns {Exchanging<Object<string, number>>}
   */
  *#beliefs(when, labels, asked) {
    const { size } = this;
    const told = new Float32Array(2);
    const weights = this.model.classes ? this.#weights(labels ?? asked, asked) : null;
    const logits = this.discriminator.forward(this.both, { size: 2 * size, labels: weights, training: false });
    for (let i = 0; i < 2 * size; i += 1) told[Number(i >= size)] += this.loss.probability(logits[i]) / this.train.batch_size;
    if (this.total) yield [told];
    return { [`d_real_${when}`]: told[0], [`d_fake_${when}`]: told[1] };
  }

  // ---- what a step is made of

  /** D's updates, each on real pictures and fakes with G held fixed. @param {RealBatch[]} batches @param {Float32Array[]} z @returns {Exchanging<void>} */
  *#updatesOfD(batches, z) {
    for (const [k, batch] of batches.entries()) {
      this.now.turn = k;
      const asked = yield* this.draw(z[k], batch.labels);
      yield* this.#judge(batch, asked); // push D(x) up and D(G(z)) down
      yield* this.#learnD(batch, false);
      if (this.total) yield [...this.#slopesOf(this.discriminator), this.told];
      this.d.apply();
    }
  }

  /** On the fakes that were drawn last, with D held fixed. @returns {Exchanging<void>} */
  *#updateOfG() {
    const { size, train } = this;
    const labels = this.asked && this.#weights(this.asked, null);
    const batch = { size, labels, training: true, total: this.total, lot: this.#lot(2, false) };
    const logits = yield* this.discriminator.forwards(this.fakes, batch); // push D(G(z)) up
    this.told[G_LOSS] = 0;
    for (let i = 0; i < size; i += 1) {
      const [value, slope] = this.loss.g(logits[i]);
      this.told[G_LOSS] += value / train.batch_size;
      this.logitSlope[i] = slope / train.batch_size;
    }
    const from = this.names && this.asked ? this.#named(this.asked, batch, 1, train.batch_size, G_LOSS) : null;
    const slopes = yield* this.discriminator.backwards(from ?? this.logitSlope, batch, { onward: true, learn: false, ...(from && { from: this.discriminator.layers.length - 1 }) });
    yield* this.generator.backwards(/** @type {Numbers} */ (slopes), this.drawn);
    if (this.total) yield [...this.#slopesOf(this.generator), this.told.subarray(G_LOSS, G_LOSS + 1)];
    this.g.apply();
  }

  /**
   * Both updates from one pass: on a fake G's gradient is D's times a factor. Shen et al. 2021, https://arxiv.org/abs/2103.00430
   * @param {RealBatch} batch @param {Float32Array} z @returns {Exchanging<void>}
   */
  *#oneStage(batch, z) {
    const { size } = this;
    const each = this.generator.outputSize;
    const asked = yield* this.draw(z, batch.labels);
    yield* this.#judge(batch, asked);
    const { ratio } = this.loss;
    if (!ratio) throw new Error(`The loss ${this.train.loss} needs two stages.`);
    for (let i = 0; i < size; i += 1) this.factors[i] = ratio(this.logits[size + i]);
    const slopes = /** @type {Numbers} */ (yield* this.#learnD(batch, true)).subarray(size * each);
    this.memory.kernels.scale_rows(slopes.byteOffset, this.factors.byteOffset, size, each);
    yield* this.generator.backwards(slopes, this.drawn);
    if (this.total) yield [...this.#slopesOf(this.discriminator), ...this.#slopesOf(this.generator), this.told];
    this.d.apply();
    this.g.apply();
  }

  /**
   * Draws fakes behind the real pictures.
   * @param {Float32Array} z @param {Int32Array|null} labels of the real pictures
   * @returns {Exchanging<Int32Array|null>} the classes that they are judged by
   */
  *draw(z, labels) {
    const { size } = this;
    const { classes, votes, latentDim } = this.model;
    this.z.set(z);
    this.asked = labels;
    if (!classes && votes && labels)
      this.asked = Int32Array.from({ length: size }, (_, i) => {
        const first = z.subarray(i * latentDim, i * latentDim + votes);
        return first.indexOf(Math.max(...first));
      });
    this.drawn = { size, labels: classes ? this.#weights(labels, null) : null, training: true, total: this.total, lot: this.#lot(0, false) };
    const drawn = yield* this.generator.forwards(this.z, this.drawn);
    this.fakes.set(drawn.subarray(0, this.fakes.length));
    return this.asked;
  }

  /** @param {number} pass of the turn @param {boolean} both real pictures and fakes behind them @returns {import("./layers/layer.js").Lot} */
  #lot(pass, both) {
    const { step, turn } = this.now;
    const { from, size } = this;
    const fakes = /** @type {[number, number][]} */ (both ? [[this.train.batch_size + from, size]] : []);
    return { seed: this.lots(step, PASSES * turn + pass), runs: [[from, size], ...fakes] };
  }

  /** Class weights [b, scores] of these ids and of the others behind them, or null. @param {Int32Array|null} ids @param {Int32Array|null} others */
  #weights(ids, others) {
    if (!this.scores || !ids) return null;
    const weights = new Float32Array((ids.length + (others?.length ?? 0)) * this.scores);
    ids.forEach((id, i) => (weights[i * this.scores + id] = 1));
    others?.forEach((id, i) => (weights[(ids.length + i) * this.scores + id] = 1));
    return weights;
  }

  /** D on real pictures and fakes in one pass; tells this part's share of the metrics. @param {RealBatch} batch @param {Int32Array|null} asked @returns {Exchanging<void>} */
  *#judge(batch, asked) {
    const { size, told, loss, train } = this;
    const share = 1 / train.batch_size;
    this.both.set(batch.images);
    const labels = batch.labels && this.#weights(batch.labels, asked ?? batch.labels);
    this.judged = { size: 2 * size, labels, training: true, total: 2 * this.total, since: size, lot: this.#lot(1, true) };
    this.logits = (yield* this.discriminator.forwards(this.both, this.judged)).slice(0, 2 * size);
    told.fill(0);
    for (let i = 0; i < size; i += 1) {
      const [real, fake] = [this.logits[i], this.logits[size + i]];
      const [onReal, realSlope] = loss.real(real, train.label_smoothing ?? 0);
      const [onFake, fakeSlope] = loss.fake(fake);
      this.logitSlope[i] = realSlope * share;
      this.logitSlope[size + i] = (fakeSlope + (train.one_stage ? LEAST_PUSH : 0)) * share;
      const [p, q] = [loss.probability(real), loss.probability(fake)];
      told[D_LOSS] += (onReal + onFake) * share;
      told[G_LOSS] += loss.g(fake)[0] * share;
      told[D_REAL] += p * share;
      told[D_FAKE] += q * share;
      told[RIGHT_REAL] += Number(p > 0.5) * share;
      told[RIGHT_FAKE] += Number(q < 0.5) * share;
    }
  }

  /** D's gradients into its slopes, and those by the pictures where they are wanted. @param {RealBatch} batch @param {boolean} onward @returns {Exchanging<Numbers|null>} */
  *#learnD({ labels }, onward) {
    const { discriminator, judged, train } = this;
    const from = labels && this.#slopesOfNaming(labels);
    const slopes = from ? yield* discriminator.backwards(from, judged, { onward, from: discriminator.layers.length - 1 }) : yield* discriminator.backwards(this.logitSlope, judged, { onward });
    // seldom, and as many times stronger: Karras et al. 2020, https://arxiv.org/abs/1912.04958
    if (this.now.step % train.r1_every === 0) this.slope?.learn(this.size, judged.labels, (train.r1_gamma * train.r1_every) / train.batch_size);
    return slopes;
  }

  /** Of D's loss by what its last layer was given, where it also names classes. @param {Int32Array} labels of the real pictures @returns {Numbers|null} */
  #slopesOfNaming(labels) {
    const { train, judged } = this;
    if (this.names) return this.#named(Int32Array.of(...labels, ...(this.asked ?? labels)), judged, 1, 2 * train.batch_size, D_LOSS);
    if (!train.naming || !this.loss.names || !this.scores) return null;
    return this.#named(labels, judged, train.naming, train.batch_size, D_LOSS); // the real pictures alone
  }

  /**
   * Adds the cross-entropy of the classes that D names to a loss.
   * @param {Int32Array} ids classes of the first pictures of the batch @param {import("./layers.js").Batch} batch as D has just judged it
   * @param {number} weight @param {number} total pictures that are named, in all @param {number} metric the loss
   * @returns {Numbers} the loss's slopes by what D's last layer was given
   */
  #named(ids, batch, weight, total, metric) {
    const { discriminator, scores } = this;
    const last = discriminator.layers.length - 1;
    const width = scores + (this.model.classes ? 1 : 0);
    const { loss, slopes } = named(discriminator.outputs[last - 1], ids, width, scores, total);
    this.told[metric] += weight * loss;
    const summed = /** @type {Numbers} */ (discriminator.layers[last].backward(this.logitSlope, batch, true, true));
    for (let i = 0; i < slopes.length; i += 1) summed[i] += weight * slopes[i];
    return summed;
  }

  /** @param {Network} network */
  #slopesOf(network) {
    return network.learned.map(({ slope }) => slope);
  }
}
