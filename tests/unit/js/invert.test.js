/** Finding the z of a picture, and what a discriminator wants of one, on shipped models. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { byParts, candidatesOf, distance, searched, startsOf, STEPS } from "../../../ui/static/autodiff/invert.js";
import { loadKernels } from "../../../ui/static/autodiff/memory.js";
import { drawn, slopeByZ, wishOf } from "../../../ui/static/autodiff/pictures.js";
import { networkOf } from "../../../ui/static/autodiff/program.js";
import { parseSafetensors } from "../../../ui/static/engine/safetensors.js";
import { evenLabels, labelOf, labelOfWeights, weightsOfLabels } from "../../../ui/static/state/classes.js";
import { normal, stack } from "../../../ui/static/state/latent.js";

const kernels = await loadKernels((name) => readFile(new URL(`../../../ui/static/autodiff/${name}`, import.meta.url)));
const SPREAD = { kind: "normal", mean: null, std: new Float32Array(64).fill(1) };
const MOST = 8;

async function opened(name) {
  const bytes = await readFile(new URL(`../../../checkpoints/${name}.safetensors`, import.meta.url));
  const { metadata, tensors } = parseSafetensors(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  const program = JSON.parse(metadata.program);
  return { program, network: networkOf(program, tensors, kernels, MOST) };
}

const digitOf = (labels, row) => labels.subarray(row * 10, row * 10 + 10).indexOf(1);
const oneHots = (digits) => Float32Array.from(digits.flatMap((digit) => Array.from({ length: 10 }, (_, i) => Number(i === digit))));

test("a syllable that the model drew is found part by part", async () => {
  const generator = await opened("hangul/generator");
  const classes = { numClasses: 68, groups: [19, 21, 28] };
  const z = stack(Array.from({ length: 512 }, (_, i) => normal(100 + i, 64)));
  const candidates = candidatesOf(generator, z, weightsOfLabels(evenLabels(512, classes), classes), MOST);
  const label = labelOf([3, 13, 21], classes.groups);
  const wanted = drawn(generator, normal(8, 64), weightsOfLabels([label], classes)).slice();
  const { labels } = byParts(generator, candidates, wanted, classes.groups, SPREAD, MOST);
  assert.equal(labelOfWeights(labels, classes), label);
});

test("the z of a picture that the model drew is found as far as its picture, in pieces as at once", async () => {
  const generator = await opened("dense-mnist/generator");
  const wanted = drawn(generator, normal(7, 64), null);
  const candidates = candidatesOf(generator, stack(Array.from({ length: 64 }, (_, i) => normal(100 + i, 64))), null, MOST);
  const begun = startsOf(candidates, wanted, [28, 28, 1], 4);
  const first = searched(generator, begun, wanted, SPREAD, 0);
  let piece = { search: begun };
  while (piece.search.step < 60) piece = searched(generator, piece.search, wanted, SPREAD, 20);
  assert.ok(piece.apart < 0.5 * first.apart, `${piece.apart} of ${first.apart}`);
  assert.ok(Math.abs(distance(piece.picture, wanted) - piece.apart) < 1e-6);
  const z = piece.search.z.subarray(piece.best * 64, piece.best * 64 + 64);
  assert.deepEqual(drawn(generator, z, null), piece.picture);
  assert.ok(Math.hypot(...z) <= 1.151 * 8);
  const atOnce = searched(generator, begun, wanted, SPREAD, 60);
  assert.ok(Math.abs(atOnce.apart - piece.apart) < 1e-6 && atOnce.search.step === 60);
  assert.equal(searched(generator, { ...begun, step: STEPS }, wanted, SPREAD, 20).search.step, STEPS);
});

test("the class of a picture is found with its z, and what was found before is a start", async () => {
  const generator = await opened("cgan-mnist/generator");
  const wanted = drawn(generator, normal(3, 64), oneHots([7]));
  const digits = Array.from({ length: 80 }, (_, i) => i % 10);
  const candidates = candidatesOf(generator, stack(digits.map((_, i) => normal(200 + i, 64))), oneHots(digits), MOST);
  const begun = startsOf(candidates, wanted, [28, 28, 1], 6);
  const classes = Array.from({ length: 6 }, (_, i) => digitOf(begun.labels, i));
  assert.ok(classes.every((digit) => classes.filter((other) => other === digit).length <= 2), `${classes}`);
  const found = searched(generator, begun, wanted, SPREAD, 40);
  assert.equal(digitOf(found.search.labels, found.best), 7);
  assert.ok(found.apart < 0.6 * searched(generator, begun, wanted, SPREAD, 0).apart);
  const before = { z: found.search.z.slice(found.best * 64, found.best * 64 + 64), labels: found.search.labels.slice(found.best * 10, found.best * 10 + 10) };
  const again = startsOf(candidates, wanted, [28, 28, 1], 6, before);
  assert.deepEqual(again.z.subarray(5 * 64), before.z);
  assert.equal(searched(generator, again, wanted, SPREAD, 0).best, 5);
});

test("a step as the discriminator wishes raises its opinion: of pixels, and of z", async () => {
  const [generator, judge] = [await opened("dense-mnist/generator"), await opened("dense-mnist/discriminator")];
  for (const seed of [1, 2, 3]) {
    const z = normal(seed, 64);
    const picture = drawn(generator, z, null);
    const { logit, slope } = wishOf(judge, picture, null);
    const most = Math.max(...slope.map(Math.abs));
    const brighter = picture.map((value, i) => Math.min(1, Math.max(0, value + (0.02 * slope[i]) / most)));
    assert.ok(wishOf(judge, brighter, null).logit > logit);
    drawn(generator, z, null);
    const byZ = slopeByZ(generator, slope, null);
    const length = Math.hypot(...byZ);
    const moved = drawn(generator, z.map((value, i) => value + (0.02 * byZ[i]) / length), null);
    assert.ok(wishOf(judge, moved, null).logit > logit);
  }
});

test("a picture in colours is compared from brightness first, then by its colours, and found", async () => {
  const generator = await opened("faces/generator");
  const z = (seed) => normal(seed, 100);
  const wanted = drawn(generator, z(7), null);
  const near = z(7).map((value, i) => value + 0.6 * z(8)[i]);
  const candidates = candidatesOf(generator, stack([z(1), near, z(3)]), null, MOST);
  assert.equal(candidates.pictures.length, 3 * 64 * 64);
  const begun = startsOf(candidates, wanted, [64, 64, 3], 1);
  assert.deepEqual([...begun.z], [...near]);
  const spread = { ...SPREAD, std: new Float32Array(100).fill(1) };
  const [first, found] = [0, 12].map((steps) => searched(generator, begun, wanted, spread, steps));
  assert.ok(found.apart < 0.85 * first.apart && found.picture.length === 64 * 64 * 3, `${found.apart} of ${first.apart}`);
});
