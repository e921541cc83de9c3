/** Data in the plane: a ring, clusters, a line, or what a hand has drawn. */

import { normalOf } from "../mlp.js";

/** What is seen of the plane: from -EDGE to EDGE both ways. */
export const EDGE = 2;
const CLUSTERS = 5;
const around = (/** @type {number} */ turn, /** @type {number} */ radius) => [radius * Math.cos(2 * Math.PI * turn), radius * Math.sin(2 * Math.PI * turn)];

/** A point each. @type {Record<string, (random: import("../mlp.js").Random) => number[]>} */
const SHAPES = {
  ring(random) {
    return around(random(), 1.2 + 0.06 * normalOf(random));
  },
  clusters(random) {
    const [x, y] = around(Math.floor(random() * CLUSTERS) / CLUSTERS + 0.25, 1.25);
    return [x + 0.12 * normalOf(random), y + 0.12 * normalOf(random)];
  },
  line(random) {
    const along = 3 * random() - 1.5;
    return [along, 0.7 * along + 0.1 * normalOf(random)];
  },
};

/** @param {(random: import("../mlp.js").Random) => number[]} point @returns {import("../tinygan.js").Draw} */
const many = (point) => (count, random) => Float64Array.from(Array.from({ length: count }, () => point(random)).flat());

/** @param {string} name "ring", "clusters", "line" @returns {import("../tinygan.js").Draw} */
export const drawOf = (name) => many(SHAPES[name]);

/** @param {ArrayLike<number>} points [count, 2] that a hand has left, at least one @returns {import("../tinygan.js").Draw} near them */
export function drawNear(points) {
  return many((random) => {
    const i = 2 * Math.floor((random() * points.length) / 2);
    return [points[i] + 0.06 * normalOf(random), points[i + 1] + 0.06 * normalOf(random)];
  });
}

/**
 * How far two clouds of points are apart: the energy distance, 2 E|x - y| - E|x - x'| - E|y - y'|, 0 where they are of one distribution.
 * Székely & Rizzo 2013, https://doi.org/10.1016/j.jspi.2013.03.018
 * @param {Float64Array} a [count, 2] @param {Float64Array} b [count, 2] @returns {number}
 */
export function energy(a, b) {
  const mean = (/** @type {Float64Array} */ one, /** @type {Float64Array} */ other) => {
    let sum = 0;
    for (let i = 0; i < one.length; i += 2) for (let j = 0; j < other.length; j += 2) sum += Math.hypot(one[i] - other[j], one[i + 1] - other[j + 1]);
    return sum / ((one.length / 2) * (other.length / 2));
  };
  return 2 * mean(a, b) - mean(a, a) - mean(b, b);
}
