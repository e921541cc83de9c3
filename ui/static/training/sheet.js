/** The contact sheet of a run of this device, drawn in the page as gan_core/imaging/pixels.py draws one. */

import { t } from "../i18n/i18n.js";
import { h, penOf } from "../kit/dom.js";
import { pngOf } from "../kit/save.js";
import { askJson, pictureAt } from "../runs/runfeed.js";
import { count, pad } from "../runs/runwords.js";
import { spread } from "./filmroll.js";

const COLUMNS = 4;
const GAP = 14;
const LINE = 28;

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

/** @param {string} id @param {number} step */
async function imageOf(id, step) {
  const image = new Image();
  const { src, end } = await pictureAt(`runs/${id}/snapshots/${pad(step)}.png`);
  image.src = src;
  await image.decode().finally(end);
  return image;
}
