/** What a direction does to a signal: how loud it is, how often it is struck and how it rings. Pure: no page. */

import { MOST_HZ, peakOf, spectrumOf, waveOf } from "../signal/spectra.js";

const FAINT = 1e-9;
/** Seconds over which the loudness is smoothed: shorter than from one strike to the next. */
const SMOOTH = 0.0005;
/** Share of the moments that are quieter than what is taken for the noise between strikes. */
const QUIET = 0.2;

/** Hz: what is slower is the shaft, and no ring. */
const LOW = 500;

/** @typedef {"loudness"|"rumble"|"strikes"|"ring"|"decay"|"sharpness"|"noise"} SignalTrait */

/**
 * @param {ArrayLike<number>} numbers of one signal in [0, 1]
 * @param {readonly number[]} shape [length, channels]
 * @param {number} rate samples a second
 * @returns {Record<SignalTrait, number>} loudness, and rumble of what is below LOW, in dB; strikes a second, where its envelope's spectrum is highest; ring, the mean
 *   frequency of its power in Hz; decay, milliseconds until half of the loudest is left; sharpness, how far its peak is above its loudness, and noise, how
 *   far the quietest fifth is below the loudest moment, in dB
 */
export function traitsOfSignal(numbers, [, channels], rate) {
  const wave = waveOf(numbers, channels);
  const mean = wave.reduce((sum, value) => sum + value, 0) / wave.length;
  const power = wave.reduce((sum, value) => sum + (value - mean) ** 2, 0) / wave.length;
  const { hertz, heights } = spectrumOf(wave, rate);
  let [mass, moment, low] = [FAINT, 0, FAINT];
  heights.forEach((height, k) => {
    mass += height * height;
    moment += k * hertz * height * height;
    if (k * hertz < LOW) low += height * height;
  });
  const peak = wave.reduce((most, value) => Math.max(most, (value - mean) ** 2), 0);
  const envelope = smoothed(wave, mean, Math.max(1, Math.round(SMOOTH * rate)));
  const loudest = envelope.reduce((best, value, i) => (value > envelope[best] ? i : best), 0);
  let end = loudest;
  while (end < envelope.length && envelope[end] > envelope[loudest] / 2) end += 1;
  const quiet = [...envelope].sort((a, b) => a - b)[Math.floor(QUIET * envelope.length)];
  return {
    loudness: decibels(power), rumble: decibels(low), sharpness: decibels(peak) - decibels(power), strikes: peakOf(spectrumOf(envelope, rate, MOST_HZ)).hertz, ring: moment / mass,
    decay: (1000 * (end - loudest)) / rate, noise: decibels(quiet ** 2) - decibels(envelope[loudest] ** 2),
  };
}

/** @param {number} power @returns {number} */
const decibels = (power) => 10 * Math.log10(power + FAINT);

/** @param {Float64Array} wave @param {number} mean @param {number} reach samples to either side @returns {Float64Array} how loud it is around each moment */
function smoothed(wave, mean, reach) {
  const sums = new Float64Array(wave.length + 1);
  for (let i = 0; i < wave.length; i += 1) sums[i + 1] = sums[i] + (wave[i] - mean) ** 2;
  return wave.map((_, i) => {
    const [from, to] = [Math.max(0, i - reach), Math.min(wave.length, i + reach + 1)];
    return Math.sqrt((sums[to] - sums[from]) / (to - from));
  });
}
