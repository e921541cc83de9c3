/** What a training takes of a device, told before anything is laid out: memory, and arithmetic of a step. Told alike on every device, so that a phone's answer is a desk's. */

import { t } from "../i18n/i18n.js";
import { shapeInWords } from "../kit/shapewords.js";
import { multiplyAdds } from "./described.js";
import { bytesOf } from "./objectives.js";

/** @typedef {{recipe: import("./protocol.js").Recipe, model: Object<string, any>, train: Object<string, any>}} Asked */
/** @typedef {{bytes: number, work: number}} Cost `bytes` of memory in all; `work`: multiply-adds of a step */

/** What a phone can do: a page that takes more memory is ended by it, and a step of more work takes seconds there. */
export const MOST = { bytes: 400e6, work: 16e9 };
/** Through a network: forwards, and backwards by its input and by its parameters. */
const [ONCE, THERE, BACK] = [1, 2, 3];
/** A penalty of D's slope: to the pictures, along the slope, and back by the parameters too. */
const FLAT = 4;

/** @param {Asked} asked @returns {Cost} */
export function costOf({ recipe, model, train }) {
  const { generator, discriminator = 0, encoder = 0 } = multiplyAdds({ recipe, model });
  const turns = train.d_steps ?? 1;
  const flat = train.r1_gamma ? (FLAT * discriminator) / train.r1_every : 0;
  const ofD = turns * (flat + (train.one_stage ? 0 : ONCE) * generator + 2 * BACK * discriminator); // D is shown real pictures and drawn ones
  const ofG = BACK * generator + (train.one_stage ? 0 : THERE) * discriminator;
  const each = recipe.networks.discriminator ? ofD + ofG : BACK * (generator + encoder);
  const part = { from: 0, size: train.batch_size };
  const classes = Number(model.num_classes) || recipe.votes;
  return { bytes: bytesOf({ recipe, model, train, classes, part }), work: each * train.batch_size };
}

/** @param {Asked} asked @throws {Error} with a sentence where it is too much for a phone */
export function checkCost(asked) {
  const { bytes, work } = costOf(asked);
  const { family, preset, image_shape: shape } = asked.model;
  const about = { family: String(family), preset: String(preset), shape: shapeInWords(shape) };
  const cure = t("Choose smaller pictures, smaller batches or another network, or train on a server.");
  if (bytes > MOST.bytes) throw new Error(`${t("{family}, {preset} needs {megabytes} MB for pictures of {shape}; a page takes at most {most}, as a phone has no more.", { ...about, megabytes: Math.round(bytes / 1e6), most: MOST.bytes / 1e6 })} ${cure}`);
  if (work > MOST.work) throw new Error(`${t("{family}, {preset} needs {billions} billion multiplications a step for pictures of {shape}; a page takes at most {most}, as a phone would work for seconds on each.", { ...about, billions: Math.round(work / 1e9), most: MOST.work / 1e9 })} ${cure}`);
}
