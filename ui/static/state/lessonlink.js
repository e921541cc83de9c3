/** What a link says of the lesson: the card it opens on, the cards that are shown, and values of their settings: `card=line&cards=line,game&set=line.k:5`. */

/** Parameters of an address that are about the lesson. */
export const LESSON_KEYS = ["card", "cards", "set"];

const NAME = /^[a-z]{1,16}$/;
const VALUE = /^([a-z]{1,16}\.[a-zA-Z]{1,16}):([\w.+-]{1,32})$/;
const MOST = 60;

/** @typedef {{card: string, cards: string[], values: Record<string, string>}} Lesson `cards`: those that are shown, all where none is named; `values` by `card.setting` */

/**
 * What cannot be is passed over: which cards and settings there are is known to the lesson alone.
 * @param {URLSearchParams} params @returns {Lesson|null} null where the address says nothing of it
 */
export function decodeLesson(params) {
  if (!LESSON_KEYS.some((key) => params.has(key))) return null;
  const list = (/** @type {string} */ key) => (params.get(key) ?? "").split(",").slice(0, MOST);
  const values = list("set").map((text) => VALUE.exec(text)).filter((found) => found !== null);
  const card = params.get("card") ?? "";
  return {
    card: NAME.test(card) ? card : "",
    cards: [...new Set(list("cards").filter((name) => NAME.test(name)))],
    values: Object.fromEntries(values.map(([, name, value]) => [name, value])),
  };
}

/** @param {Lesson} lesson @returns {[string, string][]} the entries of an address */
export function encodeLesson({ card, cards, values }) {
  const set = Object.entries(values).map(([name, value]) => `${name}:${value}`);
  const entries = /** @type {[string, string][]} */ ([["card", card], ["cards", cards.join(",")], ["set", set.join(",")]]);
  return entries.filter(([, value]) => value !== "");
}
