/** Hands on the run while it trains: pause, one step, slow motion. For whoever may control it. */

import { t } from "../i18n/i18n.js";
import { h, setText } from "../kit/dom.js";
import { control } from "../runs/control.js";
import { answered } from "./answer.js";

/**
 * @typedef {import("../runs/types.js").Run} Run
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
  /** @param {Record<string, unknown>} body */
  const ask = (body) => {
    if (shown.run) answered(told, control(`runs/${encodeURIComponent(shown.run.id)}/control`, body), () => "");
  };
  const pace = paceButtons(ask, () => shown.run);
  const element = h("section", { class: "train-hands train-part gan-at-hands", "aria-label": t("Hands on the run") }, pace.elements, told);
  element.hidden = true;
  place.append(element);
  return {
    update(view) {
      if (view.run?.id !== shown.run?.id) told.textContent = "";
      shown = view;
      element.hidden = !view.may || !view.active;
      if (view.run?.status) pace.update(view.run, view.active);
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

/** @param {Run|null} run @returns {boolean} whether it takes one step after another by hand, or waits */
function isHeld(run) {
  return run?.status?.state === "paused" || isSlow(run);
}

/** @param {Run|null} run */
function isSlow(run) {
  return run?.status?.hand?.mode === "slow";
}

/** Whether a generator and a discriminator take turns in it: then there is a loss of D from its first report on. @param {Pick<Run, "reports">} run */
export function isDuel({ reports }) {
  return reports.some(({ d_loss: loss }) => loss !== undefined);
}
