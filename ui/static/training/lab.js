/** The failure lab: a training that goes wrong on purpose at one press, or its recording; and the cure for it at another. */

import { t } from "../i18n/i18n.js";
import { isStatic } from "../kit/build.js";
import { h } from "../kit/dom.js";
import { control } from "../runs/control.js";
import { FAILURES, failureOf, isCured, titleOf } from "../runs/failures.js";
import { ACTIVE, askJson } from "../runs/runfeed.js";
import { SETTINGS, said } from "../runs/runwords.js";

/** The folded list of failures (`element`), and the repair of the one that is shown (`fix`). */
export class Lab {
  /**
   * @param {(id: string) => void} onRun told the id of a run that was started here
   * @param {(id: string, name: string) => void} onWatch told the id of a recording and its failure
   */
  constructor(onRun, onWatch) {
    this.onRun = onRun;
    this.onWatch = onWatch;
    this.failures = [];
    this.asked = null;
    this.may = false;
    this.told = h("p", { class: "train-told", role: "status", "aria-live": "polite" });
    this.list = h("ul", { class: "train-failures" });
    this.details = h("details", { class: "train-change", onToggle: () => this.fetch() }, h("summary", {}, t("Failure lab: make it go wrong")), this.list);
    this.name = h("p", {});
    this.repair = h("button", { type: "button", class: "gan-button", onClick: () => this.cure() }, t("Repair"));
    this.shown = h("div", { class: "train-repair" }, this.name, this.repair);
    this.shown.hidden = true;
    this.cured = h("p", { class: "train-told", role: "status", "aria-live": "polite" });
    this.fix = h("div", { class: "train-fix" }, this.shown, this.cured);
    this.element = h("section", { class: "train-lab train-part gan-at-lab", "aria-label": t("Failure lab") }, this.details, this.told);
    this.element.hidden = true;
  }

  /** The list is asked for once. */
  fetch() {
    this.asked ??= askJson("lab.json").then(
      ({ failures }) => {
        this.failures = failures;
        this.fill();
      },
      (error) => {
        this.asked = null;
        this.told.textContent = error.message;
      },
    );
    return this.asked;
  }

  /** @param {boolean} may whether this visitor may start a training here; whoever may not watches the recordings */
  allow(may) {
    this.may = may && !isStatic;
    this.fill();
  }

  fill() {
    this.element.hidden = !this.may && !this.failures.some(({ recording }) => recording);
    this.list.replaceChildren(...this.failures.filter(({ recording }) => this.may || recording).map((failure) => this.item(failure)));
  }

  item({ name, title, words, recording }) {
    const [own, why] = FAILURES[name] ?? [title, words];
    const button = (text, label, act) => h("button", { type: "button", class: "gan-button", "aria-label": label, onClick: act }, text);
    return h(
      "li",
      {},
      h("div", { class: "train-failure" }, h("strong", {}, own), h("span", {}, why)),
      h(
        "div",
        { class: "train-tools" },
        this.may ? button(t("Start"), t("Start: {failure}", { failure: own }), () => this.provoke(name)) : null,
        recording ? button(t("Watch the recording"), t("Watch the recording: {failure}", { failure: own }), () => this.onWatch(recording, name)) : null,
      ),
    );
  }

  /** @param {import("../runs/types.js").Run} run @param {boolean} may whether this visitor may change it */
  async show(run, may) {
    if (run.id !== this.run?.id && run.id !== this.branched) this.cured.textContent = "";
    this.run = run;
    this.shown.hidden = true;
    if (!may || !run.config) return;
    await this.fetch();
    if (this.run !== run) return;
    const failure = failureOf(run, this.failures);
    this.shown.hidden = !failure || isCured(run, failure);
    if (this.shown.hidden) return;
    this.failure = failure;
    const cure = Object.entries(failure.cure).map(([name, value]) => `${SETTINGS[name] ?? name} ${said(value)}`).join(" · ");
    const words = { failure: titleOf(failure.name), cure };
    const text = failure.afresh ? t("{failure}, on purpose; its weights are past mending. The cure, from step 0: {cure}.", words) : t("{failure}, on purpose. The cure: {cure}.", words);
    if (this.name.textContent !== text) this.name.textContent = text;
  }

  async provoke(name) {
    await tell(this.told, control("lab", { failure: name }), ({ run, place }) => {
      this.onRun(run);
      return place ? t("{run} waits for its turn.", { run }) : t("Started {run}.", { run });
    });
  }

  /** The same run goes on with the cure; one that has ended, or whose weights are past mending, goes on as a new one from a state that it kept. */
  async cure() {
    const { id, status, reports } = this.run;
    const base = `runs/${encodeURIComponent(id)}`;
    const { cure: settings, afresh } = this.failure;
    if (!afresh && ACTIVE.includes(status.state)) await tell(this.cured, control(`${base}/control`, { do: "change", settings }), () => t("The cure takes effect in a moment and is marked on the curves."));
    else
      await tell(this.cured, control(`${base}/branch`, { step: afresh ? 0 : (reports.at(-1)?.step ?? 0), settings }), ({ run, step }) => {
        this.branched = run;
        this.onRun(run);
        return t("{run} goes on from step {step}.", { run, step });
      });
  }
}

/** Says what came of it. */
async function tell(element, asked, words) {
  try {
    element.textContent = words(await asked);
  } catch (error) {
    element.textContent = error.message;
  }
}
