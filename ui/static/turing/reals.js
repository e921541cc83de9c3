/** Real pictures to hide among fakes: test digits of the server, or those that a static build holds out. None is shipped with the page's code. */

import { fetchSet } from "../device/pictures.js";
import { listSets } from "../device/recipes.js";
import { address, ask } from "../engine/programs.js";
import { isStatic } from "../kit/build.js";
import { testSheet } from "../parts/testsheet.js";
import { controlHeaders } from "../runs/access.js";

const PIXELS = 784;

/**
 * @typedef {object} Reals
 * @property {"mnist"|"digits"} dataset `digits`: scikit-learn's 8x8 made 28x28, softer than what the models have learned from
 * @property {Float32Array[]} pictures [784] in [0, 1]
 * @property {number[]} labels
 */

/** @returns {Promise<Reals|null>} null where this page has none */
export async function fetchReals() {
  return isStatic ? heldOut() : fromServer();
}

/** Has the server fetch MNIST, for whoever has control. @returns {Promise<Reals>} */
export async function fetchMnist() {
  await ask(address("gan/testset/fetch-mnist"), { method: "POST", headers: controlHeaders() });
  return fromServer(true);
}

/** @param {boolean} [anew] @returns {Promise<Reals>} */
async function fromServer(anew = false) {
  const { pictures, origin, each } = await testSheet(anew);
  return { dataset: origin, pictures: cutUp(pictures), labels: Array.from({ length: 10 * each }, (_, i) => Math.floor(i / each)) };
}

/** Those of a packed set that nothing in this page trains on. @returns {Promise<Reals|null>} */
async function heldOut() {
  const sets = await listSets().catch(() => []);
  const name = /** @type {const} */ (["mnist", "digits"]).find((one) => sets.some((set) => set.name === one));
  if (!name) return null;
  const { heldOut: greys, heldOutLabels } = await fetchSet(name);
  return { dataset: name, pictures: cutUp(Float32Array.from(greys ?? [], (grey) => grey / 255)), labels: [...heldOutLabels] };
}

/** @param {Float32Array} all [n, 784] @returns {Float32Array[]} */
function cutUp(all) {
  return Array.from({ length: all.length / PIXELS }, (_, i) => all.subarray(i * PIXELS, (i + 1) * PIXELS));
}
