/**
 * At what rates a damaged bearing is struck. The one of the recordings that people of this field know, a deep groove ball bearing 6205-2RS, by its
 * geometry. Source: Case Western Reserve University Bearing Data Center, https://engineering.case.edu/bearingdatacenter/bearing-information
 */

import { t } from "../i18n/i18n.js";

/**
 * Strikes in one turn of the shaft, beginning with the shaft itself. A ball's damage meets both races as the ball turns once.
 * @typedef {"shaft"|"outer race"|"ball"|"inner race"} Part
 * @type {readonly {part: Part, turns: number, short: string, full: string, name: string}[]}
 */
export const PARTS = Object.freeze([
  { part: "shaft", turns: 1, short: t("shaft"), full: t("the shaft"), name: t("Turns of the shaft") },
  { part: "outer race", turns: 3.585, short: t("outer"), full: t("outer race"), name: t("BPFO, balls that pass a point of the outer race") },
  { part: "ball", turns: 2 * 2.357, short: t("ball"), full: t("ball"), name: t("2 x BSF, both races met by a point of the ball") },
  { part: "inner race", turns: 5.415, short: t("inner"), full: t("inner race"), name: t("BPFI, balls that pass a point of the inner race") },
]);

/** How far a peak may lie from a rate, as a share of it and in Hz: slip, and how finely a window can tell. */
const SLIP = 0.03;
const FINE_HZ = 5;
/** A peak so much higher than the middle of all heights is one; the envelope of noise has some of three. */
const CLEAR = 3;
/** The height below which nothing is struck, of a signal in [-1, 1]. */
export const QUIET = 0.01;

/** @typedef {{condition: string, rpm: number}} Running */

/** @param {string} name of a class, "inner race · 1,800 rpm" @returns {Running|null} null where it says no speed */
export function runningOf(name) {
  const found = /^(.*?)\s*·\s*([\d,. ]+?)\s*rpm$/.exec(name);
  const rpm = found ? Number(found[2].replace(/[,. ]/g, "")) : 0;
  return found && rpm > 0 ? { condition: found[1], rpm } : null;
}

/** @typedef {{part: Part, short: string, full: string, name: string, hertz: number}} Line */

/** @param {Running} running @returns {Line[]} the rates of all parts, lowest first */
export function linesOf({ rpm }) {
  return PARTS.map(({ turns, ...about }) => ({ ...about, hertz: (turns * rpm) / 60 }));
}

/** How far a rate reaches in a spectrum, Hz. @param {Line} line */
const reachOf = ({ hertz }) => Math.max(FINE_HZ, SLIP * hertz);

/** @param {import("./spectra.js").Spectrum} spectrum of an envelope @param {readonly Line[]} lines @returns {number[]} how high it stands at each */
export function heightsAt({ hertz, heights }, lines) {
  return lines.map((line) => {
    const [first, last] = [line.hertz - reachOf(line), line.hertz + reachOf(line)].map((at) => Math.round(at / hertz));
    return heights.subarray(Math.max(0, first), last + 1).reduce((most, height) => Math.max(most, height), 0);
  });
}

/**
 * What a signal reads as. The shaft is not damaged: it turns, and with it what is struck becomes louder and quieter.
 * @param {import("./spectra.js").Spectrum} spectrum of an envelope @param {readonly Line[]} lines
 * @returns {{heights: number[], least: number, line: Line|null}} `heights` at the lines; `line`: at which it is highest, where that is `least` or more
 */
export function readingOf(spectrum, lines) {
  const heights = heightsAt(spectrum, lines);
  const least = Math.max(QUIET, CLEAR * ([...spectrum.heights].sort((a, b) => a - b)[spectrum.heights.length >> 1] ?? 0));
  const damage = lines.flatMap(({ part }, i) => (part === "shaft" || heights[i] < least ? [] : i));
  const best = damage.reduce((/** @type {number|null} */ most, i) => (most !== null && heights[most] >= heights[i] ? most : i), null);
  return { heights, least, line: best === null ? null : lines[best] };
}
