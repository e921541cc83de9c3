/**
 * The code in hand: what the encoder says, moved along directions, and what the bars change of it. It plays both parts that equalizer.js talks
 * to, the view and the model held, so that the code is an equalizer like z.
 */

import { View } from "./view.js";

/** The view of a code: whoever sets z tells the code itself, and what is kept (and undone, and linked) is its difference to the encoder's. */
class Changes extends View {
  /** @param {CodeHand} hand */
  constructor(hand) {
    super();
    this.hand = hand;
  }

  set(patch) {
    const { base } = this.hand;
    super.set(patch.z ? { ...patch, z: Float32Array.from(patch.z, (value, i) => value - base[i]) } : patch);
  }
}

/** Changes are kept as differences, so they stay while a pen draws on and the encoder says something else. */
export class CodeHand {
  /** @param {() => void} onChange told when a bar, a tool or the map has changed the code, or a change was undone */
  constructor(onChange) {
    this.view = new Changes(this);
    /** @type {import("./models.js").Model|null} */
    this.model = null;
    this.base = null;
    /** @type {Float32Array|null} the code with its changes */
    this.z = null;
    this.listeners = new Set();
    this.view.subscribe((state, before) => {
      if (state.z === before.z || !this.base) return;
      this.#renew();
      onChange();
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

  /** @returns {Float32Array|null} what is added to the encoder's code */
  get change() {
    return this.view.state.z;
  }

  get changed() {
    return this.change !== null;
  }

  /** @param {Float32Array} z while a press moves */
  take(z) {
    this.view.set({ z });
  }

  /** Takes all changes back. */
  reset() {
    this.view.commit({ z: null });
  }

  /** @param {import("./models.js").Model} model @param {Float32Array} base what the encoder and the directions say now @returns {Float32Array} the code */
  follow(model, base) {
    // a change that a link brought waits here for the first model
    if (this.model && model !== this.model) this.view.start({ z: null });
    if (this.change && this.change.length !== base.length) this.view.start({ z: null });
    [this.model, this.base] = [model, base];
    this.#renew();
    for (const listener of [...this.listeners]) listener();
    return this.z;
  }

  #renew() {
    const { change } = this;
    const floor = lowest(this.model);
    this.z = change ? this.base.map((value, i) => Math.max(floor, value + change[i])) : this.base;
  }
}

/** @param {import("./models.js").Model} model @returns {number} the least that a number of its code can be */
export function lowest({ prior }) {
  return prior.kind === "rectified_normal" ? 0 : -Infinity;
}
