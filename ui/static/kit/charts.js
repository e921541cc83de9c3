/** Line charts on a canvas: a few curves over training steps, crisp on any screen, readable without colour. */

import { t } from "../i18n/i18n.js";
import { h, onFrame, penOf, uid } from "./dom.js";

/**
 * @typedef {{key: string, label: string, colour: string, dash?: number[]}} Curve `colour` is the name of a CSS custom property
 * @typedef {{title: string, curves: Curve[], floor?: number, ceiling?: number, reference?: {value: number, label: string}, sparse?: boolean}} ChartOptions
 *   `reference` is a line across, named in the legend, where no curve can run through its words; `sparse`: not every report has these
 *   numbers, so a line goes over those that have not
 * @typedef {{step: number, [key: string]: unknown}} Row a report: its step, and numbers by the curves' keys
 * @typedef {(name: string) => string} Colour of a CSS custom property
 * @typedef {{left: number, right: number, top: number, bottom: number, em: number, low: number, high: number, lastStep: number, x: (step: number) => number,
 *   y: (value: number) => number, stepAt: (x: number) => number}} Scale
 * @typedef {Object} Chart
 * @property {HTMLElement} element
 * @property {((step: number) => void)|null} onPick told the step when a person clicks the chart
 * @property {(rows: readonly Row[], marker: number|null, marks?: readonly Mark[]) => void} show `marker`: the step that is being looked at
 * @property {() => void} destroy
 * @typedef {{step: number, name: string}} Mark something that happened at a step: a line down the chart with its name at the top
 */

/** In heights of the letters on the axes, so that they fit at any size of type. */
const MARGIN = { left: 3.8, right: 2.2, top: 0.7, bottom: 2.8 };
const LETTERS = 0.8; // of the size of the text around
const LINE = 0.17; // of the letters

/**
 * One chart with its title, legend, read-out and a marker at the step that is being looked at.
 * @param {ChartOptions} options
 * @returns {Chart}
 */
export function lineChart(options) {
  /** @type {readonly Row[]} */
  let rows = [];
  /** @type {readonly Mark[]} */
  let marks = [];
  /** @type {number|null} */
  let marker = null;
  /** @type {Row|null} under the pointer */
  let hover = null;
  /** @type {Scale|null} */
  let scale = null;
  const title = uid("chart");
  const canvas = h("canvas", { role: "img", "aria-labelledby": title, class: "gan-chart-canvas" });
  const values = options.curves.map(() => h("span", { class: "gan-chart-value" }));
  const legend = options.curves.map((curve, i) => h("li", {}, swatch(curve), h("span", {}, curve.label), values[i]));
  if (options.reference) {
    legend.push(h("li", {}, h("span", { class: "gan-chart-swatch", style: { "border-top-style": "dotted", "border-top-color": "var(--gan-chart-text)" } }), h("span", {}, `${options.reference.value}: ${options.reference.label}`)));
  }
  const element = h("figure", { class: "gan-chart" }, h("figcaption", { id: title }, options.title), h("ul", { class: "gan-chart-legend" }, legend), canvas);

  /** The row whose numbers stand in the legend: under the pointer, else at the marker, else the last. */
  const shown = () => hover ?? rows.find((row) => row.step === marker) ?? rows[rows.length - 1] ?? null;
  /** @param {MouseEvent} event @returns {Row|null} */
  const nearest = (event) => {
    if (!rows.length || !scale) return null;
    const step = scale.stepAt(event.offsetX);
    return rows.reduce((best, row) => (Math.abs(row.step - step) < Math.abs(best.step - step) ? row : best));
  };
  /** @param {Row|null} row */
  const describe = (row) => {
    const told = options.sparse ? lastWith(rows, row, options.curves[0].key) : row;
    options.curves.forEach((curve, i) => {
      const value = told ? valueOf(told, curve.key) : NaN;
      values[i].textContent = Number.isFinite(value) ? readable(value) : "–";
    });
    const numbers = options.curves.map((curve, i) => `${curve.label} ${values[i].textContent}`).join(", ");
    canvas.setAttribute("aria-label", told ? t("{title}. At step {step}: {numbers}.", { title: options.title, step: told.step, numbers }) : t("{title}. No report yet.", { title: options.title }));
    canvas.removeAttribute("aria-labelledby");
  };
  const draw = onFrame(() => {
    const { clientWidth: width, clientHeight: height } = canvas;
    if (!width || !height) return;
    const ratio = devicePixelRatio || 1;
    const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== across || canvas.height !== down) [canvas.width, canvas.height] = [across, down];
    const context = penOf(canvas);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    const style = getComputedStyle(canvas);
    /** @type {Colour} */
    const colour = (name) => style.getPropertyValue(name).trim() || "gray";
    const em = LETTERS * parseFloat(style.fontSize);
    context.font = `${em}px ${style.fontFamily}`;
    scale = makeScale(rows, options, width, height, em);
    drawAxes(context, scale, colour);
    if (options.reference) drawReference(context, scale, options.reference, colour);
    for (const mark of marks) drawMark(context, scale, mark, colour);
    for (const curve of options.curves) drawCurve(context, scale, rows, curve, colour, Boolean(options.sparse));
    const row = shown();
    if (row) drawCursor(context, scale, row, options.curves, colour);
    describe(row);
  });
  /** @param {Row|null} row */
  const point = (row) => {
    if (row === hover) return;
    hover = row;
    draw();
  };
  const ends = new AbortController();
  canvas.addEventListener("pointermove", (event) => point(nearest(event)));
  canvas.addEventListener("pointerleave", () => point(null));
  canvas.addEventListener("click", (event) => {
    const row = nearest(event);
    if (row) chart.onPick?.(row.step);
  });
  const resized = new ResizeObserver(draw);
  resized.observe(canvas);
  // the page changes its colours a little after the system does
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => setTimeout(draw, 200), { signal: ends.signal });

  /** @type {Chart} */
  const chart = {
    element,
    onPick: null,
    show(reports, at, happened = []) {
      [rows, marker, marks] = [reports, at, happened];
      draw();
    },
    destroy() {
      ends.abort();
      resized.disconnect();
    },
  };
  return chart;
}

/** @returns {string} a number as short as it can be read: 0.693, 12.4, 1,234 @param {number} value */
export function readable(value) {
  const size = Math.abs(value);
  if (size >= 1000) return Math.round(value).toLocaleString("en");
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3);
}

/** @returns {number[]} about `count` round numbers from low to high, both ends inside @param {number} low @param {number} high @param {number} count */
export function ticks(low, high, count) {
  const span = high - low || 1;
  const raw = span / Math.max(count, 1);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= raw * 0.999) ?? 10 * power;
  const marks = [];
  for (let n = Math.ceil(low / step - 1e-9); n * step <= high + step * 1e-9; n += 1) marks.push(Number((n * step).toPrecision(12)));
  return marks;
}

/** @param {Curve} curve @returns {HTMLElement} */
function swatch(curve) {
  const dash = curve.dash ? "dashed" : "solid";
  return h("span", { class: "gan-chart-swatch", style: { "border-top-style": dash, "border-top-color": `var(${curve.colour})` } });
}

/** @param {readonly Row[]} rows @param {ChartOptions} options @param {number} width @param {number} height @param {number} em @returns {Scale} */
function makeScale(rows, { curves, floor, ceiling }, width, height, em) {
  const values = rows.flatMap((row) => curves.map((curve) => valueOf(row, curve.key))).filter(Number.isFinite);
  const low = floor ?? Math.min(0, ...values);
  let high = ceiling ?? robustHigh(values);
  if (!(high > low)) high = low + 1;
  const lastStep = Math.max(1, rows.at(-1)?.step ?? 1);
  const plot = { left: MARGIN.left * em, right: width - MARGIN.right * em, top: MARGIN.top * em, bottom: height - MARGIN.bottom * em };
  return {
    ...plot,
    em,
    low,
    high,
    lastStep,
    x: (step) => plot.left + (step / lastStep) * (plot.right - plot.left),
    y: (value) => plot.bottom - ((Math.min(Math.max(value, low), high) - low) / (high - low)) * (plot.bottom - plot.top),
    stepAt: (x) => ((x - plot.left) / (plot.right - plot.left)) * lastStep,
  };
}

/** A single outburst must not flatten the rest of a curve: the highest value, but at most three times the 95th percentile. @param {number[]} values @returns {number} */
function robustHigh(values) {
  if (!values.length) return 1;
  const sorted = [...values].sort((a, b) => a - b);
  return Math.min(sorted[sorted.length - 1], 3 * Math.max(sorted[Math.floor(sorted.length * 0.95)], 1e-3)) * 1.05;
}

/** @param {CanvasRenderingContext2D} context @param {Scale} scale @param {Colour} colour */
function drawAxes(context, scale, colour) {
  context.lineWidth = 1;
  context.setLineDash([]);
  context.strokeStyle = colour("--gan-chart-grid");
  context.fillStyle = colour("--gan-chart-text");
  context.textBaseline = "middle";
  context.textAlign = "right";
  for (const value of ticks(scale.low, scale.high, Math.max(2, (scale.bottom - scale.top) / (3 * scale.em)))) {
    line(context, scale.left, scale.y(value), scale.right, scale.y(value));
    context.fillText(String(value), scale.left - 0.5 * scale.em, scale.y(value));
  }
  context.textBaseline = "top";
  context.textAlign = "center";
  for (const step of ticks(0, scale.lastStep, Math.max(2, (scale.right - scale.left) / (7.5 * scale.em)))) {
    if (!Number.isInteger(step)) continue;
    line(context, scale.x(step), scale.bottom, scale.x(step), scale.bottom + 4);
    context.fillText(scale.lastStep >= 10000 && step ? `${step / 1000}k` : step.toLocaleString("en"), scale.x(step), scale.bottom + 0.5 * scale.em);
  }
  context.textAlign = "right";
  context.fillText(t("step"), scale.right + 1.8 * scale.em, scale.bottom + 1.65 * scale.em);
}

/** @param {CanvasRenderingContext2D} context @param {Scale} scale @param {{value: number}} reference @param {Colour} colour */
function drawReference(context, scale, { value }, colour) {
  context.strokeStyle = colour("--gan-chart-text");
  context.lineWidth = 1;
  context.setLineDash([2, 4]);
  line(context, scale.left, scale.y(value), scale.right, scale.y(value));
}

/** @param {CanvasRenderingContext2D} context @param {Scale} scale @param {Mark} mark @param {Colour} colour */
function drawMark(context, scale, { step, name }, colour) {
  context.strokeStyle = context.fillStyle = colour("--gan-chart-text");
  context.lineWidth = 1;
  context.setLineDash([5, 3]);
  line(context, scale.x(step), scale.top, scale.x(step), scale.bottom);
  context.setLineDash([]);
  context.textAlign = "left";
  context.textBaseline = "top";
  context.fillText(name, scale.x(step) + scale.em / 3, scale.top);
}

/** @param {Row} row @param {string} key @returns {number} NaN where it has none */
function valueOf(row, key) {
  const value = row[key];
  return typeof value === "number" ? value : NaN;
}

/** The newest row up to `row` that has a number for `key`: what is known of that moment. @template {Row} R @param {readonly R[]} rows @param {R|null} row @param {string} key @returns {R|null} */
export function lastWith(rows, row, key) {
  return rows.findLast((one) => row && one.step <= row.step && Number.isFinite(valueOf(one, key))) ?? row;
}

/** @param {CanvasRenderingContext2D} context @param {Scale} scale @param {readonly Row[]} rows @param {Curve} curve @param {Colour} colour @param {boolean} sparse */
function drawCurve(context, scale, rows, curve, colour, sparse) {
  context.strokeStyle = colour(curve.colour);
  context.lineWidth = LINE * scale.em;
  context.lineJoin = "round";
  context.setLineDash((curve.dash ?? []).map((length) => (length * scale.em) / 12)); // lengths are meant for letters of 12 pixels
  context.beginPath();
  let pen = false; // a missing number leaves a gap
  for (const row of rows) {
    const value = valueOf(row, curve.key);
    if (Number.isFinite(value)) {
      if (pen) context.lineTo(scale.x(row.step), scale.y(value));
      else context.moveTo(scale.x(row.step), scale.y(value));
    }
    pen = Number.isFinite(value) || (pen && Boolean(sparse));
  }
  context.stroke();
}

/** @param {CanvasRenderingContext2D} context @param {Scale} scale @param {Row} row @param {Curve[]} curves @param {Colour} colour */
function drawCursor(context, scale, row, curves, colour) {
  context.setLineDash([]);
  context.lineWidth = 1;
  context.strokeStyle = colour("--gan-chart-cursor");
  line(context, scale.x(row.step), scale.top, scale.x(row.step), scale.bottom);
  for (const curve of curves) {
    const value = valueOf(row, curve.key);
    if (!Number.isFinite(value)) continue;
    context.fillStyle = colour(curve.colour);
    context.beginPath();
    context.arc(scale.x(row.step), scale.y(value), scale.em / 3, 0, 2 * Math.PI);
    context.fill();
  }
}

/** @param {CanvasRenderingContext2D} context @param {number} x1 @param {number} y1 @param {number} x2 @param {number} y2 */
function line(context, x1, y1, x2, y2) {
  context.beginPath();
  context.moveTo(Math.round(x1) + 0.5, Math.round(y1) + 0.5);
  context.lineTo(Math.round(x2) + 0.5, Math.round(y2) + 0.5);
  context.stroke();
}
