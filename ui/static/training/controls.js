/** The controls of the Train tab: which run, which moment of it, and what to do with that. They show a view and tell what a person wants. */

import { t } from "../i18n/i18n.js";
import { h, setText, together, uid } from "../kit/dom.js";
import { underFinger } from "../kit/finger.js";

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
  const form = h("button", { type: "button", class: "gan-button train-to-form", onClick: toForm }, t("Start a training"));
  form.hidden = true;
  let listed = "";
  const element = h("div", { class: "train-head" }, h("label", { for: id }, t("Run")), chooser, state, form);
  return {
    element,
    destroy: () => element.remove(),
    /** @param {boolean} may */
    allow: (may) => (form.hidden = !may),
    /** @param {TrainingView} view */
    update({ run, list, state: name, stateWord }) {
      const ids = list.map((one) => one.id).join();
      if (ids !== listed) chooser.replaceChildren(...list.map((one) => h("option", { value: one.id })));
      listed = ids;
      // a text that is written closes a list that is open
      list.forEach(({ text }, i) => setText(chooser.options[i], text));
      if (run) chooser.value = run.id;
      chooser.disabled = !list.length;
      setText(state, stateWord);
      state.dataset.state = name;
    },
  };
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

/** The slider over the moments. @param {Pick<Actions, "look">} actions */
export function buildScrubber({ look }) {
  const id = uid("moment");
  const slider = underFinger(h("input", { id, class: "gan-range", type: "range", min: 0, max: 0, step: 1, value: 0, disabled: true, onInput: () => look(slider.valueAsNumber) }));
  const moment = h("output", { class: "train-moment", for: id }, " ");
  const element = h("div", { class: "train-scrub" }, h("label", { for: id }, t("Moment")), slider);
  return {
    element,
    moment,
    destroy: together(() => element.remove(), () => moment.remove()),
    /** @param {TrainingView} view */
    update({ place, last, can, moment: words, momentSaid }) {
      slider.max = String(last);
      slider.disabled = !can.scrub;
      slider.value = String(place);
      slider.style.setProperty("--gan-to", String(last ? place / last : 0));
      if (momentSaid) slider.setAttribute("aria-valuetext", momentSaid);
      setText(moment, words ?? " ");
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
  const player = button(t("Play back"), actions.play, { "aria-keyshortcuts": "p" });
  player.hidden = true;
  player.disabled = false;
  const element = h("div", { class: "train-tools" }, newest, best, pin, explore, player);
  return {
    element,
    destroy: () => element.remove(),
    /** @param {TrainingView} view */
    update({ can, beside: kept, playing }) {
      newest.disabled = !can.newest;
      best.disabled = !can.best;
      pin.disabled = !can.pin;
      pin.setAttribute("aria-pressed", String(kept !== null));
      explore.disabled = !can.explore;
      player.hidden = !can.play;
      setText(player, playing ? t("Stop playing") : t("Play back"));
    },
  };
}
