/** What a network that runs backwards draws, as pictures in [0, 1], and gradients by them. */

import { rangeOf } from "../engine/network.js";

/** @typedef {import("./network.js").Network} Network */
/** @typedef {import("./program.js").Program} Program */
/** @typedef {{network: Network, program: Program}} Opened */

/**
 * @param {Opened} generator
 * @param {Float32Array} z [n, dim], spread applied; n at most what the network was made for
 * @param {Float32Array|null} classWeights [n, classes]
 * @returns {Float32Array} [n, pixels] in [0, 1], a copy
 */
export function drawn({ network, program }, z, classWeights) {
  const size = z.length / network.inputSize;
  const [low, high] = rangeOf(/** @type {any} */ (program.output));
  const raw = network.forward(network.input(z), { size, labels: classWeights, training: false }).subarray(0, size * network.outputSize);
  return Float32Array.from(raw, (value) => Math.min(1, Math.max(0, (value - low) / (high - low))));
}

/**
 * After `drawn` of the same: the gradient by z. A pixel that is cut off at black or white hands on what would bring it back, and nothing that
 * would push it farther out.
 * @param {Opened} generator
 * @param {Float32Array} slope by the pictures in [0, 1], [n, pixels], of what shall grow smaller
 * @param {Float32Array|null} classWeights [n, classes]
 * @returns {Float32Array} [n, dim], a copy
 */
export function slopeByZ({ network, program }, slope, classWeights) {
  const size = slope.length / network.outputSize;
  const [low, high] = rangeOf(/** @type {any} */ (program.output));
  const raw = network.outputs[network.outputs.length - 1];
  const handed = slope.map((value, i) => ((raw[i] <= low && value > 0) || (raw[i] >= high && value < 0) ? 0 : value / (high - low)));
  const back = network.backward(network.slopes(handed), { size, labels: classWeights, training: false }, { onward: true, learn: false });
  return /** @type {Float32Array<ArrayBuffer>} */ (back?.slice(0, size * network.inputSize));
}

/**
 * D's raw opinion of one picture and its gradient by the pixels.
 * @param {Opened} discriminator
 * @param {Float32Array} pixels in [0, 1]
 * @param {Float32Array|null} classWeights
 * @returns {{logit: number, slope: Float32Array}}
 */
export function wishOf({ network, program }, pixels, classWeights) {
  const [low, high] = rangeOf(/** @type {any} */ (program.input));
  const batch = { size: 1, labels: program.num_classes ? classWeights : null, training: false };
  const [logit] = network.forward(network.input(pixels.map((value) => low + value * (high - low))), batch);
  const slope = /** @type {Float32Array} */ (network.backward(network.slopes(Float32Array.of(1)), batch, { onward: true, learn: false }));
  return { logit, slope: Float32Array.from(slope.subarray(0, pixels.length), (value) => value * (high - low)) };
}
