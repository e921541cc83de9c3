/** The models of gan/models.json, each with its networks fetched when first asked for and kept. */

import { Kept } from "../engine/kept.js";
import { rangeOf } from "../engine/network.js";
import { address, CannotRun, engines, fetchEngine, fetchTensors, fromUnit, judgeWith, toUnit } from "../engine/programs.js";
import { drawPath } from "../engine/remote.js";
import { messageOf, t } from "../i18n/i18n.js";
import { dot, mutate, sample, seedPlane, shuffle } from "./latent.js";

/**
 * @typedef {import("../engine/network.js").Network} Network
 * @typedef {import("./modellist.js").ModelInfo} ModelInfo
 * @typedef {import("./modellist.js").Files} Files
 * @typedef {import("./modellist.js").Epoch} Epoch
 * @typedef {import("./modellist.js").Role} Role
 */

/** Earlier generators a model keeps: a long run has a hundred, and the browser keeps some of those that went. */
const EPOCHS = { bytes: 24e6, count: 6 };
/** Models that stay open, networks and all, though nobody holds them. */
const OPEN = { bytes: Infinity, count: 4 };

/** @type {Kept<Model>} by id */
const opened = new Kept(OPEN, () => 0);
/** Whoever still holds a model and whoever opens it again have the same one. @type {Map<string, WeakRef<Model>>} */
const alive = new Map();

/** @param {ModelInfo} info @returns {Model} the same one each time, until its files change */
export function openModel(info) {
  const known = alive.get(info.id)?.deref();
  const same = known !== undefined && JSON.stringify(known.info.files) === JSON.stringify(info.files);
  const model = same ? known : new Model(info);
  model.info = info;
  if (!same) alive.set(info.id, new WeakRef(model));
  opened.set(info.id, model);
  return model;
}

/** One model: draws, judges, encodes. Methods without a promise work at once after `await load()`. */
export class Model {
  /** @param {ModelInfo} info */
  constructor(info) {
    this.info = info;
    this.id = info.id;
    this.title = info.title;
    this.latentDim = info.latent_dim;
    this.numClasses = info.num_classes;
    /** @type {readonly number[]} sizes of the groups of its classes, [] for one (classes.js) */
    this.groups = info.groups ?? [];
    /** @type {import("../kit/sample.js").Shape} of what it draws */
    this.shape = info.image_shape;
    /** @type {number} how many of z's first numbers vote for the digit */
    this.votes = info.votes ?? 0;
    /** @type {Partial<Record<Role, Network>>} networks that are here */
    this.engines = {};
    /** @type {Kept<Network>} earlier generators that are here, by step */
    this.epochs = new Kept(EPOCHS, ({ bytes }) => bytes);
    /** @type {import("./latent.js").Prior} */
    this.prior = { kind: "normal", votes: this.votes, lead: info.prior.lead ?? 0 };
    /** @type {Float32Array|null} null for zeros */
    this.mean = null;
    /** @type {Float32Array} standard deviation of each coordinate under the prior */
    this.std = new Float32Array(info.latent_dim).fill(1);
    /** @type {Float32Array[]} moving z by `a * directions[i]` moves slider i by a */
    this.directions = [];
    /** @type {Float32Array[]} */
    this.duals = [];
    /** @type {Promise<Model>|null} */
    this.loading = null;
    /** Whether the server draws, because this browser cannot. */
    this.remote = false;
    /** Whether the generator in use is the sketch. */
    this.sketched = Boolean(info.files.sketch);
  }

  /** @returns {Promise<Model>} with generator, directions, prior and (where there is one) encoder */
  load() {
    this.loading ??= this.#load().catch((error) => {
      this.loading = null;
      throw new Error(t("{title} cannot be opened. {reason}", { title: this.title, reason: messageOf(error) }));
    });
    return this.loading;
  }

  async #load() {
    const encoder = this.info.files.encoder ? this.ensure("encoder") : null;
    await Promise.all([this.ensure("generator"), encoder, this.#loadPrior(), this.#loadDirections()]);
    return this;
  }

  /** @param {Role} role @returns {Promise<boolean>} whether the model has it; it is here then */
  async ensure(role) {
    const path = this.info.files[role];
    if (!path) return false;
    try {
      this.engines[role] ??= await fetchEngine(role === "generator" ? this.generatorUrl() : address(path));
    } catch (error) {
      if (!(error instanceof CannotRun)) throw error;
      if (role !== "generator") return false;
      await this.#askServer();
    }
    this.#check(role);
    return true;
  }

  async #askServer() {
    this.remote = true;
    this.engines.generator = await fetchEngine(this.generatorUrl());
  }

  /**
   * Takes over the newest networks of a run that goes on learning: those whose older ones are here, all of them at once. It stays the same
   * model, so whoever draws with it is not interrupted.
   *
   * @param {ModelInfo} info of the same run, later
   * @throws {Error} where a network cannot be had; the older ones stay
   */
  async grow(info) {
    const roles = this.remote ? [] : /** @type {Role[]} */ (Object.keys(this.engines));
    const grown = await Promise.all(roles.map(async (role) => {
      const path = info.files[role];
      return path ? fetchEngine(address(path)) : this.engines[role];
    }));
    if (!this.remote && this.engines.generator) this.epochs.set(String(this.info.step), this.engines.generator);
    roles.forEach((role, i) => (this.engines[role] = grown[i]));
    this.info = info;
  }

  /**
   * Takes the finished generator in the place of the sketch. As with `grow`, whoever draws is not interrupted.
   * @returns {Promise<boolean>} whether it is another one now
   * @throws {Error} where it cannot be had; the sketch stays
   */
  async refine() {
    const { generator } = this.info.files;
    if (!this.sketched || this.remote || !generator) return false;
    const finished = await fetchEngine(address(generator));
    if (!this.sketched) return false;
    engines.delete(this.generatorUrl());
    this.sketched = false;
    this.engines.generator = finished;
    return true;
  }

  /** @param {number|null} step null for the finished generator @returns {Promise<void>} */
  async ensureEpoch(step) {
    if (step === null || this.epochs.get(String(step))) return;
    const epoch = this.info.epochs.find((one) => one.step === step);
    if (!epoch) throw new Error(t("{model} has no epoch at step {step}.", { model: this.title, step }));
    this.epochs.set(String(step), await fetchEngine(this.generatorUrl(step)));
  }

  /** @param {number|null} step @returns {boolean} whether that earlier generator is here */
  hasEpoch(step) {
    return this.epochs.values.has(String(step));
  }

  /** @param {number|null} step @returns {string} absolute address of the generator's program, for the worker */
  generatorUrl(step = null) {
    const epoch = step === null ? null : this.info.epochs.find((one) => one.step === step);
    if (this.remote) return address(drawPath({ id: this.id, latentDim: this.latentDim, epoch: epoch ? step : null, shape: this.shape }));
    const { generator, sketch } = this.info.files;
    return address(epoch?.url ?? (this.sketched ? sketch : generator) ?? "");
  }

  /** @param {number} seed @returns {Float32Array} */
  sample(seed) {
    return sample(seed, this.latentDim, this.prior);
  }

  /** @returns {string|null} absolute address of the discriminator's program, for the worker */
  get judgeUrl() {
    return this.info.files.discriminator && !this.remote ? address(this.info.files.discriminator) : null;
  }

  /** @param {number} x @param {number} y @returns {Float32Array} z at that place of the plane of seeds */
  plane(x, y) {
    return seedPlane(x, y, this.latentDim, this.prior);
  }

  /**
   * @param {ArrayLike<number>} z of a model whose first coordinates vote for the digit
   * @param {number} digit
   * @returns {Float32Array} z with its highest vote for that digit: two coordinates have changed places, so it is as likely as before
   */
  votedFor(z, digit) {
    const next = Float32Array.from(z);
    const first = this.vote(z);
    [next[first], next[digit]] = [z[digit], z[first]];
    return next;
  }

  /** @param {ArrayLike<number>} z @returns {number} the digit that it votes for */
  vote(z) {
    return Array.from({ length: this.votes }, (_, i) => i).reduce((best, i) => (z[i] > z[best] ? i : best), 0);
  }

  /** @param {ArrayLike<number>} z @param {number} seed of what it is changed towards @param {number} share 0 ... 1 @returns {Float32Array} */
  mutate(z, seed, share) {
    return mutate(z, this.sample(seed), { kind: this.prior.kind, mean: this.mean }, share);
  }

  /** @param {ArrayLike<number>} z @returns {Float32Array} its deviations at other coordinates */
  shuffle(z) {
    return shuffle(z, { kind: this.prior.kind, mean: this.mean, std: this.std });
  }

  /**
   * @param {ArrayLike<number>} z spread applied
   * @param {ArrayLike<number>|null} [classWeights]
   * @param {number|null} [epochStep] null for the finished generator; where that epoch is not here yet, the finished one draws
   * @param {Float32Array} [out]
   * @returns {Float32Array} pixels in [0, 1]
   */
  generate(z, classWeights = null, epochStep = null, out = undefined) {
    const engine = (epochStep === null ? null : this.epochs.get(String(epochStep))) ?? this.#engine("generator");
    return toUnit(engine.run(z, classWeights), rangeOf(engine.program.output), out ?? new Float32Array(engine.outputLength));
  }

  /**
   * @param {ArrayLike<number>} pixels in [0, 1]
   * @param {ArrayLike<number>|null} [classWeights]
   * @returns {number|null} D(x), the probability of being real; null where no discriminator is here (yet: see `ensure`)
   */
  judge(pixels, classWeights = null) {
    const engine = this.engines.discriminator;
    if (!engine) return null;
    return judgeWith(engine, pixels, classWeights);
  }

  /** @param {ArrayLike<number>} pixels in [0, 1] @returns {Float32Array} the code */
  encode(pixels) {
    const engine = this.#engine("encoder");
    return Float32Array.from(engine.run(fromUnit(pixels, rangeOf(engine.program.input))));
  }

  /** @param {ArrayLike<number>} z @returns {number[]} where the sliders of the leading directions stand */
  directionValues(z) {
    const { mean } = this;
    const offset = mean ? Float32Array.from(z, (value, i) => value - mean[i]) : z;
    return this.duals.map((dual) => dot(dual, offset));
  }

  /** @param {ArrayLike<number>} z @param {number} index @param {number} value where that slider shall stand @returns {Float32Array} */
  moveTo(z, index, value) {
    const step = value - this.directionValues(z)[index];
    return Float32Array.from(z, (number, i) => number + step * this.directions[index][i]);
  }

  async #loadPrior() {
    if (!this.info.files.prior) {
      if (this.info.prior.kind !== "normal") throw new Error(t("Its prior {kind} has no file.", { kind: JSON.stringify(this.info.prior.kind) }));
      return;
    }
    const { mean, factor } = await fetchTensors(address(this.info.files.prior));
    const d = this.latentDim;
    if (mean?.data.length !== d || factor?.data.length !== d * d) throw new Error(t("Its prior does not fit a z of {count} numbers.", { count: d }));
    const kind = this.info.prior.kind === "rectified_normal" ? this.info.prior.kind : "normal";
    this.prior = { kind, mean: mean.data, factor: factor.data };
    this.mean = mean.data;
    this.std = Float32Array.from({ length: d }, (_, i) => Math.hypot(...factor.data.subarray(i * d, (i + 1) * d)));
  }

  async #loadDirections() {
    if (!this.info.files.directions) return;
    const { directions, duals } = await fetchTensors(address(this.info.files.directions));
    /** @param {import("../engine/safetensors.js").Tensor} tensor @returns {Float32Array[]} */
    const rows = ({ shape, data }) => Array.from({ length: shape[0] }, (_, i) => data.subarray(i * shape[1], (i + 1) * shape[1]));
    if (directions?.shape.length !== 2 || directions.shape[1] !== this.latentDim || duals?.shape.join() !== directions.shape.join())
      throw new Error(t("Its directions do not fit its z."));
    [this.directions, this.duals] = [rows(directions), rows(duals)];
  }

  /** @param {Role} role @returns {Network} */
  #engine(role) {
    const engine = this.engines[role];
    if (!engine) throw new Error(t("The {role} of {title} is not loaded.", { role, title: this.title }));
    return engine;
  }

  /** @param {Role} role @throws {Error} where its network is another model's */
  #check(role) {
    const { program } = this.#engine(role);
    if (this.remote) return;
    const fits = role !== "generator" || (program.input.shape.join() === String(this.latentDim) && (program.num_classes ?? 0) === this.numClasses);
    if (program.role === role && fits) return;
    // what was refused is not here
    delete this.engines[role];
    throw new Error(t("Its {role} file is for another model.", { role }));
  }
}
