/** The charts of the page as one picture to take home: drawn anew by what draws them there, in the light colours, whatever the page has. */

import { drawChart } from "./chartpaint.js";
import { readouts } from "./charts.js";
import { h, penOf } from "./dom.js";

/**
 * @typedef {import("./charts.js").ChartOptions} ChartOptions
 * @typedef {import("./charts.js").Row} Row
 * @typedef {import("./chartpaint.js").Colour} Colour
 *
 * @typedef {Object} Sheet
 * @property {string} title
 * @property {string} moment the step that is looked at, in words
 * @property {ChartOptions[]} charts
 * @property {readonly Row[]} rows
 * @property {Row} row the one that is looked at
 * @property {import("./charts.js").Mark[]} marks
 * @property {string[]} notes below the charts: what the marks mean
 * @property {string} family of the letters
 */

/** Lengths in CSS pixels; the picture has TIMES as many. */
const TIMES = 2;
const WIDTH = 900;
const CHART = 260;
const EDGE = 28;
const EM = 13;
const LINE = 22;
const SWATCH = 26;

/** @param {Sheet} sheet @returns {HTMLCanvasElement} 1800 pixels wide, and as high as the charts and words need */
export function drawSheet(sheet) {
  const canvas = h("canvas", { width: WIDTH * TIMES, height: 1 });
  return inLight((colour) => {
    canvas.height = TIMES * Math.ceil(compose(penOf(canvas), sheet, colour)); // at first only to see how high it becomes
    compose(penOf(canvas), sheet, colour);
    return canvas;
  });
}

/** Beside the body, which has the class `dark` where the page is dark, the style's colours are the light ones. @template T @param {(colour: Colour) => T} draw */
function inLight(draw) {
  const light = h("div", { class: "gan-root", hidden: true });
  document.documentElement.append(light);
  try {
    const style = getComputedStyle(light);
    return draw((name) => style.getPropertyValue(name).trim() || "gray");
  } finally {
    light.remove();
  }
}

/** @param {CanvasRenderingContext2D} pen @param {Sheet} sheet @param {Colour} colour @returns {number} the height */
function compose(pen, { title, moment, charts, rows, row, marks, notes, family }, colour) {
  pen.setTransform(TIMES, 0, 0, TIMES, 0, 0);
  pen.fillStyle = colour("--gan-panel");
  pen.fillRect(0, 0, WIDTH, pen.canvas.height);
  /** @param {string} text @param {string} letters @param {string} ink @param {number} top */
  const write = (text, letters, ink, top) => {
    Object.assign(pen, { font: `${letters} ${family}`, fillStyle: colour(ink), textAlign: "left", textBaseline: "middle" });
    const lines = wrapped(text, (part) => pen.measureText(part).width <= WIDTH - 2 * EDGE);
    lines.forEach((line, i) => pen.fillText(line, EDGE, top + (i + 0.5) * LINE));
    return top + lines.length * LINE;
  };
  let top = write(title, `600 ${1.3 * EM}px`, "--gan-ink", EDGE);
  top = write(moment, `${EM}px`, "--gan-chart-text", top);
  for (const options of charts) {
    top = write(options.title, `600 ${1.15 * EM}px`, "--gan-ink", top + LINE);
    pen.font = `${EM}px ${family}`;
    top = drawLegend(pen, options, readouts(options, rows, row), colour, top);
    pen.save();
    pen.translate(EDGE, top + LINE / 4);
    drawChart(pen, { width: WIDTH - 2 * EDGE, height: CHART, em: EM, family, colour }, options, rows, marks, row);
    pen.restore();
    top += CHART;
  }
  if (notes.length) top += LINE / 2;
  for (const note of notes) top = write(note, `${EM}px`, "--gan-ink", top);
  return top + EDGE;
}

/**
 * Line by line, from the left to the right, as on the page.
 * @param {CanvasRenderingContext2D} pen with its font
 * @param {ChartOptions} options
 * @param {string[]} texts the numbers of the curves
 * @param {Colour} colour
 * @param {number} top
 * @returns {number} where it ends
 */
function drawLegend(pen, { curves, reference }, texts, colour, top) {
  const entries = curves.map(({ label, dash, colour: name }, i) => ({ text: `${label}  ${texts[i]}`, dash: dash ?? [], name }));
  if (reference) entries.push({ text: `${reference.value}: ${reference.label}`, dash: [2, 4], name: "--gan-chart-text" });
  let left = EDGE;
  for (const { text, dash, name } of entries) {
    const width = SWATCH + 8 + pen.measureText(text).width;
    if (left > EDGE && left + width > WIDTH - EDGE) [left, top] = [EDGE, top + LINE];
    pen.strokeStyle = colour(name);
    pen.lineWidth = 3;
    pen.setLineDash(dash);
    pen.beginPath();
    pen.moveTo(left, top + LINE / 2);
    pen.lineTo(left + SWATCH, top + LINE / 2);
    pen.stroke();
    pen.fillStyle = colour("--gan-chart-text");
    pen.fillText(text, left + SWATCH + 8, top + LINE / 2);
    left += width + 24;
  }
  pen.setLineDash([]);
  return top + LINE;
}

/** @param {string} text @param {(part: string) => boolean} fits @returns {string[]} its lines; a word that fits in none has one of its own */
export function wrapped(text, fits) {
  /** @type {string[]} */
  const lines = [];
  for (const word of text.split(" ")) {
    const longer = lines.length ? `${lines[lines.length - 1]} ${word}` : word;
    if (lines.length && fits(longer)) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
