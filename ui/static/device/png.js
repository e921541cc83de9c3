/** PNG files, grey or in colour (W3C's PNG specification), for a worker that has no canvas. */

import { joined } from "./bytes.js";
import { crc32 } from "./zip.js";

const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10];
/** What the header says of a pixel's numbers, by how many there are. @type {Record<number, number>} */
const COLOUR_TYPES = { 1: 0, 3: 2 };

/**
 * @param {Uint8Array} pixels [height, width, channels]
 * @param {number} width
 * @param {number} [channels] 1 or 3
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export async function pngOf(pixels, width, channels = 1) {
  const line = width * channels;
  const height = pixels.length / line;
  const rows = new Uint8Array(height * (line + 1)); // before each row its filter: 0, none
  for (let y = 0; y < height; y += 1) rows.set(pixels.subarray(y * line, (y + 1) * line), y * (line + 1) + 1);
  const packed = await deflated(rows);
  const header = new Uint8Array(13);
  new DataView(header.buffer).setUint32(0, width);
  new DataView(header.buffer).setUint32(4, height);
  header[8] = 8; // bits a number; the last three are 0: deflate, filters of the standard, not interlaced
  header[9] = COLOUR_TYPES[channels];
  return joined([Uint8Array.from(SIGNATURE), chunk("IHDR", header), chunk("IDAT", packed), chunk("IEND", new Uint8Array())]);
}

/** @param {Uint8Array<ArrayBuffer>} bytes @returns {Promise<Uint8Array<ArrayBuffer>>} a zlib stream */
export async function deflated(bytes) {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate"))).arrayBuffer());
}

/** @param {string} name @param {Uint8Array} data */
function chunk(name, data) {
  const made = new Uint8Array(12 + data.length);
  const view = new DataView(made.buffer);
  view.setUint32(0, data.length);
  made.set(new TextEncoder().encode(name), 4);
  made.set(data, 8);
  view.setUint32(8 + data.length, crc32(made.subarray(4, 8 + data.length)));
  return made;
}
