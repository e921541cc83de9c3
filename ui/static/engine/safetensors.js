/** Reads safetensors files: https://github.com/huggingface/safetensors#format. Nothing in a file is trusted before it is checked. */

import { t } from "../i18n/i18n.js";
import { MAX_FILE, MAX_HEADER, MAX_TENSORS, told } from "./limits.js";

/** @type {Object<string, number>} */
const BYTES = { I8: 1, I16: 2, F16: 2, F32: 4 };
/** What only the saved state of a training has. */
const WIDE = { F64: 8, I64: 8 };
/** After the name of a tensor of whole numbers: what each of its columns is multiplied by. */
const SCALE = ".scale";

/**
 * @typedef {{shape: number[], data: Float32Array}} Tensor
 * @typedef {{dtype: string, shape: number[], data_offsets: [number, number]}} Entry
 */

/**
 * @param {ArrayBuffer} buffer
 * @param {{wide?: boolean}} [may] `wide`: also hold numbers of 64 bits, which are given as float64
 * @returns {{metadata: Object<string, string>, tensors: Object<string, Tensor>}} all as float32; those of whole numbers (I8, I16) times their scale, which is
 *   no tensor of its own then
 * @throws {Error} that says what is wrong with the file
 */
export function parseSafetensors(buffer, { wide = false } = {}) {
  const { header, start } = readHeader(buffer);
  const { __metadata__: metadata = {}, ...entries } = header;
  /** @type {Object<string, Tensor>} */
  const tensors = Object.create(null);
  /** @type {[number, number][]} */
  const spans = [];
  const count = Object.keys(entries).length;
  if (count > MAX_TENSORS) throw damaged(t("it has {count} tensors, at most {most} are read", { count, most: MAX_TENSORS }));
  for (const [name, entry] of Object.entries(entries)) {
    const span = checkEntry(name, entry, buffer.byteLength - start, wide ? { ...BYTES, ...WIDE } : BYTES);
    spans.push(span);
    const bytes = buffer.slice(start + span[0], start + span[1]);
    tensors[name] = { shape: entry.shape, data: readValues(name, entry.dtype, bytes) };
  }
  checkSpans(spans, buffer.byteLength - start);
  for (const [name, { dtype }] of Object.entries(entries)) if (dtype === "I8" || dtype === "I16") scaleUp(name, tensors);
  return { metadata: metadata ?? {}, tensors };
}

/** @param {string} name @param {Object<string, Tensor>} tensors */
function scaleUp(name, tensors) {
  const { shape, data } = tensors[name];
  const scale = tensors[name + SCALE]?.data;
  const columns = shape[shape.length - 1];
  if (!scale || scale.length !== columns) throw damaged(t("tensor {name} has no scale that fits it", { name: JSON.stringify(name) }));
  for (let i = 0; i < data.length; i += 1) data[i] *= scale[i % columns];
  delete tensors[name + SCALE];
}

/** @param {ArrayBuffer} buffer @returns {{header: Object<string, any>, start: number}} `start` of the tensors */
function readHeader(buffer) {
  if (buffer.byteLength < 10) throw damaged(t("it is {count} bytes long, too short for a header", { count: buffer.byteLength }));
  const length = Number(new DataView(buffer).getBigUint64(0, true));
  if (buffer.byteLength > MAX_FILE) throw damaged(t("it has {count} bytes, at most {most} are read", { count: buffer.byteLength, most: MAX_FILE }));
  if (length > MAX_HEADER || length > buffer.byteLength - 8) throw damaged(t("its header claims {claimed} bytes, the file has {count}", { claimed: length, count: buffer.byteLength }));
  let header;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array(buffer, 8, length)));
  } catch {
    throw damaged(t("its header is not JSON"));
  }
  if (typeof header !== "object" || header === null || Array.isArray(header)) throw damaged(t("its header is not a JSON object"));
  return { header, start: 8 + length };
}

/**
 * @param {string} name @param {Entry} entry as the file has it @param {number} room bytes of all tensors @param {Object<string, number>} known bytes of a dtype's number
 * @returns {[number, number]} where it lies
 */
function checkEntry(name, entry, room, known) {
  const called = t("tensor {name}", { name: JSON.stringify(name) });
  if (!Object.hasOwn(known, entry?.dtype)) throw damaged(t("{tensor} has dtype {dtype}, expected F16, F32, I8 or I16", { tensor: called, dtype: told(entry?.dtype) }));
  const { shape, data_offsets: span } = entry;
  if (!Array.isArray(shape) || !shape.every((n) => Number.isSafeInteger(n) && n >= 0)) throw damaged(t("{tensor} has shape {shape}", { tensor: called, shape: told(shape) }));
  if (!Array.isArray(span) || span.length !== 2 || !span.every(Number.isSafeInteger) || span[0] < 0 || span[1] < span[0] || span[1] > room)
    throw damaged(t("{tensor} lies at {span}, outside its {room} bytes of data", { tensor: called, span: told(span), room }));
  const expected = shape.reduce((product, n) => product * n, known[entry.dtype]);
  if (span[1] - span[0] !== expected) throw damaged(t("{tensor} of shape [{shape}] needs {expected} bytes, it has {count}", { tensor: called, shape: String(shape), expected, count: span[1] - span[0] }));
  return span;
}

/** @param {[number, number][]} spans @param {number} room */
function checkSpans(spans, room) {
  let end = 0;
  for (const [from, to] of spans.sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    if (from !== end) throw damaged(t("its tensors overlap or leave a gap at byte {end}", { end }));
    end = to;
  }
  if (end !== room) throw damaged(t("its tensors end at byte {end} of {room}", { end, room }));
}

/** @param {string} name @param {string} dtype @param {ArrayBuffer} bytes @returns {Float32Array} */
function readValues(name, dtype, bytes) {
  if (dtype === "I8") return Float32Array.from(new Int8Array(bytes));
  if (dtype === "I16") return Float32Array.from(new Int16Array(bytes));
  if (dtype === "I64") return /** @type {any} */ (Float64Array.from(new BigInt64Array(bytes), Number));
  if (dtype === "F64") return /** @type {any} */ (new Float64Array(bytes));
  const values = dtype === "F16" ? fromHalf(new Uint16Array(bytes)) : new Float32Array(bytes);
  // x - x is NaN where x is infinite or not a number
  for (let i = 0; i < values.length; i += 1)
    if (values[i] - values[i] !== 0) throw damaged(t("tensor {name} holds {value} at {index}", { name: JSON.stringify(name), value: values[i], index: i }));
  return values;
}

/** What each of the 65,536 half floats is. @type {Float32Array|null} */
let halves = null;

/** @param {Uint16Array} words @returns {Float32Array} */
function fromHalf(words) {
  halves ??= Float32Array.from({ length: 65536 }, (_, word) => halfToNumber(word));
  const values = new Float32Array(words.length);
  for (let i = 0; i < words.length; i += 1) values[i] = halves[words[i]];
  return values;
}

/** @param {number} word @returns {number} */
function halfToNumber(word) {
  const sign = word & 0x8000 ? -1 : 1;
  const exponent = (word >> 10) & 31;
  const fraction = word & 1023;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** @param {string} reason @returns {Error} */
function damaged(reason) {
  return new Error(t("This weight file is damaged: {reason}. Reload the page, or make the file again.", { reason }));
}
