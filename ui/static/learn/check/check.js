/** What is asked in the check, before and after, and what came of it. Knows no page. */

import { word } from "../../state/latent.js";

/**
 * @typedef {import("./pool.js").Question} Question
 * @typedef {"before"|"after"} When
 * @typedef {{question: Question, order: number[]}} Asked `order`: of the choices as they are shown
 * @typedef {{seed: number, before: Record<string, boolean>|null, after: Record<string, boolean>|null}} Kept by question's id whether it was answered rightly
 */

/** @param {Question[]} pool @returns {string[]} in the order of the pool */
export const topicsOf = (pool) => [...new Set(pool.map(({ topic }) => topic))];

/**
 * One question of each topic; before and after have different ones.
 * @param {Question[]} pool @param {When} when @param {number} seed of this reader @returns {Asked[]}
 */
export function asked(pool, when, seed) {
  return topicsOf(pool).map((topic, i) => {
    const own = pool.filter((one) => one.topic === topic);
    const question = own[(word(seed, i) + Number(when === "after")) % own.length];
    const order = question.choices.map((_, choice) => choice).sort((a, b) => word(seed, 100 * (i + 1) + a) - word(seed, 100 * (i + 1) + b));
    return { question, order };
  });
}

/** @param {Record<string, boolean>|null} answers @returns {number} */
export const rightOf = (answers) => Object.values(answers ?? {}).filter(Boolean).length;

/** @param {string} text from the browser's store @param {Question[]} pool @returns {Kept|null} null where there is none, or it is damaged */
export function read(text, pool) {
  try {
    const { seed, before, after } = JSON.parse(text);
    if (!Number.isInteger(seed) || seed < 0) return null;
    const known = (/** @type {unknown} */ answers) => (answers && typeof answers === "object" ? Object.fromEntries(Object.entries(answers).filter(([id, right]) => typeof right === "boolean" && pool.some((one) => one.id === id))) : null);
    return { seed, before: known(before), after: known(after) };
  } catch {
    return null;
  }
}

/**
 * A table for a class: a row for each answer; `reader` is a random word, so that before and after of one reader belong together, and nothing else.
 * @param {Kept} kept @param {Question[]} pool @returns {string} CSV, RFC 4180
 */
export function table({ seed, before, after }, pool) {
  const reader = seed.toString(36);
  const rows = Object.entries({ before, after }).flatMap(([when, answers]) =>
    pool.filter(({ id }) => answers && id in answers).map(({ id, topic }) => [reader, when, topic, id, Number(answers?.[id])].join(",")));
  return ["reader,when,topic,question,right", ...rows, ""].join("\r\n");
}
