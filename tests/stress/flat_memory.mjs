/**
 * A training in the page's modules over thousands of steps takes no more memory at its end than at its beginning: `node tests/stress/flat_memory.mjs [STEPS]`,
 * the live dense GAN for 5,000 steps unless said otherwise, some two minutes. Reports, programs and states are made on the way as in a run. Not part of CI.
 */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { loadKernels } from "../../ui/static/autodiff/memory.js";
import { Training } from "../../ui/static/trainer/training.js";

const STEPS = Number(process.argv[2] ?? 5000);
/** Looks at the memory, evenly over the run. */
const LOOKS = 10;
/** For the engine's own caches; one z kept a step would be 82 MB. */
const MOST_MB = 4;
const SAMPLES = 2000;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");
const STATIC = new URL("../../ui/static/", import.meta.url);
const recipe = JSON.parse(await readFile(new URL("trainer/recipes.json", STATIC), "utf8")).find(({ family, preset }) => family === "dense" && preset === "live");
const images = Uint8Array.from({ length: SAMPLES * 784 }, (_, i) => ((i * 2654435761) >>> 24) * Number(i % 28 > 8 && i % 28 < 20));
const labels = Uint8Array.from({ length: SAMPLES }, (_, i) => i % 10);
const kernels = await loadKernels((name) => readFile(new URL(`autodiff/${name}`, STATIC)));
const training = new Training({ kernels, recipe, model: recipe.model, train: { ...recipe.train, steps: STEPS }, data: { images, labels }, state: null });

/** @returns {Promise<{wasm: number, used: number, kept: number}>} bytes: of the training's memory, of it in use, and of all else once what is garbage is gone */
async function look() {
  training.report();
  training.programs();
  training.state();
  for (let i = 0; i < 3; i += 1) {
    collect(); // buffers go a moment after what held them
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return { wasm: training.memory.memory.buffer.byteLength, used: training.memory.used, kept: heapUsed + arrayBuffers };
}

await training.perform({ do: "steps", count: Math.min(100, STEPS) }); // what is compiled on the way is no leak
const first = await look();
for (let i = 1; i <= LOOKS; i += 1) {
  await training.perform({ do: "steps", count: Math.round((STEPS * i) / LOOKS) - training.step });
  const now = await look();
  const grown = (now.kept - first.kept) / 1e6;
  console.log(`step ${training.step}: ${(now.wasm / 1e6).toFixed(1)} MB of the training's memory, ${grown >= 0 ? "+" : ""}${grown.toFixed(2)} MB of all else since the first look`);
  assert.deepEqual([now.wasm, now.used], [first.wasm, first.used], "the training's memory has grown");
  assert.ok(grown < MOST_MB, `memory has grown by ${grown.toFixed(1)} MB; expected less than ${MOST_MB}: something keeps what a step makes`);
}
console.log(`flat over ${STEPS} steps`);
