/**
 * The digit in the hand: the view together with its model, loaded. Components draw what `pose()` gives.
 *
 * @typedef {{model: import("./models.js").Model, z: Float32Array, classWeights: Float32Array|null, epoch: number|null}} Pose what a generator needs
 *   for one picture, spread applied
 * @typedef {{pose: () => Pose|null, subscribe: (listener: () => void) => () => void}} Source
 */

import { onArrival } from "../engine/remote.js";
import { t } from "../i18n/i18n.js";
import { spread } from "./latent.js";
import { openModel } from "./models.js";
import { view } from "./view.js";

/** A source of poses that follows a view. */
export class Held {
  /** @param {import("./view.js").View} view */
  constructor(view) {
    this.view = view;
    /** @type {import("./models.js").Model|null} loaded, or null while none is */
    this.model = null;
    /** @type {import("./models.js").ModelInfo[]} */
    this.infos = [];
    /** @type {Error|null} why the chosen model is not there */
    this.error = null;
    this.listeners = new Set();
    view.subscribe((state, before) => {
      if (state.model !== before.model) this.#open();
      else if (state.epoch !== before.epoch) this.#openEpoch();
      this.tell();
    });
    onArrival((error) => {
      if (error || this.error) this.error = error;
      this.tell();
    });
  }

  /** @param {() => void} listener called when view, model or an epoch's weights change @returns {() => void} stops it */
  subscribe(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  tell() {
    for (const listener of [...this.listeners]) listener();
  }

  /** @param {import("./models.js").ModelInfo[]} infos what models.json lists now */
  offer(infos) {
    this.infos = infos;
    this.#open();
  }

  /** @returns {boolean} whether the model that the view names is here */
  get ready() {
    return this.model !== null && this.model.id === this.view.state.model;
  }

  /** @returns {Float32Array|null} z before the spread */
  get z() {
    const { z, seed } = this.view.state;
    if (!this.model) return null;
    if (z?.length === this.model.latentDim) return z;
    const key = `${this.model.id} ${seed}`;
    if (this.drawn?.key !== key) this.drawn = { key, z: this.model.sample(seed) };
    return this.drawn.z;
  }

  /** @returns {Float32Array|null} */
  get classWeights() {
    return this.model ? weightsOf(this.view.state, this.model.numClasses) : null;
  }

  /** @returns {Pose|null} null while no model is there */
  pose() {
    if (!this.model) return null;
    return this.poseOf(this.z, this.classWeights);
  }

  /** @param {Float32Array} z before the spread @param {Float32Array|null} classWeights @returns {Pose} */
  poseOf(z, classWeights) {
    const { psi, epoch } = this.view.state;
    return { model: this.model, z: spread(z, this.model.mean, psi), classWeights, epoch };
  }

  async #open() {
    const id = this.view.state.model;
    const info = this.infos.find((one) => one.id === id);
    this.error = info || id === null || !this.infos.length ? null : new Error(t("There is no model {model} any more. Choose another.", { model: JSON.stringify(id) }));
    const model = info ? openModel(info) : null;
    try {
      await model?.load();
      if (this.view.state.model === id) this.model = model;
    } catch (error) {
      if (this.view.state.model === id) [this.model, this.error] = [null, error];
    }
    this.tell();
    if (this.view.state.epoch !== null) this.#openEpoch();
  }

  async #openEpoch() {
    try {
      await this.model?.ensureEpoch(this.view.state.epoch);
      this.error = null;
    } catch (error) {
      this.error = error;
    }
    this.tell();
  }
}

/** @param {import("./view.js").ViewState} state @param {number} numClasses @returns {Float32Array|null} */
export function weightsOf({ digit, other, blend }, numClasses) {
  if (!numClasses) return null;
  const weights = new Float32Array(numClasses);
  weights[digit % numClasses] += 1 - blend;
  weights[other % numClasses] += blend;
  return weights;
}

/** The one that all tabs of the page share. */
export const held = new Held(view);
