/** What a training draws by lot: pictures, z, labels and first weights, each a function of the run's seed and of what it is for, so a run that was interrupted goes on with the losses of one that was not. */

import { child, mix, normal, word } from "../state/latent.js";

/** What a draw is for. */
const PURPOSES = { order: 1, z: 2, labels: 3, weights: 4, dropout: 5 };

/** @param {number} seed @param {keyof typeof PURPOSES} purpose @param {...number} places 0 or more @returns {number} */
function seedOf(seed, purpose, ...places) {
  return places.reduce((now, place) => child(now, place + 1), mix((seed + Math.imul(PURPOSES[purpose], 0x9e3779b9)) | 0));
}

/** @param {number} seed @param {number} i @returns {number} in [0, 1) */
const uniform = (seed, i) => word(seed, i) / 2 ** 32;

/**
 * A fresh shuffle of the data; short data sets are gone through more than once.
 * @param {number} seed @param {number} epoch
 * @param {number} samples how many pictures there are @param {number} wanted how many an epoch takes
 * @returns {Int32Array} [wanted] row numbers
 */
export function order(seed, epoch, samples, wanted) {
  const rows = new Int32Array(wanted);
  for (let round = 0, at = 0; at < wanted; round += 1) {
    const own = seedOf(seed, "order", epoch, round);
    const shuffled = Int32Array.from({ length: samples }, (_, i) => i);
    for (let i = samples - 1; i > 0; i -= 1) {
      const j = Math.floor(uniform(own, i) * (i + 1));
      [shuffled[i], shuffled[j]] = [shuffled[j], shuffled[i]];
    }
    rows.set(shuffled.subarray(0, Math.min(samples, wanted - at)), at);
    at += samples;
  }
  return rows;
}

/**
 * The z of a part of a batch.
 * @param {number} seed @param {number} step @param {number} turn which of the step's draws
 * @param {number} dim
 * @param {{from: number, size: number}} part `from` even
 * @returns {Float32Array} [size, dim], of unit spread
 */
export function latents(seed, step, turn, dim, { from, size }) {
  return normal(seedOf(seed, "z", step, turn), size * dim, from * dim);
}

/** Seeds of what is dropped in a step's passes through the networks. @param {number} seed */
export const lots = (seed) => (/** @type {number} */ step, /** @type {number} */ pass) => seedOf(seed, "dropout", step, pass);

/**
 * A share of the labels by lot, the same whenever the batch comes again.
 * @param {number} seed @param {number} row the batch's first picture @param {number} share @param {number} classes
 * @param {Int32Array} labels of the whole batch, changed in place
 */
export function byLot(seed, row, share, classes, labels) {
  const own = seedOf(seed, "labels", row);
  for (let i = 0; i < labels.length; i += 1) if (uniform(own, 2 * i) < share) labels[i] = Math.floor(uniform(own, 2 * i + 1) * classes);
}

/**
 * First weights as Keras' layers have them: kernels uniform within sqrt(6 / (inputs + outputs)), which are those of every tap of a convolution, or
 * normal where the layer says so (Radford et al. 2016, section 4, https://arxiv.org/abs/1511.06434);
 * scales and variances 1, seeds of draws each its own, all else 0. Glorot & Bengio 2010, https://proceedings.mlr.press/v9/glorot10a.html, equation 16.
 * @param {import("../autodiff/network.js").Variable} variable
 * @param {number} seed @param {number} network @param {number} place of the variable in it
 */
export function begin({ name, shape, value, deviation, counts }, seed, network, place) {
  if (counts) counts[0] = seedOf(seed, "weights", network, place) >>> 1; // Keras' seeds are of 31 bits; the other counts the draws
  if (name !== "kernel") {
    value.fill(Number(name === "gamma" || name === "moving_variance"));
    return;
  }
  const own = seedOf(seed, "weights", network, place);
  if (deviation) {
    value.set(normal(own, value.length).map((one) => one * deviation));
    return;
  }
  const taps = shape.slice(0, -2).reduce((product, side) => product * side, 1);
  const limit = Math.sqrt(6 / (taps * (shape[shape.length - 2] + shape[shape.length - 1])));
  for (let i = 0; i < value.length; i += 1) value[i] = (2 * uniform(own, i) - 1) * limit;
}
