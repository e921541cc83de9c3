/** The shape of a picture or of a signal as people say it. */

import { locale, t } from "../i18n/i18n.js";
import { isSignal } from "./shape.js";

/** @param {import("./shape.js").Shape} shape @returns {string} "28 × 28, grey", "1,024 samples" */
export function shapeInWords(shape) {
  const [height, width, channels] = shape;
  if (isSignal(shape)) return t("{count} samples", { count: height.toLocaleString(locale) });
  return channels === 3 ? t("{width} × {height}, in colour", { width, height }) : t("{width} × {height}, grey", { width, height });
}
