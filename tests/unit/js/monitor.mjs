/** Looks at a generator as a training of the page does: `node monitor.mjs GENERATOR CLASSIFIER IMAGES`, the last 784 bytes each. */

import { readFile } from "node:fs/promises";

import { loadKernels } from "../../../ui/static/autodiff/memory.js";
import { Monitor } from "../../../ui/static/device/monitor.js";

const read = async (path) => {
  const bytes = await readFile(path);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
};
const kernels = await loadKernels((name) => readFile(new URL(`../../../ui/static/autodiff/${name}`, import.meta.url)));
const [generator, classifier, images] = await Promise.all(process.argv.slice(2, 5).map(read));
const about = { latentDim: Number(process.argv[5]), classes: Number(process.argv[6]), seed: 3, zScale: 1, duel: true, classifier: "given", shape: [28, 28, 1], images: new Uint8Array(images), heldOut: null };
const monitor = new Monitor(about, kernels, classifier);
monitor.generator.load(generator);
const first = monitor.look(10);
monitor.generator.load(generator); // weights take the place of weights
const second = monitor.look(20);
const { pixels, width } = monitor.grid();
console.log(JSON.stringify({ first, second, width, mean: pixels.reduce((sum, value) => sum + value, 0) / pixels.length, due: [monitor.due(20), monitor.due(1e6)] }));
