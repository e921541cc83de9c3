/** Programs as they are kept: a safetensors file whose float32 tensors become float16, which is half of the room (docs/formats.md, section 4). */

/** @param {number} word a float32 as its 32 bits @returns {number} the nearest half float, as its 16 bits; ties to even, as NumPy has it */
export function half(word) {
  const sign = (word >>> 16) & 0x8000;
  const exponent = ((word >>> 23) & 255) - 112;
  const fraction = word & 0x7fffff;
  if (exponent >= 31) return sign | (exponent === 143 && fraction ? 0x7e00 : 0x7c00);
  if (exponent < -10) return sign;
  const whole = exponent > 0 ? (exponent << 23) | fraction : 0x800000 | fraction;
  const shift = exponent > 0 ? 13 : 14 - exponent;
  const kept = whole >>> shift;
  const rest = whole & ((1 << shift) - 1);
  const middle = 1 << (shift - 1);
  return sign | (rest > middle || (rest === middle && (kept & 1) === 1) ? kept + 1 : kept);
}

/** @param {ArrayBuffer} file safetensors of float32 @returns {Uint8Array<ArrayBuffer>} the same, of float16 */
export function halved(file) {
  const length = Number(new DataView(file).getBigUint64(0, true));
  /** @type {Object<string, any>} */
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(file, 8, length)));
  const start = 8 + length;
  /** @type {Object<string, any>} */
  const entries = {};
  /** @type {Uint16Array<ArrayBuffer>[]} */
  const parts = [];
  let at = 0;
  for (const [name, entry] of Object.entries(header)) {
    if (name === "__metadata__") entries[name] = entry;
    else {
      const [from, to] = entry.data_offsets;
      const words = new Uint32Array(file.slice(start + from, start + to));
      const values = new Uint16Array(words.length);
      for (let i = 0; i < words.length; i += 1) values[i] = half(words[i]);
      entries[name] = { dtype: "F16", shape: entry.shape, data_offsets: [at, at + 2 * values.length] };
      at += 2 * values.length;
      parts.push(values);
    }
  }
  let head = new TextEncoder().encode(JSON.stringify(entries));
  head = new TextEncoder().encode(JSON.stringify(entries) + " ".repeat((8 - (head.length % 8)) % 8));
  const made = new Uint8Array(8 + head.length + at);
  new DataView(made.buffer).setBigUint64(0, BigInt(head.length), true);
  made.set(head, 8);
  let place = 8 + head.length;
  for (const part of parts) {
    made.set(new Uint8Array(part.buffer), place);
    place += 2 * part.length;
  }
  return made;
}
