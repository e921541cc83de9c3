/** The shape of a picture or of a signal as people say it. */

import { t } from "../i18n/i18n.js";
import { grouped } from "./numbers.js";
import { isSignal } from "./shape.js";

/** @param {import("./shape.js").Shape} shape @returns {string} "28 × 28, grey", "1,024 samples" */
export function shapeInWords(shape) {
  const [height, width, channels] = shape;
  if (isSignal(shape)) return t("{count} samples", { count: grouped(height) });
  return channels === 3 ? t("{width} × {height}, in colour", { width, height }) : t("{width} × {height}, grey", { width, height });
}
