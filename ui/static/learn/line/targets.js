/** Distributions on a line as bins: what the data are, what G makes of an even z, and how far apart the two are. */

/** The line that is seen, and its bins. */
export const LOW = -4;
export const HIGH = 4;
export const BINS = 64;
export const WIDTH = (HIGH - LOW) / BINS;

const bump = (/** @type {number} */ mean, /** @type {number} */ std) => (/** @type {number} */ x) => Math.exp(-0.5 * ((x - mean) / std) ** 2) / std;
/** Densities up to a factor. @type {Record<string, (x: number) => number>} */
const SHAPES = {
  one: bump(1.2, 0.6),
  two: (x) => bump(-1.6, 0.4)(x) + bump(1.6, 0.4)(x),
  uniform: (x) => Number(Math.abs(x) < 2),
};

/** @param {number} i @returns {number} the middle of that bin */
export const middle = (i) => LOW + (i + 0.5) * WIDTH;

/** @param {ArrayLike<number>} weights [BINS] @returns {Float64Array} shares, of sum 1; even where there is nothing */
export function shares(weights) {
  const all = Array.from(weights, (value) => Math.max(0, value));
  const sum = all.reduce((a, b) => a + b, 0);
  return Float64Array.from(all, (value) => (sum > 0 ? value / sum : 1 / all.length));
}

/** @param {string} name one of "one", "two", "uniform" @returns {Float64Array} [BINS] of sum 1 */
export function target(name) {
  return shares(Array.from({ length: BINS }, (_, i) => SHAPES[name](middle(i))));
}

/** @param {Float64Array} p [BINS] @returns {import("../tinygan.js").Draw} samples of it, even within a bin, one of each equal share of it: less chance, less noise */
export function drawOf(p) {
  const ends = new Float64Array(p.length);
  p.reduce((sum, share, i) => (ends[i] = sum + share), 0);
  return (count, random) => Float64Array.from({ length: count }, (_, i) => {
    const place = ((i + random()) / count) * ends[ends.length - 1];
    let [low, high] = [0, ends.length - 1];
    while (low < high) {
      const half = (low + high) >> 1;
      if (ends[half] > place) high = half;
      else low = half + 1;
    }
    return LOW + (low + random()) * WIDTH;
  });
}

/**
 * How likely each bin is where z is even: without chance, since between two neighbouring z lies the same mass, spread over what lies between their x.
 * @param {ArrayLike<number>} x of evenly spaced z, in their order
 * @returns {Float64Array} [BINS]; what lies outside of the line is missing, so the sum may be below 1
 */
export function pushed(x) {
  const bins = new Float64Array(BINS);
  const mass = 1 / (x.length - 1);
  for (let i = 1; i < x.length; i += 1) {
    const [a, b] = [Math.min(x[i - 1], x[i]), Math.max(x[i - 1], x[i])];
    const length = Math.max(b - a, 1e-9);
    const [first, last] = [a, b].map((place) => Math.floor((place - LOW) / WIDTH));
    for (let bin = Math.max(0, first); bin <= Math.min(BINS - 1, last); bin += 1) {
      const [from, to] = [LOW + bin * WIDTH, LOW + (bin + 1) * WIDTH];
      bins[bin] += b - a < 1e-9 ? mass : (mass * Math.max(0, Math.min(b, to) - Math.max(a, from))) / length;
    }
  }
  return bins;
}

/** @param {ArrayLike<number>} p @param {ArrayLike<number>} g @returns {number} total variation, 0 where they are the same, 1 where they share nothing */
export function apart(p, g) {
  let [shared, i] = [0, 0];
  for (; i < p.length; i += 1) shared += Math.min(p[i], g[i]);
  return 1 - shared;
}

/**
 * The best that D can be while G stands: p / (p + g). Goodfellow et al. 2014, proposition 1.
 * @param {ArrayLike<number>} p @param {ArrayLike<number>} g @returns {Float64Array} NaN where neither ever is
 */
export function best(p, g) {
  return Float64Array.from(p, (share, i) => (share + g[i] > 1e-5 ? share / (share + g[i]) : NaN));
}
