/** Where a hand finds something to hold: on a grey picture the ink, on one in colours whatever was pressed, but at its rim. */

import { scaleOf } from "../autodiff/grasp.js";

/** How far from the press ink is looked for, in pixels of a picture of MNIST's size. */
const SNAP = 3;
/** How far from its middle a picture in colours is held, in sides of it; what lies farther out is left to a finger that scrolls. */
const HELD = 0.4;

/** @typedef {[number, number]} Point x, y in pixels of the picture */
/** @typedef {import("../kit/sample.js").Shape} Shape */

/** @param {Float32Array} picture how bright it is @param {Shape} shape @param {Point} point @returns {Point|null} what was meant by a press there */
export function heldNear(picture, [height, width, channels], point) {
  if (channels === 1) return inkNear(picture, width, point);
  return Math.hypot(point[0] / width - 0.5, point[1] / height - 0.5) < HELD ? point : null;
}

/** @param {Float32Array} picture how bright it is @param {Shape} shape @returns {Point} what the arrow keys take first */
export function heldByKeys(picture, [, width, channels]) {
  return channels === 1 ? outermost(picture, width) : steepest(picture, width);
}

/** @param {Float32Array} picture @param {number} width @param {[number, number]} point @returns {[number, number]|null} the ink that was meant */
function inkNear(picture, width, [x, y]) {
  const snap = SNAP * scaleOf(picture.length / width, width);
  let [best, found] = [0.15, /** @type {[number, number]|null} */ (null)];
  picture.forEach((value, i) => {
    const [px, py] = [i % width, Math.floor(i / width)];
    const distance = Math.hypot(px - x, py - y);
    const worth = value * (1 - distance / snap);
    if (distance < snap && worth > best) [best, found] = [worth, [px, py]];
  });
  return found;
}

/** @param {Float32Array} picture @param {number} width @returns {[number, number]} the ink that lies farthest from the middle */
function outermost(picture, width) {
  const middle = [width / 2, picture.length / width / 2];
  let [far, found] = [-1, /** @type {[number, number]} */ ([middle[0], middle[1]])];
  picture.forEach((value, i) => {
    const distance = Math.hypot((i % width) - middle[0], Math.floor(i / width) - middle[1]);
    if (value > 0.6 && distance > far) [far, found] = [distance, [i % width, Math.floor(i / width)]];
  });
  return found;
}

/** @param {Float32Array} picture @param {number} width @returns {[number, number]} where its middle half changes most from one pixel to the next */
function steepest(picture, width) {
  const height = picture.length / width;
  let [most, found] = [-1, /** @type {[number, number]} */ ([width >> 1, height >> 1])];
  for (let y = height >> 2; y < (3 * height) >> 2; y += 1)
    for (let x = width >> 2; x < (3 * width) >> 2; x += 1) {
      const at = y * width + x;
      const change = Math.hypot(picture[at + 1] - picture[at - 1], picture[at + width] - picture[at - width]);
      if (change > most) [most, found] = [change, [x, y]];
    }
  return found;
}
