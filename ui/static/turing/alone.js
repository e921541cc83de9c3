/** The Turing test of one person: ten looks, arrow keys or thumbs, and D judging the same pictures. */

import { messageOf, t } from "../i18n/i18n.js";
import { h, setText } from "../kit/dom.js";
import { randomSeed } from "../state/latent.js";
import { coins, Game, isRight, remembered, verdict, wanted, GRID } from "./game.js";
import { pictureOf, scoreBoard } from "./score.js";

/**
 * @typedef {{kind: import("./game.js").Kind, rounds: number, atOnce: boolean}} Rules
 * @typedef {object} Alone
 * @property {HTMLElement} element
 * @property {(deck: import("./deck.js").Deck, rules: Rules) => Promise<void>} deal begins a game anew; rejects with a sentence
 * @property {() => void} destroy
 */

/**
 * @param {{onAnswer?: (answered: number, of: number) => void, onEnd?: () => void}} [listeners]
 * @returns {Alone}
 */
export function alone({ onAnswer = () => {}, onEnd = () => {} } = {}) {
  /** @type {Game|null} */
  let game = null;
  /** @type {Rules} */
  let rules = { kind: "one", rounds: 10, atOnce: true };
  /** @type {(() => Promise<void>)|null} */
  let again = null;
  let dealing = 0;
  const shown = h("div", { class: "turing-shown" });
  const [left, right] = [h("button", { type: "button", class: "gan-button turing-answer", onClick: () => answer(true) }), h("button", { type: "button", class: "gan-button turing-answer", onClick: () => answer(false) })];
  const told = h("p", { class: "turing-told", role: "status", "aria-live": "polite" });
  const count = h("span", { class: "gan-fact" });
  const answers = h("div", { class: "turing-answers" }, left, right);
  const end = h("div", { class: "turing-end" });
  const element = h("div", { class: "turing-alone", tabindex: 0, role: "group", "aria-label": t("Turing test: the left and right arrow keys answer"), "data-learn-act": true },
    h("div", { class: "turing-head" }, h("b", {}, t("Real or fake?")), count), shown, answers, told, end);
  element.addEventListener("keydown", (event) => {
    const side = { ArrowLeft: true, ArrowRight: false }[event.key];
    if (side === undefined || event.altKey || event.ctrlKey || event.metaKey || !game?.now) return;
    event.preventDefault();
    if (!event.repeat) answer(side);
  });

  /** @param {boolean} onLeft */
  function answer(onLeft) {
    const trial = game?.now;
    if (!game || !trial) return;
    // of one picture the left key says real; of two it points at the fake
    game.answer(onLeft);
    if (rules.atOnce) setText(told, verdictInWords(trial, onLeft));
    onAnswer(game.place, game.trials.length);
    show();
  }

  function show() {
    if (!game) return;
    const trial = game.now;
    answers.hidden = shown.hidden = !trial;
    end.hidden = Boolean(trial);
    setText(count, t("{place} of {count}", { place: Math.min(game.place + 1, game.trials.length), count: game.trials.length }));
    if (trial) {
      const pictures = trial.items.map(pictureOf);
      pictures.forEach((picture, i) => {
        picture.setAttribute("aria-label", trial.items.length === 1 ? t("A picture: real or fake?") : i ? t("The grid on the right") : t("The grid on the left"));
        if (trial.items.length > 1) picture.addEventListener("click", () => answer(i === 0));
      });
      shown.replaceChildren(...pictures);
      shown.dataset.kind = rules.kind;
      return;
    }
    setText(told, "");
    const restart = h("button", { type: "button", class: "gan-button", onClick: () => void again?.() }, t("Once more"));
    end.replaceChildren(scoreBoard({ you: game.score(), judge: game.judge(), kind: rules.kind, ...remembered(game) }), h("div", { class: "gan-buttons" }, restart));
    // the buttons that had the focus are gone
    if (document.activeElement === document.body) element.focus({ preventScroll: true });
    onEnd();
  }

  /** @type {Alone["deal"]} */
  async function deal(deck, chosen) {
    const turn = ++dealing;
    again = () => deal(deck, chosen).catch((error) => setText(told, messageOf(error)));
    setText(told, t("Dealing ..."));
    await deck.ready();
    const tossed = coins(chosen.rounds, randomSeed());
    const items = await deck.deal(wanted(chosen.kind, tossed), chosen.kind === "one" ? 1 : GRID);
    if (turn !== dealing) return;
    [game, rules] = [new Game(chosen.kind, items), chosen];
    const names = chosen.kind === "one" ? [t("Real"), t("Fake")] : [t("This one is fake"), t("This one is fake")];
    left.textContent = `← ${names[0]}`;
    right.textContent = `${names[1]} →`;
    setText(told, chosen.kind === "one" ? t("A digit that somebody wrote, or one that the generator drew?") : t("One grid holds real digits, the other nine fakes. Which is fake?"));
    show();
  }
  return { element, deal, destroy: () => ((dealing += 1), (game = null), element.remove()) };
}

/** @param {import("./game.js").Trial} trial answered @param {boolean} answer @returns {string} */
function verdictInWords(trial, answer) {
  const { items } = trial;
  const right = isRight(trial, answer);
  const was = items.length > 1 ? (items[0].real ? t("The right one was fake.") : t("The left one was fake.")) : items[0].real ? t("It was real.") : t("It was a fake.");
  const judged = verdict(trial);
  const [opinion] = items.map((item) => item.opinion);
  const judge = judged === null || opinion === null ? "" : items.length > 1
    ? isRight(trial, judged) ? t("D knew.") : t("D was wrong.") : t("D said {percent} % real.", { percent: Math.round(100 * opinion) });
  return [right ? t("Right.") : t("Wrong."), was, judge].filter(Boolean).join(" ");
}
