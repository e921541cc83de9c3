/**
 * A person's picture as the 28x28 white-on-black digit that the models know, in the browser: what gan_core/data/photos.py does on a server,
 * step for step. Fit in 20x20, centred by mass, as MNIST's own (LeCun, Cortes and Burges).
 */

import { t } from "../i18n/i18n.js";
import { inkOf } from "./ink.js";

const SIDE = 28;
const BOX = 20;
const WORKING = 512;
const CONTRAST = 25;
const STROKE = 1.5;

/** @typedef {{data: Float32Array, width: number, height: number}} Grey row-major */
/** @typedef {[x: number, y: number, value: number]} Pixel */

/** @typedef {{data: Uint8ClampedArray|Uint8Array, width: number, height: number}} Rgba row-major, four bytes a pixel */

/** @param {Rgba} image of any size @returns {Float32Array} [784] in [0, 1] @throws {Error} with an English sentence of the page's words */
export function digitIn(image) {
  const [width, height] = workingSize(image);
  const grey = greyOf(image);
  return digitOf(width < grey.width ? resized(grey, width, height) : grey);
}

/**
 * How large a picture is worked on: at most 512 pixels a side.
 * @param {{width: number, height: number}} size @returns {[width: number, height: number]} @throws {Error} where there is no room for a digit
 */
export function workingSize({ width, height }) {
  const factor = Math.min(1, WORKING / Math.max(width, height));
  const [w, h] = [width, height].map((side) => Math.max(1, Math.round(side * factor)));
  if (Math.min(w, h) < 4 || Math.max(w, h) > 8 * Math.min(w, h)) throw new Error(t("The picture is too small, or too long and thin. Crop it."));
  return [w, h];
}

/** @param {Grey} grey 0 ... 255 @returns {Float32Array} [784] in [0, 1] @throws {Error} where nothing is drawn */
export function digitOf(grey) {
  const edge = borderOf(grey);
  /** @param {Float32Array} data */
  const strongestOf = (data) => data.reduce((a, b) => Math.max(a, b), 0);
  if (grey.width === SIDE && grey.height === SIDE && median(edge.map(([, , value]) => value)) === 0 && strongestOf(grey.data) >= CONTRAST) return grey.data.map((value) => value / 255);
  return fit(thicken(crop(inkOf(grey))));
}

/** What is transparent gets the opaque border's grey, or where there is none the opposite of the ink. @param {Rgba} image @returns {Grey} */
function greyOf({ data, width, height }) {
  /** @param {number} i @param {number} channel */
  const at = (i, channel) => data[4 * i + channel];
  const luma = Float32Array.from({ length: width * height }, (_, i) => 0.299 * at(i, 0) + 0.587 * at(i, 1) + 0.114 * at(i, 2));
  const alpha = luma.map((_, i) => at(i, 3) / 255);
  const edge = borderOf({ data: alpha, width, height });
  const opaque = edge.filter(([, , value]) => value > 0.5).map(([x, y]) => luma[y * width + x]);
  const [ink, cover] = luma.reduce(([a, b], value, i) => [a + value * alpha[i], b + alpha[i]], [0, 0]);
  const behind = opaque.length > 0.5 * edge.length ? median(opaque) : ink < 127.5 * cover ? 255 : 0;
  return { data: luma.map((value, i) => value * alpha[i] + behind * (1 - alpha[i])), width, height };
}

/** @param {Grey} grey @returns {Pixel[]} */
function borderOf({ data, width, height }) {
  /** @param {number} x @param {number} y @returns {Pixel} */
  const pixel = (x, y) => [x, y, data[y * width + x]];
  const across = Array.from({ length: width }, (_, x) => [pixel(x, 0), pixel(x, height - 1)]);
  const down = Array.from({ length: height }, (_, y) => [pixel(0, y), pixel(width - 1, y)]);
  return [...across, ...down].flat();
}

/** @param {Grey} grey @returns {Grey} what has ink */
function crop({ data, width, height }) {
  let [left, right, top, bottom] = [width, -1, height, -1];
  data.forEach((value, i) => {
    if (!(value > 0)) return;
    const [x, y] = [i % width, Math.floor(i / width)];
    [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
  });
  const [w, h] = [right - left + 1, bottom - top + 1];
  return { data: Float32Array.from({ length: w * h }, (_, i) => data[(top + Math.floor(i / w)) * width + left + (i % w)]), width: w, height: h };
}

/** Fine strokes, as wide as MNIST's: fitted to 20 pixels they would fade away. @param {Grey} ink @returns {Grey} */
function thicken(ink) {
  const { data, width, height } = ink;
  /** @param {number} x @param {number} y */
  const at = (x, y) => (x < 0 || y < 0 || x >= width || y >= height ? 0 : data[y * width + x]);
  let [across, down, area] = [0, 0, 0];
  for (let y = 0; y <= height; y += 1)
    for (let x = 0; x <= width; x += 1) {
      across += Math.abs(at(x, y) - at(x - 1, y));
      down += Math.abs(at(x, y) - at(x, y - 1));
      area += at(x, y);
    }
  const missing = Math.round((STROKE * Math.max(width, height)) / BOX - (2 * area) / Math.max(Math.hypot(across, down), 1e-6));
  if (missing < 2) return ink;
  const reach = Math.floor(missing / 2);
  /** The largest value within reach, along rows and then along columns. @param {(place: number) => number} get @param {number} length @param {number} place */
  const widest = (get, length, place) => {
    let best = 0;
    for (let i = Math.max(0, place - reach); i <= Math.min(length - 1, place + reach); i += 1) best = Math.max(best, get(i));
    return best;
  };
  const [w, h] = [width + 2 * reach, height + 2 * reach];
  const rows = Float32Array.from({ length: w * height }, (_, i) => widest((x) => at(x, Math.floor(i / w)), width, (i % w) - reach));
  return { data: Float32Array.from({ length: w * h }, (_, i) => widest((y) => rows[y * w + (i % w)], height, Math.floor(i / w) - reach)), width: w, height: h };
}

/** @param {Grey} ink @returns {Float32Array} [784] */
function fit(ink) {
  const factor = BOX / Math.max(ink.width, ink.height);
  const small = resized(ink, Math.max(1, Math.round(ink.width * factor)), Math.max(1, Math.round(ink.height * factor)));
  const strongest = small.data.reduce((a, b) => Math.max(a, b), 0);
  const strong = [...small.data].filter((value) => value > 0.1 * strongest).sort((a, b) => a - b);
  // not the maximum: where two thin strokes cross would outshine the rest
  const white = strong[Math.round(0.9 * (strong.length - 1))];
  const { data, width, height } = crop({ ...small, data: small.data.map((value) => Math.min(1, value / white)) });
  const mass = data.reduce((a, b) => a + b, 0);
  /** @param {(i: number) => number} place */
  const mean = (place) => data.reduce((total, value, i) => total + value * place(i), 0) / mass;
  /** @param {number} middle @param {number} size */
  const start = (middle, size) => Math.min(Math.max(halfEven(SIDE / 2 - middle), 0), SIDE - size);
  const [left, top] = [start(mean((i) => i % width), width), start(mean((i) => Math.floor(i / width)), height)];
  const picture = new Float32Array(SIDE * SIDE);
  data.forEach((value, i) => (picture[(top + Math.floor(i / width)) * SIDE + left + (i % width)] = value));
  return picture;
}

/** Each new pixel is the mean of what it covers (or, made larger, the value it lies in), weighted by how much. @param {Grey} grey @param {number} w @param {number} h @returns {Grey} */
function resized({ data, width, height }, w, h) {
  /** @param {number} from @param {number} to @returns {[number, number][][]} */
  const weights = (from, to) => Array.from({ length: to }, (_, i) => {
    const [low, high] = [(i * from) / to, ((i + 1) * from) / to];
    return Array.from({ length: Math.ceil(high) - Math.floor(low) }, (_, j) => /** @type {[number, number]} */ ([Math.floor(low) + j, (Math.min(high, Math.floor(low) + j + 1) - Math.max(low, Math.floor(low) + j)) / (high - low)]));
  });
  const [across, down] = [weights(width, w), weights(height, h)];
  /** @param {number} x @param {number} y */
  const value = (x, y) => down[y].reduce((total, [row, a]) => total + a * across[x].reduce((sum, [column, b]) => sum + b * data[row * width + column], 0), 0);
  return { data: Float32Array.from({ length: w * h }, (_, i) => value(i % w, Math.floor(i / w))), width: w, height: h };
}

/** As Python rounds, so that a bar of even height lies where the server puts it. @param {number} value @returns {number} */
function halfEven(value) {
  const near = Math.round(value);
  return Math.abs(value - Math.floor(value) - 0.5) < 1e-5 ? 2 * Math.round(value / 2) : near;
}

/** @param {number[]} values @returns {number} */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}
