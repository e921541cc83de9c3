/**
 * The digit in the hand: the view together with its model, loaded. Components draw what `pose()` gives.
 *
 * @typedef {{model: import("./models.js").Model, z: Float32Array, classWeights: Float32Array|null, epoch: number|null}} Pose what a generator needs
 *   for one picture, spread applied
 * @typedef {{pose: () => Pose|null, subscribe: (listener: () => void) => () => void}} Source
 */

/**
 * A vector in the hand, which bars and tools bend: z (`Held`) or an autoencoder's code (`CodeHand`).
 * @typedef {Object} Hand
 * @property {import("./models.js").Model|null} model whose vector it is
 * @property {boolean} ready
 * @property {Float32Array|null} z
 * @property {boolean} changed whether it is another than where it rests
 * @property {boolean} settled whether no gesture goes on
 * @property {History} history
 * @property {(z: Float32Array) => void} take while a gesture goes on
 * @property {(z?: Float32Array) => void} settle ends a gesture
 * @property {() => void} reset back to where it rests
 * @property {(listener: () => void) => () => void} subscribe
 */

/** @typedef {{canUndo: boolean, canRedo: boolean, undo: () => void, redo: () => void}} History */
/** @typedef {{model: string|null, epoch: number|null, error: Error}} Problem `epoch`: whose weights could not be had, null for the finished ones */

import { onTrouble, quiet } from "../engine/programs.js";
import { savesData } from "../kit/build.js";
import { onArrival } from "../engine/remote.js";
import { messageOf, t } from "../i18n/i18n.js";
import { labelCount, labelOf, partsOf, weightsOfLabel } from "./classes.js";
import { spread } from "./latent.js";
import { openModel } from "./models.js";
import { view } from "./view.js";

/** A source of poses that follows a view. @implements {Hand} */
export class Held {
  /** @param {import("./view.js").View} view */
  constructor(view) {
    this.view = view;
    /** @type {import("./models.js").Model|null} loaded, or null while none is */
    this.model = null;
    /** @type {import("./modellist.js").ModelInfo[]} */
    this.infos = [];
    /** What works, but not as it should. */
    this.trouble = "";
    /** @type {Problem|null} */
    this.problem = null;
    /** Why the server did not draw what is in the hand. @type {Error|null} */
    this.undrawn = null;
    /** @type {{key: string, z: Float32Array}|null} what the seed gives */
    this.drawn = null;
    /** @type {Set<() => void>} */
    this.listeners = new Set();
    this.ends = [
      view.subscribe((state, before) => {
        if (state.model !== before.model) this.#open();
        else if (state.epoch !== before.epoch) this.#openEpoch();
        this.tell();
      }),
      onArrival((error) => {
        this.undrawn = error;
        this.tell();
      }),
      onTrouble((trouble) => {
        this.trouble = trouble;
        this.tell();
      }),
    ];
  }

  /** @param {() => void} listener called when view, model or an epoch's weights change @returns {() => void} stops it */
  subscribe(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  tell() {
    for (const listener of [...this.listeners]) listener();
  }

  destroy() {
    for (const end of this.ends) end();
    this.listeners.clear();
  }

  /** @param {import("./modellist.js").ModelInfo[]} infos what models.json lists now */
  offer(infos) {
    this.infos = infos;
    this.#open();
  }

  /** @returns {Error|null} why what the view names is not there; what came late of something else is not told */
  get error() {
    const { model, epoch } = this.view.state;
    const told = this.problem?.model === model && (this.problem.epoch === null || this.problem.epoch === epoch) ? this.problem.error : null;
    return told ?? this.undrawn;
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

  /** @returns {boolean} whether z is another than what the seed gives */
  get changed() {
    return this.view.state.z !== null;
  }

  get settled() {
    return this.view.state === this.view.committed;
  }

  /** @returns {History} */
  get history() {
    return this.view;
  }

  /** @param {Float32Array} z while a gesture goes on */
  take(z) {
    this.view.set({ z });
  }

  /** @param {Float32Array} [z] a last change */
  settle(z) {
    this.view.commit(z && { z });
  }

  /** Back to what the seed gives. */
  reset() {
    this.view.commit({ z: null });
  }

  /** Asks the model in the hand for a digit, where it can be asked: by its label, of classes in groups by that of the first one, or by the highest vote. @param {number} digit */
  ask(digit) {
    const { model, z } = this;
    if (!this.ready || !model || !z) return;
    const [size = labelCount(model), ...others] = model.groups;
    if (digit < size) this.view.commit({ digit: others.length ? labelOf([digit, ...partsOf(this.view.state.digit, model.groups).slice(1)], model.groups) : digit });
    else if (digit < model.votes && model.vote(z) !== digit) this.view.commit({ z: model.votedFor(z, digit) });
  }

  /** @returns {Float32Array|null} */
  get classWeights() {
    return this.model ? weightsOf(this.view.state, this.model) : null;
  }

  /** @returns {Pose|null} null while no model is there */
  pose() {
    const { model, z } = this;
    return model && z && this.poseOf(model, z, this.classWeights);
  }

  /** @param {import("./models.js").Model} model @param {Float32Array} z before the spread @param {Float32Array|null} classWeights @returns {Pose} */
  poseOf(model, z, classWeights) {
    const { psi, epoch } = this.view.state;
    return { model, z: spread(z, model.mean, psi), classWeights, epoch };
  }

  async #open() {
    const id = this.view.state.model;
    const info = this.infos.find((one) => one.id === id);
    this.undrawn = null;
    const missing = !info && id !== null && this.infos.length > 0;
    this.#note(missing ? new Error(t("There is no model {model} any more. Choose another.", { model: JSON.stringify(id) })) : null, id, null);
    const model = info ? openModel(info) : null;
    try {
      await model?.load();
      if (this.view.state.model === id) this.model = model;
    } catch (error) {
      if (this.view.state.model === id) this.model = null;
      this.#note(/** @type {Error} */ (error), id, null);
    }
    this.tell();
    if (this.view.state.epoch !== null) this.#openEpoch();
    if (model?.sketched && !savesData()) this.#refine(model);
  }

  /** Who saves data keeps the sketch, and so does who cannot get more; nobody sees the difference. @param {import("./models.js").Model} model */
  async #refine(model) {
    await quiet();
    if (await model.refine().catch((error) => console.warn(messageOf(error)))) this.tell();
  }

  async #openEpoch() {
    const { model, view: { state: { epoch } } } = this;
    try {
      await model?.ensureEpoch(epoch);
    } catch (error) {
      this.#note(/** @type {Error} */ (error), model?.id ?? null, epoch);
    }
    this.tell();
  }

  /** The last thing that went wrong, if it is still about what is in view. @param {Error|null} error @param {string|null} model @param {number|null} epoch */
  #note(error, model, epoch) {
    const { state } = this.view;
    if (model !== state.model || (epoch !== null && epoch !== state.epoch)) return;
    this.problem = error && { model, epoch, error };
  }
}

/** @param {import("./view.js").ViewState} state @param {import("./classes.js").Classes} classes @returns {Float32Array|null} */
export function weightsOf({ digit, other, blend }, classes) {
  if (!classes.numClasses) return null;
  const second = weightsOfLabel(other, classes);
  return weightsOfLabel(digit, classes).map((weight, i) => weight * (1 - blend) + second[i] * blend);
}

/** The one that all tabs of the page share. */
export const held = new Held(view);
