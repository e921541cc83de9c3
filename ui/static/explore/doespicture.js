/** What a direction does to a picture that is no handwriting: brightness and colour of its parts, and how large what is on it is. Pure: no page. */

import { brightness } from "../autodiff/grasp.js";

const FAINT = 1e-6;
/** What differs less from the ground, in brightness or warmth, is its own unevenness. */
const SAME = 0.1;

/** Parts of a picture by where they lie, shares of its width and height: left, right, top, bottom. @typedef {readonly [number, number, number, number]} Part */
/** @type {readonly Part[]} */
const WHOLE = [[0, 1, 0, 1]];
/** What stands on a ground is seldom in its upper corners. @type {readonly Part[]} */
const GROUND = [[0, 0.125, 0, 0.4], [0.875, 1, 0, 0.4]];
/** @type {readonly Part[]} */
const MIDDLE = [[0.35, 0.65, 0.4, 0.7]];
/** @type {readonly Part[]} */
const TOP = [[0.3, 0.7, 0.1, 0.3]];

/** Of the whole: where a part of a picture changes about as clearly, that says more. @type {ReadonlySet<string>} */
export const WHOLES = new Set(["brightness", "colourfulness", "warmth"]);

/** @typedef {"brightness"|"colourfulness"|"warmth"|"ground_brightness"|"ground_warmth"|"middle_brightness"|"middle_warmth"|"top_brightness"|"top_warmth"|"width"|"height"} PictureTrait */

/**
 * @param {Float32Array} pixels of one picture in [0, 1], row-major
 * @param {readonly number[]} shape [height, width, channels]
 * @returns {Partial<Record<PictureTrait, number>>} brightness (luminance), colourfulness (strongest less weakest of red, green and blue) and warmth (red less blue)
 *   in [0, 1]; width and height of what differs from the ground, twice its spread, in pixels. A grey picture has no colours
 */
export function traitsOfPicture(pixels, [height, width, channels]) {
  const bright = brightness(pixels, channels);
  const mean = (/** @type {ArrayLike<number>} */ plane, /** @type {readonly Part[]} */ parts) => meanIn(plane, height, width, parts);
  const ground = mean(bright, GROUND);
  const grey = { brightness: mean(bright, WHOLE), ground_brightness: ground, middle_brightness: mean(bright, MIDDLE), top_brightness: mean(bright, TOP) };
  if (channels === 1) return { ...grey, ...spreadOf(height, width, (i) => Math.abs(bright[i] - ground) > SAME) };
  const red = (/** @type {number} */ i) => pixels[3 * i];
  const [green, blue] = [(/** @type {number} */ i) => pixels[3 * i + 1], (/** @type {number} */ i) => pixels[3 * i + 2]];
  const warm = bright.map((_, i) => red(i) - blue(i));
  const strong = bright.map((_, i) => Math.max(red(i), green(i), blue(i)) - Math.min(red(i), green(i), blue(i)));
  const cool = mean(warm, GROUND);
  return {
    ...grey, colourfulness: mean(strong, WHOLE), warmth: mean(warm, WHOLE), ground_warmth: cool, middle_warmth: mean(warm, MIDDLE), top_warmth: mean(warm, TOP),
    ...spreadOf(height, width, (i) => Math.abs(bright[i] - ground) > SAME || Math.abs(warm[i] - cool) > SAME),
  };
}

/** @param {ArrayLike<number>} plane [height, width] @param {number} height @param {number} width @param {readonly Part[]} parts */
function meanIn(plane, height, width, parts) {
  let [sum, count] = [0, 0];
  for (const [left, right, top, bottom] of parts)
    for (let row = Math.floor(top * height); row < bottom * height; row += 1)
      for (let column = Math.floor(left * width); column < right * width; column += 1, count += 1) sum += plane[row * width + column];
  return sum / count;
}

/** @param {number} height @param {number} width @param {(pixel: number) => boolean} differs from the ground @returns {{width: number, height: number}} */
function spreadOf(height, width, differs) {
  let [mass, x, y, xx, yy] = [FAINT, 0, 0, 0, 0];
  for (let i = 0; i < height * width; i += 1) {
    if (!differs(i)) continue;
    const [row, column] = [Math.floor(i / width), i % width];
    mass += 1;
    x += column;
    y += row;
    xx += column * column;
    yy += row * row;
  }
  const twice = (/** @type {number} */ sum, /** @type {number} */ squares) => 2 * Math.sqrt(Math.max(0, squares / mass - (sum / mass) ** 2));
  return { width: twice(x, xx), height: twice(y, yy) };
}
