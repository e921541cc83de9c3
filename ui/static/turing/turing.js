/** The room of the Turing test: which generator, at which moment, by which rules; alone, and where there is a server with a whole hall. */

import { messageOf, t } from "../i18n/i18n.js";
import { isStatic } from "../kit/build.js";
import { h, setText, together, uid, useStyle } from "../kit/dom.js";
import { section } from "../kit/section.js";
import { access } from "../runs/access.js";
import { drawsDigits, firstModel, listModels, onModelsChanged } from "../state/modellist.js";
import { openModel } from "../state/models.js";
import { alone } from "./alone.js";
import { Deck } from "./deck.js";
import { ROUNDS } from "./game.js";
import { fetchMnist, fetchReals } from "./reals.js";

/**
 * @typedef {object} Options
 * @property {Partial<import("./alone.js").Rules>} [rules] to begin with
 * @property {(answered: number, of: number) => void} [onAnswer]
 * @property {() => void} [onEnd] a game is over
 * @property {() => void} [onNothing] there are no real pictures here, so there is no game
 */

/**
 * @param {HTMLElement} place
 * @param {Options} [options]
 * @returns {Promise<import("../kit/dom.js").Component>} when the first look is dealt, or it is said why there is none
 */
export async function mount(place, { rules: asked = {}, onAnswer, onEnd, onNothing = () => {} } = {}) {
  await useStyle(new URL("turing.css", import.meta.url));
  const rules = { kind: /** @type {import("./game.js").Kind} */ ("one"), rounds: ROUNDS[0], atOnce: true, ...asked };
  const game = alone({ onAnswer, onEnd });
  const note = h("p", { class: "gan-hint turing-note", role: "note" });
  const problem = h("p", { class: "gan-note gan-note-error", role: "alert" });
  const fetching = h("button", { type: "button", class: "gan-button", hidden: true, onClick: () => void fetchThem() }, t("Fetch MNIST (11 MB)"));
  const models = select(t("Generator"), [], () => (fillMoments(), void deal()));
  const moments = select(t("Moment of its training"), [], () => void deal());
  const kinds = select(t("What is shown"), [["one", t("one picture")], ["grids", t("two grids of nine")]], (value) => change({ kind: value === "grids" ? "grids" : "one" }));
  const lengths = select(t("Looks"), ROUNDS.map((count) => /** @type {[string, string]} */ ([String(count), String(count)])), (value) => change({ rounds: Number(value) }));
  const tells = select(t("The answer"), [["once", t("at once")], ["end", t("at the end")]], (value) => change({ atOnce: value === "once" }));
  [kinds.field.value, lengths.field.value, tells.field.value] = [rules.kind, String(rules.rounds), rules.atOnce ? "once" : "end"];
  const element = h("div", { class: "turing" }, h("div", { class: "turing-rules" }, [models, moments, kinds, lengths, tells].map((one) => one.element)), game.element, problem, note, fetching);
  place.append(element);
  /** @type {import("../state/modellist.js").ModelInfo[]} */
  let infos = [];
  /** @type {import("./reals.js").Reals|null} */
  let reals = null;

  /** @param {Partial<import("./alone.js").Rules>} changes */
  const change = (changes) => (Object.assign(rules, changes), void deal());
  const chosen = () => infos.find(({ id }) => id === models.field.value) ?? firstModel(infos);
  const fillMoments = () => {
    const info = chosen();
    const earlier = (info?.epochs ?? []).filter(({ step }) => step !== info?.step);
    fill(moments.field, [...earlier.map(({ step }) => /** @type {[string, string]} */ ([String(step), t("step {step}", { step })])), ["", t("finished")]], "");
  };
  const listed = async () => {
    infos = (await listModels()).models.filter((info) => info.files.generator && drawsDigits(info));
    fill(models.field, infos.map(({ id, title }) => /** @type {[string, string]} */ ([id, title])), models.field.value || firstModel(infos)?.id || "");
    fillMoments();
  };
  const deal = async () => {
    setText(problem, "");
    const info = chosen();
    if (!info || !reals) return;
    try {
      await game.deal(new Deck(openModel(info), moments.field.value === "" ? null : Number(moments.field.value), reals), { ...rules });
    } catch (error) {
      setText(problem, messageOf(error));
    }
  };
  const say = () => {
    game.element.hidden = !reals;
    setText(note, !reals ? t("This copy of the page has no real digits to hide among the fakes, and it asks no other server for any. Open one with a server behind it, or one that was built where MNIST is.")
      : reals.dataset === "mnist" ? t("The real ones are test digits of MNIST, which no model here has learned from.")
        : t("The real ones are scikit-learn's digits, 8x8 made 28x28: softer than MNIST, which the models have learned. So they are told apart more easily than they should be."));
  };
  const fetchThem = async () => {
    fetching.disabled = true;
    setText(problem, "");
    try {
      reals = await fetchMnist();
      fetching.hidden = true;
      say();
      await deal();
    } catch (error) {
      setText(problem, messageOf(error));
    }
    fetching.disabled = false;
  };

  try {
    [reals] = await Promise.all([fetchReals(), listed()]);
    fetching.hidden = isStatic || reals?.dataset !== "digits" || !(await access()).control;
    say();
    if (!reals) onNothing();
    await deal();
  } catch (error) {
    setText(problem, messageOf(error));
    onNothing();
  }
  const hall = theHall(element, () => reals, () => infos);
  const unfollow = onModelsChanged(() => void listed().then(hall.update, () => {}));
  return { update() {}, destroy: together(unfollow, game.destroy, hall.destroy, () => element.remove()) };
}

/**
 * The hall's part, made when it is opened first.
 * @param {HTMLElement} element @param {() => import("./reals.js").Reals|null} reals @param {() => import("../state/modellist.js").ModelInfo[]} infos
 */
function theHall(element, reals, infos) {
  if (isStatic) {
    element.append(h("p", { class: "gan-hint" }, t("With a whole hall: only where a server runs the page, as the votes of the phones meet there. This copy has none, so here the test is for one person.")));
    return { update() {}, destroy() {} };
  }
  const body = h("div", {});
  const fold = section(t("With the whole hall"), { fact: t("phones vote, the projector counts") }, body);
  /** @type {Promise<import("../kit/dom.js").Component|void>|null} */
  let made = null;
  fold.addEventListener("toggle", () => {
    if (fold.open) made ??= import("./hall.js").then(({ mount: open }) => open(body, { reals, infos })).catch(reportError);
  });
  element.append(fold);
  return { update: () => void made?.then((component) => component?.update()), destroy: () => void made?.then((component) => component?.destroy()) };
}

/** @param {string} name @param {[string, string][]} options value and words @param {(value: string) => void} onChange @returns {{element: HTMLElement, field: HTMLSelectElement}} */
export function select(name, options, onChange) {
  const id = uid("turing");
  const field = h("select", { id, class: "gan-select" });
  field.addEventListener("change", () => onChange(field.value));
  fill(field, options, options[0]?.[0] ?? "");
  return { element: h("label", { class: "turing-field", for: id }, h("span", {}, name), field), field };
}

/** @param {HTMLSelectElement} field @param {[string, string][]} options @param {string} value */
export function fill(field, options, value) {
  field.replaceChildren(...options.map(([one, words]) => h("option", { value: one, selected: one === value }, words)));
}
