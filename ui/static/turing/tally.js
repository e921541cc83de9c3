/** What a hall has said, round by round, as the line on the projector: the room's d' beside D's. Pure. */

import { added, none, score } from "./signal.js";

/**
 * @typedef {object} Round as gan/halls/<hall>/state.json has it
 * @property {number} round @property {number} step @property {number} cells @property {boolean} open @property {number} items @property {number} votes
 * @property {number[]} judge [said real of real, of how many, said real of fakes, of how many], or nothing
 * @property {boolean[]} [real] @property {number[]} [said_real] @property {number[]} [said_fake]
 * @property {number[]} [counts] real called real, real called fake, fakes called real, fakes called fake
 *
 * @typedef {{step: number, room: number, judge: number|null, low: number, high: number, votes: number, done: boolean}} Point of the line; `done`: the room could
 *   as well guess
 */

/** Rounds of one picture each that make a point together: there have to be real ones and fakes. */
export const BLOCK = 4;
/** A point of fewer votes says nothing yet, whatever its interval. */
const FEWEST = 20;

/** @param {Round} round @returns {import("./signal.js").Counts} */
export function countsOf({ counts = [0, 0, 0, 0] }) {
  return { rejections: counts[0], falseAlarms: counts[1], misses: counts[2], hits: counts[3] };
}

/** @param {Round} round @returns {import("./signal.js").Counts|null} */
export function judgeOf({ judge }) {
  if (judge.length !== 4) return null;
  const [trueReal, reals, falseReal, fakes] = judge;
  return { rejections: trueReal, falseAlarms: reals - trueReal, misses: falseReal, hits: fakes - falseReal };
}

/**
 * @param {Round[]} rounds in order @returns {Point[]} one for each round that has real pictures and fakes, and one for each BLOCK of single pictures,
 *   of those that are closed and were voted on
 */
export function line(rounds) {
  /** @type {Point[]} */
  const points = [];
  /** @type {Round[]} */
  let block = [];
  for (const round of rounds) {
    if (round.open || !round.votes) continue;
    block.push(round);
    if (round.items === 1 && block.length < BLOCK) continue;
    points.push(pointOf(block));
    block = [];
  }
  return points;
}

/** @param {Round[]} block @returns {Point} */
function pointOf(block) {
  const room = added(block.map(countsOf));
  const judged = block.map(judgeOf).filter((one) => one !== null);
  const { dPrime, low, high, count } = score(room);
  const both = room.hits + room.misses > 0 && room.falseAlarms + room.rejections > 0;
  return { step: block[block.length - 1].step, room: dPrime, judge: judged.length ? score(added(judged)).dPrime : null, low, high, votes: count, done: both && count >= FEWEST && low <= 0 };
}

/** The answers of all rounds together. @param {Round[]} rounds @returns {import("./signal.js").Counts} */
export function total(rounds) {
  return rounds.length ? added(rounds.map(countsOf)) : none();
}

/**
 * The fakes to remember: which most took for real, and which fewest did.
 * @param {{round: Round, items: import("./game.js").Item[]}[]} seen closed rounds with what was shown
 * @param {number} [least] votes that an item needs to count
 * @returns {{fooled: {item: import("./game.js").Item, share: number}|null, nobody: {item: import("./game.js").Item, share: number}|null}}
 */
export function memorable(seen, least = 5) {
  const fakes = seen.flatMap(({ round, items }) => items.flatMap((item, i) => {
    const [yes, no] = [round.said_real?.[i] ?? 0, round.said_fake?.[i] ?? 0];
    return item.real || yes + no < least ? [] : [{ item, share: yes / (yes + no) }];
  }));
  if (!fakes.length) return { fooled: null, nobody: null };
  const by = (/** @type {number} */ sign) => fakes.reduce((best, one) => (sign * one.share > sign * best.share ? one : best));
  return { fooled: by(1), nobody: by(-1) };
}
