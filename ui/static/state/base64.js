/** Numbers as text that an address can hold: base64url of little-endian float32, exact to the bit. */

/** Browsers take some ten thousand arguments of a call, not any number. */
const AT_ONCE = 8192;

/** @param {Uint8Array} bytes @returns {string} */
export function toBase64(bytes) {
  let text = "";
  for (let from = 0; from < bytes.length; from += AT_ONCE) text += String.fromCharCode(...bytes.subarray(from, from + AT_ONCE));
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** @param {string} text @returns {Uint8Array} @throws {Error} where it is none */
export function fromBase64(text) {
  if (!/^[\w-]+$/.test(text)) throw new Error("no base64url");
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
}

/** @param {ArrayLike<number>} values @returns {string} */
export function packFloats(values) {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  Array.from(values).forEach((value, i) => view.setFloat32(4 * i, value, true));
  return toBase64(new Uint8Array(view.buffer));
}

/** @param {string} text @returns {Float32Array} finite, and none beyond a million @throws {Error} */
export function unpackFloats(text) {
  const bytes = fromBase64(text);
  const view = new DataView(bytes.buffer);
  const values = Float32Array.from({ length: bytes.length >> 2 }, (_, i) => view.getFloat32(4 * i, true));
  if (bytes.length % 4 || values.length > 4096 || !values.every(possible)) throw new Error("no float32");
  return values;
}

/**
 * All of a vector, or the coordinates that differ from `base`, whichever is shorter.
 * @param {Float32Array} z @param {Float32Array|null} base @returns {string}
 */
export function packVector(z, base) {
  const differs = base?.length === z.length ? [...z.keys()].filter((i) => !Object.is(z[i], base[i])) : null;
  if (!differs || 6 * differs.length >= 4 * z.length) return packFloats(z);
  const bytes = new DataView(new ArrayBuffer(6 * differs.length));
  differs.forEach((index, i) => {
    bytes.setUint16(6 * i, index, true);
    bytes.setFloat32(6 * i + 2, z[index], true);
  });
  return `e${differs.length ? `.${toBase64(new Uint8Array(bytes.buffer))}` : ""}`;
}

/** @param {string} text of `packVector` @returns {{z: Float32Array|null, edits: [number, number][]|null}} the one or the other @throws {Error} */
export function unpackVector(text) {
  if (text === "e") return { z: null, edits: [] };
  if (!text.startsWith("e.")) return { z: unpackFloats(text), edits: null };
  const bytes = fromBase64(text.slice(2));
  if (bytes.length % 6) throw new Error("no list of changes");
  const view = new DataView(bytes.buffer);
  /** @type {[number, number][]} */
  const edits = Array.from({ length: bytes.length / 6 }, (_, i) => [view.getUint16(6 * i, true), view.getFloat32(6 * i + 2, true)]);
  if (!edits.every(([, value]) => possible(value))) throw new Error("no float32");
  return { z: null, edits };
}

/** @param {number} value */
const possible = (value) => Math.abs(value) <= 1e6;
