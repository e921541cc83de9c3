/**
 * The shapes that the engine's modules share, as types: a program as its file has it, and what runs one.
 *
 * @typedef {"generator"|"discriminator"|"encoder"|"classifier"} Role
 * @typedef {{op: string, [field: string]: unknown}} Op one operation, as docs/formats.md lists them; nothing in it is trusted before it is checked
 * @typedef {{name?: string, shape: number[], range?: [number, number], probability?: string}} End what goes in or comes out; `shape` without n
 * @typedef {{role: Role, input: End, output: End, ops: Op[], num_classes?: number, classes?: number}} Program `classes`: of a classifier that
 *   also knows what is none of them, how many of its outputs are digits
 */

/**
 * What one operation leaves in memory: of the last run, valid until the next. What works in place (an activation) leaves it where its input was.
 * @typedef {{op: Op, first: number, shape: number[], kernel: number[]|null, learned: number, values: Float32Array}} Outcome `first` of its steps; `shape` without
 *   n, that of its kernel, how many numbers it has learned
 *
 * What draws, judges or encodes: a program that runs here (`Engine`), or the server (`RemoteEngine`), which draws too but later.
 * @typedef {Object} Network
 * @property {Program} program
 * @property {"simd"|"plain"|"server"} backend what multiplies
 * @property {number} inputLength how many numbers come in
 * @property {number} outputLength how many numbers come out
 * @property {number} numClasses 0 where it takes no class weights
 * @property {number} bytes of memory that it holds
 * @property {Outcome[]} [outcomes] of its operations, in turn, where it runs here
 * @property {(place: number, values: ArrayLike<number>) => Float32Array} [runFrom] the operations from one on, given these numbers
 * @property {(input: ArrayLike<number>, classWeights?: ArrayLike<number>|null) => Float32Array} run one sample; the result is valid until the next run
 * @property {(inputs: Float32Array, classWeights?: Float32Array|null) => Float32Array|Promise<Float32Array>} runBatch many, [n, inputLength] to [n, outputLength]
 */

/** The range of pixels that a program takes or gives, [low, high]. @param {End} end @returns {[number, number]} */
export const rangeOf = ({ range }) => range ?? [-1, 1];

/** @param {Float32Array|null} row class weights of one sample @param {number} count @returns {Float32Array|null} of so many, [count, row] */
export function repeated(row, count) {
  if (!row) return null;
  const rows = new Float32Array(count * row.length);
  for (let i = 0; i < count; i += 1) rows.set(row, i * row.length);
  return rows;
}
