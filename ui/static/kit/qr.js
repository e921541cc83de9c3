/** QR codes (ISO/IEC 18004), drawn locally: byte mode, versions 1-40, error correction L or M. */

// by version 1 ... 40
const ECC_PER_BLOCK = {
  L: [7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28, 28, 28, 30, 30, 26, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30],
  M: [10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28],
};
const BLOCKS = {
  L: [1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8, 8, 9, 9, 10, 12, 12, 12, 13, 14, 15, 16, 17, 18, 19, 19, 20, 21, 22, 24, 25],
  M: [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49],
};
const LEVEL_BITS = { L: 1, M: 0 };
/** @type {((x: number, y: number) => boolean)[]} */
const MASKS = [
  (x, y) => (x + y) % 2 === 0, (x, y) => y % 2 === 0, (x) => x % 3 === 0, (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0, (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0, (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

/** @typedef {"L"|"M"} Level */
/** @typedef {{version: number, level: Level, mask: number, size: number, modules: Uint8Array}} Code `modules` is [size, size], 1 is dark */

/**
 * The smallest code that holds `text`.
 * @param {string} text
 * @param {{level?: "L"|"M", version?: number, mask?: number}} [options] version: at least this one; mask: this one, not the best
 * @returns {Code}
 * @throws {Error} where no version holds it
 */
export function encode(text, { level = "L", version: least = 1, mask } = {}) {
  const bytes = new TextEncoder().encode(text);
  const version = Array.from({ length: 41 - least }, (_, i) => least + i).find((one) => bytes.length <= capacity(one, level));
  if (!version) throw new Error(`A text of ${bytes.length} bytes is too long for a QR code; expected at most ${capacity(40, level)}.`);
  const size = 17 + 4 * version;
  const fixed = functionPatterns(version, size);
  const data = placed(fixed, size, interleaved(codewords(bytes, version, level), version, level));
  const candidates = (mask === undefined ? MASKS.map((_, i) => i) : [mask]).map((one) => {
    const modules = masked(data, fixed, size, one);
    formatBits((x, y, dark) => (modules[y * size + x] = dark), size, level, one);
    return { mask: one, modules, cost: mask !== undefined && MASKS[mask] ? 0 : penalty(modules, size) };
  });
  const best = candidates.reduce((a, b) => (b.cost < a.cost ? b : a));
  return { version, level, mask: best.mask, size, modules: best.modules };
}

/** @param {number} version @param {"L"|"M"} level @returns {number} bytes that fit */
export function capacity(version, level) {
  return dataLength(version, level) - (version < 10 ? 2 : 3);
}

/** @param {Code} code @returns {string} the dark modules as the path of an SVG whose unit is one module, quiet zone not included */
export function svgPath({ size, modules }) {
  const runs = [];
  for (let y = 0; y < size; y += 1)
    for (let x = 0; x < size; x += 1) {
      const from = x;
      while (x < size && modules[y * size + x]) x += 1;
      if (x > from) runs.push(`M${from} ${y}h${x - from}v1h-${x - from}z`);
    }
  return runs.join("");
}

/** @param {number} version @returns {number} bytes of data and checks */
function totalLength(version) {
  const aligned = Math.floor(version / 7) + 2;
  const taken = version < 2 ? 0 : (25 * aligned - 10) * aligned - 55 + (version < 7 ? 0 : 36);
  return Math.floor(((16 * version + 128) * version + 64 - taken) / 8);
}

/** @param {number} version @param {Level} level @returns {number} */
function dataLength(version, level) {
  return totalLength(version) - ECC_PER_BLOCK[level][version - 1] * BLOCKS[level][version - 1];
}

/** @param {Uint8Array} bytes @param {number} version @param {Level} level @returns {number[]} */
function codewords(bytes, version, level) {
  /** @type {number[]} */
  const bits = [];
  /** @param {number} value @param {number} count of its bits */
  const push = (value, count) => {
    for (let i = count - 1; i >= 0; i -= 1) bits.push((value >>> i) & 1);
  };
  push(4, 4);
  push(bytes.length, version < 10 ? 8 : 16);
  for (const byte of bytes) push(byte, 8);
  const length = dataLength(version, level);
  push(0, Math.min(4, 8 * length - bits.length));
  push(0, (8 - (bits.length % 8)) % 8);
  const words = Array.from({ length: bits.length / 8 }, (_, i) => bits.slice(8 * i, 8 * i + 8).reduce((sum, bit) => 2 * sum + bit, 0));
  for (let pad = 0xec; words.length < length; pad ^= 0xec ^ 0x11) words.push(pad);
  return words;
}

/** @param {number[]} words @param {number} version @param {Level} level @returns {number[]} with their checks */
function interleaved(words, version, level) {
  const [blocks, ecc] = [BLOCKS[level][version - 1], ECC_PER_BLOCK[level][version - 1]];
  const short = Math.floor(words.length / blocks);
  const longFrom = blocks - (words.length % blocks);
  const generator = generatorOf(ecc);
  let place = 0;
  const parts = Array.from({ length: blocks }, (_, i) => words.slice(place, (place += short + (i >= longFrom ? 1 : 0))));
  const checks = parts.map((part) => remainder(part, generator));
  /** @param {number[][]} rows @param {number} length */
  const across = (rows, length) => Array.from({ length }, (_, i) => rows.filter((row) => i < row.length).map((row) => row[i])).flat();
  return [...across(parts, short + 1), ...across(checks, ecc)];
}

/** Multiplies in GF(2^8) modulo x^8 + x^4 + x^3 + x^2 + 1. @param {number} a @param {number} b @returns {number} */
function times(a, b) {
  let product = 0;
  for (let i = 7; i >= 0; i -= 1) product = ((product << 1) ^ ((product >>> 7) * 0x11d)) ^ (((b >>> i) & 1) * a);
  return product;
}

/** @param {number} degree @returns {number[]} */
function generatorOf(degree) {
  let polynomial = [1];
  for (let i = 0, root = 1; i < degree; i += 1, root = times(root, 2)) {
    const scaled = [0, ...polynomial.map((one) => times(one, root))];
    polynomial = scaled.map((one, j) => one ^ (polynomial[j] ?? 0));
  }
  return polynomial.slice(1);
}

/** @param {number[]} words @param {number[]} generator @returns {number[]} */
function remainder(words, generator) {
  const rest = new Array(generator.length).fill(0);
  for (const word of words) {
    const factor = word ^ rest.shift();
    rest.push(0);
    generator.forEach((one, i) => (rest[i] ^= times(one, factor)));
  }
  return rest;
}

/** Everything that is no data. @returns {Int8Array} [size, size]: 1 dark, 0 light, -1 free for data @param {number} version @param {number} size */
function functionPatterns(version, size) {
  const fixed = new Int8Array(size * size).fill(-1);
  /** @param {number} x @param {number} y @param {boolean|number} dark */
  const set = (x, y, dark) => x >= 0 && y >= 0 && x < size && y < size && (fixed[y * size + x] = Number(dark));
  /** @param {number} cx @param {number} cy @param {number} radius @param {(ring: number) => boolean} dark */
  const rings = (cx, cy, radius, dark) => {
    for (let dy = -radius; dy <= radius; dy += 1)
      for (let dx = -radius; dx <= radius; dx += 1) set(cx + dx, cy + dy, dark(Math.max(Math.abs(dx), Math.abs(dy))));
  };
  for (let i = 0; i < size; i += 1) {
    set(6, i, i % 2 === 0);
    set(i, 6, i % 2 === 0);
  }
  for (const [x, y] of [[3, 3], [size - 4, 3], [3, size - 4]]) rings(x, y, 4, (ring) => ring !== 2 && ring !== 4);
  const centres = alignment(version, size);
  const last = centres.length - 1;
  centres.forEach((x, i) => centres.forEach((y, j) => {
    if (![[0, 0], [0, last], [last, 0]].some(([a, b]) => a === i && b === j)) rings(x, y, 2, (ring) => ring !== 1);
  }));
  // format bits come later; these places are theirs
  formatBits((x, y) => set(x, y, false), size, "L", 0);
  if (version >= 7) {
    const bits = (version << 12) | bch(version, 12, 0x1f25);
    for (let i = 0; i < 18; i += 1) {
      const [a, b] = [size - 11 + (i % 3), Math.floor(i / 3)];
      set(a, b, (bits >>> i) & 1);
      set(b, a, (bits >>> i) & 1);
    }
  }
  return fixed;
}

/** @param {number} version @param {number} size @returns {number[]} */
function alignment(version, size) {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2;
  const step = version === 32 ? 26 : Math.ceil((size - 13) / (2 * count - 2)) * 2;
  return [6, ...Array.from({ length: count - 1 }, (_, i) => size - 7 - i * step).reverse()];
}

/** @param {number} value @param {number} degree @param {number} polynomial @returns {number} */
function bch(value, degree, polynomial) {
  let rest = value;
  for (let i = 0; i < degree; i += 1) rest = (rest << 1) ^ ((rest >>> (degree - 1)) * polynomial);
  return rest & ((1 << degree) - 1);
}

/** @param {(x: number, y: number, dark: number) => void} put @param {number} size @param {Level} level @param {number} mask */
function formatBits(put, size, level, mask) {
  const data = (LEVEL_BITS[level] << 3) | mask;
  const bits = ((data << 10) | bch(data, 10, 0x537)) ^ 0x5412;
  /** @param {number} i */
  const bit = (i) => (bits >>> i) & 1;
  for (let i = 0; i < 15; i += 1) {
    if (i < 8) put(8, i < 6 ? i : i + 1, bit(i));
    else put(i === 8 ? 7 : 14 - i, 8, bit(i));
    if (i < 8) put(size - 1 - i, 8, bit(i));
    else put(8, size - 15 + i, bit(i));
  }
  put(8, size - 8, 1);
}

/** @param {Int8Array} fixed @param {number} size @param {number[]} words @returns {Uint8Array} */
function placed(fixed, size, words) {
  const modules = new Uint8Array(size * size);
  let i = 0;
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5;
    for (let step = 0; step < size; step += 1)
      for (const x of [right, right - 1]) {
        const y = ((right + 1) & 2) === 0 ? size - 1 - step : step;
        if (fixed[y * size + x] >= 0) continue;
        modules[y * size + x] = i < 8 * words.length ? (words[i >>> 3] >>> (7 - (i & 7))) & 1 : 0;
        i += 1;
      }
  }
  return modules;
}

/** @param {Uint8Array} data @param {Int8Array} fixed @param {number} size @param {number} mask @returns {Uint8Array} */
function masked(data, fixed, size, mask) {
  return data.map((bit, i) => (fixed[i] >= 0 ? fixed[i] : bit ^ Number(MASKS[mask](i % size, Math.floor(i / size)))));
}

/** @param {Uint8Array} modules @param {number} size @returns {number} */
function penalty(modules, size) {
  /** @param {number} x @param {number} y */
  const at = (x, y) => modules[y * size + x];
  let cost = 0;
  for (let i = 0; i < size; i += 1)
    for (const line of [Array.from({ length: size }, (_, j) => at(j, i)), Array.from({ length: size }, (_, j) => at(i, j))]) {
      const text = line.join("");
      for (const [run] of text.matchAll(/0{5,}|1{5,}/g)) cost += run.length - 2;
      // a lookahead, so that overlapping ones all count
      cost += 40 * [...text.matchAll(/(?=00001011101|10111010000)/g)].length;
    }
  for (let y = 0; y + 1 < size; y += 1)
    for (let x = 0; x + 1 < size; x += 1) if (at(x, y) === at(x + 1, y) && at(x, y) === at(x, y + 1) && at(x, y) === at(x + 1, y + 1)) cost += 3;
  const dark = modules.reduce((sum, one) => sum + one, 0) / modules.length;
  return cost + 10 * Math.floor(Math.abs(dark - 0.5) * 20);
}
