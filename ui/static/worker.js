/** The other side of pool.js: draws a few pictures a message. */

import { fetchEngine, toUnit } from "./programs.js";

self.addEventListener("message", async ({ data: { id, url, z, classWeights, count } }) => {
  try {
    const engine = await fetchEngine(url);
    const pixels = toUnit(engine.runBatch(z, classWeights), engine.program.output.range, new Float32Array(count * engine.outputLength));
    self.postMessage({ id, pixels }, [pixels.buffer]);
  } catch (error) {
    self.postMessage({ id, error: error.message });
  }
});
