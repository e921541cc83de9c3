/** A hand that loses frames has a training give way; one that does not, or no hand at all, leaves it alone. */

import assert from "node:assert/strict";
import test from "node:test";

import { giveWay, WAY_MS } from "../../../ui/static/kit/giveway.js";

/** Frames this far apart, with a move of the hand before each of the first `moves`; how often way was asked for. */
function asked(gap, { moves = 20, type = "input", buttons = 1, frames = 20, destroyed = false } = {}) {
  const host = new EventTarget();
  const waiting = [];
  let count = 0;
  const way = giveWay((ms) => {
    assert.equal(ms, WAY_MS);
    count += 1;
  }, { host, nextFrame: (then) => waiting.push(then) });
  if (destroyed) way.destroy();
  const start = 1000;
  for (let i = 0; i < frames; i += 1) {
    const now = start + i * gap;
    if (i < moves) host.dispatchEvent(Object.defineProperty(Object.assign(new Event(type), { buttons }), "timeStamp", { value: now }));
    for (const then of waiting.splice(0)) then(now + 1);
  }
  return { count, waits: waiting.length };
}

test("late frames under a hand ask for way, again only after a while", () => {
  const { count } = asked(50);
  assert.ok(count >= 4 && count <= 19 / 2, `${count} times in a second`);
});

test("frames in time ask for nothing, and neither does a pointer that only hovers, a page without a hand, or one that has ended", () => {
  assert.equal(asked(16).count, 0);
  assert.deepEqual(asked(50, { type: "pointermove", buttons: 0 }), { count: 0, waits: 0 });
  assert.equal(asked(50, { type: "pointermove" }).count > 0, true);
  assert.deepEqual(asked(50, { moves: 0 }), { count: 0, waits: 0 });
  assert.equal(asked(50, { destroyed: true }).count, 0);
});

test("it stops looking at frames once the hand has gone", () => {
  assert.equal(asked(16, { moves: 3, frames: 40 }).waits, 0);
});
