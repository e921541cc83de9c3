/** A walk through latent space: key points, how they are joined, and where on the walk we are. One path for each model. */

import { t } from "../i18n/i18n.js";
import { lerp, slerp } from "./latent.js";
import { view } from "./view.js";

/**
 * @typedef {Object} KeyPoint
 * @property {string} title
 * @property {Float32Array} z before the spread
 * @property {Float32Array|null} classWeights null for a model without classes
 * @property {number} [seed] that gives this z, where one does: a link is shorter with it
 * @property {boolean} [automatic] put there to begin with, gives way to one dropped from elsewhere
 */

export const STEPS = { min: 2, max: 120 };

/** The path of one model. */
export class Path {
  constructor() {
    /** @type {KeyPoint[]} */
    this.keys = [];
    this.spherical = true;
    this.closed = false;
    this.steps = 24;
    this.framesPerSecond = 12;
    /** @type {number} 0 ... 1 */
    this.position = 0;
    /** Goes up when the pictures along the way change; moving along does not count. */
    this.version = 0;
    this.listeners = new Set();
  }

  /** @param {() => void} listener @returns {() => void} stops it */
  subscribe(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** @param {Partial<Path>} patch keys, spherical, closed, steps, framesPerSecond or position */
  set(patch) {
    Object.assign(this, patch);
    if (Object.keys(patch).some((name) => name !== "position" && name !== "framesPerSecond")) this.version += 1;
    for (const listener of [...this.listeners]) listener();
  }

  /** @param {KeyPoint} key at the end */
  add(key) {
    this.set({ keys: [...this.keys, key] });
  }

  /** @param {KeyPoint} key in the place of the first automatic one, else at the end */
  drop(key) {
    const place = this.keys.findIndex((one) => one.automatic);
    if (place < 0) this.add(key);
    else this.set({ keys: this.keys.with(place, key) });
  }

  /** @param {number} index */
  remove(index) {
    this.set({ keys: this.keys.filter((_, i) => i !== index) });
  }

  /** @param {number} index @param {number} by -1 or 1 */
  move(index, by) {
    const keys = [...this.keys];
    const [key] = keys.splice(index, 1);
    keys.splice(index + by, 0, key);
    this.set({ keys });
  }

  /** @param {number} index @param {Partial<KeyPoint>} patch */
  change(index, patch) {
    this.set({ keys: this.keys.with(index, { ...this.keys[index], ...patch }) });
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

const paths = new Map();

/** @param {string|null} model id @returns {Path} that model's */
export function pathOf(model) {
  if (!paths.has(model)) paths.set(model, new Path());
  return paths.get(model);
}

/**
 * Drops a key point from another part of the page.
 * @param {{z: ArrayLike<number>, classWeights?: ArrayLike<number>|null, title: string, seed?: number, model?: string}} point z before the spread; `model` is the id of
 *   the model whose z it is, the one in view unless told: the view goes there
 * @returns {number} how many key points that model's path has now
 */
export function addKeyPoint({ z, classWeights = null, title, seed, model = view.state.model }) {
  if (model !== view.state.model) view.commit({ model, z: null, epoch: null });
  const path = pathOf(model);
  path.drop({ title, z: Float32Array.from(z), classWeights: classWeights && Float32Array.from(classWeights), ...(seed === undefined ? {} : { seed }) });
  return path.keys.filter((key) => !key.automatic).length;
}

/** @param {import("./view.js").View} view @param {import("./held.js").Held} held with a model @returns {KeyPoint} the digit of the Explore tab */
export function pointInHand({ state: { seed, z } }, held) {
  const title = z ? t("seed {seed}, changed", { seed }) : t("seed {seed}", { seed });
  return { title, z: Float32Array.from(held.z), classWeights: held.classWeights, ...(z ? {} : { seed }) };
}

/** @param {number} count of key points that somebody chose @returns {string} what is said when one more was dropped from elsewhere */
export function dropped(count) {
  return count < 2 ? t("The first key point of this model's path. Take another, then open Interpolate.") : t("{count} key points on this model's path: open Interpolate.", { count });
}
