/** How far the reader is: the cards that are shown, the one that is open, answers, what is done, and values of settings. Knows no page. */

/**
 * @typedef {{id: string, title: string, load: () => Promise<{card: import("./card.js").Card}>}} Entry of the registry
 * @typedef {import("../state/lessonlink.js").Lesson} Link
 * @typedef {{card?: string, answers?: Record<string, number>, done?: string[]}} Kept from one visit to the next; an answer is -1 where the question was passed
 */

export class Lesson {
  /**
   * @param {Entry[]} entries all cards, in order
   * @param {Partial<Link>} [link] what the address asks for
   * @param {Kept} [kept]
   */
  constructor(entries, link = {}, kept = {}) {
    const { card = "", cards = [], values = {} } = link;
    const chosen = entries.filter(({ id }) => cards.includes(id));
    /** @type {Entry[]} in order; never none */
    this.shown = chosen.length ? chosen : entries;
    /** Whether some are left out. */
    this.chosen = chosen.length > 0;
    /** @type {Record<string, string>} */
    this.values = { ...values };
    /** @type {Record<string, number>} */
    this.answers = { ...kept.answers };
    /** @type {Set<string>} */
    this.finished = new Set(kept.done);
    /** @type {Set<() => void>} */
    this.listeners = new Set();
    this.index = Math.max(0, this.shown.findIndex(({ id }) => id === (card || kept.card)));
  }

  /** @param {() => void} listener @returns {() => void} stops it */
  subscribe(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  tell() {
    for (const listener of [...this.listeners]) listener();
  }

  get current() {
    return this.shown[this.index];
  }

  /** @param {string} id */
  go(id) {
    const index = this.shown.findIndex((entry) => entry.id === id);
    if (index < 0 || index === this.index) return;
    this.index = index;
    this.tell();
  }

  /** @param {number} by @returns {boolean} false at either end */
  step(by) {
    const next = this.shown[this.index + by];
    if (!next) return false;
    this.go(next.id);
    return true;
  }

  /** @param {string} id @param {number} choice -1: passed */
  reply(id, choice) {
    if (id in this.answers) return;
    this.answers[id] = choice;
    this.tell();
  }

  /** @param {string} id */
  finish(id) {
    if (this.finished.has(id)) return;
    this.finished.add(id);
    this.tell();
  }

  /** @param {string} name `card.setting` @param {string|null} value null where it is as at first */
  set(name, value) {
    if (value === null) delete this.values[name];
    else this.values[name] = value;
    this.tell();
  }

  /** As at the first visit, but for what the link asks. */
  restart() {
    [this.answers, this.index] = [{}, 0];
    this.finished.clear();
    this.tell();
  }

  /** @returns {Link} */
  link() {
    return { card: this.current.id, cards: this.chosen ? this.shown.map(({ id }) => id) : [], values: { ...this.values } };
  }

  /** @returns {Kept} */
  kept() {
    return { card: this.current.id, answers: this.answers, done: [...this.finished] };
  }
}

/** @param {string} text as it was kept @returns {Kept} what can be read of it */
export function keptOf(text) {
  try {
    const { card, answers, done } = JSON.parse(text);
    const known = Object.entries(Object(answers)).filter(([, choice]) => Number.isInteger(choice));
    return {
      ...(typeof card === "string" && { card }), answers: /** @type {Record<string, number>} */ (Object.fromEntries(known)),
      done: Array.isArray(done) ? done.filter((id) => typeof id === "string") : [],
    };
  } catch {
    return {};
  }
}
