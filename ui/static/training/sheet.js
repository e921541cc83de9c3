/** The contact sheet and the film of a run of this device, made in the page as gan_core/imaging/pixels.py and ui/server/downloads.py make them. */

import { t } from "../i18n/i18n.js";
import { h, penOf } from "../kit/dom.js";
import { pngOf } from "../kit/save.js";
import { askJson, pictureAt } from "../runs/runfeed.js";
import { count, pad } from "../runs/runwords.js";
import { spread } from "./filmroll.js";
import { COLOUR_TABLE, coloured, gifOf } from "../kit/gif.js";

const COLUMNS = 4;
const GAP = 14;
const LINE = 28;
const MOST_FRAMES = 60;
const [FRAME, REST] = [12, 160]; // hundredths of a second; it rests on the last

/** @param {string} id @returns {Promise<Blob>} a PNG: at most twelve moments, dark text on white */
export async function contactSheet(id) {
  const { pictures = [] } = /** @type {import("../runs/types.js").Progress} */ (await askJson(`runs/${id}/progress.json`));
  const steps = spread(pictures.length).map((index) => pictures[index]);
  const images = await Promise.all(steps.map((step) => imageOf(id, step)));
  if (!images.length) throw new Error(t("The first pictures appear here."));
  const { naturalWidth: width, naturalHeight: height } = images[0];
  const columns = Math.min(COLUMNS, images.length);
  const rows = Math.ceil(images.length / columns);
  const canvas = h("canvas", { width: columns * (width + GAP) + GAP, height: rows * (LINE + height + GAP) + GAP });
  const pen = penOf(canvas);
  pen.fillStyle = "white";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = "#282828";
  pen.font = "16px sans-serif";
  pen.textBaseline = "middle";
  images.forEach((image, i) => {
    const [x, y] = [GAP + (i % columns) * (width + GAP), GAP / 2 + Math.floor(i / columns) * (LINE + height + GAP)];
    pen.fillText(t("step {step}", { step: count(steps[i]) }), x, y + LINE / 2);
    pen.drawImage(image, x, y + LINE);
  });
  return pngOf(canvas);
}

/** @param {string} id @returns {Promise<Blob>} a GIF: the grid through all steps, each frame with its step below */
export async function film(id) {
  const { pictures = [], config } = /** @type {import("../runs/types.js").Progress} */ (await askJson(`runs/${id}/progress.json`));
  const [, , channels] = /** @type {number[]} */ (config.model.image_shape ?? []);
  const colours = channels === 3;
  if (!pictures.length) throw new Error(t("The first pictures appear here."));
  const steps = spread(pictures.length, MOST_FRAMES).map((index) => pictures[index]);
  const frames = [];
  let width = 0;
  for (const step of steps) {
    const image = await imageOf(id, step);
    width = 2 * image.naturalWidth;
    frames.push(captioned(image, t("step {step}", { step: count(step) }), colours));
  }
  return gifOf(frames, width, steps.map((_, i) => (i === steps.length - 1 ? REST : FRAME)), colours ? COLOUR_TABLE : undefined);
}

/** @param {HTMLImageElement} image @param {string} text @param {boolean} colours @returns {Uint8Array} greys, or places in the table of colours; twice as large, with a line of white on black below */
function captioned(image, text, colours) {
  const [width, height] = [2 * image.naturalWidth, 2 * image.naturalHeight];
  const pen = penOf(h("canvas", { width, height: height + LINE }));
  pen.fillRect(0, 0, width, height + LINE);
  pen.imageSmoothingEnabled = false;
  pen.drawImage(image, 0, 0, width, height);
  pen.fillStyle = "white";
  pen.font = "16px sans-serif";
  pen.textBaseline = "middle";
  pen.fillText(text, 8, height + LINE / 2);
  const { data } = pen.getImageData(0, 0, width, height + LINE);
  if (!colours) return Uint8Array.from({ length: data.length / 4 }, (_, i) => data[4 * i]);
  const three = Float32Array.from({ length: (data.length / 4) * 3 }, (_, i) => data[4 * Math.floor(i / 3) + (i % 3)] / 255);
  return Uint8Array.from(coloured(three), (place) => Math.round(255 * place));
}

/** @param {string} id @param {number} step */
async function imageOf(id, step) {
  const image = new Image();
  const { src, end } = await pictureAt(`runs/${id}/snapshots/${pad(step)}.png`);
  image.src = src;
  await image.decode().finally(end);
  return image;
}
