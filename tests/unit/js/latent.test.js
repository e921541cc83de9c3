import assert from "node:assert/strict";
import test from "node:test";

import { child, lerp, mix, norm, normal, parseSeed, sample, seedPlane, slerp, spread } from "../../../ui/static/state/latent.js";

function close(got, expected, tolerance = 1e-6) {
  assert.equal(got.length, expected.length);
  for (let i = 0; i < got.length; i += 1) assert.ok(Math.abs(got[i] - expected[i]) < tolerance, `at ${i}: ${got[i]}, expected ${expected[i]}`);
}

// made from docs/formats.md with plain integers of Python, not with gan_core
test("the numbers of a seed are those of the contract, to the bit", () => {
  assert.deepEqual([0, 1, 2 ** 32 - 1].map(mix), [0, 2261973619, 2578835075]);
  assert.deepEqual([0, 1, 2, 63].map((row) => child(7, row)), [7, 3931134802, 3030567121, 2533652465]);
  assert.deepEqual([child(2 ** 32 - 1, 1), child(0, 1)], [2611077263, 59086105]);
  assert.deepEqual(Array.from(normal(0, 5)), [2.103379487991333, -1.0230122804641724, -1.2933353185653687, 0.08971796929836273, 1.2067302465438843]);
  assert.deepEqual(Array.from(normal(7, 4)), [-1.2517211437225342, 0.6169122457504272, -2.0038697719573975, -0.9086202383041382]);
  assert.deepEqual(Array.from(normal(2 ** 32 - 1, 3)), [1.493869662284851, 0.7193982601165771, -1.017624020576477]);
});

test("a longer z begins like a shorter one, and seeds give standard normal numbers", () => {
  assert.deepEqual(Array.from(normal(3, 64).subarray(0, 7)), Array.from(normal(3, 7)));
  const many = Float64Array.from(Array.from({ length: 500 }, (_, row) => Array.from(normal(child(1, row), 40))).flat());
  const mean = many.reduce((a, b) => a + b) / many.length;
  const variance = many.reduce((sum, x) => sum + (x - mean) ** 2, 0) / many.length;
  assert.ok(Math.abs(mean) < 0.03 && Math.abs(variance - 1) < 0.03, `${mean}, ${variance}`);
});

test("the rectified prior is max(0, mean + factor @ normal)", () => {
  const prior = { kind: "rectified_normal", mean: Float32Array.of(1, -5), factor: Float32Array.of(2, 0, 1, 3) };
  const [x, y] = normal(9, 2);
  close(sample(9, 2, prior), [Math.max(0, 1 + 2 * x), Math.max(0, -5 + x + 3 * y)]);
  assert.deepEqual(sample(9, 6, { kind: "normal" }), normal(9, 6));
});

test("the highest vote is ahead, to the bit as gan_core has it", () => {
  const prior = { kind: "normal", votes: 3, lead: 0.12 };
  // gan_core.model.latent: Prior.normal(5, 3, 0.12).sample(1, 0)
  assert.deepEqual(Array.from(sample(0, 5, prior)), [2.2233793735504150, -1.0230122804641724, -1.2933353185653687, 0.08971796929836273, 1.2067302465438843]);
  const [first, ...others] = sample(7, 4, { ...prior, votes: 4 });
  assert.deepEqual([first, ...others], [-1.2517211437225342, Math.fround(0.6169122457504272 + Math.fround(0.12)), -2.0038697719573975, -0.9086202383041382]);
  assert.deepEqual(seedPlane(0, 7, 5, prior), sample(7, 5, prior));
  assert.deepEqual(sample(9, 6, { ...prior, votes: 0 }), normal(9, 6));
});

test("spread pulls to the mean", () => {
  close(spread([1, -2], null, 0.5), [0.5, -1]);
  close(spread([1, -2], [3, 0], 2), [-1, -4]);
  close(spread([1, -2], [3, 0], 0), [3, 0]);
});

test("lerp goes straight, slerp along the great circle with the length going linearly", () => {
  close(lerp([0, 2], [4, 0], 0.25), [1, 1.5]);
  close(slerp([3, 0, 0], [0, 1, 1], 0.25), [2.4053698, 0.7045165, 0.7045165]);
  for (const t of [0, 0.3, 1]) assert.ok(Math.abs(norm(slerp([3, 0], [0, 5], t)) - (3 + 2 * t)) < 1e-6);
  close(slerp([3, 0], [0, 5], 1), [0, 5]);
  close(slerp([1, 0], [-1, 1e-6], 0.5), lerp([1, 0], [-1, 1e-6], 0.5));
  close(slerp([2, 2], [4, 4], 0.5), [3, 3]);
  close(slerp([0, 0], [4, 0], 0.5), [2, 0]);
});

test("a seed that is none is told so", () => {
  for (const [text, seed] of [["0", 0], [" 42 ", 42], ["4294967295", 2 ** 32 - 1], ["+7", 7], ["-0", 0]]) assert.equal(Object.is(parseSeed(text), seed), true, text);
  for (const text of ["-1", String(2 ** 40), "4294967296"]) assert.throws(() => parseSeed(text), /out of range. Type a whole number from 0 to 4294967295/);
  for (const text of ["", "seven", "1.5", "0x10", "1e3", "١"]) assert.throws(() => parseSeed(text), /is not a seed/);
});
