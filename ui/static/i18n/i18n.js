/**
 * The words of the page. English is written where it is used and is the key; another language is one dictionary beside this file.
 * The language is `lang=` of the address, else the browser's. A worker, which has no page, speaks English: it must not wait for a dictionary.
 */

/** @type {Object<string, () => Promise<{default: Object<string, string>}>>} */
const DICTIONARIES = { ko: () => import("./ko.js") };

/** @type {string} "en" or one of the dictionaries */
export const language = choose();

/** @type {string} for dates and numbers: what the browser calls that language, such as "en-GB" */
export const locale = place().navigator?.languages?.find((one) => languageOf(one) === language) ?? language;

/** @type {Object<string, string>} */
const words = Object.hasOwn(DICTIONARIES, language) ? (await DICTIONARIES[language]().catch(() => ({ default: {} }))).default : {};

/**
 * @param {string} english with `{name}` where a value goes
 * @param {Object<string, string|number>} [values]
 * @returns {string} in the language of the page, or English where that has no translation yet
 */
export function t(english, values = {}) {
  return fill(Object.hasOwn(words, english) ? words[english] : english, values);
}

/** @param {string} text @param {Object<string, string|number>} values @returns {string} */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (all, name) => (Object.hasOwn(values, name) ? String(values[name]) : all));
}

/** @param {unknown} error what was thrown @returns {string} its sentence */
export function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}

/** @returns {string} */
function choose() {
  const { document, location, navigator } = place();
  if (!document) return "en";
  const asked = new URLSearchParams(location?.search).get("lang");
  const wanted = [asked ?? "", ...(navigator?.languages ?? [])].filter(Boolean).map(languageOf);
  return wanted.find((one) => one === "en" || Object.hasOwn(DICTIONARIES, one)) ?? "en";
}

/** @returns {{document?: object, location?: {search: string}, navigator?: {languages?: readonly string[]}}} where this runs: a page, a worker, a test */
function place() {
  return globalThis;
}

/** @param {string} tag such as "en-GB" @returns {string} */
function languageOf(tag) {
  return tag.slice(0, 2).toLowerCase();
}
