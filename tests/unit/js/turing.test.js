/** The Turing test without a page: the statistics against known values, a game, a phone's ballot, the line of a hall. */

import assert from "node:assert/strict";
import test from "node:test";

import { Ballot } from "../../../ui/static/turing/ballot.js";
import { HallFeed } from "../../../ui/static/turing/feed.js";
import { coins, Game, remembered, wanted } from "../../../ui/static/turing/game.js";
import { count, cumulative, guesses, none, quantile, score, scoreOfPairs } from "../../../ui/static/turing/signal.js";
import { line, memorable } from "../../../ui/static/turing/tally.js";

const close = (value, expected, within = 1e-9) => assert.ok(Math.abs(value - expected) <= within, `${value}, expected ${expected}`);
const counts = (hits, misses, falseAlarms, rejections) => ({ hits, misses, falseAlarms, rejections });
const soon = (ms = 0) => new Promise((resolve) => setTimeout(resolve, ms));

test("the normal distribution and its inverse have the values of the tables", () => {
  for (const [x, share] of [[0, 0.5], [1, 0.8413447460685429], [-1, 0.15865525393145707], [1.959963984540054, 0.975], [3, 0.9986501019683699], [-4, 3.1671241833119863e-5]]) {
    close(cumulative(x), share, 1e-14);
    close(quantile(share), x, 1e-9);
  }
  close(quantile(0.9), 1.2815515655446004);
  close(quantile(1e-5), -4.264890793922602, 1e-8);
  assert.deepEqual([cumulative(9), cumulative(-9)], [1, 0]);
  assert.deepEqual([0, 1, -0.1, 1.1, NaN].map(quantile), [-Infinity, Infinity, NaN, NaN, NaN]);
});

test("d', bias and interval: the log-linear correction, by hand", () => {
  // (79 + .5) / 100 = .795 and (19 + .5) / 100 = .195
  const found = score(counts(79, 20, 19, 80));
  close(found.dPrime, 0.8238936303385574 + 0.8596173642419115, 1e-9);
  close(found.bias, -(0.8238936303385574 - 0.8596173642419115) / 2, 1e-9);
  const density = (z) => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  const variance = (0.795 * 0.205) / (100 * density(0.8238936303385574) ** 2) + (0.195 * 0.805) / (100 * density(0.8596173642419115) ** 2);
  close(found.high - found.low, 2 * 1.959964 * Math.sqrt(variance), 1e-9);
  close(found.right, 159 / 198);
  assert.equal(found.count, 198);
});

test("whoever is always right is not infinitely good, and who always says the same tells nothing", () => {
  const perfect = score(counts(5, 0, 0, 5));
  close(perfect.dPrime, 2 * quantile(5.5 / 6));
  assert.ok(Number.isFinite(perfect.high) && perfect.low < perfect.dPrime);
  const real = score(counts(0, 10, 0, 10));
  close(real.dPrime, 0);
  assert.ok(real.bias > 1.5, "says real");
  assert.ok(score(counts(10, 0, 10, 0)).bias < -1.5, "says fake");
  assert.equal(score(none()).dPrime, 0);
  assert.ok(Number.isNaN(score(none()).right));
});

test("the interval holds d' as often as it says", () => {
  // 2,000 judges with d' 1 and no bias: 40 fakes and 40 real ones each
  let seed = 1;
  const random = () => ((seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 2 ** 32);
  const hit = cumulative(0.5);
  let inside = 0;
  for (let judge = 0; judge < 2000; judge += 1) {
    const given = none();
    for (let i = 0; i < 40; i += 1) {
      count(given, false, random() >= hit);
      count(given, true, random() < hit);
    }
    const { low, high } = score(given);
    inside += Number(low <= 1 && 1 <= high);
  }
  assert.ok(inside > 1860 && inside < 1960, String(inside)); // 95 %
});

test("a choice between two is divided by the square root of two", () => {
  const pairs = scoreOfPairs(counts(15, 5, 5, 15));
  close(pairs.dPrime, score(counts(15, 5, 5, 15)).dPrime / Math.SQRT2);
  assert.ok(pairs.high - pairs.low < score(counts(15, 5, 5, 15)).high - score(counts(15, 5, 5, 15)).low);
});

test("few answers accuse nobody of guessing", () => {
  assert.equal(guesses(score(counts(3, 2, 2, 3))), false);
  assert.equal(guesses(score(counts(11, 9, 10, 10))), true);
  assert.equal(guesses(score(counts(38, 2, 2, 38))), false);
});

test("a game is half real, deals grids in pairs, and counts what was said and what D thinks", () => {
  const tossed = coins(10, 7);
  assert.equal(tossed.filter(Boolean).length, 5);
  assert.notDeepEqual(tossed, coins(10, 8));
  assert.deepEqual(wanted("grids", [true, false]), [false, true, true, false]);
  const item = (real, opinion) => ({ real, pictures: [new Float32Array(784)], opinion });
  const game = new Game("one", [item(true, 0.9), item(false, 0.8), item(false, 0.1), item(true, 0.4)]);
  assert.deepEqual([true, true, false, false].map((answer) => game.answer(answer)), [true, false, true, false]);
  assert.equal(game.now, null);
  assert.equal(game.answer(true), false);
  assert.equal(game.score().right, 0.5);
  assert.equal(game.judge().right, 0.5);
  const { fooled, nobody } = remembered(game);
  assert.deepEqual([fooled.opinion, nobody.opinion], [0.8, 0.1]);
  // two grids: the left key points at the left one as the fake
  const grids = new Game("grids", [item(false, 0.2), item(true, 0.7), item(true, 0.3), item(false, 0.6)]);
  assert.deepEqual([grids.answer(true), grids.answer(true)], [true, false]);
  assert.equal(grids.judge().right, 0.5);
  assert.equal(new Game("one", [item(true, null)]).judge(), null);
});

test("a ballot sends again what did not arrive, and nothing after its round", async () => {
  const sent = [];
  const answers = ["taken", "late"];
  const ballot = new Ballot({ round: 3, items: 16, cells: 1, open: true, over: false }, 5, async (votes, round) => (sent.push([round, votes]), answers.shift()));
  assert.equal(new Set(ballot.own).size, 4);
  const first = ballot.item;
  ballot.say(true);
  await soon();
  ballot.say(false);
  await soon();
  ballot.say(true);
  assert.deepEqual(sent.map(([round, votes]) => [round, votes.length]), [[3, 1], [3, 1]]);
  assert.deepEqual(ballot.marks(Array.from({ length: 16 }, (_, i) => i === first)), { right: 2, of: 2 });
  assert.equal(new Ballot({ round: 1, items: 1, cells: 1, over: false }, 5, async () => "taken").own.length, 1);
});

test("a phone that wakes asks at once, hears of a hall that is gone, and goes on without a stream", async () => {
  const [news, troubles, streams, timers] = [[], [], [], []];
  let answer = { status: 200, ok: true, json: async () => ({ now: { round: 1, over: false } }) };
  const around = {
    open: () => { const listeners = {}; const stream = { listeners, closed: false, addEventListener: (name, to) => (listeners[name] = to), close: () => (stream.closed = true) }; streams.push(stream); return stream; },
    ask: async () => { if (!answer) throw new Error("offline"); return answer; },
    later: (work, ms) => timers.push({ work, ms }), never: (timer) => { if (timers[timer - 1]) timers[timer - 1].work = () => {}; },
  };
  const feed = new HallFeed("http://x/gan/halls/AB", (now) => news.push(now.round), (gone) => troubles.push(gone), around);
  await soon();
  assert.deepEqual([news, streams.length], [[1], 1]);
  streams[0].listeners.message({ data: JSON.stringify({ round: 2, over: false }) });
  streams[0].listeners.message({ data: JSON.stringify({ round: 2, over: false }) });
  assert.deepEqual(news, [1, 2]);
  answer = null;
  await feed.wake();
  assert.deepEqual([troubles, streams[0].closed], [[false], true]);
  assert.ok(timers.at(-1).ms > 0 && timers.at(-1).ms < 5000, "asks again by itself");
  answer = { status: 200, ok: true, json: async () => ({ now: { round: 5, over: false } }) };
  timers.at(-1).work();
  await soon();
  assert.deepEqual([news.at(-1), streams.length], [5, 2]);
  answer = { status: 404, ok: false };
  await feed.wake();
  assert.deepEqual([troubles.at(-1), feed.ended], [true, true]);
});

test("the line of a hall: a point for a round of many, or for four pictures in turn; zero only with enough votes", () => {
  const round = (number, items, given, more = {}) => ({ round: number, step: 100 * number, cells: 1, open: false, items, votes: given.reduce((a, b) => a + b), judge: [20, 24, 4, 24], counts: given, ...more });
  const many = line([round(1, 16, [90, 10, 10, 90]), round(2, 16, [50, 50, 50, 50]), round(3, 16, [0, 0, 0, 0]), round(4, 16, [3, 1, 1, 3], { open: true })]);
  assert.deepEqual(many.map(({ step, done }) => [step, done]), [[100, false], [200, true]]);
  assert.ok(many[0].room > 2 && many[0].judge > 1.5 && many[1].room === 0);
  const singles = line([1, 2, 3, 4, 5].map((number) => round(number, 1, number % 2 ? [30, 10, 0, 0] : [0, 0, 10, 30])));
  assert.deepEqual(singles.map(({ step, votes }) => [step, votes]), [[400, 160]]);
  assert.equal(line([round(1, 16, [3, 2, 2, 3])])[0].done, false, "ten votes say nothing");
  assert.equal(line([round(1, 16, [40, 40, 0, 0])])[0].done, false, "real ones alone say nothing");
});

test("the fakes to remember are those that most and fewest took for real", () => {
  const item = (real) => ({ real, pictures: [], opinion: null });
  const items = [item(false), item(false), item(true), item(false)];
  const { fooled, nobody } = memorable([{ round: { said_real: [9, 1, 10, 2], said_fake: [1, 9, 0, 1] }, items }]);
  assert.deepEqual([fooled.item, fooled.share, nobody.item], [items[0], 0.9, items[1]]);
  assert.deepEqual(memorable([]), { fooled: null, nobody: null });
});
