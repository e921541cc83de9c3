/** The short check before and after the lesson, on the page. Nothing of it leaves the device but by the reader's own hand, as a table. */

import { t } from "../../i18n/i18n.js";
import { h, setText, uid } from "../../kit/dom.js";
import { keep } from "../../kit/keep.js";
import { save } from "../../kit/save.js";
import { randomSeed } from "../../state/latent.js";
import { button } from "../card.js";
import { asked, read, rightOf, table, topicsOf } from "./check.js";
import { POOL } from "./pool.js";

const STORE = "gan-learn-check";
const storage = () => localStorage;

/** @typedef {import("./check.js").When} When */

/** @param {HTMLElement} place @returns {import("../../kit/dom.js").Component} */
export function mount(place) {
  let kept = read(keep(storage, STORE), POOL) ?? { seed: randomSeed(), before: null, after: null };
  const said = h("p", { class: "check-said", role: "status", "aria-live": "polite" });
  const sheet = h("div", { class: "check-sheet" });
  const [before, after] = [button(t("Eight questions before the lesson"), () => begin("before")), button(t("Eight others after it"), () => begin("after"))];
  const taken = button(t("Take the answers along (CSV)"), () => save(new Blob([table(kept, POOL)], { type: "text/csv" }), `gan-check-${kept.seed.toString(36)}.csv`));
  const forget = button(t("Forget them"), () => {
    kept = { seed: randomSeed(), before: null, after: null };
    keep(storage, STORE, "");
    show();
  });
  place.append(h("div", { class: "check" }, h("p", {}, t("For yourself, or for a lecturer who wants to know what a hall has learned. The answers stay on this device; the table has a random word instead of a name.")),
    h("div", { class: "gan-buttons" }, before, after, taken, forget), said, sheet));

  const show = () => {
    const count = topicsOf(POOL).length;
    const [first, second] = [kept.before, kept.after].map((answers) => answers && rightOf(answers));
    taken.hidden = forget.hidden = first === null && second === null;
    sheet.replaceChildren();
    const words = [first === null ? "" : t("Before: {right} of {count} right.", { right: first, count }), second === null ? "" : t("After: {right} of {count} right.", { right: second, count })];
    setText(said, words.filter(Boolean).join(" "));
  };
  /** @param {When} when */
  const begin = (when) => {
    const questions = asked(POOL, when, kept.seed);
    /** @type {Record<string, boolean>} */
    const answers = {};
    /** @param {number} at */
    const ask = (at) => {
      if (at >= questions.length) {
        kept = { ...kept, [when]: answers };
        keep(storage, STORE, JSON.stringify(kept));
        show();
        (when === "before" ? before : after).focus();
        return;
      }
      const { question, order } = questions[at];
      const id = uid("check");
      setText(said, t("Question {at} of {count}. What is right is not told, so that after the lesson it can be asked again.", { at: at + 1, count: questions.length }));
      const choices = [...order.map((choice) => button(question.choices[choice], () => answer(choice === 0))), button(t("I do not know"), () => answer(false))];
      const answer = (/** @type {boolean} */ right) => {
        answers[question.id] = right;
        ask(at + 1);
      };
      sheet.replaceChildren(h("div", { class: "check-question", role: "group", "aria-labelledby": id }, h("p", { id, class: "learn-ask" }, question.ask), h("div", { class: "learn-choices" }, choices)));
      for (const one of choices) one.classList.add("learn-choice");
      choices[0].focus({ preventScroll: true });
    };
    ask(0);
  };
  show();
  return { update() {}, destroy: () => place.replaceChildren() };
}
