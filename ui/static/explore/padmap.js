/** What lies under the finger on the pad: digits and, where it is asked for, D's opinion of them, or where they break. */

import { penOf } from "../kit/dom.js";
import { bordered, drawBands, drawLines, gridOf } from "./opinion.js";

/** @typedef {{column: number, row: number, left: number, top: number, tile: import("./tiles.js").Tile|undefined, share?: number}} Seen a place of the map and what lies there; `share`: of the layer that is shown */

/**
 * @param {HTMLCanvasElement} canvas
 * @param {{width: number, height: number}} size in CSS pixels
 * @param {Seen[]} seen
 * @param {number} side of a tile in CSS pixels
 * @param {import("./opinion.js").Layer|null} layer what is shown beside the digits; null where nothing is
 */
export function drawMap(canvas, size, seen, side, layer) {
  const ratio = Math.min(2, devicePixelRatio || 1);
  const [width, height] = [Math.round(size.width * ratio), Math.round(size.height * ratio)];
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  const context = penOf(canvas);
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.globalCompositeOperation = "source-over";
  context.fillStyle = "#000";
  context.fillRect(0, 0, width, height); // to the last pixel, which a size with a fraction would leave half of what was there
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  const fine = layer && seen.length ? drawBands(context, bordered(gridOf(seen, side), side), side, layer.levels, layer.hue) : null;
  // black is no ink: the digits add light to what is under them
  context.globalCompositeOperation = "screen";
  context.imageSmoothingEnabled = true;
  for (const { left, top, tile } of seen) if (tile) context.drawImage(tile.canvas, left + 1, top + 1, side - 2, side - 2);
  context.globalCompositeOperation = "source-over";
  if (layer && fine) drawLines(context, fine, side, layer.levels);
}
