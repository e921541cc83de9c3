/** Eigenvectors of a symmetric matrix: Householder's reflections to three diagonals, then implicit QR steps. Golub & Van Loan, Matrix Computations, chapter 8.3. */

/** For each value; two or three are usual, and what is no number would need steps without end. */
const MOST_STEPS = 60;

/**
 * @param {ArrayLike<number>} matrix symmetric, [n, n]
 * @param {number} n
 * @returns {{values: Float64Array, vectors: Float64Array}} ascending; vector i is row i of `vectors`, [n, n]
 */
export function eigen(matrix, n) {
  const a = Float64Array.from(matrix);
  const q = new Float64Array(n * n); // rows become the vectors: what turns two of them runs through memory
  for (let i = 0; i < n; i += 1) q[i * n + i] = 1;
  reflect(a, q, n);
  const diagonal = Float64Array.from({ length: n }, (_, i) => a[i * n + i]);
  const beside = Float64Array.from({ length: n }, (_, i) => (i + 1 < n ? a[i * n + i + 1] : 0));
  for (let [end, left] = [n - 1, MOST_STEPS * n]; end > 0 && left > 0; left -= 1) {
    const small = (/** @type {number} */ i) => Math.abs(beside[i]) <= Number.EPSILON * (Math.abs(diagonal[i]) + Math.abs(diagonal[i + 1]));
    if (small(end - 1)) {
      beside[end - 1] = 0;
      end -= 1;
      continue;
    }
    let start = end - 1;
    while (start > 0 && !small(start - 1)) start -= 1;
    step(diagonal, beside, q, start, end, n);
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => diagonal[i] - diagonal[j]);
  const vectors = new Float64Array(n * n);
  order.forEach((from, to) => vectors.set(q.subarray(from * n, (from + 1) * n), to * n));
  return { values: Float64Array.from(order, (i) => diagonal[i]), vectors };
}

/** To three diagonals, by one reflection a column; `q` takes them along. @param {Float64Array} a @param {Float64Array} q @param {number} n */
function reflect(a, q, n) {
  const v = new Float64Array(n);
  const w = new Float64Array(n);
  for (let k = 0; k < n - 2; k += 1) {
    let norm = 0;
    for (let i = k + 1; i < n; i += 1) norm += (v[i] = a[i * n + k]) ** 2;
    norm = Math.sqrt(norm);
    if (!norm) continue;
    v[k + 1] += v[k + 1] < 0 ? -norm : norm;
    let length = 0;
    for (let i = k + 1; i < n; i += 1) length += v[i] ** 2;
    const twice = 2 / length;
    // a - v w' - w v', with w = 2 a v / v'v less its own part along v
    let along = 0;
    for (let i = k; i < n; i += 1) {
      let sum = 0;
      for (let j = k + 1; j < n; j += 1) sum += a[i * n + j] * v[j];
      w[i] = sum * twice;
      if (i > k) along += w[i] * v[i];
    }
    along *= twice / 2;
    v[k] = 0;
    for (let i = k + 1; i < n; i += 1) w[i] -= along * v[i];
    for (let i = k; i < n; i += 1) for (let j = k; j < n; j += 1) a[i * n + j] -= v[i] * w[j] + w[i] * v[j];
    // q's rows: (1 - 2 v v' / v'v) q
    w.fill(0);
    for (let i = k + 1; i < n; i += 1) for (let j = 0, at = i * n; j < n; j += 1, at += 1) w[j] += v[i] * q[at];
    for (let i = k + 1; i < n; i += 1) for (let j = 0, at = i * n; j < n; j += 1, at += 1) q[at] -= twice * v[i] * w[j];
  }
}

/**
 * One implicit QR step with Wilkinson's shift on rows `start` ... `end`.
 * @param {Float64Array} diagonal @param {Float64Array} beside @param {Float64Array} q @param {number} start @param {number} end @param {number} n
 */
function step(diagonal, beside, q, start, end, n) {
  const half = (diagonal[end - 1] - diagonal[end]) / 2;
  const last = beside[end - 1];
  const shift = diagonal[end] - last ** 2 / (half + (half < 0 ? -1 : 1) * Math.hypot(half, last));
  let x = diagonal[start] - shift;
  let z = beside[start];
  for (let k = start; k < end; k += 1) {
    const r = Math.hypot(x, z) || 1;
    const [c, s] = r === 1 && !x && !z ? [1, 0] : [x / r, z / r];
    if (k > start) beside[k - 1] = r;
    const [p, d, e] = [diagonal[k], diagonal[k + 1], beside[k]];
    diagonal[k] = c * c * p + 2 * c * s * e + s * s * d;
    diagonal[k + 1] = s * s * p - 2 * c * s * e + c * c * d;
    beside[k] = c * s * (d - p) + (c * c - s * s) * e;
    x = beside[k];
    if (k + 1 < end) {
      z = s * beside[k + 1];
      beside[k + 1] *= c;
    }
    for (let j = 0, a = k * n, b = a + n; j < n; j += 1, a += 1, b += 1) {
      const [above, below] = [q[a], q[b]];
      q[a] = c * above + s * below;
      q[b] = c * below - s * above;
    }
  }
}
