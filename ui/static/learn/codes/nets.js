/** The lesson's small autoencoders: fetched when they are first asked for, and what they make of a picture. */

import { rangeOf } from "../../engine/network.js";
import { fetchEngine, fromUnit, toUnit } from "../../engine/programs.js";

/** @typedef {import("../../engine/network.js").Network} Network */
/** @typedef {{encoder: Network, generator: Network}} Pair */
/**
 * What `tools/lesson.py` has measured: mean squared error, binary cross-entropy, and the share of pictures that the project's classifier still reads rightly.
 * @typedef {{mse: number, bce: number, read: number}} Figures
 * @typedef {Record<string, Record<string, number>>} Damages errors by kind of damage (`noise`, `blank`) and how much or which half
 * @typedef {{noise: Record<string, number>, blank: Record<string, number>, untouched: Damages}} Mended
 * @typedef {Object} Measured
 * @property {number} tested how many test pictures
 * @property {number} read of the pictures themselves
 * @property {{size: number, ratio: number, bytes: number, code: Figures, pca: Figures}[]} codes
 * @property {{trained: Mended, plain: Mended}|null} denoising null where no such network is shipped
 * @property {{size: number, mse: number}[]|null} stacked outermost stage first
 */

const PIXELS = 784;
const HOME = new URL("nets.js", import.meta.url);

/** @param {string} name @returns {Promise<Pair>} */
export async function pairOf(name) {
  const [encoder, generator] = await Promise.all(["encoder", "generator"].map((role) => fetchEngine(new URL(`nets/${name}.${role}.safetensors`, HOME).href)));
  return { encoder, generator };
}

/**
 * @param {Pair} pair
 * @param {ArrayLike<number>} pixels in [0, 1]
 * @param {number} [size] numbers of the code that are kept, the first of them
 * @returns {Float32Array} pixels in [0, 1]
 */
export function through({ encoder, generator }, pixels, size = Infinity) {
  const code = Float32Array.from(encoder.run(fromUnit(pixels, rangeOf(encoder.program.input))), (value, i) => (i < size ? value : 0));
  return toUnit(generator.run(code), rangeOf(generator.program.output), new Float32Array(PIXELS));
}

/**
 * A stacked autoencoder's stages: a picture through the layers outside of and up to each, and back. The operations between two dense layers
 * belong to the first of them; the numbers of a stage are those that the encoder has left there.
 * @param {Pair} pair
 * @param {ArrayLike<number>} pixels in [0, 1]
 * @returns {{size: number, pixels: Float32Array}[]} outermost first
 */
export function stages({ encoder, generator }, pixels) {
  const down = encoder.outcomes ?? [];
  const up = generator.outcomes ?? [];
  const places = (/** @type {import("../../engine/network.js").Outcome[]} */ list) => list.flatMap(({ kernel }, i) => (kernel ? [i] : []));
  const [encodes, draws] = [places(down), places(up)];
  encoder.run(fromUnit(pixels, rangeOf(encoder.program.input)));
  const codes = encodes.map((place) => Float32Array.from(down[place].values)); // after its activation, which works in place
  return codes.map((code, stage) => {
    const depth = draws.length - 1 - stage;
    return { size: code.length, pixels: toUnit(from(generator, draws[depth], code), rangeOf(generator.program.output), new Float32Array(PIXELS)) };
  });
}

/**
 * Runs a network from one of its operations on.
 * @param {Network} network @param {number} place of the operation @param {Float32Array} input what it is given @returns {Float32Array}
 */
function from(network, place, input) {
  const before = network.outcomes?.[place - 1];
  if (!before) return network.run(input);
  return network.runFrom?.(place, input) ?? new Float32Array(network.outputLength);
}

/** @param {ArrayLike<number>} a @param {ArrayLike<number>} b @returns {number} mean squared error */
export function errorOf(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += (a[i] - b[i]) ** 2;
  return sum / a.length;
}

/** @param {ArrayLike<number>} pixels in [0, 1] @returns {number} the share of ink that is neither black nor white: what blur is made of */
export function greyOf(pixels) {
  let [grey, ink] = [0, 0];
  for (let i = 0; i < pixels.length; i += 1) {
    if (pixels[i] > 0.1) ink += 1;
    if (pixels[i] > 0.1 && pixels[i] < 0.9) grey += 1;
  }
  return ink ? grey / ink : 0;
}

/** Left, top, right and bottom of the halves that can be blanked. @type {Record<string, [number, number, number, number]>} */
export const HALVES = { left: [0, 0, 14, 28], right: [14, 0, 28, 28], top: [0, 0, 28, 14], bottom: [0, 14, 28, 28] };

/**
 * @param {ArrayLike<number>} pixels in [0, 1]
 * @param {Float32Array} noise normal numbers, one a pixel
 * @param {number} sigma
 * @param {string} half of HALVES, or anything else for none
 * @returns {Float32Array} noisy, cut off at 0 and 1, that half black
 */
export function damaged(pixels, noise, sigma, half) {
  const [left, top, right, bottom] = HALVES[half] ?? [0, 0, 0, 0];
  return Float32Array.from(pixels, (value, i) => {
    const [x, y] = [i % 28, Math.floor(i / 28)];
    if (x >= left && x < right && y >= top && y < bottom) return 0;
    return Math.min(1, Math.max(0, value + sigma * noise[i]));
  });
}
