/** The kernels, fetched when a page or a worker first needs them. */

import { fetchBytes } from "../engine/programs.js";
import { chooseKernels, loadKernels } from "./memory.js";

const read = (/** @type {string} */ name) => fetchBytes(new URL(name, import.meta.url).href);

/** @returns {Promise<WebAssembly.Module>} */
export const fetchKernels = () => loadKernels(read);

/** @returns {Promise<string>} the file of those that run here; rejects where none does */
export const kernelsHere = async () => (await chooseKernels(read)).name;
