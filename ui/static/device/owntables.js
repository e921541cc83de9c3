/**
 * Pictures and labels out of arrays and tables, as gan_core/data/own/arrays.py and tables.py tell them: ranges, axes and labels from what is there.
 */

import { t } from "../i18n/i18n.js";
import { baseName, classNames, MOST_CLASSES } from "./collect.js";
import { readIdx, readNpy } from "./npy.js";
import { unzip } from "./zip.js";

/** @typedef {import("./npy.js").Numbers} Numbers */
/** @typedef {import("./bitmap.js").Bitmap} Bitmap */
/** @typedef {{path: string, bytes: () => Promise<Uint8Array<ArrayBuffer>>}} Table */
/** @typedef {{bitmaps: Bitmap[], labels: number[]|null, classes: string[], unread?: string[]}} Found `unread`: what it holds besides */

export const TABLES = /\.(npz|npy|csv)$|ubyte(\.gz)?$|\.idx\d?(-ubyte)?(\.gz)?$/i;
const IMAGES = ["images", "x_train", "train_images", "x", "X", "data", "X_train", "arr_0"];
/** @type {Record<string, string>} */
const LABELS = { images: "labels", x_train: "y_train", train_images: "train_labels", x: "y", X: "y", data: "labels", X_train: "y_train", arr_0: "arr_1" };
const LABEL_COLUMNS = ["label", "labels", "class", "y", "target", "digit"];
const FEW_LEVELS = 16;
const MOST_CSV = 100e6;

/**
 * @param {Table[]} tables idx files of pictures and labels, or one file that holds both
 * @param {number} most pictures, taken from everywhere in it
 * @returns {Promise<Found>}
 * @throws {Error} with a sentence
 */
export async function readTables(tables, most) {
  const meant = tables.find(({ path }) => /(^|\/)train[^/]*$/i.test(path) && !/labels/i.test(path)) ?? tables.find(({ path }) => !/labels/i.test(path)) ?? tables[0];
  try {
    const bytes = await meant.bytes();
    if (/\.npz$/i.test(meant.path)) return await ofNpz(bytes, most);
    if (/\.npy$/i.test(meant.path)) return found(readNpy(bytes), null, most);
    if (/\.csv$/i.test(meant.path)) return ofCsv(bytes, most);
    const beside = tables.find(({ path }) => path !== meant.path && baseName(path) === baseName(meant.path).replace("images", "labels").replace("idx3", "idx1"));
    const unread = tables.filter((table) => table !== meant && table !== beside).map(({ path }) => baseName(path));
    return { ...found(await readIdx(bytes), beside ? await readIdx(await beside.bytes()) : null, most), unread };
  } catch (error) {
    throw new Error(`${meant.path}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** @param {Uint8Array<ArrayBuffer>} bytes @param {number} most */
async function ofNpz(bytes, most) {
  const arrays = new Map((await unzip(bytes.slice().buffer, t("an .npz of numpy.savez"))).map((entry) => [entry.path.replace(/\.npy$/, ""), entry.bytes]));
  const name = IMAGES.find((each) => arrays.has(each));
  const images = name && arrays.get(name);
  if (!images) throw new Error(t("it holds {names}; expected images or x_train. Save it with numpy.savez(path, images=..., labels=...).", { names: [...arrays.keys()].slice(0, 8).join(", ") || "-" }));
  const labels = arrays.get(LABELS[name]);
  const unread = [...arrays.keys()].filter((each) => each !== name && each !== LABELS[name]);
  return { ...found(readNpy(images), labels ? readNpy(labels) : null, most), unread };
}

/** @param {Uint8Array} bytes @param {number} most */
function ofCsv(bytes, most) {
  if (bytes.length > MOST_CSV) throw new Error(t("it has {bytes} bytes; expected at most {most}. Use fewer pictures.", { bytes: bytes.length, most: MOST_CSV }));
  const lines = new TextDecoder().decode(bytes).split(/\r?\n/).filter((line) => line.trim());
  const first = lines[0] ?? "";
  const delimiter = [",", ";", "\t"].reduce((best, each) => (first.split(each).length > first.split(best).length ? each : best));
  const cells = first.split(delimiter).map((cell) => cell.trim().replace(/^"|"$/g, ""));
  const headed = cells.some((cell) => cell === "" || !Number.isFinite(Number(cell)));
  const columns = cells.length;
  if (columns < FEW_LEVELS) throw new Error(t("it has {columns} columns; expected one for each pixel, and perhaps one with the label before them.", { columns }));
  let label = headed ? cells.findIndex((cell) => LABEL_COLUMNS.includes(cell.toLowerCase())) : -1;
  if (label < 0 && isSquare(columns - 1) && !isSquare(columns)) label = 0;
  const rows = lines.slice(headed ? 1 : 0).map((line) => line.split(delimiter).map(Number)).filter((row) => row.length === columns && row.every(Number.isFinite));
  const pixels = rows.flatMap((row) => row.filter((_, i) => i !== label));
  const shape = [rows.length, columns - (label < 0 ? 0 : 1)];
  return found({ shape, data: pixels }, label < 0 ? null : { shape: [rows.length], data: rows.map((row) => row[label]) }, most);
}

/** @param {number} count */
const isSquare = (count) => Math.round(Math.sqrt(count)) ** 2 === count;

/** @param {Numbers} images @param {Numbers|null} labels @param {number} most @returns {Found} */
export function found(images, labels, most) {
  const { count, height, width, channels, at } = axesOf(images);
  const numbers = /** @type {ArrayLike<number>} */ (images.data);
  const level = levelsOf(numbers);
  const chosen = Array.from({ length: Math.min(most, count) }, (_, i) => (count <= most ? i : Math.floor((i * count) / most)));
  const bitmaps = chosen.map((n) => {
    const data = new Uint8Array(height * width * channels);
    for (let y = 0, to = 0; y < height; y += 1) for (let x = 0; x < width; x += 1) for (let c = 0; c < channels; c += 1, to += 1) data[to] = Math.round(level(numbers[at(n, y, x, c)]));
    return { data, width, height, channels };
  });
  if (!labels) return { bitmaps, labels: null, classes: [] };
  const { ids, classes } = classesOf(labels, count);
  return { bitmaps, labels: chosen.map((n) => ids[n]), classes };
}

/** @typedef {(n: number, y: number, x: number, c: number) => number} At where it lies */

/** @param {Numbers} images @returns {{count: number, height: number, width: number, channels: number, at: At}} @throws {Error} */
function axesOf({ shape, data }) {
  const told = new Error(t("it has the shape {shape}; expected [n, height, width], [n, height, width, 3] of colours, or [n, pixels] of square pictures.", { shape: `[${shape.join(", ")}]` }));
  if (typeof data[0] === "string" || !data.length) throw told;
  const [count, ...rest] = shape;
  const known = [1, 3];
  const first = rest.length === 3 && known.includes(rest[0]) && !known.includes(rest[2]); // channels first, as PyTorch has them
  const [height, width, channels] = rest.length === 1 && isSquare(rest[0]) ? [Math.sqrt(rest[0]), Math.sqrt(rest[0]), 1] : first ? [rest[1], rest[2], rest[0]] : rest.length === 2 ? [...rest, 1] : rest;
  if (!known.includes(channels) || Math.min(height, width) < 4 || Math.max(height, width) > 8 * Math.min(height, width)) throw told;
  return {
    count, height, width, channels,
    at: first ? (n, y, x, c) => ((n * channels + c) * height + y) * width + x : (n, y, x, c) => ((n * height + y) * width + x) * channels + c,
  };
}

/** @param {ArrayLike<number>} data @returns {(value: number) => number} to 0 ... 255, whichever range it is in @throws {Error} */
function levelsOf(data) {
  let [low, high, whole] = [Infinity, -Infinity, true];
  for (let i = 0; i < data.length; i += 1) {
    const value = data[i];
    if (!Number.isFinite(value)) throw new Error(t("it holds NaN or infinity; expected levels from 0 to 255 or from 0 to 1."));
    if (value < low) low = value;
    if (value > high) high = value;
    whole &&= Number.isInteger(value);
  }
  if (low === high) throw new Error(t("it holds the same number in every place; there is nothing to learn."));
  const ranges = [[0, 1], [-1, 1], ...(whole ? [[0, FEW_LEVELS]] : []), ...(whole || high > FEW_LEVELS ? [[0, 255]] : []), ...(whole ? [[0, 4095], [0, 65_535]] : [])];
  const range = ranges.find(([least, most]) => low >= least && high <= most);
  if (!range) throw new Error(t("it runs from {low} to {high}; expected 0 to 255, 0 to 1 or -1 to 1.", { low, high }));
  const [least, most] = range;
  return (value) => (255 * (value - least)) / (most - least);
}

/** @param {Numbers} labels @param {number} count @returns {{ids: number[], classes: string[]}} @throws {Error} */
function classesOf({ shape, data }, count) {
  const told = new Error(t("its labels have the shape {shape}; expected a whole number or a name for each of the {count} pictures.", { shape: `[${shape.join(", ")}]`, count }));
  let values = /** @type {(number|string)[]} */ (Array.from(/** @type {ArrayLike<number|string>} */ (data)));
  const [rows, columns = 1, ...more] = shape;
  if (rows !== count || more.length) throw told;
  if (columns > 1) {
    const oneHot = Array.from({ length: rows }, (_, i) => values.slice(i * columns, (i + 1) * columns));
    if (!oneHot.every((row) => row.filter((value) => value === 1).length === 1 && row.filter((value) => value === 0).length === columns - 1)) throw told;
    values = oneHot.map((row) => row.indexOf(1));
  }
  if (!values.every((value) => typeof value === "string" || (Number.isInteger(value) && value >= 0))) throw told;
  const known = [...new Set(values)].sort((a, b) => (a < b ? -1 : 1));
  if (known.length > MOST_CLASSES) throw new Error(t("it has {count} different labels; expected at most {most} classes.", { count: known.length, most: MOST_CLASSES }));
  const place = new Map(known.map((value, i) => [value, i]));
  return { ids: values.map((value) => place.get(value) ?? 0), classes: classNames(known.map(String)) };
}
