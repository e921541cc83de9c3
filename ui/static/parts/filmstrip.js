/** What a slider does, as a strip of pictures under its thumb: a click on one goes there. */

import { h, paint, penOf } from "../kit/dom.js";

/** A strip reaches so far to both sides, a picture at each whole number. */
export const END = 3;
export const STOPS = 2 * END + 1;
const SIDE = 28;
const PIXELS = SIDE * SIDE;

/** The thumb is as wide as a picture, so its middle stands over the middle of the one that it gives. @param {HTMLElement} range @returns {CanvasRenderingContext2D} */
export function stripUnder(range) {
  const canvas = h("canvas", { width: STOPS * SIDE, height: SIDE, "aria-hidden": "true" });
  const track = h("div", { class: "gan-film-track" }, canvas);
  range.replaceWith(track);
  track.append(range);
  return penOf(canvas);
}

/** @param {CanvasRenderingContext2D[]} strips @param {number} first number of the first picture, counted strip after strip @param {Float32Array} pixels of one or more */
export function paintStrips(strips, first, pixels) {
  for (let i = 0; i < pixels.length / PIXELS; i += 1) {
    const [strip, stop] = [Math.floor((first + i) / STOPS), (first + i) % STOPS];
    paint(strips[strip], pixels.subarray(i * PIXELS, (i + 1) * PIXELS), stop * SIDE);
  }
}
