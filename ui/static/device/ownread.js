/**
 * A person's own pictures read in the page: a heap of pictures, a folder, a zip of either, or arrays and tables (owntables.js); sub-folders are classes, as in gan_core/data/own. What is
 * wrong with one of them is told, and the others are read.
 */

import { messageOf, t } from "../i18n/i18n.js";
import { pixelsOf } from "../kit/pixels.js";
import { isPng } from "../kit/pngread.js";
import { readPicture } from "../kit/readpicture.js";
import { borderOf } from "./bitmap.js";
import { classNames, MOST_CLASSES, MOST_FILES } from "./collect.js";
import { readTables, TABLES } from "./owntables.js";
import { unzip } from "./zip.js";

/** @typedef {import("./collect.js").Given} Given */
/** @typedef {import("./bitmap.js").Bitmap} Bitmap */
/** @typedef {{path: string, file: Blob, bitmap: Bitmap, label: number, size: [number, number], test?: boolean, digit?: Uint8Array<ArrayBuffer>}} Picture `label` -1 where there are no classes; `size`: (width, height) of the file; `test`: it came to be held out */
/** @typedef {{pictures: Picture[], classes: string[], leftOut: {name: string, why: string}[], held?: boolean}} Read `held`: some came to be held out */

export const MOST = 5000;
/** Bytes that are kept of all pictures until they are made as large as they are learned, and pixels a side of each, at least and at most. */
const WORKING = { bytes: 128e6, least: 64, most: 256 };
const PICTURES = /\.(png|jpe?g|webp|gif|bmp)$/i;
const RECORDINGS = /\.(wav|mat)$/i;
const SIGNALS_TOO = /\.(csv|npy)$/i;
const SAMPLED = { count: 60, side: 64 };
/** Of 16 bits the upper 8 are read; what has no more than so little in them is no picture to the eye. */
const LEAST_DEEP = 16;
const TRAIN = /^train(ing)?$/i;
const TEST = /^(test(ing)?|val|valid|validation)$/i;

/**
 * What was given, the files of a zip in its place, and what of: pictures, recordings, or arrays that may be either.
 * @param {Given[]} given
 * @returns {Promise<{files: Given[], kind: "picture"|"signal"|"", root: string}>} `root`: the folder or zip that all came in
 */
export async function opened(given) {
  const files = await unpacked(given);
  const has = (/** @type {RegExp} */ rule) => files.some(({ path }) => rule.test(path));
  const [{ path }] = given;
  const root = given.length === 1 && /\.zip$/i.test(path) ? path.replace(/^.*\/|\.zip$/gi, "") : path.includes("/") ? path.slice(0, path.indexOf("/")) : "";
  return { files, kind: has(PICTURES) ? "picture" : has(RECORDINGS) ? "signal" : has(SIGNALS_TOO) ? "" : "picture", root };
}

/**
 * @param {Given[]} files opened
 * @param {(done: number) => void} [onProgress]
 * @returns {Promise<Read>}
 * @throws {Error} where none of it can be read
 */
export async function readGiven(files, onProgress = () => {}) {
  /** @type {Read["leftOut"]} */
  const leftOut = [];
  const shown = files.filter(({ path }) => PICTURES.test(path));
  const tables = shown.length ? [] : files.filter(({ path }) => TABLES.test(path));
  if (tables.length) return ofTables(tables);
  const others = files.length - shown.length;
  if (others) leftOut.push({ name: t("{count} other files", { count: others }), why: t("they are no pictures that are read here: PNG, JPEG, WebP, GIF, BMP.") });
  if (shown.length > MOST) leftOut.push({ name: t("{count} pictures", { count: shown.length - MOST }), why: t("at most {most} are taken.", { most: MOST }) });
  const taken = evenly(shown, MOST);
  const { folders, test } = groupsOf(taken.map(({ path }) => path));
  const names = classesOf(folders);
  const side = Math.max(WORKING.least, Math.min(WORKING.most, Math.floor(Math.sqrt(WORKING.bytes / (3 * Math.max(1, taken.length))))));
  const behind = await groundOf(evenly(taken, SAMPLED.count));
  /** @type {Picture[]} */
  const pictures = [];
  for (const [done, { path, file }] of taken.entries()) {
    try {
      pictures.push({ path, file, ...(await bitmapOf(file, side, behind)), label: names.indexOf(folders[done]), test: test[done] });
    } catch (error) {
      leftOut.push({ name: path, why: messageOf(error) });
    }
    if (done % 20 === 19) onProgress(done + 1);
  }
  return { pictures, classes: classNames(names), leftOut, held: pictures.some((picture) => picture.test) };
}

/** @param {Given[]} tables files of arrays @returns {Promise<Read>} */
async function ofTables(tables) {
  const { bitmaps, labels, classes, unread = [] } = await readTables(tables.map(({ path, file }) => ({ path, bytes: async () => new Uint8Array(await file.arrayBuffer()) })), MOST);
  const pictures = bitmaps.map((bitmap, i) => ({ path: `${tables[0].path} ${i}`, file: new Blob(), bitmap, label: labels ? labels[i] : -1, size: /** @type {[number, number]} */ ([bitmap.width, bitmap.height]) }));
  return { pictures, classes: classes.length > 1 ? classes : [], leftOut: unread.map((name) => ({ name, why: t("a page reads one array of pictures and its labels.") })) };
}

/**
 * Also as the drawing board makes digits of them (kit/readpicture.js): the ink found, white on black, centred as MNIST's own. Those without are left out.
 * @param {Read} read @param {(done: number) => void} [onProgress] @returns {Promise<Read>}
 */
export async function asDigits({ pictures, classes, leftOut, held }, onProgress = () => {}) {
  /** @type {Picture[]} */
  const found = [];
  const left = [...leftOut];
  for (const [done, picture] of pictures.entries()) {
    try {
      // what came as an array is as it is
      if (picture.file.size) picture.digit ??= Uint8Array.from(await readPicture(picture.file), (value) => Math.round(Math.min(1, Math.max(0, value)) * 255));
      found.push(picture);
    } catch (error) {
      left.push({ name: picture.path, why: messageOf(error) });
    }
    onProgress(done + 1);
  }
  return { pictures: found, classes, leftOut: left, held };
}

/** @param {Given[]} given @returns {Promise<Given[]>} with the files of a zip in the zip's place */
async function unpacked(given) {
  const found = await Promise.all(given.map(async ({ path, file }) => {
    if (!/\.zip$/i.test(path)) return [{ path, file }];
    const entries = await unzip(await file.arrayBuffer(), t("the zip of pictures or of a folder for each class"), MOST_FILES);
    return entries.filter((entry) => !/(^|\/)(\.|__MACOSX\/)/.test(entry.path)).map((entry) => ({ path: entry.path, file: new Blob([entry.bytes]) }));
  }));
  return found.flat();
}

/** @template T @param {T[]} list @param {number} most @returns {T[]} so many of them, from everywhere in it */
export function evenly(list, most) {
  return list.length <= most ? list : Array.from({ length: most }, (_, i) => list[Math.floor((i * list.length) / most)]);
}

/**
 * The folder that each picture lies in, its class, and whether it was brought to be held out: where all lie in train and test, these are no
 * classes (gan_core/data/own/trees.py, groups_of).
 * @param {string[]} paths
 * @returns {{folders: string[], test: boolean[]}}
 */
export function groupsOf(paths) {
  const parts = paths.map((path) => path.split("/").slice(0, -1));
  // a folder that holds nothing but one folder is that folder
  while (parts.length && parts.every((own) => own.length && own[0] === parts[0][0])) for (const own of parts) own.shift();
  const splits = parts.map(([top = ""]) => (TRAIN.test(top) ? "train" : TEST.test(top) ? "test" : ""));
  const split = new Set(splits).size === 2 && !splits.includes("");
  return { folders: parts.map((own) => own.slice(split ? 1 : 0).at(-1) ?? ""), test: splits.map((name) => split && name === "test") };
}

/** @param {string[]} folders of each picture @returns {string[]} those that are classes, in order, 2 before 10 where all are numbers; none where all lie in one folder */
export function classesOf(folders) {
  const names = [...new Set(folders)];
  if (names.length < 2) return [];
  if (names.includes("")) throw new Error(t("There are pictures beside folders of pictures. Give pictures alone, or one folder for each class."));
  if (names.length > MOST_CLASSES) throw new Error(t("There are {count} folders with pictures; expected at most {most} classes.", { count: names.length, most: MOST_CLASSES }));
  const numbers = names.every((name) => /^\d+$/.test(name));
  return names.sort(numbers ? (a, b) => Number(a) - Number(b) : (a, b) => (a < b ? -1 : 1));
}

/** @param {Given[]} some @returns {Promise<number|null>} the grey behind all transparent pictures, the opposite of their ink, so that no colour of it decides for itself; null where they have a ground, or are opaque */
async function groundOf(some) {
  let [ink, cover, clear, grounds] = [0, 0, 0, 0];
  for (const { file } of some) {
    const found = await pixelsOf(file, { sizeOf: () => [SAMPLED.side, SAMPLED.side] }).catch(() => null); // told where it is read
    const alphas = found && new Uint8Array(found.data.length / 4).map((_, i) => found.data[4 * i + 3]);
    if (!found || !alphas?.some((alpha) => alpha < 255)) continue;
    clear += 1;
    const border = borderOf({ data: alphas, width: found.width, height: found.height, channels: 1 });
    grounds += Number(border.filter((alpha) => alpha > 127).length > border.length / 2);
    ink += inkIn(found.data);
    cover += alphas.reduce((sum, alpha) => sum + alpha, 0);
  }
  return !clear || grounds > clear / 2 ? null : ink < 127.5 * cover ? 255 : 0;
}

/** @param {Uint8ClampedArray|Uint8Array} rgba @returns {number} brightness of what covers anything, all of it */
function inkIn(rgba) {
  let ink = 0;
  for (let i = 0; i < rgba.length; i += 4) ink += (0.299 * rgba[i] + 0.587 * rgba[i + 1] + 0.114 * rgba[i + 2]) * rgba[i + 3];
  return ink;
}

/** @param {Blob} file @returns {Promise<boolean>} whether it is a PNG of 16 bits a sample, of which a canvas gives the upper 8 */
async function isDeep(file) {
  const head = new Uint8Array(await file.slice(0, 25).arrayBuffer());
  return isPng(head) && head[24] === 16;
}

/**
 * @param {Blob} file @param {number} side pixels that are kept of a larger picture @param {number|null} behind what transparent pixels show; null for the opposite of its ink
 * @returns {Promise<{bitmap: Bitmap, size: [number, number]}>}
 */
async function bitmapOf(file, side, behind) {
  /** @type {[number, number]} */
  let size = [0, 0];
  const { data, width, height } = await pixelsOf(file, { sizeOf: ({ width: w, height: h }) => {
    size = [w, h];
    if (Math.min(w, h) < 4 || Math.max(w, h) > 8 * Math.min(w, h)) throw new Error(t("The picture is too small, or too long and thin. Crop it."));
    const scale = Math.min(1, side / Math.max(w, h));
    return [Math.max(1, Math.round(w * scale)), Math.max(1, Math.round(h * scale))];
  } });
  if (!size[0]) size = [width, height];
  const bitmap = { ...onGround(data, behind), width, height };
  if (await isDeep(file) && bitmap.data.every((value) => value < LEAST_DEEP)) throw new Error(t("it has 16 bits a pixel and uses the lowest of them only, which a page sees as black. Save it with 8 bits a pixel."));
  return { bitmap, size };
}

/**
 * @param {Uint8ClampedArray|Uint8Array} rgba @param {number|null} [ground] what transparent pixels show; null for the opposite of the ink
 * @returns {{data: Uint8Array<ArrayBuffer>, channels: number}} 1 channel where nothing has a colour
 */
export function onGround(rgba, ground = null) {
  let [cover, grey] = [0, true];
  for (let i = 0; i < rgba.length; i += 4) {
    cover += rgba[i + 3];
    grey &&= rgba[i] === rgba[i + 1] && rgba[i] === rgba[i + 2];
  }
  const channels = grey ? 1 : 3;
  const behind = ground ?? (inkIn(rgba) < 127.5 * cover ? 255 : 0);
  const data = new Uint8Array((rgba.length / 4) * channels);
  for (let i = 0; i < data.length; i += 1) {
    const pixel = 4 * Math.floor(i / channels);
    const alpha = rgba[pixel + 3];
    data[i] = Math.round((rgba[pixel + (i % channels)] * alpha + behind * (255 - alpha)) / 255);
  }
  return { data, channels };
}
