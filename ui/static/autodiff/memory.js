/** The memory that a training works in and the kernels that work on it: one WASM instance, laid out once, so that a step allocates nothing. */

const PAGE = 65536;
/** The kernels' own stack and constants lie below this. */
const FIRST = 2 * PAGE;

/**
 * @typedef {Float32Array<ArrayBufferLike>} Numbers lie in the memory; kernels get their `byteOffset`
 * @typedef {{[name: string]: (...args: number[]) => number}} Kernels
 */

/** @param {number} count @returns {number} bytes that so many numbers take */
const bytesOf = (count) => (count * 4 + 31) & ~15;

export class Memory {
  /**
   * @param {WebAssembly.Module} module of kernels.wasm or kernels-relaxed.wasm
   * @param {number} bytes at most
   */
  constructor(module, bytes) {
    this.memory = new WebAssembly.Memory({ initial: Math.ceil((FIRST + bytes) / PAGE) });
    this.kernels = /** @type {Kernels} */ (/** @type {unknown} */ (new WebAssembly.Instance(module, { env: { memory: this.memory } }).exports));
    this.used = FIRST;
  }

  /** Begins anew with room for so many bytes: whatever was given before may not be used any more. @param {number} bytes */
  restart(bytes) {
    const missing = Math.ceil((FIRST + bytes - this.memory.buffer.byteLength) / PAGE);
    if (missing > 0) this.memory.grow(missing);
    this.used = FIRST;
    new Uint8Array(this.memory.buffer).fill(0, FIRST);
  }

  /** @param {number} count @returns {Numbers} zeros, with room for a multiple of 4 behind them */
  numbers(count) {
    const bytes = bytesOf(count);
    if (this.used + bytes > this.memory.buffer.byteLength) throw new RangeError(`The training needs more than ${this.memory.buffer.byteLength} bytes.`);
    const made = new Float32Array(this.memory.buffer, this.used, count);
    this.used += bytes;
    return made;
  }
}

/** Stands where a Memory does and counts instead of giving, so that what is laid out twice fits. */
export class Measure {
  bytes = 0;
  kernels = { room: (/** @type {number} */ n) => 256 * (((n + 7) & ~7) + 96), eigen_room: (/** @type {number} */ n) => 2 * (2 * n * n + 4 * n) };

  /** @param {number} count */
  numbers(count) {
    this.bytes += bytesOf(count);
    return { length: count, fill() {}, set() {}, subarray: () => ({ length: 0 }) };
  }
}

/**
 * @param {(memory: Memory) => unknown} lay lays something out
 * @returns {number} bytes that it takes
 */
export function measured(lay) {
  const measure = new Measure();
  lay(/** @type {Memory} */ (/** @type {unknown} */ (measure)));
  return measure.bytes;
}

/**
 * @param {(name: string) => Promise<BufferSource>} read
 * @returns {Promise<{name: string, bytes: BufferSource}>} the kernels that run here, with fused multiply-adds where this browser has them
 */
export async function chooseKernels(read) {
  for (const name of ["kernels-relaxed.wasm", "kernels.wasm"]) {
    const bytes = await read(name);
    if (WebAssembly.validate(bytes)) return { name, bytes };
  }
  throw new Error("This browser has no WebAssembly with SIMD; a training needs it.");
}

/** @param {(name: string) => Promise<BufferSource>} read @returns {Promise<WebAssembly.Module>} as `chooseKernels` has it */
export async function loadKernels(read) {
  return WebAssembly.compile((await chooseKernels(read)).bytes);
}
