/** Figures of what a generator draws: the arithmetic of gan_core/metrics/figures.py and gan_core/training/monitor.py, in plain numbers. */

import { eigen } from "../autodiff/eigen.js";

const DIGITS = 10;
const SURE = 0.9;

/** @typedef {{mean: Float64Array, covariance: Float64Array}} Gaussian `covariance` [d, d], divided by n - 1 */

/** @param {ArrayLike<number>} rows [n, d] @param {number} d @returns {Gaussian} */
export function gaussian(rows, d) {
  const n = rows.length / d;
  const mean = new Float64Array(d);
  for (let i = 0; i < rows.length; i += 1) mean[i % d] += rows[i] / n;
  const covariance = new Float64Array(d * d);
  for (let row = 0; row < n; row += 1) for (let i = 0; i < d; i += 1) {
    const x = rows[row * d + i] - mean[i];
    for (let j = 0; j <= i; j += 1) covariance[i * d + j] += (x * (rows[row * d + j] - mean[j])) / (n - 1);
  }
  for (let i = 0; i < d; i += 1) for (let j = 0; j < i; j += 1) covariance[j * d + i] = covariance[i * d + j];
  return { mean, covariance };
}

/**
 * Squared Frechet distance of two Gaussians: |m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2)). Dowson and Landau 1982.
 * @param {Gaussian} a @param {Gaussian} b
 */
export function frechet(a, b) {
  const d = a.mean.length;
  const { values, vectors } = eigen(a.covariance, d);
  const root = new Float64Array(d * d); // of a's covariance
  for (let i = 0; i < d; i += 1) for (let j = 0; j < d; j += 1) for (let k = 0; k < d; k += 1) root[i * d + j] += vectors[k * d + i] * Math.sqrt(Math.max(0, values[k])) * vectors[k * d + j];
  const both = eigen(times(times(root, b.covariance, d), root, d), d).values;
  let distance = 0;
  for (let i = 0; i < d; i += 1) distance += (a.mean[i] - b.mean[i]) ** 2 + a.covariance[i * d + i] + b.covariance[i * d + i] - 2 * Math.sqrt(Math.max(0, both[i]));
  return Math.max(0, distance);
}

/** @param {Float64Array} a @param {Float64Array} b @param {number} d @returns {Float64Array} */
function times(a, b, d) {
  const made = new Float64Array(d * d);
  for (let i = 0; i < d; i += 1) for (let k = 0; k < d; k += 1) for (let j = 0; j < d; j += 1) made[i * d + j] += a[i * d + k] * b[k * d + j];
  return made;
}

/**
 * @param {ArrayLike<number>} rows [n, d]
 * @param {ArrayLike<number>} mean [d]
 * @param {Float64Array} directions [d, k]
 * @param {number} d
 * @returns {Float64Array} [n, k] where they lie along these directions
 */
export function along(rows, mean, directions, d) {
  const [n, k] = [rows.length / d, directions.length / d];
  const made = new Float64Array(n * k);
  for (let row = 0; row < n; row += 1) for (let i = 0; i < d; i += 1) {
    const x = rows[row * d + i] - mean[i];
    for (let j = 0; j < k; j += 1) made[row * k + j] += x * directions[i * k + j];
  }
  return made;
}

/** @param {ArrayLike<number>} rows [n, d] @param {number} d @returns {number} mean Euclidean distance of two different rows */
export function spreadOf(rows, d) {
  const n = rows.length / d;
  let sum = 0;
  for (let a = 0; a < n; a += 1) for (let b = 0; b < a; b += 1) {
    let square = 0;
    for (let i = 0; i < d; i += 1) square += (rows[a * d + i] - rows[b * d + i]) ** 2;
    sum += Math.sqrt(square);
  }
  return (2 * sum) / Math.max(1, n * (n - 1));
}

/** @param {number[]} shares @returns {number} their entropy divided by ln c: 1 where all are equally many, 0 where there is but one */
export function evenness(shares) {
  const present = shares.filter((share) => share > 0);
  return present.length > 1 ? -present.reduce((sum, share) => sum + share * Math.log(share), 0) / Math.log(shares.length) : 0;
}

/**
 * @param {Float32Array} probabilities [n, 10] of the digits, as the classifier reads them
 * @param {number[]|null} requested digits that were asked for, [n]
 * @returns {{digits: number[], confident: number, evenness: number, label_accuracy?: number}}
 */
export function reading(probabilities, requested) {
  const n = probabilities.length / DIGITS;
  const counts = new Array(DIGITS).fill(0);
  let [sure, right] = [0, 0];
  for (let row = 0; row < n; row += 1) {
    const own = probabilities.subarray(row * DIGITS, (row + 1) * DIGITS);
    const top = own.reduce((best, value, i) => (value > own[best] ? i : best), 0);
    counts[top] += 1;
    sure += Number(own[top] >= SURE);
    right += Number(requested?.[row] === top);
  }
  const shares = counts.map((count) => count / n);
  const told = { digits: shares.map(rounded), confident: rounded(sure / n), evenness: rounded(evenness(shares)) };
  return requested ? { ...told, label_accuracy: rounded(right / n) } : told;
}

/** @param {number} value */
export function rounded(value) {
  return Math.round(value * 1e4) / 1e4;
}
