/** Hands on the run: pause, one step, slow motion, and settings changed while it trains. For whoever may control it. */

import { t } from "../i18n/i18n.js";
import { h, setText } from "../kit/dom.js";
import { control } from "../runs/control.js";
import { said } from "../runs/runwords.js";
import { ABOUT } from "../runs/settings.js";
import { answered } from "./answer.js";

/**
 * @typedef {import("../runs/types.js").Run} Run
 * @typedef {import("../runs/types.js").Settings} Settings
 * @typedef {{run: Run|null, may: boolean, active: boolean}} HandsView
 */

const RATES = [0.5, 1, 2, 5, 10];

/**
 * @param {HTMLElement} place
 * @returns {{update: (view: HandsView) => void, destroy: () => void}}
 */
export function mount(place) {
  /** @type {HandsView} */
  let shown = { run: null, may: false, active: false };
  const told = h("p", { class: "train-told", role: "status", "aria-live": "polite" });
  /** @param {Record<string, unknown>} body @param {string} [words] what is said when it was taken */
  const ask = (body, words = "") => {
    if (shown.run) answered(told, control(`runs/${encodeURIComponent(shown.run.id)}/control`, body), () => words);
  };
  const settings = settingsForm((changed) => {
    if (!Object.keys(changed).length) return setText(told, t("Nothing was changed."));
    const what = Object.entries(changed).map(([name, value]) => `${ABOUT[name].label} ${said(value)}`).join(" · ");
    ask({ do: "change", settings: changed }, t("Asked for: {what}. It takes effect in a moment and is marked on the curves.", { what }));
  });
  const pace = paceButtons(ask, () => shown.run);
  const details = h("details", { class: "train-change" }, h("summary", {}, t("Change settings while it trains")), settings.element);
  const element = h("section", { class: "train-hands train-part gan-at-hands", "aria-label": t("Hands on the run") }, pace.elements, details, told);
  element.hidden = true;
  place.append(element);
  return {
    update(view) {
      if (view.run?.id !== shown.run?.id) told.textContent = "";
      shown = view;
      element.hidden = !view.may;
      if (!view.run?.status) return;
      pace.update(view.run, view.active);
      settings.update(view.run, view.active);
    },
    destroy: () => element.remove(),
  };
}

/** @param {(body: Record<string, unknown>) => void} ask @param {() => Run|null} run the one that is shown */
function paceButtons(ask, run) {
  /** @param {string} text @param {() => void} act @param {Record<string, unknown>} [more] */
  const button = (text, act, more) => h("button", { type: "button", class: "gan-button", onClick: act, ...more }, text);
  const pause = button(t("Pause"), () => ask({ do: isHeld(run()) ? "resume" : "pause" }), { "aria-keyshortcuts": "p" });
  const both = button(t("Both turns"), () => ask({ do: "step", part: "both" }));
  const turns = [button(t("Discriminator's turn"), () => ask({ do: "step", part: "d" })), button(t("Generator's turn"), () => ask({ do: "step", part: "g" }))];
  const slow = button(t("Slow motion"), () => ask({ do: "slow", rate: Number(rate.value) }));
  const rate = h("select", { class: "gan-select", "aria-label": t("Steps a second"), onChange: () => isSlow(run()) && slow.click() },
    RATES.map((value) => h("option", { value, selected: value === 1 }, t("{rate} a second", { rate: value }))));
  return {
    elements: [
      h("div", { class: "train-tools", role: "group", "aria-label": t("Pace") }, pause, slow, rate),
      h("div", { class: "train-tools", role: "group", "aria-label": t("One step") }, h("span", { class: "train-tools-name" }, t("One step:")), both, turns),
    ],
    /** @param {Run} now @param {boolean} active */
    update(now, active) {
      for (const one of [pause, slow, both, ...turns]) one.disabled = !active;
      setText(pause, isHeld(now) ? t("Go on") : t("Pause"));
      slow.setAttribute("aria-pressed", String(active && isSlow(now)));
      for (const turn of turns) turn.hidden = !isDuel(now);
      setText(both, isDuel(now) ? t("Both turns") : t("Next step"));
    },
  };
}

/** The form has what the run trains with now, but nothing that is being typed is taken away. @param {(changed: Settings) => void} onApply */
function settingsForm(onApply) {
  /** @type {Record<string, HTMLInputElement|HTMLSelectElement>} */
  let fields = {};
  /** @type {Settings} */
  let now = {};
  let [built, filled] = ["", ""];
  const submit = h("button", { type: "submit", class: "gan-button" }, t("Apply"));
  const apply = () => {
    /** @type {Settings} */
    const changed = {};
    for (const [name, input] of Object.entries(fields)) {
      const value = ABOUT[name].kind === "bool" ? input.value === "true" : input instanceof HTMLInputElement ? input.valueAsNumber : input.value;
      if (value !== now[name]) changed[name] = Number.isNaN(value) ? null : value;
    }
    onApply(changed);
  };
  const element = h("form", { class: "train-settings", onSubmit: (event) => {
    event.preventDefault();
    apply();
  } });
  return {
    element,
    /** @param {Run} run @param {boolean} active */
    update(run, active) {
      const settings = run.status?.hand?.settings ?? settingsNow(run);
      const names = namesFor(run, settings);
      if (built !== `${run.id} ${names.join()}`) {
        [built, filled] = [`${run.id} ${names.join()}`, ""];
        fields = Object.fromEntries(names.map((name) => [name, field(name)]));
        element.replaceChildren(...names.map((name) => h("label", {}, h("span", {}, ABOUT[name].label), fields[name])), submit);
      }
      submit.disabled = !active;
      const wanted = JSON.stringify(names.map((name) => settings[name]));
      if (wanted === filled || element.contains(document.activeElement)) return;
      [filled, now] = [wanted, settings];
      for (const name of names) fields[name].value = String(now[name]);
    },
  };
}

/** @param {Pick<Run, "reports">} run @param {Settings} settings it has @returns {string[]} those that are offered to everybody while it trains */
export function namesFor(run, settings) {
  return Object.keys(ABOUT).filter((name) => name in settings && ABOUT[name].offered && (isDuel(run) || !ABOUT[name].duel));
}

/** The field of a setting, within the bounds that TrainConfig checks again. @param {string} name */
function field(name) {
  const { kind, low, high, choices } = ABOUT[name];
  const options = kind === "bool" ? ["true", "false"] : choices;
  if (options.length) return h("select", { class: "gan-select" }, options.map((value) => h("option", { value }, said(value))));
  return h("input", { class: "gan-number", type: "number", inputmode: "decimal", min: low, max: high, step: kind === "int" ? 1 : "any", required: true });
}

/** @param {Pick<Run, "config"|"reports">} run @returns {Settings} what its config and its changes so far amount to */
export function settingsNow(run) {
  /** @type {Settings} */
  const settings = { ...run.config?.train };
  for (const change of run.reports.flatMap((row) => row.changes ?? [])) {
    for (const [name, [, after]] of Object.entries(change.settings)) settings[name] = after;
  }
  return settings;
}

/** @param {Run|null} run @returns {boolean} whether it takes one step after another by hand, or waits */
function isHeld(run) {
  return run?.status?.state === "paused" || isSlow(run);
}

/** @param {Run|null} run */
function isSlow(run) {
  return run?.status?.hand?.mode === "slow";
}

/** Whether a generator and a discriminator take turns in it: then there is a loss of D from its first report on. @param {Pick<Run, "reports">} run */
function isDuel({ reports }) {
  return reports.some(({ d_loss: loss }) => loss !== undefined);
}
