/** Names for the leading directions of a model: what each does, measured once on a few of its samples while nothing else is drawn. */

import { pool } from "../engine/pool.js";
import { t } from "../i18n/i18n.js";
import { isMnist, isSignal, numbersIn } from "../kit/sample.js";
import { USUAL_RATE } from "../parts/signalin.js";
import { drawsSyllables, evenLabels, weightsOfLabels } from "../state/classes.js";
import { stack } from "../state/latent.js";
import { doesOf, REACH, traitsOf } from "./does.js";
import { traitsOfPicture } from "./doespicture.js";
import { traitsOfSignal } from "./doessignal.js";

/** Samples that are moved along each direction; fewer of those that take long to draw. */
const SAMPLES = 12;
const FEW = 8;
/** Numbers of a sample, beyond which it takes long. */
const LARGE = 4096;
/** Classes of signals that are listened to: what is asked for makes more of a difference than where z is. */
const CLASSES = 4;
const PLACES = [-REACH, REACH];
const SLOT = "naming";

/** @typedef {import("../state/models.js").Model} Model */
/** @typedef {import("./does.js").Does} Does */

/** By the generator's address, as a run that goes on learning is another model then. @type {Map<string, (Does|null)[]>} */
const known = new Map();

/** What each trait is called beside its strip, where there is room for one word; in what it is measured; and its whole name. @type {Record<import("./does.js").Trait, [name: string, unit: string, whole?: string]>} */
const WORDS = {
  slant: [t("slant"), ""], weight: [t("weight"), "px"], width: [t("width"), "px"], height: [t("height"), "px"],
  brightness: [t("brightness"), "%"], colourfulness: [t("colour"), "%", t("colourfulness")], warmth: [t("warmth"), "%", t("warm or cold colours")],
  ground_brightness: [t("ground"), "%", t("brightness of the ground")], ground_warmth: [t("ground hue"), "%", t("warmth of the ground")],
  middle_brightness: [t("middle"), "%", t("brightness of the middle")], middle_warmth: [t("middle hue"), "%", t("warmth of the middle")],
  top_brightness: [t("top"), "%", t("brightness at the top")], top_warmth: [t("top hue"), "%", t("warmth at the top")],
  loudness: [t("loudness"), "dB"], rumble: [t("rumble"), "dB"], strikes: [t("strikes"), t("Hz"), t("rate of the strikes")], ring: [t("pitch"), t("Hz")],
  decay: [t("ringing"), "ms", t("how long it rings")], sharpness: [t("sharpness"), "dB", t("sharpness of the strikes")], noise: [t("noise"), "dB", t("noise between strikes")],
};

/** Whether it draws strokes of ink. @param {Model} model */
const isHand = ({ shape, info }) => isMnist(shape) || drawsSyllables(info);

/** @param {Model} model @returns {(sample: Float32Array) => import("./does.js").Traits} what of its samples is measured */
function measuring(model) {
  const { shape, info } = model;
  if (isSignal(shape)) return (sample) => traitsOfSignal(sample, shape, info.rate ?? USUAL_RATE);
  return isHand(model) ? (sample) => traitsOf(sample, shape) : (sample) => traitsOfPicture(sample, shape);
}

/** @param {Does|null} does @param {Model} model @returns {string} "slant"; where there is no such word for it, of handwriting what is left: the shape */
export const nameOf = (does, model) => (does ? WORDS[does.trait][0] : isHand(model) ? t("shape") : "");

/** @param {Does|null} does @param {Model} model @returns {string} how it was measured, for who wants to know */
export function measureOf(does, model) {
  const count = samplesOf(model);
  if (!does) return isHand(model)
    ? t("Neither slant, weight, width nor height changes clearly and the same way in {count} pictures.", { count })
    : t("Nothing that is measured changes clearly and the same way in {count} samples.", { count });
  const { trait, change } = does;
  const [word, unit, name = word] = WORDS[trait];
  const size = Math.abs(unit === "%" ? 100 * change : change);
  const amount = `${change > 0 ? "+" : "−"}${size.toFixed(size < 10 ? 2 : 0)}`;
  const values = { count, name, amount: unit === "" || unit === "px" ? amount : `${amount} ${unit}`, low: `−${REACH}`, high: REACH };
  if (unit === "px") return t("Measured on {count} pictures: {name} changes by {amount} pixels from {low} to +{high}.", values);
  if (isHand(model)) return t("Measured on {count} pictures: {name} changes by {amount} from {low} to +{high}.", values);
  return t("Measured on {count} samples: {name} changes by {amount} from {low} to +{high}.", values);
}

/** @param {Model} model */
const samplesOf = ({ shape }) => (numbersIn(shape) > LARGE ? FEW : SAMPLES);

/** @param {Model} model @returns {number[]} the labels that its samples are asked for, in turn; none of a model that cannot be asked */
function classesOf({ numClasses, groups, shape }) {
  if (groups.length) return evenLabels(SAMPLES, { numClasses, groups });
  const count = isSignal(shape) ? Math.min(CLASSES, numClasses) : numClasses;
  return Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * numClasses) / count));
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
  if (!model.directions.length || model.remote) return undefined;
  const count = samplesOf(model);
  const start = Array.from({ length: count }, (_, i) => model.sample(i + 1));
  // first as they stand, then along each direction to either side
  const moved = model.directions.flatMap((direction) => PLACES.flatMap((reach) => start.map((z) => z.map((value, i) => value + reach * direction[i]))));
  const z = [...start, ...moved];
  const classes = classesOf(model);
  const weights = classes.length ? weightsOfLabels(z.map((_, i) => classes[(i % count) % classes.length]), model) : null;
  const groups = isSignal(model.shape) ? Math.max(1, classes.length) : 1;
  const measure = measuring(model);
  /** @type {import("./does.js").Traits[]} */
  const traits = [];
  let come = 0;
  pool.draw(SLOT, {
    url, z: stack(z), classWeights: weights, count: z.length,
    onPart(first, pixels) {
      const each = numbersIn(model.shape);
      for (let i = 0; i < pixels.length / each; i += 1, come += 1) traits[first + i] = measure(pixels.subarray(i * each, (i + 1) * each));
      if (come < z.length) return;
      const of = (/** @type {number} */ place) => traits.slice(place * count, (place + 1) * count);
      const does = model.directions.map((_, i) => doesOf(of(1 + 2 * i), of(2 + 2 * i), of(0), groups));
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
