/** The alarms of a moment on the page, each with the way back to where all was well. */

import { t } from "../i18n/i18n.js";
import { h, setText } from "../kit/dom.js";
import { control } from "../runs/control.js";
import { SETTINGS, count, said } from "../runs/runwords.js";
import { KINDS } from "../runs/alarmwords.js";
import { answered } from "./answer.js";

/**
 * @typedef {import("../runs/types.js").Run} Run
 * @typedef {import("../runs/types.js").Alarm} Alarm
 * @typedef {import("../runs/types.js").Settings} Settings
 */

/**
 * Hidden where nothing is wrong.
 * @param {HTMLElement} place
 * @param {(id: string) => void} onBranch told the id of the run that goes on from an earlier moment
 * @returns {{element: HTMLElement, update: (view: {run: Run|null, alarms: Alarm[], may: boolean}) => void, destroy: () => void}}
 */
export function mount(place, onBranch) {
  const list = h("div", { class: "train-alarm-list" });
  const answer = h("p", { class: "train-told", role: "status", "aria-live": "polite" });
  const element = h("section", { class: "train-alarms", "aria-label": t("Alarms") }, list, answer);
  element.hidden = true;
  place.append(element);
  let told = "";

  /** @param {string} id @param {number} step @param {Settings} settings */
  const branch = (id, step, settings) => {
    setText(answer, t("Going back ..."));
    answered(answer, /** @type {Promise<{run: string, step: number, place: number}>} */ (control(`runs/${encodeURIComponent(id)}/branch`, { step, settings })),
      (made) => (made.place ? t("{run} waits until this one has stopped.", { run: made.run }) : t("{run} goes on from step {step}.", { run: made.run, step: count(made.step) })),
      ({ run }) => onBranch(run));
  };
  /** @param {string} id @param {Alarm} alarm @param {boolean} may */
  const card = (id, { kind, accuses, since, settings, last_good: good }, may) => {
    const { title, helps } = KINDS[kind];
    const change = Object.entries(settings).map(([name, value]) => `${SETTINGS[name] ?? name} ${said(value)}`).join(" · ");
    const back = may && good !== null && good !== undefined && change !== "";
    return h("article", { class: "train-alarm", "data-accuses": String(accuses) },
      // only its name is read aloud at once: the numbers below it change with every report
      h("div", { class: "train-alarm-head" }, h("div", { role: "alert" }, h("h4", {}, title)), h("small", {}, t("since step {step}", { step: count(since) }))),
      h("p", { class: "train-alarm-saw" }),
      h("p", { class: "train-alarm-helps" }, helps),
      change && h("p", { class: "train-alarm-change" }, t("Change: {change}.", { change })),
      back && h("button", { type: "button", class: "gan-button", onClick: () => branch(id, good, settings) }, t("Go back to step {step} with this change", { step: count(good) })));
  };
  return {
    element,
    update({ run, alarms, may }) {
      const known = run ? alarms.filter(({ kind }) => kind in KINDS) : [];
      element.hidden = !known.length;
      if (!run || !known.length) return;
      // the numbers move with every report; what is read aloud is said once
      const now = JSON.stringify([run.id, may, known.map(({ kind, since, last_good: good, settings }) => [kind, since, good, settings])]);
      if (now !== told) {
        told = now;
        answer.textContent = "";
        list.replaceChildren(...known.map((alarm) => card(run.id, alarm, may)));
      }
      known.forEach(({ kind, numbers }, i) => {
        const saw = list.children[i].querySelector(".train-alarm-saw");
        if (saw) setText(saw, KINDS[kind].saw(numbers));
      });
    },
    destroy: () => element.remove(),
  };
}
