/**
 * Arithmetic of latent vectors as in the DCGAN paper: thick - thin of one digit, added to a thin other one. Radford et al. 2016, section 6.3.2,
 * https://arxiv.org/abs/1511.06434: single z are unreliable, means of several are not. Knows no page.
 */

/** @typedef {{z: Float32Array, picture: Float32Array, digit: number, sure: number, ink: number}} Drawn `sure`: the classifier's probability of that digit; `ink`: mean of the pixels */

const SURE = 0.8;
/** The thickest and thinnest of all are oddities, a blot or a broken line: so large a share of each end is passed over. Measured over all pairs of digits with
 * eight z each: the sum is read as the other digit in 53 % without, 72 % with a tenth, 82 % with a fifth passed over (29 % with one z). */
const ODD = 0.2;
/** Of each digit, so many of the thickest and of the thinnest are to choose from. */
export const MOST = 8;

/**
 * @param {Drawn[]} drawn @param {number} digit @param {boolean} thick
 * @returns {Drawn[]} thick or thin ones of that digit, at most MOST, the farthest first
 */
export function extremes(drawn, digit, thick) {
  const own = drawn.filter((one) => one.digit === digit && one.sure >= SURE).sort((a, b) => (thick ? b.ink - a.ink : a.ink - b.ink));
  const from = Math.max(0, Math.min(Math.floor(ODD * own.length), own.length - MOST));
  return own.slice(from, from + MOST);
}

/** @param {Drawn[]} drawn @returns {number[]} digits of which there are enough, both thick and thin */
export function possible(drawn) {
  return Array.from({ length: 10 }, (_, digit) => digit).filter((digit) => drawn.filter((one) => one.digit === digit && one.sure >= SURE).length >= 2 * MOST);
}

/** @param {Drawn[]} some @param {number} n @returns {Float32Array} mean of the first n z */
export function meanOf(some, n) {
  const first = some.slice(0, n);
  return first[0].z.map((_, i) => first.reduce((sum, { z }) => sum + z[i], 0) / first.length);
}

/** @param {Float32Array} a @param {Float32Array} b @param {Float32Array} c @returns {Float32Array} a - b + c */
export function combined(a, b, c) {
  return a.map((value, i) => value - b[i] + c[i]);
}
