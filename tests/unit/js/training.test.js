import assert from "node:assert/strict";
import test from "node:test";

import { ticks } from "../../../ui/static/kit/chartpaint.js";
import { grouped, lastWith, readable } from "../../../ui/static/kit/numbers.js";
import { curedAgain, curedAt, failureOf } from "../../../ui/static/runs/failures.js";
import { RunFeed } from "../../../ui/static/runs/runfeed.js";
import { changeInWords, duelInWords, duration, nameOf, recordingInWords, stateInWords } from "../../../ui/static/runs/runwords.js";
import { about, inWords } from "../../../ui/static/training/estimate.js";
import { spread } from "../../../ui/static/training/filmroll.js";
import { namesFor, settingsNow } from "../../../ui/static/training/goon.js";
import { qualityInWords } from "../../../ui/static/training/histogram.js";
import { changesOf } from "../../../ui/static/training/runcharts.js";
import { bestMoment } from "../../../ui/static/training/trainingview.js";

globalThis.GAN_BASE = "http://host.test/";
globalThis.document = { hidden: false, addEventListener() {}, removeEventListener() {} };

test("thousands are told apart", () => {
  assert.deepEqual([0, 999, 1000, 12000, 1234567].map(grouped), ["0", "999", "1,000", "12,000", "1,234,567"]);
});

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

test("who is winning, from D's answers", () => {
  const words = (real, fake) => duelInWords({ d_accuracy_real: real, d_accuracy_fake: fake });
  assert.match(words(0.98, 0.97), /^The discriminator is winning: it calls 97\s% of drawn pictures drawn/);
  assert.match(words(0.998, 0.9996), /99.9\s% of drawn/, "not all of them is never 100 %");
  assert.match(words(0.7, 0.72), /close duel/);
  assert.match(words(0.52, 0.5), /hardly tell/);
  assert.match(words(0.95, 0.05), /generator is winning: only 5\s%/);
  assert.match(words(0.1, 0.6), /fools the discriminator/);
  assert.equal(duelInWords({ d_real: 0.5 }), "", "a run of an earlier version");
  assert.equal(duelInWords(undefined), "");
});

test("the best moment is the one nearest to real pictures; what is known of a moment is the last that was measured", () => {
  const reports = [{ step: 0, distance: 900 }, { step: 10 }, { step: 20, distance: 200 }, { step: 30 }, { step: 40, distance: 210 }];
  assert.equal(bestMoment(reports), 2);
  assert.equal(bestMoment([{ step: 0 }]), -1);
  assert.equal(lastWith(reports, reports[3], "distance").step, 20);
  assert.equal(lastWith(reports, reports[4], "distance").step, 40);
  assert.equal(lastWith([{ step: 0 }], { step: 0 }, "distance").step, 0);
});

test("the figures in a sentence name the digits that are missing", () => {
  const even = { step: 400, confident: 0.5, digits: Array(10).fill(0.1) };
  assert.match(qualityInWords(even), /At step 400 the classifier is sure of 50\s% of them. All ten/);
  assert.match(qualityInWords({ ...even, digits: [0, 0.2, 0.2, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0] }), /Hardly ever drawn: 0, 9/);
  assert.match(qualityInWords({ ...even, digits: [0, 0, 0, 0, 0, 0, 0, 0, 1, 0] }), /Only 8 is drawn/);
  assert.match(qualityInWords({ ...even, label_accuracy: 0.914 }), /91\s% are the digit asked for/);
});

test("a change says what was and what is, and the settings of now are those after all changes", () => {
  const reports = [{ step: 5, changes: [{ step: 3, settings: { g_learning_rate: [0.001, 0.0001] } }] }, { step: 9, changes: [{ step: 8, settings: { g_learning_rate: [0.0001, 0.01], loss: ["minimax", "non_saturating"] } }] }];
  assert.deepEqual(changesOf(reports).map(({ step }) => step), [3, 8]);
  assert.equal(changeInWords(reports[0].changes[0]), "step 3: Learning rate, generator 0.001 to 0.0001");
  assert.match(changeInWords({ step: 1200, settings: {}, from: "dense-mnist-1" }), /^step 1,200: gone on from dense-mnist-1/);
  assert.deepEqual(settingsNow({ config: { train: { g_learning_rate: 1, batch_size: 8 } }, reports }), { g_learning_rate: 0.01, batch_size: 8, loss: "non_saturating" });
  assert.deepEqual(settingsNow({ config: { train: { g_learning_rate: 1 } }, reports }, 5), { g_learning_rate: 0.0001 }, "as they were at a step");
});

test("the panel offers what the project's settings offer in flight, and a model without a discriminator what it has of that", () => {
  const of = (report) => namesFor({ reports: [report] }, { batch_size: 64, g_learning_rate: 1e-3, d_learning_rate: 1e-3, loss: "hinge", d_steps: 1, beta_1: 0.5, seed: 0 });
  assert.deepEqual(of({ step: 0, d_loss: 1 }), ["batch_size", "g_learning_rate", "d_learning_rate", "loss", "d_steps"]);
  assert.deepEqual(of({ step: 0, loss: 1 }), ["batch_size", "g_learning_rate"]);
  assert.deepEqual(namesFor({ reports: [{ step: 0, d_loss: 1 }] }, { beta_1: 0.5, loss: "hinge", seed: 0 }, true), ["beta_1", "loss"], "a new run may have those that need another optimizer, too");
});

test("a run of the failure lab is known by its settings, until its cure is in", () => {
  const failures = [{ name: "weak", family: "dense", preset: "live", model: { widths: { generator: [8] } }, train: { d_learning_rate: 1e-6 }, cure: { d_learning_rate: 5e-4 } }];
  const config = { model: { family: "dense", preset: "live", widths: { generator: [8] }, latent_dim: 64 }, train: { d_learning_rate: 1e-6, steps: 9 } };
  assert.equal(failureOf({ config }, failures)?.name, "weak");
  assert.equal(failureOf({ config: { ...config, train: { d_learning_rate: 1e-3 } } }, failures), undefined);
  assert.equal(failureOf({ config: null }, failures), undefined);
  const former = { model: { ...config.model, widths: { generator: [4] } }, train: { ...config.train, naming: 1, one_stage: false } };
  assert.equal(failureOf({ config: former }, failures)?.name, "weak", "of an earlier version, with other networks");
  assert.equal(failureOf({ config: former }, [{ ...failures[0], train: { ...failures[0].train, one_stage: true } }]), undefined);
  assert.equal(failureOf({ config: { ...former, model: { ...former.model, preset: "reference" } } }, failures), undefined);
  assert.equal(failureOf({ config: { ...config, train: {}, recorded: { failure: "weak" } } }, failures)?.name, "weak", "a recording says it itself");
  assert.equal(curedAt([{ step: 1 }], failures[0]), null);
  assert.equal(curedAt([{ step: 1, changes: [{ step: 1, settings: { g_learning_rate: [1, 2] } }] }, { step: 9, changes: [{ step: 8, settings: { d_learning_rate: [1e-6, 5e-4] } }] }], failures[0]), 8);
});

test("an estimate is said as roughly as it can be known, and never hides that a run goes on", () => {
  assert.deepEqual([1, 12, 43, 89, 170, 5300, 5400, 7900].map(about), ["5 s", "10 s", "45 s", "90 s", "3 min", "88 min", "1 h 30 min", "2 h 10 min"]);
  assert.equal(inWords({ state: "known", seconds: 184, busy: false }), "About 3 min on this machine.");
  assert.match(inWords({ state: "known", seconds: 184, busy: true }), /^About 3 min .* a training goes on now/);
  assert.match(inWords({ state: "busy" }), /^A training goes on/);
  assert.equal(inWords({ state: "unknown" }), "");
});

test("a recording is named by its failure and says what was done", () => {
  assert.equal(nameOf({ id: "no_noise", failure: "no_noise" }), "Recording: No noise");
  assert.match(recordingInWords({ created: 1.79e9, recorded: { failure: "no_noise", cured_at: 2000, cores: 2 } }), /on 2 cores: No noise, on purpose. The cure was given at step 2,000/);
  assert.match(recordingInWords({ created: 1.79e9, recorded: { failure: "rate_too_high", cured_at: null, cores: 2 } }), /begin again at step 0/);
  assert.equal(nameOf({ id: "rate_too_high_again", failure: "rate_too_high_again" }), "Recording: Learning rate too high, begun again with the cure");
  assert.match(recordingInWords({ created: 1.79e9, recorded: { failure: "rate_too_high_again", cured_at: 0, cores: 2 } }), /^A recording .* with the cure\. From the same first step/);
  for (const name of ["constructor", "__proto__", "toString", "__proto___again"]) {
    const said = [recordingInWords({ created: 1.79e9, recorded: { failure: name, cured_at: 3, cores: 2 } }), stateInWords({ state: name, step: 3 }, null, false), changeInWords({ step: 3, settings: { [name]: [1, 2] } })];
    for (const words of said) assert.doesNotMatch(words, /\[object|function|undefined/, "a word that every plain object knows");
  }
  assert.deepEqual(["rate_too_high_again", "rate_too_high", "nothing_again", "_again"].map(curedAgain), ["rate_too_high", null, null, null]);
});
