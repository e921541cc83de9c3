import assert from "node:assert/strict";
import test from "node:test";

import { rows } from "../../../ui/static/explore/scorecard.js";

test("a GAN's card: distance beside its floor and the classic loop, shares in percent", () => {
  const found = rows({ n: 10000, seed: 0, frechet: 1.663, frechet_floor: 0.643, frechet_classic_loop: 120, coverage: 0.8974, label_accuracy: 0.9859 });
  assert.deepEqual(found.map(([, value]) => value), ["1.66", "98.6 %", "89.7 %"]);
  assert.equal(found[0][2], "0.64 between training and test digits; 120 after the classic Keras loop");
});

test("an autoencoder's card stands beside the principal components", () => {
  const found = rows({ n: 10000, bce: 0.0671, bce_pca: 0.08, mse: 0.0021, mse_pca: 0.0042 });
  assert.deepEqual(found.map(([, value, beside]) => [value, beside]), [
    ["0.0671", "0.0800 by as many principal components"],
    ["0.0021", "0.0042 by as many principal components"],
  ]);
});

test("what was not measured is not shown", () => assert.deepEqual(rows({ n: 100 }), []));
