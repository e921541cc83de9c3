/**
 * Zip files of a run folder: written without compression, read with or without it (PKWARE's APPNOTE 6.3, sections 4.3 to 4.5). A file that is
 * read may come from a stranger: it is bounded before anything of it is unpacked.
 */

import { messageOf, t } from "../i18n/i18n.js";

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const UTF8 = 1 << 11;
const STORED = 0;
const DEFLATED = 8;
/** Of a file that is read: bytes, entries, and the bytes of all that is in it. */
export const MOST = { packed: 300e6, files: 3000, bytes: 400e6 };

/** @typedef {{path: string, bytes: Uint8Array<ArrayBuffer>}} Entry */

/** @type {Uint32Array|null} */
let table = null;

/** @param {Uint8Array} bytes @returns {number} CRC-32 as zip and PNG have it (ISO 3309) */
export function crc32(bytes) {
  table ??= Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = byte;
    for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    return value;
  });
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i += 1) crc = (crc >>> 8) ^ table[(crc ^ bytes[i]) & 255];
  return (crc ^ 0xffffffff) >>> 0;
}

/**
 * @param {Entry[]} entries paths with `/`
 * @param {Date} [when]
 * @returns {Blob}
 */
export function zipOf(entries, when = new Date()) {
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const parts = [];
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const directory = [];
  const time = (when.getHours() << 11) | (when.getMinutes() << 5) | (when.getSeconds() >> 1);
  const day = ((Math.max(1980, when.getFullYear()) - 1980) << 9) | ((when.getMonth() + 1) << 5) | when.getDate();
  let offset = 0;
  for (const { path, bytes } of entries) {
    const name = new TextEncoder().encode(path);
    const about = [UTF8, STORED, time, day];
    const sizes = [crc32(bytes), bytes.length, bytes.length];
    const local = fields([[4, LOCAL], [2, 20], ...about.map((value) => [2, value]), ...sizes.map((value) => [4, value]), [2, name.length], [2, 0]]);
    parts.push(local, name, bytes);
    directory.push(fields([[4, CENTRAL], [2, 20], [2, 20], ...about.map((value) => [2, value]), ...sizes.map((value) => [4, value]), [2, name.length],
      [2, 0], [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]]), name);
    offset += local.length + name.length + bytes.length;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const end = fields([[4, END], [2, 0], [2, 0], [2, entries.length], [2, entries.length], [4, size], [4, offset], [2, 0]]);
  return new Blob([...parts, ...directory, end], { type: "application/zip" });
}

/** @param {number[][]} values [bytes, value], little-endian @returns {Uint8Array<ArrayBuffer>} */
function fields(values) {
  const made = new Uint8Array(values.reduce((sum, [bytes]) => sum + bytes, 0));
  let at = 0;
  for (const [bytes, value] of values) for (let i = 0; i < bytes; i += 1, at += 1) made[at] = Math.floor(value / 256 ** i) & 255;
  return made;
}

/**
 * @param {ArrayBuffer} buffer
 * @param {string} [expected] what it should have been, for people
 * @param {number} [files] at most
 * @returns {Promise<Entry[]>} its files; folders are left out
 * @throws {Error} with a sentence: what is wrong with it
 */
export async function unzip(buffer, expected = t("the zip of a run folder"), files = MOST.files) {
  try {
    return await opened(buffer, files);
  } catch (error) {
    throw new Error(t("This file cannot be opened: {reason}. Expected {expected}.", { reason: messageOf(error), expected }));
  }
}

/** @param {Blob} file @param {RegExp} path @returns {Promise<boolean>} whether a zip has such a file; nothing is unpacked */
export async function holds(file, path) {
  try {
    return directoryOf(await file.arrayBuffer(), Infinity).some((found) => path.test(found.path));
  } catch {
    return false; // whoever opens it says why
  }
}

/** @param {ArrayBuffer} buffer @param {number} files @returns {Promise<Entry[]>} */
async function opened(buffer, files) {
  if (buffer.byteLength > MOST.packed) throw refused(t("it has {bytes} bytes, at most {most} are read", { bytes: buffer.byteLength, most: MOST.packed }));
  const found = directoryOf(buffer, files);
  if (found.reduce((sum, { size }) => sum + size, 0) > MOST.bytes) throw refused(t("unpacked it would have over {most} bytes", { most: MOST.bytes }));
  const entries = [];
  for (const one of found) {
    const { path, method, size, crc } = one;
    const packed = contentOf(buffer, one);
    const bytes = method === STORED ? packed.slice() : await inflated(packed, size, path);
    if (bytes.length !== size || crc32(bytes) !== crc) throw refused(t("{path} in it is damaged", { path: shown(path) }));
    entries.push({ path, bytes });
  }
  return entries;
}

/** @typedef {{path: string, method: number, crc: number, packed: number, size: number, offset: number}} Found */

/** @param {ArrayBuffer} buffer @param {number} most files @returns {Found[]} */
function directoryOf(buffer, most) {
  const data = new DataView(buffer);
  let end = buffer.byteLength - 22;
  const first = Math.max(0, end - 65535);
  while (end >= first && data.getUint32(end, true) !== END) end -= 1;
  if (end < first) throw refused(t("it is no zip file"));
  const count = data.getUint16(end + 10, true);
  if (count > most) throw refused(t("it has {count} files, at most {most} are read", { count, most }));
  let at = data.getUint32(end + 16, true);
  /** @type {Map<string, Found>} */
  const found = new Map();
  for (let i = 0; i < count; i += 1) {
    if (at + 46 > end || data.getUint32(at, true) !== CENTRAL) throw refused(t("its list of files is damaged"));
    const [name, extra, note] = [28, 30, 32].map((place) => data.getUint16(at + place, true));
    if (at + 46 + name > end) throw refused(t("its list of files is damaged"));
    const path = new TextDecoder().decode(new Uint8Array(buffer, at + 46, name));
    const method = data.getUint16(at + 10, true);
    const entry = { path, method, crc: data.getUint32(at + 16, true), packed: data.getUint32(at + 20, true), size: data.getUint32(at + 24, true), offset: data.getUint32(at + 42, true) };
    at += 46 + name + extra + note;
    if (path.endsWith("/")) continue;
    if (path.startsWith("/") || /[\\\0:]/.test(path) || path.split("/").some((part) => ["", ".", ".."].includes(part))) throw refused(t("{path} in it lies outside its folder", { path: shown(path) }));
    if (found.has(path)) throw refused(t("{path} is in it twice", { path: shown(path) }));
    if (![STORED, DEFLATED].includes(method) || data.getUint16(at - 46 - name - extra - note + 8, true) & 1) throw refused(t("{path} in it is encrypted, or packed in a way that is not read here", { path: shown(path) }));
    found.set(path, entry);
  }
  return [...found.values()];
}

/** @param {ArrayBuffer} buffer @param {Found} found @returns {Uint8Array<ArrayBuffer>} */
function contentOf(buffer, { path, offset, packed }) {
  const data = new DataView(buffer);
  if (offset + 30 > buffer.byteLength || data.getUint32(offset, true) !== LOCAL) throw refused(t("{path} in it is damaged", { path: shown(path) }));
  const start = offset + 30 + data.getUint16(offset + 26, true) + data.getUint16(offset + 28, true);
  if (start + packed > buffer.byteLength) throw refused(t("{path} in it is damaged", { path: shown(path) }));
  return new Uint8Array(buffer, start, packed);
}

/** Never more than was claimed: a bomb is given up at the first byte beyond. @param {Uint8Array<ArrayBuffer>} packed @param {number} size @param {string} path */
async function inflated(packed, size, path) {
  const made = new Uint8Array(size);
  let at = 0;
  try {
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    const reader = stream.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      if (at + part.value.length > size) {
        reader.cancel().catch(() => {});
        throw new RangeError();
      }
      made.set(part.value, at);
      at += part.value.length;
    }
  } catch {
    throw refused(t("{path} in it is damaged", { path: shown(path) }));
  }
  return made.subarray(0, at);
}

/** @param {string} path */
const shown = (path) => JSON.stringify(path.slice(0, 80));

/** @param {string} reason */
const refused = (reason) => new Error(reason);
