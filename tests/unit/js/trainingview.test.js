/** What the Train tab shows, without a page: a pure function of a run, of where a person looks, and of what is known around it. */

import assert from "node:assert/strict";
import test from "node:test";

import { accusation } from "../../../ui/static/runs/alarmwords.js";
import { isFree, NEWEST, trainingView } from "../../../ui/static/training/trainingview.js";

const config = { model: { family: "dense", preset: "live", num_classes: 0 }, train: { dataset: "mnist", steps: 400 }, created: 1.79e9 };
const row = (step, more = {}) => ({ step, epoch: step / 100, seconds: step / 10, d_real: 0.5, g_loss: 1, ...more });
const runOf = (patch = {}) => ({
  id: "a", status: { state: "running", step: 20, steps: 400 }, config, reports: [row(0), row(10, { distance: 9 }), row(20, { distance: 11, images_per_second: 1234, seconds_left: 75 })],
  reached: [], pictures: null, lost: "", ...patch,
});
const listed = (id, state, more = {}) => ({ id, state, family: "dense", preset: "live", dataset: "mnist", created: 1.79e9, reason: "", ...more });
const around = (patch = {}) => ({ runs: [listed("a", "running")], recordings: new Map(), controls: true, mayChange: true, problem: "", ...patch });
const show = (run, look = {}, about = {}) => trainingView(run, { ...NEWEST, ...look }, around(about));

test("no run: a word on what to do, and nothing that can be pressed", () => {
  const view = show(null, {}, { runs: [] });
  assert.match(view.words, /^No training yet\. Choose a family/);
  assert.doesNotMatch(show(null, {}, { runs: [], controls: false }).words, /Choose/);
  assert.equal(show(null, {}, { runs: [], problem: "The server does not answer." }).words, "The server does not answer.");
  assert.deepEqual(Object.values(view.can), [false, false, false, false, false, false]);
  assert.deepEqual([view.picture, view.beside, view.told, view.downloads, view.list], [null, null, null, [], []]);
});

test("a run of which nothing is known yet shows nothing of the one before, but Gradio's buttons know its state from the list", () => {
  const view = show(runOf({ status: null, config: null, reports: [] }));
  assert.deepEqual([view.numbers, view.words, view.share, view.picture, view.may], ["", "", 0, null, false]);
  assert.deepEqual(view.told, { run: "a", state: "running", step: null });
});

test("the newest moment of a run that trains", () => {
  const view = show(runOf());
  assert.deepEqual([view.at, view.newest, view.place, view.last, view.share], [null, true, 2, 2, 0.05]);
  assert.equal(view.numbers, "step 20 of 400 · 1,234 images/s · 1 min 15 s left");
  assert.equal(view.moment, "step 20, epoch 0.2 (newest)");
  assert.deepEqual(view.picture, { step: 20, text: "step 20, epoch 0.2", wide: false });
  assert.deepEqual(view.can, { scrub: true, newest: false, best: true, pin: true, explore: true, play: false });
  assert.deepEqual([view.may, view.active, view.best], [true, true, 1]);
  assert.deepEqual(view.told, { run: "a", state: "running", step: null });
});

test("an earlier moment; a number outside the reports is the newest", () => {
  const view = show(runOf(), { at: 1 });
  assert.deepEqual([view.at, view.newest, view.moment, view.told.step], [1, false, "step 10, epoch 0.1", 10]);
  assert.deepEqual([view.can.newest, view.can.best], [true, false]);
  assert.equal(view.seen.length, 3, "the curves show all");
  for (const at of [-1, 2, 99]) assert.equal(show(runOf(), { at }).at, null, String(at));
});

test("a past that is played shows no more than has been, and has ended at the newest", () => {
  const over = runOf({ status: { state: "finished", step: 20, steps: 400 } });
  const view = show(over, { at: 1, playing: true });
  assert.deepEqual([view.playing, view.seen.length, view.can.play], [true, 2, true]);
  const end = show(over, { at: 2, playing: true });
  assert.deepEqual([end.playing, end.seen.length], [false, 3]);
});

test("a second picture stays at its step, whatever is looked at", () => {
  assert.equal(show(runOf(), { pinned: 10 }).beside.moment, "step 10, epoch 0.1");
  assert.equal(show(runOf(), { pinned: 10, at: 0 }).beside.step, 10);
  assert.equal(show(runOf({ reports: [row(0)] }), { pinned: 10 }).beside.step, 0, "the run was rewound");
});

test("a recording: each report with the last picture before it, its own words, and nothing to change", () => {
  const recorded = runOf({ pictures: [0, 20], status: { state: "finished", step: 400, steps: 400 }, config: { ...config, recorded: { failure: "no_noise", cured_at: 10, cores: 2 } } });
  const view = show(recorded, { at: 1 }, { recordings: new Map([["a", "no_noise"]]), runs: [] });
  assert.deepEqual([view.state, view.picture.step, view.may, view.can.explore, view.share], ["recorded", 0, false, false, 0.025]);
  assert.match(view.words, /^A recording of/);
  assert.deepEqual(view.pictured.map(({ step }) => step), [0, 20]);
  assert.deepEqual(view.list.map(({ text }) => text), ["Recording: No noise"]);
  assert.equal(view.told.state, "recorded");
});

test("a run that does not answer stays with the reason; one whose folder is gone says so, and stays in the list", () => {
  const lost = runOf({ lost: "The server does not answer." });
  assert.equal(show(lost).words, "The server does not answer. It is asked again by itself.");
  assert.equal(show(lost).state, "running");
  const gone = show(lost, {}, { runs: [listed("b", "finished")] });
  assert.deepEqual([gone.state, gone.stateWord, gone.told.state], ["gone", "deleted", "gone"]);
  assert.match(gone.words, /What was seen of it stays/);
  assert.deepEqual(gone.list.map(({ text }) => text.slice(0, 11)), ["a · deleted", "dense, live"]);
  assert.match(show(runOf({ status: null, config: null, reports: [], lost: "x" }), {}, { runs: [] }).words, /Choose another one above/);
});

test("a run that the server cannot read is told with its reason", () => {
  const view = show(runOf({ status: null, config: null, reports: [], lost: "x" }), {}, { runs: [listed("a", "failed", { family: "?", reason: "its config is damaged." })] });
  assert.deepEqual([view.state, view.words], ["failed", "Its config is damaged."]);
});

test("the list knows less of the run that is shown than its own feed does", () => {
  assert.match(show(runOf({ status: { state: "paused", step: 20, steps: 400 } })).list[0].text, / · paused$/);
});

test("the alarms are those of the moment; a run that failed has its own, at the newest only", () => {
  const alarm = (kind) => ({ kind, accuses: true, since: 1, numbers: {}, settings: {}, last_good: null });
  const failed = runOf({ status: { state: "failed", step: 20, steps: 400, alarms: [alarm("not_finite")] }, reports: [row(0, { alarms: [alarm("collapse")] }), row(10)] });
  assert.equal(accusation(show(failed).alarms), "A loss is no number any more");
  assert.equal(accusation(show(failed, { at: 0 }).alarms), "Modes are being lost");
  assert.equal(accusation([{ ...alarm("plateau"), accuses: false }, alarm("of a later version")]), "");
});

test("who only watches is taken along where the run is over and nobody works with it", () => {
  const over = runOf({ status: { state: "finished", step: 20, steps: 400 } });
  assert.equal(isFree(null, NEWEST, around()), true);
  assert.equal(isFree(over, NEWEST, around()), true);
  assert.equal(isFree(runOf(), NEWEST, around()), false);
  assert.equal(isFree(runOf({ status: { state: "queued", step: 0, steps: 400 } }), NEWEST, around()), false);
  assert.equal(isFree(over, { ...NEWEST, at: 0 }, around()), false);
  assert.equal(isFree(over, { ...NEWEST, pinned: 10 }, around()), false);
  assert.equal(isFree(over, NEWEST, around({ recordings: new Map([["a", "no_noise"]]) })), false);
});
