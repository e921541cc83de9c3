/** The diagnosis of a moment on the page: always one, in a place of its own, so that what stands around it stays where it is. */

import { t } from "../i18n/i18n.js";
import { h, setText } from "../kit/dom.js";
import { control } from "../runs/control.js";
import { count } from "../runs/runwords.js";
import { answered } from "./answer.js";

/**
 * @typedef {import("./diagnosis.js").Diagnosis} Diagnosis
 * @typedef {import("./diagnosis.js").Act} Act
 * @typedef {import("../runs/types.js").Run} Run
 */

/**
 * @param {HTMLElement} place
 * @param {(id: string) => void} onBranch told the id of the run that goes on from an earlier moment
 * @returns {{update: (view: {run: Run|null, row: import("../runs/types.js").Report|null, diagnosis: Diagnosis|null, drawn: string, state: string}) => void, destroy: () => void}}
 */
export function mount(place, onBranch) {
  const title = h("h4", {});
  // only its name is read aloud at once: the numbers below it change with every report
  const alert = h("div", { role: "alert" }, title);
  const [since, saw, helps, change] = [h("small", {}), h("p", { class: "train-alarm-saw" }), h("p", { class: "train-alarm-helps" }), h("p", { class: "train-alarm-change" })];
  const button = h("button", { type: "button", class: "gan-button", onClick: () => shown && act(shown.id, shown.act) });
  const answer = h("p", { class: "train-told", role: "status", "aria-live": "polite" });
  const card = h("article", { class: "train-alarm" }, h("div", { class: "train-alarm-head" }, alert, since), saw, helps, change, button);
  const well = h("p", { class: "train-well" });
  const element = h("section", { class: "train-alarms", "aria-label": t("Alarms") }, card, well, answer);
  element.hidden = true;
  place.append(element);
  /** @type {{id: string, act: Act|null}|null} */
  let shown = null;
  /** What was answered belongs to what was asked: with another diagnosis, or another run than the one it made, it is no longer said. */
  let [told, made] = ["", ""];

  /** @param {string} id @param {Act|null} wanted */
  const act = (id, wanted) => {
    const base = `runs/${encodeURIComponent(id)}`;
    if (wanted?.do === "change") answered(answer, control(`${base}/control`, { do: "change", settings: wanted.settings }), () => t("The cure takes effect in a moment and is marked on the curves."));
    if (wanted?.do !== "branch") return;
    setText(answer, t("Going back ..."));
    const asked = /** @type {Promise<{run: string, step: number, place: number}>} */ (control(`${base}/branch`, { step: wanted.step, settings: wanted.settings }));
    answered(answer, asked, ({ run, step, place: line }) => (line ? t("{run} waits until this one has stopped.", { run }) : t("{run} goes on from step {step}.", { run, step: count(step) })), ({ run }) => {
      made = run;
      onBranch(run);
    });
  };
  return {
    update({ run, row, diagnosis, drawn, state }) {
      element.hidden = !run || (!diagnosis && row?.d_real === undefined);
      shown = run ? { id: run.id, act: diagnosis?.act ?? null } : null;
      const now = `${run?.id} ${diagnosis?.title ?? ""}`;
      const waits = run?.id === made && (state === "queued" || state === "starting");
      if (now !== told && !waits) answer.textContent = "";
      told = now;
      card.hidden = !diagnosis;
      // what is not true any more is nowhere, seen or not
      for (const [line, text] of /** @type {[HTMLElement, string|undefined][]} */ ([[title, diagnosis?.title], [since, diagnosis?.since], [saw, diagnosis?.saw], [helps, diagnosis?.helps]])) setText(line, text ?? "");
      setText(change, diagnosis?.change ? t("Change: {change}.", { change: diagnosis.change }) : "");
      setText(well, diagnosis ? "" : [t("Nothing is wrong at this moment."), drawn].filter(Boolean).join(" "));
      card.dataset.accuses = String(diagnosis?.accuses ?? false);
      button.hidden = !diagnosis?.act;
      setText(button, diagnosis?.act?.text ?? "");
    },
    destroy: () => element.remove(),
  };
}
