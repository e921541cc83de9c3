import assert from "node:assert/strict";
import test from "node:test";

import { wrapped } from "../../../ui/static/kit/chartsheet.js";

test("a text is broken where it no longer fits, and no word is lost", () => {
  const fits = (/** @type {string} */ part) => part.length <= 9;
  assert.deepEqual(wrapped("step 200: loss hinge", fits), ["step 200:", "loss", "hinge"]);
  assert.deepEqual(wrapped("a word-that-is-too-long b c", fits), ["a", "word-that-is-too-long", "b c"]);
});
