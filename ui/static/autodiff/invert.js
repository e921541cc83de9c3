/**
 * Finding the z whose picture is nearest to a given one: Adam from several starts, with the prior as a weight. As gan_core/model/grasp.py does it,
 * in pieces, so that whoever waits sees what was found so far and may change what is looked for.
 * Source: Zhu et al. 2016, https://arxiv.org/abs/1609.03552; Kingma & Ba 2015, https://arxiv.org/abs/1412.6980
 */

import { Blur, brightness, within } from "./grasp.js";
import { drawn, slopeByZ } from "./pictures.js";

/** Steps of a search; its rate falls to nothing over them. */
export const STEPS = 150;
const RATE = 0.15;
/** Weight of |z|^2 / dim beside the mean square error. */
const PULL = 1e-3;
/** Starts that may have the same class, so that a digit which looks like another does not take all places. */
const OF_A_CLASS = 2;

/** @typedef {import("./pictures.js").Opened} Opened */
/** @typedef {import("./grasp.js").Spread} Spread */
/** @typedef {{z: Float32Array, labels: Float32Array|null, mean: Float32Array, square: Float32Array, step: number}} Search `z` [starts, dim] */
/** @typedef {{z: Float32Array, labels: Float32Array|null, pictures: Float32Array}} Candidates `pictures` [n, pixels], how bright they are, blurred */

/**
 * @param {Opened} generator
 * @param {Float32Array} z [n, dim]
 * @param {Float32Array|null} labels [n, classes]
 * @param {number} most pictures at once
 * @returns {Candidates}
 */
export function candidatesOf(generator, z, labels, most) {
  const { inputSize: dim, outputSize: numbers } = generator.network;
  const [height, width, channels] = generator.program.output.shape;
  const pixels = height * width;
  const [count, classes, blur] = [z.length / dim, (labels?.length ?? 0) / (z.length / dim), new Blur(height, width)];
  const pictures = new Float32Array(count * pixels);
  for (let from = 0; from < count; from += most) {
    const to = Math.min(count, from + most);
    const some = drawn(generator, z.subarray(from * dim, to * dim), labels && labels.subarray(from * classes, to * classes));
    for (let i = 0; i < to - from; i += 1) blur.of(brightness(some.subarray(i * numbers, (i + 1) * numbers), channels), pictures.subarray((from + i) * pixels, (from + i + 1) * pixels));
  }
  return { z, labels, pictures };
}

/**
 * Where a search starts: from the candidates whose blurred pictures are nearest, and from what was found before.
 * @param {Candidates} candidates
 * @param {Float32Array} wanted [pixels, channels] in [0, 1]
 * @param {readonly number[]} shape of the picture, [height, width, channels]
 * @param {number} starts
 * @param {{z: Float32Array, labels: Float32Array|null}|null} [before] one z more to start from
 * @returns {Search}
 */
export function startsOf({ z, labels, pictures }, wanted, [height, width, channels], starts, before = null) {
  const pixels = height * width;
  const count = pictures.length / pixels;
  const [dim, classes] = [z.length / count, (labels?.length ?? 0) / count];
  const seen = new Blur(height, width).of(brightness(wanted, channels));
  const away = Array.from({ length: count }, (_, i) => {
    let sum = 0;
    for (let p = 0, at = i * pixels; p < pixels; p += 1, at += 1) sum += (pictures[at] - seen[p]) ** 2;
    return sum;
  });
  /** @type {Map<string, number>} */
  const taken = new Map();
  const nearest = away.map((_, i) => i).sort((a, b) => away[a] - away[b]).filter((i) => {
    const kind = labels ? labels.subarray(i * classes, (i + 1) * classes).join() : "";
    taken.set(kind, (taken.get(kind) ?? 0) + 1);
    return !labels || /** @type {number} */ (taken.get(kind)) <= OF_A_CLASS;
  }).slice(0, before ? starts - 1 : starts);
  /** @param {Float32Array} all @param {number} each @param {Float32Array|null|undefined} more */
  const rows = (all, each, more) => Float32Array.from([...nearest.flatMap((i) => [...all.subarray(i * each, (i + 1) * each)]), ...(more ?? [])]);
  const begun = rows(z, dim, before?.z);
  return { z: begun, labels: labels && rows(labels, classes, before?.labels), mean: new Float32Array(begun.length), square: new Float32Array(begun.length), step: 0 };
}

/** Of a search by parts: rounds, and steps of z in each. */
const [ROUNDS, PIECE] = [4, 20];

/**
 * Where a search starts whose classes stand in groups, too many together to be tried: from the nearest candidate, in turn each group's class that makes
 * it nearest with all else alike, and some steps of z.
 * @param {Opened} generator @param {Candidates} candidates their parts differ
 * @param {Float32Array} wanted @param {readonly number[]} groups sizes
 * @param {Spread} spread of the prior @param {number} most pictures at once
 * @returns {{z: Float32Array, labels: Float32Array}} one row of each
 */
export function byParts(generator, candidates, wanted, groups, spread, most) {
  const { shape } = generator.program.output;
  const begun = startsOf(candidates, wanted, shape, 1);
  let [z, labels] = [begun.z, /** @type {Float32Array} */ (begun.labels)];
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let group = 0, start = 0; group < groups.length; start += groups[group], group += 1) {
      const rows = Array.from({ length: groups[group] }, (_, part) => labels.map((weight, i) => (i < start || i >= start + groups[group] ? weight : Number(i === start + part))));
      const each = candidatesOf(generator, joined(rows.map(() => z)), joined(rows), most);
      labels = /** @type {Float32Array} */ (startsOf(each, wanted, shape, 1).labels);
    }
    const still = { z, labels, mean: new Float32Array(z.length), square: new Float32Array(z.length), step: 0 };
    z = searched(generator, still, wanted, spread, PIECE).search.z;
  }
  return { z, labels };
}

/** @param {Float32Array[]} rows @returns {Float32Array} */
function joined(rows) {
  const made = new Float32Array(rows.length * rows[0].length);
  rows.forEach((row, i) => made.set(row, i * row.length));
  return made;
}

/**
 * Some steps of Adam on the mean square error of the pictures plus the prior's pull.
 * @param {Opened} generator made for as many pictures as there are starts
 * @param {Search} search
 * @param {Float32Array} wanted [pixels] in [0, 1]
 * @param {Spread} spread of the prior
 * @param {number} steps at most; none after the last
 * @returns {{search: Search, best: number, picture: Float32Array, apart: number}} which start has found the best, its picture, how far that is from the wanted one
 */
export function searched(generator, search, wanted, spread, steps) {
  const { inputSize: dim, outputSize: pixels } = generator.network;
  const { labels } = search;
  let { z, step } = search;
  const [mean, square] = [search.mean.slice(), search.square.slice()];
  const last = Math.min(STEPS, step + steps);
  for (; step < last; ) {
    step += 1;
    const pictures = drawn(generator, z, labels);
    const slope = slopeByZ(generator, pictures.map((value, i) => (2 / pixels) * (value - wanted[i % pixels])), labels);
    const rate = RATE * (1 - step / (STEPS + 1));
    const moved = z.map((value, i) => {
      const c = i % dim;
      const std = spread.std[c];
      const g = slope[i] * std + ((2 * PULL) / dim) * ((value - (spread.mean?.[c] ?? 0)) / std);
      mean[i] = 0.9 * mean[i] + 0.1 * g;
      square[i] = 0.99 * square[i] + 0.01 * g * g;
      return value - (rate * std * (mean[i] / (1 - 0.9 ** step))) / (Math.sqrt(square[i] / (1 - 0.99 ** step)) + 1e-8);
    });
    z = new Float32Array(z.length);
    for (let i = 0; i < z.length; i += dim) z.set(within(moved.slice(i, i + dim), spread), i);
  }
  const pictures = drawn(generator, z, labels);
  const errors = Array.from({ length: z.length / dim }, (_, i) => distance(pictures.subarray(i * pixels, (i + 1) * pixels), wanted));
  // by what was searched for, and not by the error alone: at the prior's edge a 2 comes as near to a painted 7 as the likely 7 does
  const missed = errors.map((error, i) => error ** 2 + PULL * unlikely(z.subarray(i * dim, (i + 1) * dim), spread));
  const best = missed.indexOf(Math.min(...missed));
  return { search: { z, labels, mean, square, step }, best, picture: pictures.slice(best * pixels, (best + 1) * pixels), apart: errors[best] };
}

/** @param {Float32Array} z [dim] @param {Spread} spread @returns {number} the mean of its squares, in units of the prior's spread: 1 for a likely one */
function unlikely(z, spread) {
  return z.reduce((sum, value, c) => sum + ((value - (spread.mean?.[c] ?? 0)) / spread.std[c]) ** 2, 0) / z.length;
}

/** @param {Float32Array} one @param {Float32Array} other @returns {number} root mean square difference of two pictures */
export function distance(one, other) {
  let sum = 0;
  for (let i = 0; i < one.length; i += 1) sum += (one[i] - other[i]) ** 2;
  return Math.sqrt(sum / one.length);
}
