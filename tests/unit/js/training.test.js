import assert from "node:assert/strict";
import test from "node:test";

import { readable, ticks } from "../../../ui/static/charts.js";
import { spread } from "../../../ui/static/filmroll.js";
import { RunFeed } from "../../../ui/static/runfeed.js";
import { duration, stateInWords } from "../../../ui/static/training.js";

globalThis.GAN_BASE = "http://host.test/";
globalThis.document = { hidden: false, addEventListener() {}, removeEventListener() {} };

test("ticks are round numbers inside the range", () => {
  assert.deepEqual(ticks(0, 1, 5), [0, 0.2, 0.4, 0.6, 0.8, 1]);
  assert.deepEqual(ticks(0, 2000, 4), [0, 500, 1000, 1500, 2000]);
  assert.ok(ticks(0, 0, 4).length > 0);
});

test("numbers are as short as they can be read", () => {
  assert.deepEqual([0.69314, 1.2345, 23.456, 345.6, 12345].map(readable), ["0.693", "1.23", "23.5", "346", "12,345"]);
  assert.deepEqual([0, 59.6, 130, 7260, NaN].map(duration), ["0 s", "1 min 0 s", "2 min 10 s", "2 h 1 min", "?"]);
});

test("the contact sheet has the first and the last moment, never more than twelve, and keeps what it shows while it grows", () => {
  assert.deepEqual([0, 1, 2].map(spread), [[], [0], [0, 1]]);
  for (let n = 1; n < 500; n += 1) {
    const chosen = spread(n);
    assert.ok(chosen.length <= 12 && chosen[0] === 0 && chosen.at(-1) === n - 1, `n = ${n}: ${chosen}`);
    assert.deepEqual(chosen, [...new Set(chosen)].sort((a, b) => a - b));
    const before = new Set(spread(Math.max(1, n - 1)));
    assert.ok(chosen.filter((index) => !before.has(index)).length <= 2, `n = ${n} draws more than two new pictures`);
  }
});

test("a state in words speaks of buttons only where there are some", () => {
  assert.match(stateInWords({ state: "stopped", step: 1200 }, null, true), /1,200.*Resume/);
  assert.doesNotMatch(stateInWords({ state: "stopped", step: 1200 }, null, false), /Resume/);
  assert.match(stateInWords({ state: "failed", step: 3, reason: "A loss became infinite." }, null, true), /^Failed\. A loss/);
});

/** A server that gives these answers in turn; the questions it got. */
function serve(answers) {
  const asked = [];
  globalThis.fetch = async (url) => {
    asked.push(String(url));
    const answer = answers.shift();
    if (!answer) throw new TypeError("network");
    return new Response(JSON.stringify(answer));
  };
  return asked;
}

async function follow(answers) {
  const asked = serve(answers);
  const feed = new RunFeed("dense-digits", () => {});
  for (let i = 0; i < 5; i += 1) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    if (answers.length) feed.poke();
  }
  feed.stop();
  return { feed, asked };
}

const answer = (steps, next, state = "running") => ({ status: { state }, config: {}, reports: steps.map((step) => ({ step })), next });

test("a feed asks for what is new and puts it at the end", async () => {
  const { feed, asked } = await follow([answer([0, 10], 2), answer([20], 3), answer([], 3, "finished")]);
  assert.deepEqual(feed.run.reports.map((row) => row.step), [0, 10, 20]);
  assert.deepEqual(asked.slice(0, 3).map((url) => new URL(url).search), ["?since=0", "?since=2", "?since=3"]);
  assert.equal(feed.run.status.state, "finished");
});

test("a run that was rewound is read again from its start", async () => {
  const { feed } = await follow([answer([0, 10, 20], 3), answer([], 2), answer([0, 10], 2)]);
  assert.deepEqual(feed.run.reports.map((row) => row.step), [0, 10]);
});

test("a server that is gone is told, what is there stays, and the next question waits longer each time", async () => {
  const { feed } = await follow([answer([0], 1), null, null]);
  assert.deepEqual(feed.run.reports.map((row) => row.step), [0]);
  assert.match(feed.run.lost, /does not answer/);
  assert.ok(feed.failures >= 2);
  const calm = feed.pause();
  feed.failures += 2;
  assert.ok(feed.pause() > calm * 2);
  feed.failures = 50;
  assert.ok(feed.pause() <= 36000);
});
