/** Codes of many pictures laid flat: where each lies, and which code lies under a point. Pure arithmetic. */

import { dot } from "./latent.js";

const ROUNDS = 60;
const NEIGHBOURS = 6;

/** Codes on a plane: the code plane itself where a code is two numbers, else their two principal axes. */
export class Cloud {
  /**
   * @param {Float32Array[]} codes [n][d], n at least 1
   * @param {ArrayLike<number>} labels [n], class of each
   * @param {number} floor the least that a number of a code can be, -Infinity where there is none
   */
  constructor(codes, labels, floor) {
    this.codes = codes;
    this.labels = labels;
    this.floor = floor;
    this.flat = codes[0].length === 2;
    this.mean = this.flat ? new Float32Array(2) : meanOf(codes);
    /** @type {Float32Array[]} two directions of length 1 */
    this.axes = this.flat ? [Float32Array.of(1, 0), Float32Array.of(0, 1)] : principalAxes(codes, this.mean);
    /** @type {[number, number][]} where each code lies */
    this.places = codes.map((code) => this.project(code));
    const reach = [0, 1].map((axis) => this.places.map((place) => place[axis]));
    /** left, right, top, bottom, with a little room */
    this.bounds = reach.flatMap((values) => {
      const [low, high] = [Math.min(...values), Math.max(...values)];
      const room = 0.06 * (high - low) || 1;
      return [low - room, high + room];
    });
  }

  /** @param {ArrayLike<number>} z @returns {[number, number]} */
  project(z) {
    const offset = Float32Array.from(z, (value, i) => value - this.mean[i]);
    return [dot(offset, this.axes[0]), dot(offset, this.axes[1])];
  }

  /**
   * The code under a point. Off the plane it stands as far as its neighbours do, the nearest counting most, so that it draws as they do; it
   * projects to the point again, but for numbers that would fall below the floor.
   * @param {number} x @param {number} y @returns {Float32Array}
   */
  zAt(x, y) {
    const z = Float32Array.from(this.mean, (value, i) => value + x * this.axes[0][i] + y * this.axes[1][i]);
    if (!this.flat) this.#lift(z, x, y);
    return z.map((value) => Math.max(this.floor, value));
  }

  /** @param {Float32Array} z on the plane @param {number} x @param {number} y */
  #lift(z, x, y) {
    const near = this.places.map(([px, py], i) => ({ i, far: (px - x) ** 2 + (py - y) ** 2 })).sort((a, b) => a.far - b.far).slice(0, NEIGHBOURS);
    const weights = near.map(({ far }) => 1 / (far + 1e-6));
    const sum = weights.reduce((a, b) => a + b);
    near.forEach(({ i }, k) => {
      const [code, [px, py], share] = [this.codes[i], this.places[i], weights[k] / sum];
      for (let j = 0; j < z.length; j += 1) z[j] += share * (code[j] - this.mean[j] - px * this.axes[0][j] - py * this.axes[1][j]);
    });
  }
}

/** @param {Float32Array[]} codes @returns {Float32Array} */
function meanOf(codes) {
  const mean = new Float32Array(codes[0].length);
  for (const code of codes) for (let i = 0; i < mean.length; i += 1) mean[i] += code[i] / codes.length;
  return mean;
}

/**
 * The two directions in which the codes differ most, by power iteration; the largest number of each is positive, so that a map never flips.
 * @param {Float32Array[]} codes @param {Float32Array} mean @returns {Float32Array[]}
 */
export function principalAxes(codes, mean) {
  const rows = codes.map((code) => code.map((value, i) => value - mean[i]));
  /** @type {Float32Array[]} */
  const axes = [];
  for (let k = 0; k < 2; k += 1) {
    let axis = unit(mean.map((_, i) => Math.cos(i * (k + 1)) + 1.5));
    for (let round = 0; round < ROUNDS; round += 1) {
      const next = new Float32Array(mean.length);
      for (const row of rows) {
        const along = dot(row, axis);
        for (let i = 0; i < next.length; i += 1) next[i] += along * row[i];
      }
      for (const done of axes) subtract(next, done, dot(next, done));
      axis = unit(next);
    }
    axes.push(axis[axis.reduce((best, value, i) => (Math.abs(value) > Math.abs(axis[best]) ? i : best), 0)] < 0 ? axis.map((value) => -value) : axis);
  }
  return axes;
}

/** @param {Float32Array} from @param {Float32Array} axis @param {number} amount of it */
function subtract(from, axis, amount) {
  for (let i = 0; i < from.length; i += 1) from[i] -= amount * axis[i];
}

/** @param {Float32Array} axis @returns {Float32Array} of length 1 */
function unit(axis) {
  const length = Math.sqrt(dot(axis, axis)) || 1;
  return axis.map((value) => value / length);
}
