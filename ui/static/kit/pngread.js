/** PNG files without a canvas: inflate, undo the filters, spread the samples (W3C's PNG specification, https://www.w3.org/TR/png-3/). */

import { inflated } from "./inflate.js";

const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10];
/** Samples of a pixel, by colour type: grey, RGB, palette, grey with alpha, RGB with alpha. @type {Object<number, number>} */
const SAMPLES = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
/** Bits a sample that each colour type may have. @type {Object<number, number[]>} */
const DEPTHS = { 0: [1, 2, 4, 8, 16], 2: [8, 16], 3: [1, 2, 4, 8], 4: [8, 16], 6: [8, 16] };
const MOST_PIXELS = 25e6;

/** @typedef {{width: number, height: number, depth: number, type: number, palette: Uint8Array, alpha: Uint8Array, packed: Uint8Array<ArrayBuffer>[]}} Png */

/** @param {Uint8Array} bytes @returns {boolean} */
export function isPng(bytes) {
  return SIGNATURE.every((value, i) => bytes[i] === value);
}

/**
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {Promise<{data: Uint8ClampedArray, width: number, height: number}>} four bytes a pixel; 16 bits a sample are cut to 8
 * @throws {RangeError|TypeError} where it is damaged, interlaced or over 25 million pixels; whoever asks has the sentence
 */
export async function decodePng(bytes) {
  const png = chunksOf(bytes);
  const { width, height, depth, type } = png;
  const row = Math.ceil((width * SAMPLES[type] * depth) / 8);
  const rows = await inflated(png.packed, height * (row + 1));
  unfilter(rows, row, Math.max(1, (SAMPLES[type] * depth) / 8));
  const data = new Uint8ClampedArray(4 * width * height);
  for (let y = 0; y < height; y += 1) spreadRow(png, rows.subarray(y * (row + 1) + 1, (y + 1) * (row + 1)), data.subarray(4 * y * width, 4 * (y + 1) * width));
  return { data, width, height };
}

/** @param {Uint8Array<ArrayBuffer>} bytes @returns {Png} */
function chunksOf(bytes) {
  if (!isPng(bytes)) throw new RangeError();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  /** @type {Png} */
  const png = { width: 0, height: 0, depth: 0, type: -1, palette: new Uint8Array(), alpha: new Uint8Array(), packed: [] };
  for (let at = SIGNATURE.length; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const data = bytes.subarray(at + 8, at + 8 + length);
    if (data.length !== length) throw new RangeError();
    if (name === "IHDR") Object.assign(png, headerOf(new DataView(data.buffer, data.byteOffset, length)));
    else if (name === "PLTE") png.palette = data;
    else if (name === "tRNS") png.alpha = data;
    else if (name === "IDAT") png.packed.push(data);
    else if (name === "IEND") break;
    at += 12 + length;
  }
  if (png.type < 0 || !png.packed.length || (png.type === 3 && !png.palette.length)) throw new RangeError();
  return png;
}

/** @param {DataView} view of an IHDR chunk */
function headerOf(view) {
  if (view.byteLength !== 13) throw new RangeError();
  const [width, height, depth, type] = [view.getUint32(0), view.getUint32(4), view.getUint8(8), view.getUint8(9)];
  if (!width || !height || width * height > MOST_PIXELS) throw new RangeError();
  if (!DEPTHS[type]?.includes(depth) || view.getUint8(10) || view.getUint8(11) || view.getUint8(12)) throw new RangeError();
  return { width, height, depth, type };
}

/** Adds to each byte what its row's filter foretells of it, in place. @param {Uint8Array} rows each begins with its filter @param {number} row bytes @param {number} pixel bytes */
function unfilter(rows, row, pixel) {
  for (let start = 0; start < rows.length; start += row + 1) {
    const filter = rows[start];
    if (filter > 4) throw new RangeError();
    if (filter === 0) continue;
    for (let x = 1; x <= row; x += 1) {
      const at = start + x;
      const left = x > pixel ? rows[at - pixel] : 0;
      const up = start ? rows[at - row - 1] : 0;
      const corner = start && x > pixel ? rows[at - row - 1 - pixel] : 0;
      rows[at] += [0, left, up, (left + up) >> 1, filter === 4 ? nearest(left, up, corner) : 0][filter];
    }
  }
}

/** Paeth's: whichever of the three is nearest to left + up - corner. @param {number} left @param {number} up @param {number} corner */
function nearest(left, up, corner) {
  const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}

/** @param {Png} png @param {Uint8Array} packed the samples of a row @param {Uint8ClampedArray} out four bytes a pixel */
function spreadRow({ width, depth, type, palette, alpha }, packed, out) {
  const most = 2 ** Math.min(8, depth) - 1;
  /** @param {number} i @returns {number} the sample as it is stored, of 16 bits the higher 8 */
  const sample = (i) => {
    if (depth >= 8) return packed[(i * depth) / 8];
    return (packed[(i * depth) >> 3] >> (8 - depth - ((i * depth) & 7))) & most;
  };
  const count = SAMPLES[type];
  // without an alpha channel one colour may be the transparent one; of 16 bits it is told in full
  const clear = (/** @type {number} */ x) => alpha.length >= 2 * count && Array.from({ length: count }, (_, i) => i).every((i) =>
    (depth === 16 ? (packed[2 * (x * count + i)] << 8) | packed[2 * (x * count + i) + 1] : sample(x * count + i)) === ((alpha[2 * i] << 8) | alpha[2 * i + 1]));
  for (let x = 0; x < width; x += 1) {
    const first = sample(x * count);
    /** @type {number[]} */
    let pixel;
    if (type === 3) {
      if (3 * first + 2 >= palette.length) throw new RangeError();
      pixel = [palette[3 * first], palette[3 * first + 1], palette[3 * first + 2], alpha[first] ?? 255];
    } else {
      const samples = Array.from({ length: count }, (_, i) => (sample(x * count + i) * 255) / most);
      const [red, green, blue] = count < 3 ? [samples[0], samples[0], samples[0]] : samples;
      pixel = [red, green, blue, count % 2 ? (clear(x) ? 0 : 255) : samples[count - 1]];
    }
    out.set(pixel, 4 * x);
  }
}
