/**
 * Arrays of numbers in MATLAB's files up to version 7 (MAT-File Format, "Level 5 MAT-Files", The MathWorks). Version 7.3 is HDF5, which is not read;
 * cells, structures and objects are no recordings. Bounded before anything is unpacked.
 */

import { t } from "../i18n/i18n.js";
import { unpackedUpTo } from "../kit/inflate.js";

/** @typedef {{name: string, rows: number, columns: number, at: (row: number, column: number) => number}} Matrix */

const [HEAD, MATRIX, COMPRESSED] = [128, 14, 15];
const HDF5 = [0x89, 0x48, 0x44, 0x46];
const MOST_UNPACKED = 100e6;
/** Classes of arrays that hold plain numbers: double, single and whole numbers of 8 to 64 bits. */
const NUMERIC = [6, 15];
const COMPLEX = 0x800;
/** How one number of a stored type is read, and its bytes. @type {Record<number, [number, (view: DataView, at: number, little: boolean) => number]>} */
const TYPES = {
  1: [1, (view, at) => view.getInt8(at)], 2: [1, (view, at) => view.getUint8(at)],
  3: [2, (view, at, little) => view.getInt16(at, little)], 4: [2, (view, at, little) => view.getUint16(at, little)],
  5: [4, (view, at, little) => view.getInt32(at, little)], 6: [4, (view, at, little) => view.getUint32(at, little)],
  7: [4, (view, at, little) => view.getFloat32(at, little)], 9: [8, (view, at, little) => view.getFloat64(at, little)],
  12: [8, (view, at, little) => Number(view.getBigInt64(at, little))], 13: [8, (view, at, little) => Number(view.getBigUint64(at, little))],
};

/** @param {Uint8Array} bytes @returns {Promise<Matrix[]>} those of numbers with at most two sides @throws {Error} */
export async function readMat(bytes) {
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, HEAD));
  if (head.includes("MATLAB 7.3") || HDF5.every((byte, i) => bytes[i] === byte)) throw new Error(t("it is a MATLAB file of version 7.3. Save it with save(..., '-v7') or as .csv."));
  const order = head.slice(HEAD - 2);
  if (bytes.length < HEAD || !["IM", "MI"].includes(order)) throw new Error(t("it is no MATLAB file of version 5 to 7, or a damaged one. Save it again."));
  const little = order === "IM";
  /** @type {Matrix[]} */
  const found = [];
  let left = MOST_UNPACKED;
  for (const { type, body } of elements(bytes.subarray(HEAD), little)) {
    let [inner] = [{ type, body }];
    if (type === COMPRESSED) {
      const plain = await unpackedUpTo([body.slice()], left).catch(() => null);
      if (!plain) throw new Error(t("it is damaged, or would unpack to over {most} bytes. Save it again.", { most: MOST_UNPACKED }));
      left -= plain.length;
      [inner] = elements(plain, little);
    }
    const matrix = inner?.type === MATRIX ? matrixOf(inner.body, little) : null;
    if (matrix) found.push(matrix);
  }
  return found;
}

/** @param {Uint8Array} bytes @param {boolean} little @returns {{type: number, body: Uint8Array}[]} @throws {Error} where one goes beyond the end */
function elements(bytes, little) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = [];
  for (let at = 0; at + 8 <= bytes.length;) {
    const tag = view.getUint32(at, little);
    const small = tag >>> 16; // so many bytes, which stand in the tag itself
    const [type, size, start] = small ? [tag & 0xffff, small, at + 4] : [tag, view.getUint32(at + 4, little), at + 8];
    if (start + size > bytes.length || small > 4) throw new Error(t("it is cut off. Get it anew."));
    found.push({ type, body: bytes.subarray(start, start + size) });
    at = small ? at + 8 : start + (type === COMPRESSED ? size : Math.ceil(size / 8) * 8);
  }
  return found;
}

/** @param {Uint8Array} bytes of an array @param {boolean} little @returns {Matrix|null} null where it is none of plain numbers */
function matrixOf(bytes, little) {
  const [flags, sides, name, values] = elements(bytes, little);
  if (!flags || flags.body.length < 8 || !sides || !name || !values) return null;
  const told = new DataView(flags.body.buffer, flags.body.byteOffset).getUint32(0, little);
  const kind = told & 0xff;
  const [rows, columns, ...more] = numbersOf(sides, little) ?? [];
  if (kind < NUMERIC[0] || kind > NUMERIC[1] || told & COMPLEX || more.length || !(rows > 0 && columns > 0)) return null;
  const numbers = numbersOf(values, little);
  if (!numbers || numbers.length < rows * columns) return null;
  return { name: new TextDecoder("latin1").decode(name.body), rows, columns, at: (row, column) => numbers[row + column * rows] };
}

/** @param {{type: number, body: Uint8Array}} element @param {boolean} little @returns {Float64Array|null} */
function numbersOf({ type, body }, little) {
  if (!TYPES[type]) return null;
  const [size, read] = TYPES[type];
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  return Float64Array.from({ length: Math.floor(body.length / size) }, (_, i) => read(view, i * size, little));
}
