/**
 * The inner matrix multiplication, the only place where time goes. Two implementations of one signature: plain JavaScript, and the
 * WASM-SIMD kernel of kernel.wat.
 *
 * matmul(a, b, bias, c, m, k, n): c[m, n] = a[m, k] @ b + bias, all Float32Array, n a multiple of 8. b is packed in panels of 8 columns,
 * `b[(panel * k + p) * 8 + j]` is row p, column 8 * panel + j, so that both kernels read it from front to back.
 */

/** @typedef {(a: Float32Array, b: Float32Array, bias: Float32Array, c: Float32Array, m: number, k: number, n: number) => void} Matmul */
/**
 * @typedef {{name: "simd"|"plain", open: (bytes: number) => {buffer: ArrayBuffer, matmul: Matmul}}} Backend `open` gives memory that its
 *   matmul can reach
 */

/** @type {Backend} */
export const plain = { name: "plain", open: (bytes) => ({ buffer: new ArrayBuffer(bytes), matmul }) };

/** @type {Matmul} */
export function matmul(a, b, bias, c, m, k, n) {
  // two rows by four columns: as many sums as fit the registers
  for (let column = 0; column < n; column += 4) {
    const from = (column >> 3) * k * 8 + (column & 4);
    let row = 0;
    for (; row + 1 < m; row += 2) pair(a, b, bias, c, row, column, from, k, n);
    if (row < m) single(a, b, bias, c, row, column, from, k, n);
  }
}

/**
 * @param {Float32Array} a @param {Float32Array} b @param {Float32Array} bias @param {Float32Array} c
 * @param {number} row @param {number} column @param {number} from of b @param {number} k @param {number} n
 */
function pair(a, b, bias, c, row, column, from, k, n) {
  let s0 = bias[column], s1 = bias[column + 1], s2 = bias[column + 2], s3 = bias[column + 3];
  let t0 = s0, t1 = s1, t2 = s2, t3 = s3;
  for (let p = row * k, q = p + k, end = q, i = from; p < end; p += 1, q += 1, i += 8) {
    const x = a[p], y = a[q];
    const b0 = b[i], b1 = b[i + 1], b2 = b[i + 2], b3 = b[i + 3];
    s0 += x * b0; s1 += x * b1; s2 += x * b2; s3 += x * b3;
    t0 += y * b0; t1 += y * b1; t2 += y * b2; t3 += y * b3;
  }
  const o = row * n + column;
  c[o] = s0; c[o + 1] = s1; c[o + 2] = s2; c[o + 3] = s3;
  c[o + n] = t0; c[o + n + 1] = t1; c[o + n + 2] = t2; c[o + n + 3] = t3;
}

/**
 * @param {Float32Array} a @param {Float32Array} b @param {Float32Array} bias @param {Float32Array} c
 * @param {number} row @param {number} column @param {number} from of b @param {number} k @param {number} n
 */
function single(a, b, bias, c, row, column, from, k, n) {
  let s0 = bias[column], s1 = bias[column + 1], s2 = bias[column + 2], s3 = bias[column + 3];
  for (let p = row * k, end = p + k, i = from; p < end; p += 1, i += 8) {
    const x = a[p];
    s0 += x * b[i]; s1 += x * b[i + 1]; s2 += x * b[i + 2]; s3 += x * b[i + 3];
  }
  const o = row * n + column;
  c[o] = s0; c[o + 1] = s1; c[o + 2] = s2; c[o + 3] = s3;
}

/**
 * @param {BufferSource} bytes kernel.wasm
 * @returns {Backend}
 * @throws {Error} where the browser has no WASM-SIMD
 */
export function simdBackend(bytes) {
  const module = new WebAssembly.Module(bytes);
  const open = (/** @type {number} */ size) => {
    const memory = new WebAssembly.Memory({ initial: Math.max(1, Math.ceil(size / 65536)) });
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    const kernel = /** @type {(...places: number[]) => void} */ (exports.matmul);
    /** @type {Matmul} */
    const multiply = (a, b, bias, c, m, k, n) => kernel(a.byteOffset, b.byteOffset, bias.byteOffset, c.byteOffset, m, k, n);
    return { buffer: memory.buffer, matmul: multiply };
  };
  open(1);
  return { name: "simd", open };
}

/** @type {Promise<Backend>|null} */
let best = null;

/** @returns {Promise<Backend>} the fastest that runs here; `?kernel=plain` in the address asks for plain JavaScript */
export function bestBackend() {
  best ??= plainWanted() ? Promise.resolve(plain) : loadSimd();
  return best;
}

/** @returns {boolean} whether the address, the page's or the worker's, asks for plain JavaScript */
export function plainWanted() {
  return new URLSearchParams(globalThis.location?.search).get("kernel") === "plain";
}

/** @returns {boolean} whether the address asks that the server draws */
export function serverWanted() {
  return new URLSearchParams(globalThis.location?.search).get("kernel") === "server";
}

/** @returns {Promise<Backend>} plain where this browser has no WASM-SIMD; where only the file could not be had, the next network tries again */
async function loadSimd() {
  let bytes;
  try {
    const response = await fetch(new URL("kernel.wasm", import.meta.url));
    if (!response.ok) throw new Error(`status ${response.status}`);
    bytes = await response.arrayBuffer();
  } catch (error) {
    console.warn("The fast kernel could not be fetched, plain JavaScript draws.", error);
    best = null;
    return plain;
  }
  try {
    return simdBackend(bytes);
  } catch {
    return plain;
  }
}
