/**
 * The code in hand: what the encoder says, moved along directions, and what the bars change of it. It plays both parts that equalizer.js talks
 * to, the view and the model held, so that the code is an equalizer like z.
 */

import { View } from "./view.js";

/** Changes are kept as differences, so they stay while a pen draws on and the encoder says something else. */
export class CodeHand {
  /** @param {() => void} onChange told when a bar, a tool or the map has changed the code */
  constructor(onChange) {
    this.view = new View();
    /** @type {import("./models.js").Model|null} */
    this.model = null;
    this.base = null;
    this.change = null;
    /** @type {Float32Array|null} the code with its changes */
    this.z = null;
    this.listeners = new Set();
    this.view.subscribe((state, before) => {
      if (state.z === before.z || !this.base) return;
      this.change = state.z && Float32Array.from(state.z, (value, i) => value - this.base[i]);
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
    if (model !== this.model) {
      this.change = null;
      this.view.start({ z: null });
    }
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
