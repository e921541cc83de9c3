/** Moving pictures as a GIF, of 256 greys or of the colours of one table. Source: the GIF89a specification, and its appendix F for LZW with codes of varying length. */

const GREYS = 256;
const LONGEST = 12; // bits of a code
const LEVELS = [6, 7, 6]; // of red, green and blue: 252 colours, most of what the eye tells apart best
/** @type {number[]} red, green and blue of each grey */
const GREY_TABLE = Array.from({ length: 3 * GREYS }, (_, i) => Math.floor(i / 3));
/** @type {number[]} of each colour of `coloured` */
export const COLOUR_TABLE = Array.from({ length: GREYS }, (_, i) => {
  const place = [Math.floor(i / (LEVELS[1] * LEVELS[2])), Math.floor(i / LEVELS[2]) % LEVELS[1], i % LEVELS[2]];
  return place.map((level, c) => Math.min(255, Math.round((255 * level) / (LEVELS[c] - 1))));
}).flat();

/** @param {Float32Array} pixels red, green and blue of each, 0 ... 1 @returns {Float32Array<ArrayBuffer>} their places in COLOUR_TABLE, over 255 */
export function coloured(pixels) {
  const level = (/** @type {number} */ value, /** @type {number} */ c) => Math.round(Math.min(1, Math.max(0, value)) * (LEVELS[c] - 1));
  return Float32Array.from({ length: pixels.length / 3 }, (_, i) => ((level(pixels[3 * i], 0) * LEVELS[1] + level(pixels[3 * i + 1], 1)) * LEVELS[2] + level(pixels[3 * i + 2], 2)) / 255);
}

/**
 * @param {Uint8Array[]} frames 0 black ... 255 white, or places in `table`, [height, width] each
 * @param {number} width
 * @param {number[]} shown hundredths of a second, of each frame
 * @param {number[]} [table] red, green and blue of each of the 256 values that a pixel has
 * @returns {Promise<Blob>} that plays for ever; the page is let go on between frames
 */
export async function gifOf(frames, width, shown, table = GREY_TABLE) {
  const height = frames[0].length / width;
  const two = (/** @type {number} */ value) => [value & 255, value >> 8];
  const text = (/** @type {string} */ letters) => [...letters].map((letter) => letter.charCodeAt(0));
  const head = [...text("GIF89a"), ...two(width), ...two(height), 0xf7, 0, 0, ...table, 0x21, 0xff, 11, ...text("NETSCAPE2.0"), 3, 1, 0, 0, 0];
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const parts = [];
  for (const [i, frame] of frames.entries()) {
    parts.push(Uint8Array.from([0x21, 0xf9, 4, 0, ...two(shown[i]), 0, 0, 0x2c, 0, 0, 0, 0, ...two(width), ...two(height), 0, 8]), inBlocks(packed(frame)));
    await new Promise((resolve) => setTimeout(resolve));
  }
  return new Blob([Uint8Array.from(head), ...parts, Uint8Array.of(0x3b)], { type: "image/gif" });
}

/** @param {Uint8Array} pixels @returns {number[]} bytes of its codes, the lowest bit first */
function packed(pixels) {
  const [clear, end] = [GREYS, GREYS + 1];
  /** @type {number[]} */
  const bytes = [];
  let [bits, count, size] = [0, 0, 9];
  const put = (/** @type {number} */ code) => {
    bits |= code << count;
    for (count += size; count >= 8; count -= 8, bits >>>= 8) bytes.push(bits & 255);
  };
  /** @type {Map<number, number>} codes by the code before and the pixel behind it */
  const known = new Map();
  let next = end + 1;
  put(clear);
  let code = pixels[0];
  for (let i = 1; i < pixels.length; i += 1) {
    const key = code * GREYS + pixels[i];
    const longer = known.get(key);
    if (longer !== undefined) {
      code = longer;
      continue;
    }
    put(code);
    code = pixels[i];
    if (next === 1 << LONGEST) {
      put(clear);
      known.clear();
      [next, size] = [end + 1, 9];
      continue;
    }
    if (next === 1 << size) size += 1;
    known.set(key, next);
    next += 1;
  }
  put(code);
  put(end);
  if (count) bytes.push(bits & 255);
  return bytes;
}

/** @param {number[]} bytes @returns {Uint8Array<ArrayBuffer>} in blocks of at most 255, each behind its length, and an empty one */
function inBlocks(bytes) {
  const made = new Uint8Array(bytes.length + Math.ceil(bytes.length / 255) + 1);
  for (let from = 0, at = 0; from < bytes.length; from += 255) {
    const block = bytes.slice(from, from + 255);
    made[at] = block.length;
    made.set(block, at + 1);
    at += 1 + block.length;
  }
  return made;
}
