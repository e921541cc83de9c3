/** Makes safetensors files for the tests. */

/** @param {Object<string, {shape: number[], data: Float32Array}>} tensors @param {Object} [metadata] @returns {ArrayBuffer} all float32 */
export function makeFile(tensors, metadata = {}) {
  const header = { __metadata__: metadata };
  let offset = 0;
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    header[name] = { dtype: "F32", shape, data_offsets: [offset, offset + data.length * 4] };
    offset += data.length * 4;
  }
  const parts = Object.values(tensors).map(({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.length * 4));
  return fileOf(header, parts);
}

/** @param {Object|string} header @param {Uint8Array[]} [parts] @returns {ArrayBuffer} */
export function fileOf(header, parts = []) {
  const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const file = new Uint8Array(8 + text.length + parts.reduce((sum, part) => sum + part.length, 0));
  new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true);
  file.set(text, 8);
  let offset = 8 + text.length;
  for (const part of parts) {
    file.set(part, offset);
    offset += part.length;
  }
  return file.buffer;
}

/** @param {Object} fields @param {Object} tensors @returns {ArrayBuffer} */
export function makeProgram(fields, tensors) {
  return makeFile(tensors, { program: JSON.stringify({ format: 1, role: "generator", num_classes: 0, step: 0, ...fields }) });
}

/** Numbers in [-1, 1) that are the same every time. @param {number[]} shape @param {number} [seed] */
export function tensorOf(shape, seed = 1) {
  let state = seed >>> 0;
  const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
  return { shape, data };
}

/** The DCGAN generator: 42 million multiplications as written, 15 million folded. @returns {ArrayBuffer} */
export function dcgan() {
  const scaled = (shape, seed, scale) => ({ shape, data: tensorOf(shape, seed).data.map((x) => x * scale) });
  return makeProgram(
    {
      input: { name: "z", shape: [100] },
      output: { name: "images", shape: [28, 28, 1], range: [-1, 1] },
      ops: [
        { op: "dense", kernel: "a", bias: "ab" },
        { op: "activation", kind: "leaky_relu", alpha: 0.2 },
        { op: "reshape", shape: [7, 7, 128] },
        { op: "upconv", kernel: "b", bias: "bb", padding: "same" },
        { op: "activation", kind: "leaky_relu", alpha: 0.2 },
        { op: "upconv", kernel: "c", bias: "cb", padding: "same" },
        { op: "activation", kind: "tanh" },
      ],
    },
    {
      a: scaled([100, 6272], 1, 0.2), ab: scaled([6272], 2, 0.1), b: scaled([5, 5, 128, 64], 3, 0.05), bb: scaled([64], 4, 0.1),
      c: scaled([5, 5, 64, 1], 5, 0.1), cb: scaled([1], 6, 0.1),
    },
  );
}
