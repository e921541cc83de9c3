import assert from "node:assert/strict";
import test from "node:test";

import { Pool } from "../../../ui/static/engine/pool.js";

/** A worker whose answers the test gives. */
class FakeWorker {
  static all = [];
  posted = [];
  constructor() {
    FakeWorker.all.push(this);
  }
  addEventListener(name, listener) {
    this[name] = listener;
  }
  terminate() {}
  postMessage(message) {
    this.posted.push(message);
  }
  answer() {
    const { id, z, count } = this.posted.shift();
    this.message({ data: { id, pixels: Float32Array.from({ length: count }, (_, i) => z[i * (z.length / count)]) } });
  }
}

function setUp(size = 1) {
  FakeWorker.all = [];
  globalThis.Worker = FakeWorker;
  const [pool, parts] = [new Pool(size), []];
  const request = (first, count, url = "a") => ({
    url, count, classWeights: null, z: Float32Array.from({ length: count * 2 }, (_, i) => first + Math.floor(i / 2)),
    onPart: (row, pixels) => parts.push([row, ...pixels]),
  });
  return { pool, parts, request };
}

test("a request comes in parts of eight, in their places", () => {
  const { pool, parts, request } = setUp();
  pool.draw("grid", request(100, 10));
  const [worker] = FakeWorker.all;
  worker.answer();
  worker.answer();
  assert.deepEqual(parts, [[0, 100, 101, 102, 103, 104, 105, 106, 107], [8, 108, 109]]);
  assert.equal(worker.posted.length, 0);
});

test("while one is drawn only the newest of the next is kept", () => {
  const { pool, parts, request } = setUp();
  for (const first of [10, 20, 30, 40]) pool.draw("grid", request(first, 1));
  const [worker] = FakeWorker.all;
  worker.answer();
  worker.answer();
  assert.deepEqual(parts, [[0, 10], [0, 40]]);
  assert.equal(worker.posted.length, 0);
});

test("what was asked of another model is dropped, begun or not", () => {
  const { pool, parts, request } = setUp();
  pool.draw("grid", request(10, 16, "a"));
  pool.draw("grid", request(50, 1, "b"));
  const [worker] = FakeWorker.all;
  worker.answer();
  worker.answer();
  assert.deepEqual(parts, [[0, 50]]);
  assert.equal(worker.posted.length, 0);
});

test("what is asked for while the last part arrives is drawn, also when it is of another size", () => {
  const { pool, parts, request } = setUp();
  const last = request(70, 1);
  const { onPart } = last;
  pool.draw("map", { ...request(50, 3), onPart: (row, pixels) => (onPart(row, pixels), pool.draw("map", last)) });
  const [worker] = FakeWorker.all;
  worker.answer();
  worker.answer();
  assert.deepEqual(parts, [[0, 50, 51, 52], [0, 70]]);
});

test("two slots take turns, so that a short row never waits for a whole grid", () => {
  const { pool, parts, request } = setUp();
  pool.draw("grid", request(0, 24));
  pool.draw("digits", request(90, 2));
  const [worker] = FakeWorker.all;
  for (let i = 0; i < 4; i += 1) worker.answer();
  assert.deepEqual(parts.map(([, first]) => first), [0, 8, 90, 16]);
});

test("no more workers than allowed, and an error is told", () => {
  const { pool, request } = setUp(2);
  pool.draw("grid", request(0, 64));
  assert.equal(FakeWorker.all.length, 2);
  const errors = [];
  pool.draw("digits", { ...request(0, 2), onError: (error) => errors.push(error.message) });
  const [worker] = FakeWorker.all;
  worker.answer();
  worker.answer();
  const { id } = worker.posted.shift();
  worker.message({ data: { id, error: "it is missing" } });
  assert.deepEqual(errors, ["it is missing"]);
});

test("a worker that cannot be loaded is told of, and another is tried later", () => {
  const { pool, parts, request } = setUp();
  const errors = [];
  const wish = () => ({ ...request(10, 1), onError: (error) => errors.push(error.message) });
  pool.draw("grid", wish());
  FakeWorker.all[0].error({ preventDefault() {} });
  assert.match(errors.join(), /could not start the worker/);
  // what is asked in the next moment is refused at once, and starts no worker: it would come with every frame
  pool.draw("grid", wish());
  assert.deepEqual([errors.length, FakeWorker.all.length], [2, 1]);
  pool.rest = 0; // later
  pool.draw("grid", wish());
  assert.equal(FakeWorker.all.length, 2);
  FakeWorker.all[1].answer();
  assert.deepEqual(parts, [[0, 10]]);
});

test("one of two workers breaks: what it had is told of, the other goes on with the rest", () => {
  const { pool, parts, request } = setUp(2);
  const errors = [];
  pool.draw("grid", { ...request(10, 16), onError: (error) => errors.push(["grid", error.message]) });
  pool.draw("strip", { ...request(50, 1), onError: (error) => errors.push(["strip", error.message]) });
  FakeWorker.all[0].error({ preventDefault() {} });
  assert.deepEqual(errors.map(([name]) => name), ["grid"]);
  FakeWorker.all[1].answer(); // of the grid, which nobody waits for any more
  FakeWorker.all[1].answer();
  assert.deepEqual(parts, [[0, 50]]);
});
