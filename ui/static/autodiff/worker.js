/** What takes longer than a frame, off the main thread: how a picture changes with z, which z draws a picture, and what a discriminator wants of it. */

import { rangeOf, repeated } from "../engine/network.js";
import { fetchBytes } from "../engine/programs.js";
import { parseSafetensors } from "../engine/safetensors.js";
import { Blur, brightness } from "./grasp.js";
import { byParts, candidatesOf, searched, startsOf } from "./invert.js";
import { fetchKernels } from "./kernels.js";
import { drawn, slopeByZ, wishOf } from "./pictures.js";
import { networkOf } from "./program.js";

/** Pictures at once: bounds the memory, and is enough for the kernels to work at their full speed. */
const MOST = 13;
/** How far each coordinate is moved, in units of the prior's spread: far enough that a pixel which is cut off at black feels what lies behind. */
const STEP = 0.1;
/** Networks kept. */
const KEPT = 2;
const STARTS = 6;

const kernels = fetchKernels();
/** @type {Map<string, Promise<import("./pictures.js").Opened>>} */
const opened = new Map();
/** Drawn once for a network, as every new line of a drawing asks for them. @type {{key: string, candidates: import("./invert.js").Candidates}|null} */
let known = null;

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
 * z with the spread applied; std of the prior; `parts`: whether each part is wanted as soon as it is there
 * @typedef {{url: string, z: Float32Array, classWeights: Float32Array|null, std: Float32Array, parts: boolean}} SlopesRequest
 * `z` and `labels` of the candidates, `key` names them; `before`: what was found for another picture; `groups` of classes, where each group's is to be found
 * @typedef {{url: string, wanted: Float32Array, key: string, z: Float32Array, labels: Float32Array|null, before: {z: Float32Array, labels: Float32Array|null}|null, groups: number[], spread: import("./grasp.js").Spread}} StartsRequest
 * @typedef {{url: string, wanted: Float32Array, search: import("./invert.js").Search, spread: import("./grasp.js").Spread, steps: number}} SearchRequest
 * @typedef {{url: string, pixels: Float32Array, classWeights: Float32Array|null}} WishRequest pixels in [0, 1]
 * @typedef {{url: string, judgeUrl: string, z: Float32Array, classWeights: Float32Array|null}} UphillRequest z with the spread applied
 */
const ANSWERS = {
  /**
   * The change of the blurred picture's brightness with every coordinate of z, [dim, pixels], by small differences, in units of the prior's spread.
   * @param {SlopesRequest} request @param {(part: Object<string, any>) => void} tell
   */
  async slopes({ url, z, classWeights, std, parts }, tell) {
    const generator = await open(url);
    const [dim, numbers] = [z.length, generator.network.outputSize];
    const [low, high] = rangeOf(/** @type {any} */ (generator.program.output));
    const [height, width, channels] = generator.program.output.shape;
    const pixels = height * width;
    const blur = new Blur(height, width);
    const rows = new Float32Array(dim * pixels);
    const [change, bright] = [new Float32Array(numbers), new Float32Array(pixels)];
    const here = raw(generator.network, z, classWeights).slice();
    for (let from = 0; from < dim; from += MOST) {
      const count = Math.min(MOST, dim - from);
      const moved = /** @type {Float32Array} */ (repeated(z, count));
      for (let i = 0; i < count; i += 1) moved[i * dim + from + i] += STEP * std[from + i];
      const there = raw(generator.network, moved, repeated(classWeights, count));
      for (let i = 0; i < count; i += 1) {
        for (let p = 0; p < numbers; p += 1) change[p] = (there[i * numbers + p] - here[p]) / (STEP * (high - low));
        blur.of(brightness(change, channels, bright), rows.subarray((from + i) * pixels, (from + i + 1) * pixels));
      }
      if (parts) tell({ from, slopes: rows.slice(from * pixels, (from + count) * pixels) });
    }
    return { slopes: rows };
  },

  /** Where to start a search from, and its first picture. @param {StartsRequest} request */
  async starts({ url, wanted, key, z, labels, before, groups, spread }) {
    const generator = await open(url);
    if (known?.key !== `${url} ${key}`) known = { key: `${url} ${key}`, candidates: candidatesOf(generator, z, labels, MOST) };
    const { candidates } = known;
    const found = groups.length ? byParts(generator, candidates, wanted, groups, spread, MOST) : before;
    return { search: startsOf(candidates, wanted, generator.program.output.shape, STARTS, found) };
  },

  /** A piece of a search. @param {SearchRequest} request */
  async search({ url, search, wanted, spread, steps }) {
    return searched(await open(url), search, wanted, spread, steps);
  },

  /** D's raw opinion of a picture, and its gradient by the pixels. @param {WishRequest} request */
  async wish({ url, pixels, classWeights }) {
    return wishOf(await open(url), pixels, classWeights);
  },

  /** The same of what a generator draws, and D's gradient by z. @param {UphillRequest} request */
  async uphill({ url, judgeUrl, z, classWeights }) {
    const [generator, judge] = [await open(url), await open(judgeUrl)];
    const wish = wishOf(judge, drawn(generator, z, classWeights), classWeights);
    const down = slopeByZ(generator, wish.slope.map((value) => -value), classWeights);
    return { ...wish, byZ: down.map((value) => -value) };
  },
};

/** Pictures in the network's range, valid until the next. @param {import("./network.js").Network} network @param {Float32Array} z @param {Float32Array|null} labels */
function raw(network, z, labels) {
  return network.forward(network.input(z), { size: z.length / network.inputSize, labels, training: false });
}

self.addEventListener("message", async (/** @type {MessageEvent} */ { data: { id, ask, ...request } }) => {
  try {
    const answer = ANSWERS[/** @type {keyof typeof ANSWERS} */ (ask)];
    self.postMessage({ id, answer: await answer(request, (part) => self.postMessage({ id, part })) });
  } catch (error) {
    self.postMessage({ id, error: error instanceof Error ? error.message : String(error) });
  }
});
