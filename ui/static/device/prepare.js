/** What is done to a person's own pictures before this device learns them: the words of gan_core/preparation.py, on grey pictures of 28 x 28. */

import { t } from "../i18n/i18n.js";

/** @typedef {import("./ownread.js").Grey} Grey */
/** @typedef {import("./ownread.js").Read} Read */
/**
 * @typedef {object} Sheet what was understood, as `python -m gan_core data --json` prints it
 * @property {{name?: string, shape: number[], classes: string[], rate?: number}} kind
 * @property {number} count
 * @property {number} train
 * @property {number} test
 * @property {number[]} of_class
 * @property {number[][]} sizes [width, height, pictures]
 * @property {string} ink
 * @property {{name: string, why: string}[]} left_out
 * @property {number} left_out_count
 * @property {string[]} notes
 * @property {number} [recordings] of signals: how many there are
 * @property {number} [seconds] how long they are together
 * @property {boolean} [rate_is_told] whether the files say their rate
 */
/** @typedef {{images: Uint8Array<ArrayBuffer>[], labels: number[], classes: string[], heldOut: boolean[], sheet: Sheet, problem: string}} Prepared */

export const SIDE = 28;
/** As gan_core/data/own/sheet.py says it; the sheet translates them. */
const INKS = ["bright on dark", "dark on bright", "both", "neither"];
const [BRIGHT, DARK, BOTH, NEITHER] = INKS;
const INK = 40;
const AGREED = 0.95;
const SAME_ASPECT = 1.02;
const HOLD_EVERY = 10;
const MOST_LISTED = 20;
const FEWEST = 8;
/** A word of this page's own: the ink is found and centred as in MNIST (`asDigits` has to be asked before). */
export const DIGIT = "digit";

/** @param {Read} read @param {string} prepare words with commas between @returns {Prepared} */
export function prepared({ pictures, classes, leftOut }, prepare) {
  const words = prepare.split(",").filter(Boolean);
  const problem = problemOf(pictures, words);
  const quarters = Number(words.find((word) => word.startsWith("turn-"))?.slice(5) ?? 0) / 90;
  const images = pictures.map(({ grey, digit }) => {
    if (digit && words.includes(DIGIT)) return inked(digit, words);
    const turned = rotated(words.includes("transpose") ? transposed(grey) : grey, quarters);
    return inked(shaped(turned, words.includes("crop")), words);
  });
  const percent = Number(words.find((word) => word.startsWith("hold-"))?.slice(5) ?? 100 / HOLD_EVERY);
  const heldOut = everyOf(pictures.map(({ label }) => label), Math.round(100 / percent));
  const labels = pictures.map(({ label }) => label);
  const test = heldOut.filter(Boolean).length;
  const ink = inkOfAll(images);
  const notes = ink === BOTH ? [t("Some pictures have bright ink on dark ground, others dark ink on bright: a network would learn both. Have the dark ink made bright.")] : [];
  const sheet = {
    kind: { shape: [SIDE, SIDE, 1], classes }, count: images.length, train: images.length - test, test,
    of_class: classes.map((_, i) => labels.filter((label) => label === i).length), sizes: sizesOf(pictures), ink,
    left_out: leftOut.slice(0, MOST_LISTED), left_out_count: leftOut.length, notes,
  };
  return { images, labels, classes, heldOut, sheet, problem };
}

/** @param {Read["pictures"]} pictures @param {string[]} words */
function problemOf(pictures, words) {
  if (pictures.length < FEWEST) return t("{count} pictures can be read. Expected at least {fewest}.", { count: pictures.length, fewest: FEWEST });
  if (words.some((word) => ["pad", "crop", DIGIT].includes(word))) return "";
  const [[width, height]] = sizesOf(pictures);
  const other = pictures.find(({ size: [w, h] }) => Math.abs(Math.log((w * height) / (h * width))) > Math.log(SAME_ASPECT));
  return other ? t("One picture is {width} × {height}, most are {most}: have pictures of another shape padded or cropped.", { width: other.size[0], height: other.size[1], most: `${width} × ${height}` }) : "";
}

/** @param {Read["pictures"]} pictures @returns {number[][]} [width, height, pictures], the most frequent first */
function sizesOf(pictures) {
  /** @type {Map<string, number>} */
  const found = new Map();
  for (const { size } of pictures) found.set(size.join(), (found.get(size.join()) ?? 0) + 1);
  return [...found].sort(([, a], [, b]) => b - a).slice(0, 5).map(([size, count]) => [...size.split(",").map(Number), count]);
}

/** @param {Grey} grey @returns {Grey} over the diagonal */
export function transposed({ data, width, height }) {
  return { data: Float32Array.from(data, (_, i) => data[(i % height) * width + Math.floor(i / height)]), width: height, height: width };
}

/** @param {Grey} grey @param {number} quarters clockwise @returns {Grey} */
export function rotated(grey, quarters) {
  let turned = grey;
  for (let i = 0; i < quarters; i += 1) {
    const { data, width, height } = turned; // column x of what comes is row height - 1 - x of what was
    turned = { data: Float32Array.from(data, (_, at) => data[(height - 1 - (at % height)) * width + Math.floor(at / height)]), width: height, height: width };
  }
  return turned;
}

/** @param {Grey} grey @param {boolean} crop else it is padded with its border's grey @returns {Uint8Array<ArrayBuffer>} [784] */
export function shaped({ data, width, height }, crop) {
  const side = crop ? Math.min(width, height) : Math.max(width, height);
  const [left, top] = [Math.floor((side - width) / 2), Math.floor((side - height) / 2)];
  const ground = median(borderOf(data, width, height));
  const at = (/** @type {number} */ x, /** @type {number} */ y) => (x < left || y < top || x >= left + width || y >= top + height ? ground : data[(y - top) * width + x - left]);
  const square = new Float32Array(side * side);
  for (let y = 0; y < side; y += 1) for (let x = 0; x < side; x += 1) square[y * side + x] = at(x, y);
  return Uint8Array.from(side === SIDE ? square : averaged(square, side), (value) => Math.max(0, Math.min(255, Math.round(value))));
}

/** Each new pixel is the mean of what it covers; a smaller picture is drawn between its pixels. @param {Float32Array} square @param {number} side */
function averaged(square, side) {
  const weights = weightsOf(side);
  const rows = new Float32Array(SIDE * side);
  for (let y = 0; y < SIDE; y += 1) for (const [from, weight] of weights[y]) for (let x = 0; x < side; x += 1) rows[y * side + x] += weight * square[from * side + x];
  const made = new Float32Array(SIDE * SIDE);
  for (let x = 0; x < SIDE; x += 1) for (const [from, weight] of weights[x]) for (let y = 0; y < SIDE; y += 1) made[y * SIDE + x] += weight * rows[y * side + from];
  return made;
}

/** @param {number} side @returns {[number, number][][]} for each new pixel the old ones and their weights: a triangle as wide as it is reduced */
function weightsOf(side) {
  const factor = side / SIDE;
  const reach = Math.max(1, factor);
  return Array.from({ length: SIDE }, (_, to) => {
    const centre = (to + 0.5) * factor - 0.5;
    /** @type {[number, number][]} */
    const found = [];
    for (let from = Math.ceil(centre - reach); from <= centre + reach; from += 1) {
      const weight = 1 - Math.abs(from - centre) / reach;
      if (weight > 0) found.push([Math.max(0, Math.min(side - 1, from)), weight]);
    }
    const sum = found.reduce((all, [, weight]) => all + weight, 0);
    return found.map(([from, weight]) => [from, weight / sum]);
  });
}

/** @param {Uint8Array<ArrayBuffer>} image @param {string[]} words */
function inked(image, words) {
  const invert = words.includes("invert") || (words.includes("bright-ink") && inkOf(image) === DARK);
  return invert ? image.map((value) => 255 - value) : image;
}

/** As gan_core/data/own/sheet.py. @param {Uint8Array} image [784] @returns {string} one of INKS, never BOTH */
export function inkOf(image) {
  const border = median(borderOf(image, SIDE, SIDE));
  const [above, below] = [Math.max(...image) - border, border - Math.min(...image)];
  if (above > INK && above > 2 * below) return BRIGHT;
  return below > INK && below > 2 * above ? DARK : NEITHER;
}

/** @param {Uint8Array[]} images */
function inkOfAll(images) {
  const inks = images.map(inkOf);
  const [bright, dark] = [inks.filter((ink) => ink === BRIGHT).length, inks.filter((ink) => ink === DARK).length];
  if (bright + dark < 0.5 * inks.length) return NEITHER;
  const share = bright / (bright + dark || 1);
  return share >= AGREED ? BRIGHT : share <= 1 - AGREED ? DARK : BOTH;
}

/** Every so many-th, counted class by class. @param {number[]} labels @param {number} every @returns {boolean[]} */
export function everyOf(labels, every) {
  const order = labels.map((_, i) => i).sort((a, b) => labels[a] - labels[b] || a - b);
  const chosen = labels.map(() => false);
  for (let i = every - 1; i < order.length; i += every) chosen[order[i]] = true;
  return chosen;
}

/** @param {ArrayLike<number>} data @param {number} width @param {number} height @returns {number[]} */
function borderOf(data, width, height) {
  const found = [];
  for (let x = 0; x < width; x += 1) found.push(data[x], data[(height - 1) * width + x]);
  for (let y = 0; y < height; y += 1) found.push(data[y * width], data[y * width + width - 1]);
  return found;
}

/** @param {number[]} values */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.floor(sorted.length / 2)]) / 2;
}
