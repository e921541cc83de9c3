/** A walk through latent space: key points, how they are joined, and where on the walk we are. One path for each model. */

import { t } from "../i18n/i18n.js";
import { lerp, slerp } from "./latent.js";
import { Store } from "./store.js";
import { view } from "./view.js";

/**
 * @typedef {Object} KeyPoint
 * @property {string} title
 * @property {Float32Array} z before the spread
 * @property {Float32Array|null} classWeights null for a model without classes
 * @property {number} [seed] that gives this z, where one does: a link is shorter with it
 * @property {boolean} [automatic] put there to begin with, gives way to one dropped from elsewhere
 */

/**
 * @typedef {Object} PathState
 * @property {readonly KeyPoint[]} keys
 * @property {boolean} spherical
 * @property {boolean} closed
 * @property {number} steps
 * @property {number} framesPerSecond
 * @property {number} position 0 ... 1
 */

export const STEPS = { min: 2, max: 120 };
/** @type {PathState} */
const START = { keys: [], spherical: true, closed: false, steps: 24, framesPerSecond: 12, position: 0 };

/** The path of one model, with a history of its own. @extends {Store<PathState>} */
export class Path extends Store {
  constructor() {
    super(START, ["position", "framesPerSecond"]);
    /** Goes up when the pictures along the way change; moving along does not count. */
    this.version = 0;
    this.subscribe((state, before) => {
      if (["keys", "spherical", "closed", "steps"].some((name) => state[/** @type {keyof PathState} */ (name)] !== before[/** @type {keyof PathState} */ (name)])) this.version += 1;
    });
  }

  get keys() {
    return this.state.keys;
  }

  get spherical() {
    return this.state.spherical;
  }

  get closed() {
    return this.state.closed;
  }

  get steps() {
    return this.state.steps;
  }

  get framesPerSecond() {
    return this.state.framesPerSecond;
  }

  get position() {
    return this.state.position;
  }

  /** @param {KeyPoint} key at the end */
  add(key) {
    this.commit({ keys: [...this.keys, key] });
  }

  /** @param {KeyPoint} key in the place of the first automatic one, else at the end */
  drop(key) {
    const place = this.keys.findIndex((one) => one.automatic);
    if (place < 0) this.add(key);
    else this.commit({ keys: this.keys.with(place, key) });
  }

  /** @param {number} index */
  remove(index) {
    this.commit({ keys: this.keys.filter((_, i) => i !== index) });
  }

  /** @param {number} index @param {number} by -1 or 1 */
  move(index, by) {
    const keys = [...this.keys];
    keys.splice(index + by, 0, ...keys.splice(index, 1));
    this.commit({ keys });
  }

  /** @param {number} index @param {Partial<KeyPoint>} patch */
  change(index, patch) {
    this.commit({ keys: this.keys.with(index, { ...this.keys[index], ...patch }) });
  }

  /** @returns {boolean} whether there is a way to walk */
  get ready() {
    return this.keys.length >= 2;
  }

  /**
   * @param {number} position 0 ... 1 along the whole way; a closed one is back at its start at 1
   * @returns {{z: Float32Array, classWeights: Float32Array|null}}
   */
  at(position) {
    const { keys, closed } = this;
    const legs = closed ? keys.length : keys.length - 1;
    const place = Math.min(1, Math.max(0, position)) * legs;
    const leg = Math.min(legs - 1, Math.floor(place));
    const [a, b, t] = [keys[leg], keys[(leg + 1) % keys.length], place - leg];
    const classWeights = a.classWeights && b.classWeights ? lerp(a.classWeights, b.classWeights, t) : a.classWeights;
    return { z: (this.spherical ? slerp : lerp)(a.z, b.z, t), classWeights };
  }

  /** @param {number} index @returns {number} position of that frame; a closed path's last frame comes just before its first */
  positionOf(index) {
    return index / (this.closed ? this.steps : this.steps - 1);
  }

  /** @returns {number} the frame nearest to where we are */
  get frame() {
    return Math.round(this.position * (this.closed ? this.steps : this.steps - 1)) % this.steps;
  }
}

/** @type {Map<string|null, Path>} */
const paths = new Map();

/** @param {string|null} model id @returns {Path} that model's */
export function pathOf(model) {
  const path = paths.get(model) ?? new Path();
  paths.set(model, path);
  return path;
}

/** @type {import("./held.js").History} of the path in view; where nothing of it is left to undo, of the view, which names the model and its seed */
export const pathHistory = {
  get canUndo() {
    return pathOf(view.state.model).canUndo || view.canUndo;
  },
  get canRedo() {
    return pathOf(view.state.model).canRedo || view.canRedo;
  },
  undo() {
    const path = pathOf(view.state.model);
    if (path.canUndo) path.undo();
    else view.undo();
  },
  redo() {
    const path = pathOf(view.state.model);
    if (path.canRedo) path.redo();
    else view.redo();
  },
};

/**
 * Drops a key point from another part of the page.
 * @param {{z: ArrayLike<number>, classWeights?: ArrayLike<number>|null, title: string, seed?: number, model?: string|null}} point z before the spread; `model` is the id of
 *   the model whose z it is, the one in view unless told: the view goes there
 * @returns {number} how many key points that model's path has now
 */
export function addKeyPoint({ z, classWeights = null, title, seed, model = view.state.model }) {
  if (model !== view.state.model) view.commit({ model, z: null, epoch: null });
  const path = pathOf(model);
  path.drop({ title, z: Float32Array.from(z), classWeights: classWeights && Float32Array.from(classWeights), ...(seed === undefined ? {} : { seed }) });
  return path.keys.filter((key) => !key.automatic).length;
}

/**
 * @param {import("./view.js").View} view
 * @param {import("./held.js").Held} held
 * @returns {KeyPoint|null} the digit of the Explore tab; null while no model is there
 */
export function pointInHand({ state: { seed, z } }, held) {
  if (!held.ready || !held.z) return null;
  const title = z ? t("seed {seed}, changed", { seed }) : t("seed {seed}", { seed });
  return { title, z: Float32Array.from(held.z), classWeights: held.classWeights, ...(z ? {} : { seed }) };
}

/** @param {number} count of key points that somebody chose @returns {string} what is said when one more was dropped from elsewhere */
export function dropped(count) {
  return count < 2 ? t("The first key point of this model's path. Take another, then open Interpolate.") : t("{count} key points on this model's path: open Interpolate.", { count });
}
