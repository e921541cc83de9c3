import assert from "node:assert/strict";
import { test } from "node:test";

import { gridOf, spoken, waysFrom } from "../../../ui/static/state/classgrid.js";

const CONDITIONS = ["normal", "inner race", "outer race", "ball"];
const SPEEDS = ["1,200 rpm", "1,800 rpm", "2,400 rpm"];
const NAMES = CONDITIONS.flatMap((condition) => SPEEDS.map((speed) => `${condition} · ${speed}`));

test("names of two parts are a table, the longer side across, whichever part comes first", () => {
  const grid = gridOf(NAMES);
  assert.deepEqual([grid.columns, grid.rows], [CONDITIONS, SPEEDS]);
  assert.deepEqual(grid.labels.map((label) => NAMES[label]), SPEEDS.flatMap((speed) => CONDITIONS.map((condition) => `${condition} · ${speed}`)));
  const turned = NAMES.map((name) => name.split(" · ").reverse().join(" · "));
  assert.deepEqual([gridOf(turned).columns, gridOf(turned).labels], [CONDITIONS, grid.labels]);
});

test("names that are no whole table are a row", () => {
  for (const names of [[], ["a", "b"], NAMES.slice(1), [...NAMES, "ball · fast"], ["a · x", "a · y"], ["a · x · 1", "b · x · 1"], Array.from({ length: 18 }, (_, i) => `${i % 9} · ${Math.floor(i / 9)}`)])
    assert.equal(gridOf(names), null);
});

test("a path between classes goes from the first of a kind to the one in the hand, all else alike", () => {
  const way = (name) => waysFrom(NAMES, NAMES.indexOf(name)).map((label) => NAMES[label]);
  assert.deepEqual(way("ball · 1,800 rpm"), ["normal · 1,800 rpm", "ball · 1,800 rpm"]);
  assert.deepEqual(way("normal · 2,400 rpm"), ["normal · 2,400 rpm", "inner race · 2,400 rpm"]);
  assert.equal(waysFrom(["0", "1"], 1), null);
});

test("names of others are spoken as they are", () => {
  assert.deepEqual(["ball · 1,200 rpm", "shirt", "a · b", "constructor"].map(spoken), ["ball · 1,200 rpm", "shirt", "a · b", "constructor"]);
});
