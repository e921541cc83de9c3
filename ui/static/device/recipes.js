/** What this page can train, and on what: the recipes that tools/recipes.py has made of gan_core's families, and the packed pictures. */

import { address, ask } from "../engine/programs.js";
import { t } from "../i18n/i18n.js";
import { MNIST } from "../kit/shape.js";
import { alike, isFree } from "../trainer/implemented.js";

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

/** @typedef {{family: string, preset: string, steps: number, why: string[]}} Elsewhere a preset that this page does not train, and why (gan_core/nn/recipes.py) */

/** @returns {Promise<Elsewhere[]>} */
export async function listElsewhere() {
  return (await ask(new URL("../trainer/elsewhere.json", import.meta.url).href)).json();
}

/** @typedef {{family: string, preset: string} & Object<string, unknown>} Wanted fields of ModelConfig; what is missing is the preset's */

/** @param {Recipe[]} recipes @param {Wanted} model @returns {Recipe|undefined} the one with these very networks */
export function recipeFor(recipes, model) {
  return recipes.find((recipe) => Object.entries(model).every(([name, value]) => isFree(recipe, name) || alike(value, recipe.model[name])));
}

/** @param {Wanted} model @returns {Promise<Recipe>} @throws {Error} where this page cannot train it */
export async function recipeOf(model) {
  const recipes = await listRecipes();
  const { family, preset } = model;
  const found = recipeFor(recipes, model);
  if (found) return found;
  throw new Error(recipeFor(recipes, { family, preset })
    ? t("This page cannot train this run: its networks are not those of {family}, {preset}. Train it on a server, or start another one here.", { family, preset })
    : t("This page cannot train {family}, {preset}: its networks have parts that only the server has.", { family, preset }));
}

/**
 * As gan_core/runs/creating.py: networks draw pictures as large as the data's, or signals of their rate, conditional ones of as many classes, by their names.
 * @param {Recipe} recipe @param {{shape?: import("../kit/shape.js").Shape, classes?: string[], rate?: number}} [data] packed sets are MNIST's kind
 * @returns {Recipe["model"]}
 */
export function fitted(recipe, { shape = MNIST, classes = [], rate } = {}) {
  const model = { ...recipe.model, image_shape: [...shape], ...(rate && recipe.model.rate ? { rate } : {}) };
  if (!model.num_classes || !classes.length) return model;
  const plain = classes.every((name, i) => name === String(i));
  return { ...model, num_classes: classes.length, ...(plain ? {} : { classes }) };
}

/** @param {Recipe} recipe @returns {boolean} whether it draws signals */
export const ofSignals = ({ model }) => Boolean(model.rate);

/** @type {Promise<PackedSet[]>|null} */
let listed = null;

/** @returns {Promise<PackedSet[]>} what this page can fetch, asked for once; none where there is no list */
export function listSets() {
  listed ??= ask(address("gan/pictures.json")).then((answer) => answer.json()).then(({ sets }) => (Array.isArray(sets) ? sets : []));
  listed.catch(() => (listed = null));
  return listed;
}
