/** What this page can train, and on what: the recipes that tools/recipes.py has made of gan_core's families, and the packed pictures. */

import { address, ask } from "../engine/programs.js";
import { t } from "../i18n/i18n.js";

/** @typedef {import("../trainer/protocol.js").Recipe} Recipe */
/** @typedef {{name: string, title: string, attribution: string, train: number, bytes: number, url: string}} PackedSet an entry of `pictures.json` */

/** @type {Promise<Recipe[]>|null} */
let asked = null;

/** @returns {Promise<Recipe[]>} asked for once */
export function listRecipes() {
  asked ??= ask(new URL("../trainer/recipes.json", import.meta.url).href).then((answer) => answer.json());
  asked.catch(() => (asked = null));
  return asked;
}

/** @param {{family: string, preset: string}} model @returns {Promise<Recipe>} @throws {Error} where this page cannot train it */
export async function recipeOf({ family, preset }) {
  const found = (await listRecipes()).find((one) => one.family === family && one.preset === preset);
  if (!found) throw new Error(t("This page cannot train {family}, {preset}: its networks have parts that only the server has.", { family, preset }));
  return found;
}

/** @type {Promise<PackedSet[]>|null} */
let listed = null;

/** @returns {Promise<PackedSet[]>} what this page can fetch, asked for once; none where there is no list */
export function listSets() {
  listed ??= ask(address("gan/pictures.json")).then((answer) => answer.json()).then(({ sets }) => (Array.isArray(sets) ? sets : []));
  listed.catch(() => (listed = null));
  return listed;
}
