/** What of gan_core's settings the page's training does: whatever else is set by hand is refused, never left out in silence. */

import { LOSSES } from "../autodiff/losses.js";
import { OPTIMIZERS } from "../autodiff/optimizers.js";
import { followed } from "../autodiff/slope.js";
import { t } from "../i18n/i18n.js";
import { shapeInWords } from "../kit/shapewords.js";

/** Every field of TrainConfig, and its values that are done here; null for all that gan_core takes. @type {Object<string, unknown[]|null>} */
export const TRAIN = {
  dataset: null, steps: null, batch_size: null, seed: null, report_every: null, show_at: null,
  g_learning_rate: null, d_learning_rate: null, final_lr_fraction: null, beta_1: null,
  optimizer: Object.keys(OPTIMIZERS),
  loss: Object.keys(LOSSES),
  d_steps: null, one_stage: null, share_fakes: null, label_smoothing: null, naming: null, z_scale: null, random_labels: null, ema_decay: null,
  precision: null, xla: null, // how a server computes: here every layer is float32
  r1_gamma: null, r1_every: null, r2_gamma: [0], relativistic: [false], gradient_penalty: [0], speck_penalty: [0], labelled: [0],
};

/** Losses whose two updates can be had from one pass. */
export const ONE_STAGE_LOSSES = Object.keys(LOSSES).filter((name) => LOSSES[name].ratio);

/** Last layers of a discriminator: one that names the class beside its logit, and those whose scores of the classes `naming` trains. */
const NAMES = "logit_and_classes";
const SCORES = ["any_score", "label_score"];

/** Pixels of a picture's height and width that a page learns; gan_core goes to 128. */
export const SIDES = [16, 64];

/** Samples of a signal, as gan_core/kind.py has them. */
const LENGTHS = [256, 4096];

/** @typedef {import("./protocol.js").Recipe} Recipe */

/**
 * @param {Recipe} recipe
 * @param {Object<string, unknown>} model settings of a model that is to be trained
 * @param {Object<string, any>} train all settings of its training
 * @throws {Error} with a sentence that says what came, what was expected and what to do
 */
export function checkImplemented(recipe, model, train) {
  for (const [name, value] of Object.entries(train)) {
    if (!Object.hasOwn(TRAIN, name)) refuse(name, value, t("one of the settings {names}", { names: Object.keys(TRAIN).join(", ") }));
    const possible = TRAIN[name];
    if (possible && !possible.includes(value)) refuse(name, value, possible.map(String).join(", "));
  }
  if (train.one_stage && (train.d_steps ?? 1) !== 1) refuse("d_steps", train.d_steps, t("{value}, as {name} is true", { value: 1, name: "one_stage" }));
  if (train.one_stage && !ONE_STAGE_LOSSES.includes(train.loss ?? "non_saturating")) refuse("loss", train.loss, t("{value}, as {name} is true", { value: ONE_STAGE_LOSSES.join(", "), name: "one_stage" }));
  const judged = recipe.networks.discriminator?.layers ?? [];
  const end = judged.at(-1)?.layer ?? "";
  if (train.r1_gamma && !followed(judged)) refuse("r1_gamma", train.r1_gamma, t("{value}, as its discriminator has layers whose slope bends", { value: 0 }));
  if (train.one_stage && end === NAMES) refuse("one_stage", train.one_stage, t("{value}, as its discriminator names the digit", { value: "false" }));
  if (train.naming && !SCORES.includes(end)) refuse("naming", train.naming, t("{value}, as its discriminator has no scores of the classes", { value: 0 }));
  checkShape(recipe, model.image_shape);
  for (const name of new Set([...Object.keys(recipe.model), ...Object.keys(model)]))
    if (!isFree(recipe, name) && !alike(model[name], recipe.model[name])) refuse(name, model[name], JSON.stringify(recipe.model[name] ?? null));
}

/** @param {Recipe} recipe @param {any} shape of the pictures @throws {Error} */
function checkShape({ sides: multiple, model }, shape) {
  if (alike(shape, model.image_shape)) return;
  const inWords = (/** @type {any} */ one) => (Array.isArray(one) && [2, 3].includes(one.length) ? shapeInWords(one) : String(one));
  const about = { shape: inWords(shape), family: String(model.family), preset: String(model.preset) };
  if (model.rate) {
    const [length, channels, ...more] = Array.isArray(shape) ? shape : [];
    if (Number.isInteger(length) && length >= LENGTHS[0] && length <= LENGTHS[1] && length % multiple === 0 && [1, 2, 3].includes(channels) && !more.length) return;
    throw new Error(t("What came is {shape}; {family}, {preset} learns signals of {least} to {most} samples, a multiple of {multiple}. Choose recordings, or another network.", { ...about, multiple, least: LENGTHS[0], most: LENGTHS[1] }));
  }
  if (!multiple) throw new Error(t("The pictures are {shape}; {family}, {preset} learns {only} alone here. Choose that size, or another network.", { ...about, only: inWords(model.image_shape) }));
  const [height, width, channels] = Array.isArray(shape) && shape.length === 3 ? shape : [];
  const fits = (/** @type {unknown} */ side) => Number.isInteger(side) && Number(side) >= SIDES[0] && Number(side) <= SIDES[1] && Number(side) % multiple === 0;
  if (!fits(height) || !fits(width) || ![1, 3].includes(channels))
    throw new Error(t("The pictures are {shape}; {family}, {preset} learns sides that are multiples of {multiple} here, from {least} to {most} pixels, grey or in colour. Choose another size, or another network.", { ...about, multiple, least: SIDES[0], most: SIDES[1] }));
}

/** Whether a setting of a model may be another than the recipe's: the networks are made for it. @param {Recipe} recipe @param {string} name */
export function isFree(recipe, name) {
  if (name === "latent_dim") return recipe.latent;
  if (name === "image_shape") return recipe.sides > 0;
  if (name === "rate") return Boolean(recipe.model.rate);
  return Number(recipe.model.num_classes) > 0 && ["num_classes", "classes"].includes(name);
}

/** @param {string} name @param {unknown} value @param {string} expected @returns {never} */
function refuse(name, value, expected) {
  throw new Error(t("{name} is {value}; this device trains with {expected}. Change it, or train on a server.", { name, value: JSON.stringify(value) ?? "nothing", expected }));
}

/** Whether two settings mean the same: what is left out of an object is as good as 0. @param {any} a @param {any} b @returns {boolean} */
export function alike(a, b) {
  if (!a || !b || typeof a !== "object" || typeof b !== "object") return (a || 0) === (b || 0);
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((key) => alike(a[key], b[key]));
}
