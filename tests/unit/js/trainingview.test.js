/** What the Train tab shows, without a page: a pure function of a run, of where a person looks, and of what is known around it. */

import assert from "node:assert/strict";
import test from "node:test";

import { diagnosisOf } from "../../../ui/static/training/diagnosis.js";
import { firstOf, isFree, NEWEST, trainingView } from "../../../ui/static/training/trainingview.js";

const config = { model: { family: "dense", preset: "live", num_classes: 0 }, train: { dataset: "mnist", steps: 400 }, created: 1.79e9 };
const row = (step, more = {}) => ({ step, epoch: step / 100, seconds: step / 10, d_real: 0.5, g_loss: 1, ...more });
const runOf = (patch = {}) => ({
  id: "a", status: { state: "running", step: 20, steps: 400 }, config, reports: [row(0), row(10, { distance: 9 }), row(20, { distance: 11, images_per_second: 1234, seconds_left: 75 })],
  reached: [], pictures: null, lost: "", ...patch,
});
const listed = (id, state, more = {}) => ({ id, state, family: "dense", preset: "live", dataset: "mnist", created: 1.79e9, reason: "", ...more });
const around = (patch = {}) => ({ runs: [listed("a", "running")], recordings: new Map(), controls: true, mayChange: true, problem: "", failures: [], waited: 0, ...patch });
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

const alarm = (kind, more = {}) => ({ kind, accuses: true, since: 1, numbers: {}, settings: { d_learning_rate: 5e-4 }, last_good: 0, ...more });
const noNoise = { name: "no_noise", title: "No noise", words: "", family: "dense", preset: "live", model: {}, train: {}, cure: { z_scale: 1 }, afresh: false };

test("the diagnosis is that of the moment; a run that failed has its own, at the newest only", () => {
  const failed = runOf({ status: { state: "failed", step: 20, steps: 400, alarms: [alarm("not_finite")] }, reports: [row(0, { alarms: [alarm("collapse")] }), row(10)] });
  assert.equal(show(failed).diagnosis.title, "A loss is no number any more");
  assert.equal(show(failed, { at: 0 }).diagnosis.title, "Modes are being lost");
  assert.equal(show(runOf({ reports: [row(0, { alarms: [alarm("of a later version")] })] })).diagnosis, null);
});

test("there is one diagnosis at a time, and its advice is what its button does", () => {
  const seen = [row(0), row(10)];
  const about = { run: runOf({ reports: seen }), seen, alarms: [alarm("d_won"), alarm("collapse")], may: true, newest: true, failure: null };
  const found = diagnosisOf(about);
  assert.deepEqual([found.title, found.change], ["The discriminator has won", "Learning rate, discriminator 0.0005"]);
  assert.deepEqual(found.act, { do: "branch", step: 0, settings: { d_learning_rate: 5e-4 }, text: "Go back to step 0 with this change" });
  assert.equal(diagnosisOf({ ...about, may: false }).act, null);
  assert.equal(diagnosisOf({ ...about, alarms: [alarm("d_won", { last_good: null })] }).act, null, "nothing is kept to go back to");
  assert.equal(diagnosisOf({ ...about, alarms: [alarm("plateau", { accuses: false })] }).accuses, false);
});

test("of a failure that was made on purpose there is its cure alone, whatever alarms are raised", () => {
  const seen = [row(0), row(10)];
  const about = { run: runOf({ reports: seen }), seen, alarms: [alarm("d_won"), alarm("collapse")], may: true, newest: true, failure: noNoise };
  const found = diagnosisOf(about);
  assert.deepEqual([found.title, found.change, found.act], ["No noise, on purpose", "Spread of z 1", { do: "change", settings: { z_scale: 1 }, text: "Repair" }]);
  assert.match(found.saw, /^Modes are being lost\./, "what shows it best of the two");
  assert.equal(diagnosisOf({ ...about, alarms: [] }).saw, "Nothing shows yet.");
  assert.equal(diagnosisOf({ ...about, newest: false }).act, null, "a cure in flight is of now");
  const over = { ...about, run: runOf({ reports: seen, status: { state: "stopped", step: 10, steps: 400 } }) };
  assert.deepEqual([diagnosisOf(over).act.do, diagnosisOf(over).act.step], ["branch", 10]);
  assert.equal(diagnosisOf({ ...about, failure: { ...noNoise, afresh: true } }).act.step, 0);
  const cured = [row(0), row(10, { changes: [{ step: 5, settings: { z_scale: [0, 1] } }] })];
  assert.match(diagnosisOf({ ...about, seen: cured }).helps, /^The cure was given at step 5/);
  assert.deepEqual([diagnosisOf({ ...about, seen: cured }).act, diagnosisOf({ ...about, seen: cured, alarms: [] })], [null, null]);
  assert.equal(diagnosisOf({ ...about, seen: cured, alarms: [alarm("d_won", { since: 8 })] }).change, "Learning rate, discriminator 0.0005", "another thing since");
});

test("before the first step it is said what a run is at, what comes next and in how long", () => {
  const begun = (phase, more = {}) => runOf({ status: { state: "starting", step: 0, steps: 400, phase, expected: { libraries: 8, pictures: 2, compiling: 10 } }, reports: [], ...more });
  const at = (run, waited = 0) => show(run, {}, { waited }).waiting;
  assert.deepEqual(at(begun("libraries")).parts.map(({ state }) => state), ["now", "next", "next"]);
  assert.equal(at(begun("libraries"), 5).words, "Loading TensorFlow. First steps in about 15 s.");
  assert.equal(at(begun("pictures"), 30).words, "Reading the pictures, making the networks. The first steps come any moment.");
  const compiling = runOf({ status: { state: "running", step: 0, steps: 400, phase: "compiling", expected: { compiling: 10 } }, reports: [row(0)] });
  assert.equal(at(compiling, 1).words, "Compiling the training step. First steps in about 9 s.");
  assert.equal(show(compiling).words, at(compiling).words, "it stands in the line of words, too");
  assert.equal(at(runOf({ ...compiling, status: { ...compiling.status, phase: "", expected: {} } })).words, "Compiling the training step. The first steps follow by themselves.");
  for (const run of [runOf(), begun("", { id: "b" }), runOf({ status: { state: "stopped", step: 0, steps: 400, phase: "compiling" }, reports: [] })]) assert.equal(at(run), null);
  assert.deepEqual(at(runOf({ id: "device-a", status: { state: "starting", step: 0, steps: 9 }, reports: [] })).parts.length, 2);
});

test("any moment can be gone on from where a whole state is stored before it, and where not, that is said", () => {
  const kept = runOf({ states: [0, 10] });
  assert.deepEqual([show(kept).goOn, show(kept, { at: 1 }).goOn.step, show(kept).kept], [{ step: 10, why: "" }, 10, [0, 1]]);
  assert.equal(show(kept, { at: 0 }).goOn.step, 0);
  assert.match(show(runOf({ states: [20] }), { at: 0 }).goOn.why, /no whole state .* of step 0 or before/);
  const done = runOf({ states: [10, 20], status: { state: "finished", step: 20, steps: 20 } });
  assert.equal(show(done).goOn.step, 10, "nothing goes on from the end");
  assert.deepEqual(show(kept, {}, { mayChange: false }).goOn, { step: null, why: "" });
  assert.match(show(runOf({ config: { ...config, recorded: { failure: "", cured_at: null, cores: 2 } } })).goOn.why, /^This is a recording/);
});

test("the page opens on a run of one's own, else on a recording that goes well, else on one of the lab", () => {
  const recordings = new Map([["bad", "no_noise"], ["d_too_strong", "d_too_strong"], ["good", ""]]);
  const [bad, strong, good] = [listed("bad", "finished", { failure: "no_noise" }), listed("d_too_strong", "finished", { failure: "d_too_strong" }), listed("good", "finished")];
  const first = (...runs) => firstOf(runs, recordings)?.id;
  assert.equal(first(bad, listed("mine", "stopped"), good), "mine");
  assert.equal(first(listed("broken", "failed", { family: "?" }), bad, strong, good), "good");
  assert.equal(first(bad, strong), "d_too_strong");
  assert.equal(first(bad), "bad");
  assert.equal(first(), undefined);
});

test("who only watches is taken along where the run is over and nobody works with it", () => {
  const over = runOf({ status: { state: "finished", step: 20, steps: 400 } });
  assert.equal(isFree(null, NEWEST, around()), true);
  assert.equal(isFree(over, NEWEST, around()), true);
  assert.equal(isFree(runOf(), NEWEST, around()), false);
  assert.equal(isFree(runOf({ status: { state: "queued", step: 0, steps: 400 } }), NEWEST, around()), false);
  assert.equal(isFree(over, { ...NEWEST, at: 0 }, around()), false);
  assert.equal(isFree(over, { ...NEWEST, at: 0, opened: true }, around()), true, "the page opened on it by itself");
  assert.equal(isFree(over, { ...NEWEST, pinned: 10 }, around()), false);
  assert.equal(isFree(over, NEWEST, around({ recordings: new Map([["a", "no_noise"]]) })), false);
});
