/** What is on screen, as one value: every component reads it, changes it with `set`, and ends a gesture with `commit`. */

import { child, MAX_SEED, randomSeed } from "./latent.js";

/**
 * @typedef {Object} ViewState
 * @property {string|null} model id in models.json
 * @property {number} seed of the digit in hand
 * @property {number} gridSeed of the grid of samples
 * @property {Float32Array|null} z before the spread; null means: what the seed gives
 * @property {number} psi spread, 0 ... 2
 * @property {number} digit class of a conditional model
 * @property {number} other second digit of a blend
 * @property {number} blend 0 is all `digit`, 1 all `other`
 * @property {number|null} epoch step of an earlier generator, null for the finished one
 * @property {boolean} smooth whether pixels are smoothed
 * @property {string} compare ids of the models beside the held one, with spaces between them
 */

/** @type {Readonly<ViewState>} */
export const START = Object.freeze({
  model: null, seed: 25, gridSeed: 25, z: null, psi: 1, digit: 3, other: 8, blend: 0, epoch: null, smooth: false, compare: "",
});

const HISTORY = 200;

/** The state with listeners and a history. States are never changed in place. */
export class View {
  /** @param {Partial<ViewState>} [state] */
  constructor(state = {}) {
    /** @type {Readonly<ViewState>} */
    this.state = Object.freeze({ ...START, ...state });
    this.past = [];
    this.future = [];
    this.committed = this.state;
    this.listeners = new Set();
  }

  /** @param {(state: Readonly<ViewState>, before: Readonly<ViewState>) => void} listener @returns {() => void} stops it */
  subscribe(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Changes the view while a gesture goes on. @param {Partial<ViewState>} patch */
  set(patch) {
    const changed = Object.keys(patch).some((key) => !Object.is(patch[key], this.state[key]));
    if (changed) this.#become(Object.freeze({ ...this.state, ...patch }));
  }

  /** Ends a gesture: from here on undo comes back to this. @param {Partial<ViewState>} [patch] a last change */
  commit(patch = {}) {
    this.set(patch);
    if (this.state === this.committed) return;
    this.past.push(this.committed);
    if (this.past.length > HISTORY) this.past.shift();
    this.future = [];
    this.committed = this.state;
    this.#tell(this.state);
  }

  get canUndo() {
    return this.past.length > 0;
  }

  get canRedo() {
    return this.future.length > 0;
  }

  /** Takes the last gesture back. */
  undo() {
    this.commit();
    if (!this.canUndo) return;
    this.future.push(this.committed);
    this.committed = this.past.pop();
    this.#become(this.committed);
  }

  /** Does again what undo took back. */
  redo() {
    if (!this.canRedo || this.state !== this.committed) return;
    this.past.push(this.committed);
    this.committed = this.future.pop();
    this.#become(this.committed);
  }

  /** Where the page begins: nothing to undo. @param {Partial<ViewState>} patch */
  start(patch) {
    [this.past, this.future] = [[], []];
    this.committed = Object.freeze({ ...this.state, ...patch });
    this.#become(this.committed);
  }

  /** Another digit: a fresh seed for the digit and its grid. @param {number} [seed] */
  roll(seed = randomSeed()) {
    this.commit({ seed, gridSeed: seed, z: null });
  }

  /** Takes a digit of the grid in hand; the grid stays. @param {number} row */
  hold(row) {
    this.commit({ seed: child(this.state.gridSeed, row), z: null });
  }

  #become(state) {
    const before = this.state;
    this.state = state;
    this.#tell(before);
  }

  #tell(before) {
    for (const listener of [...this.listeners]) listener(this.state, before);
  }
}

const isSeed = (x) => Number.isSafeInteger(x) && x >= 0 && x <= MAX_SEED;
const isDigit = (x) => Number.isSafeInteger(x) && x >= 0 && x < 1000;
const between = (low, high) => (x) => Number.isFinite(x) && x >= low && x <= high;
/** Whether a value can stand in that field of a view; one for each field of START. */
export const CHECKS = {
  model: (x) => typeof x === "string" && x.length < 200,
  seed: isSeed,
  gridSeed: isSeed,
  z: (x) => Array.isArray(x) && x.length > 0 && x.length <= 4096 && x.every((value) => between(-1e6, 1e6)(value)),
  psi: between(0, 2),
  digit: isDigit,
  other: isDigit,
  blend: between(0, 1),
  epoch: (x) => x === null || (Number.isSafeInteger(x) && x >= 0),
  smooth: (x) => typeof x === "boolean",
  compare: (x) => typeof x === "string" && x.length < 400,
};

/** The view that all tabs of the page share. */
export const view = new View();
