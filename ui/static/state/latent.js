/** The prior p(z), seeds and walks: the browser's only latent arithmetic. Same numbers as gan_core/model/latent.py (docs/formats.md, section 3). */

import { t } from "../i18n/i18n.js";

export const MAX_SEED = 2 ** 32 - 1;

/**
 * @param {number} x
 * @returns {number} scrambled, unsigned 32 bit
 */
export function mix(x) {
  x ^= x >>> 16;
  x = Math.imul(x, 0x21f0aaad);
  x ^= x >>> 15;
  x = Math.imul(x, 0x735a2d97);
  x ^= x >>> 15;
  return x >>> 0;
}

/**
 * The seed of one picture of a grid.
 * @param {number} seed
 * @param {number} row
 * @returns {number}
 */
export function child(seed, row) {
  return row === 0 ? seed >>> 0 : mix((mix((seed + 0x9e3779b9) | 0) + Math.imul(row, 0x85ebca6b)) | 0);
}

/** @param {number} seed @param {number} i @returns {number} unsigned 32 bit */
export function word(seed, i) {
  return mix((mix(seed ^ 0x6a09e667) + Math.imul(i, 0x9e3779b1)) | 0);
}

/**
 * Independent normal numbers (Box-Muller).
 * @param {number} seed 0 ... 2^32-1
 * @param {number} d how many
 * @param {number} [from] which of the seed's numbers is the first, even
 * @returns {Float32Array}
 */
export function normal(seed, d, from = 0) {
  const z = new Float32Array(d);
  for (let j = 0; j < d; j += 2) {
    const radius = Math.sqrt(-2 * Math.log((word(seed, from + j) + 0.5) / 2 ** 32));
    const angle = 2 * Math.PI * ((word(seed, from + j + 1) + 0.5) / 2 ** 32);
    z[j] = radius * Math.cos(angle);
    if (j + 1 < d) z[j + 1] = radius * Math.sin(angle);
  }
  return z;
}

/**
 * @typedef {{kind: "normal"|"rectified_normal", mean?: Float32Array, factor?: Float32Array, votes?: number, lead?: number}} Prior `factor` is
 *   [d, d], row-major; `lead` is added to the highest of the `votes` first numbers, as pictures are broken where two digits meet
 */

/**
 * One z of the prior.
 * @param {number} seed
 * @param {number} d
 * @param {Prior} [prior]
 * @returns {Float32Array}
 */
export function sample(seed, d, prior) {
  return fromUnit(led(normal(seed, d), prior), prior);
}

/** @param {Float32Array} unit independent normal numbers @param {Prior} [prior] @returns {Float32Array} the same, the highest vote raised */
function led(unit, prior) {
  if (!prior?.votes || !prior.lead) return unit;
  let best = 0;
  for (let i = 1; i < prior.votes; i += 1) if (unit[i] > unit[best]) best = i;
  unit[best] += Math.fround(prior.lead);
  return unit;
}

/** @param {Float32Array|Float64Array} unit independent normal numbers @param {Prior} [prior] @returns {Float32Array} a z of the prior */
function fromUnit(unit, prior) {
  if (prior?.kind !== "rectified_normal" || !prior.mean || !prior.factor) return Float32Array.from(unit);
  const d = unit.length;
  const z = new Float32Array(d);
  for (let i = 0; i < d; i += 1) {
    let sum = prior.mean[i];
    for (let j = 0; j < d; j += 1) sum += prior.factor[i * d + j] * unit[j];
    z[i] = Math.max(0, sum);
  }
  return z;
}

/** How far the plane of seeds goes, each way. */
export const PLANE_END = 30000;

/**
 * The z at (x, y) of an endless plane with a seed at every whole point: the four neighbours blended, unit spread kept at every point.
 * @param {number} x
 * @param {number} y
 * @param {number} d
 * @param {Prior} [prior]
 * @returns {Float32Array}
 */
export function seedPlane(x, y, d, prior) {
  const [column, row] = [Math.floor(x), Math.floor(y)];
  const [right, down] = [x - column, y - row];
  const weights = [(1 - right) * (1 - down), right * (1 - down), (1 - right) * down, right * down];
  const length = norm(weights);
  const unit = new Float64Array(d);
  weights.forEach((weight, i) => {
    if (weight === 0) return;
    const corner = led(normal(planeSeed(column + (i & 1), row + (i >> 1)), d), prior);
    for (let j = 0; j < d; j += 1) unit[j] += (weight / length) * corner[j];
  });
  return fromUnit(unit, prior);
}

/** @param {number} column whole @param {number} row whole @returns {number} the seed that lies there */
export function planeSeed(column, row) {
  return (((column & 0xffff) << 16) | (row & 0xffff)) >>> 0;
}

/**
 * A z near another, as likely under a normal prior as the one it comes from: the deviation is turned a little towards a fresh one.
 * @param {ArrayLike<number>} z
 * @param {ArrayLike<number>} fresh another z of the prior
 * @param {{kind: string, mean: Float32Array|null}} prior
 * @param {number} share 0 keeps z, 1 gives `fresh`
 * @returns {Float32Array}
 */
export function mutate(z, fresh, { kind, mean }, share) {
  const [keep, take] = [Math.cos((share * Math.PI) / 2), Math.sin((share * Math.PI) / 2)];
  const floor = kind === "rectified_normal" ? 0 : -Infinity;
  return Float32Array.from(z, (value, i) => {
    const middle = mean ? mean[i] : 0;
    return Math.max(floor, middle + keep * (value - middle) + take * (fresh[i] - middle));
  });
}

/**
 * The same deviations at other coordinates: as long as before, and as likely where coordinates are independent.
 * @param {ArrayLike<number>} z
 * @param {{kind: string, mean: Float32Array|null, std: Float32Array}} prior
 * @param {() => number} [random] 0 ... 1
 * @returns {Float32Array}
 */
export function shuffle(z, { kind, mean, std }, random = Math.random) {
  const floor = kind === "rectified_normal" ? 0 : -Infinity;
  const deviations = Float32Array.from(z, (value, i) => (value - (mean ? mean[i] : 0)) / (std[i] || 1));
  for (let i = deviations.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    [deviations[i], deviations[j]] = [deviations[j], deviations[i]];
  }
  return deviations.map((deviation, i) => Math.max(floor, (mean ? mean[i] : 0) + std[i] * deviation));
}

/**
 * Moves z towards the prior's mean (psi < 1) or away from it (psi > 1).
 * @param {ArrayLike<number>} z
 * @param {ArrayLike<number>|null} mean null for zeros
 * @param {number} psi 0 ... 2
 * @returns {Float32Array}
 */
export function spread(z, mean, psi) {
  return Float32Array.from(z, (value, i) => (mean ? mean[i] + psi * (value - mean[i]) : psi * value));
}

/**
 * @param {ArrayLike<number>} a
 * @param {ArrayLike<number>} b
 * @param {number} t
 * @returns {Float32Array}
 */
export function lerp(a, b, t) {
  return Float32Array.from(a, (value, i) => (1 - t) * value + t * b[i]);
}

/**
 * Along the great circle from a to b, the norm going linearly; straight where the angle says too little.
 * @param {ArrayLike<number>} a
 * @param {ArrayLike<number>} b
 * @param {number} t
 * @returns {Float32Array}
 */
export function slerp(a, b, t) {
  const [lengthA, lengthB] = [norm(a), norm(b)];
  if (lengthA === 0 || lengthB === 0) return lerp(a, b, t);
  const angle = Math.acos(Math.min(1, Math.max(-1, dot(a, b) / (lengthA * lengthB))));
  if (angle < 1e-4 || angle > Math.PI - 1e-4) return lerp(a, b, t);
  const length = (1 - t) * lengthA + t * lengthB;
  const weightA = (length * Math.sin((1 - t) * angle)) / (Math.sin(angle) * lengthA);
  const weightB = (length * Math.sin(t * angle)) / (Math.sin(angle) * lengthB);
  return Float32Array.from(a, (value, i) => weightA * value + weightB * b[i]);
}

/** @param {Float32Array[]} rows of one length @returns {Float32Array} [n, d] */
export function stack(rows) {
  const all = new Float32Array(rows.length * rows[0].length);
  rows.forEach((row, i) => all.set(row, i * row.length));
  return all;
}

/** @param {ArrayLike<number>} a @param {ArrayLike<number>} b @returns {number} */
export function dot(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += a[i] * b[i];
  return sum;
}

/** @param {ArrayLike<number>} a @returns {number} */
export function norm(a) {
  return Math.sqrt(dot(a, a));
}

/**
 * Reads a seed that a person typed.
 * @param {string} text
 * @returns {number}
 * @throws {Error} with a sentence for the page
 */
export function parseSeed(text) {
  const trimmed = text.trim();
  if (!/^[+-]?\d+$/.test(trimmed)) throw new Error(t("{text} is not a seed. Type a whole number from 0 to {most}.", { text: JSON.stringify(text.slice(0, 40)), most: MAX_SEED }));
  const seed = Number(trimmed);
  if (seed < 0 || seed > MAX_SEED) throw new Error(t("Seed {seed} is out of range. Type a whole number from 0 to {most}.", { seed: trimmed.slice(0, 40), most: MAX_SEED }));
  return seed === 0 ? 0 : seed;
}

/** @returns {number} a fresh seed */
export function randomSeed() {
  return crypto.getRandomValues(new Uint32Array(1))[0];
}
