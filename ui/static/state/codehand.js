/**
 * The code in hand: what the encoder says, moved along directions, and what the bars change of it. Bars and tools bend it as they bend z (`Hand`).
 */

import { Store } from "./store.js";

/**
 * Changes are kept (and undone, and linked) as differences to the encoder's code, so they stay while a pen draws on and the encoder says
 * something else.
 * @implements {Hand}
 */
export class CodeHand {
  /** @param {() => void} onChange told when a bar, a tool or the map has changed the code, or a change was undone */
  constructor(onChange) {
    /** What is added to the encoder's code. @type {Store<{change: Float32Array|null}>} */
    this.history = new Store(/** @type {{change: Float32Array|null}} */ ({ change: null }));
    /** @type {Model|null} */
    this.model = null;
    /** @type {Float32Array|null} what the encoder and the directions say */
    this.base = null;
    /** @type {Float32Array|null} the code with its changes */
    this.z = null;
    /** @type {Set<() => void>} */
    this.listeners = new Set();
    this.destroy = this.history.subscribe((state, before) => {
      if (this.model && this.base) this.z = this.codeFor(this.model, this.base);
      if (state.change !== before.change && this.base) onChange();
      else this.#tell();
    });
  }

  /** @param {() => void} listener @returns {() => void} stops it */
  subscribe(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  get ready() {
    return this.base !== null;
  }

  /** @returns {Float32Array|null} */
  get change() {
    return this.history.state.change;
  }

  get changed() {
    return this.change !== null;
  }

  get settled() {
    return this.history.state === this.history.committed;
  }

  /** @param {Float32Array} z while a gesture goes on */
  take(z) {
    const { base } = this;
    if (base) this.history.set({ change: z.map((value, i) => value - base[i]) });
  }

  /** @param {Float32Array} [z] a last change */
  settle(z) {
    if (z) this.take(z);
    this.history.commit();
  }

  /** Takes all changes back. */
  reset() {
    this.history.commit({ change: null });
  }

  /** As a link has it. @param {Float32Array|null} change */
  start(change) {
    this.history.start({ change });
  }

  /** @param {Model} model @param {Float32Array} base what the encoder and the directions say now @returns {Float32Array} the code */
  follow(model, base) {
    // a change that a link brought waits here for the first model
    const another = this.model !== null && model !== this.model;
    [this.model, this.base] = [null, null];
    if (another || (this.change && this.change.length !== base.length)) this.start(null);
    [this.model, this.base] = [model, base];
    this.z = this.codeFor(model, base);
    this.#tell();
    return this.z;
  }

  /** @param {Model} model @param {Float32Array} base what encoder and directions would say @returns {Float32Array} the code with the changes of now */
  codeFor(model, base) {
    const { change } = this;
    const floor = lowest(model);
    return change ? base.map((value, i) => Math.max(floor, value + change[i])) : base;
  }

  #tell() {
    for (const listener of [...this.listeners]) listener();
  }
}

/** @typedef {import("./models.js").Model} Model */
/** @typedef {import("./held.js").Hand} Hand */

/** @param {Model} model @returns {number} the least that a number of its code can be */
export function lowest({ prior }) {
  return prior.kind === "rectified_normal" ? 0 : -Infinity;
}
