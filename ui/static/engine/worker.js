/** The other side of pool.js: draws a few pictures a message. */

import { fetchEngine, judgeWith, toUnit } from "./programs.js";

self.addEventListener("message", async ({ data: { id, url, judgeUrl, z, classWeights, count } }) => {
  try {
    const engine = await fetchEngine(url);
    const drawn = await engine.runBatch(z, classWeights);
    const { range } = engine.program.output;
    // an encoder's codes have no range
    const pixels = range ? toUnit(drawn, range, new Float32Array(count * engine.outputLength)) : drawn;
    const scores = judgeUrl ? judgeAll(await fetchEngine(judgeUrl), pixels, classWeights, count) : null;
    self.postMessage({ id, pixels, scores }, [pixels.buffer]);
  } catch (error) {
    self.postMessage({ id, error: error.message });
  }
});

function judgeAll(discriminator, pixels, classWeights, count) {
  const row = (all, i) => all && all.subarray((i * all.length) / count, ((i + 1) * all.length) / count);
  return Float32Array.from({ length: count }, (_, i) => judgeWith(discriminator, row(pixels, i), row(classWeights, i)));
}
