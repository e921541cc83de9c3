/** A training from step to step: what gan_core/training/loop.py is to a process there. It knows nothing of workers, hands or the page. */

import { Memory } from "../autodiff/memory.js";
import { Batches } from "./batches.js";
import { begin } from "./draws.js";
import { programBytes } from "./fold.js";
import { checkImplemented } from "./implemented.js";
import { bytesOf, lay } from "./objectives.js";
import { read, restore, written } from "./state.js";

/**
 * @typedef {import("./protocol.js").Report} Report
 * @typedef {import("../autodiff/memory.js").Numbers} Numbers
 * @typedef {(numbers: Numbers[]) => Promise<void>|void} Exchange makes numbers the sums over all who take part
 * @typedef {{do: "steps", count: number} | {do: "turn", part: "d"|"g"} | {do: "went", measured: number[]|null} | {do: "use", train: Object<string, any>}} Order
 *
 * @typedef {object} About
 * @property {WebAssembly.Module} kernels
 * @property {import("./protocol.js").Recipe} recipe
 * @property {Object<string, any>} model @property {Object<string, any>} train all settings
 * @property {import("./protocol.js").Pictures} data
 * @property {ArrayBuffer|null} state
 * @property {number} [spare] bytes of its memory for whoever looks at its networks between the steps
 * @property {{number: number, of: number}} [member] which part of each batch is its own, where several train together
 */

/** Numbers that come into the memory at a time to be added: as many as stay in a core's first cache. */
const CHUNK = 4096;

/** A loss that is no number, or infinite. */
export class NotFinite extends Error {}

export class Training {
  /** @param {About} about */
  constructor(about) {
    this.about = about;
    this.train = about.train;
    this.memory = new Memory(about.kernels, 0);
    /** @type {Exchange} */
    this.exchange = () => {};
    const state = about.state && read(about.state);
    this.step = state?.loop.step ?? 0;
    this.seconds = state?.loop.seconds ?? 0;
    this.shown = state?.loop.shown ?? 0;
    /** @type {Numbers} room for what is added to numbers in the memory */
    this.chunk = new Float32Array(0);
    const { objective, batches } = this.#laid();
    this.objective = objective;
    this.batches = batches;
    this.sums = new Float64Array(this.objective.metrics.length);
    this.count = 0;
    if (state) restore(this.objective, state.variables);
    else this.#begin();
    if (state && state.loop.sums.length === this.sums.length) [this.sums, this.count] = [state.loop.sums, state.loop.count];
    /** @type {import("./protocol.js").Change[]} changes that no report has told yet */
    this.pending = [];
    this.reported = { step: this.step, seconds: this.seconds };
  }

  /** The part of a batch of `size` that is trained on here; it begins at an even place, as normal numbers come in pairs. @param {number} size */
  part(size) {
    const { number, of } = this.about.member ?? { number: 0, of: 1 };
    const end = (/** @type {number} */ n) => (n === of ? size : 2 * Math.round((size * n) / of / 2));
    return { from: end(number), size: end(number + 1) - end(number) };
  }

  /** Everything for the settings of now, anew in the same memory. */
  #laid() {
    const { recipe, model, data, spare = 0 } = this.about;
    const { train } = this;
    checkImplemented(recipe, model, train);
    const classes = model.num_classes || votes(recipe, model, data);
    const plan = { recipe, model, train, classes, part: this.part(train.batch_size) };
    if (plan.part.size < 1) throw new Error(`A batch of ${train.batch_size} pictures is too small for so many workers.`);
    this.memory.restart(bytesOf(plan) + 8 * CHUNK + spare);
    this.chunk = this.memory.numbers(CHUNK);
    return { objective: lay(this.memory, plan), batches: new Batches(data, train, { range: recipe.range, shape: model.image_shape, classes }, plan.part) };
  }

  /** By the kernels, four at a time. @param {Numbers} to in the training's memory @param {Float32Array} from anywhere */
  add(to, from) {
    for (let at = 0; at < to.length; at += CHUNK) {
      const some = from.subarray(at, at + CHUNK);
      this.chunk.set(some);
      this.memory.kernels.add(to.byteOffset + 4 * at, this.chunk.byteOffset, some.length);
    }
  }

  #begin() {
    Object.values(this.objective.networks).forEach((network, n) => network.variables.forEach((variable, i) => begin(variable, this.train.seed, n, i)));
    for (const [role, average] of Object.entries(this.objective.averages))
      average.variables.forEach(({ value }, i) => value.set(this.objective.networks[role].variables[i].value));
  }

  /** Does what all who train together do alike. @param {Order} order @returns {Promise<Object<string, number>|null>} what a turn has measured */
  async perform(order) {
    if (order.do === "steps") for (let i = 0; i < order.count; i += 1) await this.#whole();
    else if (order.do === "turn") return this.#turn(order.part);
    else if (order.do === "went") {
      if (order.measured) this.#countIn(order.measured);
      this.#went();
    } else this.#use(order.train);
    return null;
  }

  async #whole() {
    const began = performance.now();
    const told = await this.#driven(this.objective.step(this.step, this.batches));
    this.seconds += (performance.now() - began) / 1000;
    this.#went();
    this.#countIn([...told]);
  }

  /** @param {"d"|"g"} part */
  async #turn(part) {
    const { turns } = this.objective;
    if (!turns) throw new Error("A step of this model cannot be taken apart.");
    const began = performance.now();
    const numbers = await this.#driven(turns[part](this.step, this.batches));
    this.seconds += (performance.now() - began) / 1000;
    if (!Object.values(numbers).every(Number.isFinite)) throw new NotFinite();
    return numbers;
  }

  /** @template T @param {import("../autodiff/exchange.js").Exchanging<T>} work @returns {Promise<T>} */
  async #driven(work) {
    for (;;) {
      const { done, value } = work.next();
      if (done) return value;
      const coming = this.exchange(value);
      if (coming) await coming;
    }
  }

  #went() {
    this.step += 1;
    this.shown += this.batches.each;
  }

  /** @param {number[]} told */
  #countIn(told) {
    this.count += 1;
    told.forEach((value, i) => (this.sums[i] += value));
    if (!told.every(Number.isFinite)) throw new NotFinite();
  }

  /** Goes on with other settings from where it stands. @param {Object<string, any>} train */
  #use(train) {
    const { variables } = read(this.state());
    this.train = train;
    Object.assign(this, this.#laid());
    this.sums.fill(0);
    this.count = 0;
    restore(this.objective, variables);
  }

  // ---- what is had of it

  /** @returns {ArrayBuffer} `state/state.safetensors` */
  state() {
    const { step, seconds, shown, sums, count } = this;
    return written(this.objective, { step, seconds, shown, sums, count });
  }

  /** @returns {import("./protocol.js").Files} */
  programs() {
    const { networks, averages } = this.objective;
    const probability = this.train.loss === "least_squares" ? "clip" : "sigmoid";
    const about = { range: this.about.recipe.range, step: this.step, probability };
    return Object.fromEntries(Object.keys(networks).map((role) => [role, programBytes(averages[role] ?? networks[role], about)]));
  }

  /** The report of this step, and what it sums up begins anew. @param {{byHand?: boolean}} [how] `byHand`: taken in single steps, which say nothing of its speed @returns {Report} */
  report({ byHand = false } = {}) {
    const { step, seconds, train } = this;
    const speed = byHand ? 0 : (step - this.reported.step) / Math.max(seconds - this.reported.seconds, 1e-9);
    const report = {
      step,
      epoch: rounded(this.shown / this.batches.samples, 4),
      seconds: rounded(seconds, 3),
      ...Object.fromEntries(this.objective.metrics.map((name, i) => [name, this.count ? this.sums[i] / this.count : null])),
      ...(this.about.data.heldOut ? this.objective.extra(this.about.data.heldOut) : {}),
      images_per_second: speed ? rounded(speed * this.batches.each, 1) : null,
      seconds_left: speed ? rounded((train.steps - step) / speed, 1) : null,
      ...(this.pending.length ? { changes: this.pending } : {}),
    };
    this.pending = [];
    this.sums.fill(0);
    this.count = 0;
    this.reported = { step, seconds };
    return /** @type {Report} */ (report);
  }

  /** @returns {number} the next step at which a report is due; the last step where there is no other */
  nextReport() {
    return reportSteps(this.train).find((step) => step > this.step) ?? this.train.steps;
  }
}

/** @param {number} value @param {number} digits */
const rounded = (value, digits) => Math.round(value * 10 ** digits) / 10 ** digits;

/** Classes that a model without labels of its own is nevertheless trained with: gan_core's objective.py. @param {About["recipe"]} recipe @param {Object<string, any>} model @param {About["data"]} data */
function votes(recipe, model, { labels }) {
  if (!recipe.votes || !labels) return 0;
  return labels.every((/** @type {number} */ label) => label < recipe.votes) && recipe.votes <= model.latent_dim ? recipe.votes : 0;
}

/**
 * The steps at which a report is made: doubling at first, then every hundredth of the run or `report_every`, and those of `show_at`;
 * TrainConfig.report_steps.
 * @param {Object<string, any>} train @returns {number[]}
 */
export function reportSteps(train) {
  const every = train.report_every || Math.max(1, Math.floor(train.steps / 100));
  const steps = new Set([0, train.steps]);
  for (let step = 1; step < Math.min(every, train.steps); step *= 2) if (step * 16 >= every) steps.add(step);
  for (let step = every; step < train.steps; step += every) steps.add(step);
  for (const named of String(train.show_at ?? "").split(",")) if (named.trim() && Number(named) <= train.steps) steps.add(Number(named));
  return [...steps].sort((a, b) => a - b);
}
