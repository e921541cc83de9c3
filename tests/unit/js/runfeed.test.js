import assert from "node:assert/strict";
import test, { beforeEach } from "node:test";

import { RunFeed } from "../../../ui/static/runs/runfeed.js";

/** What a browser has, with hands on it: streams that were opened, visibility, and a clock for the feed's own waiting. */
const streams = [];
let visible = [];

class FakeEventSource {
  static CLOSED = 2;

  constructor(url) {
    this.url = new URL(url);
    this.readyState = 0;
    this.listeners = {};
    streams.push(this);
  }

  addEventListener(name, listener) {
    this.listeners[name] = listener;
  }

  close() {
    this.readyState = 2;
  }

  tell(answer) {
    this.onmessage({ data: JSON.stringify(answer) });
  }
}

beforeEach(() => {
  streams.length = 0;
  visible = [];
  globalThis.GAN_BASE = "http://host.test/";
  globalThis.EventSource = FakeEventSource;
  globalThis.document = { hidden: false, addEventListener: (_, listener) => visible.push(listener), removeEventListener() {} };
});

const answer = (first, steps, state = "running", mark = 100 * (first + steps.length)) => ({
  status: { state }, config: {}, first, next: first + steps.length, mark, reports: steps.map((step) => ({ step })),
});
const steps = (feed) => feed.run.reports.map((row) => row.step);
const turn = () => new Promise((resolve) => setTimeout(resolve, 5));

/** A feed whose questions get these answers in turn; the last one again and again. */
async function follow(answers, watched = () => true, onChange = () => {}) {
  const asked = [];
  globalThis.fetch = async (url) => {
    asked.push(new URL(url));
    const next = answers.length > 1 ? answers.shift() : answers[0];
    if (!next) throw new TypeError("network");
    return new Response(typeof next === "string" ? next : JSON.stringify(next));
  };
  const feed = new RunFeed("dense-digits", onChange, watched);
  await turn();
  return { feed, asked };
}

test("after the first answer the stream tells, from where that ended", async (context) => {
  const { feed, asked } = await follow([answer(0, [0, 10])]);
  context.after(() => feed.stop());
  assert.equal(streams.length, 1);
  assert.equal(streams[0].url.search, "?since=2&mark=200");
  streams[0].tell(answer(2, [20]));
  streams[0].tell(answer(3, [30, 40]));
  assert.deepEqual(steps(feed), [0, 10, 20, 30, 40]);
  feed.poke();
  await turn();
  assert.equal(asked.length, 1, "who is told does not ask");
});

test("a rewound run forgets what came after, and goes on", async (context) => {
  const { feed } = await follow([answer(0, [0, 10, 20])]);
  context.after(() => feed.stop());
  streams[0].tell(answer(1, [15, 25]));
  assert.deepEqual(steps(feed), [0, 15, 25]);
  streams[0].tell(answer(0, []));
  assert.deepEqual(steps(feed), []);
});

test("a run that has ended is asked about from time to time, without a stream; one that waits has one", async (context) => {
  const { feed } = await follow([answer(0, [0], "queued")]);
  context.after(() => feed.stop());
  streams[0].tell(answer(1, [10], "finished"));
  assert.equal(streams[0].readyState, 2);
  assert.equal(feed.stream, null);
  const ended = await follow([answer(0, [0], "stopped")]);
  context.after(() => ended.feed.stop());
  assert.equal(streams.length, 1);
});

for (const [what, happens] of [
  ["refused or full", (stream) => { stream.readyState = 2; stream.onerror(); }],
  ["held back by something in between", (stream, feed) => feed.expect(0)],
  ["changed on its way", (stream) => stream.onmessage({ data: "<html>" })],
]) {
  test(`a stream that is ${what} is given up for a while, and polling goes on`, async (context) => {
    const { feed, asked } = await follow([answer(0, [0]), answer(1, [10])]);
    context.after(() => feed.stop());
    happens(streams[0], feed);
    await turn();
    assert.equal(feed.stream, null);
    assert.equal(streams[0].readyState, 2);
    feed.poke();
    await turn();
    assert.deepEqual(steps(feed), [0, 10]);
    assert.equal(asked.length, 2);
    assert.equal(streams.length, 1, "not tried again at once");
    feed.streamAfter = 0;
    feed.poke();
    await turn();
    assert.equal(streams.length, 2);
  });
}

test("a stream that breaks is opened again only after a question at a time of one's own", async (context) => {
  const { feed, asked } = await follow([answer(0, [0]), answer(1, [10])]);
  context.after(() => feed.stop());
  streams[0].onerror();
  assert.equal(streams.length, 1);
  feed.poke();
  await turn();
  assert.equal(asked.length, 2);
  assert.equal(streams[1].url.search, "?since=2&mark=200");
});

test("nobody looks: no stream and no question; looked at again it goes on", async (context) => {
  const { feed, asked } = await follow([answer(0, [0]), answer(1, [])]);
  context.after(() => feed.stop());
  document.hidden = true;
  for (const listener of visible) listener();
  assert.equal(streams[0].readyState, 2);
  feed.poke();
  await turn();
  assert.equal(asked.length, 1);
  document.hidden = false;
  for (const listener of visible) listener();
  await turn();
  assert.equal(asked.length, 2);
  assert.equal(streams.length, 2);
});

test("a tab that is not shown lets its stream go at the next event", async (context) => {
  let shown = true;
  const { feed } = await follow([answer(0, [0])], () => shown);
  context.after(() => feed.stop());
  shown = false;
  streams[0].listeners.beat();
  assert.equal(streams[0].readyState, 2);
});

test("a run that is gone is asked about, which says so", async (context) => {
  const { feed } = await follow([answer(0, [0]), null]);
  context.after(() => feed.stop());
  streams[0].listeners.gone();
  feed.poke();
  await turn();
  assert.match(feed.run.lost, /does not answer/);
  assert.deepEqual(steps(feed), [0]);
});

test("without EventSource it asks, and a slow server is asked less often", async (context) => {
  delete globalThis.EventSource;
  const { feed } = await follow([answer(0, [0])]);
  context.after(() => feed.stop());
  assert.equal(feed.stream, null);
  assert.ok(feed.pause() <= 1200);
  feed.took = 4000;
  assert.ok(feed.pause() >= 6400);
});

/** A drawing that fails at these calls, and the errors that were reported. */
function clumsy(...failing) {
  const [told, reported] = [[], []];
  globalThis.reportError = (error) => reported.push(error.message);
  const onChange = (run) => {
    told.push(run.reports.map((row) => row.step));
    if (failing.includes(told.length)) throw new Error(`drawing ${told.length} failed`);
  };
  return { told, reported, onChange };
}

test("a drawing that fails at an answer is reported once, and the feed goes on asking", async (context) => {
  delete globalThis.EventSource;
  const { told, reported, onChange } = clumsy(1, 2);
  const { feed, asked } = await follow([answer(0, [0]), answer(1, [10]), answer(2, [20])], () => true, onChange);
  context.after(() => feed.stop());
  for (let i = 0; i < 2; i += 1) {
    assert.equal(feed.busy, false);
    feed.poke();
    await turn();
  }
  assert.deepEqual(told, [[0], [0, 10], [0, 10, 20]]);
  assert.deepEqual(reported, ["drawing 1 failed", "drawing 2 failed"]);
  assert.equal(asked.length, 3);
  assert.deepEqual([feed.failures, feed.run.lost], [0, ""], "the server has not failed");
});

test("a drawing that fails where the server does not answer either leaves the feed asking", async (context) => {
  delete globalThis.EventSource;
  const { told, reported, onChange } = clumsy(1);
  const { feed } = await follow([null, answer(0, [0])], () => true, onChange);
  context.after(() => feed.stop());
  assert.deepEqual([feed.busy, feed.failures], [false, 1]);
  feed.poke();
  await turn();
  assert.deepEqual(told, [[], [0]]);
  assert.equal(reported.length, 1);
});

test("a drawing that fails at an event does not cost the stream", async (context) => {
  const { told, reported, onChange } = clumsy(2);
  const { feed, asked } = await follow([answer(0, [0])], () => true, onChange);
  context.after(() => feed.stop());
  streams[0].tell(answer(1, [10]));
  streams[0].tell(answer(2, [20]));
  assert.deepEqual(told, [[0], [0, 10], [0, 10, 20]]);
  assert.deepEqual(reported, ["drawing 2 failed"]);
  assert.equal(feed.stream, streams[0]);
  assert.deepEqual([streams.length, asked.length, streams[0].readyState], [1, 1, 0]);
});

for (const [what, told] of [["<html>proxy</html>", /cut off/], [{ status: null }, /damaged: reports is nothing/], [[], /damaged: reports is \[\]/]]) {
  test(`an answer that is none of ours (${JSON.stringify(what)}) counts as one that did not come, and nothing known is lost`, async (context) => {
    delete globalThis.EventSource;
    const { feed } = await follow([answer(0, [0]), what, answer(1, [10])]);
    context.after(() => feed.stop());
    feed.poke();
    await turn();
    assert.match(feed.run.lost, told);
    assert.deepEqual([steps(feed), feed.failures, feed.busy], [[0], 1, false]);
    feed.poke();
    await turn();
    assert.deepEqual([steps(feed), feed.failures, feed.run.lost], [[0, 10], 0, ""]);
  });
}

test("a gap in what the stream tells is asked for again from the start", async (context) => {
  const { feed, asked } = await follow([answer(0, [0, 10]), answer(0, [0, 10, 20, 30])]);
  context.after(() => feed.stop());
  streams[0].tell(answer(3, [30]));
  await turn();
  assert.equal(asked.at(-1).search, "?since=0");
  assert.deepEqual(steps(feed), [0, 10, 20, 30]);
});

test("stopped, it holds nothing open", async () => {
  const { feed } = await follow([answer(0, [0])]);
  feed.stop();
  assert.equal(streams[0].readyState, 2);
  assert.equal(feed.stream, null);
});
