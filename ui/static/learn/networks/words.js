/** What the layers of a network are called, for people. */

import { t } from "../../i18n/i18n.js";
import { count } from "../../runs/runwords.js";

/** @typedef {import("./layers.js").Layer} Layer */

/** @type {Record<string, string>} */
const FOLLOWS = {
  relu: "ReLU", leaky_relu: "LeakyReLU", tanh: "tanh", sigmoid: t("sigmoid"), softmax: "softmax", scale: t("batch normalisation"), cut: t("cut off at black and white"),
};

/** By the kind of a layer. @type {Record<string, (layer: Layer) => string>} */
const NAMES = {
  dense: () => t("Dense"),
  upconv: ({ size }) => t("Upsampling + convolution {size} × {size}", { size }),
  conv: ({ size, stride }) => (stride === 2 ? t("Convolution {size} × {size}, stride 2", { size }) : t("Convolution {size} × {size}", { size })),
  labels: () => t("Here the digit goes in"),
  pool: () => t("Pooling"),
  score: () => t("One score of many"),
  finish: () => t("Strokes cleaned up"),
};

/** @param {Layer} layer @returns {string} "Convolution 5 × 5, stride 2" */
export const nameOfLayer = (layer) => NAMES[layer.kind]?.(layer) ?? layer.kind;

/** @param {Layer} layer @returns {string} "LeakyReLU, batch normalisation" */
export function followsOf({ then }) {
  return then.map((name) => FOLLOWS[name] ?? name).join(", ");
}

/** @param {number[]} shape @returns {string} */
export function shapeOf(shape) {
  return shape.map(count).join(" × ");
}

/** @param {Layer} layer @returns {string} all of it in a sentence, for the panel and for who does not see */
export function layerInWords(layer) {
  const values = { name: nameOfLayer(layer), shape: shapeOf(layer.shape), learned: count(layer.learned) };
  const what = layer.learned ? t("{name}: leaves {shape} numbers, has learned {learned}.", values) : t("{name}: leaves {shape} numbers, has learned none.", values);
  const then = followsOf(layer);
  return then ? `${what} ${t("Then {what}.", { what: then })}` : what;
}
