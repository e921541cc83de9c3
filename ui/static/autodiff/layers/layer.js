/**
 * The layers of a network that trains. Each is made once for a batch of at most `most` samples, with all the memory that it needs, and
 * gives `forward`, `backward` (the gradient by its input, and into its parameters' `slope`) and its parameters.
 * Names and shapes are Keras': a kernel is [inputs, outputs] or [height, width, inputs, outputs].
 */

/**
 * @typedef {import("../memory.js").Memory} Memory
 * @typedef {import("../memory.js").Numbers} Numbers
 * @typedef {{name: string, shape: number[], value: Numbers, slope: Numbers|null, deviation?: number, counts?: Float64Array}} Variable `slope` is null where nothing is learned
 *   by gradient; `deviation`: of first weights that are normal numbers; `counts` are whole numbers that are kept for gan_core, which draws by them: no kernel sees them and `value` is empty
 * @typedef {Variable & {slope: Numbers}} Learned
 * @typedef {{size: number, labels: Float32Array|null, training: boolean, total?: number, since?: number, lot?: Lot}} Batch how many samples, class weights
 *   [size, classes]; `total`: samples in all where others have the rest of the batch, 0 or nothing where nobody has; `since`: backwards the gradient
 *   by the input is wanted of the samples from this one on only, a layer may leave the others as they are
 * @typedef {{seed: number, runs: [first: number, samples: number][]}} Lot what a run drops by: its seed, and where in the whole batch its samples are, in turn
 * @typedef {object} Layer
 * @property {number[]} shape of a sample that comes out
 * @property {Variable[]} variables
 * @property {(input: Numbers, batch: Batch) => Numbers} forward
 * @property {(slope: Numbers, batch: Batch, onward: boolean, learn: boolean) => Numbers|null} backward takes the gradient by its output, which it may overwrite;
 *   `onward`: whether that by the input is wanted; `learn`: whether those by the parameters are
 * @property {Shared} [shared] where a sample's way depends on the whole batch: both ways for a batch that others have parts of
 * @typedef {object} Shared
 * @property {(input: Numbers, batch: Batch) => import("../exchange.js").Exchanging<Numbers>} forwards
 * @property {(slope: Numbers, batch: Batch) => import("../exchange.js").Exchanging<Numbers>} backwards
 * @typedef {{memory: Memory, most: number, classes: number, workspace: (count: number) => Numbers, index?: number}} Place where a layer is made;
 *   `index`: which of its network
 * @typedef {Object<string, any> & {layer: string}} Description
 * @typedef {(about: Description, shape: number[], place: Place) => Layer} Make
 */

/** @param {readonly number[]} shape */
export const sizeOf = (shape) => shape.reduce((product, length) => product * length, 1);

/** @param {Place} place @param {string} name @param {number[]} shape @returns {Learned} */
export function learned(place, name, shape) {
  return { name, shape, value: place.memory.numbers(sizeOf(shape)), slope: place.memory.numbers(sizeOf(shape)) };
}

/** @param {Place} place @param {string} name @param {number[]} shape @returns {Variable} */
export function kept(place, name, shape) {
  return { name, shape, value: place.memory.numbers(sizeOf(shape)), slope: null };
}

/** Makes sure of the room that products with so many columns need, so that a step allocates nothing. @param {Place} place @param {...number} columns */
export function reserve(place, ...columns) {
  for (const n of columns) place.workspace(place.memory.kernels.room(n));
}

/**
 * c = a @ b, either side transposed where said.
 * @param {Place} place
 * @param {Numbers} a @param {boolean} aFlipped @param {Numbers} b @param {boolean} bFlipped @param {Numbers} c
 * @param {number} m @param {number} k @param {number} n
 */
export function product(place, a, aFlipped, b, bFlipped, c, m, k, n) {
  const { kernels } = place.memory;
  const room = place.workspace(kernels.room(n));
  const [aRow, aColumn] = aFlipped ? [1, m] : [k, 1];
  const [bRow, bColumn] = bFlipped ? [1, k] : [n, 1];
  kernels.multiply(a.byteOffset, aRow, aColumn, b.byteOffset, bRow, bColumn, c.byteOffset, m, k, n, 0, room.byteOffset);
}
