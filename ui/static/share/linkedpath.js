/** What a link asks of a model: whether that can be had, and the path of the Interpolate tab as links have it. Pure: no page. */

import { t } from "../i18n/i18n.js";
import { areWeights, labelCount, labelOfWeights, weightsOfLabel } from "../state/classes.js";
import { START_PATH } from "../state/link.js";

/**
 * @typedef {import("../state/link.js").Linked} Linked
 * @typedef {import("../state/link.js").LinkedKey} LinkedKey
 * @typedef {import("../state/link.js").LinkedPath} LinkedPath
 * @typedef {import("../state/modellist.js").ModelInfo} ModelInfo
 * @typedef {import("../state/paths.js").KeyPoint} KeyPoint
 * @typedef {Pick<import("../state/paths.js").Path, "keys"|"closed"|"spherical"|"steps"|"framesPerSecond"|"position">} PathState
 */

/**
 * @param {Linked} linked
 * @param {ModelInfo|undefined} info of the model that it asks for, where there is one
 * @param {string|null|undefined} id the name that it says
 * @throws {Error} a sentence about what cannot be had
 */
export function check({ state, edits, path }, info, id) {
  if (!info) throw new Error(t("There is no model {model} here.", { model: JSON.stringify(String(id).slice(0, 40)) }));
  const { title: model, latent_dim: size, num_classes: classes, groups = [] } = info;
  const lengths = [state.z, ...(path?.keys ?? []).map(({ z }) => z)].flatMap((z) => (z ? [z.length] : []));
  const wrong = lengths.find((length) => length !== size);
  if (wrong !== undefined) throw new Error(t("Its z has {count} numbers; {model} takes {size}.", { count: wrong, model, size }));
  if (edits?.some(([index]) => index >= size)) throw new Error(t("It changes a coordinate that {model} does not have.", { model }));
  const { epoch } = state;
  if (typeof epoch === "number" && !info.epochs.some(({ step }) => step === epoch)) throw new Error(t("{model} has no epoch at step {step}.", { model, step: epoch }));
  const labels = labelCount({ numClasses: classes, groups });
  if (classes && [state.digit, state.other].some((digit) => digit !== undefined && digit >= labels)) throw new Error(t("{model} knows the digits 0 to {last}.", { model, last: labels - 1 }));
  if (!path?.keys.every(({ weights }) => isAsked(weights, { numClasses: classes, groups }, labels)) && path) throw new Error(t("A key point asks for a digit that {model} does not know.", { model }));
}

/** @param {LinkedKey["weights"]} weights @param {import("../state/classes.js").Classes} classes @param {number} labels how many they make @returns {boolean} whether a model can be asked so */
function isAsked(weights, classes, labels) {
  if (weights === undefined) return true;
  return classes.numClasses > 0 && (typeof weights === "number" ? weights < labels : areWeights(weights, classes));
}

/**
 * @param {LinkedPath} path
 * @param {import("../state/classes.js").Classes & {sample: (seed: number) => Float32Array}} model
 * @returns {PathState}
 */
export function pathOfLink({ keys, ...options }, { numClasses, groups, sample }) {
  /** @type {(key: LinkedKey) => KeyPoint} */
  const point = ({ seed, z, weights }) => ({
    title: seed === undefined ? t("from the link") : t("seed {seed}", { seed }), seed, z: z ?? sample(seed ?? 0),
    classWeights: numClasses ? weightsOfLink(weights ?? 0, { numClasses, groups }) : null,
  });
  return { ...options, keys: keys.map(point) };
}

/** @param {PathState} path @param {readonly number[]} [groups] of the classes @returns {LinkedPath|null} as a link has it; null while nobody has touched it */
export function linkOfPath({ keys, closed, spherical, steps, framesPerSecond, position }, groups = []) {
  const options = { closed, spherical, steps, framesPerSecond, position };
  const untouched = keys.every(({ automatic }) => automatic) && JSON.stringify(options) === JSON.stringify(START_PATH);
  if (keys.length < 2 || untouched) return null;
  /** @type {(key: KeyPoint) => LinkedKey} */
  const key = ({ seed, z, classWeights }) => ({ ...(seed === undefined ? { z } : { seed }), weights: classWeights ? linkOfWeights(classWeights, groups) : undefined });
  return { ...options, keys: keys.map(key) };
}

/** @param {Float32Array|number} weights @param {import("../state/classes.js").Classes} classes */
function weightsOfLink(weights, classes) {
  return typeof weights === "number" ? weightsOfLabel(weights, classes) : weights;
}

/** @param {Float32Array} weights @param {readonly number[]} groups @returns {number|Float32Array} */
function linkOfWeights(weights, groups) {
  return labelOfWeights(weights, { numClasses: weights.length, groups }) ?? weights;
}
