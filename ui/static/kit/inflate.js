/** Unpacks what zlib has packed, in bounded memory: a small file may unpack to a huge one. */

/**
 * @param {Uint8Array<ArrayBuffer>[]} packed in parts
 * @param {number} size exactly so many bytes come out
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 * @throws {RangeError|TypeError} where it is damaged, or holds more or less; whoever asks has the sentence
 */
export async function inflated(packed, size) {
  const reader = new Blob(packed).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
  const made = new Uint8Array(size);
  let at = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    if (at + part.value.length > size) throw new RangeError();
    made.set(part.value, at);
    at += part.value.length;
  }
  if (at !== size) throw new RangeError();
  return made;
}
