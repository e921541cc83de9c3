/** Fetches programs and tensors and keeps what was fetched. Used by the page and by the worker. */

import { Engine } from "./engine.js";
import { bestBackend } from "./kernel.js";
import { parseSafetensors } from "./safetensors.js";

/** Engines kept at most: a DCGAN takes some 5 MB, its epochs ten times that. */
const KEPT = 24;
/** @type {Map<string, Promise<Engine>>} by address, least recently used first */
const engines = new Map();

/** @param {string} path relative to the page, as models.json has it @returns {string} absolute, so that a worker finds it too */
export function address(path) {
  return new URL(path, globalThis.GAN_BASE ?? document.baseURI).href;
}

/**
 * @param {string} url absolute
 * @returns {Promise<Engine>} the same one each time; a failure is not kept, so a later try may work
 */
export function fetchEngine(url) {
  const known = engines.get(url);
  engines.delete(url);
  const engine = known ?? Promise.all([fetchBytes(url), bestBackend()]).then(([bytes, backend]) => new Engine(bytes, backend));
  engines.set(url, engine);
  engine.catch(() => engines.delete(url));
  if (engines.size > KEPT) engines.delete(engines.keys().next().value);
  return engine;
}

/** @param {string} url absolute @returns {Promise<Object<string, import("./safetensors.js").Tensor>>} */
export async function fetchTensors(url) {
  return parseSafetensors(await fetchBytes(url)).tensors;
}

/**
 * @param {string} url absolute
 * @returns {Promise<ArrayBuffer>}
 * @throws {Error} with a sentence for the page
 */
export async function fetchBytes(url) {
  const response = await ask(url);
  return response.arrayBuffer();
}

/** @param {string} url absolute @param {RequestInit} [options] @returns {Promise<Response>} only if it is a good one */
export async function ask(url, options) {
  let response;
  try {
    response = await fetch(url, options);
  } catch {
    throw new Error(`The server does not answer (${nameOf(url)}). Check that it runs, then try again.`);
  }
  if (response.ok) return response;
  const said = await response.json().then((body) => body?.error, () => null);
  if (said) throw new Error(said);
  const what = options?.method ? "The server could not do this" : "A file is missing";
  throw new Error(`${what} (${nameOf(url)}, status ${response.status}). Refresh the list of models, then try again.`);
}

function nameOf(url) {
  return new URL(url).pathname.split("/").slice(-3).join("/");
}

/** @param {ArrayLike<number>} values @param {number[]} range @param {Float32Array} out @returns {Float32Array} in [0, 1] */
export function toUnit(values, [low, high], out) {
  for (let i = 0; i < out.length; i += 1) out[i] = Math.min(1, Math.max(0, (values[i] - low) / (high - low)));
  return out;
}
