/** Classes whose names say two things, "inner race · 1,800 rpm": a table of them, one thing along each side. */

import { t } from "../i18n/i18n.js";

export const BETWEEN = " · ";
/** Parts of names that the project's own data have. @type {Object<string, string>} */
const SAID = { normal: t("normal"), "inner race": t("inner race"), "outer race": t("outer race"), ball: t("ball"), none: t("none") };
/** More columns than this have no room for their names. */
const MOST_COLUMNS = 8;

/** @param {string} name of a class, or a part of one @returns {string} in the language of the page, where it is one of ours */
export const spoken = (name) => name.split(BETWEEN).map((part) => (Object.hasOwn(SAID, part) ? SAID[part] : part)).join(BETWEEN);

/**
 * @typedef {Object} ClassGrid
 * @property {string[]} columns what they are called
 * @property {string[]} rows
 * @property {number[]} labels row after row, the class of each place
 */

/** @param {readonly string[]} names of the classes, in the order of their labels @returns {ClassGrid|null} null where they are no whole table */
export function gridOf(names) {
  const pairs = names.map((name) => name.split(BETWEEN));
  if (!pairs.length || pairs.some((pair) => pair.length !== 2)) return null;
  const [first, second] = [0, 1].map((side) => [...new Set(pairs.map((pair) => pair[side]))]);
  if (first.length < 2 || second.length < 2 || first.length * second.length !== names.length) return null;
  // the longer side goes across
  const across = first.length >= second.length;
  const [columns, rows] = across ? [first, second] : [second, first];
  const labels = rows.flatMap((row) => columns.map((column) => names.indexOf(across ? column + BETWEEN + row : row + BETWEEN + column)));
  return columns.length <= MOST_COLUMNS && labels.every((label) => label >= 0) ? { columns, rows, labels } : null;
}

/**
 * What a path between classes begins with: from the first of a table's kind to the one in the hand, all else alike, such as from a healthy bearing to
 * a damaged one at one speed.
 * @param {readonly string[]} names @param {number} label in the hand @returns {[from: number, to: number]|null} null where the names are no table
 */
export function waysFrom(names, label) {
  if (!gridOf(names)) return null;
  const [kind, rest] = names[label].split(BETWEEN);
  const alike = names.flatMap((name, i) => (name.split(BETWEEN)[1] === rest ? [i] : []));
  return [alike[0], names[alike[0]].startsWith(kind + BETWEEN) ? alike[1] : label];
}
