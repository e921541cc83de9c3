/** Numbers of reports, which not every report has, and how they are read. */

import { locale } from "../i18n/i18n.js";

/** @typedef {{step: number}} Row a report */

/** @param {Row} row @param {string} key @returns {number} NaN where the row has none */
export function numberOf(row, key) {
  const value = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (row))[key];
  return typeof value === "number" ? value : NaN;
}

/** @param {number} value @returns {string} a number as short as it can be read: 0.693, 12.4, 1,234 */
export function readable(value) {
  const size = Math.abs(value);
  if (size >= 1000) return Math.round(value).toLocaleString(locale);
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3);
}

/**
 * A whole number for what stands on the first screen: `Intl` takes a phone a tenth of a second when it is first used, and English and Korean group alike.
 * @param {number} value
 * @returns {string} 1,234
 */
export const grouped = (value) => String(value).replace(/\B(?=(\d{3})+$)/g, ",");

/**
 * @template {Row} R
 * @param {readonly R[]} rows
 * @param {R} row
 * @param {string} key
 * @returns {R} the newest row up to `row` that has a number for `key`: what is known of that moment
 */
export function lastWith(rows, row, key) {
  return rows.findLast((one) => one.step <= row.step && Number.isFinite(numberOf(one, key))) ?? row;
}
