/** What a slider does, as a strip of pictures under its thumb: a click on one goes there. */

import { h, penOf } from "../kit/dom.js";
import { cellOf, fit, MNIST, numbersIn, paint } from "../kit/sample.js";

/** A strip reaches so far to both sides, a picture at each whole number. */
export const END = 3;
export const STOPS = 2 * END + 1;

/** The thumb is as wide as a picture, so its middle stands over the middle of the one that it gives. @param {HTMLElement} range @param {import("../kit/sample.js").Shape} [shape] @returns {CanvasRenderingContext2D} */
export function stripUnder(range, shape = MNIST) {
  const canvas = h("canvas", { "aria-hidden": "true" });
  fit(canvas, shape, STOPS);
  const track = h("div", { class: "gan-film-track" }, canvas);
  range.replaceWith(track);
  track.append(range);
  return penOf(canvas);
}

/**
 * @param {CanvasRenderingContext2D[]} strips @param {number} first number of the first picture, counted strip after strip @param {Float32Array} pixels of one or more
 * @param {import("../kit/sample.js").Shape} [shape]
 */
export function paintStrips(strips, first, pixels, shape = MNIST) {
  const [each, width] = [numbersIn(shape), cellOf(shape)[1]];
  for (let i = 0; i < pixels.length / each; i += 1) {
    const [strip, stop] = [Math.floor((first + i) / STOPS), (first + i) % STOPS];
    paint(strips[strip], pixels.subarray(i * each, (i + 1) * each), stop * width, 0, shape);
  }
}
