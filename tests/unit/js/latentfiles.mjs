/** What goes with networks when a training of the page ends: `node latentfiles.mjs GENERATOR ENCODER-or-"" IMAGES LATENT CLASSES FOLDER`. */

import { readFile, writeFile } from "node:fs/promises";

import { loadKernels } from "../../../ui/static/autodiff/memory.js";
import { latentFiles } from "../../../ui/static/device/latentfiles.js";
import { Runner } from "../../../ui/static/device/monitor.js";

const read = async (path) => new Uint8Array(await readFile(path)).slice().buffer;
const kernels = await loadKernels((name) => readFile(new URL(`../../../ui/static/autodiff/${name}`, import.meta.url)));
const [generatorFile, encoderFile, imagesFile, latentDim, classes, folder] = process.argv.slice(2);
const loaded = async (path) => {
  const runner = new Runner(kernels);
  runner.load(await read(path));
  return runner;
};
const files = latentFiles({
  generator: await loaded(generatorFile), encoder: encoderFile ? await loaded(encoderFile) : null, images: new Uint8Array(await read(imagesFile)),
  latentDim: Number(latentDim), classes: Number(classes),
});
for (const [role, bytes] of Object.entries(files)) await writeFile(`${folder}/${role}.safetensors`, bytes);
