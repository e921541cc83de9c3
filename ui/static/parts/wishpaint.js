/** Paints where a discriminator wants a picture otherwise: brighter in orange, darker in blue, which people with any kind of colour vision tell apart. */

import { t } from "../i18n/i18n.js";
import { h, penOf, useStyle } from "../kit/dom.js";

const [BRIGHTER, DARKER] = [[255, 165, 60], [70, 165, 255]];
/** Of the pixels, those beyond are as strong as it gets: a few that matter most would leave the rest grey. */
const STRONGEST = 0.985;

/** The picture in grey, and over it where it should be brighter or darker. @param {HTMLCanvasElement} canvas @param {Float32Array} pixels @param {Float32Array} slope */
export function paintWish(canvas, pixels, slope) {
  const context = penOf(canvas);
  const image = context.createImageData(canvas.width, canvas.height);
  const sorted = slope.map(Math.abs).sort();
  const most = sorted[Math.floor(STRONGEST * sorted.length)] || 1;
  pixels.forEach((value, i) => {
    const share = Math.min(1, Math.abs(slope[i]) / most);
    const tint = slope[i] > 0 ? BRIGHTER : DARKER;
    image.data.set([...tint.map((one) => (1 - share) * 170 * value + share * one), 255], 4 * i);
  });
  context.putImageData(image, 0, 0);
}

/** @returns {HTMLElement} what the colours mean */
export function wishLegend() {
  void useStyle(new URL("wishpaint.css", import.meta.url));
  const key = (/** @type {number[]} */ rgb) => h("span", { class: "gan-wish-key", style: { background: `rgb(${rgb.join(" ")})` } });
  return h("p", { class: "gan-wish-legend" }, key(BRIGHTER), t("brighter here"), key(DARKER), t("darker there"));
}
