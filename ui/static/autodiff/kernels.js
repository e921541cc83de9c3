/** The kernels, fetched when a page or a worker first needs them. */

import { fetchBytes } from "../engine/programs.js";
import { chooseKernels, loadKernels } from "./memory.js";

/** @type {Object<string, URL>} */
const FILES = { "kernels.wasm": new URL("kernels.wasm", import.meta.url), "kernels-relaxed.wasm": new URL("kernels-relaxed.wasm", import.meta.url) };
const read = (/** @type {string} */ name) => fetchBytes(FILES[name].href);

/** @returns {Promise<WebAssembly.Module>} */
export const fetchKernels = () => loadKernels(read);

/** @returns {Promise<string>} the file of those that run here; rejects where none does */
export const kernelsHere = async () => (await chooseKernels(read)).name;
