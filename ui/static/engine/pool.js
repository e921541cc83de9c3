/**
 * Many pictures at once, off the main thread. Each slot (a grid, a strip) draws one request at a time: while it is busy only the newest of
 * those that came is kept, so a drag never builds up a queue, and a picture begun is finished unless it is of another model.
 */

import { t } from "../i18n/i18n.js";
import { plainWanted } from "./kernel.js";

/** Pictures a worker draws before it hands them over: small enough that a slot never waits long for another. */
export const CHUNK = 8;
/** After a worker could not be started, until the next is tried: what fails at once is not asked for with every frame. */
const REST_MS = 2000;

/**
 * @typedef {Object} Request
 * @property {string} url absolute address of the generator's program
 * @property {Float32Array} z [n, latent_dim], spread applied
 * @property {Float32Array|null} classWeights [n, num_classes]
 * @property {number} count n
 * @property {string|null} [judgeUrl] absolute address of a discriminator's program: its opinions come with the pictures
 * @property {(first: number, pixels: Float32Array, scores: Float32Array|null, ms: number) => void} onPart pictures `first`, `first + 1`, ... as
 *   [k, pixels] in [0, 1], and how long they took
 * @property {(error: Error) => void} [onError]
 */

/**
 * @typedef {{request: Request, sent: number, done: number}} Active how many of a request's pictures workers have, and how many have come
 * @typedef {{active: Active|null, next: Request|null}} Slot
 * @typedef {{slot: Slot, active: Active, first: number, count: number, worker: Worker}} Call
 * @typedef {{id: number, pixels: Float32Array, scores: Float32Array|null, ms: number, error?: string}} Answer of worker.js
 */

/** Workers that draw. */
export class Pool {
  /** @param {number} [size] how many workers */
  constructor(size = Math.min(2, Math.max(1, (globalThis.navigator?.hardwareConcurrency ?? 2) - 1))) {
    /** @type {Worker[]} */
    this.idle = [];
    this.size = size;
    this.started = 0;
    /** @type {Map<string, Slot>} */
    this.slots = new Map();
    /** @type {Map<number, Call>} */
    this.calls = new Map();
    this.count = 0;
    /** Until then no worker is started. */
    this.rest = 0;
  }

  /** @param {string} name of the slot @param {Request} request */
  draw(name, request) {
    const slot = this.slots.get(name) ?? { active: null, next: null };
    this.slots.set(name, slot);
    if (slot.active && slot.active.request.url === request.url && slot.active.request.count === request.count) slot.next = request;
    else Object.assign(slot, { active: begun(request), next: null });
    this.#work();
  }

  /** Nobody looks at a slot any more. @param {string} name */
  drop(name) {
    const slot = this.slots.get(name);
    if (slot) Object.assign(slot, { active: null, next: null });
    this.slots.delete(name);
  }

  #work() {
    for (let job = this.#nextJob(); job; job = this.#nextJob()) {
      const { slot, active } = job;
      const worker = this.idle.pop() ?? this.#start();
      if (!worker) return this.#fail();
      const { request, sent: first } = active;
      const count = Math.min(CHUNK, request.count - first);
      active.sent += count;
      this.count += 1;
      this.calls.set(this.count, { slot, active, first, count, worker });
      const part = (/** @type {Float32Array} */ rows) => rows.slice((first * rows.length) / request.count, ((first + count) * rows.length) / request.count);
      worker.postMessage({ id: this.count, url: request.url, judgeUrl: request.judgeUrl, z: part(request.z), classWeights: request.classWeights && part(request.classWeights), count });
    }
    return undefined;
  }

  /** The slot that has waited longest gets the next worker. */
  #nextJob() {
    if (!this.idle.length && this.started >= this.size) return null;
    for (const [name, slot] of this.slots) {
      if (!slot.active || slot.active.sent >= slot.active.request.count) continue;
      this.slots.delete(name);
      this.slots.set(name, slot);
      return { slot, active: slot.active };
    }
    return null;
  }

  /** @returns {Worker|null} */
  #start() {
    if (performance.now() < this.rest) return null;
    const worker = new Worker(new URL(`worker.js${plainWanted() ? "?kernel=plain" : ""}`, import.meta.url), { type: "module" });
    this.started += 1;
    worker.addEventListener("message", ({ data }) => this.#receive(worker, data));
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      this.#lose(worker);
    });
    return worker;
  }

  /** A worker that could not be loaded, or broke: another takes its place when pictures are asked for again. @param {Worker} worker */
  #lose(worker) {
    worker.terminate();
    this.started -= 1;
    this.idle = this.idle.filter((one) => one !== worker);
    this.rest = performance.now() + REST_MS;
    /** @type {Set<Active>} */
    const lost = new Set();
    for (const [id, call] of this.calls) {
      if (call.worker !== worker) continue;
      this.calls.delete(id);
      lost.add(call.active);
    }
    this.#fail(lost);
  }

  /**
   * What was lost hears why, and where no worker is left, all that waits; their slots are free for the next request.
   * @param {Set<Active>} [lost]
   */
  #fail(lost = new Set()) {
    const error = new Error(t("This browser could not start the worker that draws many pictures."));
    for (const slot of this.slots.values()) {
      const { active } = slot;
      if (!active || (this.started && !lost.has(active))) continue;
      Object.assign(slot, { active: null, next: null });
      active.request.onError?.(error);
    }
  }

  /** @param {Worker} worker @param {Answer} answer */
  #receive(worker, { id, pixels, scores, ms, error }) {
    const call = this.calls.get(id);
    if (!call) return;
    const { slot, active, first, count } = call;
    this.calls.delete(id);
    this.idle.push(worker);
    active.done += count;
    if (slot.active === active) {
      if (error) active.request.onError?.(new Error(error));
      else active.request.onPart(first, pixels, scores ?? null, ms);
      // whoever got the last part may have asked for more already
      if (slot.active === active && (error || active.done >= active.request.count)) Object.assign(slot, { active: slot.next ? begun(slot.next) : null, next: null });
    }
    this.#work();
  }
}

/** @param {Request} request @returns {Active} */
function begun(request) {
  return { request, sent: 0, done: 0 };
}

/** The workers that all components share. */
export const pool = new Pool();
