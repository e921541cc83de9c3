/** What is done to a person's own pictures before this device learns them: the words of gan_core/preparation.py, for pictures of any size that a page learns. */

import { t } from "../i18n/i18n.js";
import { MNIST, numbersIn } from "../kit/shape.js";
import { shapeInWords } from "../kit/shapewords.js";
import { borderOf, coloured, fitted, median, rotated, transposed } from "./bitmap.js";
import { evenly } from "./ownread.js";

/** @typedef {import("./bitmap.js").Bitmap} Bitmap */
/** @typedef {import("./ownread.js").Read} Read */
/** @typedef {import("../kit/shape.js").Shape} Shape */
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
/** @typedef {{images: Uint8Array<ArrayBuffer>[], shape: Shape, rate?: number, labels: number[], classes: string[], heldOut: boolean[], sheet: Sheet, problem: string}} Prepared `images` [...shape] each; `rate` of signals */

/** Bytes of pictures that a page learns from: each worker has them. */
const MOST_LEARNED = 32e6;
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

/** @param {Read} read @param {string} prepare words with commas between @param {Shape} [shape] as they are learned @returns {Prepared} */
export function prepared({ pictures: given, classes, leftOut, held }, prepare, shape = MNIST) {
  const words = prepare.split(",").filter(Boolean);
  const pictures = evenly(given, Math.floor(MOST_LEARNED / numbersIn(shape)));
  const problem = problemOf(pictures, words);
  const images = pictures.map((picture) => inked(asWanted(picture, words, shape), words));
  const labels = pictures.map(({ label }) => label);
  const split = words.find((word) => word.startsWith("hold-"))?.slice("hold-".length);
  const heldOut = held && !split ? pictures.map(({ test }) => Boolean(test)) : everyOf(labels, split ? Math.round(100 / Number(split)) : HOLD_EVERY);
  const test = heldOut.filter(Boolean).length;
  const ink = inkOfAll(images);
  const more = given.length - pictures.length;
  const left = [...leftOut, ...(more ? [{ name: t("{count} pictures", { count: more }), why: t("of {shape} at most {most} are taken.", { shape: shapeInWords(shape), most: pictures.length }) }] : [])];
  const notes = [
    ...(ink === BOTH ? [t("Some pictures have bright ink on dark ground, others dark ink on bright: a network would learn both. Have the dark ink made bright.")] : []),
    ...(held && !split ? [t("The data bring their own test pictures: the folder called like one (test, val, ...) is held out.")] : []),
  ];
  const sheet = {
    kind: { shape: [...shape], classes }, count: images.length, train: images.length - test, test,
    of_class: classes.map((_, i) => labels.filter((label) => label === i).length), sizes: sizesOf(pictures), ink,
    left_out: left.slice(0, MOST_LISTED), left_out_count: left.length, notes,
  };
  return { images: images.map(({ data }) => data), shape, labels, classes, heldOut, sheet, problem };
}

/** @param {Read["pictures"][number]} picture @param {string[]} words @param {Shape} shape @returns {Bitmap} turned and as large as `shape`; its ink is as it was */
function asWanted({ bitmap, digit }, words, shape) {
  if (digit && words.includes(DIGIT)) return fitted(coloured({ data: digit, height: MNIST[0], width: MNIST[1], channels: MNIST[2] }, shape[2]), shape, false);
  const flipped = words.includes("transpose") ? transposed(bitmap) : bitmap;
  const quarters = Number(words.find((word) => word.startsWith("turn-"))?.slice("turn-".length) ?? 0) / 90;
  return fitted(coloured(rotated(flipped, quarters), shape[2]), shape, words.includes("crop"));
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

/** @param {Bitmap} bitmap @param {string[]} words @returns {Bitmap} */
function inked(bitmap, words) {
  const invert = words.includes("invert") || (words.includes("bright-ink") && inkOf(bitmap) === DARK);
  return invert ? { ...bitmap, data: bitmap.data.map((value) => 255 - value) } : bitmap;
}

/** As gan_core/data/own/sheet.py. @param {Bitmap} bitmap @returns {string} one of INKS, never BOTH */
export function inkOf({ data, width, height, channels }) {
  const grey = { data: channels === 1 ? data : meanOf(data, channels), width, height, channels: 1 };
  const border = median(borderOf(/** @type {any} */ (grey)));
  let [most, least] = [-Infinity, Infinity];
  for (const value of grey.data) [most, least] = [Math.max(most, value), Math.min(least, value)];
  const [above, below] = [most - border, border - least];
  if (above > INK && above > 2 * below) return BRIGHT;
  return below > INK && below > 2 * above ? DARK : NEITHER;
}

/** @param {Uint8Array} data @param {number} channels @returns {Float32Array} of each pixel the mean of its colours */
function meanOf(data, channels) {
  const made = new Float32Array(data.length / channels);
  for (let i = 0; i < data.length; i += 1) made[Math.floor(i / channels)] += data[i] / channels;
  return made;
}

/** @param {Bitmap[]} images */
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
