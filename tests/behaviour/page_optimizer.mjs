/** Moves variables by one of the page's optimizers along the gradients that test_page_training.py has written down; prints them. */

import { readFile } from "node:fs/promises";

import { loadKernels, Memory } from "../../ui/static/autodiff/memory.js";
import { optimizer } from "../../ui/static/autodiff/optimizers.js";
import { placeIn } from "../../ui/static/autodiff/program.js";

const { train, variables } = JSON.parse(await readFile(process.argv[2], "utf8"));
const memory = new Memory(await loadKernels((name) => readFile(new URL(`../../ui/static/autodiff/${name}`, import.meta.url))), 8e6);
const learned = Object.entries(variables).map(([name, { shape, begins }]) => {
  const [value, slope] = [0, 1].map(() => memory.numbers(begins.length));
  value.set(begins);
  return { name, shape, value, slope };
});
const moving = optimizer(placeIn(memory, 1), learned, train, 0.01, train.steps);
for (let step = 0; step < 24; step += 1) {
  learned.forEach(({ name, slope }) => slope.set(variables[name].slopes[step]));
  moving.apply();
}
console.log(JSON.stringify(learned.map(({ value }) => [...value])));
