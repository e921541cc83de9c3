/**
 * The last rung of the ladder: the server draws. It looks like an engine, but a picture comes when it has come: until then the one before
 * it stands, and whoever listens is told. One request at a time, the newest wins, so a drag never builds up a queue.
 */

import { t } from "../i18n/i18n.js";

/** @typedef {import("./network.js").Network} Network */

const KEPT = 64;
/** @type {Set<(error: Error|null) => void>} */
const listeners = new Set();

/** @param {(error: Error|null) => void} listener told when a picture has come, or why none did @returns {() => void} stops it */
export function onArrival(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * @param {{id: string, latentDim: number, epoch: number|null, shape: readonly number[]}} generator `shape` of its pictures
 * @returns {string} the address that names it, relative to the page
 */
export function drawPath({ id, latentDim, epoch, shape }) {
  const query = new URLSearchParams({ model: id, size: String(latentDim), shape: shape.join("x"), ...(epoch === null ? {} : { epoch: String(epoch) }) });
  return `gan/draw?${query}`;
}

/** A generator on the server. @implements {Network} */
export class RemoteEngine {
  /** @param {string} url absolute @returns {boolean} whether it is the address of one */
  static serves(url) {
    return new URL(url).pathname.endsWith("/gan/draw");
  }

  /** @param {string} url absolute @param {(url: string, options: RequestInit) => Promise<Response>} ask */
  constructor(url, ask) {
    const { searchParams } = new URL(url);
    const epoch = searchParams.get("epoch");
    this.ask = ask;
    this.url = url.split("?")[0];
    this.named = { model: searchParams.get("model"), epoch: epoch === null ? null : Number(epoch) };
    this.inputLength = Number(searchParams.get("size"));
    const shape = (searchParams.get("shape") ?? "").split("x").map(Number);
    this.outputLength = shape.reduce((product, length) => product * length, 1);
    /** As many as it is given. */
    this.numClasses = 0;
    this.bytes = 4 * this.outputLength * KEPT;
    this.backend = /** @type {const} */ ("server");
    /** @type {import("./network.js").Program} */
    this.program = { role: "generator", input: { shape: [this.inputLength] }, output: { range: [0, 1], shape }, ops: [] };
    /** @type {Map<string, Float32Array>} */
    this.pictures = new Map();
    /** @type {Float32Array} */
    this.last = new Float32Array(this.outputLength);
    this.busy = false;
    /** @type {{key: string, z: Float32Array, classWeights: Float32Array|null}|null} */
    this.next = null;
  }

  /** @param {ArrayLike<number>} z @param {ArrayLike<number>|null} [classWeights] @returns {Float32Array} this picture, or the last that came */
  run(z, classWeights = null) {
    const key = `${Array.from(z)} ${classWeights && Array.from(classWeights)}`;
    const known = this.pictures.get(key);
    if (known) return (this.last = known);
    this.next = { key, z: Float32Array.from(z), classWeights: classWeights && Float32Array.from(classWeights) };
    this.#work();
    return this.last;
  }

  /** @param {Float32Array} inputs [n, inputLength] @param {Float32Array|null} [classWeights] @returns {Promise<Float32Array>} [n, outputLength] */
  async runBatch(inputs, classWeights = null) {
    const count = inputs.length / this.inputLength;
    const rows = (/** @type {Float32Array|null} */ all) => all && Array.from({ length: count }, (_, i) => Array.from(all.subarray((i * all.length) / count, ((i + 1) * all.length) / count)));
    const body = JSON.stringify({ ...this.named, z: rows(inputs), labels: rows(classWeights) });
    const response = await this.ask(this.url, { method: "POST", headers: { "Content-Type": "application/json" }, body });
    const { images } = await response.json();
    if (!Array.isArray(images) || images.length !== count || images.some((one) => one?.length !== this.outputLength)) throw new Error(t("The server drew something else than was asked for."));
    return Float32Array.from(images.flat());
  }

  async #work() {
    if (this.busy) return;
    this.busy = true;
    while (this.next) {
      const { key, z, classWeights } = this.next;
      this.next = null;
      try {
        this.pictures.set(key, await this.runBatch(z, classWeights));
        if (this.pictures.size > KEPT) for (const oldest of [...this.pictures.keys()].slice(0, -KEPT)) this.pictures.delete(oldest);
        for (const listener of [...listeners]) listener(null);
      } catch (error) {
        for (const listener of [...listeners]) listener(/** @type {Error} */ (error));
      }
    }
    this.busy = false;
  }
}
