/** What is heard along a path, as a WAV file: each window goes round until the next fades in, at the same moment of the turn. */

import { ringOf } from "./loop.js";

/** How long one window fades into the next, in seconds. */
const FADE = 0.06;
const HEADER = 44; // bytes

/**
 * @param {ArrayLike<number>[]} waves of the frames, in [-1, 1] @param {number} rate samples a second @param {number} framesPerSecond
 * @returns {Float32Array<ArrayBuffer>} all of it
 */
export function walkOf(waves, rate, framesPerSecond) {
  const rings = waves.map(ringOf);
  const each = Math.round(rate / framesPerSecond);
  const faded = Math.min(each, Math.round(FADE * rate));
  return Float32Array.from({ length: each * rings.length }, (_, at) => {
    const frame = Math.floor(at / each);
    const [now, before] = [rings[frame], rings[Math.max(0, frame - 1)]];
    const share = Math.min(1, (at % each) / faded);
    return share * now[at % now.length] + (1 - share) * before[at % before.length];
  });
}

/**
 * One channel of 16 bits. Source: Multimedia Programming Interface and Data Specifications 1.0, IBM and Microsoft 1991, chapter 3.
 * @param {ArrayLike<number>} sound in [-1, 1]; what is louder is cut off @param {number} rate samples a second
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function wavOf(sound, rate) {
  const file = new Uint8Array(HEADER + 2 * sound.length);
  const view = new DataView(file.buffer);
  const word = (/** @type {number} */ at, /** @type {string} */ letters) => file.set(new TextEncoder().encode(letters), at);
  word(0, "RIFF");
  view.setUint32(4, file.length - 8, true);
  word(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  [1, 1].forEach((value, i) => view.setUint16(20 + 2 * i, value, true)); // PCM, one channel
  [rate, 2 * rate].forEach((value, i) => view.setUint32(24 + 4 * i, value, true));
  [2, 16].forEach((value, i) => view.setUint16(32 + 2 * i, value, true));
  word(36, "data");
  view.setUint32(40, 2 * sound.length, true);
  for (let i = 0; i < sound.length; i += 1) view.setInt16(HEADER + 2 * i, Math.round(32767 * Math.min(1, Math.max(-1, sound[i]))), true);
  return file;
}
