/** The measured table of the card on labels, as a person reads it. */

/** @typedef {{labels: number, steps: number, sgan: number[], classifier: number[]}} Row accuracies, one a seed */
/** @typedef {{labels: number, sgan: number, classifier: number}} Shown means over the seeds */

/** @param {readonly Row[]} rows @returns {Shown[]} fewest labels first */
export function shownOf(rows) {
  return [...rows].sort((a, b) => a.labels - b.labels).map(({ labels, sgan, classifier }) => ({ labels, sgan: mean(sgan), classifier: mean(classifier) }));
}

/** @param {readonly number[]} values */
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
