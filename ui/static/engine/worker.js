/** The other side of pool.js: draws a few pictures a message. */

import { fetchEngine, judgeWith, toUnit } from "./programs.js";

/** @typedef {{id: number, url: string, judgeUrl?: string|null, z: Float32Array, classWeights: Float32Array|null, count: number}} Job */

self.addEventListener("message", async (/** @type {MessageEvent} */ { data }) => {
  /** @type {Job} */
  const { id, url, judgeUrl, z, classWeights, count } = data;
  try {
    const engine = await fetchEngine(url);
    const start = performance.now();
    const drawn = await engine.runBatch(z, classWeights);
    const ms = performance.now() - start;
    const { range } = engine.program.output;
    // an encoder's codes have no range
    const pixels = range ? toUnit(drawn, range, new Float32Array(count * engine.outputLength)) : drawn;
    const scores = judgeUrl ? judgeAll(await fetchEngine(judgeUrl), pixels, classWeights, count) : null;
    self.postMessage({ id, pixels, scores, ms }, { transfer: [pixels.buffer] });
  } catch (error) {
    self.postMessage({ id, error: error instanceof Error ? error.message : String(error) });
  }
});

/**
 * @param {import("./network.js").Network} discriminator
 * @param {Float32Array} pixels [count, ...] in [0, 1]
 * @param {Float32Array|null} classWeights [count, num_classes]
 * @param {number} count
 * @returns {Float32Array} D(x) of each
 */
function judgeAll(discriminator, pixels, classWeights, count) {
  /** @param {Float32Array} all @param {number} i */
  const row = (all, i) => all.subarray((i * all.length) / count, ((i + 1) * all.length) / count);
  return Float32Array.from({ length: count }, (_, i) => judgeWith(discriminator, row(pixels, i), classWeights && row(classWeights, i)));
}
