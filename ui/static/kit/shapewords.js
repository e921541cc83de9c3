/** The shape of a picture as people say it. */

import { t } from "../i18n/i18n.js";

/** @param {import("./shape.js").Shape} shape height, width, channels @returns {string} "28 × 28, grey" */
export function shapeInWords([height, width, channels]) {
  return channels === 3 ? t("{width} × {height}, in colour", { width, height }) : t("{width} × {height}, grey", { width, height });
}
