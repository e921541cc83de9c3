import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";

import { Engine } from "../../../ui/static/engine/engine.js";
import { fetchEngine, judgeWith } from "../../../ui/static/engine/programs.js";
import { drawPath, onArrival, RemoteEngine } from "../../../ui/static/engine/remote.js";
import { carried } from "../../../ui/static/explore/compare.js";
import { bordered, colourOf, gridOf, LEVELS, levelsFor } from "../../../ui/static/explore/opinion.js";
import { tilesIn } from "../../../ui/static/explore/tiles.js";
import { Brush } from "../../../ui/static/state/brush.js";
import { Classifier } from "../../../ui/static/state/classifier.js";
import { mutate, norm, normal, planeSeed, sample, seedPlane, shuffle, stack } from "../../../ui/static/state/latent.js";
import { dcgan, makeProgram, tensorOf } from "./files.js";

const close = (got, expected, tolerance = 1e-6) => {
  assert.equal(got.length, expected.length);
  for (let i = 0; i < got.length; i += 1) assert.ok(Math.abs(got[i] - expected[i]) < tolerance, `at ${i}: ${got[i]}, expected ${expected[i]}`);
};

// printed by gan_core.model.latent.seed_plane
test("the plane of seeds has Python's numbers", () => {
  close(seedPlane(0, 0, 5), [2.103379487991333, -1.0230122804641724, -1.2933153185653687, 0.08971796929836273, 1.2067302465438843], 1e-4);
  close(seedPlane(0.25, -0.6, 5), [1.96162748336792, 0.7292753458023071, 0.8715142607688904, -1.8799246549606323, -0.13385708630084991]);
  close(seedPlane(-3.5, 7.75, 5), [-0.29671162366867065, 1.1121116876602173, 0.5451111197471619, -0.8410758972167969, 0.1491013765335083]);
  close(seedPlane(10000.125, -29999.5, 5), [1.151366949081421, -1.7599081993103027, 0.9083859920501709, 0.5808074474334717, -0.5563051700592041]);
  const prior = { kind: "rectified_normal", mean: Float32Array.of(1, -0.5), factor: Float32Array.of(2, 0, 1, 3) };
  close(seedPlane(1.25, 2.5, 2, prior), [0.7949140071868896, 0]);
  close(seedPlane(-3, -4, 2, prior), [3.79280161857605, 0]);
  assert.equal(planeSeed(-3, 7), 4294770695);
});

test("a whole point of the plane is the digit of its seed, and length is kept between them", () => {
  assert.deepEqual(seedPlane(12, -5, 64), normal(planeSeed(12, -5), 64));
  for (const [x, y] of [[0.5, 0.5], [3.25, -7.9]]) assert.ok(Math.abs(norm(seedPlane(x, y, 4000)) / Math.sqrt(4000) - 1) < 0.05);
});

test("a mutation stays as likely as it was, none keeps z, all is the other", () => {
  const [z, fresh, prior] = [normal(1, 2000), normal(2, 2000), { kind: "normal", mean: null }];
  close(mutate(z, fresh, prior, 0), z);
  close(mutate(z, fresh, prior, 1), fresh);
  assert.ok(Math.abs(norm(mutate(z, fresh, prior, 0.3)) / Math.sqrt(2000) - 1) < 0.05);
  const rectified = { kind: "rectified_normal", mean: Float32Array.of(0.1, 2) };
  assert.ok(mutate([0, 1], [0, 3], rectified, 0.5).every((x) => x >= 0));
});

test("a shuffle moves deviations, not values", () => {
  const prior = { kind: "normal", mean: Float32Array.of(10, 0, 0), std: Float32Array.of(1, 2, 4) };
  // Fisher and Yates with 0 each time: [a, b, c] -> [b, c, a]
  close(shuffle([11, 4, 12], prior, () => 0), [12, 6, 4]);
  assert.deepEqual([...shuffle(normal(3, 40), { kind: "normal", mean: null, std: new Float32Array(40).fill(1) })].sort(), [...normal(3, 40)].sort());
});

test("a brush gives neighbours a share, and passing twice does not add up", () => {
  const brush = new Brush(new Float32Array(7), 3);
  close(brush.touch(3, 2), [0, 0, 1, 2, 1, 0, 0]);
  close(brush.touch(3, 2), [0, 0, 1, 2, 1, 0, 0]);
  close(brush.touch(4, 2), [0, 0, 1, 2, 2, 1, 0]);
  close(new Brush([1, 1, 1], 1).touch(1, 5), [1, 5, 1]);
  close(new Brush([0, 0], 5).touch(0, 4), [4, 3], 1e-6);
});

test("a window shows the tiles it covers, the nearest first", () => {
  const seen = tilesIn({ x: 0.1, y: -2 }, { width: 100, height: 60 }, 20, 0.5);
  assert.deepEqual([seen[0].column, seen[0].row, seen[0].x, seen[0].y], [0, -4, 0, -2]);
  for (let x = 0; x < 100; x += 5) assert.ok(seen.some(({ left }) => left <= x && x < left + 20), `nothing at ${x}`);
  assert.ok(seen.every(({ left, top }) => left > -20 && left < 100 && top > -20 && top < 60));
  const away = seen.map(({ x, y }) => Math.hypot(x - 0.1, y + 2));
  assert.deepEqual(away, [...away].sort((a, b) => a - b));
});

test("D's opinion has a band between each two contour lines, brighter all the way, and dark enough for white ink", () => {
  const linear = (value) => (value <= 10 ? value / 3294 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  for (const levels of LEVELS) {
    const light = [0, ...levels].map((level) => colourOf(level + 0.001, levels)).map((parts) => parts.map(linear)).map(([r, g, b]) => 0.2126 * r + 0.7152 * g + 0.0722 * b);
    assert.ok(light.every((value, i) => i === 0 || value > 1.5 * light[i - 1]));
    assert.ok(1.05 / (light.at(-1) + 0.05) > 4.5);
  }
  assert.deepEqual(colourOf(0.11, LEVELS[0]), colourOf(0.24, LEVELS[0]));
  assert.notDeepEqual(colourOf(0.24, LEVELS[0]), colourOf(0.26, LEVELS[0]));
});

test("contour lines lie as close as D's opinions do", () => {
  const between = (low, high) => Array.from({ length: 100 }, (_, i) => low + (i / 99) * (high - low));
  assert.deepEqual([[0, 1], [0.25, 0.72], [0.4, 0.6]].map(([low, high]) => levelsFor(between(low, high))), LEVELS);
  assert.equal(levelsFor([...between(0, 1).slice(0, 30), ...Array(90).fill(NaN)]), null);
  assert.deepEqual(levelsFor([...between(0.45, 0.55), 0, 1]), LEVELS[2], "two that are not like the others");
});

test("shares lie where their tiles lie; what nobody has judged is missing; a border is as what lies beside it", () => {
  const seen = tilesIn({ x: 3, y: -1 }, { width: 100, height: 60 }, 20, 0.5).map((place) => ({ ...place, tile: undefined, share: place.column === 6 ? undefined : place.row === -2 ? NaN : place.column / 10 }));
  const grid = gridOf(seen, 20);
  assert.equal(grid.columns * grid.rows, seen.length);
  for (const { column, row, left, top } of seen) {
    const [x, y] = [(left + 10 - grid.left) / 20, (top + 10 - grid.top) / 20];
    const value = grid.values[y * grid.columns + x];
    if (column === 6 || row === -2) assert.ok(Number.isNaN(value));
    else assert.equal(value, column / 10);
  }
  const wide = bordered(grid, 20);
  assert.deepEqual([wide.columns, wide.rows, wide.left, wide.top], [grid.columns + 2, grid.rows + 2, grid.left - 20, grid.top - 20]);
  for (let row = 0; row < grid.rows; row += 1) assert.equal(wide.values[(row + 1) * wide.columns], wide.values[(row + 1) * wide.columns + 1]);
});

test("side by side: the same z where priors agree, else the seed with its changes", () => {
  const model = (latentDim, kind = "normal", std = 1) => ({
    latentDim, prior: { kind }, std: new Float32Array(latentDim).fill(std), sample: (seed) => sample(seed, latentDim),
  });
  const [a, b, c] = [model(4), model(4), model(6, "normal", 2)];
  const z = a.sample(5);
  z[1] += 0.5;
  assert.equal(carried(a, z, 5, b), z);
  const expected = c.sample(5);
  expected[1] += 1;
  close(carried(a, z, 5, c), expected);
  const codes = model(4, "rectified_normal");
  z[2] = -50;
  assert.equal(carried(a, z, 5, codes)[2], 0);
});

test("an engine opened in slices draws as one made at once", async () => {
  const file = dcgan();
  const z = normal(3, 100);
  const [opened, made] = [await Engine.open(file), new Engine(file)];
  assert.deepEqual(opened.run(z), made.run(z));
  await assert.rejects(Engine.open(new ArrayBuffer(40)), /damaged/);
});

test("D(x) of a least squares model is clipped, of others a sigmoid", () => {
  const file = (probability) => makeProgram({
    role: "discriminator", input: { name: "images", shape: [28, 28, 1], range: [0, 1] }, output: { name: "logits", shape: [1], ...(probability ? { probability } : {}) },
    ops: [{ op: "reshape", shape: [784] }, { op: "dense", kernel: "k", bias: "b" }],
  }, { k: { shape: [784, 1], data: new Float32Array(784) }, b: { shape: [1], data: Float32Array.of(1.5) } });
  const pixels = new Float32Array(784);
  assert.equal(judgeWith(new Engine(file("clip")), pixels, null), 1);
  assert.ok(Math.abs(judgeWith(new Engine(file("sigmoid")), pixels, null) - 1 / (1 + Math.exp(-1.5))) < 1e-6);
});

test("a classifier reads once it is here; without one, or with a damaged one, nothing is said", async () => {
  globalThis.GAN_BASE = "http://host.test/";
  const file = makeProgram({
    role: "classifier", input: { name: "images", shape: [28, 28, 1], range: [0, 1] }, output: { name: "probabilities", shape: [10] },
    ops: [{ op: "reshape", shape: [784] }, { op: "dense", kernel: "k" }, { op: "activation", kind: "softmax" }],
  }, { k: tensorOf([784, 10]) });
  const fetched = async (url) => {
    if (String(url).endsWith("kernel.wasm")) return new Response(await readFile(new URL(url)));
    return String(url).endsWith("/good") ? new Response(file) : new Response("<html>");
  };
  globalThis.fetch = fetched;
  const classifier = new Classifier();
  assert.equal(await classifier.ensure(), false);
  classifier.offer("good");
  assert.equal(classifier.read(new Float32Array(784)), null);
  assert.equal(await classifier.ensure(), true);
  const read = classifier.read(new Float32Array(784).fill(0.5));
  assert.ok(read.length === 10 && Math.abs(read.reduce((a, b) => a + b) - 1) < 1e-5);
  classifier.offer("bad");
  const { warn } = console;
  console.warn = () => {};
  assert.equal(await classifier.ensure(), false);
  console.warn = warn;
  assert.equal(classifier.read(new Float32Array(784)), null);
});

test("the server draws what was asked last, one request at a time", async () => {
  const url = `http://host.test/x/${drawPath({ id: "run:a", latentDim: 2, epoch: 40, shape: [28, 28, 1] })}`;
  assert.ok(RemoteEngine.serves(url) && !RemoteEngine.serves("http://host.test/gan/files/a"));
  const bodies = [];
  let answer = null;
  const engine = new RemoteEngine(url, async (to, { body }) => {
    assert.equal(to, "http://host.test/x/gan/draw");
    bodies.push(JSON.parse(body));
    await new Promise((resolve) => (answer = resolve));
    return new Response(JSON.stringify({ images: bodies.at(-1).z.map(([x]) => Array(784).fill(x)) }));
  });
  const arrived = () => new Promise((resolve) => { const stop = onArrival((error) => (stop(), resolve(error))); });
  assert.deepEqual([engine.inputLength, engine.run([0.1, 0])[0]], [2, 0]);
  for (const x of [0.2, 0.3]) engine.run([x, 0]);
  const first = arrived();
  answer();
  assert.equal(await first, null);
  assert.ok(Math.abs(engine.run([0.1, 0])[5] - 0.1) < 1e-6);
  const second = arrived();
  await new Promise((resolve) => setTimeout(resolve));
  answer();
  await second;
  assert.ok(Math.abs(engine.run([0.3, 0])[5] - 0.3) < 1e-6);
  assert.deepEqual(bodies.map(({ model, epoch, z, labels }) => [model, epoch, z[0][0].toFixed(1), labels]), [["run:a", 40, "0.1", null], ["run:a", 40, "0.3", null]]);
  assert.ok((await fetchEngine(url)) instanceof RemoteEngine);
});

test("rows stack", () => assert.deepEqual(stack([Float32Array.of(1, 2), Float32Array.of(3, 4)]), Float32Array.of(1, 2, 3, 4)));
