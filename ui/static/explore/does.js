/**
 * What a direction of the latent space does, measured on the pictures of its strip; of handwriting: slant, weight, width or height. Pure: no page.
 * What it does to other pictures stands in doespicture.js, to signals in doessignal.js.
 */

import { WHOLES } from "./doespicture.js";

const MNIST = [28, 28];
const FAINT = 1e-6;
/** Standard deviations, to either side of a picture, between which a change is measured. */
export const REACH = 1.5;
/** A direction is named by what it changes most, where that is as much as pictures differ from each other anyway ... */
const CLEAR = 0.8;
/** ... and goes the same way in so many of them. */
const AGREED = 0.8;
/** How clear a change of a whole picture has to be, beside that of a part, to be the one that is told. */
const BEYOND_A_PART = 1.1;

/** @typedef {"slant"|"weight"|"width"|"height"} StrokeTrait */
/** @typedef {StrokeTrait|import("./doespicture.js").PictureTrait|import("./doessignal.js").SignalTrait} Trait */
/** @typedef {Partial<Record<Trait, number>>} Traits of one sample; all samples of a model have the same ones */
/** @typedef {{trait: Trait, change: number, clear: number}} Does `change` from -REACH to +REACH, in the trait's unit; `clear`: in standard deviations of it */

/**
 * As gan_core/metrics/handwriting.py measures slant and stroke width.
 * @param {ArrayLike<number>} pixels in [0, 1], row-major
 * @param {readonly number[]} [shape] height and width
 * @returns {Record<StrokeTrait, number>} slant: pixels to the right per row upwards; the others in pixels: width of the strokes, and twice the spread of the ink across
 *   (once it stands upright) and upwards
 */
export function traitsOf(pixels, [rows, columns] = MNIST) {
  const at = (/** @type {number} */ row, /** @type {number} */ column) => (row < 0 || column < 0 || row >= rows || column >= columns ? 0 : pixels[row * columns + column]);
  let [mass, x, y] = [FAINT, 0, 0];
  for (let i = 0; i < rows * columns; i += 1) {
    mass += pixels[i];
    x += pixels[i] * (i % columns);
    y += pixels[i] * Math.floor(i / columns);
  }
  [x, y] = [x / mass, y / mass];
  let [xx, xy, yy, edges] = [0, 0, 0, 0];
  for (let row = -1; row < rows; row += 1)
    for (let column = -1; column < columns; column += 1) {
      const here = at(row, column);
      edges += Math.hypot(at(row + 1, column) - here, at(row, column + 1) - here);
      if (!here) continue;
      xx += here * (column - x) ** 2;
      xy += here * (column - x) * (row - y);
      yy += here * (row - y) ** 2;
    }
  const slant = -xy / (yy + FAINT);
  const upright = Math.max(0, xx - xy ** 2 / (yy + FAINT)) / mass; // of x + slant * y
  return { slant, weight: (2 * mass) / (edges + FAINT), width: 2 * Math.sqrt(upright), height: 2 * Math.sqrt(yy / mass) };
}

/**
 * @param {readonly Traits[]} before of pictures moved by -REACH along the direction
 * @param {readonly Traits[]} after of the same moved by +REACH
 * @param {readonly Traits[]} still of the same where they stand
 * @param {number} [groups] of samples that differ by what was asked for, one after the other: how much they differ is measured within each
 * @returns {Does|null} what it does most; null where that is nothing that was measured
 */
export function doesOf(before, after, still, groups = 1) {
  const measured = /** @type {Trait[]} */ (Object.keys(still[0]));
  const found = measured.map((trait) => {
    const of = (/** @type {readonly Traits[]} */ samples) => samples.map((traits) => traits[trait] ?? 0);
    const [start, end] = [of(before), of(after)];
    const changes = end.map((value, i) => value - start[i]);
    const change = mean(changes);
    const agreed = changes.filter((one) => Math.sign(one) === Math.sign(change)).length / changes.length;
    return { trait, change, clear: Math.abs(change) / (spreadOf(of(still), groups) + FAINT), agreed };
  }).filter(({ clear, agreed }) => clear >= CLEAR && agreed >= AGREED);
  const told = (/** @type {{trait: Trait, clear: number}} */ { trait, clear }) => (WHOLES.has(trait) ? clear / BEYOND_A_PART : clear);
  const [most] = found.sort((a, b) => told(b) - told(a));
  return most ? { trait: most.trait, change: most.change, clear: most.clear } : null;
}

/** @param {readonly number[]} values */
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
/** @param {readonly number[]} values @param {number} groups @returns {number} their standard deviation, within each group */
function spreadOf(values, groups) {
  const means = Array.from({ length: groups }, (_, group) => mean(values.filter((__, i) => i % groups === group)));
  return Math.sqrt(mean(values.map((value, i) => (value - means[i % groups]) ** 2)));
}
