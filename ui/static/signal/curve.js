/** A curve of heights over a ground, as large as its canvas is on screen. */

import { penOf } from "../kit/dom.js";

/**
 * @param {HTMLCanvasElement} canvas @param {Float32Array} heights from left to right
 * @param {(height: number) => number} place of a height, 0 at the ground ... 1 at the top; beyond both it is cut off
 */
export function drawCurve(canvas, heights, place) {
  const ratio = Math.min(2, devicePixelRatio || 1);
  const [width, height] = [Math.round(canvas.clientWidth * ratio), Math.round(canvas.clientHeight * ratio)];
  if (!width || !height) return;
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  const pen = penOf(canvas);
  pen.clearRect(0, 0, width, height);
  pen.beginPath();
  pen.moveTo(0, height);
  const last = Math.max(1, heights.length - 1);
  heights.forEach((value, i) => pen.lineTo((i * width) / last, height * (1 - Math.min(1, Math.max(0, place(value))))));
  pen.lineTo(width, height);
  pen.closePath();
  const style = getComputedStyle(canvas);
  pen.fillStyle = style.getPropertyValue("--gan-glint");
  pen.globalAlpha = 0.5;
  pen.fill();
  pen.globalAlpha = 1;
  pen.strokeStyle = style.getPropertyValue("--gan-light");
  pen.lineWidth = ratio;
  pen.lineJoin = "round";
  pen.stroke();
}
