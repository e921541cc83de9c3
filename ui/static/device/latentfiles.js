/**
 * What a model needs besides its networks to be explored, as gan_core/runs/keeping.py makes it beside the last snapshot: its leading directions
 * (gan_core/model/directions.py) and, for an autoencoder whose code is never negative, its prior (docs/formats.md, section 3).
 */

import { eigen } from "../autodiff/eigen.js";
import { child, sample } from "../state/latent.js";
import { toBytes } from "../trainer/files.js";
import { gaussian } from "./figures.js";

const COUNT = 8;
const STEP = 0.25; // in standard deviations
const POINTS = 24;
const SHOWN = 10_000; // pictures that the prior is made of
const NOISE = 1e-6; // of the largest deviation: what is less is rounding, and has no inverse

/** @typedef {import("./monitor.js").Runner} Runner */
/** @typedef {{kind: "normal"|"rectified_normal", mean: Float32Array, factor: Float32Array, inverse: Float64Array}} Prior `factor`, `inverse` [d, d]; of a normal one both are the identity */

/**
 * @param {{generator: Runner, encoder: Runner|null, images: Uint8Array, latentDim: number, classes: number}} about networks that are loaded; `images` [n, pixels]
 * @returns {Object<string, Uint8Array<ArrayBuffer>>} files by role: directions, and prior where it is no standard normal
 */
export function latentFiles({ generator, encoder, images, latentDim, classes }) {
  const prior = encoder ? priorOf(encoder, images) : normalPrior(latentDim);
  const d = prior.mean.length;
  const { directions, duals } = leading(generator, prior, classes);
  const shape = [directions.length / d, d];
  /** @type {Object<string, Uint8Array<ArrayBuffer>>} */
  const files = { directions: new Uint8Array(toBytes({ directions: { shape, data: directions }, duals: { shape, data: duals } })) };
  if (prior.kind !== "normal") files.prior = new Uint8Array(toBytes({ mean: { shape: [d], data: prior.mean }, factor: { shape: [d, d], data: prior.factor } }));
  return files;
}

/** @param {number} d @returns {Prior} */
function normalPrior(d) {
  const identity = Float32Array.from({ length: d * d }, (_, i) => Number(i % (d + 1) === 0));
  return { kind: "normal", mean: new Float32Array(d), factor: identity, inverse: Float64Array.from(identity) };
}

/** Of what the encoder makes of the training pictures. @param {Runner} encoder @param {Uint8Array} images @returns {Prior} */
function priorOf(encoder, images) {
  const [low, high] = encoder.program?.input.range ?? [0, 1];
  const pixels = /** @type {import("../autodiff/network.js").Network} */ (encoder.network).inputSize;
  const n = Math.min(SHOWN, images.length / pixels);
  const codes = encoder.run(Float32Array.from(images.subarray(0, n * pixels), (grey) => low + ((high - low) * grey) / 255));
  const d = codes.length / n;
  if (codes.some((code) => code < 0)) return normalPrior(d); // one that goes below zero is normalised
  const { mean, covariance } = gaussian(codes, d);
  const { values, vectors } = eigen(covariance, d);
  const deviations = values.map((value) => Math.sqrt(Math.max(0, value)));
  const least = NOISE * Math.max(...deviations);
  const factor = Float32Array.from(vectors, (_, i) => vectors[(i % d) * d + Math.floor(i / d)] * deviations[i % d]);
  const inverse = new Float64Array(d * d);
  for (let i = 0; i < d; i += 1) for (let j = 0; j < d; j += 1) if (deviations[j] > least) inverse[j * d + i] = vectors[j * d + i] / deviations[j];
  return { kind: "rectified_normal", mean: Float32Array.from(mean), factor, inverse };
}

/**
 * Leading eigenvectors of the mean of J J' over points of the prior, J the generator's Jacobian in standard deviations, by central differences.
 * @param {Runner} generator @param {Prior} prior @param {number} classes
 * @returns {{directions: Float32Array, duals: Float32Array}} [8, d]
 */
function leading(generator, prior, classes) {
  const d = prior.mean.length;
  const metric = new Float64Array(d * d);
  for (let point = 0; point < POINTS; point += 1) addTo(metric, jacobian(generator, prior, classes, point), d);
  const { vectors } = eigen(metric, d);
  const count = Math.min(COUNT, d);
  const directions = new Float32Array(count * d);
  const duals = new Float32Array(count * d);
  for (let k = 0; k < count; k += 1) {
    const v = Float64Array.from({ length: d }, (_, j) => vectors[(d - 1 - k) * d + j]);
    const largest = v.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
    if (largest < 0) v.forEach((value, j) => (v[j] = -value)); // a sign of its own, so that a rerun agrees
    for (let i = 0; i < d; i += 1) for (let j = 0; j < d; j += 1) {
      directions[k * d + i] += v[j] * prior.factor[i * d + j];
      duals[k * d + i] += v[j] * prior.inverse[j * d + i];
    }
  }
  return { directions, duals };
}

/** @param {Runner} generator @param {Prior} prior @param {number} classes @param {number} point @returns {Float64Array} [d, pixels] */
function jacobian(generator, { kind, mean, factor }, classes, point) {
  const d = mean.length;
  const z = sample(child(0, point), d, { kind, mean, factor });
  const moved = new Float32Array(2 * d * d);
  for (let j = 0; j < d; j += 1) for (let i = 0; i < d; i += 1) {
    moved[j * d + i] = z[i] + STEP * factor[i * d + j];
    moved[(d + j) * d + i] = z[i] - STEP * factor[i * d + j];
  }
  const labels = classes ? Float32Array.from({ length: 2 * d * classes }, (_, i) => Number(i % classes === point % classes)) : null;
  const pictures = generator.run(moved, labels);
  const half = pictures.length / 2;
  return Float64Array.from({ length: half }, (_, i) => (pictures[i] - pictures[half + i]) / (2 * STEP));
}

/** @param {Float64Array} metric [d, d], which J J' is added to @param {Float64Array} j [d, pixels] @param {number} d */
function addTo(metric, j, d) {
  const pixels = j.length / d;
  for (let a = 0; a < d; a += 1) for (let b = 0; b <= a; b += 1) {
    let sum = 0;
    for (let p = 0; p < pixels; p += 1) sum += j[a * pixels + p] * j[b * pixels + p];
    metric[a * d + b] += sum / POINTS;
    if (b < a) metric[b * d + a] = metric[a * d + b];
  }
}
