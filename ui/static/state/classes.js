/**
 * What a label says: one class, or, where a model's classes stand in groups, one of each group. The only place that makes class weights of labels, as
 * gan_core/classes.py: of groups of 19, 21 and 28 the label is (first * 21 + second) * 28 + third, which is how Unicode counts Hangul syllables.
 *
 * @typedef {{numClasses: number, groups: readonly number[]}} Classes how many there are, and the sizes of their groups; [] for one group
 */

export const MOST_GROUPS = 4;

/** @param {Classes} classes @returns {number} how many labels there are */
export const labelCount = ({ numClasses, groups }) => (groups.length ? groups.reduce((product, size) => product * size, 1) : numClasses);

/** @param {number} label @param {readonly number[]} groups @returns {number[]} the class within each group; of one group the label alone */
export function partsOf(label, groups) {
  /** @type {number[]} */
  const parts = [];
  for (const size of groups.slice(1).reverse()) {
    parts.unshift(label % size);
    label = Math.floor(label / size);
  }
  return [label, ...parts];
}

/** @param {readonly number[]} parts @param {readonly number[]} groups @returns {number} */
export const labelOf = (parts, groups) => parts.slice(1).reduce((label, part, i) => label * groups[i + 1] + part, parts[0]);

/** @param {readonly number[]} groups @returns {number[]} where among the class weights each group begins */
export const startsOf = (groups) => groups.map((_, i) => groups.slice(0, i).reduce((sum, size) => sum + size, 0));

/** @param {number} label one that is too large begins anew @param {Classes} classes @returns {Float32Array} [numClasses], a 1 in each group */
export function weightsOfLabel(label, classes) {
  const { numClasses, groups } = classes;
  const weights = new Float32Array(numClasses);
  const starts = groups.length ? startsOf(groups) : [0];
  partsOf(label % labelCount(classes), groups).forEach((part, i) => (weights[starts[i] + part] = 1));
  return weights;
}

/** @param {readonly number[]} labels @param {Classes} classes @returns {Float32Array} [labels, numClasses] */
export function weightsOfLabels(labels, classes) {
  const rows = new Float32Array(labels.length * classes.numClasses);
  labels.forEach((label, i) => rows.set(weightsOfLabel(label, classes), i * classes.numClasses));
  return rows;
}

/** @param {number} count @param {Classes} classes @returns {number[]} so many labels in turn: of several groups each goes round by itself */
export function evenLabels(count, { numClasses, groups }) {
  const sizes = groups.length ? groups : [numClasses];
  return Array.from({ length: count }, (_, i) => labelOf(sizes.map((size) => i % size), groups));
}

/** @param {ArrayLike<number>|null} weights @param {readonly number[]} groups @returns {number} the label that has the greatest weight in each group */
export function likeliest(weights, groups) {
  if (!weights) return 0;
  const parts = (groups.length ? groups : [weights.length]).map((size, i) => {
    const start = startsOf(groups)[i] ?? 0;
    const own = Array.from({ length: size }, (_, k) => weights[start + k]);
    return own.indexOf(Math.max(...own));
  });
  return labelOf(parts, groups);
}

/** @param {ArrayLike<number>} weights @param {Classes} classes @returns {number|null} the label that they are the weights of; null for a blend of several */
export function labelOfWeights(weights, classes) {
  const label = likeliest(weights, classes.groups);
  return weightsOfLabel(label, classes).every((weight, i) => weight === weights[i]) ? label : null;
}

/** @param {Float32Array} weights @param {Classes} classes @returns {boolean} whether there is one for each class and they sum to 1 in each group */
export function areWeights(weights, { numClasses, groups }) {
  const sizes = groups.length ? groups : [numClasses];
  const starts = startsOf(sizes);
  return weights.length === numClasses && sizes.every((size, i) => Math.abs(weights.slice(starts[i], starts[i] + size).reduce((a, b) => a + b, 0) - 1) < 1e-3);
}

/** The labels that differ from one in a single part. @param {number} label @param {number} group @param {readonly number[]} groups @returns {number[]} */
export function alternatives(label, group, groups) {
  const parts = partsOf(label, groups);
  return Array.from({ length: groups[group] }, (_, i) => labelOf(parts.with(group, i), groups));
}

/** @param {number} label @param {Classes} classes @returns {number} another one to go to: five on, of groups in each */
export function fartherLabel(label, { numClasses, groups }) {
  const parts = partsOf(label, groups).map((part, i) => (part + 5) % (groups[i] ?? (numClasses || 1)));
  return labelOf(parts, groups);
}

/** First code point of the syllables; label 0. */
const SYLLABLES = 0xac00;
const HANGUL = "19,21,28";

/**
 * @param {{classes?: readonly string[], groups?: readonly number[]}} info
 * @returns {boolean} whether its labels are Hangul syllables: groups of as many initials, medials and finals, in Unicode's order
 */
export const drawsSyllables = ({ classes, groups }) => groups?.join() === HANGUL && classes?.[0] === "ㄱ" && classes[19] === "ㅏ";

/** @param {number} label @returns {string} */
export const syllableOf = (label) => String.fromCodePoint(SYLLABLES + label);

/** @param {string} text @returns {number|null} the label of the last syllable in it; null where there is none */
export function labelOfText(text) {
  const labels = [...text.normalize("NFC")].map((letter) => (letter.codePointAt(0) ?? 0) - SYLLABLES).filter((label) => label >= 0 && label < 11172);
  return labels.at(-1) ?? null;
}
