/** What lies under the finger on the pad: faint digits, and D's opinion as a heat layer. */

import { h, penOf } from "../kit/dom.js";
import { heat } from "./tiles.js";

/** @typedef {{column: number, row: number, left: number, top: number, tile: import("./tiles.js").Tile|undefined}} Seen a place of the map and what lies there */

/**
 * @param {HTMLCanvasElement} canvas
 * @param {{width: number, height: number}} size in CSS pixels
 * @param {Seen[]} seen
 * @param {number} side of a tile in CSS pixels
 * @param {boolean} hot whether D's opinion is shown
 */
export function drawMap(canvas, size, seen, side, hot) {
  const ratio = Math.min(2, devicePixelRatio || 1);
  const [width, height] = [Math.round(size.width * ratio), Math.round(size.height * ratio)];
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  const context = penOf(canvas);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.globalCompositeOperation = "source-over";
  context.globalAlpha = 1;
  context.fillStyle = "#000";
  context.fillRect(0, 0, size.width, size.height);
  if (hot) drawHeat(context, seen, side);
  // black is no ink: the digits add light to what is under them
  context.globalCompositeOperation = "screen";
  context.globalAlpha = hot ? 0.6 : 0.5;
  context.imageSmoothingEnabled = true;
  for (const { left, top, tile } of seen) if (tile) context.drawImage(tile.canvas, left + 1, top + 1, side - 2, side - 2);
}

/** @type {HTMLCanvasElement|null} */
let cells = null;

/** One pixel a tile, enlarged smoothly. A place nobody has judged yet stays dark. @param {CanvasRenderingContext2D} context @param {Seen[]} seen @param {number} side */
function drawHeat(context, seen, side) {
  if (!seen.length) return;
  const [columns, rows] = [seen.map(({ column }) => column), seen.map(({ row }) => row)];
  const [firstColumn, firstRow] = [Math.min(...columns), Math.min(...rows)];
  const [width, height] = [Math.max(...columns) - firstColumn + 1, Math.max(...rows) - firstRow + 1];
  cells ??= h("canvas");
  if (cells.width !== width || cells.height !== height) [cells.width, cells.height] = [width, height];
  const small = penOf(cells);
  const image = small.createImageData(width, height);
  for (const { column, row, tile } of seen) {
    if (!tile || tile.score === null) continue;
    image.data.set([...heat(tile.score), 255], 4 * ((row - firstRow) * width + column - firstColumn));
  }
  small.putImageData(image, 0, 0);
  const corner = seen.reduce((best, one) => (one.column === firstColumn && one.row === firstRow ? one : best), seen[0]);
  context.imageSmoothingEnabled = true;
  context.drawImage(cells, corner.left, corner.top, width * side, height * side);
}
