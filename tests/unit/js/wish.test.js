/** What D wants of a picture, as it is painted. */

import assert from "node:assert/strict";
import test from "node:test";

import { seen } from "../../../ui/static/explore/wish.js";

test("of a colour picture a wish is for brightness: what D would give for more of red, green and blue alike", () => {
  const pixels = Float32Array.of(1, 0, 0, 0.5, 0.5, 0.5);
  const [bright, slope] = seen(pixels, Float32Array.of(1, 2, 3, 4, -5, 1), 3);
  assert.deepEqual([...bright].map((value) => value.toFixed(3)), ["0.299", "0.500"]);
  assert.deepEqual([...slope], [6, 0], "more red and less green is no brighter");
  const grey = Float32Array.of(0.1, 0.2);
  assert.deepEqual(seen(grey, grey, 1), [grey, grey]);
});
