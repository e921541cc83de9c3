import assert from "node:assert/strict";
import { test } from "node:test";

import { fit, isMnist, MNIST, numbersIn, paint, paintWhole } from "../../../ui/static/kit/sample.js";

/** A canvas as small as a test needs. */
function pen() {
  const put = [];
  const canvas = { width: 300, height: 150, dataset: {} };
  const createImageData = (width, height) => ({ width, height, data: new Uint8ClampedArray(4 * width * height) });
  return { canvas, put, createImageData, putImageData: (image, x, y) => put.push({ width: image.width, height: image.height, bytes: [...image.data], x, y }) };
}

test("a grey picture is as bright in red, green and blue, one in colour has its own", () => {
  const grey = pen();
  paint(grey, [0, 1, 0.5, 0.25, 0.75, 0], 3, 4, [2, 3, 1]);
  assert.deepEqual([grey.put[0].width, grey.put[0].height, grey.put[0].x, grey.put[0].y], [3, 2, 3, 4]);
  assert.deepEqual(grey.put[0].bytes.slice(0, 12), [0, 0, 0, 255, 255, 255, 255, 255, 128, 128, 128, 255]);
  const colour = pen();
  paint(colour, [1, 0, 0, 0, 0.5, 1], 0, 0, [1, 2, 3]);
  assert.deepEqual(colour.put[0].bytes, [255, 0, 0, 255, 0, 128, 255, 255]);
});

test("a canvas of its own becomes as large as the picture, and keeps its pictures where it is", () => {
  const context = pen();
  paintWhole(context, new Float32Array(64 * 48 * 3), [64, 48, 3]);
  assert.deepEqual([context.canvas.width, context.canvas.height, numbersIn([64, 48, 3])], [48, 64, 9216]);
  assert.equal(fit(context.canvas, [64, 48, 3]), false);
  assert.equal(fit(context.canvas, [64, 48, 3], 5), true);
  assert.equal(context.canvas.width, 240);
  assert.ok(isMnist(MNIST) && isMnist([28, 28, 1]) && !isMnist([28, 28, 3]) && !isMnist([64, 64, 1]));
});
