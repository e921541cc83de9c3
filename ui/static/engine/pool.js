/**
 * Many pictures at once, off the main thread. Each slot (a grid, a strip) draws one request at a time: while it is busy only the newest of
 * those that came is kept, so a drag never builds up a queue, and a picture begun is finished unless it is of another model.
 */

import { t } from "../i18n/i18n.js";
import { plainWanted } from "./kernel.js";

/** Pictures a worker draws before it hands them over: small enough that a slot never waits long for another. */
export const CHUNK = 8;

/**
 * @typedef {Object} Request
 * @property {string} url absolute address of the generator's program
 * @property {Float32Array} z [n, latent_dim], spread applied
 * @property {Float32Array|null} classWeights [n, num_classes]
 * @property {number} count n
 * @property {string|null} [judgeUrl] absolute address of a discriminator's program: its opinions come with the pictures
 * @property {(first: number, pixels: Float32Array, scores: Float32Array|null) => void} onPart pictures `first`, `first + 1`, ... as [k, 784]
 *   in [0, 1]
 * @property {(error: Error) => void} [onError]
 */

/** Workers that draw. */
export class Pool {
  /** @param {number} [size] how many workers */
  constructor(size = Math.min(2, Math.max(1, (globalThis.navigator?.hardwareConcurrency ?? 2) - 1))) {
    this.idle = [];
    this.size = size;
    this.started = 0;
    /** @type {Map<string, {active: Object|null, next: Request|null}>} */
    this.slots = new Map();
    this.calls = new Map();
    this.count = 0;
  }

  /** @param {string} name of the slot @param {Request} request */
  draw(name, request) {
    if (!this.slots.has(name)) this.slots.set(name, { active: null, next: null });
    const slot = this.slots.get(name);
    if (slot.active && slot.active.request.url === request.url && slot.active.request.count === request.count) slot.next = request;
    else Object.assign(slot, { active: started(request), next: null });
    this.#work();
  }

  #work() {
    for (let job = this.#nextJob(); job; job = this.#nextJob()) {
      const worker = this.idle.pop() ?? this.#start();
      if (!worker) return;
      const { request } = job.active;
      const first = job.active.sent;
      const count = Math.min(CHUNK, request.count - first);
      job.active.sent += count;
      this.count += 1;
      this.calls.set(this.count, { ...job, first, count });
      const part = (rows) => rows && rows.slice((first * rows.length) / request.count, ((first + count) * rows.length) / request.count);
      worker.postMessage({ id: this.count, url: request.url, judgeUrl: request.judgeUrl, z: part(request.z), classWeights: part(request.classWeights), count });
    }
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

  #start() {
    const worker = new Worker(new URL(`worker.js${plainWanted() ? "?kernel=plain" : ""}`, import.meta.url), { type: "module" });
    this.started += 1;
    worker.addEventListener("message", ({ data }) => this.#receive(worker, data));
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      const failure = new Error(t("This browser could not start the worker that draws many pictures."));
      for (const { active } of this.calls.values()) active.request.onError?.(failure);
    });
    return worker;
  }

  #receive(worker, { id, pixels, scores, error }) {
    const { slot, active, first, count } = this.calls.get(id);
    this.calls.delete(id);
    this.idle.push(worker);
    active.done += count;
    if (slot.active === active) {
      if (error) active.request.onError?.(new Error(error));
      else active.request.onPart(first, pixels, scores ?? null);
      // whoever got the last part may have asked for more already
      if (slot.active === active && (error || active.done >= active.request.count)) Object.assign(slot, { active: slot.next ? started(slot.next) : null, next: null });
    }
    this.#work();
  }
}

function started(request) {
  return { request, sent: 0, done: 0 };
}

/** The workers that all components share. */
export const pool = new Pool();
