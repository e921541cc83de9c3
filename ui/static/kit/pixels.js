/**
 * The pixels of a picture file. A canvas tells them, unless the browser hides what is drawn on one (Firefox with resistFingerprinting, the Tor
 * Browser: stripes or noise come back). That is tried once, with known pixels; where they come back as others a decoder of our own reads PNGs.
 */

import { t } from "../i18n/i18n.js";
import { h, penOf } from "./dom.js";
import { decodePng, isPng } from "./pngread.js";

/** @typedef {import("./digitof.js").Rgba} Rgba */

const TRIED = 16; // pixels a side: some browsers change a few of them only

/** @type {boolean|null} null until it was tried */
let truthful = null;

/**
 * @param {Blob} file
 * @param {{sizeOf?: (size: {width: number, height: number}) => [width: number, height: number], exact?: boolean}} [options] `sizeOf`: how large it is wanted, if
 *   it can be made so; `exact`: the numbers in the file, whatever its colours mean
 * @returns {Promise<Rgba>}
 * @throws {Error} with a sentence for the page
 */
export async function pixelsOf(file, { sizeOf = ({ width, height }) => [width, height], exact = false } = {}) {
  truthful ??= tells(penOf(h("canvas", { width: TRIED, height: TRIED }), { willReadFrequently: true }));
  if (!truthful) return withoutCanvas(file);
  const bitmap = await createImageBitmap(file, exact ? { colorSpaceConversion: "none" } : {}).catch(() => {
    throw new Error(t("The file cannot be read as a picture. Expected PNG, JPEG, WebP, GIF or BMP."));
  });
  const [width, height] = sizeOf(bitmap);
  const context = penOf(h("canvas", { width, height }), { willReadFrequently: true });
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, width, height);
  return { data: context.getImageData(0, 0, width, height).data, width, height };
}

/** @param {Blob} file @returns {Promise<Rgba>} */
async function withoutCanvas(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (!isPng(bytes)) throw new Error(t("This browser hides what a page draws (resistFingerprinting), so only PNG files can be read. Save the picture as PNG, or allow this page to read canvases."));
  return decodePng(bytes).catch(() => {
    throw new Error(t("The PNG file cannot be read here: it is damaged, interlaced or too large. Save it anew and try again."));
  });
}

/**
 * Whether what is drawn comes back as it was drawn.
 * @param {Pick<CanvasRenderingContext2D, "fillStyle"|"fillRect"|"getImageData">} context of an empty canvas, 16 pixels a side
 * @returns {boolean}
 */
export function tells(context) {
  /** @param {number} i @returns {number[]} */
  const colour = (i) => [(i * 37) % 256, (i * 91) % 256, (i * 151) % 256, 255];
  for (let i = 0; i < TRIED * TRIED; i += 1) {
    context.fillStyle = `rgb(${colour(i).slice(0, 3).join(" ")})`;
    context.fillRect(i % TRIED, Math.floor(i / TRIED), 1, 1);
  }
  const { data } = context.getImageData(0, 0, TRIED, TRIED);
  return Array.from({ length: TRIED * TRIED }, (_, i) => colour(i)).flat().every((value, i) => data[i] === value);
}
