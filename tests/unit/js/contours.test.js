/** Contours of known surfaces. */

import assert from "node:assert/strict";
import test from "node:test";

import { contours, refined } from "../../../ui/static/kit/contours.js";

const gridOf = (columns, rows, value) => ({ columns, rows, values: Float64Array.from({ length: columns * rows }, (_, i) => value(i % columns, Math.floor(i / columns))) });
const length = (line) => line.slice(1).reduce((sum, [x, y], i) => sum + Math.hypot(x - line[i][0], y - line[i][1]), 0);
const closes = (line) => line[0][0] === line.at(-1)[0] && line[0][1] === line.at(-1)[1];

test("the contour of a slope is one straight line from edge to edge", () => {
  const [line, ...more] = contours(gridOf(6, 4, (x) => x / 5), 0.5);
  assert.equal(more.length, 0);
  assert.equal(line.length, 4);
  for (const [x] of line) assert.ok(Math.abs(x - 2.5) < 1e-9);
  assert.deepEqual(line.map(([, y]) => y).sort(), [0, 1, 2, 3]);
});

test("the contour of a cone is one closed line, as long as its circle", () => {
  const lines = contours(gridOf(41, 41, (x, y) => Math.hypot(x - 20, y - 20)), 12);
  assert.equal(lines.length, 1);
  assert.ok(closes(lines[0]));
  for (const [x, y] of lines[0]) assert.ok(Math.abs(Math.hypot(x - 20, y - 20) - 12) < 0.02);
  assert.ok(Math.abs(length(lines[0]) - 2 * Math.PI * 12) < 0.2);
});

test("two hills have two rings, and no level that nothing reaches has a line", () => {
  const hills = gridOf(30, 12, (x, y) => Math.exp(-((x - 7) ** 2 + (y - 6) ** 2) / 8) + Math.exp(-((x - 22) ** 2 + (y - 6) ** 2) / 8));
  assert.equal(contours(hills, 0.5).filter(closes).length, 2);
  assert.deepEqual(contours(hills, 2), []);
  assert.deepEqual(contours(gridOf(5, 5, () => 0.3), 0.5), []);
});

test("a saddle joins what its middle belongs to, and its lines do not cross", () => {
  const saddle = (low) => contours({ columns: 2, rows: 2, values: Float64Array.of(1, low, low, 1) }, 0.5);
  const joined = saddle(0.2); // the middle is high: each line cuts off a low corner
  assert.deepEqual(joined.map((line) => line.map(([x, y]) => Math.sign(x - y))).sort(), [[-1, -1], [1, 1]]);
  const apart = saddle(-0.4);
  assert.deepEqual(apart.map((line) => line.map(([x, y]) => Math.sign(x + y - 1))).sort(), [[-1, -1], [1, 1]]);
});

test("no line goes near a value that is missing", () => {
  const missing = gridOf(6, 6, (x, y) => (x === 2 && y === 2 ? NaN : x / 5));
  for (const line of contours(missing, 0.5)) for (const [x, y] of line) assert.ok(!(x > 1 && x < 3 && y > 1 && y < 3));
});

test("a refined grid keeps what it had, is smooth between, and stays within its range", () => {
  const rough = gridOf(7, 5, (x, y) => ((x * 7 + y * 3) % 5) / 4);
  const fine = refined(rough, 4, [0, 1]);
  assert.deepEqual([fine.columns, fine.rows], [25, 17]);
  for (let y = 0; y < 5; y += 1) for (let x = 0; x < 7; x += 1) assert.ok(Math.abs(fine.values[4 * y * 25 + 4 * x] - rough.values[y * 7 + x]) < 1e-12);
  assert.ok(fine.values.every((value) => value >= 0 && value <= 1));
  const line = refined(gridOf(5, 2, (x) => x), 4);
  for (let i = 4; i <= 12; i += 1) assert.ok(Math.abs(line.values[i] - i / 4) < 1e-12);
});

test("beside what is missing a refined grid is missing, and elsewhere it is there", () => {
  const fine = refined(gridOf(5, 3, (x, y) => (x === 4 && y === 0 ? NaN : 1)), 2);
  assert.ok(Number.isNaN(fine.values[fine.columns - 1]));
  assert.equal(fine.values[0], 1);
  assert.equal(fine.values.at(-1), 1);
});
