/** The memory that a training works in and the kernels that work on it: one WASM instance, laid out once, so that a step allocates nothing. */

const PAGE = 65536;
/** The kernels' own stack and constants lie below this. */
const FIRST = 2 * PAGE;

/**
 * @typedef {Float32Array<ArrayBufferLike>} Numbers lie in the memory; kernels get their `byteOffset`
 * @typedef {{[name: string]: (...args: number[]) => number}} Kernels
 */

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

  /** @param {number} count @returns {Numbers} zeros, with room for a multiple of 4 behind them */
  numbers(count) {
    const bytes = (count * 4 + 31) & ~15;
    if (this.used + bytes > this.memory.buffer.byteLength) throw new RangeError(`The training needs more than ${this.memory.buffer.byteLength} bytes.`);
    const made = new Float32Array(this.memory.buffer, this.used, count);
    this.used += bytes;
    return made;
  }
}

/**
 * @param {(name: string) => Promise<BufferSource>} read
 * @returns {Promise<WebAssembly.Module>} with fused multiply-adds where this browser has them
 */
export async function loadKernels(read) {
  for (const name of ["kernels-relaxed.wasm", "kernels.wasm"]) {
    const bytes = await read(name);
    if (WebAssembly.validate(bytes)) return WebAssembly.compile(bytes);
  }
  throw new Error("This browser has no WebAssembly with SIMD; a training needs it.");
}
