/**
 * Pictures that lead back to the page that made them: the link stands in the file, in a text of a PNG (`tEXt`, key `gan-link`), the comment of a
 * GIF, a box of an MP4 or a chunk of a WebP that players pass over, or the metadata of an SVG. Formats: W3C's PNG specification, section 11.3.3;
 * GIF89a, section 24; ISO/IEC 14496-12, section 8.1.2; WebP container specification, unknown chunks; SVG 2, section 5.8.
 */

import { crc32 } from "../device/zip.js";
import { LONGEST } from "../state/link.js";

const KEY = "gan-link";
const PNG = [137, 80, 78, 71, 13, 10, 26, 10];
const GIF = [71, 73, 70, 56, 57, 97];
const HEADER = 33; // bytes of a PNG up to where its IHDR ends
const COMMENT = [0x21, 0xfe]; // of a GIF
const CHUNK = "GANL"; // of a WebP, whose readers pass over what they do not know
/** What is looked into: a dropped file may be of any size. */
const MOST_BYTES = 64e6;

/** @param {Uint8Array} bytes @param {number[]} start */
const begins = (bytes, start) => start.every((byte, i) => bytes[i] === byte);
const ascii = (/** @type {string} */ text) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const textOf = (/** @type {Uint8Array} */ bytes) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");

/** What each kind of file begins with, how it takes a link, and where it has it. @type {{is: (bytes: Uint8Array) => boolean, put: (bytes: Uint8Array<ArrayBuffer>, link: string) => BlobPart[], find: (bytes: Uint8Array) => string|null}[]} */
const FILES = [
  { is: (bytes) => begins(bytes, PNG), put: (bytes, link) => [bytes.slice(0, HEADER), pngText(`${KEY}\0${link}`), bytes.slice(HEADER)], find: inPng },
  { is: (bytes) => begins(bytes, GIF), put: (bytes, link) => [bytes.slice(0, -1), gifComment(link), bytes.slice(-1)], find: inGif }, // the last byte ends the file
  { is: (bytes) => textOf(bytes.subarray(4, 8)) === "ftyp", put: (bytes, link) => [bytes, boxOf(link)], find: inMp4 },
  { is: (bytes) => textOf(bytes.subarray(0, 4)) === "RIFF" && textOf(bytes.subarray(8, 12)) === "WEBP", put: withChunk, find: inWebp },
  { is: (bytes) => textOf(bytes.subarray(0, 5)) === "<svg ", put: withMetadata, find: inSvg },
];

/** @param {Blob} blob @param {string} link all of it ASCII, as addresses are @returns {Promise<Blob>} a picture or film with the link in it; others as they are */
export async function withLink(blob, link) {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const file = FILES.find(({ is }) => is(bytes));
  return file ? new Blob(file.put(bytes, link), { type: blob.type }) : blob;
}

/** @param {string} link @returns {Uint8Array<ArrayBuffer>} */
function gifComment(link) {
  const text = ascii(`${KEY} ${link}`);
  const blocks = Array.from({ length: Math.ceil(text.length / 255) }, (_, i) => text.slice(255 * i, 255 * (i + 1)));
  return Uint8Array.from([...COMMENT, ...blocks.flatMap((block) => [block.length, ...block]), 0]);
}

/** @param {string} link @returns {Uint8Array<ArrayBuffer>} a box of free space, which players pass over, with the link in it */
function boxOf(link) {
  const box = ascii(`\0\0\0\0free${KEY} ${link}`);
  new DataView(box.buffer).setUint32(0, box.length);
  return box;
}

/** @param {Uint8Array<ArrayBuffer>} bytes @param {string} link @returns {BlobPart[]} */
function withChunk(bytes, link) {
  const chunk = ascii(`${CHUNK}\0\0\0\0${link}${link.length % 2 ? "\0" : ""}`);
  new DataView(chunk.buffer).setUint32(4, link.length, true);
  const whole = bytes.slice();
  new DataView(whole.buffer).setUint32(4, bytes.length + chunk.length - 8, true);
  return [whole, chunk];
}

/** @param {Uint8Array<ArrayBuffer>} bytes @param {string} link @returns {BlobPart[]} */
function withMetadata(bytes, link) {
  const at = bytes.indexOf(">".charCodeAt(0)) + 1;
  return [bytes.slice(0, at), `<metadata>${KEY} ${link.replaceAll("&", "&amp;").replaceAll("<", "&lt;")}</metadata>`, bytes.slice(at)];
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
  const link = FILES.find(({ is }) => is(bytes))?.find(bytes);
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

/** @param {Uint8Array} bytes @returns {string|null} */
function inMp4(bytes) {
  const view = new DataView(bytes.buffer);
  for (let at = 0; at + 8 <= bytes.length;) {
    const length = view.getUint32(at);
    const start = textOf(bytes.subarray(at + 4, at + 9 + KEY.length));
    if (start === `free${KEY} `) return textOf(bytes.subarray(at + start.length + 4, Math.min(at + length, at + LONGEST + 200)));
    if (length < 8 && length !== 1) return null; // 0: up to the end; 1: a length of 64 bits follows
    at += length === 1 && at + 16 <= bytes.length ? Math.max(16, Number(view.getBigUint64(at + 8))) : Math.max(8, length);
  }
  return null;
}

/** @param {Uint8Array} bytes @returns {string|null} */
function inWebp(bytes) {
  const view = new DataView(bytes.buffer);
  for (let at = 12; at + 8 <= bytes.length;) {
    const length = view.getUint32(at + 4, true);
    if (textOf(bytes.subarray(at, at + 4)) === CHUNK) return textOf(bytes.subarray(at + 8, at + 8 + Math.min(length, LONGEST + 200)));
    at += 8 + length + (length % 2);
  }
  return null;
}

/** @param {Uint8Array} bytes @returns {string|null} */
function inSvg(bytes) {
  const text = textOf(bytes.subarray(0, 2 * LONGEST));
  const found = new RegExp(`<metadata>${KEY} ([^<]*)</metadata>`).exec(text);
  return found && found[1].replaceAll("&lt;", "<").replaceAll("&amp;", "&");
}
