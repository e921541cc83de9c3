/** Trains in the page's own modules on what test_autodiff.py has written down; prints the losses and how far the averaged weights are off. */

import { readFile } from "node:fs/promises";

import { Adversarial } from "../../ui/static/autodiff/adversarial.js";
import { alone } from "../../ui/static/autodiff/exchange.js";
import { loadKernels, Memory } from "../../ui/static/autodiff/memory.js";
import { Network } from "../../ui/static/autodiff/network.js";
import { placeIn } from "../../ui/static/autodiff/program.js";

const folder = process.argv[2];
const about = JSON.parse(await readFile(`${folder}/about.json`, "utf8"));
const file = await readFile(`${folder}/tensors.safetensors`);
const start = 8 + Number(file.readBigUInt64LE(0));
const header = JSON.parse(file.subarray(8, start));
const read = (name) => {
  const [from, to] = header[name].data_offsets;
  const bytes = file.buffer.slice(file.byteOffset + start + from, file.byteOffset + start + to);
  return header[name].dtype === "I32" ? new Int32Array(bytes) : new Float32Array(bytes);
};
const named = (prefix) => Object.keys(header).filter((name) => name.startsWith(prefix)).sort();

const kernels = await loadKernels((name) => readFile(new URL(`../../ui/static/autodiff/${name}`, import.meta.url)));
const memory = new Memory(kernels, 400e6);
const { batch_size: size, d_steps: dSteps, ema_decay: decay } = about.train;
const generator = new Network(about.networks.generator, placeIn(memory, size));
const discriminator = new Network(about.networks.discriminator, placeIn(memory, 2 * size));
const average = decay ? new Network(about.networks.generator, placeIn(memory, 1)) : null;
for (const [role, network] of Object.entries({ generator, discriminator }))
  named(`before/${role}/`).forEach((name, i) => network.variables[i].value.set(read(name)));
average?.variables.forEach(({ value }, i) => value.set(generator.variables[i].value));

const model = { classes: about.model.num_classes, votes: about.votes, latentDim: about.model.latent_dim };
const gan = new Adversarial(placeIn(memory, size), { generator, discriminator, average }, about.train, model);
const losses = [];
for (let number = 0; number < about.steps; number += 1) {
  const batches = Array.from({ length: dSteps }, (_, i) => ({ images: read(`x/${number}/${i}`), labels: header[`y/${number}/${i}`] ? read(`y/${number}/${i}`) : null }));
  const all = read(`z/${number}`);
  const each = size * model.latentDim;
  const z = Array.from({ length: all.length / each }, (_, i) => all.subarray(i * each, (i + 1) * each));
  losses.push([...alone(gan.step(number, batches, z))]);
}
let worst = 0;
named("average/generator/").forEach((name, i) => {
  // what is added before a batch normalisation has no gradient but rounding, which Adam makes as large as any other
  if (name.endsWith(".bias")) return;
  if (name.endsWith(".moving_mean")) return;
  read(name).forEach((value, j) => (worst = Math.max(worst, Math.abs(value - average.variables[i].value[j]))));
});
console.log(JSON.stringify({ losses, average: worst }));
