import assert from "node:assert/strict";
import test from "node:test";

import { rows } from "../../../ui/static/explore/scorecard.js";

test("a GAN's card: distance beside its floor and the classic loop, shares in percent", () => {
  const found = rows({ n: 10000, seed: 0, frechet: 1.663, frechet_floor: 0.643, frechet_classic_loop: 120, coverage: 0.8974, label_accuracy: 0.9859 });
  assert.deepEqual(found.map(([, value]) => value), ["1.66", "98.6 %", "89.7 %"]);
  assert.equal(found[0][2], "0.64 between training and test digits; 120 after the classic Keras loop");
});

test("how well a network tells it, and of how many the classifier is unsure, stand beside their floors; an earlier card says how many are clear", () => {
  const found = rows({ n: 10000, seed: 0, two_sample: 0.627, two_sample_floor: 0.498, confident: 0.958, unsure: 0.042, unsure_of_real: 0.0171 });
  assert.deepEqual(found, [
    ["A fresh network tells it from real digits", "62.7 %", "49.8 % real from real; guessing gives 50 %"],
    ["Unclear to the classifier", "4.2 %", "1.7 % of real digits"],
  ]);
  assert.deepEqual(rows({ n: 10000, seed: 0, confident: 0.958 }), [["Clear to the classifier", "95.8 %", ""]]);
});

test("an autoencoder's card stands beside the principal components", () => {
  const found = rows({ n: 10000, bce: 0.0671, bce_pca: 0.08, mse: 0.0021, mse_pca: 0.0042 });
  assert.deepEqual(found.map(([, value, beside]) => [value, beside]), [
    ["0.0671", "0.0800 by as many principal components"],
    ["0.0021", "0.0042 by as many principal components"],
  ]);
});

test("what was not measured is not shown", () => assert.deepEqual(rows({ n: 100 }), []));

test("pictures that are no digits have figures of their own, and no distance of theirs stands where one of digits does", () => {
  const random = { n: 2000, seed: 0, frechet_random: 4.2, frechet_random_floor: 1.1, coverage_random: 0.5, values_missing: 2, values_in_all: 79 };
  assert.deepEqual(rows(random), [
    ["Distance to real pictures (Fréchet, random features)", "4.20", "1.10 between training and test pictures"],
    ["Real pictures it comes close to (coverage)", "50.0 %", ""],
    ["Values of attributes that it never or hardly draws", "2", "of 79 that its data have"],
  ]);
  const [[of]] = rows({ n: 2000, seed: 0, frechet_classes: 4.2 });
  const [[digits]] = rows({ n: 2000, seed: 0, frechet: 4.2 });
  assert.equal(new Set([of, digits, rows(random)[0][0]]).size, 3);
});

test("a figure without what it is to be read against is shown alone", () => {
  assert.deepEqual(rows({ n: 2000, seed: 0, frechet_random: 4.2, nearest_training_picture: 9 })[1], ["Distance to the nearest training picture", "9.00", "– from pictures that it never saw"]);
});
