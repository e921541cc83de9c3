import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import test from "node:test";

import { capacity, encode, svgPath } from "../../../ui/static/kit/qr.js";

const hash = ({ modules }) => createHash("sha256").update(modules).digest("hex").slice(0, 16);

test("every version and level is, module for module, what an independent encoder makes", () => {
  // python qrcode 8.2 draws the same 80 codes: sha256 of all of them, "Hold a digit <version>", mask version % 8
  for (const [level, golden] of Object.entries(GOLDEN)) {
    const all = createHash("sha256");
    for (let version = 1; version <= 40; version += 1) all.update(encode(`Hold a digit ${version}`, { level, version, mask: version % 8 }).modules);
    assert.equal(all.digest("hex"), golden);
  }
});

test("the mask is the one with the least penalty, as an independent encoder chooses it", () => {
  const code = encode("https://example.org/?v=1&m=dcgan-mnist&s=7&psi=0.8");
  assert.deepEqual([code.version, code.mask, code.size], [3, 2, 29]);
  assert.notEqual(hash(code), hash(encode("https://example.org/?v=1&m=dcgan-mnist&s=7&psi=0.9")));
});

test("the smallest version that holds the text is taken, and too long a text is refused", () => {
  assert.deepEqual([capacity(1, "L"), capacity(9, "L"), capacity(10, "L"), capacity(15, "L"), capacity(40, "L"), capacity(40, "M")], [17, 230, 271, 520, 2953, 2331]);
  for (const version of [1, 9, 10, 27, 40]) {
    assert.equal(encode("x".repeat(capacity(version, "L")), { mask: 0 }).version, version);
    if (version < 40) assert.equal(encode("x".repeat(capacity(version, "L") + 1), { mask: 0 }).version, version + 1);
  }
  assert.equal(encode("한글".repeat(3), { mask: 0 }).version, 2); // 18 bytes
  assert.throws(() => encode("x".repeat(2954)), /2954 bytes is too long for a QR code; expected at most 2953/);
});

test("finders, timing and the dark module stand where they must", () => {
  for (const version of [1, 7, 25]) {
    const { size, modules } = encode("a", { version });
    const at = (x, y) => modules[y * size + x];
    for (const [x, y] of [[0, 0], [size - 7, 0], [0, size - 7]]) {
      const row = (dy) => Array.from({ length: 7 }, (_, i) => at(x + i, y + dy)).join("");
      assert.deepEqual([0, 1, 2, 3, 4, 5, 6].map(row), ["1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111"]);
    }
    for (let i = 8; i < size - 8; i += 1) assert.deepEqual([at(i, 6), at(6, i)], [1 - (i % 2), 1 - (i % 2)]);
    assert.equal(at(8, size - 8), 1);
  }
});

test("the path covers every dark module once", () => {
  const code = encode("Hold a digit");
  const runs = [...svgPath(code).matchAll(/M(\d+) (\d+)h(\d+)v1h-(\d+)z/g)].map((match) => match.slice(1).map(Number));
  const painted = new Uint8Array(code.modules.length);
  for (const [x, y, width, back] of runs) {
    assert.equal(width, back);
    for (let i = 0; i < width; i += 1) painted[y * code.size + x + i] += 1;
  }
  assert.deepEqual(painted, code.modules);
});

const GOLDEN = {
  L: "6d435c32b2e9ac0d22cef6c136cfc4a8c34409c0b88193e7077afd1ac3e0e811",
  M: "be60ccc2b9448e8f081112e34c1428137b5b4a93652fe201c0d84193de91a538",
};
