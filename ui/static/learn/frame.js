/** The frame of the lesson: the row of cards, the open card's words and question, its stage, and the way on. */

import { messageOf, t } from "../i18n/i18n.js";
import { h, rovingFocus, setText, together } from "../kit/dom.js";
import { button } from "./card.js";
import { contextOf } from "./context.js";
import { sentence } from "./terms.js";

const CARD = "learn-card";

/**
 * @param {HTMLElement} place
 * @param {import("./lesson.js").Lesson} lesson
 * @param {() => boolean} talks whether a talk is on
 * @returns {import("../kit/dom.js").Component}
 */
export function mount(place, lesson, talks) {
  const way = wayOf(lesson);
  const title = h("h2", { class: "learn-title", tabindex: -1 });
  const words = h("div", { class: "learn-words" });
  const asked = h("div", { class: "learn-asked" });
  const act = h("p", { class: "learn-task", role: "status" });
  const [back, next] = [button(t("Back"), () => lesson.step(-1), { class: "learn-back" }), button(t("Next"), () => lesson.step(1), { class: "learn-next" })];
  const stage = h("section", { class: "gan-part gan-at-stage learn-stage", "aria-label": t("Stage") });
  const note = h("p", { class: "learn-note", role: "status", "aria-live": "polite" });
  const column = h("article", { id: CARD, class: "gan-part gan-at-lesson learn-card", "aria-label": t("Card") }, title, words, asked);
  const turn = h("nav", { class: "gan-at-way learn-turn", "aria-label": t("Way through the lesson") }, back, way.element, next);
  place.append(h("div", { class: "learn" }, column, act, stage, turn));

  let shown = "";
  let end = () => {};
  const update = () => {
    const { current, index } = lesson;
    way.update();
    back.disabled = index === 0;
    next.disabled = index === lesson.shown.length - 1;
    next.classList.toggle("learn-go", lesson.finished.has(current.id));
    if (current.id !== shown) show(current);
    tellTask();
  };
  /** @type {import("./card.js").Card|null} */
  let open = null;
  const tellTask = () => {
    const done = lesson.finished.has(open?.id ?? "");
    act.dataset.done = String(done);
    setText(act, open ? (done ? open.done : t("Your turn: {task}", { task: open.task })) : "");
  };

  /** @param {import("./lesson.js").Entry} entry */
  const show = (entry) => {
    const first = shown === "";
    shown = entry.id;
    end();
    open = null;
    delete stage.dataset.card;
    const body = h("div", { class: `learn-body learn-at-${entry.id}` });
    const ends = together(() => (ended = true), () => drawn?.destroy());
    let ended = false;
    /** @type {import("../kit/dom.js").Component|null} */
    let drawn = null;
    setText(note, "");
    title.textContent = `${lesson.shown.length > 1 ? `${lesson.index + 1}. ` : ""}${entry.title}`;
    words.replaceChildren();
    asked.replaceChildren();
    stage.replaceChildren(body, note);
    end = ends;
    entry.load().then(async ({ card }) => {
      if (ended) return;
      open = card;
      words.replaceChildren(...card.text().flat().map((child) => (child instanceof Node ? child : String(child))));
      const question = questionOf(card, lesson);
      asked.replaceChildren(question.element);
      tellTask();
      const { context, destroy } = contextOf(card, lesson, stage, { talk: talks(), say: (text) => setText(note, text) });
      end = together(destroy, question.destroy, ends);
      const made = await card.mount(body, context);
      if (ended) return made.destroy();
      drawn = made;
      stage.dataset.card = card.id;
      return undefined;
    }).catch((error) => {
      if (ended) return;
      console.error(error);
      body.replaceChildren(h("p", { role: "alert" }, t("This card could not start ({reason}).", { reason: messageOf(error) })), button(t("Try again"), () => show(entry)));
    });
    if (first) return;
    title.focus({ preventScroll: true });
    if (column.getBoundingClientRect().top < 0) column.scrollIntoView({ block: "start" });
  };
  const unfollow = lesson.subscribe(update);
  update();
  return { update, destroy: together(unfollow, () => end()) };
}

/** The cards as a row of numbers. @param {import("./lesson.js").Lesson} lesson */
function wayOf(lesson) {
  const dots = lesson.shown.map(({ id, title }, i) => h("button", { type: "button", role: "tab", class: "learn-dot", "data-card": id, title, "aria-controls": CARD, onClick: () => lesson.go(id) }, i + 1));
  const element = h("div", { class: "learn-way", role: "tablist", "aria-label": t("Cards") }, dots);
  const hold = rovingFocus(element, dots);
  const update = () => {
    hold(lesson.index);
    lesson.shown.forEach(({ id, title }, i) => {
      const done = lesson.finished.has(id);
      dots[i].classList.toggle("learn-dot-done", done);
      dots[i].setAttribute("aria-label", done ? t("{number}. {title}, done", { number: i + 1, title }) : `${i + 1}. ${title}`);
      dots[i].setAttribute("aria-selected", String(i === lesson.index));
    });
  };
  return { element, update };
}

/**
 * Asked before anything is shown; after the answer it says which was right, and why.
 * @param {import("./card.js").Card} card @param {import("./lesson.js").Lesson} lesson
 */
function questionOf({ id, question }, lesson) {
  const { ask, choices, right, because } = question;
  const signs = choices.map(() => h("span", { class: "learn-sign", "aria-hidden": "true" }));
  const buttons = choices.map((text, i) => button("", () => lesson.reply(id, i), { class: "learn-choice", "data-choice": String(i) }));
  buttons.forEach((one, i) => one.append(signs[i], h("span", {}, choices[i])));
  const pass = button(t("Show me"), () => lesson.reply(id, -1), { class: "learn-pass" });
  const verdict = h("p", { class: "learn-because", role: "status" });
  const update = () => {
    const answered = id in lesson.answers;
    pass.hidden = answered;
    const [answer, before] = [lesson.answers[id], element.dataset.answered];
    element.dataset.answered = String(answered);
    if (!answered || before === "true") return; // said once: a word that was opened stays open
    const focused = element.contains(document.activeElement);
    buttons.forEach((one, i) => {
      one.setAttribute("aria-disabled", "true");
      one.classList.toggle("learn-right", i === right);
      one.classList.toggle("learn-wrong", i === answer && i !== right);
      one.setAttribute("aria-pressed", String(i === answer));
      setText(signs[i], i === right ? "✓" : i === answer ? "✗" : "");
    });
    const judged = answer < 0 ? "" : answer === right ? t("Right.") : t("Not quite.");
    verdict.replaceChildren(judged && `${judged} `, ...sentence(because));
    if (focused && document.activeElement === pass) buttons[0].focus();
  };
  const element = h("div", { class: "learn-question", role: "group", "aria-label": t("What do you expect?") }, h("p", { class: "learn-ask" }, ask), h("div", { class: "learn-choices" }, buttons, pass), verdict);
  const stop = lesson.subscribe(update);
  update();
  return { element, destroy: stop };
}
