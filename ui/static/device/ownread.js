/**
 * A person's own pictures read in the page: a heap of pictures, a folder, a zip of either, or arrays and tables (owntables.js); sub-folders are classes, as in gan_core/data/own. What is
 * wrong with one of them is told, and the others are read.
 */

import { messageOf, t } from "../i18n/i18n.js";
import { pixelsOf } from "../kit/pixels.js";
import { readPicture } from "../kit/readpicture.js";
import { baseName, MOST_FILES } from "./collect.js";
import { readTables, TABLES } from "./owntables.js";
import { unzip } from "./zip.js";

/** @typedef {import("./collect.js").Given} Given */
/** @typedef {{data: Float32Array, width: number, height: number}} Grey 0 ... 255, row-major */
/** @typedef {{path: string, file: Blob, grey: Grey, label: number, size: [number, number], digit?: Uint8Array<ArrayBuffer>}} Picture `label` -1 where there are no classes; `size`: (width, height) of the file */
/** @typedef {{pictures: Picture[], classes: string[], leftOut: {name: string, why: string}[]}} Read */

export const MOST = 5000;
const MOST_CLASSES = 100;
const LONGEST_NAME = 72;
const WORKING = 256; // pixels a side that are kept of a larger picture
const PICTURES = /\.(png|jpe?g|webp|gif|bmp)$/i;
const RECORDINGS = /\.(wav|mat)$/i;

/**
 * @param {Given[]} given
 * @param {(done: number) => void} [onProgress]
 * @returns {Promise<Read>}
 * @throws {Error} where none of it can be read
 */
export async function readGiven(given, onProgress = () => {}) {
  /** @type {Read["leftOut"]} */
  const leftOut = [];
  const files = await unpacked(given);
  const shown = files.filter(({ path }) => PICTURES.test(path));
  const tables = shown.length ? [] : files.filter(({ path }) => TABLES.test(path));
  if (tables.length) return ofTables(tables);
  const recorded = files.filter(({ path }) => RECORDINGS.test(path)).length;
  if (recorded && !shown.length) throw new Error(t("These are recordings. Networks that draw signals train on a server: drop them where the networks of the server are chosen, with a family of signals."));
  const others = files.length - shown.length;
  if (others) leftOut.push({ name: t("{count} other files", { count: others }), why: t("they are no pictures that are read here: PNG, JPEG, WebP, GIF, BMP.") });
  if (shown.length > MOST) leftOut.push({ name: t("{count} pictures", { count: shown.length - MOST }), why: t("at most {most} are taken.", { most: MOST }) });
  const taken = evenly(shown, MOST);
  const classes = classesOf(taken.map(({ path }) => path));
  /** @type {Picture[]} */
  const pictures = [];
  for (const [done, { path, file }] of taken.entries()) {
    try {
      pictures.push({ path, file, ...(await greyOf(file)), label: classes.indexOf(folderOf(path)) });
    } catch (error) {
      leftOut.push({ name: path, why: messageOf(error) });
    }
    if (done % 20 === 19) onProgress(done + 1);
  }
  return { pictures, classes, leftOut };
}

/** @param {Given[]} tables files of arrays @returns {Promise<Read>} */
async function ofTables(tables) {
  const { greys, labels, classes } = await readTables(tables.map(({ path, file }) => ({ path, bytes: async () => new Uint8Array(await file.arrayBuffer()) })), MOST);
  const pictures = greys.map((grey, i) => ({ path: `${tables[0].path} ${i}`, file: new Blob(), grey, label: labels ? labels[i] : -1, size: /** @type {[number, number]} */ ([grey.width, grey.height]) }));
  return { pictures, classes: classes.length > 1 ? classes : [], leftOut: [] };
}

/**
 * Also as the drawing board makes digits of them (kit/readpicture.js): the ink found, white on black, centred as MNIST's own. Those without are left out.
 * @param {Read} read @param {(done: number) => void} [onProgress] @returns {Promise<Read>}
 */
export async function asDigits({ pictures, classes, leftOut }, onProgress = () => {}) {
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
  return { pictures: found, classes, leftOut: left };
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
function evenly(list, most) {
  return list.length <= most ? list : Array.from({ length: most }, (_, i) => list[Math.floor((i * list.length) / most)]);
}

/** @param {string} path @returns {string} the folder that a picture lies in, its class */
const folderOf = (path) => baseName(path.slice(0, Math.max(0, path.lastIndexOf("/")))).slice(0, LONGEST_NAME);

/** @param {string[]} paths @returns {string[]} names of the classes, 2 before 10 where all are numbers; none where all lie in one folder */
export function classesOf(paths) {
  const names = [...new Set(paths.map(folderOf))];
  if (names.length < 2) return [];
  if (names.includes("")) throw new Error(t("There are pictures beside folders of pictures. Give pictures alone, or one folder for each class."));
  if (names.length > MOST_CLASSES) throw new Error(t("There are {count} folders with pictures; expected at most {most} classes.", { count: names.length, most: MOST_CLASSES }));
  const numbers = names.every((name) => /^\d+$/.test(name));
  return names.sort(numbers ? (a, b) => Number(a) - Number(b) : (a, b) => (a < b ? -1 : 1));
}

/** @param {Blob} file @returns {Promise<{grey: Grey, size: [number, number]}>} transparent pixels on the opposite of the ink */
async function greyOf(file) {
  /** @type {[number, number]} */
  let size = [0, 0];
  const { data, width, height } = await pixelsOf(file, { sizeOf: ({ width: w, height: h }) => {
    size = [w, h];
    if (Math.min(w, h) < 4 || Math.max(w, h) > 8 * Math.min(w, h)) throw new Error(t("The picture is too small, or too long and thin. Crop it."));
    const scale = Math.min(1, WORKING / Math.max(w, h));
    return [Math.max(1, Math.round(w * scale)), Math.max(1, Math.round(h * scale))];
  } });
  if (!size[0]) size = [width, height];
  return { grey: { data: onGround(data), width, height }, size };
}

/** @param {Uint8ClampedArray|Uint8Array} rgba @returns {Float32Array} */
function onGround(rgba) {
  const luma = new Float32Array(rgba.length / 4);
  let [ink, cover] = [0, 0];
  for (let i = 0; i < luma.length; i += 1) {
    luma[i] = 0.299 * rgba[4 * i] + 0.587 * rgba[4 * i + 1] + 0.114 * rgba[4 * i + 2];
    ink += luma[i] * rgba[4 * i + 3];
    cover += rgba[4 * i + 3];
  }
  if (cover === 255 * luma.length) return luma;
  const behind = ink < 127.5 * cover ? 255 : 0;
  return luma.map((value, i) => (value * rgba[4 * i + 3] + behind * (255 - rgba[4 * i + 3])) / 255);
}
