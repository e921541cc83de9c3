/** What a direction does to handwriting: measured on drawn strokes whose slant, weight, width and height are known. */

import assert from "node:assert/strict";
import test from "node:test";

import { doesOf, TRAITS, traitsOf } from "../../../ui/static/explore/does.js";

/** A stroke with soft edges, and a bar under it. @param {{slant?: number, weight?: number, height?: number, width?: number}} about */
function drawn({ slant = 0, weight = 3, height = 18, width = 0 } = {}) {
  return Float32Array.from({ length: 784 }, (_, i) => {
    const [x, y] = [i % 28 - 13.5, Math.floor(i / 28) - 13.5];
    const inside = Math.min(weight / 2 - Math.abs(x + slant * y), height / 2 - Math.abs(y)) + 0.5;
    const bar = Math.min(width / 2 - Math.abs(x), 1.5 - Math.abs(y)) + 0.5;
    return Math.min(1, Math.max(0, inside, bar));
  });
}

test("each trait follows what was drawn, and only that one", () => {
  const plain = traitsOf(drawn());
  assert.ok(Math.abs(plain.slant) < 1e-6 && Math.abs(plain.weight - 3) < 0.6);
  const leaning = traitsOf(drawn({ slant: 0.3 }));
  assert.ok(Math.abs(leaning.slant - 0.3) < 0.05 && Math.abs(leaning.height - plain.height) < 0.1 && Math.abs(leaning.width - plain.width) < 0.4);
  assert.ok(traitsOf(drawn({ weight: 5 })).weight > plain.weight + 1);
  assert.ok(traitsOf(drawn({ height: 24 })).height > plain.height + 2);
  assert.ok(traitsOf(drawn({ width: 20 })).width > plain.width + 3);
  assert.ok(Object.values(traitsOf(new Float32Array(784))).every(Number.isFinite));
});

test("a direction is named by what it changes most, and not at all where it changes nothing clearly or every way", () => {
  const still = [-0.1, 0, 0.1, 0.05].map((slant, i) => traitsOf(drawn({ slant, weight: 3 + i / 4 })));
  const moved = (about) => still.map((_, i) => traitsOf(drawn(about(i))));
  const slanting = doesOf(moved(() => ({ slant: -0.3 })), moved(() => ({ slant: 0.3 })), still);
  assert.equal(slanting?.trait, "slant");
  assert.ok(Math.abs((slanting?.change ?? 0) - 0.6) < 0.1);
  const wide = [2.8, 3, 3.2, 3.1].map((weight, i) => traitsOf(drawn({ weight, width: 16 + 2 * i }))); // of which the stroke is not all the width
  const thick = (weight) => wide.map((_, i) => traitsOf(drawn({ weight, width: 16 + 2 * i })));
  const thinner = doesOf(thick(5), thick(2), wide);
  assert.ok(thinner?.trait === "weight" && thinner.change < -1);
  assert.equal(doesOf(still, still, still), null);
  const every = doesOf(moved((i) => ({ slant: i % 2 ? 0.3 : -0.3 })), moved((i) => ({ slant: i % 2 ? -0.3 : 0.3 })), still);
  assert.equal(every, null);
  assert.deepEqual([...TRAITS], ["slant", "weight", "width", "height"]);
});
