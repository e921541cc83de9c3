/** What one phone votes in one round: which items are its own, what it has said, and sending that until it has arrived. */

import { order } from "./game.js";

/** Looks that a phone gives in a round, by the pictures of an item: a grid takes longer. @type {Object<number, number>} */
const LOOKS = { 1: 4, 9: 2 };
const AGAIN_MS = 1500;

/** @typedef {[number, boolean]} Vote an item's place, and whether it was called real */

export class Ballot {
  /**
   * @param {import("./feed.js").Now} now of a round that is open
   * @param {number} seed of this phone
   * @param {(votes: Vote[], round: number) => Promise<"taken"|"late"|"lost">} send `lost`: nobody answered, so it is sent again
   */
  constructor({ round, items = 1, cells = 1 }, seed, send) {
    this.round = round;
    this.cells = cells;
    this.own = order(items, seed ^ Math.imul(round, 0x9e3779b1)).slice(0, LOOKS[cells] ?? 1);
    /** @type {Vote[]} */
    this.said = [];
    /** @type {Vote[]} that have not arrived yet */
    this.waiting = [];
    this.send = send;
    this.sending = false;
    this.late = false;
  }

  /** @returns {number|null} the item that is looked at; null when all have been */
  get item() {
    return this.own[this.said.length] ?? null;
  }

  /** @param {boolean} real */
  say(real) {
    const { item } = this;
    if (item === null || this.late) return;
    this.said.push([item, real]);
    this.waiting.push([item, real]);
    void this.#arrive();
  }

  /** The round is over; what has not arrived does not count. */
  close() {
    this.late = true;
  }

  /** @param {boolean[]} real @returns {{right: number, of: number}} how often this phone was right */
  marks(real) {
    return { right: this.said.filter(([item, said]) => real[item] === said).length, of: this.said.length };
  }

  async #arrive() {
    if (this.sending) return;
    this.sending = true;
    while (this.waiting.length && !this.late) {
      const votes = [...this.waiting];
      const answer = await this.send(votes, this.round);
      if (answer === "late") this.late = true;
      else if (answer === "taken") this.waiting = this.waiting.slice(votes.length);
      else await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
    this.sending = false;
  }
}
