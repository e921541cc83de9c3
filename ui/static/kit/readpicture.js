/** A person's picture as the 28x28 white-on-black digit that the models know. Finding the ink takes a second or more, so a worker does it. */

import { messageOf, t } from "../i18n/i18n.js";
import { digitIn, workingSize } from "./digitof.js";
import { pixelsOf } from "./pixels.js";

/** @typedef {{id: number, image: import("./digitof.js").Rgba}} Asked */
/** @typedef {{id: number, digit?: Float32Array, error?: string}} Answered `error`: an English sentence of the page's words */
/** @typedef {{resolve: (digit: Float32Array) => void, reject: (error: Error) => void, image: import("./digitof.js").Rgba}} Question */

/** Nobody has brought a picture for so long (ms): the worker's memory is given back. */
const IDLE_MS = 20_000;

/** @type {Worker|null} */
let worker = null;
/** @type {Map<number, Question>} */
const open = new Map();
let [count, idle] = [0, 0];

/**
 * @param {Blob} file
 * @returns {Promise<Float32Array>} [784] in [0, 1]
 * @throws {Error} with a sentence for the page
 */
export async function readPicture(file) {
  const image = await pixelsOf(file, { sizeOf: workingSize });
  return new Promise((resolve, reject) => {
    clearTimeout(idle);
    count += 1;
    open.set(count, { resolve, reject, image });
    try {
      worker ??= begin();
      worker.postMessage(/** @type {Asked} */ ({ id: count, image }));
    } catch {
      here();
    }
  });
}

function begin() {
  const made = new Worker(new URL("photoworker.js", import.meta.url), { type: "module" });
  made.addEventListener("message", (/** @type {MessageEvent<Answered>} */ { data: { id, digit, error } }) => {
    const asked = open.get(id);
    open.delete(id);
    if (digit) asked?.resolve(digit);
    else asked?.reject(new Error(t(error ?? "")));
    if (!open.size) idle = setTimeout(end, IDLE_MS);
  });
  made.addEventListener("error", (event) => {
    event.preventDefault();
    here();
  });
  return made;
}

function end() {
  worker?.terminate();
  worker = null;
}

/** Where no worker can be started the page stands still for a moment, and reads. */
function here() {
  end();
  for (const [id, { resolve, reject, image }] of open) {
    open.delete(id);
    try {
      resolve(digitIn(image));
    } catch (error) {
      reject(new Error(messageOf(error)));
    }
  }
}
