/**
 * The settings of a moment, to be changed: of now while it trains, or of an earlier moment, from which another run then goes on. Any moment can be
 * gone back to; whole states are stored of a few, so it goes on from the last of those before it.
 */

import { t } from "../i18n/i18n.js";
import { h, setText } from "../kit/dom.js";
import { control } from "../runs/control.js";
import { count, said } from "../runs/runwords.js";
import { ABOUT } from "../runs/settings.js";
import { answered } from "./answer.js";
import { isDuel } from "./hands.js";

/**
 * @typedef {import("../runs/types.js").Run} Run
 * @typedef {import("../runs/types.js").Settings} Settings
 * @typedef {{step: number|null, why: string}} GoOn where it could go on from the moment that is looked at; null where it cannot, and why not
 * @typedef {{run: Run|null, row: import("../runs/types.js").Report|null, newest: boolean, may: boolean, active: boolean, goOn: GoOn}} Shown
 */

/**
 * @param {HTMLElement} place
 * @param {(id: string) => void} onBranch told the id of the run that goes on
 * @returns {{update: (view: Shown) => void, destroy: () => void}}
 */
export function mount(place, onBranch) {
  /** @type {Shown|null} */
  let shown = null;
  const told = h("p", { class: "train-told", role: "status", "aria-live": "polite" });
  const title = h("summary", {});
  const words = h("p", { class: "gan-hint" });
  /** What was asked for, until the curves have it. @type {Settings} */
  let asked = {};
  const form = settingsForm((changed) => {
    if (!shown?.run) return;
    const base = `runs/${encodeURIComponent(shown.run.id)}`;
    if (inFlight(shown)) {
      if (!Object.keys(changed).length) return setText(told, t("Nothing was changed."));
      const what = Object.entries(changed).map(([name, value]) => `${ABOUT[name].label} ${said(value)}`).join(" · ");
      answered(told, control(`${base}/control`, { do: "change", settings: changed }), () => t("Asked for: {what}. It takes effect in a moment and is marked on the curves.", { what }), () => (asked = changed));
    } else if (shown.goOn.step !== null) {
      setText(told, t("Going back ..."));
      const made = /** @type {Promise<{run: string, step: number, place: number}>} */ (control(`${base}/branch`, { step: shown.goOn.step, settings: changed }));
      answered(told, made, () => "", ({ run }) => onBranch(run));
    }
  });
  const details = h("details", { class: "train-change" }, title, words, form.element);
  const element = h("section", { class: "train-goon train-part gan-at-goon", "aria-label": t("Change and go on") }, details, told);
  element.hidden = true;
  place.append(element);
  return {
    update(view) {
      if (view.run?.id !== shown?.run?.id) told.textContent = "";
      shown = view;
      const { run, row, goOn } = view;
      const now = inFlight(view);
      element.hidden = !run || !row || (!now && goOn.step === null && !goOn.why);
      if (!run || !row || element.hidden) return;
      if (Object.keys(asked).length && Object.entries(asked).every(([name, value]) => settingsNow(run)[name] === value)) {
        asked = {};
        told.textContent = "";
      }
      setText(title, now ? t("Change settings while it trains") : t("Go on from here, with a change"));
      form.element.hidden = !now && goOn.step === null;
      setText(words, now ? "" : goOn.why || storedInWords(row.step, goOn.step ?? 0));
      if (form.element.hidden) return;
      const settings = now ? run.status?.hand?.settings ?? settingsNow(run) : settingsNow(run, goOn.step ?? 0);
      form.update({ key: `${run.id} ${now}`, names: namesFor(run, settings, !now), settings, able: view.active || !now, text: now ? t("Apply") : t("Go on from step {step}", { step: count(goOn.step) }) });
    },
    destroy: () => element.remove(),
  };
}

/** @param {Shown} view @returns {boolean} whether a change is of the run as it trains now, rather than of an earlier moment of it */
function inFlight({ active, newest, may }) {
  return may && active && newest;
}

/** @param {number} step that is looked at @param {number} kept */
function storedInWords(step, kept) {
  return step === kept ? t("Step {step} is stored whole. A new run goes on from it; this one stays as it is.", { step: count(step) })
    : t("Whole networks are stored of a few moments (the marks on the slider): the last before step {step} is step {kept}. A new run goes on from there; this one stays as it is.", { step: count(step), kept: count(kept) });
}

/** The form has the settings of the moment, but nothing that is being typed is taken away. @param {(changed: Settings) => void} onApply */
function settingsForm(onApply) {
  /** @type {Record<string, HTMLInputElement|HTMLSelectElement>} */
  let fields = {};
  /** @type {Settings} */
  let now = {};
  let [built, filled] = ["", ""];
  const submit = h("button", { type: "submit", class: "gan-button" });
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
    /** @param {{key: string, names: string[], settings: Settings, able: boolean, text: string}} view `key`: with another one the form is made anew */
    update({ key, names, settings, able, text }) {
      if (built !== `${key} ${names.join()}`) {
        [built, filled] = [`${key} ${names.join()}`, ""];
        fields = Object.fromEntries(names.map((name) => [name, field(name)]));
        element.replaceChildren(...names.map((name) => h("label", {}, h("span", {}, ABOUT[name].label), fields[name])), submit);
      }
      setText(submit, text);
      submit.disabled = !able;
      const wanted = JSON.stringify(names.map((name) => settings[name]));
      if (wanted === filled || element.contains(document.activeElement)) return;
      [filled, now] = [wanted, settings];
      for (const name of names) fields[name].value = String(now[name]);
    },
  };
}

/**
 * @param {Pick<Run, "reports">} run @param {Settings} settings it has
 * @param {boolean} [branching] whether a new run is to have them: then those that need new networks around the weights, too
 * @returns {string[]} those that are offered to everybody
 */
export function namesFor(run, settings, branching = false) {
  return Object.keys(ABOUT).filter((name) => name in settings && (branching || ABOUT[name].offered) && (isDuel(run) || !ABOUT[name].duel));
}

/** The field of a setting, within the bounds that TrainConfig checks again. @param {string} name */
function field(name) {
  const { kind, low, high, choices } = ABOUT[name];
  const options = kind === "bool" ? ["true", "false"] : choices;
  if (options.length) return h("select", { class: "gan-select" }, options.map((value) => h("option", { value }, said(value))));
  return h("input", { class: "gan-number", type: "number", inputmode: "decimal", min: low, max: high, step: kind === "int" ? 1 : "any", required: true });
}

/** @param {Pick<Run, "config"|"reports">} run @param {number} [step] @returns {Settings} what its config and its changes, up to a step, amount to */
export function settingsNow(run, step = Infinity) {
  /** @type {Settings} */
  const settings = { ...run.config?.train };
  for (const change of run.reports.flatMap((row) => row.changes ?? [])) {
    if (change.step <= step) for (const [name, [, after]] of Object.entries(change.settings)) settings[name] = after;
  }
  return settings;
}
