/** Files that are made on the page and taken home. */

import { t } from "../i18n/i18n.js";
import { h } from "./dom.js";

/** @param {Blob} blob @param {string} name what the file is saved as */
export function save(blob, name) {
  const url = URL.createObjectURL(blob);
  const link = h("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** @param {HTMLCanvasElement} canvas @returns {Promise<Blob>} rejects where the browser has no memory for it */
export function pngOf(canvas) {
  const { width, height } = canvas;
  return new Promise((resolve, reject) => {
    const refuse = () => reject(new Error(t("This browser could not make the PNG of {width} x {height} pixels. Choose a smaller size, or close other tabs.", { width, height })));
    canvas.toBlob((blob) => (blob ? resolve(blob) : refuse()), "image/png");
  });
}
