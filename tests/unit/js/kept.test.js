import assert from "node:assert/strict";
import test from "node:test";

import { Kept } from "../../../ui/static/engine/kept.js";

const kept = (bytes, count) => new Kept({ bytes, count }, (value) => value);

test("what was used longest ago goes first, by weight", () => {
  const all = kept(10, 9);
  for (const [key, weight] of [["a", 4], ["b", 4], ["c", 2]]) all.set(key, weight);
  assert.equal(all.get("a"), 4);
  all.set("d", 3);
  assert.deepEqual([...all.values.keys()], ["c", "a", "d"]);
  assert.equal(all.bytes, 9);
});

test("and by count", () => {
  const all = kept(1e9, 2);
  for (const key of ["a", "b", "c"]) all.set(key, 1);
  assert.deepEqual([...all.values.keys()], ["b", "c"]);
  assert.equal(all.get("a"), undefined);
});

test("one that is too heavy for all stays alone; one that is set again is not counted twice", () => {
  const all = kept(10, 9);
  all.set("a", 5);
  all.set("a", 6);
  assert.equal(all.bytes, 6);
  all.set("b", 50);
  assert.deepEqual([...all.values.keys()], ["b"]);
  all.delete("none");
  assert.equal(all.bytes, 50);
  all.clear();
  assert.deepEqual([all.bytes, all.values.size], [0, 0]);
});
