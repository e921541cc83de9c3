/** The kernels, fetched when a page or a worker first needs them. */

import { fetchBytes } from "../engine/programs.js";
import { loadKernels } from "./memory.js";

/** @returns {Promise<WebAssembly.Module>} */
export const fetchKernels = () => loadKernels((name) => fetchBytes(new URL(name, import.meta.url).href));
