/**
 * The networks of a recipe as they are built for other data than it was made of: another z, other classes, pictures of another size or in colour.
 * What comes out is what gan_core's families would build (tests/behaviour/test_page_training.py compares), and what it costs.
 */

import { sizeOf } from "../autodiff/layers.js";
import { Measure } from "../autodiff/memory.js";
import { Network } from "../autodiff/network.js";
import { placeIn } from "../autodiff/program.js";
import { isSignal } from "../kit/shape.js";

/** @typedef {import("../autodiff/network.js").NetworkDescription} NetworkDescription */
/** @typedef {import("./protocol.js").Recipe} Recipe */
/** @typedef {import("../kit/shape.js").Shape} Shape */

/** Last layers of a discriminator whose scores are one for each class, and one more. */
const NAMING = ["label_score", "logit_and_classes"];
const CONVOLUTIONS = ["conv", "upconv", "conv_transpose"];

/** @param {{recipe: Recipe, model: Object<string, any>}} plan @returns {Object<string, NetworkDescription>} by role */
export function described({ recipe, model }) {
  const [before, now] = [recipe.model, model].map(({ num_classes: classes, image_shape: shape }) => ({ classes: Number(classes), shape: /** @type {number[]} */ (shape) }));
  const networks = Object.fromEntries(Object.entries(recipe.networks).map(([role, about]) => [role, withShape(withClasses(about, before.classes, now.classes), before.shape, now.shape)]));
  return recipe.latent ? { ...networks, generator: { ...networks.generator, input: [model.latent_dim] } } : networks;
}

/** Layers that know of no places in a picture. */
const PLACELESS = new Set(["dense"]);

/** The same network for another number of classes: what it is told, and the scores that name them. @param {NetworkDescription} about @param {number} before @param {number} now @returns {NetworkDescription} */
function withClasses(about, before, now) {
  if (before === now) return about;
  const layers = about.layers.map((layer, i) => (NAMING.includes(about.layers[i + 1]?.layer) ? { ...layer, units: now + 1 } : layer));
  return { ...about, classes: about.classes && now, layers };
}

/**
 * The same network for pictures of another shape. Who sees pictures takes others. Who draws them begins with a grid that is the same part of the
 * whole, or with the whole picture where there is no grid, and ends in as many channels as a picture has.
 * @param {NetworkDescription} about @param {Shape} before @param {Shape} now @returns {NetworkDescription}
 */
function withShape(about, before, now) {
  if (before.join() === now.join()) return about;
  if (isSignal(now)) return withLength(about, before, now);
  if (about.role !== "generator") return { ...about, input: [...now] };
  const layers = about.layers.map((layer) => ({ ...layer }));
  const at = layers.findIndex(({ layer }) => layer === "reshape");
  const [rows, columns, depth] = layers[at].shape;
  const last = layers.findLast(({ layer }) => CONVOLUTIONS.includes(layer));
  if (last) last.filters = now[2];
  layers[at].shape = last ? [(rows * now[0]) / before[0], (columns * now[1]) / before[1], depth] : [...now];
  const dense = layers.findLast(({ layer }, i) => i < at && PLACELESS.has(layer));
  if (dense) dense.units = sizeOf(layers[at].shape);
  return { ...about, layers };
}

/**
 * The same network for signals of another length: within, one is a picture of one row, and every reshape holds the same part of it. D reads several
 * samples as one with as many channels.
 * @param {NetworkDescription} about @param {Shape} before @param {Shape} now @returns {NetworkDescription}
 */
function withLength(about, before, now) {
  const [longer, more] = now.map((one, i) => one / before[i]);
  /** @type {import("../autodiff/layers.js").Description[]} */
  const layers = about.layers.map((layer) => (layer.layer === "reshape" && layer.shape.length > now.length ? { ...layer, shape: [1, layer.shape[1] * longer, layer.shape[2]] } : { ...layer }));
  const at = layers.findIndex(({ layer }) => layer === "reshape");
  if (about.role !== "generator") {
    layers[at].shape[2] *= more;
    return { ...about, input: [...now], layers };
  }
  const dense = layers.findLast(({ layer }, i) => i < at && PLACELESS.has(layer));
  if (dense) dense.units = sizeOf(layers[at].shape);
  const last = layers.findLast(({ layer }) => CONVOLUTIONS.includes(layer));
  if (last) last.filters = now[1];
  const end = layers.findLast(({ layer }) => layer === "reshape");
  if (end) end.shape = [...now];
  return { ...about, layers };
}

/** @param {{recipe: Recipe, model: Object<string, any>}} plan @returns {Object<string, number>} by role: multiply-adds of one sample, forwards */
export function multiplyAdds(plan) {
  return Object.fromEntries(Object.entries(described(plan)).map(([role, about]) => [role, ofNetwork(about)]));
}

/** @param {NetworkDescription} about */
function ofNetwork(about) {
  const { layers } = new Network(about, placeIn(/** @type {any} */ (new Measure()), 1));
  return layers.reduce((sum, layer, i) => sum + ofLayer(about.layers[i].layer, layer, i ? layers[i - 1].shape : about.input), 0);
}

/** @param {string} name @param {import("../autodiff/layers.js").Layer} layer @param {readonly number[]} input */
function ofLayer(name, { shape, variables }, input) {
  const kernel = variables.find((variable) => variable.name === "kernel");
  if (!kernel) return 0;
  const each = sizeOf(kernel.shape);
  const [rows, columns] = name === "conv" ? shape : PLACELESS.has(name) ? [1, 1] : input; // the others go over the small picture
  return each * rows * columns * (name === "upconv" ? PHASES : 1);
}

/** Of an upsampling by 2 every pixel of the small picture makes four; a 5x5 kernel then has 4 of 3x3 in the place of its 25 numbers. */
const PHASES = 36 / 25;
