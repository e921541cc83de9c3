/** The lesson: what it keeps, what its link says, and that every card holds to the contract. */

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import test from "node:test";

import { keptOf, Lesson } from "../../../ui/static/learn/lesson.js";
import { CARDS } from "../../../ui/static/learn/registry.js";
import { accepted } from "../../../ui/static/learn/values.js";
import { decodeLesson } from "../../../ui/static/state/lessonlink.js";
import { decodeView, encodeView } from "../../../ui/static/state/link.js";
import { OPENED } from "../../../ui/static/state/view.js";

const entries = ["one", "two", "three"].map((id) => ({ id, title: id, load: async () => ({}) }));
const through = (lesson) => decodeView(encodeView(OPENED, { layout: { tab: "learn", lesson } })).layout.lesson;

test("a lesson goes through the address and back", () => {
  const lesson = { card: "line", cards: ["line", "game"], values: { "line.k": "5", "line.d": "0.002", "game.loss": "minimax" } };
  assert.deepEqual(through(lesson), lesson);
  assert.equal(encodeView(OPENED, { layout: { tab: "learn", lesson } }), "tab=learn&card=line&cards=line,game&set=line.k:5,line.d:0.002,game.loss:minimax");
  assert.equal(encodeView(OPENED, { layout: { tab: "explore", lesson } }), "", "other tabs say nothing of it");
});

test("what no link can say is passed over", () => {
  assert.equal(decodeLesson(new URLSearchParams("tab=learn")), null);
  const odd = decodeLesson(new URLSearchParams(`card=../x&cards=a,b1,<b>,a&set=a.b:1,a.b,x:2,.:3,a.b:${"9".repeat(40)},c.d:-0.5`));
  assert.deepEqual(odd, { card: "", cards: ["a"], values: { "a.b": "1", "c.d": "-0.5" } });
});

test("a value of a link is one of its setting, or none", () => {
  const number = { label: "", value: 1, min: 0, max: 10, step: 0.5 };
  assert.deepEqual(["3.5", "3.6", "11", "-1", "x", "", undefined].map((text) => accepted(number, text)), [3.5, 3.5, null, null, null, null, null]);
  const choice = { label: "", value: "a", choices: { a: "A", b: "B" } };
  assert.deepEqual(["b", "c", "toString"].map((text) => accepted(choice, text)), ["b", null, null]);
});

test("a lecturer leaves cards out, and a link opens its card", () => {
  const lesson = new Lesson(entries, { card: "three", cards: ["three", "one", "nowhere"] }, { card: "one" });
  assert.deepEqual([lesson.shown.map(({ id }) => id), lesson.current.id], [["one", "three"], "three"]);
  assert.deepEqual(lesson.link().cards, ["one", "three"]);
  assert.equal(new Lesson(entries, { cards: ["nowhere"] }).shown.length, 3, "of no known card: all");
  assert.equal(new Lesson(entries, {}, { card: "two" }).current.id, "two", "where it was left");
  assert.deepEqual(new Lesson(entries).link(), { card: "one", cards: [], values: {} });
});

test("cards are turned to either end, answers stand, and it is remembered", () => {
  const lesson = new Lesson(entries);
  let told = 0;
  lesson.subscribe(() => (told += 1));
  assert.deepEqual([lesson.step(-1), lesson.step(1), lesson.step(1), lesson.step(1)], [false, true, true, false]);
  lesson.reply("one", 2);
  lesson.reply("one", 0);
  lesson.finish("three");
  lesson.finish("three");
  assert.equal(told, 4);
  const kept = keptOf(JSON.stringify(lesson.kept()));
  assert.deepEqual(kept, { card: "three", answers: { one: 2 }, done: ["three"] });
  for (const text of ["", "null", "[]", '{"answers":5,"done":"x","card":1}']) assert.ok(new Lesson(entries, {}, keptOf(text)).current);
  lesson.restart();
  assert.deepEqual([lesson.current.id, lesson.kept()], ["one", { card: "one", answers: {}, done: [] }]);
});

test("every card is what the contract says", async () => {
  assert.equal(new Set(CARDS.map(({ id }) => id)).size, CARDS.length);
  for (const { id, title, load } of CARDS) {
    assert.match(id, /^[a-z]{1,16}$/);
    assert.ok(existsSync(new URL(`../../../ui/static/i18n/ko/learn/${id}.js`, import.meta.url)), `${id} has its Korean`);
    const { card } = await load();
    assert.deepEqual([card.id, card.title], [id, title]);
    const { ask, choices, right, because } = card.question;
    assert.ok(choices.length >= 2 && choices.length <= 4 && choices[right] && ask && because, id);
    assert.ok(card.task && card.done && typeof card.mount === "function" && typeof card.text === "function", id);
    for (const [name, setting] of Object.entries(card.settings ?? {})) {
      assert.match(name, /^[a-zA-Z]{1,16}$/);
      assert.equal(accepted(setting, String(setting.value)), setting.value, `${id}.${name} begins with a value of its own`);
      for (const value of Object.keys(setting.choices ?? {})) assert.match(value, /^[\w.+-]{1,32}$/, "a link can say it");
    }
  }
});
