/**
 * Where pictures break: how fast the picture changes when z is moved a little, as a share of random pictures that change slower. A generator is
 * continuous and what it learnt is not, so between two kinds of strokes it has to cross a gap, and crosses it fast: there lie the broken ones
 * (Tanielian et al. 2020, https://arxiv.org/abs/2006.10596, who look at the norm of the Jacobian; here it is felt along a few directions).
 */

import { pool } from "../engine/pool.js";
import { norm, normal, stack } from "../state/latent.js";

/** Directions in which a place is felt, and how far, as a part of the length of a usual z. */
const WAYS = 6;
const REACH = 1 / 16;
/** Random pictures that a place is compared with. */
const COMPARED = 48;
const AT_ONCE = 8;
const KEPT = 1200;
const SEED = 2_006_105_96;
/** Shares on the contour lines. Beyond the last one pictures break far more often: docs/decisions/page.md has the figures. */
export const LEVELS = [0.5, 0.75, 0.9];
/** From here on is where they break. */
export const EDGE = 0.9;

/**
 * @typedef {{id: string, z: () => Float32Array}} Place
 * @typedef {{key: string, url: string, classWeights: Float32Array|null, places: Place[], usual: () => Float32Array[], pixels: number}} Wish
 *   `key`: everything that the answer depends on; `usual`: random z of the model as the prior has them, to compare with; `pixels`: numbers in a picture
 */

/** @param {Float32Array} z @param {readonly Float32Array[]} ways unit vectors @param {number} step @returns {Float32Array[]} z, and z a step along each */
export function felt(z, ways, step) {
  return [z, ...ways.map((way) => z.map((value, i) => value + step * way[i]))];
}

/** @param {number} dim @returns {Float32Array[]} the directions in which a z of so many numbers is felt, always the same */
export function waysOf(dim) {
  return Array.from({ length: WAYS }, (_, i) => {
    const way = normal(SEED + i, dim);
    const length = norm(way);
    return way.map((value) => value / length);
  });
}

/** How far the pictures after the first lie from it, of each group of `1 + WAYS`. @param {Float32Array} pictures @param {number} each numbers in one @returns {number[]} root of the mean of the squared distances */
export function changes(pictures, each) {
  const group = (1 + WAYS) * each;
  return Array.from({ length: Math.floor(pictures.length / group) }, (_, g) => {
    let sum = 0;
    for (let way = 1; way <= WAYS; way += 1)
      for (let i = 0; i < each; i += 1) sum += (pictures[g * group + way * each + i] - pictures[g * group + i]) ** 2;
    return Math.sqrt(sum / WAYS);
  });
}

/** @param {number} value @param {readonly number[]} sorted @returns {number} the share of them that is smaller, with what lies between two of them in between: 0 ... 1 */
export function shareBelow(value, sorted) {
  const above = sorted.findIndex((one) => one > value);
  if (above === 0) return 0;
  if (above < 0) return 1;
  const [low, high] = [sorted[above - 1], sorted[above]];
  return (above - 1 + (value - low) / (high - low)) / (sorted.length - 1);
}

/** The shares of the places of one map; a few are asked for at a time, nearest first. */
export class Breaks {
  /** @param {() => void} changed told when some have come @param {(error: Error) => void} failed */
  constructor(changed, failed) {
    this.changed = changed;
    this.failed = failed;
    /** @type {Map<string, number>} the change at a place, by key and place */
    this.found = new Map();
    /** @type {number[]|null} those of random pictures, sorted; null until they have come */
    this.compared = null;
    this.comparedKey = "";
    this.waiting = "";
    this.version = 0;
    /** @type {Wish|null} */
    this.wish = null;
    /** @type {Float32Array[]} */
    this.ways = [];
    this.step = 0;
  }

  /** @param {Wish} wish what the map shows now, nearest to the hand first */
  want(wish) {
    this.wish = wish;
    const key = `${wish.url} ${wish.classWeights}`;
    if (this.comparedKey !== key) [this.comparedKey, this.compared] = [key, null];
    if (!this.waiting || !this.waiting.startsWith(key)) this.#ask(key);
  }

  /** @param {string} id @returns {number} share of random pictures that change slower than the one there; NaN while that is not known */
  get(id) {
    const change = this.found.get(`${this.wish?.key} ${id}`);
    return change === undefined || !this.compared ? NaN : shareBelow(change, this.compared);
  }

  destroy() {
    pool.drop("breaks");
    this.wish = null;
    this.found.clear();
  }

  /** @param {string} key of the model */
  #ask(key) {
    const { wish } = this;
    this.waiting = "";
    if (!wish) return;
    if (!this.compared) {
      const usual = wish.usual();
      [this.ways, this.step] = [waysOf(usual[0].length), REACH * norm(usual[0])];
      this.#feel(`${key} usual`, wish, usual, (all) => (this.compared = all.sort((a, b) => a - b)));
      return;
    }
    const missing = wish.places.filter(({ id }) => !this.found.has(`${wish.key} ${id}`)).slice(0, AT_ONCE);
    if (!missing.length) return;
    this.#feel(`${key} ${wish.key}`, wish, missing.map((place) => place.z()), (all) => all.forEach((change, i) => this.#keep(`${wish.key} ${missing[i].id}`, change)));
  }

  /** @param {string} name @param {number} change */
  #keep(name, change) {
    this.found.set(name, change);
    const [oldest] = this.found.keys();
    if (this.found.size > KEPT) this.found.delete(oldest);
  }

  /** @param {string} name of what is waited for @param {Wish} wish @param {Float32Array[]} rows @param {(changes: number[]) => void} take */
  #feel(name, { url, classWeights, pixels }, rows, take) {
    this.waiting = name;
    const { ways, step } = this;
    const z = rows.flatMap((row) => felt(row, ways, step));
    const all = new Float32Array(z.length * pixels);
    let left = z.length;
    /** @param {number} first @param {Float32Array} part */
    const onPart = (first, part) => {
      all.set(part, first * pixels);
      left -= part.length / pixels;
      if (left > 0 || this.waiting !== name) return;
      take(changes(all, pixels));
      this.version += 1;
      this.#ask(this.comparedKey);
      this.changed();
    };
    /** @param {Error} error */
    const onError = (error) => {
      this.waiting = ""; // the next wish tries again
      this.failed(error);
    };
    pool.draw("breaks", { url, z: stack(z), classWeights: classWeights && stack(z.map(() => classWeights)), count: z.length, onPart, onError });
  }
}

/** For `Wish.usual`. @param {(x: number, y: number) => Float32Array} plane of seeds @returns {Float32Array[]} z that are far from each other on it */
export function usualOf(plane) {
  return Array.from({ length: COMPARED }, (_, i) => plane(7 * (i % 8) + 1, 7 * Math.floor(i / 8) + 1));
}

/**
 * A step that stays out of where pictures break: as far as it goes, along the edge where it leads there, else not at all.
 * @template {{x: number, y: number}} Point
 * @param {Point} from @param {Point} to @param {(x: number, y: number) => number} shareAt NaN where it is not known: there nothing is kept out
 * @returns {{x: number, y: number}}
 */
export function keptOut(from, to, shareAt) {
  const most = Math.max(EDGE, shareAt(from.x, from.y) || 0); // who is in it already comes out by going down
  /** @param {number} x @param {number} y */
  const holds = (x, y) => !(shareAt(x, y) > most);
  const ways = /** @type {[number, number][]} */ ([[to.x, to.y], [to.x, from.y], [from.x, to.y]]);
  const [x, y] = ways.find((way) => holds(...way)) ?? [from.x, from.y];
  return { x, y };
}
