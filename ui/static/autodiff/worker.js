/** What takes longer than a frame, off the main thread: how a picture changes with z, and what a discriminator wants of each pixel. */

import { fetchBytes, fromUnit } from "../engine/programs.js";
import { parseSafetensors } from "../engine/safetensors.js";
import { Blur } from "./grasp.js";
import { loadKernels } from "./memory.js";
import { networkOf } from "./program.js";

/** Pictures at once: bounds the memory, and is enough for the kernels to work at their full speed. */
const MOST = 13;
/** How far each coordinate is moved, in units of the prior's spread: far enough that a pixel which is cut off at black feels what lies behind. */
const STEP = 0.1;
/** Networks kept. */
const KEPT = 2;

const kernels = loadKernels((name) => fetchBytes(new URL(name, import.meta.url).href));
/** @type {Map<string, Promise<{network: import("./network.js").Network, program: import("./program.js").Program}>>} */
const opened = new Map();

/** @param {string} url absolute */
function open(url) {
  const found = opened.get(url) ?? read(url);
  opened.delete(url);
  opened.set(url, found);
  found.catch(() => opened.delete(url));
  for (const old of [...opened.keys()].slice(0, -KEPT)) opened.delete(old);
  return found;
}

/** @param {string} url */
async function read(url) {
  const { metadata, tensors } = parseSafetensors(await fetchBytes(url));
  const program = JSON.parse(metadata.program);
  return { program, network: networkOf(program, tensors, await kernels, MOST) };
}

/**
 * @typedef {{url: string, z: Float32Array, classWeights: Float32Array|null, std: Float32Array}} SlopesRequest z with the spread applied; std of the prior
 * @typedef {{url: string, pixels: Float32Array, classWeights: Float32Array|null}} WishRequest pixels in [0, 1]
 */
const ANSWERS = {
  /** The blurred picture's change with every coordinate of z, [dim, pixels], by small differences. @param {SlopesRequest} request */
  async slopes({ url, z, classWeights, std }) {
    const { network, program } = await open(url);
    const [low, high] = program.output.range ?? [0, 1];
    const [dim, pixels] = [z.length, network.outputSize];
    const blur = new Blur(program.output.shape[0], program.output.shape[1]);
    const rows = new Float32Array(dim * pixels);
    const here = drawn(network, [z], classWeights);
    for (let from = 0; from < dim; from += MOST) {
      const count = Math.min(MOST, dim - from);
      const moved = Array.from({ length: count }, (_, i) => z.map((value, c) => value + (c === from + i ? STEP * std[c] : 0)));
      const there = drawn(network, moved, classWeights);
      for (let i = 0; i < count; i += 1) {
        const change = Float32Array.from({ length: pixels }, (_, p) => (there[i * pixels + p] - here[p]) / (STEP * std[from + i] * (high - low)));
        blur.of(change, rows.subarray((from + i) * pixels, (from + i + 1) * pixels));
      }
    }
    return { slopes: rows };
  },

  /** D's raw opinion of a picture, and its gradient by the pixels in [0, 1]. @param {WishRequest} request */
  async wish({ url, pixels, classWeights }) {
    const { network, program } = await open(url);
    const [low, high] = program.input.range ?? [-1, 1];
    const batch = { size: 1, labels: program.num_classes ? classWeights : null, training: false };
    const x = network.input(Float32Array.from(fromUnit(pixels, [low, high])));
    const [logit] = network.forward(x, batch);
    const one = network.slopes(Float32Array.of(1));
    const slope = /** @type {Float32Array} */ (network.backward(one, batch, { onward: true, learn: false }));
    return { logit, slope: Float32Array.from(slope.subarray(0, pixels.length), (value) => value * (high - low)) };
  },
};

/**
 * Pictures of these z, one after the other, in the network's range; a copy.
 * @param {import("./network.js").Network} network @param {Float32Array[]} zs @param {Float32Array|null} classWeights
 */
function drawn(network, zs, classWeights) {
  const size = zs.length;
  const x = network.input(Float32Array.from({ length: size * zs[0].length }, (_, i) => zs[Math.floor(i / zs[0].length)][i % zs[0].length]));
  const labels = classWeights && Float32Array.from({ length: size * classWeights.length }, (_, i) => classWeights[i % classWeights.length]);
  return network.forward(x, { size, labels, training: false }).slice(0, size * network.outputSize);
}

self.addEventListener("message", async (/** @type {MessageEvent} */ { data: { id, ask, ...request } }) => {
  try {
    const answer = await ANSWERS[/** @type {keyof typeof ANSWERS} */ (ask)](request);
    self.postMessage({ id, ...answer }, { transfer: ["slopes" in answer ? answer.slopes.buffer : answer.slope.buffer] });
  } catch (error) {
    self.postMessage({ id, error: error instanceof Error ? error.message : String(error) });
  }
});
