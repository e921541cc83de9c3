/**
 * Four sets of pictures that each fail in their own way, or do not, and what figures see of them. The generator plays the data here: what it drew
 * first is the training set, so that what is a copy is known for certain, and no picture of any data set is needed. Knows no page.
 */

import { along, frechet, gaussian } from "../../device/figures.js";
import { eigen } from "../../autodiff/eigen.js";
import { mix, word } from "../../state/latent.js";

/** Pictures of a set. */
export const COUNT = 100;
/** Neighbours that the reach of a picture is measured by. */
const K = 3;
/** Directions of the features in which the distance is measured: as many as so few pictures allow. */
const DIMENSIONS = 16;
const NOISE = 0.22;
/** How far a collapsed generator strays from its one z. */
const STRAY = 0.15;

export const NAMES = /** @type {const} */ (["good", "collapsed", "noisy", "copied"]);

/** @typedef {(typeof NAMES)[number]} Name */
/** @typedef {{distance: number, precision: number, recall: number, nearest: number}} Seen `nearest`: median distance to the nearest training picture, by pixels */

/**
 * @param {(seed: number) => Float32Array} sample a z
 * @param {number} seed
 * @returns {{train: Float32Array[], held: Float32Array[], good: Float32Array[], collapsed: Float32Array[]}} z of each: `held` of pictures of the data that are not trained on
 */
export function latentsOf(sample, seed) {
  const many = (/** @type {number} */ from) => Array.from({ length: COUNT }, (_, i) => sample(word(seed, from + i)));
  const [train, held, good, strays] = [0, 1, 2, 3].map((n) => many(n * COUNT));
  const one = sample(word(seed, 4 * COUNT));
  // as long as any other z, so that only the variety is missing
  const [keep, take] = [Math.cos(STRAY), Math.sin(STRAY)];
  return { train, held, good, collapsed: strays.map((stray) => one.map((value, i) => keep * value + take * stray[i])) };
}

/** @param {Float32Array} picture @param {number} seed @returns {Float32Array} with noise on it, in [0, 1] */
export function noisy(picture, seed) {
  return picture.map((value, i) => Math.min(1, Math.max(0, value + NOISE * 2 * (mix(seed + Math.imul(i, 0x9e3779b9)) / 2 ** 32 - 0.5) * 1.7)));
}

/** @param {Float32Array[]} a @param {Float32Array[]} b @returns {number[][]} Euclidean distance of each of a from each of b */
function distances(a, b) {
  return a.map((one) => b.map((other) => Math.hypot(...one.map((value, i) => value - other[i]))));
}

/** @param {Float32Array[]} all @returns {number[]} how far the k-th nearest other one is */
function reaches(all) {
  return distances(all, all).map((row) => [...row].sort((x, y) => x - y)[K]);
}

/**
 * Which share of `these` lies within the reach of any of `those`. Of fakes within reals it is the precision, of reals within fakes the recall.
 * Kynkäänniemi et al. 2019, https://arxiv.org/abs/1904.06991
 * @param {Float32Array[]} these @param {Float32Array[]} those
 */
export function within(these, those) {
  const reach = reaches(those);
  return distances(these, those).filter((row) => row.some((distance, i) => distance <= reach[i])).length / these.length;
}

/** @param {Float32Array[]} real @param {Float32Array[]} fake features @returns {number} Fréchet distance in the directions in which the real ones differ most */
export function distanceOf(real, fake) {
  const d = real[0].length;
  const flat = (/** @type {Float32Array[]} */ rows) => Float32Array.from(rows.flatMap((row) => [...row]));
  const { mean, covariance } = gaussian(flat(real), d);
  const { vectors } = eigen(covariance, d);
  const k = Math.min(DIMENSIONS, d);
  const directions = new Float64Array(d * k);
  for (let i = 0; i < d; i += 1) for (let j = 0; j < k; j += 1) directions[i * k + j] = vectors[(d - k + j) * d + i];
  const seen = (/** @type {Float32Array[]} */ rows) => gaussian(along(flat(rows), mean, directions, d), k);
  return frechet(seen(real), seen(fake));
}

/** @param {Float32Array[]} pictures @param {Float32Array[]} training @returns {number} median distance to the nearest training picture, root mean square of the pixels */
export function nearestOf(pictures, training) {
  const found = distances(pictures, training).map((row) => Math.min(...row) / Math.sqrt(pictures[0].length)).sort((a, b) => a - b);
  return found[Math.floor(found.length / 2)];
}

/**
 * @param {Float32Array} picture in [0, 1] @param {Uint8Array} images [n, 784] @param {number} count
 * @returns {{place: number, distance: number}[]} the nearest of them, root mean square of the pixels, the nearest first
 */
export function nearestTo(picture, images, count) {
  const d = picture.length;
  const greys = picture.map((value) => 255 * value);
  /** @type {{place: number, distance: number}[]} */
  const found = [];
  for (let place = 0; place * d < images.length; place += 1) {
    let sum = 0;
    const worst = found.length < count ? Infinity : found[count - 1].distance;
    for (let i = 0, at = place * d; i < d && sum < worst; i += 1, at += 1) sum += (greys[i] - images[at]) ** 2;
    if (sum >= worst) continue;
    found.push({ place, distance: sum });
    found.sort((a, b) => a.distance - b.distance);
    found.length = Math.min(found.length, count);
  }
  return found.map(({ place, distance }) => ({ place, distance: Math.sqrt(distance / d) / 255 }));
}
