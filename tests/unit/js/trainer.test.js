/** A training in the page: folding, states, parts of a batch, hands, memory. Tiny networks, made of the recipes' own layers. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { Worker } from "node:worker_threads";

import { loadKernels, Memory } from "../../../ui/static/autodiff/memory.js";
import { Network } from "../../../ui/static/autodiff/network.js";
import { placeIn } from "../../../ui/static/autodiff/program.js";
import { Engine } from "../../../ui/static/engine/engine.js";
import { parseSafetensors } from "../../../ui/static/engine/safetensors.js";
import { order } from "../../../ui/static/trainer/draws.js";
import { Session } from "../../../ui/static/trainer/session.js";
import { Team } from "../../../ui/static/trainer/team.js";
import { reportSteps, Training } from "../../../ui/static/trainer/training.js";

const STATIC = new URL("../../../ui/static/", import.meta.url);
const kernels = await loadKernels((name) => readFile(new URL(`autodiff/${name}`, STATIC)));
const recipes = JSON.parse(await readFile(new URL("trainer/recipes.json", STATIC), "utf8"));

const SAMPLES = 96;
const images = Uint8Array.from({ length: SAMPLES * 960 }, (_, i) => ((i * 2654435761) >>> 24) * Number((i % 28) > 8 && (i % 28) < 20));
const labels = Uint8Array.from({ length: SAMPLES }, (_, i) => i % 10);

/** The recipe with every width that is not asked of it by its ends cut down. */
function tiny(family, preset = "live") {
  const recipe = structuredClone(recipes.find((one) => one.family === family && one.preset === preset));
  for (const { layers } of Object.values(recipe.networks))
    for (const layer of layers) {
      if (layer.units > 16 && layer.units !== 784) layer.units = layer.units % 49 ? 16 : 49 * 4;
      if (layer.filters > 8) layer.filters = 8; // not fewer: an autoencoder's code has 8 channels
      if (layer.shape?.[2] > 8) layer.shape = [...layer.shape.slice(0, 2), 4];
    }
  recipe.train = { ...recipe.train, batch_size: 8, steps: 60 };
  return recipe;
}

/** @param shape of the pictures, where they are not the recipe's */
const about = (recipe, train = {}, state = null, member = undefined) => {
  const { shape = recipe.model.image_shape } = recipe;
  const pixels = shape.reduce((product, side) => product * side, 1);
  return { kernels, recipe, model: { ...recipe.model, image_shape: shape }, train: { ...recipe.train, ...train }, data: { images: images.subarray(0, SAMPLES * pixels), labels, heldOut: images.subarray(0, 8 * pixels) }, state, member };
};

/** Losses of the next steps, each step's own. */
async function losses(training, steps) {
  const told = [];
  for (let i = 0; i < steps; i += 1) {
    const before = training.sums.slice();
    await training.perform({ do: "steps", count: 1 });
    told.push([...training.sums].map((sum, m) => sum - before[m]));
  }
  return told;
}

const near = (ours, theirs, tolerance) => ours.forEach((step, i) => step.forEach((value, m) => assert.ok(Math.abs(value - theirs[i][m]) <= tolerance, `step ${i}: ${step} and ${theirs[i]}`)));

const ALL = [["dense", "live"], ["dense", "reference"], ["dcgan", "live"], ["dcgan", "reference"], ["cgan", "live"], ["acgan", "live"], ["autoencoder", "live"],
  // of another shape than the recipe's: in colour, and not square
  ["dcgan64", "live", [16, 16, 3]], ["cgan", "live", [16, 20, 3]]];
const tinyOf = (family, preset, shape) => Object.assign(tiny(family, preset), shape && { shape });

for (const [family, preset, shape] of ALL) {
  test(`${family} ${preset}${shape ? ` of ${shape.join(" x ")}` : ""}: what is folded draws and judges as the network does, and the engine reads it`, async () => {
    const training = new Training(about(tinyOf(family, preset, shape)));
    await training.perform({ do: "steps", count: 5 });
    const files = training.programs();
    const { networks, averages } = training.objective;
    assert.deepEqual(Object.keys(files), Object.keys(networks));
    for (const [role, trained] of Object.entries(networks)) {
      const network = new Network(trained.about, placeIn(new Memory(kernels, 40e6), 3));
      network.variables.forEach(({ value }, i) => value.set((averages[role] ?? trained).variables[i].value));
      const { classes } = trained.about;
      const weights = classes ? Float32Array.from({ length: 3 * classes }, (_, i) => Number(i % (classes + 1) === 0)) : null;
      const x = Float32Array.from({ length: 3 * network.inputSize }, (_, i) => Math.sin(i));
      const ours = network.forward(network.input(x), { size: 3, labels: weights, training: false });
      const theirs = new Engine(files[role]).runBatch(x, weights);
      theirs.forEach((value, i) => assert.ok(Math.abs(ours[i] - value) < 1e-5 * Math.max(1, Math.abs(value)), `${role} ${i}: ${ours[i]} and ${value}`));
    }
  });

  test(`${family} ${preset}${shape ? ` of ${shape.join(" x ")}` : ""}: a run that was interrupted goes on with the losses of one that was not`, async () => {
    const recipe = tinyOf(family, preset, shape);
    const whole = new Training(about(recipe));
    await losses(whole, 7);
    const state = whole.state();
    const expected = await losses(whole, 14); // into the next epoch
    const resumed = new Training(about(recipe, {}, state));
    assert.equal(resumed.step, 7);
    near(await losses(resumed, 14), expected, 0);
    assert.deepEqual(new Uint8Array(resumed.programs().generator), new Uint8Array(whole.programs().generator));
  });

  test(`${family} ${preset}${shape ? ` of ${shape.join(" x ")}` : ""}: parts of a batch together are the whole, with shared memory and without`, async (t) => {
    const recipe = tinyOf(family, preset, shape);
    recipe.train.optimizer = "adam"; // SOAP's basis is rounding where there is no gradient
    const alone = new Training(about(recipe));
    const expected = await losses(alone, 6);
    for (const isolated of [true, false]) {
      globalThis.crossOriginIsolated = isolated;
      const team = await Team.of(about(recipe), 2, () => new Worker(new URL("trainer_member.mjs", import.meta.url)));
      t.after(() => team.end());
      const together = team.training;
      assert.deepEqual([team.size, team.shared], [2, isolated]);
      team.tell({ do: "steps", count: 1 });
      const ours = await losses(together, 1);
      team.tell({ do: "use", train: { ...together.train, batch_size: 8, g_learning_rate: recipe.train.g_learning_rate } });
      await together.perform({ do: "use", train: together.train });
      for (let i = 1; i < 6; i += 1) {
        team.tell({ do: "steps", count: 1 });
        ours.push(...await losses(together, 1));
      }
      near(ours.map((step) => step.slice(0, 4)), expected.map((step) => step.slice(0, 4)), 1e-4);
    }
    delete globalThis.crossOriginIsolated;
  });
}

test("memory stays as it is over steps, reports, states and changes", async () => {
  const training = new Training(about(tiny("dcgan")));
  await training.perform({ do: "steps", count: 2 });
  const { buffer } = training.memory.memory;
  const { used } = training.memory;
  for (let i = 0; i < 20; i += 1) {
    await training.perform({ do: "steps", count: 3 });
    training.report();
    training.programs();
    training.state();
    await training.perform({ do: "use", train: { ...training.train, g_learning_rate: 1e-3 * (i + 1) } });
  }
  assert.equal(training.memory.memory.buffer, buffer);
  assert.equal(training.memory.used, used);
});

test("a state of another model, and what is no state, is refused with a sentence", () => {
  const state = new Training(about(tiny("dense"))).state();
  assert.throws(() => new Training(about(tiny("dense", "reference"), {}, state)), /does not fit its config.*Start a new run/s);
  assert.throws(() => new Training(about(tiny("dense"), {}, state.slice(0, 5000))), /damaged/);
  assert.throws(() => new Training(about(tiny("dense"), {}, new Training(about(tiny("dense"))).programs().generator)), /not the state of a training/);
});

test("an epoch shows every picture once, short data more than once, each epoch in another order", () => {
  const sorted = (rows) => [...rows].sort((a, b) => a - b);
  assert.deepEqual(sorted(order(3, 0, 50, 50)), Array.from({ length: 50 }, (_, i) => i));
  assert.deepEqual(sorted(order(3, 0, 4, 8)), [0, 0, 1, 1, 2, 2, 3, 3]);
  assert.notDeepEqual(order(3, 0, 50, 50), order(3, 1, 50, 50));
  assert.deepEqual(order(3, 1, 50, 50), order(3, 1, 50, 50));
});

test("reports come at the steps of gan_core", () => {
  assert.deepEqual(reportSteps({ steps: 20, report_every: 8 }), [0, 1, 2, 4, 8, 16, 20]);
  assert.deepEqual(reportSteps({ steps: 4000, report_every: 0 }).slice(0, 7), [0, 4, 8, 16, 32, 40, 80]);
});

/** A session to its end, with what it said; `hear` is told each message and may wish something. */
async function heard(recipe, start, hear = () => {}) {
  const said = [];
  const team = await Team.of(about(recipe, start.train, start.state ?? null), 1, () => null);
  const session = new Session({ state: null, ...start }, team.training, team, (message) => {
    said.push(message);
    hear(message, session);
  });
  await session.go();
  return said;
}

test("a session says where it stands, reports with programs, its state, and ends", async () => {
  const said = await heard(tiny("dense"), { train: { steps: 20, report_every: 10 } });
  assert.deepEqual(said.filter(({ kind }) => kind === "report").map(({ report }) => report.step), [0, 1, 2, 4, 8, 10, 20]);
  const { report, files } = said.findLast(({ kind }) => kind === "report");
  assert.deepEqual(Object.keys(report), ["step", "epoch", "seconds", "g_loss", "d_loss", "d_real", "d_fake", "d_accuracy_real", "d_accuracy_fake", "images_per_second", "seconds_left"]);
  assert.ok(report.g_loss > 0 && report.epoch === 1.6667 && report.images_per_second > 0);
  assert.equal(JSON.parse(parseSafetensors(files.generator).metadata.program).step, 20);
  assert.equal(said.find(({ kind }) => kind === "report").report.g_loss, null);
  assert.deepEqual(said.slice(-3).map(({ kind, status }) => status?.state ?? kind), ["state", "finished", "ended"]);
});

test("hands: pause, single turns with their numbers, a change with its state before it, slow motion, stop", async () => {
  const seen = [];
  const said = await heard(tiny("dense", "reference"), { mode: "pause", train: { report_every: 60, one_stage: true } }, (message, session) => {
    if (message.kind !== "status") return;
    const { state, step, hand } = message.status;
    seen.push([state, step, hand.mode, hand.part ?? "", Object.keys(hand.numbers ?? {}).join()]);
    if (state === "paused" && step === 0) session.ask({ do: "step", part: "d" });
    if (state === "paused" && step === 1) session.ask({ do: "step", part: "g" });
    if (state === "paused" && step === 2 && hand.part === "g" && hand.settings.d_steps === 1) {
      assert.throws(() => session.ask({ do: "change", settings: { g_learning_rate: 7 } }), /expected a number from 1e-7 to 1/);
      assert.throws(() => session.ask({ do: "change", settings: { seed: 7 } }), /expected one of/);
      session.ask({ do: "change", settings: { d_steps: 2, g_learning_rate: 0.002 } });
      session.ask({ do: "slow", rate: 20 });
    }
    if (hand.mode === "slow" && step === 3 && hand.part === "g") session.ask({ do: "pause" });
    if (state === "paused" && step === 3) session.ask({ do: "stop" });
  });
  assert.deepEqual(seen.slice(0, 5), [["paused", 0, "pause", "", ""], ["paused", 1, "pause", "d", "d"], ["paused", 2, "pause", "g", "g"], ["running", 2, "slow", "d", "d"], ["running", 3, "slow", "g", "d,g"]]);
  const { numbers } = said.filter(({ kind }) => kind === "status")[1].status.hand;
  assert.ok(numbers.d.d_real_after > numbers.d.d_real_before && numbers.d.d_fake_after < numbers.d.d_fake_before && numbers.d.d_loss > 0);
  const at = said.findIndex(({ kind }) => kind === "change");
  assert.deepEqual(said[at].change, { step: 2, settings: { d_steps: [1, 2], g_learning_rate: [0.001, 0.002], one_stage: [true, false] } });
  assert.deepEqual([said[at - 1].kind, said[at - 1].step], ["state", 2]);
  assert.ok(said.some(({ report }) => report?.changes?.[0].step === 2));
  assert.equal(said.at(-2).status.state, "stopped");
});

test("a loss that is no number ends it with a reason", async () => {
  const said = await heard(tiny("dense", "reference"), {}, ({ kind }, { training }) => {
    if (kind === "report") training.objective.networks.generator.variables[0].value.fill(1e38);
  });
  assert.deepEqual(said.slice(-2).map(({ kind, status }) => status?.state ?? kind), ["failed", "ended"]);
  assert.match(said.at(-2).status.reason, /became infinite or not a number by step 1\. /);
});

test("seeds of what gan_core drops are each its own, and come back with a state", () => {
  const recipe = tiny("dcgan", "reference");
  const countsOf = (training) => training.objective.networks.discriminator.variables.flatMap(({ counts }) => (counts ? [[...counts]] : []));
  const training = new Training(about(recipe));
  const seeds = countsOf(training);
  assert.ok(seeds.length === 2 && seeds[0][0] !== seeds[1][0] && seeds.every(([seed, draws]) => seed > 2 ** 24 && seed < 2 ** 31 && draws === 0), `${seeds}`);
  training.objective.networks.discriminator.variables[2].counts.set([2 ** 31 - 1, 12345]);
  const state = training.state();
  assert.deepEqual(countsOf(new Training(about(recipe, {}, state)))[0], [2 ** 31 - 1, 12345]);
  assert.equal(parseSafetensors(state, { wide: true }).tensors["discriminator/002.seed_generator_state"].shape[0], 2);
});

test("first weights are Keras': kernels uniform within Glorot's limit, each its own, scales and variances 1, the rest 0; the average begins the same", () => {
  const training = new Training(about(recipes.find(({ family, preset }) => family === "dcgan" && preset === "live")));
  const { networks, averages } = training.objective;
  const kernelsOf = Object.values(networks).flatMap(({ variables }) => variables.filter(({ name }) => name === "kernel"));
  assert.equal(new Set(kernelsOf.map(({ value }) => value[0])).size, kernelsOf.length);
  for (const { shape, value } of kernelsOf) {
    const taps = shape.length === 4 ? shape[0] * shape[1] : 1;
    const limit = Math.sqrt(6 / (taps * (shape.at(-1) + shape.at(-2))));
    const [mean, square] = [1, 2].map((power) => value.reduce((sum, one) => sum + one ** power, 0) / value.length);
    assert.ok(value.every((one) => Math.abs(one) <= limit), `${shape}`);
    assert.ok(Math.abs(mean) < (4 * limit) / Math.sqrt(3 * value.length) && Math.abs(square / (limit ** 2 / 3) - 1) < 4 / Math.sqrt(value.length), `${shape}: ${mean}, ${square}`);
  }
  for (const { name, value } of networks.generator.variables) if (name !== "kernel") assert.ok(value.every((one) => one === Number(["gamma", "moving_variance"].includes(name))), name);
  averages.generator.variables.forEach(({ value }, i) => assert.deepEqual(value, networks.generator.variables[i].value));
});

test("first weights are normal where a layer says so", () => {
  const training = new Training(about(tinyOf("dcgan64", "live", [16, 16, 3])));
  const kernelsOf = training.objective.networks.generator.variables.filter(({ shape }) => shape.length === 4);
  assert.equal(kernelsOf.length, 4);
  const all = kernelsOf.flatMap(({ value }) => [...value]);
  const square = all.reduce((sum, one) => sum + one ** 2, 0) / all.length;
  assert.ok(Math.abs(square / 0.02 ** 2 - 1) < 6 * Math.sqrt(2 / all.length) && Math.max(...all) > 0.05, `${square}`);
});

test("way that is given to a hand makes a training rest, and it goes on by itself to its end", async () => {
  const waits = [];
  const { setTimeout: wait } = globalThis;
  globalThis.setTimeout = (then, ms, ...rest) => wait(then, (waits.push(ms), ms), ...rest);
  try {
    const run = async (ms) => {
      waits.length = 0;
      const said = await heard(tiny("dense"), { train: { steps: 20, report_every: 10 } }, ({ kind }, session) => kind === "standing" || session.giveWay(ms));
      assert.deepEqual(said.slice(-2).map(({ kind, status }) => status?.state ?? kind), ["finished", "ended"]);
      return waits.filter((each) => each > 0).length;
    };
    assert.equal(await run(0), 0);
    assert.ok((await run(60_000)) >= 3);
  } finally {
    globalThis.setTimeout = wait;
  }
});
