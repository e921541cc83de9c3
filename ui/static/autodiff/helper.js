/** The page's side of worker.js: asks, one question at a time, and keeps only the newest that waits, so that a drag never builds up a queue. */

import { t } from "../i18n/i18n.js";

/**
 * @typedef {Object<string, any>} Answer
 * @typedef {(part: Object<string, any>) => void} Partly
 * @typedef {{request: Object<string, any>, onPart: Partly, resolve: (answer: Answer|null) => void, reject: (error: Error) => void}} Question
 */

export class Helper {
  constructor() {
    /** @type {Worker|null} */
    this.worker = null;
    this.count = 0;
    /** @type {Question|null} */
    this.active = null;
    /** @type {Question|null} */
    this.next = null;
  }

  /**
   * @param {"slopes"|"starts"|"search"|"wish"|"uphill"} ask what worker.js answers
   * @param {Object<string, any>} request
   * @param {Partly} [onPart] told what is there before the rest
   * @returns {Promise<Answer|null>} null where a newer question took the place of this one
   */
  ask(ask, request, onPart = () => {}) {
    return new Promise((resolve, reject) => {
      this.next?.resolve(null);
      this.next = { request: { ...request, ask }, onPart, resolve, reject };
      if (!this.active) this.#send();
    });
  }

  /** Whether it is at work. */
  get busy() {
    return this.active !== null;
  }

  /** Ends the worker and its memory; the next question starts another. */
  destroy() {
    this.worker?.terminate();
    this.worker = null;
    for (const job of [this.active, this.next]) job?.resolve(null);
    this.active = this.next = null;
  }

  #send() {
    [this.active, this.next] = [this.next, null];
    if (!this.active) return;
    this.worker ??= this.#start();
    this.count += 1;
    this.worker.postMessage({ id: this.count, ...this.active.request });
  }

  #start() {
    const worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
    worker.addEventListener("message", ({ data }) => {
      if (data.id !== this.count) return;
      const { active } = this;
      if (data.part) return active?.onPart(data.part);
      this.#send();
      if (data.error) active?.reject(new Error(data.error));
      else active?.resolve(data.answer);
      return undefined;
    });
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      const { active } = this;
      this.worker = null;
      worker.terminate();
      this.#send();
      active?.reject(new Error(t("This browser could not start the worker that finds out how a picture can change.")));
    });
    return worker;
  }
}
