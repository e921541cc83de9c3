/** Colours of a GIF: each is in its table, within half a level of what it stands for. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { COLOUR_TABLE, coloured, gifOf } from "../../../ui/static/kit/gif.js";

test("a colour is written as the nearest of the table, which the file has", async () => {
  const pixels = Float32Array.from({ length: 300 }, (_, i) => ((i * 37) % 101) / 100);
  const places = Uint8Array.from(coloured(pixels), (place) => Math.round(255 * place));
  for (let i = 0; i < 100; i += 1)
    for (let c = 0; c < 3; c += 1) assert.ok(Math.abs(COLOUR_TABLE[3 * places[i] + c] - 255 * pixels[3 * i + c]) <= [26, 22, 26][c], `${i}, ${c}`);
  const bytes = new Uint8Array(await (await gifOf([places], 10, [8], COLOUR_TABLE)).arrayBuffer());
  assert.deepEqual([...bytes.subarray(13, 13 + 768)], COLOUR_TABLE);
  assert.ok(COLOUR_TABLE.length === 768 && COLOUR_TABLE.every((value) => Number.isInteger(value) && value >= 0 && value <= 255));
});
