/** What a line chart paints: axes, curves, marks and the cursor, at any size of canvas and letters. */

import { locale, t } from "../i18n/i18n.js";
import { numberOf } from "./numbers.js";

/**
 * @typedef {import("./charts.js").Row} Row
 * @typedef {import("./charts.js").Curve} Curve
 * @typedef {import("./charts.js").ChartOptions} ChartOptions
 * @typedef {import("./charts.js").Mark} Mark
 * @typedef {ReturnType<typeof makeScale>} Scale
 * @typedef {(name: string) => string} Colour of a custom property, where the chart stands
 */

/** In heights of the letters on the axes, so that they fit at any size of type. */
const MARGIN = { left: 3.8, right: 2.2, top: 0.7, bottom: 2.8 };
const LETTERS = 0.8; // of the size of the text around
const LINE = 0.17; // of the letters

/**
 * @param {HTMLCanvasElement} canvas
 * @param {ChartOptions} options
 * @param {readonly Row[]} rows
 * @param {Mark[]} marks
 * @param {Row|undefined} row the one that is looked at
 * @returns {Scale|null} null where it is not seen
 */
export function paint(canvas, options, rows, marks, row) {
  const { clientWidth: width, clientHeight: height } = canvas;
  const context = canvas.getContext("2d");
  if (!width || !height || !context) return null;
  const ratio = devicePixelRatio || 1;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  const style = getComputedStyle(canvas);
  /** @type {Colour} */
  const colour = (name) => style.getPropertyValue(name).trim() || "gray";
  const em = LETTERS * parseFloat(style.fontSize);
  return drawChart(context, { width, height, em, family: style.fontFamily, colour }, options, rows, marks, row);
}

/**
 * @param {CanvasRenderingContext2D} context its corner is the chart's
 * @param {{width: number, height: number, em: number, family: string, colour: Colour}} frame `em` and `family`: the height and the font of the letters
 * @param {ChartOptions} options
 * @param {readonly Row[]} rows
 * @param {Mark[]} marks
 * @param {Row|undefined} row the one that is looked at
 * @returns {Scale}
 */
export function drawChart(context, { width, height, em, family, colour }, options, rows, marks, row) {
  context.font = `${em}px ${family}`;
  const scale = makeScale(rows, options, width, height, em);
  drawAxes(context, scale, colour);
  if (options.reference) drawReference(context, scale, options.reference, colour);
  for (const mark of marks) drawMark(context, scale, mark, colour);
  for (const curve of options.curves) drawCurve(context, scale, rows, curve, colour, options.sparse);
  if (row) drawCursor(context, scale, row, options.curves, colour);
  return scale;
}

/** @param {number} low @param {number} high @param {number} count @returns {number[]} about `count` round numbers from low to high, both ends inside */
export function ticks(low, high, count) {
  const span = high - low || 1;
  const raw = span / Math.max(count, 1);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5].map((n) => n * power).find((n) => n >= raw * 0.999) ?? 10 * power;
  const marks = [];
  for (let n = Math.ceil(low / step - 1e-9); n * step <= high + step * 1e-9; n += 1) marks.push(Number((n * step).toPrecision(12)));
  return marks;
}

/**
 * @param {readonly Row[]} rows
 * @param {ChartOptions} options
 * @param {number} width
 * @param {number} height
 * @param {number} em the height of the letters
 */
function makeScale(rows, { curves, floor, ceiling }, width, height, em) {
  const values = rows.flatMap((row) => curves.map(({ key }) => numberOf(row, key))).filter(Number.isFinite);
  const low = floor ?? Math.min(0, ...values);
  let high = ceiling ?? robustHigh(values);
  if (!(high > low)) high = low + 1;
  const lastStep = Math.max(1, rows[rows.length - 1]?.step ?? 1);
  const plot = { left: MARGIN.left * em, right: width - MARGIN.right * em, top: MARGIN.top * em, bottom: height - MARGIN.bottom * em };
  return {
    ...plot,
    em,
    low,
    high,
    lastStep,
    x: (/** @type {number} */ step) => plot.left + (step / lastStep) * (plot.right - plot.left),
    y: (/** @type {number} */ value) => plot.bottom - ((Math.min(Math.max(value, low), high) - low) / (high - low)) * (plot.bottom - plot.top),
    stepAt: (/** @type {number} */ x) => ((x - plot.left) / (plot.right - plot.left)) * lastStep,
  };
}

/** A single outburst must not flatten the rest of a curve: the highest value, but at most three times the 95th percentile. @param {number[]} values */
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
    context.fillText(scale.lastStep >= 10000 && step ? `${step / 1000}k` : step.toLocaleString(locale), scale.x(step), scale.bottom + 0.5 * scale.em);
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

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Scale} scale
 * @param {readonly Row[]} rows
 * @param {Curve} curve
 * @param {Colour} colour
 * @param {boolean} [sparse]
 */
function drawCurve(context, scale, rows, curve, colour, sparse) {
  context.strokeStyle = colour(curve.colour);
  context.lineWidth = LINE * scale.em;
  context.lineJoin = "round";
  context.setLineDash((curve.dash ?? []).map((length) => (length * scale.em) / 12)); // lengths are meant for letters of 12 pixels
  context.beginPath();
  let pen = false; // a missing number leaves a gap
  for (const row of rows) {
    const value = numberOf(row, curve.key);
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
    const value = numberOf(row, curve.key);
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
