/** Many pictures of a shipped generator, by the page's workers, and what its reader of digits sees in them. */

import { pool } from "../../engine/pool.js";
import { evenLabels, weightsOfLabels } from "../../state/classes.js";
import { classifier } from "../../state/classifier.js";
import { drawsDigits, listModels, firstModel } from "../../state/modellist.js";
import { openModel } from "../../state/models.js";

const SLOT = "learn-quality";
const PIXELS = 784;

/** @param {string} [family] the one that is wanted, where it is here @returns {Promise<import("../../state/models.js").Model>} loaded, without labels where there is one */
export async function shippedModel(family = "") {
  const { models: all, classifier: path } = await listModels();
  const models = all.filter(drawsDigits);
  classifier.offer(path);
  const plain = models.filter(({ kind, num_classes: classes, files }) => kind === "checkpoint" && classes === 0 && files.discriminator);
  const info = plain.find((one) => one.family === family) ?? plain[0] ?? firstModel(models);
  return openModel(info).load();
}

/** @param {import("../../state/models.js").Model} model without labels @param {Float32Array[]} z @returns {Promise<Float32Array[]>} [784] each in [0, 1] */
export function drawnBy(model, z) {
  const rows = new Float32Array(z.length * model.latentDim);
  z.forEach((one, i) => rows.set(one, i * model.latentDim));
  const classWeights = model.numClasses ? weightsOfLabels(evenLabels(z.length, model), model) : null;
  return new Promise((resolve, reject) => {
    /** @type {Float32Array[]} */
    const pictures = [];
    let missing = z.length;
    pool.draw(SLOT, { url: model.generatorUrl(), z: rows, classWeights, count: z.length, onError: reject, onPart: (first, pixels) => {
      for (let i = 0; i * PIXELS < pixels.length; i += 1, missing -= 1) pictures[first + i] = pixels.slice(i * PIXELS, (i + 1) * PIXELS);
      if (!missing) resolve(pictures);
    } });
  });
}

/** Nobody waits for pictures any more. */
export const dropDrawing = () => pool.drop(SLOT);

/** @param {Float32Array} picture @returns {{digit: number, sure: number}} */
export function readDigit(picture) {
  const shares = classifier.read(picture) ?? new Float32Array(10);
  const digit = shares.reduce((best, share, i) => (share > shares[best] ? i : best), 0);
  return { digit, sure: shares[digit] };
}

/** @param {Float32Array} picture @returns {number} mean of its pixels */
export const inkOf = (picture) => picture.reduce((sum, value) => sum + value, 0) / picture.length;
