/** One Turing test: ten, twenty or forty looks, and what was answered. Pure: no page, no network. */

import { word } from "../state/latent.js";
import { count, none, score, scoreOfPairs } from "./signal.js";

/**
 * @typedef {object} Item a picture, or a grid of nine of one kind
 * @property {boolean} real
 * @property {Float32Array[]} pictures [784] in [0, 1], one or nine
 * @property {number|null} opinion D's probability of being real, mean of the pictures'; null where no D is here
 *
 * @typedef {object} Trial
 * @property {Item[]} items one, or two beside each other of which one is fake
 * @property {boolean|null} answer of one: whether it was called real; of two: whether the left one was called fake; null until there is one
 *
 * @typedef {"one"|"grids"} Kind
 */

export const ROUNDS = [10, 20, 40];
/** Pictures of a grid. */
export const GRID = 9;

/**
 * @param {number} count @param {number} seed
 * @returns {boolean[]} as many true as false, or one more, in an order that nobody can guess
 */
export function coins(count, seed) {
  return order(count, seed).map((place) => place % 2 === 0);
}

/** @param {number} count @param {number} seed @returns {number[]} 0 ... count - 1, shuffled */
export function order(count, seed) {
  const places = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i -= 1) {
    const j = word(seed, i) % (i + 1);
    [places[i], places[j]] = [places[j], places[i]];
  }
  return places;
}

/** What has to be dealt for a game. @param {Kind} kind @param {boolean[]} tossed as of Game @returns {boolean[]} of each item whether it is real */
export function wanted(kind, tossed) {
  return kind === "one" ? tossed : tossed.flatMap((left) => [!left, left]);
}

/** The looks of one person at one model. */
export class Game {
  /**
   * @param {Kind} kind
   * @param {Item[]} items one for each trial ("one"), or two ("grids")
   */
  constructor(kind, items) {
    this.kind = kind;
    const each = kind === "one" ? 1 : 2;
    /** @type {Trial[]} */
    this.trials = Array.from({ length: items.length / each }, (_, i) => ({ items: items.slice(i * each, (i + 1) * each), answer: null }));
    this.place = 0;
  }

  /** @returns {Trial|null} the one that is looked at; null when all have been answered */
  get now() {
    return this.trials[this.place] ?? null;
  }

  /** @param {boolean} answer as in Trial @returns {boolean} whether it was right; of a game that is over nothing is */
  answer(answer) {
    const trial = this.now;
    if (!trial) return false;
    trial.answer = answer;
    this.place += 1;
    return isRight(trial, answer);
  }

  /** @returns {import("./signal.js").Score} of the answers so far */
  score() {
    return this.#scored(({ answer }) => answer);
  }

  /** @returns {import("./signal.js").Score|null} of D at the same looks; null where it was not asked */
  judge() {
    const asked = this.trials.slice(0, this.place);
    return asked.length && asked.every((trial) => verdict(trial) !== null) ? this.#scored(verdict) : null;
  }

  /** @param {(trial: Trial) => boolean|null} answerOf */
  #scored(answerOf) {
    const counts = none();
    for (const trial of this.trials.slice(0, this.place)) {
      const answer = answerOf(trial);
      if (answer === null) continue;
      // of two, "the fake is on the left" stands where "this is a fake" stands of one
      if (this.kind === "one") count(counts, trial.items[0].real, answer);
      else count(counts, trial.items[0].real, !answer);
    }
    return this.kind === "one" ? score(counts) : scoreOfPairs(counts);
  }
}

/** @param {Trial} trial @param {boolean|null} answer */
export function isRight({ items }, answer) {
  return items.length === 1 ? answer === items[0].real : answer === !items[0].real;
}

/** What D would have answered. @param {Trial} trial @returns {boolean|null} */
export function verdict({ items }) {
  const opinions = items.map(({ opinion }) => opinion);
  if (opinions.some((opinion) => opinion === null)) return null;
  const [first, second] = /** @type {number[]} */ (opinions);
  return items.length === 1 ? first > 0.5 : first < second;
}

/**
 * The fakes to remember. Of a person alone there are only yes and no, so D's opinion decides between them.
 * @param {Game} game
 * @returns {{fooled: Item|null, nobody: Item|null}} `fooled`: a fake that was taken for real and that D found realest; `nobody`: one that was
 *   seen through and that D found fakest
 */
export function remembered({ trials }) {
  const fakes = trials.flatMap((trial) => trial.items.filter(({ real }) => !real).map((item) => ({ item, believed: trial.answer !== null && !isRight(trial, trial.answer), asked: trial.answer !== null })));
  /** @param {boolean} believed @param {number} sign */
  const best = (believed, sign) => fakes.filter((one) => one.asked && one.believed === believed)
    .reduce((/** @type {Item|null} */ so, { item }) => (so === null || sign * (item.opinion ?? 0) > sign * (so.opinion ?? 0) ? item : so), null);
  return { fooled: best(true, 1), nobody: best(false, -1) };
}
