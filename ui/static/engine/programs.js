/** Fetches programs and tensors and keeps what was fetched. Used by the page and by the worker. */

import { t } from "../i18n/i18n.js";
import { Engine } from "./engine.js";
import { bestBackend, plain, serverWanted } from "./kernel.js";
import { RemoteEngine } from "./remote.js";
import { parseSafetensors } from "./safetensors.js";

/** Engines kept at most: a DCGAN takes some 5 MB, its epochs ten times that. */
const KEPT = 24;
/** @type {Map<string, Promise<Engine|RemoteEngine>>} by address, least recently used first */
const engines = new Map();

/** @param {string} path relative to the page, as models.json has it @returns {string} absolute, so that a worker finds it too */
export function address(path) {
  return new URL(path, globalThis.GAN_BASE ?? document.baseURI).href;
}

/** This browser can run no network, though the file is good: the server may draw instead. */
export class CannotRun extends Error {}

/**
 * @param {string} url absolute; the address of gan/draw gives the server as the engine
 * @returns {Promise<Engine|RemoteEngine>} the same one each time; a failure is not kept, so a later try may work
 * @throws {CannotRun} where the next rung of the ladder is needed; an Error where the file is missing or damaged
 */
export function fetchEngine(url) {
  const known = engines.get(url);
  engines.delete(url);
  const engine = known ?? (RemoteEngine.serves(url) ? Promise.resolve(new RemoteEngine(url, ask)) : openEngine(url));
  engines.set(url, engine);
  engine.catch(() => engines.delete(url));
  if (engines.size > KEPT) engines.delete(engines.keys().next().value);
  return engine;
}

async function openEngine(url) {
  if (serverWanted()) throw new CannotRun(t("The address of this page asks that the server draws."));
  const best = bestBackend(); // comes while the file does
  return opened(url, async (bytes) => {
    for (const backend of new Set([await best, plain])) {
      try {
        return await Engine.open(bytes, backend);
      } catch (error) {
        if (isDamage(error)) throw error;
      }
    }
    throw new CannotRun(t("This browser cannot run the network."));
  });
}

/** @param {string} url absolute @returns {Promise<Object<string, import("./safetensors.js").Tensor>>} */
export function fetchTensors(url) {
  return opened(url, (bytes) => parseSafetensors(bytes).tensors);
}

/** What is wrong with a file is a plain Error; what is wrong with the browser (no memory, no code) is not. */
const isDamage = (error) => error.constructor === Error;

/** The addresses of weights never change what they hold, so a browser keeps a damaged copy for good: what cannot be opened is fetched anew, once. */
async function opened(url, open) {
  const bytes = await fetchBytes(url);
  try {
    return await open(bytes);
  } catch (error) {
    if (!isDamage(error)) throw error;
    return open(await fetchBytes(url, { cache: "reload" }));
  }
}

/** Files that are on their way, and those that came while others did; `expected` is 0 where a server does not say. @type {{come: number, expected: number, done: boolean}[]} */
let coming = [];
const watchers = new Set();

/** @param {(come: number, expected: number) => void} watcher told the bytes of all files while they come (expected: 0 for not known), and 0, 0 at the end */
export function onProgress(watcher) {
  watchers.add(watcher);
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
  const sum = (name) => coming.reduce((all, file) => all + file[name], 0);
  const known = coming.every(({ expected }) => expected > 0);
  for (const watcher of watchers) watcher(sum("come"), known ? sum("expected") : 0);
}

/** @param {string} url absolute @param {RequestInit} [options] @returns {Promise<Response>} only if it is a good one */
export async function ask(url, options) {
  let response;
  try {
    response = await fetch(url, options);
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

function unanswered(url) {
  return t("The server does not answer ({name}). Check that it runs, then try again.", { name: nameOf(url) });
}

function nameOf(url) {
  return new URL(url).pathname.split("/").slice(-3).join("/");
}

/** @param {ArrayLike<number>} values @param {number[]} range @param {Float32Array} out @returns {Float32Array} in [0, 1] */
export function toUnit(values, [low, high], out) {
  for (let i = 0; i < out.length; i += 1) out[i] = Math.min(1, Math.max(0, (values[i] - low) / (high - low)));
  return out;
}

const scratch = new Float32Array(784);

/** @param {ArrayLike<number>} pixels in [0, 1] @param {number[]} range @returns {Float32Array} in that range, valid until the next call */
export function fromUnit(pixels, [low, high] = [-1, 1]) {
  for (let i = 0; i < scratch.length; i += 1) scratch[i] = low + pixels[i] * (high - low);
  return scratch;
}

/**
 * @param {Engine} discriminator
 * @param {ArrayLike<number>} pixels in [0, 1]
 * @param {ArrayLike<number>|null} classWeights
 * @returns {number} D(x), the probability of being real
 */
export function judgeWith(discriminator, pixels, classWeights) {
  const { input, output } = discriminator.program;
  const raw = discriminator.run(fromUnit(pixels, input.range), discriminator.numClasses ? classWeights : null)[0];
  return output.probability === "clip" ? Math.min(1, Math.max(0, raw)) : 1 / (1 + Math.exp(-raw));
}
