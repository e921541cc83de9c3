/** Unpacks what zlib has packed, in bounded memory: a small file may unpack to a huge one. */

/**
 * @param {Uint8Array<ArrayBuffer>[]} packed in parts
 * @param {number} most bytes
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 * @throws {RangeError|TypeError} where it is damaged, or holds more; whoever asks has the sentence
 */
export async function unpackedUpTo(packed, most) {
  const reader = new Blob(packed).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
  /** @type {Uint8Array[]} */
  const parts = [];
  let size = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    size += part.value.length;
    if (size > most) {
      reader.cancel().catch(() => {});
      throw new RangeError();
    }
    parts.push(part.value);
  }
  const made = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    made.set(part, at);
    at += part.length;
  }
  return made;
}

/**
 * @param {Uint8Array<ArrayBuffer>[]} packed in parts
 * @param {number} size exactly so many bytes come out
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 * @throws {RangeError|TypeError} where it is damaged, or holds more or less; whoever asks has the sentence
 */
export async function inflated(packed, size) {
  const made = await unpackedUpTo(packed, size);
  if (made.length !== size) throw new RangeError();
  return made;
}
