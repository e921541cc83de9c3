/**
 * What the Autoencode tab shows, as parameters of a link, and back: `am=autoencoder-mnist&ap=m3.17&an=0.4~7&ab=0~0~14~28&ao=0~2~-1&ac=e...`.
 * Pure, as link.js is: no page, no model. Everything that comes in is checked.
 */

import { fromBase64, packVector, toBase64, unpackVector } from "./base64.js";
import { MAX_SEED } from "./latent.js";

const PIXELS = 784;
const SIDE = 28;
const LONGEST_RUN = 255;
/** @type {Object<string, string>} */
const SETS = { m: "mnist", k: "digits" };

/**
 * @typedef {{dataset: string, digit: number, index: number, pixels?: undefined}} TestPicture
 * @typedef {TestPicture|{pixels: Float32Array}} LinkedPicture of a test set, or itself: greys of 256 steps in [0, 1]
 * @typedef {{z: Float32Array|null, edits: [number, number][]|null}} LinkedChange all of it, or the coordinates that are not zero
 * @typedef {{model: string|null, picture: LinkedPicture|null, damage: {amount: number, seed: number, blank: number[]|null}|null, offsets: number[],
 *   change: LinkedChange|null}} LinkedCode `offsets` of the directions, `change` of the code beside them; null is as the tab opens
 * @typedef {Omit<LinkedCode, "change"> & {change: Float32Array|null}} ShownCode what is on screen, for a link
 */

/** The parameters of these names are this module's. */
export const CODE_KEYS = ["am", "ap", "an", "ab", "ao", "ac"];

/** @param {ShownCode} code @returns {[string, string][]} nothing for what is as the tab opens */
export function encodeCode({ model, picture, damage, offsets, change }) {
  /** @type {[string, string|null][]} */
  const entries = [["am", model], ["ap", picture && packPicture(picture)]];
  if (damage?.amount) entries.push(["an", `${damage.amount}~${damage.seed}`]);
  if (damage?.blank) entries.push(["ab", damage.blank.join("~")]);
  if (offsets.some((offset) => offset !== 0)) entries.push(["ao", offsets.join("~")]);
  if (change) entries.push(["ac", packVector(change, new Float32Array(change.length))]);
  return entries.flatMap(([key, text]) => (text === null ? [] : [/** @type {[string, string]} */ ([key, text])]));
}

/**
 * @param {URLSearchParams} params
 * @param {(key: string, text: string) => Error} wrong
 * @returns {LinkedCode|null} null where the link says nothing of this tab
 * @throws {Error} of `wrong` about what is none
 */
export function decodeCode(params, wrong) {
  if (!CODE_KEYS.some((key) => params.has(key))) return null;
  /** @template T @param {string} key @param {(text: string) => T} reader @returns {T|null} */
  const read = (key, reader) => {
    const text = params.get(key);
    if (text === null) return null;
    try {
      return reader(text);
    } catch {
      throw wrong(key, text);
    }
  };
  const noise = read("an", unpackNoise);
  const blank = read("ab", unpackBlank);
  return {
    model: read("am", (text) => sure(text, text.length < 200)),
    picture: read("ap", unpackPicture),
    damage: noise || blank ? { amount: 0, seed: 1, ...noise, blank } : null,
    offsets: read("ao", (text) => numbers(text).map((x) => sure(x, Math.abs(x) <= 3))) ?? [],
    change: read("ac", unpackVector),
  };
}

/** @param {LinkedPicture} picture @returns {string} */
function packPicture(picture) {
  if (!picture.pixels) return `${Object.keys(SETS).find((key) => SETS[key] === picture.dataset)}${picture.digit}.${picture.index}`;
  return `d${packPixels(picture.pixels)}`;
}

/** @param {string} text @returns {LinkedPicture} */
function unpackPicture(text) {
  if (text.startsWith("d")) return { pixels: unpackPixels(text.slice(1)) };
  const [, set, digit, index] = /^([mk])(\d)\.(\d{1,5})$/.exec(text) ?? sure([], false);
  return { dataset: SETS[set], digit: Number(digit), index: Number(index) };
}

/** Most of a drawing is black: by turns how many black pixels, how many others, and those. @param {Float32Array} pixels @returns {string} */
function packPixels(pixels) {
  const greys = Array.from(pixels, (value) => Math.round(255 * value));
  const bytes = [];
  for (let i = 0; i < PIXELS;) {
    let [black, ink] = [0, 0];
    while (i + black < PIXELS && black < LONGEST_RUN && greys[i + black] === 0) black += 1;
    while (i + black + ink < PIXELS && ink < LONGEST_RUN && greys[i + black + ink] !== 0) ink += 1;
    bytes.push(black, ink, ...greys.slice(i + black, i + black + ink));
    i += black + ink;
  }
  return toBase64(Uint8Array.from(bytes));
}

/** @param {string} text @returns {Float32Array} */
function unpackPixels(text) {
  const bytes = fromBase64(text);
  /** @type {number[]} */
  const greys = [];
  for (let i = 0; i < bytes.length; i += 2 + bytes[i + 1]) greys.push(...new Array(bytes[i]).fill(0), ...bytes.subarray(i + 2, i + 2 + bytes[i + 1]));
  return Float32Array.from(sure(greys, greys.length === PIXELS), (grey) => grey / 255);
}

/** @param {string} text @returns {{amount: number, seed: number}} */
function unpackNoise(text) {
  const [amount, seed] = sure(numbers(text), text.split("~").length === 2);
  return { amount: sure(amount, amount >= 0 && amount <= 1), seed: sure(seed, Number.isInteger(seed) && seed >= 0 && seed <= MAX_SEED) };
}

/** @param {string} text @returns {number[]} left, top, right, bottom */
function unpackBlank(text) {
  const edges = numbers(text);
  return sure(edges, edges.length === 4 && edges.every((edge) => Number.isInteger(edge) && edge >= 0 && edge <= SIDE) && edges[0] < edges[2] && edges[1] < edges[3]);
}

/** @param {string} text @returns {number[]} */
function numbers(text) {
  return sure(text, /^[\d.e~-]+$/.test(text)).split("~").map((part) => sure(Number(part), part !== "" && Number.isFinite(Number(part))));
}

/** @template T @param {T} value @param {boolean} holds @returns {T} */
function sure(value, holds) {
  if (!holds) throw new Error("not what a link can say");
  return value;
}
