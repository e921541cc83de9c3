/** What is on screen, as one value: every component reads it, changes it with `set`, and ends a gesture with `commit`. */

import { child, MAX_SEED, randomSeed } from "./latent.js";
import { OPENING } from "./opening.js";
import { Store } from "./store.js";

/**
 * @typedef {Object} ViewState
 * @property {string|null} model id in models.json
 * @property {number} seed of the digit in hand
 * @property {number} gridSeed of the grid of samples
 * @property {Float32Array|null} z before the spread; null means: what the seed gives
 * @property {number} psi spread, 0 ... 2
 * @property {number} digit label of a conditional model (classes.js)
 * @property {number} other second digit of a blend
 * @property {number} blend 0 is all `digit`, 1 all `other`
 * @property {number|null} epoch step of an earlier generator, null for the finished one
 * @property {boolean} smooth whether pixels are smoothed
 * @property {string} compare ids of the models beside the held one, with spaces between them
 */

/** What a link means where it says nothing: it stays, or links of old would show something else. @type {Readonly<ViewState>} */
export const START = Object.freeze({
  model: null, seed: 25, gridSeed: 25, z: null, psi: 1, digit: 3, other: 8, blend: 0, epoch: null, smooth: false, compare: "",
});

/** What the page opens with where no link asks for something. @type {Readonly<ViewState>} */
export const OPENED = Object.freeze({ ...START, seed: OPENING.seed, gridSeed: OPENING.seed });

/** The state of the page with its history. @extends {Store<ViewState>} */
export class View extends Store {
  /** @param {Partial<ViewState>} [state] */
  constructor(state = {}) {
    super({ ...OPENED, ...state });
  }

  /** Another digit: a fresh seed for the digit and its grid. @param {number} [seed] */
  roll(seed = randomSeed()) {
    this.commit({ seed, gridSeed: seed, z: null });
  }

  /** Takes a digit of the grid in hand; the grid stays. @param {number} row */
  hold(row) {
    this.commit({ seed: child(this.state.gridSeed, row), z: null });
  }
}

/** @param {unknown} x @returns {boolean} */
const isSeed = (x) => isWhole(x, MAX_SEED);
/** @param {unknown} x @returns {boolean} */
const isDigit = (x) => isWhole(x, 99_999);
/** @param {unknown} x @param {number} most */
const isWhole = (x, most) => typeof x === "number" && Number.isSafeInteger(x) && x >= 0 && x <= most;
/** @param {number} low @param {number} high @returns {(x: unknown) => boolean} */
const between = (low, high) => (x) => typeof x === "number" && Number.isFinite(x) && x >= low && x <= high;
/**
 * Whether a value can stand in that field of a view; one for each field of START.
 * @type {{[K in keyof ViewState]: (x: unknown) => boolean}}
 */
export const CHECKS = {
  model: (x) => typeof x === "string" && x.length < 200,
  seed: isSeed,
  gridSeed: isSeed,
  z: (x) => Array.isArray(x) && x.length > 0 && x.length <= 4096 && x.every(between(-1e6, 1e6)),
  psi: between(0, 2),
  digit: isDigit,
  other: isDigit,
  blend: between(0, 1),
  epoch: (x) => x === null || isWhole(x, Number.MAX_SAFE_INTEGER),
  smooth: (x) => typeof x === "boolean",
  compare: (x) => typeof x === "string" && x.length < 400,
};

/** The view that all tabs of the page share. */
export const view = new View();
