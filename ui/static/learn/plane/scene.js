/** The plane: D as a field of colour, data and fakes as points, G as a bent grid, and at some fakes the arrow that D's gradient gives them. */

import { EDGE } from "./targets.js";

export const CELLS = 40; // of the field, each way
/** Lines of the grid each way, and points along each. */
export const GRID = 11;
export const ALONG = 25;

/** Middles of the field's cells, from the top left. @returns {Float64Array} [CELLS * CELLS, 2] */
export function cells() {
  const middle = (/** @type {number} */ i) => ((2 * i + 1) / CELLS - 1) * EDGE;
  return Float64Array.from({ length: 2 * CELLS * CELLS }, (_, i) => (i % 2 ? -middle(Math.floor(i / 2 / CELLS)) : middle((i >> 1) % CELLS)));
}

/** z along the lines of the grid: GRID that go across, then GRID that go up. @returns {Float64Array} [2 * GRID * ALONG, 2] */
export function gridLines() {
  const even = (/** @type {number} */ i, /** @type {number} */ count) => -1 + (2 * i) / (count - 1);
  const points = [];
  for (let way = 0; way < 2; way += 1)
    for (let line = 0; line < GRID; line += 1)
      for (let i = 0; i < ALONG; i += 1) points.push(way ? [even(line, GRID), even(i, ALONG)] : [even(i, ALONG), even(line, GRID)]);
  return Float64Array.from(points.flat());
}

/**
 * @typedef {object} Shown
 * @property {Float64Array} data [count, 2]
 * @property {Float64Array} fakes [count, 2]
 * @property {Float64Array|null} field D(x) at `cells()`; null where it is not shown
 * @property {Float64Array|null} grid G of `gridLines()`
 * @property {{from: Float64Array, by: Float64Array}|null} arrows where they begin, and the gradient that goes up D
 * @property {number[]} held G of the z in the hand
 * @typedef {{scale: number, x: (at: number) => number, y: (at: number) => number, back: (pixelX: number, pixelY: number) => [number, number]}} Map
 */

/** @param {{width: number, height: number}} sheet @returns {Map} between the plane and CSS pixels */
export function mapOf({ width, height }) {
  const scale = Math.min(width, height) / (2 * EDGE);
  return {
    scale,
    x: (at) => width / 2 + at * scale,
    y: (at) => height / 2 - at * scale,
    back: (pixelX, pixelY) => [(pixelX - width / 2) / scale, (height / 2 - pixelY) / scale],
  };
}

/** @param {CanvasRenderingContext2D} pen @param {import("../board.js").Sheet} sheet @param {Shown} shown @param {(field: Float64Array, colour: string) => CanvasImageSource} shade */
export function draw(pen, sheet, shown, shade) {
  const { colour, em } = sheet;
  const map = mapOf(sheet);
  pen.lineJoin = "round";
  pen.strokeStyle = colour("grid");
  pen.strokeRect(map.x(-EDGE), map.y(EDGE), 2 * EDGE * map.scale, 2 * EDGE * map.scale);
  if (shown.field) {
    pen.imageSmoothingEnabled = true;
    pen.drawImage(shade(shown.field, colour("discriminator")), map.x(-EDGE), map.y(EDGE), 2 * EDGE * map.scale, 2 * EDGE * map.scale);
  }
  if (shown.grid) drawGrid(pen, map, shown.grid, colour("generator"));
  dots(pen, map, shown.data, 0.19 * em, colour("data"));
  dots(pen, map, shown.fakes, 0.22 * em, colour("generator"));
  if (shown.arrows) drawArrows(pen, map, shown.arrows, colour("data"), 2.6 * em);
  const [x, y] = shown.held;
  pen.beginPath();
  pen.arc(map.x(x), map.y(y), 0.62 * em, 0, 2 * Math.PI);
  pen.fillStyle = colour("hold");
  pen.fill();
  pen.strokeStyle = colour("paper");
  pen.lineWidth = 2;
  pen.stroke();
}

/** @param {CanvasRenderingContext2D} pen @param {Map} map @param {Float64Array} grid @param {string} colour */
function drawGrid(pen, map, grid, colour) {
  pen.strokeStyle = colour;
  pen.lineWidth = 1;
  pen.globalAlpha = 0.5;
  for (let line = 0; line < 2 * GRID; line += 1) {
    pen.beginPath();
    for (let i = 0; i < ALONG; i += 1) {
      const at = 2 * (line * ALONG + i);
      pen.lineTo(map.x(grid[at]), map.y(grid[at + 1]));
    }
    pen.stroke();
  }
  pen.globalAlpha = 1;
}

/** @param {CanvasRenderingContext2D} pen @param {Map} map @param {Float64Array} points @param {number} radius @param {string} colour */
function dots(pen, map, points, radius, colour) {
  pen.fillStyle = colour;
  pen.beginPath();
  for (let i = 0; i < points.length; i += 2) {
    pen.moveTo(map.x(points[i]) + radius, map.y(points[i + 1]));
    pen.arc(map.x(points[i]), map.y(points[i + 1]), radius, 0, 2 * Math.PI);
  }
  pen.fill();
}

/** As long as the longest allows. @param {CanvasRenderingContext2D} pen @param {Map} map @param {{from: Float64Array, by: Float64Array}} arrows @param {string} colour @param {number} longest in pixels */
function drawArrows(pen, map, { from, by }, colour, longest) {
  const lengths = Array.from({ length: by.length / 2 }, (_, i) => Math.hypot(by[2 * i], by[2 * i + 1]));
  const unit = longest / Math.max(...lengths, 0.5);
  pen.strokeStyle = pen.fillStyle = colour;
  pen.lineWidth = 1.5;
  lengths.forEach((length, i) => {
    if (length * unit < 3) return;
    const [x, y] = [map.x(from[2 * i]), map.y(from[2 * i + 1])];
    const [dx, dy] = [by[2 * i] * unit, -by[2 * i + 1] * unit];
    const turn = Math.atan2(dy, dx);
    const head = (/** @type {number} */ angle) => /** @type {[number, number]} */ ([x + dx - 6 * Math.cos(turn + angle), y + dy - 6 * Math.sin(turn + angle)]);
    pen.beginPath();
    pen.moveTo(x, y);
    pen.lineTo(x + dx, y + dy);
    pen.stroke();
    pen.beginPath();
    pen.moveTo(x + dx, y + dy);
    pen.lineTo(...head(0.5));
    pen.lineTo(...head(-0.5));
    pen.fill();
  });
}

/** Makes a small picture of a field, again and again on one canvas. @returns {(field: Float64Array, colour: string) => CanvasImageSource} */
export function shader() {
  const canvas = new OffscreenCanvas(CELLS, CELLS);
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  return (field, colour) => {
    if (!pen) return canvas;
    pen.fillStyle = colour;
    pen.globalAlpha = 1;
    pen.fillRect(0, 0, CELLS, CELLS);
    const image = pen.getImageData(0, 0, CELLS, CELLS);
    for (let i = 0; i < field.length; i += 1) image.data[4 * i + 3] = 150 * field[i];
    pen.putImageData(image, 0, 0);
    return canvas;
  };
}
