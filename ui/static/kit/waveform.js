/**
 * How a signal is drawn: as its waveform, white on black as the digits are. Every column of pixels reaches from the least to the largest sample that
 * falls on it, so that no burst is missed however small the picture is; channels lie below each other.
 */

import { PICTURE } from "./picture.js";

/** Height and width of a waveform among others: bursts are told apart where it is shown 40 pixels wide. */
const CELL = 96;
/** What is left free on both sides, in parts of the width: neighbours are no one signal. */
const EDGE = 1 / 20;
/** A line is so thick at least, in parts of the height. */
const THIN = 1 / 50;
/** Of a large one, in pixels. */
const THIN_PIXELS = 1.5;

/** @typedef {{top: Float32Array, bottom: Float32Array}} Columns from above, 0 ... 1 */

/**
 * @param {ArrayLike<number>} numbers in [0, 1], 0.5 where there is no amplitude; the channels of one moment beside each other
 * @param {import("./shape.js").Shape} shape length, channels
 * @param {number} channel
 * @param {number} width in columns
 * @param {number} thin how much of the height a line takes at least
 * @returns {Columns} what of each column is covered
 */
export function columnsOf(numbers, [length, channels], channel, width, thin) {
  const [top, bottom] = [new Float32Array(width), new Float32Array(width)];
  for (let column = 0; column < width; column += 1) {
    const first = Math.floor((column * length) / width);
    // as far as the first sample of the next column, so that the line has no gaps
    const last = Math.min(length - 1, Math.floor(((column + 1) * length) / width));
    let [low, high] = [Infinity, -Infinity];
    for (let i = first; i <= last; i += 1) {
      const value = Math.min(1, Math.max(0, numbers[i * channels + channel]));
      if (value < low) low = value;
      if (value > high) high = value;
    }
    const middle = 1 - (low + high) / 2;
    const half = Math.max(high - low, thin) / 2;
    [top[column], bottom[column]] = [Math.max(0, middle - half), Math.min(1, middle + half)];
  }
  return { top, bottom };
}

/**
 * @param {ArrayLike<number>} numbers @param {import("./shape.js").Shape} shape @param {number} [height] @param {number} [width]
 * @returns {Float32Array<ArrayBuffer>} a grey picture [height, width, 1] of it, in [0, 1]
 */
export function pictureOf(numbers, shape, height = CELL, width = CELL) {
  const pixels = new Float32Array(height * width);
  const lane = height / shape[1];
  const edge = Math.round(EDGE * width);
  for (let channel = 0; channel < shape[1]; channel += 1) {
    const { top, bottom } = columnsOf(numbers, shape, channel, width - 2 * edge, Math.max(THIN, THIN_PIXELS / lane));
    for (let x = 0; x < top.length; x += 1) {
      const [from, to] = [(channel + top[x]) * lane, (channel + bottom[x]) * lane];
      for (let y = Math.floor(from); y < Math.min(height, to); y += 1) pixels[y * width + edge + x] = Math.min(1, Math.min(y + 1, to) - Math.max(y, from));
    }
  }
  return pixels;
}

/** Columns of an outline for one of the picture's pixels. */
const FINE = 4;

/**
 * @param {ArrayLike<number>} numbers @param {import("./shape.js").Shape} shape @param {number} height @param {number} width
 * @returns {string} the waveform as a path of SVG: along its upper edge and back along its lower one
 */
export function outlineOf(numbers, shape, height, width) {
  const [lane, edge] = [height / shape[1], Math.round(EDGE * width)];
  return Array.from({ length: shape[1] }, (_, channel) => {
    const { top, bottom } = columnsOf(numbers, shape, channel, FINE * (width - 2 * edge), THIN / 2);
    const at = (/** @type {number} */ place, /** @type {number} */ i) => `${edge + (i + 0.5) / FINE} ${((channel + place) * lane).toFixed(2)}`;
    const points = [...Array.from(top, at), ...Array.from(bottom, at).reverse()];
    return `M${points.join("L")}z`;
  }).join("");
}

/**
 * One that fills its canvas, as large as that is.
 * @param {CanvasRenderingContext2D} context @param {ArrayLike<number>} numbers @param {import("./shape.js").Shape} shape @param {{width: number, height: number, ratio: number}} size on screen, and how many pixels of the canvas one there is
 */
export function paintLarge(context, numbers, shape, { ratio, ...size }) {
  const { canvas } = context;
  const [width, height] = [Math.round(size.width * ratio), Math.round(size.height * ratio)];
  if (!width || !height) return;
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  const lane = height / shape[1];
  context.fillStyle = "#000";
  context.fillRect(0, 0, width, height);
  for (let channel = 0; channel < shape[1]; channel += 1) {
    const edge = channel * lane;
    context.fillStyle = "#444";
    context.fillRect(0, edge + lane / 2 - ratio / 2, width, ratio);
    context.fillStyle = "#fff";
    const { top, bottom } = columnsOf(numbers, shape, channel, width, (THIN_PIXELS * ratio) / lane);
    for (let x = 0; x < width; x += 1) context.fillRect(x, edge + top[x] * lane, 1, (bottom[x] - top[x]) * lane);
  }
}

/** @type {import("./sample.js").Painter} */
export const WAVEFORM = {
  cell: () => [CELL, CELL],
  paint: (context, numbers, x, y, shape) => PICTURE.paint(context, pictureOf(numbers, shape), x, y, [CELL, CELL, 1]),
};
