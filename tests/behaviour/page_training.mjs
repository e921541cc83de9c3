/** Trains in the page's own modules on what test_page_training.py has written down: FOLDER with recipe.json, images.bin, labels.bin and perhaps state.safetensors; STEPS. */

import { readFile, writeFile } from "node:fs/promises";

import { loadKernels } from "../../ui/static/autodiff/memory.js";
import { Training } from "../../ui/static/trainer/training.js";

const [folder, steps] = process.argv.slice(2);
const whole = async (name) => {
  const bytes = await readFile(`${folder}/${name}`).catch(() => null);
  return bytes && bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
};
const recipe = JSON.parse(await readFile(`${folder}/recipe.json`, "utf8"));
const kernels = await loadKernels((name) => readFile(new URL(`../../ui/static/autodiff/${name}`, import.meta.url)));
const data = { images: new Uint8Array(await whole("images.bin")), labels: new Uint8Array(await whole("labels.bin")) };
const training = new Training({ kernels, recipe, model: recipe.model, train: recipe.train, data, state: await whole("state.safetensors") });
const first = training.programs();
await training.perform({ do: "steps", count: Number(steps) });
await writeFile(`${folder}/after.safetensors`, new Uint8Array(training.state()));
for (const [role, bytes] of Object.entries(Number(steps) ? training.programs() : first)) await writeFile(`${folder}/${role}.safetensors`, new Uint8Array(bytes));
console.log(JSON.stringify({ step: training.step, report: training.report() }));
