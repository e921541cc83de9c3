/** Line charts on a canvas: a few curves over training steps, crisp on any screen, readable without colour. */

import { t } from "../i18n/i18n.js";
import { paint } from "./chartpaint.js";
import { h, onFrame, setText, uid } from "./dom.js";
import { lastWith, numberOf, readable } from "./numbers.js";

/**
 * @typedef {{step: number}} Row a report; a curve reads its key of it, which not every report has
 * @typedef {{key: string, label: string, colour: string, dash?: number[]}} Curve `colour` is the name of a CSS custom property
 * @typedef {{title: string, curves: Curve[], floor?: number, ceiling?: number, reference?: {value: number, label: string}, sparse?: boolean}} ChartOptions
 *   `reference` is a line across, named in the legend, where no curve can run through its words; `sparse`: not every report has these
 *   numbers, so a line goes over those that have not
 * @typedef {{step: number, name: string}} Mark something that happened at a step: a line down the chart with its name at the top
 * @typedef {Object} Chart
 * @property {HTMLElement} element
 * @property {(rows: readonly Row[], marker: number|null, marks?: Mark[]) => void} update `marker`: the step that is being looked at; `marks`: what happened when
 * @property {() => void} destroy
 */

/** The style of a chart in a place with the class `gan-curves`. */
export const STYLE = new URL("charts.css", import.meta.url);

const DARK = "(prefers-color-scheme: dark)";
const THEME_MS = 200; // until a page that changes to dark has its new colours

/**
 * One chart with its title, legend, read-out and a marker at the step that is being looked at.
 * @param {HTMLElement} place it is put at the end of
 * @param {ChartOptions} options
 * @param {(step: number) => void} [onPick] told the step that a person clicked
 * @returns {Chart}
 */
export function mount(place, options, onPick = () => {}) {
  const title = uid("chart");
  const canvas = h("canvas", { role: "img", "aria-labelledby": title, class: "gan-chart-canvas" });
  const values = options.curves.map(() => h("span", { class: "gan-chart-value" }));
  const element = h("figure", { class: "gan-chart" }, h("figcaption", { id: title }, options.title), h("ul", { class: "gan-chart-legend" }, legend(options, values)), canvas);
  /** @type {readonly Row[]} */
  let rows = [];
  /** @type {number|null} */
  let marker = null;
  /** @type {Row|null} under the pointer */
  let hover = null;
  /** @type {Mark[]} */
  let marks = [];
  /** @type {import("./chartpaint.js").Scale|null} as it was drawn last */
  let scale = null;

  const draw = onFrame(() => {
    const row = hover ?? rows.find(({ step }) => step === marker) ?? rows[rows.length - 1];
    scale = paint(canvas, options, rows, marks, row) ?? scale;
    if (canvas.clientWidth) describe(canvas, options, values, rows, row);
  });
  /** @param {MouseEvent} event */
  const nearest = ({ offsetX }) => {
    if (!rows.length || !scale) return null;
    const step = scale.stepAt(offsetX);
    return rows.reduce((best, row) => (Math.abs(row.step - step) < Math.abs(best.step - step) ? row : best));
  };
  /** @param {Row|null} row */
  const point = (row) => {
    if (row === hover) return;
    hover = row;
    draw();
  };
  canvas.addEventListener("pointermove", (event) => point(nearest(event)));
  canvas.addEventListener("pointerleave", () => point(null));
  canvas.addEventListener("click", (event) => {
    const row = nearest(event);
    if (row) onPick(row.step);
  });
  const sizes = new ResizeObserver(draw);
  sizes.observe(canvas);
  const dark = matchMedia(DARK);
  const redraw = () => setTimeout(draw, THEME_MS);
  dark.addEventListener("change", redraw);
  place.append(element);
  return {
    element,
    update(now, at, happened = []) {
      [rows, marker, marks] = [now, at, happened];
      if (hover && !rows.includes(hover)) hover = null;
      draw();
    },
    destroy() {
      sizes.disconnect();
      dark.removeEventListener("change", redraw);
      [rows, marks, hover] = [[], [], null];
      canvas.width = canvas.height = 0; // its memory does not wait for the garbage collector
      element.remove();
    },
  };
}

/**
 * The numbers of the row that is looked at, in the legend and for who hears the chart.
 * @param {HTMLCanvasElement} canvas
 * @param {ChartOptions} options
 * @param {HTMLElement[]} values
 * @param {readonly Row[]} rows
 * @param {Row|undefined} looked
 */
function describe(canvas, options, values, rows, looked) {
  const { title, curves } = options;
  const row = knownAt(options, rows, looked);
  const texts = readouts(options, rows, looked);
  texts.forEach((text, i) => setText(values[i], text));
  const numbers = curves.map(({ label }, i) => `${label} ${texts[i]}`).join(", ");
  canvas.setAttribute("aria-label", row ? t("{title}. At step {step}: {numbers}.", { title, step: row.step, numbers }) : t("{title}. No report yet.", { title }));
  canvas.removeAttribute("aria-labelledby");
}

/** @param {ChartOptions} options @param {readonly Row[]} rows @param {Row|undefined} looked @returns {string[]} the number of each curve where it is looked at */
export function readouts(options, rows, looked) {
  const row = knownAt(options, rows, looked);
  return options.curves.map(({ key }) => (row && Number.isFinite(numberOf(row, key)) ? readable(numberOf(row, key)) : "–"));
}

/** @param {ChartOptions} options @param {readonly Row[]} rows @param {Row|undefined} looked @returns {Row|undefined} the row that has the numbers of a moment */
function knownAt({ curves, sparse }, rows, looked) {
  return sparse && looked ? lastWith(rows, looked, curves[0].key) : looked;
}

/** @param {ChartOptions} options @param {HTMLElement[]} values */
function legend({ curves, reference }, values) {
  const lines = curves.map((curve, i) => h("li", {}, swatch(curve), h("span", {}, curve.label), values[i]));
  if (!reference) return lines;
  const dotted = h("span", { class: "gan-chart-swatch", style: { "border-top-style": "dotted", "border-top-color": "var(--gan-chart-text)" } });
  return [...lines, h("li", {}, dotted, h("span", {}, `${reference.value}: ${reference.label}`))];
}

/** @param {Curve} curve */
function swatch(curve) {
  const dash = curve.dash ? "dashed" : "solid";
  return h("span", { class: "gan-chart-swatch", style: { "border-top-style": dash, "border-top-color": `var(${curve.colour})` } });
}
