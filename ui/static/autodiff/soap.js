/**
 * SOAP: Adam in the eigenbasis of Shampoo's preconditioner, for kernels; what has no two sides has plain Adam. The same as Soap in
 * gan_core/nn/optimizers.py, state included. Vyas et al. 2024, https://arxiv.org/abs/2409.11321
 */

import { Adam, BETA_2 } from "./adam.js";
import { product, reserve } from "./layers/layer.js";

/** Eigenvectors cost the third power of a side. */
const MOST_SIDE = 256;
const REFRESH = 10;
/** Of the means of both sides. */
const DECAY = 0.95;
const EPSILON = 1e-12;
/** No update is longer than so many rates in one direction. */
const MOST_RATES = 1000;

/**
 * @typedef {import("./memory.js").Numbers} Numbers
 * @typedef {{length: number, products: Numbers, basis: Numbers}} Side
 */

export class Soap extends Adam {
  /**
   * @param {import("./layers.js").Place} place
   * @param {import("./layers.js").Learned[]} learned
   * @param {import("./adam.js").About} about
   */
  constructor(place, learned, about) {
    super(place.memory, learned, { ...about, epsilon: EPSILON });
    this.place = place;
    /** @type {(Side|null)[][]} of each variable its rows' side and its outputs' */
    this.sides = learned.map(({ shape }) => (shape.length < 2 ? [] : [rowsOf(shape), shape[shape.length - 1]]).map((length) => (length <= MOST_SIDE ? this.#side(length) : null)));
    const widest = Math.max(...learned.map(({ value }) => value.length), MOST_SIDE ** 2);
    this.seen = place.memory.numbers(widest);
    this.half = place.memory.numbers(widest);
    this.room = place.memory.numbers(place.memory.kernels.eigen_room(MOST_SIDE));
    reserve(place, Math.max(MOST_SIDE, ...learned.map(({ shape }) => shape[shape.length - 1])));
  }

  /** @param {number} length @returns {Side} */
  #side(length) {
    const [products, basis] = [0, 1].map(() => this.memory.numbers(length * length));
    for (let i = 0; i < length; i += 1) basis[i * length + i] = 1;
    return { length, products, basis };
  }

  variables() {
    const sides = this.sides.flat().filter((side) => side !== null);
    return [...super.variables(), ...sides.flatMap(({ length, products, basis }) => [products, basis].map((value) => ({ shape: [length, length], value })))];
  }

  /** @param {number} i @param {number} rate */
  move(i, rate) {
    const [rows, outputs] = this.sides[i];
    if (!rows && !outputs) {
      super.move(i, rate);
      return;
    }
    const { shape, value, slope } = this.learned[i];
    const [first, second] = [this.first[i], this.second[i]];
    const [m, n] = [rowsOf(shape), shape[shape.length - 1]];
    for (let j = 0; j < first.length; j += 1) first[j] += (slope[j] - first[j]) * (1 - this.about.beta1);
    let seen = this.#into(slope, m, n, rows, outputs, true);
    for (let j = 0; j < second.length; j += 1) second[j] += (seen[j] * seen[j] - second[j]) * (1 - BETA_2);
    seen = this.#into(first, m, n, rows, outputs, true);
    for (let j = 0; j < second.length; j += 1) seen[j] = Math.min(MOST_RATES, Math.max(-MOST_RATES, seen[j] / (Math.sqrt(second[j]) + EPSILON)));
    const moved = this.#into(seen, m, n, rows, outputs, false);
    for (let j = 0; j < value.length; j += 1) value[j] -= rate * moved[j];
    // last, as in its own basis a gradient is diagonal, and what is next to nothing there would be divided by itself
    if (rows) this.#turn(rows, slope, false, m, n);
    if (outputs) this.#turn(outputs, slope, true, n, m);
  }

  /**
   * A matrix as it looks in the bases of its sides, or the way back.
   * @param {Numbers} matrix @param {number} m @param {number} n @param {Side|null} rows @param {Side|null} outputs @param {boolean} into
   * @returns {Numbers} in `seen`
   */
  #into(matrix, m, n, rows, outputs, into) {
    const { place, seen, half } = this;
    if (rows) product(place, rows.basis, into, matrix, false, half, m, m, n);
    else half.set(matrix.subarray(0, m * n));
    if (outputs) product(place, half, false, outputs.basis, !into, seen, m, n, n);
    else seen.set(half.subarray(0, m * n));
    return seen;
  }

  /** Takes the gradient's product with itself into the mean of a side; finds its eigenvectors where they are due. @param {Side} side @param {Numbers} slope @param {boolean} flipped @param {number} m @param {number} n */
  #turn({ length, products, basis }, slope, flipped, m, n) {
    const { half } = this;
    product(this.place, slope, flipped, slope, !flipped, half, m, n, m);
    for (let j = 0; j < products.length; j += 1) products[j] += (half[j] - products[j]) * (1 - DECAY);
    const before = this.updates - 1;
    if (before % REFRESH && before >= REFRESH) return;
    if (!products.every(Number.isFinite)) return; // that the training has gone wrong is told by its weights
    this.memory.kernels.eigen(products.byteOffset, length, basis.byteOffset, this.room.byteOffset);
  }
}

/** @param {number[]} shape */
const rowsOf = (shape) => shape.slice(0, -1).reduce((all, side) => all * side, 1);
