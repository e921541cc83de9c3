/** A map of shares: bands of one hue with contour lines, and a legend of both. D's opinion, the bluer the more real; and where pictures break. */

import { t } from "../i18n/i18n.js";
import { contours, refined } from "../kit/contours.js";
import { h, penOf, setText } from "../kit/dom.js";

/** @typedef {import("./padmap.js").Seen} Seen */
/** @typedef {import("../kit/contours.js").Grid} Grid */
/** @typedef {import("../kit/contours.js").Point} Point */

/** D(x) on the contour lines; between them lies a band each. A discriminator that is seldom sure has them closer together. */
export const LEVELS = [[0.1, 0.25, 0.5, 0.75, 0.9], [0.3, 0.4, 0.5, 0.6, 0.7], [0.4, 0.45, 0.5, 0.55, 0.6]];
/** So many places are looked at before the levels are chosen. */
const ENOUGH = 60;
/** Of the highest band: the discriminator's hue, dark enough for white ink on it; and that of a warning. */
export const HUE = [14, 115, 184];
export const WARNING = [176, 84, 0];
/** Values between two tiles: a line through tiles alone has corners. */
const FINE = 8;
const LABEL = { font: "600 12px system-ui, sans-serif", apart: 72, least: 60 };
const percentOf = (/** @type {number} */ share) => `${Math.round(100 * share)} %`;

/** @param {ArrayLike<number>} values D(x), NaN where nobody has judged @returns {number[]|null} the closest levels that nine in ten of them reach beyond; null while there are few */
export function levelsFor(values) {
  const known = Float64Array.from(values).filter((value) => !Number.isNaN(value)).sort();
  if (known.length < ENOUGH) return null;
  const [low, high] = [0.05, 0.95].map((share) => known[Math.floor(share * (known.length - 1))]);
  return LEVELS.findLast((levels) => low >= levels[0] - (levels[1] - levels[0]) && high <= levels[4] + levels[4] - levels[3]) ?? LEVELS[0];
}

/** @param {number} share D(x), 0 ... 1 @param {readonly number[]} levels @param {readonly number[]} [hue] @returns {number[]} red, green, blue of its band */
export function colourOf(share, levels, hue = HUE) {
  const place = levels.filter((level) => share >= level).length / levels.length;
  return hue.map((value) => Math.round(value * (0.04 + 0.96 * place)));
}

/** @typedef {Grid & {left: number, top: number}} Placed where its upper left value lies, in CSS pixels */

/** @param {readonly Seen[]} seen @param {number} side of a tile @returns {Placed} the share in the middle of each tile, NaN where it is not known */
export function gridOf(seen, side) {
  const [columns, rows] = [seen.map(({ column }) => column), seen.map(({ row }) => row)];
  const [left, top] = [Math.min(...columns), Math.min(...rows)];
  const [width, height] = [Math.max(...columns) - left + 1, Math.max(...rows) - top + 1];
  const values = new Float64Array(width * height).fill(NaN);
  for (const { column, row, share } of seen) values[(row - top) * width + column - left] = share ?? NaN;
  const first = seen.reduce((best, one) => (one.column === left && one.row === top ? one : best), seen[0]);
  return { columns: width, rows: height, values, left: first.left + side / 2, top: first.top + side / 2 };
}

/** With one more value beyond each edge, as the last one: a map reaches to the edge of its tiles. @param {Placed} grid @param {number} side @returns {Placed} */
export function bordered({ columns, rows, values, left, top }, side) {
  const [wide, high] = [columns + 2, rows + 2];
  const within = (/** @type {number} */ place, /** @type {number} */ count) => Math.max(0, Math.min(count - 1, place - 1));
  const made = Float64Array.from({ length: wide * high }, (_, i) => values[within(Math.floor(i / wide), rows) * columns + within(i % wide, columns)]);
  return { columns: wide, rows: high, values: made, left: left - side, top: top - side };
}

/**
 * Under the digits.
 * @param {CanvasRenderingContext2D} context @param {Placed} grid @param {number} side of a tile @param {readonly number[]} levels @param {readonly number[]} hue
 * @returns {Placed} the fine one, for the lines
 */
export function drawBands(context, grid, side, levels, hue) {
  const { left, top } = grid;
  const fine = refined(grid, FINE, [0, 1]);
  cells ??= h("canvas");
  if (cells.width !== fine.columns || cells.height !== fine.rows) [cells.width, cells.height] = [fine.columns, fine.rows];
  const pen = penOf(cells);
  const image = pen.createImageData(fine.columns, fine.rows);
  fine.values.forEach((value, i) => Number.isNaN(value) || image.data.set([...colourOf(value, levels, hue), 255], 4 * i));
  pen.putImageData(image, 0, 0);
  const step = side / FINE;
  context.imageSmoothingEnabled = true;
  context.drawImage(cells, left - step / 2, top - step / 2, fine.columns * step, fine.rows * step);
  return { ...fine, left, top };
}

/** @type {HTMLCanvasElement|null} */
let cells = null;

/** Over the digits: thin, dark at their edges, so that they are seen on ink too; that of a half is thicker. @param {CanvasRenderingContext2D} context @param {Placed} fine @param {number} side @param {readonly number[]} levels */
export function drawLines(context, fine, side, levels) {
  /** @param {Point} point @returns {Point} in CSS pixels */
  const place = ([x, y]) => [fine.left + (x * side) / FINE, fine.top + (y * side) / FINE];
  /** @type {{text: string, at: Point}[]} */
  const labels = [];
  context.lineJoin = context.lineCap = "round";
  for (const level of levels) {
    const lines = contours(fine, level).map((line) => line.map(place));
    const path = new Path2D();
    for (const line of lines) line.forEach(([x, y], i) => (i ? path.lineTo(x, y) : path.moveTo(x, y)));
    const width = level === 0.5 ? 2 : 1;
    for (const [colour, wide] of /** @type {const} */ ([["rgb(0 0 0 / 70%)", width + 2], ["rgb(255 255 255 / 90%)", width]])) {
      context.strokeStyle = colour;
      context.lineWidth = wide;
      context.stroke(path);
    }
    for (const line of lines) {
      const at = line[Math.floor(line.length / 2)];
      if (lengthOf(line) >= LABEL.least && labels.every((one) => Math.hypot(one.at[0] - at[0], one.at[1] - at[1]) > LABEL.apart)) labels.push({ text: percentOf(level), at });
    }
  }
  context.font = LABEL.font;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineWidth = 4;
  context.strokeStyle = "rgb(0 0 0 / 80%)";
  context.fillStyle = "#fff";
  for (const { text, at: [x, y] } of labels) {
    context.strokeText(text, x, y);
    context.fillText(text, x, y);
  }
}

/** @param {Point[]} line @returns {number} */
function lengthOf(line) {
  return line.slice(1).reduce((sum, [x, y], i) => sum + Math.hypot(x - line[i][0], y - line[i][1]), 0);
}

/** @typedef {{levels: readonly number[], hue: readonly number[]}} Layer what a map shows of its places beside their pictures */

/** What the bands and lines mean: a swatch for each band, the level between two of them. @returns {{element: HTMLElement, show: (layer: Layer) => void}} */
export function legend() {
  const ramp = h("span", { class: "gan-opinion-ramp" });
  const [low, high] = [h("span", {}), h("span", {})];
  const element = h("span", { class: "gan-opinion-legend", role: "img" }, low, ramp, high);
  /** @param {Layer} layer */
  const show = ({ levels, hue }) => {
    const numbers = levels.map((level) => Math.round(100 * level));
    const words = { levels: numbers.join(", ") };
    const name = hue === HUE ? t("Legend: dark is surely fake, blue is surely real; lines at {levels} %", words)
      : t("Legend: the share of random pictures that change slower, lines at {levels} %; orange is where they break", words);
    if (element.getAttribute("aria-label") === name) return;
    element.setAttribute("aria-label", name);
    setText(low, hue === HUE ? t("fake") : t("calm"));
    setText(high, hue === HUE ? t("real") : t("breaks"));
    const bands = [0, ...levels].map((from) => h("span", { class: "gan-opinion-band", style: { background: `rgb(${colourOf(from, levels, hue).join(" ")})` } }));
    ramp.replaceChildren(...bands, ...numbers.map((number, i) => h("span", { class: "gan-opinion-mark", style: { left: `${(100 * (i + 1)) / (levels.length + 1)}%` } }, number)));
  };
  show({ levels: LEVELS[0], hue: HUE });
  return { element, show };
}
