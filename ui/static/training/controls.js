/** The controls of the Train tab: which run, which moment of it, and what to do with that. They show a view and tell what a person wants. */

import { t } from "../i18n/i18n.js";
import { h, setText, uid } from "../kit/dom.js";

/**
 * @typedef {import("./trainingview.js").TrainingView} TrainingView
 * @typedef {Object} Actions
 * @property {(id: string) => void} choose a run of the list
 * @property {(index: number|null) => void} look at a report by its number, or at the newest
 * @property {() => void} best
 * @property {() => void} play or stop playing
 * @property {() => void} pin the moment beside, or take that away
 * @property {() => void} explore
 * @property {() => void} toForm
 */

/** @param {Pick<Actions, "choose"|"toForm">} actions */
export function buildHead({ choose, toForm }) {
  const id = uid("run");
  const chooser = h("select", { id, class: "gan-select" });
  chooser.addEventListener("change", () => choose(chooser.value));
  const state = h("span", { class: "train-state" }, "");
  const form = h("button", { type: "button", class: "gan-button train-to-form", onClick: toForm }, t("Start your own"));
  let listed = "";
  const element = h("div", { class: "train-head" }, h("label", { for: id }, t("Run")), chooser, state, form);
  return {
    element,
    destroy: () => element.remove(),
    /** @param {TrainingView} view */
    update({ run, list, state: name, stateWord }) {
      const now = list.map((one) => `${one.id} ${one.recorded}`).join();
      if (now !== listed) chooser.replaceChildren(...grouped(list));
      listed = now;
      // a text that is written closes a list that is open
      list.forEach(({ id: one, text }) => {
        const option = [...chooser.options].find(({ value }) => value === one);
        if (option) setText(option, text);
      });
      if (run) chooser.value = run.id;
      chooser.disabled = !list.length;
      setText(state, stateWord);
      state.dataset.state = name;
    },
  };
}

/** Recordings stand together behind the others. @param {TrainingView["list"]} list */
function grouped(list) {
  const options = (/** @type {boolean} */ recorded) => list.filter((one) => one.recorded === recorded).map((one) => h("option", { value: one.id }));
  const recordings = options(true);
  return [...options(false), recordings.length ? h("optgroup", { label: t("Recordings") }, recordings) : null].filter((one) => one !== null);
}

/** How far the run is. */
export function buildProgress() {
  const bar = h("div", { class: "train-bar-fill" });
  const element = h("div", { class: "train-bar", role: "progressbar", "aria-label": t("Training progress"), "aria-valuemin": 0, "aria-valuemax": 100 }, bar);
  return {
    element,
    destroy: () => element.remove(),
    /** @param {TrainingView} view */
    update({ share, state, run }) {
      bar.style.transform = `scaleX(${share})`;
      if (run?.status) element.setAttribute("aria-valuenow", String(Math.round(share * 100)));
      else element.removeAttribute("aria-valuenow");
      element.dataset.state = state;
    },
  };
}

/** @param {Actions} actions @param {string} beside id of the picture that *Keep beside* shows */
export function buildButtons(actions, beside) {
  /** @param {string} text @param {() => void} act @param {Record<string, string>} [more] */
  const button = (text, act, more) => h("button", { type: "button", class: "gan-button", disabled: true, onClick: act, ...more }, text);
  const newest = button(t("Newest"), () => actions.look(null));
  const best = button(t("Best moment"), actions.best);
  const pin = button(t("Keep beside"), actions.pin, { "aria-pressed": "false", "aria-controls": beside });
  const explore = button(t("Explore it"), actions.explore, { title: t("Its networks in your hand, in the Explore tab") });
  const player = button("", actions.play, { "aria-keyshortcuts": "p", class: "gan-button train-player" });
  player.hidden = true;
  player.disabled = false;
  const element = h("div", { class: "train-tools" }, newest, best, pin, explore);
  return {
    element,
    /** It stands before the slider that it moves. */
    player,
    destroy: () => element.remove(),
    /** @param {TrainingView} view */
    update({ can, beside: kept, playing }) {
      newest.disabled = !can.newest;
      best.disabled = !can.best;
      pin.disabled = !can.pin;
      pin.setAttribute("aria-pressed", String(kept !== null));
      explore.disabled = !can.explore;
      player.hidden = !can.play;
      player.dataset.playing = String(playing);
      player.setAttribute("aria-label", playing ? t("Stop playing") : t("Play back"));
    },
  };
}
