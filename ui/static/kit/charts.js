/** Line charts on a canvas: a few curves over training steps, crisp on any screen, readable without colour. */

import { t } from "../i18n/i18n.js";
import { h, onFrame, uid } from "./dom.js";

/**
 * @typedef {{key: string, label: string, colour: string, dash?: number[]}} Curve `colour` is the name of a CSS custom property
 * @typedef {{title: string, curves: Curve[], floor?: number, ceiling?: number, reference?: {value: number, label: string}, sparse?: boolean}} ChartOptions
 *   `reference` is a line across, named in the legend, where no curve can run through its words; `sparse`: not every report has these
 *   numbers, so a line goes over those that have not
 * @typedef {{step: number, name: string}} Mark something that happened at a step: a line down the chart with its name at the top
 */

/** In heights of the letters on the axes, so that they fit at any size of type. */
const MARGIN = { left: 3.8, right: 2.2, top: 0.7, bottom: 2.8 };
const LETTERS = 0.8; // of the size of the text around
const LINE = 0.17; // of the letters

/** One chart with its title, legend, read-out and a marker at the step that is being looked at. */
export class LineChart {
  /** @param {ChartOptions} options */
  constructor(options) {
    this.options = options;
    this.rows = [];
    this.marker = null;
    this.hover = null;
    /** Called with a step when a person clicks the chart. */
    this.onPick = null;
    const title = uid("chart");
    this.canvas = h("canvas", { role: "img", "aria-labelledby": title, class: "gan-chart-canvas" });
    this.marks = [];
    this.values = options.curves.map(() => h("span", { class: "gan-chart-value" }));
    const legend = options.curves.map((curve, i) => h("li", {}, swatch(curve), h("span", {}, curve.label), this.values[i]));
    if (options.reference) {
      legend.push(h("li", {}, h("span", { class: "gan-chart-swatch", style: { "border-top-style": "dotted", "border-top-color": "var(--gan-chart-text)" } }), h("span", {}, `${options.reference.value}: ${options.reference.label}`)));
    }
    this.element = h(
      "figure",
      { class: "gan-chart" },
      h("figcaption", { id: title }, options.title),
      h("ul", { class: "gan-chart-legend" }, legend),
      this.canvas,
    );
    this.draw = onFrame(() => this.paint());
    this.canvas.addEventListener("pointermove", (event) => this.point(event));
    this.canvas.addEventListener("pointerleave", () => this.leave());
    this.canvas.addEventListener("click", (event) => this.pick(event));
    new ResizeObserver(this.draw).observe(this.canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => setTimeout(this.draw, 200));
  }

  /**
   * @param {Array<Object<string, number>>} rows reports: `step` and the curves' keys
   * @param {number|null} marker step that is being looked at
   * @param {Mark[]} [marks] what happened when
   */
  show(rows, marker, marks = []) {
    this.rows = rows;
    this.marker = marker;
    this.marks = marks;
    this.draw();
  }

  point(event) {
    const row = this.nearest(event);
    if (row === this.hover) return;
    this.hover = row;
    this.draw();
  }

  leave() {
    this.hover = null;
    this.draw();
  }

  pick(event) {
    const row = this.nearest(event);
    if (row) this.onPick?.(row.step);
  }

  nearest(event) {
    if (!this.rows.length || !this.scale) return null;
    const step = this.scale.stepAt(event.offsetX);
    return this.rows.reduce((best, row) => (Math.abs(row.step - step) < Math.abs(best.step - step) ? row : best));
  }

  /** The row whose numbers stand in the legend: under the pointer, else at the marker, else the last. */
  shown() {
    return this.hover ?? this.rows.find((row) => row.step === this.marker) ?? this.rows.at(-1);
  }

  paint() {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (!width || !height) return;
    const ratio = devicePixelRatio || 1;
    if (this.canvas.width !== Math.round(width * ratio) || this.canvas.height !== Math.round(height * ratio)) {
      this.canvas.width = Math.round(width * ratio);
      this.canvas.height = Math.round(height * ratio);
    }
    const context = this.canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    const style = getComputedStyle(this.canvas);
    const colour = (name) => style.getPropertyValue(name).trim() || "gray";
    const em = LETTERS * parseFloat(style.fontSize);
    context.font = `${em}px ${style.fontFamily}`;
    this.scale = makeScale(this.rows, this.options, width, height, em);
    drawAxes(context, this.scale, colour);
    if (this.options.reference) drawReference(context, this.scale, this.options.reference, colour);
    for (const mark of this.marks) drawMark(context, this.scale, mark, colour);
    for (const curve of this.options.curves) drawCurve(context, this.scale, this.rows, curve, colour, this.options.sparse);
    const row = this.shown();
    if (row) drawCursor(context, this.scale, row, this.options.curves, colour);
    this.describe(row);
  }

  describe(shown) {
    const row = this.options.sparse ? lastWith(this.rows, shown, this.options.curves[0].key) : shown;
    this.options.curves.forEach((curve, i) => {
      this.values[i].textContent = row && Number.isFinite(row[curve.key]) ? readable(row[curve.key]) : "–";
    });
    const numbers = this.options.curves.map((curve, i) => `${curve.label} ${this.values[i].textContent}`).join(", ");
    this.canvas.setAttribute("aria-label", row ? t("{title}. At step {step}: {numbers}.", { title: this.options.title, step: row.step, numbers }) : t("{title}. No report yet.", { title: this.options.title }));
    this.canvas.removeAttribute("aria-labelledby");
  }
}

/** @returns {string} a number as short as it can be read: 0.693, 12.4, 1,234 */
export function readable(value) {
  const size = Math.abs(value);
  if (size >= 1000) return Math.round(value).toLocaleString("en");
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3);
}

/** @returns {number[]} about `count` round numbers from low to high, both ends inside */
export function ticks(low, high, count) {
  const span = high - low || 1;
  const raw = span / Math.max(count, 1);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= raw * 0.999);
  const marks = [];
  for (let n = Math.ceil(low / step - 1e-9); n * step <= high + step * 1e-9; n += 1) marks.push(Number((n * step).toPrecision(12)));
  return marks;
}

function swatch(curve) {
  const dash = curve.dash ? "dashed" : "solid";
  return h("span", { class: "gan-chart-swatch", style: { "border-top-style": dash, "border-top-color": `var(${curve.colour})` } });
}

function makeScale(rows, { curves, floor, ceiling }, width, height, em) {
  const values = rows.flatMap((row) => curves.map((curve) => row[curve.key])).filter(Number.isFinite);
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

/** A single outburst must not flatten the rest of a curve: the highest value, but at most three times the 95th percentile. */
function robustHigh(values) {
  if (!values.length) return 1;
  const sorted = [...values].sort((a, b) => a - b);
  return Math.min(sorted.at(-1), 3 * Math.max(sorted[Math.floor(sorted.length * 0.95)], 1e-3)) * 1.05;
}

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

function drawReference(context, scale, { value }, colour) {
  context.strokeStyle = colour("--gan-chart-text");
  context.lineWidth = 1;
  context.setLineDash([2, 4]);
  line(context, scale.left, scale.y(value), scale.right, scale.y(value));
}

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

/** The newest row up to `row` that has a number for `key`: what is known of that moment. */
export function lastWith(rows, row, key) {
  return rows.findLast((one) => row && one.step <= row.step && Number.isFinite(one[key])) ?? row;
}

function drawCurve(context, scale, rows, curve, colour, sparse) {
  context.strokeStyle = colour(curve.colour);
  context.lineWidth = LINE * scale.em;
  context.lineJoin = "round";
  context.setLineDash((curve.dash ?? []).map((length) => (length * scale.em) / 12)); // lengths are meant for letters of 12 pixels
  context.beginPath();
  let pen = false; // a missing number leaves a gap
  for (const row of rows) {
    const value = row[curve.key];
    if (Number.isFinite(value)) {
      if (pen) context.lineTo(scale.x(row.step), scale.y(value));
      else context.moveTo(scale.x(row.step), scale.y(value));
    }
    pen = Number.isFinite(value) || (pen && Boolean(sparse));
  }
  context.stroke();
}

function drawCursor(context, scale, row, curves, colour) {
  context.setLineDash([]);
  context.lineWidth = 1;
  context.strokeStyle = colour("--gan-chart-cursor");
  line(context, scale.x(row.step), scale.top, scale.x(row.step), scale.bottom);
  for (const curve of curves) {
    if (!Number.isFinite(row[curve.key])) continue;
    context.fillStyle = colour(curve.colour);
    context.beginPath();
    context.arc(scale.x(row.step), scale.y(row[curve.key]), scale.em / 3, 0, 2 * Math.PI);
    context.fill();
  }
}

function line(context, x1, y1, x2, y2) {
  context.beginPath();
  context.moveTo(Math.round(x1) + 0.5, Math.round(y1) + 0.5);
  context.lineTo(Math.round(x2) + 0.5, Math.round(y2) + 0.5);
  context.stroke();
}
