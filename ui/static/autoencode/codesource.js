/** The codes that a map shows: of test pictures where a server has them, else of the model's own prior, read by the digit classifier. */

import { CHUNK, pool } from "../engine/pool.js";
import { rangeOf } from "../engine/network.js";
import { address } from "../engine/programs.js";
import { isStatic } from "../kit/build.js";
import { classifier } from "../state/classifier.js";
import { testSheet } from "../parts/testsheet.js";

const SAMPLED = 400;
const SLOT = "codemap";

/**
 * @typedef {{codes: Float32Array[], labels: Uint8Array, origin: "mnist"|"digits"|"prior"}} Codes
 */

/** @typedef {(done: number, all: number) => void} OnProgress */

/**
 * @param {import("../state/models.js").Model} model loaded
 * @param {(done: number, all: number) => void} onProgress
 * @returns {Promise<Codes>}
 * @throws {Error} with a sentence for the page
 */
export async function codesOf(model, onProgress) {
  return isStatic ? sampled(model, onProgress) : encoded(model, onProgress);
}

/** @param {import("../state/models.js").Model} model @param {OnProgress} onProgress @returns {Promise<Codes>} */
async function encoded(model, onProgress) {
  const { pictures, origin, each } = await testSheet();
  const [low, high] = rangeOf(model.engines.encoder?.program.input ?? { shape: [] });
  const count = 10 * each;
  /** @type {Float32Array[]} */
  const codes = new Array(count);
  const z = pictures.map((value) => low + value * (high - low));
  await inWorker({ url: address(model.info.files.encoder ?? ""), z, count }, onProgress, (row, code) => (codes[row] = code));
  return { codes, labels: Uint8Array.from({ length: count }, (_, i) => Math.floor(i / each)), origin };
}

/** @param {import("../state/models.js").Model} model @param {OnProgress} onProgress @returns {Promise<Codes>} */
async function sampled(model, onProgress) {
  const codes = Array.from({ length: SAMPLED }, (_, i) => model.sample(i + 1));
  const z = new Float32Array(SAMPLED * model.latentDim);
  codes.forEach((code, i) => z.set(code, i * model.latentDim));
  await classifier.ensure();
  const labels = new Uint8Array(SAMPLED);
  await inWorker({ url: model.generatorUrl(), z, count: SAMPLED }, onProgress, (row, pixels) => (labels[row] = first(classifier.read(pixels))));
  return { codes, labels, origin: "prior" };
}

/**
 * All rows through one network, off the main thread.
 * @param {{url: string, z: Float32Array, count: number}} rows @param {OnProgress} onProgress @param {(row: number, result: Float32Array) => unknown} onRow
 */
function inWorker({ url, z, count }, onProgress, onRow) {
  return new Promise((/** @type {(none?: undefined) => void} */ resolve, reject) => {
    let done = 0;
    /** @param {number} from @param {Float32Array} results */
    const onPart = (from, results) => {
      const size = results.length / Math.min(CHUNK, count - from);
      for (let i = 0; i * size < results.length; i += 1) onRow(from + i, results.slice(i * size, (i + 1) * size));
      done += results.length / size;
      onProgress(done, count);
      if (done >= count) resolve();
    };
    pool.draw(SLOT, { url, z, classWeights: null, count, onPart, onError: reject });
  });
}

/** @param {Float32Array|null} probabilities @returns {number} */
function first(probabilities) {
  return probabilities ? probabilities.indexOf(Math.max(...probabilities)) : 0;
}
