/** What the page's training does of gan_core's settings, and that it refuses the rest with a sentence. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { loadKernels, Memory } from "../../../ui/static/autodiff/memory.js";
import { Network } from "../../../ui/static/autodiff/network.js";
import { optimizer } from "../../../ui/static/autodiff/optimizers.js";
import { placeIn } from "../../../ui/static/autodiff/program.js";
import { checkImplemented, TRAIN } from "../../../ui/static/trainer/implemented.js";
import { REASONS } from "../../../ui/static/training/elsewhere.js";
import { Training } from "../../../ui/static/trainer/training.js";

const STATIC = new URL("../../../ui/static/", import.meta.url);
const recipes = JSON.parse(await readFile(new URL("trainer/recipes.json", STATIC), "utf8"));
const kernels = await loadKernels((name) => readFile(new URL(`autodiff/${name}`, STATIC)));
const recipe = recipes.find(({ family, preset }) => family === "dense" && preset === "live");

test("the table has every setting of gan_core's trainings and no other; every recipe can be trained as it is", () => {
  for (const one of recipes) {
    assert.deepEqual(Object.keys(TRAIN).sort(), Object.keys(one.train).sort());
    checkImplemented(one, one.model, one.train);
  }
});

test("what is trained elsewhere is no recipe, and every reason has its sentence", async () => {
  const others = JSON.parse(await readFile(new URL("trainer/elsewhere.json", STATIC), "utf8"));
  const here = new Set(recipes.map(({ family, preset }) => `${family} ${preset}`));
  assert.ok(others.length && others.every(({ family, preset }) => !here.has(`${family} ${preset}`)));
  assert.deepEqual([...new Set(others.flatMap(({ why }) => why))].sort(), Object.keys(REASONS).sort());
});

const REFUSED = [
  [{ r1_gamma: 0.05 }, {}, "r1_gamma is 0.05; this device trains with 0, as its discriminator has layers whose slope bends. Change it, or train on a server."],
  [{ gradient_penalty: 10 }, {}, "gradient_penalty is 10; this device trains with 0. Change it, or train on a server."],
  [{ speck_penalty: 0.5 }, {}, "speck_penalty is 0.5; this device trains with 0. Change it, or train on a server."],
  [{ loss: "wasserstein" }, {}, /^loss is "wasserstein"; this device trains with non_saturating, minimax, least_squares, hinge\. /],
  [{ optimizer: "rmsprop" }, {}, /^optimizer is "rmsprop"; this device trains with adam, sgd, soap\. /],
  [{ momentum: 0.9 }, {}, /^momentum is 0\.9; this device trains with one of the settings dataset, /],
  [{ d_steps: 2 }, {}, /^d_steps is 2; this device trains with 1, as one_stage is true\. /],
  [{ loss: "hinge" }, {}, /^loss is "hinge"; this device trains with non_saturating, minimax, as one_stage is true\. /],
  [{}, { widths: { ...recipe.model.widths, dropout: 0.3 } }, /^widths is .*"dropout":0\.3.*; this device trains with .*"dropout":0,/],
  [{}, { num_classes: 10 }, "num_classes is 10; this device trains with 0. Change it, or train on a server."],
  [{}, { depth: 3 }, "depth is 3; this device trains with null. Change it, or train on a server."],
];

for (const [train, model, message] of REFUSED)
  test(`${JSON.stringify({ ...train, ...model })} is refused, at the beginning and in a run`, async () => {
    const data = { images: new Uint8Array(64 * 784), labels: null };
    const about = { kernels, recipe, model: { ...recipe.model, ...model }, train: { ...recipe.train, ...train }, data, state: null };
    assert.throws(() => new Training(about), { message });
    if (!Object.keys(train).length) return;
    const running = new Training({ ...about, train: recipe.train });
    await assert.rejects(running.perform({ do: "use", train: about.train }), { message });
  });

test("what the end of a discriminator cannot be trained with is refused, as gan_core refuses it", () => {
  const of = (family, preset, train) => () => {
    const one = recipes.find((each) => each.family === family && each.preset === preset);
    checkImplemented(one, one.model, { ...one.train, ...train });
  };
  const scoreless = "naming is 1; this device trains with 0, as its discriminator has no scores of the classes. Change it, or train on a server.";
  assert.throws(of("acgan", "live", { one_stage: true }), { message: "one_stage is true; this device trains with false, as its discriminator names the digit. Change it, or train on a server." });
  for (const [family, preset] of [["acgan", "live"], ["dense", "reference"], ["cgan", "reference"]]) assert.throws(of(family, preset, { naming: 1 }), { message: scoreless });
  of("dense", "live", { naming: 0.5 })();
});

test("another size of z, and widths that say what is left out elsewhere, are no other network", () => {
  checkImplemented(recipe, { ...recipe.model, latent_dim: 32, widths: { ...recipe.model.widths, dropout: undefined, spread: 0 } }, recipe.train);
  const autoencoder = recipes.find(({ family }) => family === "autoencoder");
  assert.throws(() => checkImplemented(autoencoder, { ...autoencoder.model, latent_dim: 32 }, autoencoder.train), /^Error: latent_dim is 32; this device trains with 128\./);
});

test("an activation and a layer that this device has not are refused, not taken for others", () => {
  const network = (layer) => () => new Network({ role: "generator", input: [4], classes: 0, layers: [layer] }, placeIn(new Memory(kernels, 1e5), 1));
  assert.throws(network({ layer: "activation", kind: "elu" }), /The activation is "elu"; expected one of: relu, sigmoid, tanh\./);
  assert.throws(network({ layer: "attention" }), /Layer 0 is "attention"; known are dense, /);
});

test("sgd keeps a share of its speed and its rate falls; without momentum it has no state", () => {
  for (const beta_1 of [0.9, 0]) {
    const memory = new Memory(kernels, 1e5);
    const [value, slope] = [0, 1].map(() => memory.numbers(3));
    value.set([1, -2, 3]);
    const sgd = optimizer(placeIn(memory, 1), [{ name: "kernel", shape: [3], value, slope }], { optimizer: "sgd", beta_1, final_lr_fraction: 0.1 }, 0.1, 10);
    const [x, speed] = [[1, -2, 3], [0, 0, 0]];
    for (let update = 0; update < 20; update += 1) {
      slope.set(value.map((at, i) => at * (i + 1)));
      const rate = 0.1 * (1 - 0.9 * Math.min(1, update / 10));
      x.forEach((at, i) => (x[i] += speed[i] = beta_1 * speed[i] - rate * at * (i + 1)));
      sgd.apply();
      x.forEach((at, i) => assert.ok(Math.abs(value[i] - at) < 1e-5, `update ${update}: ${value} and ${x}`));
    }
    assert.deepEqual(sgd.variables().map(({ shape }) => shape), beta_1 ? [[3]] : []);
  }
});
