/** Names for the leading directions of a model: what each does, measured once on a few of its pictures while nothing else is drawn. */

import { pool } from "../engine/pool.js";
import { t } from "../i18n/i18n.js";
import { isMnist, MNIST, numbersIn } from "../kit/sample.js";
import { stack } from "../state/latent.js";
import { doesOf, REACH, traitsOf } from "./does.js";

/** Pictures that are moved along each direction. */
const PICTURES = 12;
const PLACES = [-REACH, REACH];
const SLOT = "naming";

/** @typedef {import("../state/models.js").Model} Model */
/** @typedef {import("./does.js").Does} Does */

/** By the generator's address, as a run that goes on learning is another model then. @type {Map<string, (Does|null)[]>} */
const known = new Map();

/** What each trait is called. @type {Record<import("./does.js").Trait, string>} */
const WORDS = { slant: t("slant"), weight: t("weight"), width: t("width"), height: t("height") };

/** @param {Does|null} does @returns {string} "slant"; where there is no such word for it, what is left: the shape */
export const nameOf = (does) => (does ? WORDS[does.trait] : t("shape"));

/** @param {Does|null} does @returns {string} how it was measured, for who wants to know */
export function measureOf(does) {
  if (!does) return t("Neither slant, weight, width nor height changes clearly and the same way in {count} pictures.", { count: PICTURES });
  const { trait, change } = does;
  const amount = `${change > 0 ? "+" : "−"}${Math.abs(change).toFixed(2)}`;
  const values = { count: PICTURES, name: WORDS[trait], amount, low: `−${REACH}`, high: REACH };
  if (trait === "slant") return t("Measured on {count} pictures: {name} changes by {amount} from {low} to +{high}.", values);
  return t("Measured on {count} pictures: {name} changes by {amount} pixels from {low} to +{high}.", values);
}

/**
 * @param {Model} model
 * @param {(found: (Does|null)[]) => void} onNamed told what each direction does; at once where it is known
 * @returns {void}
 */
export function namesOf(model, onNamed) {
  const url = model.generatorUrl();
  const found = known.get(url);
  if (found) return onNamed(found);
  if (!model.directions.length || model.remote || !isMnist(model.shape)) return undefined; // slant and weight are a stroke's
  const seeds = Array.from({ length: PICTURES }, (_, i) => i + 1);
  const start = seeds.map((seed) => model.sample(seed));
  // first as they stand, then along each direction to either side
  const moved = model.directions.flatMap((direction) => PLACES.flatMap((reach) => start.map((z) => z.map((value, i) => value + reach * direction[i]))));
  const z = [...start, ...moved];
  const classes = model.numClasses;
  const weights = classes ? stack(z.map((_, i) => Float32Array.from({ length: classes }, (__, k) => Number(k === (i % PICTURES) % classes)))) : null;
  /** @type {import("./does.js").Traits[]} */
  const traits = [];
  let come = 0;
  pool.draw(SLOT, {
    url, z: stack(z), classWeights: weights, count: z.length,
    onPart(first, pixels) {
      const each = numbersIn(MNIST);
      for (let i = 0; i < pixels.length / each; i += 1, come += 1) traits[first + i] = traitsOf(pixels.subarray(i * each, (i + 1) * each));
      if (come < z.length) return;
      const of = (/** @type {number} */ place) => traits.slice(place * PICTURES, (place + 1) * PICTURES);
      const does = model.directions.map((_, i) => doesOf(of(1 + 2 * i), of(2 + 2 * i), of(0)));
      known.set(url, does);
      onNamed(does);
    },
  });
  return undefined;
}

/** Nobody waits for names any more. */
export function stopNaming() {
  pool.drop(SLOT);
}
