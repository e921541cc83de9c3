/** The fast Fourier transform, in place: radix 2 (Cooley and Tukey 1965, https://doi.org/10.1090/S0025-5718-1965-0178586-1). */

import { t } from "../i18n/i18n.js";

/** @typedef {Float64Array<ArrayBuffer>} Floats */

/**
 * @param {Floats} re @param {Floats} im as many numbers, a power of 2; both become their transform, sum of x_n exp(-2 pi i k n / N)
 * @throws {Error} for any other length
 */
export function fft(re, im) {
  const n = re.length;
  if (n < 1 || n & (n - 1) || im.length !== n) throw new RangeError(t("A transform of {n} and {m} numbers; expected as many of both, a power of 2.", { n, m: im.length }));
  // bits of the place in reverse order
  for (let i = 1, j = 0; i < n; i += 1) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) [re[i], re[j], im[i], im[j]] = [re[j], re[i], im[j], im[i]];
  }
  for (let size = 2; size <= n; size *= 2) {
    const half = size / 2;
    for (let k = 0; k < half; k += 1) {
      const [c, s] = [Math.cos((2 * Math.PI * k) / size), -Math.sin((2 * Math.PI * k) / size)];
      for (let i = k; i < n; i += size) {
        const j = i + half;
        const [x, y] = [re[j] * c - im[j] * s, re[j] * s + im[j] * c];
        re[j] = re[i] - x;
        im[j] = im[i] - y;
        re[i] += x;
        im[i] += y;
      }
    }
  }
}

/** The way back. @param {Floats} re @param {Floats} im */
export function inverse(re, im) {
  fft(im, re);
  for (let i = 0; i < re.length; i += 1) {
    re[i] /= re.length;
    im[i] /= re.length;
  }
}
