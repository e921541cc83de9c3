/** What the browser keeps for the page from one visit to the next. */

/** Where the browser keeps nothing (a frame of another site, private windows): for as long as the page lives. */
/** @type {Map<string, string>} */
const memory = new Map();

/**
 * Reads, or writes where a value is given.
 * @param {() => Storage} storage asked for inside the try: some browsers throw at the mention of it
 * @param {string} name
 * @param {string} [value]
 * @returns {string}
 */
export function keep(storage, name, value) {
  try {
    if (value === undefined) return memory.get(name) ?? storage().getItem(name) ?? "";
    storage().setItem(name, value);
    memory.delete(name);
  } catch {
    if (value !== undefined) memory.set(name, value);
  }
  return value ?? "";
}
