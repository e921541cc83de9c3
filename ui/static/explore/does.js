/** What a direction of the latent space does to handwriting, measured on the pictures of its strip: slant, weight, width or height. Pure: no page. */

const SIDE = 28;
const FAINT = 1e-6;
/** Standard deviations, to either side of a picture, between which a change is measured. */
export const REACH = 1.5;
/** A direction is named by what it changes most, where that is as much as pictures differ from each other anyway ... */
const CLEAR = 0.8;
/** ... and goes the same way in so many of them. */
const AGREED = 0.8;

/** @typedef {"slant"|"weight"|"width"|"height"} Trait */
/** @typedef {Record<Trait, number>} Traits */
/** @typedef {{trait: Trait, change: number, clear: number}} Does `change` from -REACH to +REACH, in the trait's unit; `clear`: in standard deviations of it */

/** @type {readonly Trait[]} */
export const TRAITS = ["slant", "weight", "width", "height"];

/**
 * As gan_core/metrics/handwriting.py measures slant and stroke width.
 * @param {ArrayLike<number>} pixels [784] in [0, 1]
 * @returns {Traits} slant: pixels to the right per row upwards; the others in pixels: width of the strokes, and twice the spread of the ink across
 *   (once it stands upright) and upwards
 */
export function traitsOf(pixels) {
  let [mass, x, y] = [FAINT, 0, 0];
  for (let i = 0; i < SIDE * SIDE; i += 1) {
    mass += pixels[i];
    x += pixels[i] * (i % SIDE);
    y += pixels[i] * Math.floor(i / SIDE);
  }
  [x, y] = [x / mass, y / mass];
  let [xx, xy, yy, edges] = [0, 0, 0, 0];
  for (let row = -1; row < SIDE; row += 1)
    for (let column = -1; column < SIDE; column += 1) {
      const here = at(pixels, row, column);
      edges += Math.hypot(at(pixels, row + 1, column) - here, at(pixels, row, column + 1) - here);
      if (!here) continue;
      xx += here * (column - x) ** 2;
      xy += here * (column - x) * (row - y);
      yy += here * (row - y) ** 2;
    }
  const slant = -xy / (yy + FAINT);
  const upright = Math.max(0, xx - xy ** 2 / (yy + FAINT)) / mass; // of x + slant * y
  return { slant, weight: (2 * mass) / (edges + FAINT), width: 2 * Math.sqrt(upright), height: 2 * Math.sqrt(yy / mass) };
}

/** @param {ArrayLike<number>} pixels @param {number} row @param {number} column */
const at = (pixels, row, column) => (row < 0 || column < 0 || row >= SIDE || column >= SIDE ? 0 : pixels[row * SIDE + column]);

/**
 * @param {readonly Traits[]} before of pictures moved by -REACH along the direction
 * @param {readonly Traits[]} after of the same moved by +REACH
 * @param {readonly Traits[]} still of the same where they stand
 * @returns {Does|null} what it does most; null where that is nothing that handwriting has a word for
 */
export function doesOf(before, after, still) {
  const found = TRAITS.map((trait) => {
    const changes = after.map((traits, i) => traits[trait] - before[i][trait]);
    const change = mean(changes);
    const agreed = changes.filter((one) => Math.sign(one) === Math.sign(change)).length / changes.length;
    return { trait, change, clear: Math.abs(change) / (spreadOf(still.map((traits) => traits[trait])) + FAINT), agreed };
  }).filter(({ clear, agreed }) => clear >= CLEAR && agreed >= AGREED);
  const [most] = found.sort((a, b) => b.clear - a.clear);
  return most ? { trait: most.trait, change: most.change, clear: most.clear } : null;
}

/** @param {readonly number[]} values */
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
/** @param {readonly number[]} values */
const spreadOf = (values) => Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));
