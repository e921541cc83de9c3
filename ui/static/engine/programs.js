/** Fetches programs and tensors and keeps what was fetched. Used by the page and by the worker. */

import { t } from "../i18n/i18n.js";
import { Engine } from "./engine.js";
import { Kept } from "./kept.js";
import { bestBackend, plain, serverWanted } from "./kernel.js";
import { rangeOf } from "./network.js";
import { RemoteEngine } from "./remote.js";
import { parseSafetensors } from "./safetensors.js";
import { answered } from "./sources.js";

/** @typedef {import("./network.js").Network} Network */

/**
 * Networks that are kept: a DCGAN takes some 5 MB. Each has a memory of its own, for which a browser sets aside gigabytes of addresses, so
 * that a page and its workers can have some hundred together. An autoencoder through its training needs 20 at a time.
 */
const MOST = "document" in globalThis ? { bytes: 128e6, count: 32 } : { bytes: 48e6, count: 12 };
/** How long a browser may take to give memory back. */
const PAUSE_MS = 100;
/** @type {Kept<Network>} by address */
export const engines = new Kept(MOST, ({ bytes }) => bytes);
/** @type {Map<string, Promise<Network>>} those that are on their way */
const opening = new Map();
/** @type {Set<(trouble: string) => void>} */
const troubled = new Set();

/** @param {string} path relative to the page, as models.json has it @returns {string} absolute, so that a worker finds it too */
export function address(path) {
  const place = /** @type {{GAN_BASE?: string, document?: {baseURI: string}}} */ (globalThis);
  return new URL(path, place.GAN_BASE ?? place.document?.baseURI).href;
}

/** This browser can run no network, though the file is good: the server may draw instead. */
export class CannotRun extends Error {}

/** @param {(trouble: string) => void} listener told a sentence where networks run, but not as they should @returns {() => void} stops it */
export function onTrouble(listener) {
  troubled.add(listener);
  return () => troubled.delete(listener);
}

/**
 * @param {string} url absolute; the address of gan/draw gives the server as the engine
 * @returns {Promise<Network>} the same one while it is kept; a failure is not, so a later try may work
 * @throws {CannotRun} where the next rung of the ladder is needed; an Error where the file is missing or damaged
 */
export function fetchEngine(url) {
  const known = engines.get(url);
  if (known) return Promise.resolve(known);
  const coming = opening.get(url) ?? open(url);
  opening.set(url, coming);
  return coming;
}

/** @param {string} url @returns {Promise<Network>} */
async function open(url) {
  try {
    const engine = RemoteEngine.serves(url) ? new RemoteEngine(url, ask) : await openEngine(url);
    engines.set(url, engine);
    return engine;
  } finally {
    opening.delete(url);
  }
}

/** @param {string} url @returns {Promise<Engine>} */
async function openEngine(url) {
  if (serverWanted()) throw new CannotRun(t("The address of this page asks that the server draws."));
  const coming = bestBackend(); // while the file does
  return opened(url, async (bytes) => {
    const best = await coming;
    try {
      return await Engine.open(bytes, best);
    } catch (error) {
      if (isDamage(error)) throw error;
    }
    // most likely no memory: what is only kept gives its own back, as soon as the browser has looked for it
    engines.clear();
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    for (const backend of new Set([best, plain])) {
      try {
        const engine = await Engine.open(bytes, backend);
        if (backend !== best) tellSlow();
        return engine;
      } catch (error) {
        if (isDamage(error)) throw error;
      }
    }
    throw new CannotRun(t("This browser cannot run the network."));
  });
}

function tellSlow() {
  const words = t("This browser has no memory left for fast drawing, so plain JavaScript draws, slowly. Close other tabs of it, or reload the page.");
  console.warn(words);
  for (const listener of [...troubled]) listener(words);
}

/** @param {string} url absolute @returns {Promise<Object<string, import("./safetensors.js").Tensor>>} */
export function fetchTensors(url) {
  return opened(url, (bytes) => parseSafetensors(bytes).tensors);
}

/** What is wrong with a file is a plain Error; what is wrong with the browser (no memory, no code) is not. @param {unknown} error */
const isDamage = (error) => error instanceof Error && error.constructor === Error;

/**
 * The addresses of weights never change what they hold, so a browser keeps a damaged copy for good: what cannot be opened is fetched anew, once.
 * @template T
 * @param {string} url
 * @param {(bytes: ArrayBuffer) => T|Promise<T>} open
 * @returns {Promise<T>}
 */
async function opened(url, open) {
  const bytes = await fetchBytes(url);
  try {
    return await open(bytes);
  } catch (error) {
    if (!isDamage(error)) throw error;
    return open(await fetchBytes(url, { cache: "reload" }));
  }
}

/** @typedef {{come: number, expected: number, done: boolean}} Coming a file on its way; `expected` is 0 where a server does not say */

/** Files that are on their way, and those that came while others did. @type {Coming[]} */
let coming = [];
/** @type {Set<(come: number, expected: number) => void>} */
const watchers = new Set();

/**
 * @param {(come: number, expected: number) => void} watcher told the bytes of all files while they come (expected: 0 for not known), and 0, 0 at the end
 * @returns {() => void} stops it
 */
export function onProgress(watcher) {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** A page that waits for something else has no reason to wait longer for this. */
const PATIENCE_MS = 4000;

/** @typedef {{document: {readyState: string}, addEventListener: Function, requestAnimationFrame: (draw: (now: number) => void) => number}} Page */

/** @returns {Promise<void>} when what the page opens with is there and on the screen: what only adds to it does not compete for the line */
export async function quiet() {
  const page = /** @type {Page} */ (/** @type {unknown} */ (globalThis));
  if (page.document.readyState !== "complete")
    await new Promise((resolve) => [page.addEventListener("load", resolve, { once: true }), setTimeout(resolve, PATIENCE_MS)]);
  while (coming.length)
    await /** @type {Promise<void>} */ (new Promise((resolve) => {
      const stop = onProgress(() => {
        if (coming.length) return;
        stop();
        resolve();
      });
    }));
  for (let i = 0; i < 2; i += 1) await new Promise((resolve) => page.requestAnimationFrame(resolve));
}

/**
 * @param {string} url absolute
 * @param {RequestInit} [options]
 * @returns {Promise<ArrayBuffer>}
 * @throws {Error} with a sentence for the page
 */
export async function fetchBytes(url, options) {
  const response = await ask(url, options);
  if (!response.body) return response.arrayBuffer();
  // of a packed file the header tells the packed length
  const expected = response.headers.get("Content-Encoding") ? 0 : Number(response.headers.get("Content-Length"));
  const file = { come: 0, expected, done: false };
  coming.push(file);
  try {
    return await new Response(response.body.pipeThrough(counted(file))).arrayBuffer();
  } catch {
    throw new Error(unanswered(url));
  } finally {
    file.done = true;
    if (coming.every(({ done }) => done)) coming = [];
    tellProgress();
  }
}

/** @param {Coming} file @returns {TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>} passes the bytes on */
function counted(file) {
  return new TransformStream({
    transform(chunk, controller) {
      file.come += chunk.byteLength;
      tellProgress();
      controller.enqueue(chunk);
    },
  });
}

function tellProgress() {
  const sum = (/** @type {"come"|"expected"} */ name) => coming.reduce((all, file) => all + file[name], 0);
  const known = coming.every(({ expected }) => expected > 0);
  for (const watcher of watchers) watcher(sum("come"), known ? sum("expected") : 0);
}

/** @param {string} url absolute @param {RequestInit} [options] @returns {Promise<Response>} only if it is a good one */
export async function ask(url, options) {
  let response;
  try {
    response = await answered(url, options, () => fetch(url, options));
  } catch {
    throw new Error(unanswered(url));
  }
  if (response.ok) return response;
  const said = await response.json().then((body) => body?.error, () => null);
  if (said) throw new Error(said);
  const where = { name: nameOf(url), status: response.status };
  throw new Error(options?.method
    ? t("The server could not do this ({name}, status {status}). Refresh the list of models, then try again.", where)
    : t("A file is missing ({name}, status {status}). Refresh the list of models, then try again.", where));
}

/** @param {string} url @returns {string} */
function unanswered(url) {
  return t("The server does not answer ({name}). Check that it runs, then try again.", { name: nameOf(url) });
}

/** @param {string} url @returns {string} its last parts */
function nameOf(url) {
  return new URL(url).pathname.split("/").slice(-3).join("/");
}

/** @param {ArrayLike<number>} values @param {number[]} range @param {Float32Array} out @returns {Float32Array} in [0, 1] */
export function toUnit(values, [low, high], out) {
  for (let i = 0; i < out.length; i += 1) out[i] = Math.min(1, Math.max(0, (values[i] - low) / (high - low)));
  return out;
}

let scratch = new Float32Array(0);

/** @param {ArrayLike<number>} pixels in [0, 1] @param {number[]} range @returns {Float32Array} in that range, valid until the next call */
export function fromUnit(pixels, [low, high]) {
  if (scratch.length !== pixels.length) scratch = new Float32Array(pixels.length);
  for (let i = 0; i < scratch.length; i += 1) scratch[i] = low + pixels[i] * (high - low);
  return scratch;
}

/**
 * @param {Network} discriminator
 * @param {ArrayLike<number>} pixels in [0, 1]
 * @param {ArrayLike<number>|null} classWeights
 * @returns {number} D(x), the probability of being real
 */
export function judgeWith(discriminator, pixels, classWeights) {
  const { input, output } = discriminator.program;
  const raw = discriminator.run(fromUnit(pixels, rangeOf(input)), discriminator.numClasses ? classWeights : null)[0];
  return output.probability === "clip" ? Math.min(1, Math.max(0, raw)) : 1 / (1 + Math.exp(-raw));
}
