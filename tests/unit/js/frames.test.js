/** The order of work in a frame: the picture, then what lies under the finger, then, once that is on the screen, what follows. Time is made up here. */

import assert from "node:assert/strict";
import test, { beforeEach } from "node:test";

let [now, frames, tasks, failures] = [0, [], [], []];
globalThis.requestAnimationFrame = (call) => frames.push(call);
globalThis.setTimeout = (call, ms = 0) => tasks.push({ call, at: now + ms });
globalThis.reportError = (error) => failures.push(error.message);
performance.now = () => now;

const { follows, onFrame } = await import("../../../ui/static/kit/frames.js");

beforeEach(() => {
  frame(1000); // long ago
  frame(1000);
  [frames, tasks, failures] = [[], [], []];
});

/** The next frame, and the tasks that are due before the one after it. @param {number} ms after the one before */
function frame(ms = 16) {
  now += ms;
  for (const call of frames.splice(0)) call();
  const due = tasks.filter(({ at }) => at <= now);
  tasks = tasks.filter(({ at }) => at > now);
  for (const { call } of due) call();
}

/** Something to do that takes some time. @param {string[]} done @param {string} name @param {number} [ms] */
const work = (done, name, ms = 1) => () => {
  now += ms;
  done.push(name);
};

function sourceOf() {
  const listeners = new Set();
  return { listeners, tell: () => listeners.forEach((listener) => listener()), subscribe: (listener) => (listeners.add(listener), () => listeners.delete(listener)) };
}

test("the picture is drawn in every frame, however much is left of the frame before; the rest comes in its turn", () => {
  const done = [];
  const picture = onFrame(work(done, "picture", 14), { first: true });
  const others = ["bars", "mark", "row"].map((name) => onFrame(work(done, name, 9)));
  for (const other of others) other();
  for (let i = 0; i < 4; i += 1) {
    picture();
    frame();
  }
  assert.deepEqual(done, ["picture", "bars", "picture", "mark", "picture", "row", "picture"]);
});

test("what fits in a frame is drawn in it, once, and the last call takes effect", () => {
  const done = [];
  let value = 0;
  const draw = onFrame(() => done.push(value));
  for (value = 1; value <= 3; value += 1) draw();
  frame();
  frame();
  assert.deepEqual(done, [4]);
});

test("followers come after the picture, once for all changes, and each has its turn", () => {
  const [done, source] = [[], sourceOf()];
  const picture = onFrame(work(done, "picture"), { first: true });
  source.subscribe(picture);
  const ends = ["row", "sliders", "words"].map((name, i) => follows(source, work(done, name, i ? 10 : 2)));
  for (let i = 0; i < 5; i += 1) source.tell();
  frame();
  assert.deepEqual(done, ["picture", "row", "sliders"], "12 ms are enough for one turn");
  frame();
  assert.deepEqual(done, ["picture", "row", "sliders"], "and they rest twice as long");
  frame();
  assert.deepEqual(done, ["picture", "row", "sliders", "words"]);
  for (const end of ends) end();
});

test("in a gesture whose frames are slow, followers leave most of the time to the picture; at its end they show the last of it", () => {
  const [done, source] = [[], sourceOf()];
  source.subscribe(onFrame(work(done, "picture", 5), { first: true }));
  let value = 0;
  let shown = [];
  const end = follows(source, () => shown.push(value));
  const drag = (frames) => {
    shown = [];
    for (let i = 0; i < frames; i += 1) {
      value += 1;
      source.tell();
      frame(30);
    }
    return shown.length;
  };
  assert.ok(drag(5) >= 4, "a page that is made slowly is no gesture");
  const times = drag(15);
  assert.equal(done.length, 20);
  assert.ok(times >= 3 && times <= 6, `${times} times in half a second`);
  for (let i = 0; i < 10; i += 1) frame(30);
  assert.equal(shown.at(-1), 20);
  end();
});

test("what fails is told and holds up neither picture nor followers", () => {
  const [done, source] = [[], sourceOf()];
  const fails = (name) => () => {
    throw new Error(name);
  };
  source.subscribe(onFrame(fails("picture"), { first: true }));
  source.subscribe(onFrame(fails("bars")));
  source.subscribe(onFrame(work(done, "mark")));
  const ends = [follows(source, fails("row")), follows(source, work(done, "words"))];
  source.tell();
  frame();
  assert.deepEqual([done, failures], [["mark", "words"], ["picture", "bars", "row"]]);
  for (const end of ends) end();
});

test("what has ended is not called again, though it had something to show", () => {
  const [done, source] = [[], sourceOf()];
  const end = follows(source, work(done, "row"));
  source.tell();
  end();
  frame();
  frame();
  assert.deepEqual([done, source.listeners.size], [[], 0]);
});
