/** The picture of figure 1 of Goodfellow et al. 2014: densities above, the line of x, the line of z beneath it, and what leads from one to the other. */

import { BINS, HIGH, LOW, WIDTH } from "./targets.js";

/**
 * @typedef {object} Shown
 * @property {Float64Array} p data, [BINS] of sum 1
 * @property {Float64Array} g what G makes
 * @property {Float64Array|null} opinion D(x) at `BINS + 1` even places; null where it is not shown
 * @property {Float64Array} best p / (p + g)
 * @property {Float64Array} lines x of evenly spaced z
 * @property {number} z the one that is held, NaN where none is
 * @property {number} x where G puts it
 * @typedef {{top: number, axis: number, floor: number, left: number, right: number}} Places in CSS pixels: of the densities, of the lines of x and z
 */

/** @param {{width: number, height: number, em: number}} sheet @returns {Places} */
export function placesOf({ width, height, em }) {
  return { top: 1.6 * em, axis: Math.round(0.6 * height), floor: Math.round(height - 2.2 * em), left: 1.2 * em, right: width - 2.6 * em };
}

/** @param {Places} places @param {number} x @returns {number} pixel */
export const across = ({ left, right }, x) => left + ((x - LOW) / (HIGH - LOW)) * (right - left);
/** @param {Places} places @param {number} pixel @returns {number} x */
export const along = ({ left, right }, pixel) => LOW + ((pixel - left) / (right - left)) * (HIGH - LOW);
/** z from -1 to 1 fills the middle half of the line. */
const Z_SCALE = (HIGH - LOW) / 4;
/** @param {Places} places @param {number} z @returns {number} pixel */
export const acrossZ = (places, z) => across(places, z * Z_SCALE);
/** @param {Places} places @param {number} pixel @returns {number} z, from -1 to 1 */
export const alongZ = (places, pixel) => Math.max(-1, Math.min(1, along(places, pixel) / Z_SCALE));

/** Of a density in the picture, of 1: the highest data, and some room. @param {Float64Array} p */
export const highest = (p) => 1.3 * Math.max(...p);

/** @param {CanvasRenderingContext2D} pen @param {import("../board.js").Sheet} sheet @param {Shown} shown */
export function draw(pen, sheet, shown) {
  const { colour, em } = sheet;
  const places = placesOf(sheet);
  const { top, axis, floor, left, right } = places;
  const most = highest(shown.p);
  const up = (/** @type {number} */ share) => axis - Math.min(1, share / most) * (axis - top);
  // D has a scale of its own, from 0 to 1
  const high = (/** @type {number} */ d) => axis - d * (axis - top);
  pen.lineJoin = "round";
  drawScale(pen, places, high, colour, em);
  drawBars(pen, places, shown.p, up, colour("data"));
  drawCurve(pen, Array.from(shown.g, (share, i) => [across(places, LOW + (i + 0.5) * WIDTH), up(share)]), colour("generator"), 3);
  if (shown.opinion) {
    drawCurve(pen, Array.from(shown.best, (d, i) => [across(places, LOW + (i + 0.5) * WIDTH), high(d)]), colour("discriminator"), 1);
    drawCurve(pen, Array.from(shown.opinion, (d, i) => [across(places, LOW + i * WIDTH), high(d)]), colour("discriminator"), 3, [9, 5]);
  }
  pen.strokeStyle = colour("data");
  pen.lineWidth = 1.5;
  for (const [y, from, to] of [[axis, left, right], [floor, acrossZ(places, -1), acrossZ(places, 1)]]) {
    pen.beginPath();
    pen.moveTo(from, y);
    pen.lineTo(to, y);
    pen.stroke();
  }
  pen.strokeStyle = colour("generator");
  pen.lineWidth = 1;
  pen.globalAlpha = 0.55;
  shown.lines.forEach((x, i) => drawLead(pen, places, -1 + (2 * i) / (shown.lines.length - 1), x));
  pen.globalAlpha = 1;
  if (!Number.isNaN(shown.z)) drawHeld(pen, places, shown, colour, em);
  pen.fillStyle = colour("soft");
  pen.textAlign = "left";
  pen.fillText("x", right + 6, axis + em / 3);
  pen.fillText("z", acrossZ(places, 1) + 0.9 * em, floor + em / 3);
}

/** @param {CanvasRenderingContext2D} pen @param {Places} places @param {(d: number) => number} high @param {import("../board.js").Colour} colour @param {number} em */
function drawScale(pen, { left, right }, high, colour, em) {
  pen.strokeStyle = colour("grid");
  pen.fillStyle = colour("discriminator");
  pen.lineWidth = 1;
  pen.textAlign = "left";
  for (const [d, text] of /** @type {[number, string][]} */ ([[0.5, "½"], [1, "1"]])) {
    pen.beginPath();
    pen.moveTo(left, high(d));
    pen.lineTo(right, high(d));
    pen.stroke();
    pen.fillText(text, right + 6, high(d) + em / 3);
  }
}

/** @param {CanvasRenderingContext2D} pen @param {Places} places @param {Float64Array} p @param {(share: number) => number} up @param {string} colour */
function drawBars(pen, places, p, up, colour) {
  const width = (places.right - places.left) / BINS;
  pen.fillStyle = colour;
  pen.globalAlpha = 0.28;
  p.forEach((share, i) => pen.fillRect(places.left + i * width + 0.5, up(share), width - 1, places.axis - up(share)));
  pen.globalAlpha = 1;
  // the slides' black dots along the top
  pen.beginPath();
  p.forEach((share, i) => {
    pen.moveTo(places.left + i * width, up(share));
    pen.lineTo(places.left + (i + 1) * width, up(share));
  });
  pen.strokeStyle = colour;
  pen.lineWidth = 2;
  pen.stroke();
}

/** @param {CanvasRenderingContext2D} pen @param {number[][]} points @param {string} colour @param {number} width @param {number[]} [dash] */
export function drawCurve(pen, points, colour, width, dash = []) {
  pen.beginPath();
  let broken = true;
  for (const [x, y] of points) {
    if (Number.isNaN(y)) {
      broken = true;
      continue;
    }
    if (broken) pen.moveTo(x, y);
    else pen.lineTo(x, y);
    broken = false;
  }
  pen.setLineDash(dash);
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.stroke();
  pen.setLineDash([]);
}

/** From a z to its x. @param {CanvasRenderingContext2D} pen @param {Places} places @param {number} z @param {number} x */
function drawLead(pen, places, z, x) {
  const [from, to] = [acrossZ(places, z), Math.max(places.left, Math.min(places.right, across(places, x)))];
  const bend = (places.floor - places.axis) / 2;
  pen.beginPath();
  pen.moveTo(from, places.floor);
  pen.bezierCurveTo(from, places.floor - bend, to, places.axis + bend, to, places.axis);
  pen.stroke();
}

/** @param {CanvasRenderingContext2D} pen @param {Places} places @param {Shown} shown @param {import("../board.js").Colour} colour @param {number} em */
function drawHeld(pen, places, { z, x }, colour, em) {
  const [from, to] = [acrossZ(places, z), across(places, x)];
  pen.strokeStyle = colour("hold");
  pen.lineWidth = 4;
  drawLead(pen, places, z, x);
  for (const [at, y, radius] of [[from, places.floor, 0.75 * em], [to, places.axis, 0.45 * em]]) {
    pen.beginPath();
    pen.arc(Math.max(places.left, Math.min(places.right, at)), y, radius, 0, 2 * Math.PI);
    pen.fillStyle = colour("hold");
    pen.fill();
    pen.strokeStyle = colour("paper");
    pen.lineWidth = 2;
    pen.stroke();
  }
}
