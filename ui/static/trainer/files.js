/** Writes safetensors files: https://github.com/huggingface/safetensors#format. The reader is engine/safetensors.js. */

/** @typedef {{shape: readonly number[], data: Float32Array|Float64Array|BigInt64Array}} Written a tensor; its dtype is that of its numbers */

/** @param {Written["data"]} data */
const dtypeOf = (data) => (data instanceof Float32Array ? "F32" : data instanceof Float64Array ? "F64" : "I64");

/**
 * @param {Object<string, Written>} tensors
 * @param {Object<string, string>} [metadata]
 * @returns {ArrayBuffer}
 */
export function toBytes(tensors, metadata) {
  // those of wider numbers first, so that each begins where its numbers may
  const names = Object.keys(tensors).sort((a, b) => tensors[b].data.BYTES_PER_ELEMENT - tensors[a].data.BYTES_PER_ELEMENT || (a < b ? -1 : 1));
  /** @type {Object<string, unknown>} */
  const header = metadata ? { __metadata__: metadata } : {};
  let end = 0;
  for (const name of names) {
    const { shape, data } = tensors[name];
    header[name] = { dtype: dtypeOf(data), shape, data_offsets: [end, end + data.byteLength] };
    end += data.byteLength;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const start = 8 + Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(start + end).fill(0x20, 8 + text.length, start);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - 8), true);
  bytes.set(text, 8);
  for (const name of names) {
    const { data } = tensors[name];
    const [from] = /** @type {any} */ (header[name]).data_offsets;
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), start + from);
  }
  return bytes.buffer;
}
