/** The optimizer that a training's settings ask for, under gan_core's names (gan_core/nn/optimizers.py). */

import { Adam } from "./adam.js";
import { Sgd } from "./sgd.js";
import { Soap } from "./soap.js";

/** @type {Object<string, (place: import("./layers.js").Place, learned: import("./layers.js").Learned[], about: import("./adam.js").About) => Adam|Sgd>} */
export const OPTIMIZERS = {
  adam: (place, learned, about) => new Adam(place.memory, learned, about),
  sgd: (place, learned, about) => new Sgd(place.memory, learned, about),
  soap: (place, learned, about) => new Soap(place, learned, about),
};

/**
 * @param {import("./layers.js").Place} place
 * @param {import("./layers.js").Learned[]} learned
 * @param {Object<string, any>} train settings @param {number} rate @param {number} updates over which it falls
 * @returns {Adam|Sgd}
 * @throws {Error} for one that this device has not
 */
export function optimizer(place, learned, train, rate, updates) {
  const name = train.optimizer ?? "adam";
  if (!Object.hasOwn(OPTIMIZERS, name)) throw new Error(`optimizer is ${JSON.stringify(name)}; expected one of: ${Object.keys(OPTIMIZERS).join(", ")}, which are what this device has.`);
  return OPTIMIZERS[name](place, learned, { rate, updates, beta1: train.beta_1 ?? 0.9, finalFraction: train.final_lr_fraction ?? 1 });
}

/** Averages follow what is trained; fast at first, so that they do not remember the noise that it began with. @param {import("./memory.js").Memory} memory @param {import("./network.js").Network|null} average @param {import("./network.js").Network} network @param {number} decay @param {number} step */
export function follow(memory, average, network, decay, step) {
  const rate = 1 - Math.min(decay, (1 + step) / (10 + step));
  average?.variables.forEach(({ value }, i) => memory.kernels.follow(value.byteOffset, network.variables[i].value.byteOffset, value.length, rate));
}
