/** The digit in a photograph: the same as in Python, for the same photographs. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { inflateSync } from "node:zlib";

import { piecesOf } from "../../../ui/static/kit/ink.js";
import { digitOf } from "../../../ui/static/kit/digitof.js";

const cases = JSON.parse(readFileSync(new URL("../golden_photos.json", import.meta.url), "utf8"));
const unpacked = (text) => Float32Array.from(inflateSync(Buffer.from(text, "base64")));

test("what was recorded for Python and JavaScript is read, or refused with the same word", () => {
  assert.ok(cases.length >= 10);
  for (const { name, width, height, grey, digit, refused } of cases) {
    const photo = { data: unpacked(grey), width, height };
    if (refused) {
      assert.throws(() => digitOf(photo), (error) => error.message.startsWith(refused), name);
      continue;
    }
    const [read, expected] = [digitOf(photo), unpacked(digit).map((value) => value / 255)];
    const difference = read.reduce((sum, value, i) => sum + Math.abs(value - expected[i]), 0) / read.length;
    assert.ok(difference < 0.01, `${name}: ${difference}`); // the one shrinks by areas, the other by Pillow's cubic curve
  }
});

test("pieces touch by their corners too", () => {
  const rows = ["1001", "0101", "0000", "1111"];
  const { labels, pieces } = piecesOf({ data: Float32Array.from(rows.join(""), Number), width: 4, height: 4 });
  assert.deepEqual([...labels], [1, 0, 0, 2, 0, 1, 0, 2, 0, 0, 0, 0, 3, 3, 3, 3]);
  assert.deepEqual(pieces.map(({ area, top, bottom, left, right }) => [area, top, bottom, left, right]), [[2, 0, 1, 0, 1], [2, 0, 1, 3, 3], [4, 3, 3, 0, 3]]);
});
