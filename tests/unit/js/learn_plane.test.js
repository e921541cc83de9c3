/** The card of the plane: its data, its grid, how far two clouds are apart, and that G comes to a ring. */

import assert from "node:assert/strict";
import test from "node:test";

import { card, ganOf } from "../../../ui/static/learn/cards/plane.js";
import { randomOf } from "../../../ui/static/learn/mlp.js";
import { ALONG, CELLS, cells, GRID, gridLines, mapOf } from "../../../ui/static/learn/plane/scene.js";
import { drawNear, drawOf, EDGE, energy } from "../../../ui/static/learn/plane/targets.js";

test("the grid covers the square of z, the field the plane, and a pixel leads back to its place", () => {
  const [lines, field] = [gridLines(), cells()];
  assert.deepEqual([lines.length, field.length], [2 * 2 * GRID * ALONG, 2 * CELLS * CELLS]);
  assert.deepEqual([Math.min(...lines), Math.max(...lines)], [-1, 1]);
  assert.ok(field[0] < -EDGE + 0.1 && field[1] > EDGE - 0.1, "from the top left");
  assert.ok(field[2] > field[0] && field[3] === field[1], "along the rows");
  const map = mapOf({ width: 300, height: 200 });
  assert.deepEqual(map.back(map.x(0.5), map.y(-1)).map((value) => Number(value.toFixed(9))), [0.5, -1]);
});

test("two clouds of one distribution are close, of two are apart, and drawn data lie where a hand has been", () => {
  const random = randomOf(2);
  const [ring, again, line] = ["ring", "ring", "line"].map((name) => drawOf(name)(300, random));
  assert.ok(energy(ring, again) < 0.02 && energy(ring, line) > 0.1, `${energy(ring, again)} ${energy(ring, line)}`);
  const near = drawNear([1, 1, -1, 0.5])(100, random);
  for (let i = 0; i < near.length; i += 2) assert.ok(Math.min(Math.hypot(near[i] - 1, near[i + 1] - 1), Math.hypot(near[i] + 1, near[i + 1] - 0.5)) < 0.4);
});

test("with what the card is set to, the grid comes to lie on the ring", () => {
  const gan = ganOf(drawOf("ring"));
  const { k, d, g } = card.settings;
  Object.assign(gan.settings, { k: k.value, dRate: Number(d.value), gRate: Number(g.value) });
  const [random, z] = [randomOf(2), gan.z(200)];
  const data = drawOf("ring")(200, random);
  const before = energy(data, gan.G.forward(z));
  for (let i = 0; i < 600; i += 1) gan.step();
  const after = energy(data, gan.G.forward(z));
  assert.ok(before > 0.5 && after < 0.1, `${before} ${after}`);
});
