/** What the frame gives to the card that is shown: its settings, its clock, and the reader's answer. */

import { together } from "../kit/dom.js";
import { clockOf, controlOf } from "./card.js";
import { accepted } from "./values.js";

/** Of each card, for as long as the page lives. @type {Map<string, Record<string, any>>} */
const memories = new Map();

/**
 * @param {import("./card.js").Card} card
 * @param {import("./lesson.js").Lesson} lesson
 * @param {HTMLElement} stage
 * @param {{talk: boolean, say: (text: string) => void}} frame
 * @returns {{context: import("./card.js").Context, destroy: () => void}}
 */
export function contextOf(card, lesson, stage, { talk, say }) {
  const { id, settings = {} } = card;
  const clock = clockOf(stage);
  /** @type {Set<(name: string) => void>} */
  const listeners = new Set();
  /** @type {Set<() => void>} */
  const waiting = new Set();
  const known = (/** @type {string} */ name) => {
    if (!Object.hasOwn(settings, name)) throw new RangeError(`${id}.${name}`); // a slip in the card
    return settings[name];
  };
  const value = (/** @type {string} */ name) => accepted(known(name), lesson.values[`${id}.${name}`]) ?? known(name).value;
  const set = (/** @type {string} */ name, /** @type {number|string} */ next) => {
    const [setting, before] = [known(name), value(name)];
    const taken = accepted(setting, String(next));
    if (taken === null || taken === before) return;
    lesson.set(`${id}.${name}`, taken === setting.value ? null : String(taken));
    for (const listener of [...listeners]) listener(name);
  };
  const answer = () => {
    if (!(id in lesson.answers)) return;
    for (const listener of [...waiting]) {
      waiting.delete(listener);
      listener();
    }
  };
  const unfollow = lesson.subscribe(answer);
  if (!memories.has(id)) memories.set(id, {});
  const context = {
    get answered() {
      return id in lesson.answers;
    },
    get answer() {
      const choice = lesson.answers[id] ?? -1;
      return choice < 0 ? null : choice;
    },
    get isDone() {
      return lesson.finished.has(id);
    },
    /** @type {import("./card.js").Context["onAnswer"]} */
    onAnswer(listener) {
      waiting.add(listener);
      answer();
    },
    done: () => lesson.finish(id),
    number: (/** @type {string} */ name) => Number(value(name)),
    choice: (/** @type {string} */ name) => String(value(name)),
    set,
    onSet: (/** @type {(name: string) => void} */ listener) => void listeners.add(listener),
    control(/** @type {string} */ name) {
      const { element, update } = controlOf(name, known(name), () => value(name), (next) => set(name, next));
      listeners.add((changed) => changed === name && update());
      return element;
    },
    frames: clock.frames,
    still: matchMedia("(prefers-reduced-motion: reduce)").matches,
    talk,
    memory: memories.get(id) ?? {},
    say,
  };
  return { context, destroy: together(unfollow, clock.destroy, () => [listeners, waiting].forEach((all) => all.clear())) };
}
