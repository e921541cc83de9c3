/**
 * What a signal is looked at with: its spectrum, and its envelope spectrum, in which a damaged bearing shows at what rate it is struck.
 * Source: Randall and Antoni 2011, section 3.2. https://doi.org/10.1016/j.ymssp.2010.07.017
 */

import { fft, inverse } from "./fft.js";

/** In which the structure rings, Hz: what is struck is heard there, the shaft and its imbalance are not. @type {readonly [number, number]} */
export const BAND = Object.freeze([2000, 4500]);
/** So far an envelope spectrum is shown, Hz. */
export const MOST_HZ = 500;
/** Numbers of a transform: finer than the window's own 12 Hz, so that a peak stands where it belongs. */
const PADDED = 4096;

/** @typedef {{hertz: number, heights: Float32Array}} Spectrum `heights[k]` is the amplitude at k * hertz */

/** @param {ArrayLike<number>} numbers in [0, 1] @param {number} [channels] @returns {Float64Array<ArrayBuffer>} the first channel around 0, in [-1, 1] */
export function waveOf(numbers, channels = 1) {
  return Float64Array.from({ length: numbers.length / channels }, (_, i) => 2 * numbers[i * channels] - 1);
}

/** @param {ArrayLike<number>} wave @returns {Float64Array<ArrayBuffer>} without its mean, through a Hann window, zeros behind */
function windowed(wave) {
  const { length } = wave;
  let mean = 0;
  for (let i = 0; i < length; i += 1) mean += wave[i] / length;
  const padded = new Float64Array(Math.max(PADDED, 2 ** Math.ceil(Math.log2(length))));
  for (let i = 0; i < length; i += 1) padded[i] = (wave[i] - mean) * (0.5 - 0.5 * Math.cos((2 * Math.PI * i) / length));
  return padded;
}

/** @param {ArrayLike<number>} wave @param {number} rate samples a second @param {number} [most] Hz @returns {Spectrum} a sine of amplitude a has the height a */
export function spectrumOf(wave, rate, most = rate / 2) {
  const re = windowed(wave);
  const im = new Float64Array(re.length);
  fft(re, im);
  const hertz = rate / re.length;
  const gain = 4 / wave.length; // half of a sine lies at negative frequencies, half is lost in the window
  return { hertz, heights: Float32Array.from({ length: Math.floor(Math.min(most, rate / 2) / hertz) + 1 }, (_, k) => gain * Math.hypot(re[k], im[k])) };
}

/**
 * @param {ArrayLike<number>} wave @param {number} rate samples a second
 * @returns {Float64Array<ArrayBuffer>} how loud its band rings at each moment: the magnitude of the analytic signal
 */
export function envelopeOf(wave, rate) {
  const size = 2 ** Math.ceil(Math.log2(wave.length));
  const re = new Float64Array(size);
  re.set(wave);
  const im = new Float64Array(size);
  fft(re, im);
  for (let k = 0; k < size; k += 1) {
    const hertz = (k * rate) / size;
    // negative frequencies, which lie above the half, go with what is outside of the band
    const inside = k <= size / 2 && hertz >= BAND[0] && hertz <= BAND[1];
    re[k] *= inside ? 2 : 0;
    im[k] *= inside ? 2 : 0;
  }
  inverse(re, im);
  return Float64Array.from({ length: wave.length }, (_, i) => Math.hypot(re[i], im[i]));
}

/** @param {ArrayLike<number>} wave @param {number} rate samples a second @returns {Spectrum} of its envelope, up to MOST_HZ */
export function envelopeSpectrumOf(wave, rate) {
  return spectrumOf(envelopeOf(wave, rate), rate, MOST_HZ);
}

/** The slowest that counts as a rate of strikes, Hz: what is below is the window. */
const LEAST_HZ = 15;

/** @param {Spectrum} spectrum @returns {{hertz: number, height: number}} where it is highest */
export function peakOf({ hertz, heights }) {
  let best = Math.ceil(LEAST_HZ / hertz);
  for (let k = best; k < heights.length; k += 1) if (heights[k] > heights[best]) best = k;
  return { hertz: best * hertz, height: heights[best] ?? 0 };
}
