/** The cure of the failure that the shown run was made to show, at one press. */

import { t } from "../i18n/i18n.js";
import { h, setText } from "../kit/dom.js";
import { control } from "../runs/control.js";
import { failureOf, isCured, listFailures, titleOf } from "../runs/failures.js";
import { ACTIVE } from "../runs/runfeed.js";
import { SETTINGS, said } from "../runs/runwords.js";
import { answered } from "./answer.js";

/**
 * @typedef {import("../runs/types.js").Run} Run
 * @typedef {import("../runs/types.js").Failure} Failure
 */

/**
 * @param {HTMLElement} place
 * @param {(id: string) => void} onRun told the id of the run that goes on with the cure
 * @returns {{update: (view: {run: Run|null, may: boolean}) => void, destroy: () => void}}
 */
export function mount(place, onRun) {
  /** @type {Run|null} */
  let shown = null;
  /** @type {Failure|null} */
  let failure = null;
  let branched = "";
  let asked = 0;
  const name = h("p", {});
  const button = h("button", { type: "button", class: "gan-button", onClick: () => cure() }, t("Repair"));
  const box = h("div", { class: "train-repair" }, name, button);
  const told = h("p", { class: "train-told", role: "status", "aria-live": "polite" });
  const element = h("div", { class: "train-fix" }, box, told);
  box.hidden = true;
  place.append(element);

  /** The same run goes on with the cure; one that has ended, or whose weights are past mending, goes on as a new one from a state that it kept. */
  const cure = () => {
    if (!shown?.status || !failure) return;
    const { cure: settings, afresh } = failure;
    const base = `runs/${encodeURIComponent(shown.id)}`;
    if (!afresh && ACTIVE.includes(shown.status.state)) {
      answered(told, control(`${base}/control`, { do: "change", settings }), () => t("The cure takes effect in a moment and is marked on the curves."));
      return;
    }
    const step = afresh ? 0 : (shown.reports.at(-1)?.step ?? 0);
    answered(told, /** @type {Promise<{run: string, step: number}>} */ (control(`${base}/branch`, { step, settings })),
      ({ run, step: from }) => t("{run} goes on from step {step}.", { run, step: from }), ({ run }) => {
        branched = run;
        onRun(run);
      });
  };
  return {
    async update({ run, may }) {
      // what was said of a run belongs to it, and to the one that was made of it
      if (run?.id !== shown?.id && run?.id !== branched) told.textContent = "";
      if (run?.id !== shown?.id) box.hidden = true;
      shown = run;
      const number = (asked += 1);
      if (!run?.config || !may) return void (box.hidden = true);
      const found = failureOf(run, await listFailures().catch(() => [])) ?? null; // the lab says why there is no list
      if (number !== asked) return;
      failure = found;
      box.hidden = !found || isCured(run, found);
      if (!found || box.hidden) return;
      const words = { failure: titleOf(found.name), cure: Object.entries(found.cure).map(([setting, value]) => `${SETTINGS[setting] ?? setting} ${said(value)}`).join(" · ") };
      setText(name, found.afresh ? t("{failure}, on purpose; its weights are past mending. The cure, from step 0: {cure}.", words) : t("{failure}, on purpose. The cure: {cure}.", words));
    },
    destroy() {
      asked += 1;
      element.remove();
    },
  };
}
