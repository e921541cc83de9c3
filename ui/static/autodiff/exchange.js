/**
 * A step that several take together, each on a part of the batch: what needs the whole batch yields numbers, and goes on when they have
 * become the sums over all. Who takes it alone has no reason to yield. How the sums are had is not the step's business (trainer/team.js).
 *
 * @typedef {import("./memory.js").Numbers} Numbers
 */

/**
 * @template T
 * @typedef {Generator<Numbers[], T, void>} Exchanging what it gives when it is done; yields what is to be summed in its place
 */

/**
 * @template T
 * @param {Exchanging<T>} work of one who has the whole batch
 * @returns {T}
 */
export function alone(work) {
  const { done, value } = work.next();
  if (!done) throw new Error("A step that others take part in was taken alone.");
  return /** @type {T} */ (value);
}
