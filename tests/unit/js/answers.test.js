/** What is told of a training, whoever made it: what decides must be right, a figure that is none is left out. */

import assert from "node:assert/strict";
import test from "node:test";

import { readProgress } from "../../../ui/static/runs/answers.js";

const answer = (more = {}) => ({ status: { state: "running" }, config: {}, next: 1, reports: [{ step: 5, epoch: 0.5 }], ...more });
const report = (more) => readProgress(answer({ reports: [{ step: 5, ...more }] })).reports[0];

test("what decides must be right", () => {
  const wrong = [
    [null, /reports is null/], [{}, /reports is nothing/], [answer({ next: -1 }), /next is -1/], [answer({ first: "0" }), /first is "0"/], [answer({ status: {} }), /status is {}/],
    [answer({ status: { state: "x", step: 0.5 } }), /step is 0.5/], [answer({ config: [] }), /config is \[\]/], [answer({ config: { model: 3 } }), /model is 3/],
    [answer({ reports: [{}] }), /step is nothing/], [answer({ reports: [null] }), /step is null/], [answer({ reports: [{ step: "x".repeat(900) }] }), /step is "x{59}\.$/],
  ];
  for (const [given, told] of wrong) assert.throws(() => readProgress(given), (error) => error.constructor === Error && told.test(error.message), String(told));
});

test("a report without an epoch, as any run may have it, is of epoch 0", () => {
  assert.deepEqual(report({}), { step: 5, epoch: 0 });
  assert.deepEqual(report({ epoch: null, seconds: null, g_loss: "x", d_loss: 0.7, digits: [1], variety: [] }), { step: 5, epoch: 0, seconds: null, d_loss: 0.7 });
});

test("the steps that there are pictures and networks of", () => {
  assert.deepEqual((({ pictures, networks }) => [pictures, networks])(readProgress(answer({ pictures: [0, 5, "x"], networks: [5] }))), [[0, 5], [5]]);
  assert.deepEqual((({ pictures, networks }) => [pictures, networks])(readProgress(answer({ pictures: 3 }))), [undefined, undefined]);
});

test("of changes and alarms those stay that can be read", () => {
  const changes = [{ step: 3, settings: { a: [1, 2], b: 7, c: [1, {}] }, from: 5 }, { settings: {} }, null];
  assert.deepEqual(report({ changes }).changes, [{ step: 3, settings: { a: [1, 2] }, from: "" }]);
  assert.deepEqual(report({ alarms: [{ kind: "collapse", numbers: { x: 1, y: "z" } }, { kind: 3 }, 4] }).alarms, [
    { kind: "collapse", accuses: false, since: 0, last_good: null, numbers: { x: 1 }, settings: {} },
  ]);
  assert.deepEqual(report({ alarms: 3 }).alarms, []);
});
