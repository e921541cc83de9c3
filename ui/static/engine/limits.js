/** What a file of weights may ask of a browser: the bounds of gan_core/model/rules.py (docs/formats.md, section 1). Whatever is in it, the page answers. */

/** Bytes. */
export const MAX_FILE = 64_000_000;
export const MAX_HEADER = 400_000;
export const MAX_TENSORS = 2000;
export const MAX_OPS = 500;
export const MAX_CLASSES = 1000;
/** Of a kernel, in pixels. */
export const MAX_SIDE = 32;
/** Numbers in all tensors. */
export const MAX_NUMBERS = 16_000_000;
/** Numbers of one picture between two operations. */
export const MAX_ELEMENTS = 8_000_000;
/** Numbers that one convolution reads. */
export const MAX_PATCHES = 32_000_000;
/** Those two, of all operations. */
export const MAX_WORK = 64_000_000;
export const MAX_MULTIPLY_ADDS = 1_000_000_000;

const SHOWN = 80;

/** @param {unknown} value whatever a file holds @returns {string} as much of it as a sentence can take */
export function told(value) {
  try {
    return (JSON.stringify(value) ?? String(value)).slice(0, SHOWN);
  } catch {
    return "something nested too deeply"; // JSON that can be read may be too deep to be written
  }
}

/**
 * @param {unknown} shape
 * @returns {shape is number[]} whether it is a list of whole numbers above 0 whose product can be had
 */
export function isShape(shape) {
  return Array.isArray(shape) && shape.every((n) => Number.isSafeInteger(n) && n > 0) && Number.isSafeInteger(shape.reduce((product, n) => product * n, 1));
}
