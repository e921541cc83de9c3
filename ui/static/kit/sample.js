/** Who draws a sample: a picture, grey or in colour, or a signal. What it is made of stands in shape.js. */

import { PICTURE } from "./picture.js";
import { isSignal, MNIST } from "./shape.js";
import { WAVEFORM } from "./waveform.js";

export { isMnist, isSignal, MNIST, numbersIn } from "./shape.js";

/** @typedef {import("./shape.js").Shape} Shape */

/**
 * Who draws a sample, one of each kind.
 * @typedef {Object} Painter
 * @property {(shape: Shape) => [height: number, width: number]} cell pixels that one takes among others
 * @property {(context: CanvasRenderingContext2D, numbers: ArrayLike<number>, x: number, y: number, shape: Shape) => void} paint one, in [0, 1]
 */

/** @param {Shape} shape @returns {Painter} */
const painterOf = (shape) => (isSignal(shape) ? WAVEFORM : PICTURE);

/** @param {Shape} shape @returns {[height: number, width: number]} pixels that one sample takes on a canvas among others */
export const cellOf = (shape) => painterOf(shape).cell(shape);

/**
 * Paints one sample into a canvas, as large as `cellOf` says.
 * @param {CanvasRenderingContext2D} context
 * @param {ArrayLike<number>} pixels in [0, 1], row-major; of a signal 0.5 where there is no amplitude
 * @param {number} [x] left edge in the canvas
 * @param {number} [y] top edge in the canvas
 * @param {Shape} [shape]
 */
export function paint(context, pixels, x = 0, y = 0, shape = MNIST) {
  painterOf(shape).paint(context, pixels, x, y, shape);
}

/**
 * Paints one sample onto a canvas of its own, which becomes as large as the sample is.
 * @param {CanvasRenderingContext2D} context @param {ArrayLike<number>} pixels in [0, 1] @param {Shape} [shape]
 */
export function paintWhole(context, pixels, shape = MNIST) {
  fit(context.canvas, shape);
  paint(context, pixels, 0, 0, shape);
}

/**
 * @param {HTMLCanvasElement} canvas which becomes so many samples wide @param {Shape} shape @param {number} [count] @param {number} [gap] pixels after each
 * @param {number} [rows] of so many, with the gap below each; without them it is one, and as high as a sample
 * @returns {boolean} whether it was another size, and is empty now
 */
export function fit(canvas, shape, count = 1, gap = 0, rows = 0) {
  const [height, width] = cellOf(shape);
  const size = { width: (width + gap) * count, height: rows ? (height + gap) * rows : height };
  // the pixels of a picture are what there is to see, those of a waveform are not (style.css)
  canvas.dataset.kind = isSignal(shape) ? "signal" : "picture";
  if (canvas.width === size.width && canvas.height === size.height) return false;
  Object.assign(canvas, size);
  return true;
}
