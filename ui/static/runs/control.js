/** Asking for something to be done with a run: the request says who asks, the server decides. */

import { controlHeaders } from "./access.js";
import { askJson } from "./runfeed.js";

/**
 * @template T
 * @param {string} path below gan/
 * @param {Record<string, unknown>} body
 * @returns {Promise<T>} the server's answer, as the route gives it
 * @throws {Error} with the server's own sentence where it refuses
 */
export function control(path, body) {
  return askJson(path, { method: "POST", headers: { "Content-Type": "application/json", ...controlHeaders() }, body: JSON.stringify(body) });
}
