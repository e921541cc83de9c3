/** One training step of an autoencoder: encoder and decoder against binary cross-entropy; the same numbers as gan_core/training/reconstruction.py. */

import { follow, optimizer } from "./optimizers.js";

/**
 * @template T
 * @typedef {import("./exchange.js").Exchanging<T>} Exchanging
 */

/**
 * @typedef {import("./network.js").Network} Network
 * @typedef {import("./memory.js").Numbers} Numbers
 */

/** As near to 0 and 1 as a pixel counts, Keras' epsilon. */
const NEAR = 1e-7;

/**
 * Mean binary cross-entropy of pixels, in nats, and its slopes.
 * @param {Numbers} wanted @param {Numbers} drawn @param {number} all pixels of the whole batch: what comes is this part's share of the mean
 * @param {Numbers|null} slopes room for those by what is drawn
 */
export function crossEntropy(wanted, drawn, all, slopes) {
  let loss = 0;
  for (let i = 0; i < wanted.length; i += 1) {
    const p = Math.min(1 - NEAR, Math.max(NEAR, drawn[i]));
    const t = wanted[i];
    loss -= t * Math.log(p) + (1 - t) * Math.log(1 - p);
    if (slopes) slopes[i] = p === drawn[i] ? (p - t) / (p * (1 - p)) / all : 0; // what was cut off has no slope
  }
  return loss / all;
}

export class Reconstruction {
  /**
   * @param {import("./layers.js").Place} place
   * @param {{encoder: Network, generator: Network}} networks
   * @param {{encoder: Network, generator: Network}|null} averages
   * @param {Object<string, any>} train settings
   * @param {{from: number, size: number}} part which pictures of each batch are here
   * @param {(step: number, pass: number) => number} lots the seed of what a pass through a network drops
   */
  constructor(place, networks, averages, train, part, lots) {
    const { size } = part;
    this.part = part;
    this.lots = lots;
    this.memory = place.memory;
    this.networks = networks;
    this.averages = averages;
    this.train = train;
    this.size = size;
    this.total = size === train.batch_size ? 0 : train.batch_size;
    const pixels = size * networks.encoder.inputSize;
    this.images = this.memory.numbers(pixels);
    this.slopes = this.memory.numbers(pixels);
    this.told = this.memory.numbers(1);
    this.learned = [...networks.encoder.learned, ...networks.generator.learned];
    this.optimizer = optimizer(place, this.learned, train, train.g_learning_rate, train.steps);
  }

  /**
   * @param {number} number of the step, from 0
   * @param {Float32Array} images [size, pixels] in the model's range
   * @returns {Exchanging<Numbers>} the loss, valid until the next step
   */
  *step(number, images) {
    const { encoder, generator } = this.networks;
    const pass = (/** @type {number} */ which) => ({ seed: this.lots(number, which), runs: [/** @type {[number, number]} */ ([this.part.from, this.size])] });
    const batch = { size: this.size, labels: null, training: true, total: this.total, lot: pass(0) };
    const drawing = { ...batch, lot: pass(1) };
    this.images.set(images);
    const code = yield* encoder.forwards(this.images, batch);
    const drawn = yield* generator.forwards(code, drawing);
    this.told[0] = crossEntropy(this.images, drawn, this.train.batch_size * encoder.inputSize, this.slopes);
    const slopes = /** @type {Numbers} */ (yield* generator.backwards(this.slopes, drawing, { onward: true }));
    yield* encoder.backwards(slopes, batch);
    if (this.total) yield [...this.learned.map(({ slope }) => slope), this.told];
    this.optimizer.apply();
    for (const role of /** @type {const} */ (["encoder", "generator"])) follow(this.memory, this.averages?.[role] ?? null, this.networks[role], this.train.ema_decay, number);
    return this.told;
  }

  /**
   * What the step makes small, of pictures that are not trained on.
   * @param {Float32Array} images [n, pixels] in the model's range
   */
  error(images) {
    const [encoder, generator] = /** @type {const} */ (["encoder", "generator"]).map((role) => this.networks[role]);
    const each = encoder.inputSize;
    let loss = 0;
    for (let from = 0; from < images.length; from += this.size * each) {
      const some = images.subarray(from, from + this.size * each);
      const batch = { size: some.length / each, labels: null, training: false };
      this.images.set(some);
      loss += crossEntropy(some, generator.forward(encoder.forward(this.images, batch), batch), images.length, null);
    }
    return loss;
  }
}
