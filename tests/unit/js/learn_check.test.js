/** The check before and after: what is drawn, what is kept, the table for a class. */

import assert from "node:assert/strict";
import test from "node:test";

import { asked, read, rightOf, table, topicsOf } from "../../../ui/static/learn/check/check.js";
import { POOL } from "../../../ui/static/learn/check/pool.js";

test("eight topics, each with a question for before and another for after, all different", () => {
  assert.equal(topicsOf(POOL).length, 8);
  assert.equal(new Set(POOL.map(({ id }) => id)).size, POOL.length);
  for (const topic of topicsOf(POOL)) assert.ok(POOL.filter((one) => one.topic === topic).length >= 2, topic);
  for (const { choices, id } of POOL) assert.ok(choices.length >= 3 && new Set(choices).size === choices.length, id);
});

test("before and after ask the same topics by other questions, and each reader gets a draw of his own", () => {
  const forms = new Set();
  for (let seed = 0; seed < 60; seed += 1) {
    const [before, after] = ["before", "after"].map((when) => asked(POOL, when, seed).map(({ question }) => question));
    assert.deepEqual(before.map(({ topic }) => topic), after.map(({ topic }) => topic));
    assert.equal(before.some((one, i) => one.id === after[i].id), false);
    assert.equal(before.length, 8);
    forms.add(before.map(({ id }) => id).join());
  }
  assert.ok(forms.size > 30, String(forms.size));
  // the right one does not always stand first
  const places = Array.from({ length: 60 }, (_, seed) => asked(POOL, "before", seed)[0].order.indexOf(0));
  assert.deepEqual([...new Set(places)].sort(), [0, 1, 2]);
});

test("the table has a row for each answer and no more of the reader than a random word", () => {
  const kept = { seed: 1234567, before: { "roles-1": true, "game-2": false }, after: null };
  assert.equal(table(kept, POOL), "reader,when,topic,question,right\r\nqglj,before,roles,roles-1,1\r\nqglj,before,game,game-2,0\r\n");
  assert.equal(rightOf(kept.before), 1);
});

test("what was kept is read back, and what is damaged is as if it was not there", () => {
  const kept = { seed: 5, before: { "roles-1": true }, after: null };
  assert.deepEqual(read(JSON.stringify(kept), POOL), kept);
  assert.deepEqual(read(JSON.stringify({ seed: 5, before: { "no-such": true, "roles-1": "yes" }, after: 3 }), POOL), { seed: 5, before: {}, after: null });
  for (const text of ["", "{", "null", '{"seed":-1}', "[]"]) assert.equal(read(text, POOL), null, text);
});
