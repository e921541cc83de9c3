/** Arrays as NumPy and MNIST's authors keep them: `.npy` (NumPy's NEP 1) and idx (http://yann.lecun.com/exdb/mnist/). Bounded before anything is read; objects are refused. */

import { t } from "../i18n/i18n.js";

/** @typedef {{shape: number[], data: ArrayLike<number>|string[]}} Numbers row-major; texts where the file holds some */

const MOST_VALUES = 60e6;
const MOST_HEADER = 65_535;
const MOST_UNZIPPED = 100e6;
const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** By the type's letter and size: how one value is read. @type {Record<string, (view: DataView, at: number, little: boolean) => number>} */
const READ = {
  u1: (view, at) => view.getUint8(at), i1: (view, at) => view.getInt8(at), b1: (view, at) => view.getUint8(at),
  u2: (view, at, little) => view.getUint16(at, little), i2: (view, at, little) => view.getInt16(at, little),
  u4: (view, at, little) => view.getUint32(at, little), i4: (view, at, little) => view.getInt32(at, little),
  u8: (view, at, little) => Number(view.getBigUint64(at, little)), i8: (view, at, little) => Number(view.getBigInt64(at, little)),
  f4: (view, at, little) => view.getFloat32(at, little), f8: (view, at, little) => view.getFloat64(at, little),
};
/** idx's types. @type {Record<number, string>} */
const IDX = { 8: "u1", 9: "i1", 11: "i2", 12: "i4", 13: "f4", 14: "f8" };

/** @param {Uint8Array} bytes @returns {Numbers} @throws {Error} */
export function readNpy(bytes) {
  const damaged = new Error(t("it is no .npy file, or a damaged one. Save it anew."));
  const view = viewOf(bytes);
  if (bytes.length < 12 || MAGIC.some((byte, i) => bytes[i] !== byte) || ![1, 2, 3].includes(bytes[6])) throw damaged;
  const wide = bytes[6] > 1;
  const [start, length] = wide ? [12, view.getUint32(8, true)] : [10, view.getUint16(8, true)];
  if (length > MOST_HEADER || start + length > bytes.length) throw damaged;
  const head = new TextDecoder("latin1").decode(bytes.subarray(start, start + length));
  const [, descr] = /'descr':\s*'([^']{2,12})'/.exec(head) ?? [];
  const [, fortran] = /'fortran_order':\s*(True|False)/.exec(head) ?? [];
  const [, sides] = /'shape':\s*\(([\d, ]*)\)/.exec(head) ?? [];
  if (/'descr':\s*'\|?O/.test(head)) throw new Error(t("it holds objects in the place of numbers. Save it as uint8 or float32, names with .astype(str)."));
  if (!descr || !fortran || sides === undefined) throw damaged;
  const shape = sides.split(",").filter((side) => side.trim()).map(Number);
  const [, order, type] = /^([<>|=]?)([a-zA-Z]\d+)$/.exec(descr) ?? [];
  const count = sizeOf(shape);
  if (type?.startsWith("U")) return { shape, data: textsOf(view, start + length, count, Number(type.slice(1)), order !== ">") };
  if (!READ[type]) throw new Error(t("it holds {type}; expected numbers.", { type: descr }));
  const data = numbersOf(view, start + length, count, type, order !== ">");
  return { shape, data: fortran === "True" ? reordered(data, shape) : data };
}

/** @param {Uint8Array<ArrayBuffer>} bytes plain or gzipped @returns {Promise<Numbers>} @throws {Error} */
export async function readIdx(bytes) {
  const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? await gunzipped(bytes) : bytes;
  const view = viewOf(plain);
  const type = plain.length > 4 && !plain[0] && !plain[1] ? IDX[plain[2]] : undefined;
  const ranks = plain[3];
  if (!type || ranks < 1 || ranks > 4 || plain.length < 4 + 4 * ranks) throw new Error(t("it is no idx file, or a damaged one. Get it anew."));
  const shape = Array.from({ length: ranks }, (_, i) => view.getUint32(4 + 4 * i));
  return { shape, data: numbersOf(view, 4 + 4 * ranks, sizeOf(shape), type, false) };
}

/** @param {Uint8Array} bytes */
const viewOf = (bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** @param {number[]} shape @throws {Error} where it is too much */
function sizeOf(shape) {
  const count = shape.reduce((all, side) => all * side, 1);
  if (!(count <= MOST_VALUES)) throw new Error(t("it holds over {most} numbers, which is too much for a page. Save fewer pictures.", { most: MOST_VALUES }));
  return count;
}

/** @param {DataView} view @param {number} start @param {number} count @param {string} type @param {boolean} little */
function numbersOf(view, start, count, type, little) {
  const size = Number(type[1]);
  if (view.byteLength - start < count * size) throw new Error(t("it is cut off. Get it anew."));
  if (type === "u1" || type === "b1") return new Uint8Array(view.buffer, view.byteOffset + start, count);
  const read = READ[type];
  const made = new Float64Array(count);
  for (let i = 0; i < count; i += 1) made[i] = read(view, start + i * size, little);
  return made;
}

/** @param {DataView} view @param {number} start @param {number} count @param {number} letters @param {boolean} little */
function textsOf(view, start, count, letters, little) {
  if (letters > 1000 || view.byteLength - start < 4 * count * letters) throw new Error(t("it is cut off. Get it anew."));
  return Array.from({ length: count }, (_, i) => {
    let text = "";
    for (let j = 0; j < letters; j += 1) {
      const code = view.getUint32(start + 4 * (i * letters + j), little);
      if (!code) break;
      text += code <= 0x10ffff ? String.fromCodePoint(code) : "?";
    }
    return text;
  });
}

/** From Fortran's order to C's. @param {ArrayLike<number>} data @param {number[]} shape */
function reordered(data, shape) {
  const made = new Float64Array(data.length);
  for (let i = 0; i < made.length; i += 1) {
    let [rest, from, step] = [i, 0, 1];
    const places = shape.map(() => 0);
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      places[axis] = rest % shape[axis];
      rest = Math.floor(rest / shape[axis]);
    }
    for (let axis = 0; axis < shape.length; axis += 1) {
      from += places[axis] * step;
      step *= shape[axis];
    }
    made[i] = data[from];
  }
  return made;
}

/** @param {Uint8Array<ArrayBuffer>} packed @returns {Promise<Uint8Array<ArrayBuffer>>} never more than MOST_UNZIPPED of it */
async function gunzipped(packed) {
  const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  /** @type {Uint8Array[]} */
  const parts = [];
  let size = 0;
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      size += part.value.length;
      if (size > MOST_UNZIPPED) throw new RangeError();
      parts.push(part.value);
    }
  } catch (error) {
    reader.cancel().catch(() => {});
    throw new Error(error instanceof RangeError ? t("it would unpack to over {most} bytes. Use fewer pictures.", { most: MOST_UNZIPPED }) : t("it is a damaged gzip. Get it anew."), { cause: error });
  }
  const made = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    made.set(part, at);
    at += part.length;
  }
  return made;
}
