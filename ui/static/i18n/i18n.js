/**
 * The words of the page. English is written where it is used and is the key; another language is one dictionary beside this file.
 * The language is `lang=` of the address, else the browser's. A worker, which has no page, speaks English: it must not wait for a dictionary.
 */

const DICTIONARIES = { ko: () => import("./ko.js") };

/** @type {string} "en" or "ko" */
export const language = choose();

const words = language in DICTIONARIES ? (await DICTIONARIES[language]().catch(() => ({ default: {} }))).default : {};

/**
 * @param {string} english with `{name}` where a value goes
 * @param {Object<string, string|number>} [values]
 * @returns {string} in the language of the page, or English where that has no translation yet
 */
export function t(english, values = {}) {
  return fill(words[english] ?? english, values);
}

/** @param {string} text @param {Object<string, string|number>} values @returns {string} */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (all, name) => (name in values ? String(values[name]) : all));
}

/** @param {unknown} error what was thrown @returns {string} its sentence */
export function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}

function choose() {
  if (!globalThis.document) return "en";
  const asked = new URLSearchParams(globalThis.location?.search).get("lang");
  const wanted = [asked, ...(globalThis.navigator?.languages ?? [])].filter(Boolean).map((one) => one.slice(0, 2).toLowerCase());
  return wanted.find((one) => one === "en" || one in DICTIONARIES) ?? "en";
}
