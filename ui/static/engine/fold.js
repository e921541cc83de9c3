/**
 * Turns layers into matrix multiplications, once, at load: which pixels are gathered into the rows of `a`, how kernels become `b`,
 * and where the columns of `c` go in the picture.
 *
 * Nearest-neighbour upsampling by 2 followed by a k x k convolution equals four small convolutions on the small grid, one for each of the
 * four output pixels that a source pixel becomes: each sums the taps that fall on the same source pixel. Exact, not approximate.
 */

/** @typedef {{top: number, left: number, height: number, width: number, stride: number}} Window the taps, from the source pixel's place */
/** @typedef {{shape: number[], data: Float32Array}} Kernel [k, k, in, out] */
/** @typedef {{from: number, length: number}} Span */
/** @typedef {{window: Window, kernel: Float32Array, columns: number, phases: number[][]}} Group kernel [taps * in, columns]; phases [fy, fx] */

/**
 * @param {Kernel} kernel k odd
 * @returns {Group[]} one group where all phases see the same window (k = 1, 5, 9 ...), else four
 */
export function foldUpsampling(kernel) {
  const [k, , inputs, outputs] = kernel.shape;
  const spans = [0, 1].map((phase) => span(phase, k));
  const same = spans[0].from === spans[1].from && spans[0].length === spans[1].length;
  const all = [[0, 0], [0, 1], [1, 0], [1, 1]];
  return (same ? [all] : all.map((phase) => [phase])).map((phases) => {
    const [y, x] = [spans[phases[0][0]], spans[phases[0][1]]];
    const columns = phases.length * outputs;
    const folded = new Float32Array(y.length * x.length * inputs * columns);
    phases.forEach(([fy, fx], index) => sumTaps(kernel, [fy, fx], [y, x], folded, columns, index * outputs));
    return { window: { top: y.from, left: x.from, height: y.length, width: x.length, stride: 1 }, kernel: folded, columns, phases };
  });
}

/**
 * @param {number} k side of the kernel of an upsampling convolution, odd
 * @returns {[number, number]} source pixels a side that all phases see together, and taps a side that they have together
 */
export function tapsOf(k) {
  const [even, odd] = [span(0, k), span(1, k)];
  return [Math.max(even.from + even.length, odd.from + odd.length) - Math.min(even.from, odd.from), even.length + odd.length];
}

/** The source pixels that a phase sees. @param {number} phase @param {number} k @returns {Span} */
function span(phase, k) {
  const before = (k - 1) / 2;
  const from = Math.floor((phase - before) / 2);
  return { from, length: Math.floor((phase + k - 1 - before) / 2) - from + 1 };
}

/**
 * @param {Kernel} kernel
 * @param {number[]} phase [fy, fx]
 * @param {[Span, Span]} spans of y and x
 * @param {Float32Array} folded where the sums go
 * @param {number} columns of it
 * @param {number} offset of the phase's first column
 */
function sumTaps({ shape: [k, , inputs, outputs], data }, [fy, fx], [y, x], folded, columns, offset) {
  const before = (k - 1) / 2;
  for (let ky = 0; ky < k; ky += 1) {
    const row = Math.floor((fy + ky - before) / 2) - y.from;
    for (let kx = 0; kx < k; kx += 1) {
      const tap = row * x.length + Math.floor((fx + kx - before) / 2) - x.from;
      for (let i = 0; i < inputs; i += 1) {
        const source = ((ky * k + kx) * inputs + i) * outputs;
        const target = (tap * inputs + i) * columns + offset;
        for (let o = 0; o < outputs; o += 1) folded[target + o] += data[source + o];
      }
    }
  }
}

/**
 * @param {Float32Array} matrix [k, columns]
 * @param {number} k
 * @param {number} columns
 * @returns {Float32Array} panels of 8 columns as kernel.js reads them, missing columns zero
 */
export function pack(matrix, k, columns) {
  const packed = new Float32Array(k * round8(columns));
  for (let column = 0; column < columns; column += 8) {
    const width = Math.min(8, columns - column);
    for (let p = 0; p < k; p += 1) for (let j = 0; j < width; j += 1) packed[column * k + p * 8 + j] = matrix[p * columns + column + j];
  }
  return packed;
}

/**
 * @param {ArrayLike<number>|null} bias null for none
 * @param {number} outputs
 * @param {number} phases how often it is repeated
 * @returns {Float32Array} padded to a multiple of 8
 */
export function packBias(bias, outputs, phases) {
  const packed = new Float32Array(round8(outputs * phases));
  if (bias) for (let phase = 0; phase < phases; phase += 1) packed.set(bias, phase * outputs);
  return packed;
}

/** @param {number} n @returns {number} */
export function round8(n) {
  return (n + 7) & ~7;
}

/**
 * What to copy so that row (y * width + x) of `a` holds the window of output pixel (y, x). Taps outside the picture are not listed: `a`
 * starts as zeros and stays so there.
 * @param {number[]} shape [height, width, channels] of the source
 * @param {Window} window
 * @param {number[]} size [height, width] of the output
 * @returns {Int32Array} triples: to, from, length
 */
export function gatherMoves([height, width, channels], window, [rows, columns]) {
  /** @type {number[]} */
  const moves = [];
  const k = window.height * window.width * channels;
  for (let y = 0; y < rows; y += 1)
    for (let x = 0; x < columns; x += 1)
      for (let ky = 0; ky < window.height; ky += 1) {
        const sourceY = y * window.stride + window.top + ky;
        const left = x * window.stride + window.left;
        const [from, to] = [Math.max(0, left), Math.min(width, left + window.width)];
        if (sourceY < 0 || sourceY >= height || from >= to) continue;
        const target = (y * columns + x) * k + (ky * window.width + from - left) * channels;
        moves.push(target, (sourceY * width + from) * channels, (to - from) * channels);
      }
  return Int32Array.from(moves);
}

/**
 * Where the phases of an upsampled picture go.
 * @param {number[]} size [height, width] of the small grid
 * @param {number} outputs channels
 * @param {number[][]} phases
 * @param {number} crop rows and columns cut off each side
 * @returns {Int32Array} triples: to, from, length
 */
export function phaseMoves([height, width], outputs, phases, crop) {
  /** @type {number[]} */
  const moves = [];
  const stride = round8(outputs * phases.length);
  const [rows, columns] = [2 * height - 2 * crop, 2 * width - 2 * crop];
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1)
      phases.forEach(([fy, fx], index) => {
        const [toY, toX] = [2 * y + fy - crop, 2 * x + fx - crop];
        if (toY < 0 || toX < 0 || toY >= rows || toX >= columns) return;
        moves.push((toY * columns + toX) * outputs, (y * width + x) * stride + index * outputs, outputs);
      });
  return Int32Array.from(moves);
}

/** Height or width after a transposed convolution, as TensorFlow has it. @param {number} size @param {number} k @param {number} stride @param {boolean} same */
export function transposedSide(size, k, stride, same) {
  return stride * size + (same ? 0 : Math.max(k - stride, 0));
}

/** @param {Float32Array} matrix [rows, columns] @param {number} rows @param {number} columns @returns {Float32Array} [columns, rows] */
export function turned(matrix, rows, columns) {
  const other = new Float32Array(matrix.length);
  for (let row = 0; row < rows; row += 1) for (let column = 0; column < columns; column += 1) other[column * rows + row] = matrix[row * columns + column];
  return other;
}

/**
 * Where the patches of a transposed convolution are added to: patch (y, x) is row (y * width + x) of `c`, k x k pixels of it.
 * @param {number[]} size [height, width] of the source
 * @param {number[]} shape [height, width, channels] of the output
 * @param {{k: number, stride: number, before: number}} about `before`: rows and columns of a patch that are cut off at the top and the left
 * @returns {Int32Array} triples: to, from, length
 */
export function scatterMoves([height, width], [rows, columns, channels], { k, stride, before }) {
  /** @type {number[]} */
  const moves = [];
  const row8 = round8(k * k * channels);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1)
      for (let ky = 0; ky < k; ky += 1) {
        const toY = y * stride + ky - before;
        const left = x * stride - before;
        const [from, to] = [Math.max(0, left), Math.min(columns, left + k)];
        if (toY < 0 || toY >= rows || from >= to) continue;
        moves.push((toY * columns + from) * channels, (y * width + x) * row8 + (ky * k + from - left) * channels, (to - from) * channels);
      }
  return Int32Array.from(moves);
}
