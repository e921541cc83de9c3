/** Fetches what a training in slow motion needs: the course's dense network, and the pictures that this page can train on. */

import { fetchKernels } from "../../autodiff/kernels.js";
import { fetchSet } from "../../device/pictures.js";
import { listRecipes, listSets } from "../../device/recipes.js";
import { t } from "../../i18n/i18n.js";
import { SlowTraining } from "./slow.js";

/** MNIST where it is, else what there is. @returns {Promise<{name: string, title: string}|undefined>} */
export async function chosenSet() {
  const sets = await listSets();
  return sets.find(({ name }) => name === "mnist") ?? sets[0];
}

/** @param {{batch: number, seed: number, train?: (recipe: Object<string, any>) => Object<string, any>}} about `train`: settings beside the recipe's @returns {Promise<SlowTraining>} @throws {Error} with a sentence */
export async function openSlow({ batch, seed, train = () => ({}) }) {
  const [kernels, recipes, set] = await Promise.all([fetchKernels(), listRecipes(), chosenSet()]);
  const recipe = recipes.find(({ preset, latent }) => latent && preset === "reference"); // the first is the smallest
  if (!recipe || !set) throw new Error(t("There are no pictures here to train on, so this card has nothing to show. Open the page where MNIST or scikit-learn's digits are."));
  return new SlowTraining(kernels, recipe, await fetchSet(set.name), { batch, seed, train: train(recipe.train) });
}
