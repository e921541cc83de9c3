/**
 * Pictures that lead back to the page that made them: the link stands in the file, in a text of a PNG (`tEXt`, key `gan-link`) or the comment of
 * a GIF. Formats: W3C's PNG specification, section 11.3.3; GIF89a, section 24.
 */

import { crc32 } from "../device/zip.js";
import { LONGEST } from "../state/link.js";

const KEY = "gan-link";
const PNG = [137, 80, 78, 71, 13, 10, 26, 10];
const GIF = [71, 73, 70, 56, 57, 97];
const HEADER = 33; // bytes of a PNG up to where its IHDR ends
const COMMENT = [0x21, 0xfe]; // of a GIF
/** What is looked into: a dropped file may be of any size. */
const MOST_BYTES = 64e6;

/** @param {Uint8Array} bytes @param {number[]} start */
const begins = (bytes, start) => start.every((byte, i) => bytes[i] === byte);
const ascii = (/** @type {string} */ text) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const textOf = (/** @type {Uint8Array} */ bytes) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");

/** @param {Blob} blob @param {string} link all of it ASCII, as addresses are @returns {Promise<Blob>} a PNG or GIF with the link in it; others as they are */
export async function withLink(blob, link) {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  if (begins(bytes, PNG)) return new Blob([bytes.slice(0, HEADER), pngText(`${KEY}\0${link}`), bytes.slice(HEADER)], { type: "image/png" });
  if (!begins(bytes, GIF)) return blob;
  const text = ascii(`${KEY} ${link}`);
  const blocks = Array.from({ length: Math.ceil(text.length / 255) }, (_, i) => text.slice(255 * i, 255 * (i + 1)));
  const comment = [...COMMENT, ...blocks.flatMap((block) => [block.length, ...block]), 0];
  return new Blob([bytes.slice(0, -1), Uint8Array.from(comment), bytes.slice(-1)], { type: "image/gif" }); // the last byte ends the file
}

/** @param {string} text @returns {Uint8Array<ArrayBuffer>} */
function pngText(text) {
  const chunk = new Uint8Array(12 + text.length);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, text.length);
  chunk.set(ascii(`tEXt${text}`), 4);
  view.setUint32(8 + text.length, crc32(chunk.subarray(4, 8 + text.length)));
  return chunk;
}

/**
 * @param {Blob} blob any file
 * @returns {Promise<string|null>} the query of the link that it holds, "?" before it; whose page that was does not matter, this one opens it
 */
export async function queryIn(blob) {
  if (blob.size > MOST_BYTES) return null;
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const link = begins(bytes, PNG) ? inPng(bytes) : begins(bytes, GIF) ? inGif(bytes) : null;
  try {
    const { search } = new URL(link ?? "");
    return search.length > 1 && search.length <= LONGEST + 1 ? search : null;
  } catch {
    return null; // no link in it, or none that can be one
  }
}

/** @param {Uint8Array} bytes @returns {string|null} */
function inPng(bytes) {
  const view = new DataView(bytes.buffer);
  for (let at = PNG.length; at + 12 <= bytes.length; at += 12 + view.getUint32(at)) {
    const text = textOf(bytes.subarray(at + 4, Math.min(at + 8 + view.getUint32(at), at + 8 + LONGEST + 200)));
    if (text.startsWith(`tEXt${KEY}\0`)) return text.slice(KEY.length + 5);
    if (text.startsWith("IDAT")) return null;
  }
  return null;
}

/** @param {Uint8Array} bytes @returns {string|null} */
function inGif(bytes) {
  const start = ascii(`${KEY} `);
  for (let at = bytes.length - 1; at >= Math.max(0, bytes.length - LONGEST - 400); at -= 1) {
    if (!begins(bytes.subarray(at), COMMENT) || !begins(bytes.subarray(at + 3), [...start])) continue;
    let text = "";
    for (let block = at + 2; bytes[block]; block += 1 + bytes[block]) text += textOf(bytes.subarray(block + 1, block + 1 + bytes[block]));
    return text.slice(start.length);
  }
  return null;
}
