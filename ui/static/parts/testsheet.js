/** Some test pictures of every digit in one answer of the server: for a map of codes, and for whatever wants real digits beside drawn ones. */

import { address, ask } from "../engine/programs.js";
import { cut, toPixels } from "./sources.js";

/** Pictures of each digit that the server gives, at most (`ui/server/testset.py`). */
const EACH = 40;
const PIXELS = 784;

/** @typedef {{pictures: Float32Array, origin: "mnist"|"digits", each: number}} TestSheet `pictures` [10 * each, 784] in [0, 1], by digit */

/** @type {Promise<TestSheet>|null} */
let sheet = null;

/** @param {boolean} [anew] what is there has changed @returns {Promise<TestSheet>} asked for once */
export function testSheet(anew = false) {
  if (anew) sheet = null;
  sheet ??= fetchSheet();
  sheet.catch(() => (sheet = null));
  return sheet;
}

/** @returns {Promise<TestSheet>} */
async function fetchSheet() {
  const { dataset, counts } = await (await ask(address("gan/testset.json"))).json();
  const each = Math.min(EACH, ...counts);
  const image = await toPixels(await (await ask(address(`gan/testset/${dataset}/map.png`))).blob());
  const pictures = new Float32Array(10 * each * PIXELS);
  for (let i = 0; i < 10 * each; i += 1) pictures.set(cut(image, i), i * PIXELS);
  return { pictures, origin: dataset, each };
}
