/**
 * The ink in the hand: what z becomes when a stroke is pulled. The same as gan_core/model/grasp.py.
 * Source: Zhu et al. 2016, https://arxiv.org/abs/1609.03552; Pan et al. 2023, https://arxiv.org/abs/2305.10973
 */

import { MNIST } from "../kit/shape.js";
import { Memory } from "./memory.js";

/** Pixels of a picture of MNIST's size, here and below: how far from the finger the ink comes along (sigma of a Gaussian). */
const REACH = 3.5;
/** Pixels: how far from the finger the picture has to follow; what lies farther counts little, so that it may give way. */
const NEAR = 5;
const FAR_WEIGHT = 0.2;
/** Pixels: both pictures are blurred so much before they are compared, so that a stroke that is near feels where to go. */
const BLUR = 1;
/** Of a Gauss-Newton step, in units of the prior's spread. */
const DAMPING = 0.05;
const LONGEST_STEP = 0.7;
/** Pixels: a finger that has moved less leaves the weights of the pixels, and so the system, as they are. */
const STALE = 0.75;
/** |z| at most, in units of the prior's usual length. */
const FARTHEST = 1.15;

/** @typedef {[number, number]} Point x, y in pixels of the picture */
/** @typedef {{kind: string, mean: Float32Array|null, std: Float32Array}} Spread of the prior */

/** How bright red, green and blue are (ITU-R BT.601). */
const LUMINANCE = [0.299, 0.587, 0.114];

/** @param {number} height @param {number} width @returns {number} how many times as long lengths are as on a picture of MNIST's size */
export function scaleOf(height, width) {
  return Math.min(height, width) / MNIST[0];
}

/**
 * How bright a picture is, which is what a hand holds.
 * @param {Float32Array} picture [pixels, channels] @param {number} channels @param {Float32Array} [to] @returns {Float32Array} [pixels]; a grey one itself
 */
export function brightness(picture, channels, to = new Float32Array(picture.length / channels)) {
  if (channels === 1) return picture;
  for (let p = 0, at = 0; p < to.length; p += 1, at += channels) to[p] = LUMINANCE[0] * picture[at] + LUMINANCE[1] * picture[at + 1] + LUMINANCE[2] * picture[at + 2];
  return to;
}

/** @param {number} size @param {number} sigma @returns {Float32Array} a Gaussian blur of one axis, [size, size] */
function blurOfAxis(size, sigma) {
  return Float32Array.from({ length: size * size }, (_, i) => Math.exp(-((((i / size) | 0) - (i % size)) ** 2) / (2 * sigma ** 2)) / (sigma * Math.sqrt(2 * Math.PI)));
}

/** Blurs pictures of one size. */
export class Blur {
  /** @param {number} height @param {number} width */
  constructor(height, width) {
    this.height = height;
    this.width = width;
    const sigma = BLUR * scaleOf(height, width);
    this.down = blurOfAxis(height, sigma);
    this.across = blurOfAxis(width, sigma);
    this.half = new Float32Array(height * width);
  }

  /** @param {Float32Array} picture @param {Float32Array} [to] @returns {Float32Array} */
  of(picture, to = new Float32Array(picture.length)) {
    const { height, width, down, across, half } = this;
    half.fill(0);
    for (let y = 0; y < height; y += 1)
      for (let s = 0; s < height; s += 1) {
        const weight = down[y * height + s];
        if (weight < 1e-4) continue;
        for (let x = 0; x < width; x += 1) half[y * width + x] += weight * picture[s * width + x];
      }
    to.fill(0);
    for (let x = 0; x < width; x += 1)
      for (let s = 0; s < width; s += 1) {
        const weight = across[x * width + s];
        if (weight < 1e-4) continue;
        for (let y = 0; y < height; y += 1) to[y * width + x] += weight * half[y * width + s];
      }
    return to;
  }
}

/**
 * @param {Float32Array} picture [height, width]
 * @param {number} width
 * @param {Point} start @param {Point} end
 * @returns {Float32Array} the picture with the ink at `start` pulled to `end`
 */
export function pulled(picture, width, start, end) {
  const height = picture.length / width;
  const reach = REACH * scaleOf(height, width);
  const [dx, dy] = [end[0] - start[0], end[1] - start[1]];
  return Float32Array.from(picture, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    const share = Math.exp(-((x - end[0]) ** 2 + (y - end[1]) ** 2) / (2 * reach ** 2));
    return between(picture, width, height, x - dx * share, y - dy * share);
  });
}

/** The picture between its pixels; black outside. @param {Float32Array} picture @param {number} width @param {number} height @param {number} x @param {number} y */
function between(picture, width, height, x, y) {
  const [column, row] = [Math.floor(x), Math.floor(y)];
  /** @param {number} r @param {number} c */
  const at = (r, c) => (r < 0 || c < 0 || r >= height || c >= width ? 0 : picture[r * width + c]);
  const [right, down] = [x - column, y - row];
  return (1 - down) * ((1 - right) * at(row, column) + right * at(row, column + 1)) + down * ((1 - right) * at(row + 1, column) + right * at(row + 1, column + 1));
}

/** A hand on the ink of one picture, from the press to the release. Allocates once, as it works in every frame. */
export class Grasp {
  /**
   * @param {Float32Array} picture at the press, how bright it is, in [0, 1]
   * @param {number} width
   * @param {Point} start where the ink was taken
   * @param {Spread} spread
   * @param {Products} [multiply]
   */
  constructor(picture, width, start, spread, multiply = products) {
    this.picture = Float32Array.from(picture);
    this.width = width;
    this.start = start;
    this.spread = spread;
    this.multiply = multiply;
    this.blur = new Blur(picture.length / width, width);
    this.near = NEAR * scaleOf(picture.length / width, width);
    const [dim, pixels] = [spread.std.length, picture.length];
    /** The blurred picture's change with every coordinate of z, [dim, pixels], in units of the prior's spread; zeros for those not felt yet. */
    this.slopes = new Float32Array(dim * pixels);
    /** The same times the roots of the weights. */
    this.weighted = new Float32Array(dim * pixels);
    /** How many coordinates are felt, of those that come first. */
    this.felt = 0;
    this.weights = new Float32Array(pixels);
    this.drawn = new Float32Array(pixels);
    this.row = new Float32Array(pixels);
    /** Cholesky factor of J^T W J + damping. */
    this.system = new Float64Array(dim * dim);
    /** @type {Point|null} where the finger was when the system was made; null where it has to be made anew */
    this.madeAt = null;
  }

  /**
   * @param {Float32Array} rows of the slopes, [count, pixels]
   * @param {number} [from] coordinate of the first one
   */
  feel(rows, from = 0) {
    const pixels = this.picture.length;
    this.slopes.set(rows, from * pixels);
    this.felt = Math.max(this.felt, from + rows.length / pixels);
    this.madeAt = null;
  }

  /**
   * One Gauss-Newton step, (J^T W J + damping) dz = J^T W (wanted - drawn), J as it was last felt, W as it was when the finger was about here.
   * @param {Float32Array} z
   * @param {Float32Array} picture as it is drawn from z, how bright it is
   * @param {Point} end where the finger is
   * @returns {Float32Array} the z that follows
   */
  pull(z, picture, end) {
    const { slopes, width, blur, drawn, weights, row, felt } = this;
    if (!felt) return z;
    const pixels = picture.length;
    const wanted = blur.of(pulled(this.picture, width, this.start, end));
    blur.of(picture, drawn);
    if (!this.madeAt || Math.hypot(end[0] - this.madeAt[0], end[1] - this.madeAt[1]) > STALE) this.#make(end);
    for (let p = 0; p < pixels; p += 1) row[p] = weights[p] * (wanted[p] - drawn[p]);
    const right = new Float64Array(felt);
    for (let i = 0; i < felt; i += 1) right[i] = product(slopes, i * pixels, row, 0, pixels);
    const step = solveWith(this.system, right);
    const shorter = Math.min(1, LONGEST_STEP / Math.max(1e-9, Math.hypot(...step)));
    const { std } = this.spread;
    return within(Float32Array.from(z, (value, i) => (i < felt ? value + step[i] * shorter * std[i] : value)), this.spread);
  }

  /** The system for a finger that is there. @param {Point} end */
  #make(end) {
    const { slopes, weighted, width, weights, row, felt } = this;
    const pixels = weights.length;
    for (let p = 0; p < pixels; p += 1) {
      weights[p] = this.#weight(p % width, Math.floor(p / width), end);
      row[p] = Math.sqrt(weights[p]);
    }
    for (let i = 0, a = 0; i < felt; i += 1) for (let p = 0; p < pixels; p += 1, a += 1) weighted[a] = row[p] * slopes[a];
    const system = (this.system = this.system.length === felt * felt ? this.system : new Float64Array(felt * felt));
    this.multiply(weighted, felt, pixels, system);
    for (let i = 0; i < felt; i += 1) system[i * felt + i] += DAMPING;
    factor(system, felt);
    this.madeAt = [end[0], end[1]];
  }

  /** @param {number} x @param {number} y @param {Point} end */
  #weight(x, y, end) {
    /** @param {Point} place */
    const near = ([px, py]) => Math.exp(-((x - px) ** 2 + (y - py) ** 2) / (2 * this.near ** 2));
    return FAR_WEIGHT + (1 - FAR_WEIGHT) * Math.max(near(this.start), near(end));
  }
}

/** Scalar product of `count` numbers of each; four sums, so that no addition waits for the one before it. @param {Float32Array} a @param {number} i @param {Float32Array} b @param {number} j @param {number} count */
function product(a, i, b, j, count) {
  let [s, t, u, v] = [0, 0, 0, 0];
  const end = i + (count & ~3);
  for (; i < end; i += 4, j += 4) {
    s += a[i] * b[j];
    t += a[i + 1] * b[j + 1];
    u += a[i + 2] * b[j + 2];
    v += a[i + 3] * b[j + 3];
  }
  for (const last = end + (count & 3); i < last; i += 1, j += 1) s += a[i] * b[j];
  return s + t + u + v;
}

/**
 * Scalar products of all rows with each other, the lower half: most of what a pull takes.
 * @typedef {(rows: Float32Array, count: number, length: number, to: Float64Array) => void} Products rows [count, length], to [count, count]
 */

/** @type {Products} */
export function products(rows, count, length, to) {
  for (let i = 0; i < count; i += 1) for (let j = 0; j <= i; j += 1) to[i * count + j] = product(rows, j * length, rows, i * length, length);
}

/** @param {WebAssembly.Module} kernels @returns {Products} ten times as fast */
export function productsBy(kernels) {
  /** @type {{memory: Memory, rows: Float32Array, room: Float32Array, out: Float32Array}|null} */
  let place = null;
  return (rows, count, length, to) => {
    if (!place || place.rows.length < count * length || place.out.length < count * count) place = placeOf(kernels, count, length);
    const { memory, rows: { byteOffset }, room, out } = place;
    place.rows.set(rows.subarray(0, count * length));
    memory.kernels.multiply(byteOffset, length, 1, byteOffset, 1, length, out.byteOffset, count, length, count, 0, room.byteOffset);
    to.set(out.subarray(0, count * count));
  };
}

/** @param {WebAssembly.Module} kernels @param {number} count @param {number} length */
function placeOf(kernels, count, length) {
  const memory = new Memory(kernels, 0);
  const sizes = [count * length, memory.kernels.room(count), count * count];
  memory.restart(sizes.reduce((sum, size) => sum + 4 * size + 32, 0));
  const [rows, room, out] = sizes.map((size) => memory.numbers(size));
  return { memory, rows, room, out };
}

/** @param {Float32Array} z @param {Spread} spread @returns {Float32Array} where the prior's mass lies: not too long; codes not negative */
export function within(z, { kind }) {
  if (kind === "rectified_normal") return z.map((value) => Math.max(0, value));
  const shorter = Math.min(1, (FARTHEST * Math.sqrt(z.length)) / Math.max(1e-9, Math.hypot(...z)));
  return z.map((value) => value * shorter);
}

/**
 * @param {Float64Array} matrix symmetric and positive, [n, n], of which the lower half is read; overwritten by its Cholesky factor
 * @param {number} n
 */
function factor(matrix, n) {
  for (let i = 0; i < n; i += 1)
    for (let j = 0; j <= i; j += 1) {
      let sum = matrix[i * n + j];
      for (let k = 0; k < j; k += 1) sum -= matrix[i * n + k] * matrix[j * n + k];
      matrix[i * n + j] = i === j ? Math.sqrt(sum) : sum / matrix[j * n + j];
    }
}

/** @param {Float64Array} lower Cholesky factor, [n, n] @param {Float64Array} right [n] @returns {Float64Array} the solution, in `right` */
function solveWith(lower, right) {
  const n = right.length;
  for (let i = 0; i < n; i += 1) {
    for (let k = 0; k < i; k += 1) right[i] -= lower[i * n + k] * right[k];
    right[i] /= lower[i * n + i];
  }
  for (let i = n - 1; i >= 0; i -= 1) {
    for (let k = i + 1; k < n; k += 1) right[i] -= lower[k * n + i] * right[k];
    right[i] /= lower[i * n + i];
  }
  return right;
}

/**
 * @param {Float64Array} matrix symmetric and positive, [n, n], of which the lower half is read; overwritten by its Cholesky factor
 * @param {Float64Array} right [n]
 * @returns {Float64Array} the solution, in `right`
 */
export function solve(matrix, right) {
  factor(matrix, right.length);
  return solveWith(matrix, right);
}
