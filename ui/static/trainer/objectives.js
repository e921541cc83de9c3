/** The networks of a recipe and the step that trains them, laid out in one memory. */

import { Adversarial, METRICS } from "../autodiff/adversarial.js";
import { measured } from "../autodiff/memory.js";
import { Network } from "../autodiff/network.js";
import { placeIn } from "../autodiff/program.js";
import { Reconstruction } from "../autodiff/reconstruction.js";
import { described } from "./described.js";
import { latents, lots } from "./draws.js";

/**
 * @template T
 * @typedef {import("../autodiff/exchange.js").Exchanging<T>} Exchanging
 */

/**
 * @typedef {import("../autodiff/memory.js").Memory} Memory
 * @typedef {import("../autodiff/memory.js").Numbers} Numbers
 * @typedef {import("./batches.js").Batches} Batches
 * @typedef {{recipe: import("./protocol.js").Recipe, model: Object<string, any>, train: Object<string, any>, classes: number, part: {from: number, size: number}}} Plan
 *   what is to be laid out; `classes`: Setup.classes of gan_core
 *
 * @typedef {object} Objective
 * @property {string[]} metrics names of what a step tells
 * @property {Object<string, Network>} networks by role
 * @property {Object<string, Network>} averages by role, where there are any
 * @property {Object<string, Optimizer>} optimizers by name, in gan_core's order
 * @property {(step: number, batches: Batches) => Exchanging<Numbers>} step
 * @property {{d: Turn, g: Turn}|null} turns of a step, where it can be taken apart
 * @property {(pictures: Uint8Array) => Object<string, number>} extra what a report has besides, of pictures that are not trained on
 *
 * @typedef {(step: number, batches: Batches) => Exchanging<Object<string, number>>} Turn
 *
 * @typedef {object} Optimizer
 * @property {number} updates so far
 * @property {{rate: number, finalFraction: number}} about
 * @property {() => {shape: number[], value: Numbers}[]} variables in Keras' order, behind the number of updates and the rate
 */

/** @param {Plan} plan @returns {number} bytes that it takes */
export const bytesOf = (plan) => measured((memory) => lay(memory, plan));

/** @param {Memory} memory @param {Plan} plan @returns {Objective} */
export function lay(memory, plan) {
  return (Object.hasOwn(plan.recipe.networks, "discriminator") ? adversarial : reconstructing)(memory, plan);
}

/** @param {Memory} memory @param {Plan} plan @returns {Objective} */
function adversarial(memory, plan) {
  const { model, train, classes, part } = plan;
  const about = described(plan);
  const generator = new Network(about.generator, placeIn(memory, part.size));
  const discriminator = new Network(about.discriminator, placeIn(memory, 2 * part.size));
  const average = train.ema_decay ? new Network(about.generator, placeIn(memory, 1)) : null;
  const ends = { classes: model.num_classes, votes: model.num_classes ? 0 : classes, latentDim: model.latent_dim };
  const gan = new Adversarial(placeIn(memory, part.size), { generator, discriminator, average }, train, ends, part, lots(train.seed));
  const turns = train.d_steps ?? 1;
  const z = (/** @type {number} */ step, /** @type {number} */ turn) => {
    const drawn = latents(train.seed, step, turn, model.latent_dim, part);
    return train.z_scale === 1 ? drawn : drawn.map((value) => value * train.z_scale);
  };
  const each = (/** @type {number} */ step, /** @type {Batches} */ batches) => Array.from({ length: turns }, (_, turn) => batches.of(step, turn));
  const draws = (/** @type {number} */ step, /** @type {number} */ count) => Array.from({ length: count }, (_, turn) => z(step, turn));
  return {
    metrics: METRICS,
    networks: { generator, discriminator },
    averages: average ? { generator: average } : {},
    optimizers: gan.optimizers,
    step: (step, batches) => gan.step(step, each(step, batches), draws(step, gan.draws)),
    turns: {
      d: (step, batches) => gan.turnOfD(step, each(step, batches), draws(step, turns)),
      g: (step, batches) => gan.turnOfG(step, z(step, turns), batches.of(step, turns - 1).labels),
    },
    extra: () => ({}),
  };
}

/** Encoder and decoder. @param {Memory} memory @param {Plan} plan @returns {Objective} */
function reconstructing(memory, plan) {
  const { train, part, recipe } = plan;
  const about = described(plan);
  const both = (/** @type {number} */ most) => ({ encoder: new Network(about.encoder, placeIn(memory, most)), generator: new Network(about.generator, placeIn(memory, most)) });
  const networks = both(part.size);
  const averages = train.ema_decay ? both(1) : null;
  const work = new Reconstruction(placeIn(memory, part.size), networks, averages, train, part, lots(train.seed));
  const [low, high] = recipe.range;
  return {
    metrics: ["loss"],
    networks,
    averages: averages ?? {},
    optimizers: { optimizer: work.optimizer },
    step: (step, batches) => work.step(step, batches.of(step, 0).images),
    turns: null,
    extra: (pictures) => ({ val_loss: work.error(Float32Array.from(pictures, (grey) => low + ((high - low) * grey) / 255)) }),
  };
}
