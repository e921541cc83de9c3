/** Hands on the run: pause, one step, slow motion with its phases named, and settings changed while it trains. */

import { t } from "../i18n/i18n.js";
import { readable } from "../kit/charts.js";
import { h } from "../kit/dom.js";
import { control } from "../runs/control.js";
import { ACTIVE } from "../runs/runfeed.js";
import { SETTINGS, count, said } from "../runs/runwords.js";

const LOSSES = ["non_saturating", "minimax", "least_squares", "hinge"];
const RATES = [0.5, 1, 2, 5, 10];
/** Which settings are whole numbers, and the bounds of each (TrainConfig checks them again). */
const FIELDS = {
  g_learning_rate: { min: 1e-7, max: 1, step: "any" },
  d_learning_rate: { min: 0, max: 1, step: "any" },
  d_steps: { min: 1, max: 20, step: 1 },
  label_smoothing: { min: 0, max: 0.5, step: "any" },
  batch_size: { min: 2, max: 4096, step: 1 },
};
const ALONE = ["g_learning_rate", "batch_size"]; // what a model without a discriminator has of them

/** The panel under the progress bar; `live` is for everybody, `element` for who may control. */
export class Hands {
  constructor() {
    this.run = null;
    this.filled = "";
    this.built = null;
    this.pause = this.button(t("Pause"), () => this.ask({ do: this.isStill() || this.mode() === "slow" ? "resume" : "pause" }));
    this.pause.setAttribute("aria-keyshortcuts", "p");
    this.turns = [
      this.button(t("Both turns"), () => this.ask({ do: "step", part: "both" })),
      this.button(t("Discriminator's turn"), () => this.ask({ do: "step", part: "d" })),
      this.button(t("Generator's turn"), () => this.ask({ do: "step", part: "g" })),
    ];
    this.slow = this.button(t("Slow motion"), () => this.ask({ do: "slow", rate: Number(this.rate.value) }));
    this.rate = h("select", { class: "gan-select", "aria-label": t("Steps a second"), onChange: () => this.mode() === "slow" && this.slow.click() }, RATES.map((value) => h("option", { value, selected: value === 1 }, t("{rate} a second", { rate: value }))));
    this.form = h("form", { class: "train-settings", onSubmit: (event) => this.apply(event) });
    this.details = h("details", { class: "train-change" }, h("summary", {}, t("Change settings while it trains")), this.form);
    this.told = h("p", { class: "train-told", role: "status", "aria-live": "polite" });
    this.element = h(
      "section",
      { class: "train-hands train-part gan-at-hands", "aria-label": t("Hands on the run") },
      h("div", { class: "train-tools", role: "group", "aria-label": t("Pace") }, this.pause, this.slow, this.rate),
      h("div", { class: "train-tools", role: "group", "aria-label": t("One step") }, h("span", { class: "train-tools-name" }, t("One step:")), this.turns),
      this.details,
      this.told,
    );
    this.element.hidden = true;
    this.cards = { d: card(), g: card() };
    this.live = h("div", { class: "train-phases", role: "group", "aria-label": t("This step, turn by turn") }, this.cards.d, this.cards.g);
    this.live.hidden = true;
  }

  button(text, act) {
    return h("button", { type: "button", class: "gan-button", onClick: act }, text);
  }

  mode() {
    return this.run?.status?.hand?.mode ?? "run";
  }

  isStill() {
    return this.run?.status?.state === "paused";
  }

  /** @param {import("../runs/types.js").Run} run @param {boolean} may whether this visitor may control it */
  show(run, may) {
    if (run.id !== this.run?.id) this.told.textContent = "";
    this.run = run;
    const active = ACTIVE.includes(run.status?.state) && run.status.state !== "starting";
    this.element.hidden = !may || !run.status;
    for (const button of [this.pause, this.slow, ...this.turns]) button.disabled = !active;
    this.pause.textContent = this.isStill() || this.mode() === "slow" ? t("Go on") : t("Pause");
    this.slow.setAttribute("aria-pressed", String(active && this.mode() === "slow"));
    this.turns[1].hidden = this.turns[2].hidden = !isDuel(run);
    this.turns[0].textContent = isDuel(run) ? t("Both turns") : t("Next step");
    this.fill(run, active);
    this.showPhases(run.status?.hand, active);
  }

  showPhases(hand, active) {
    const numbers = active ? hand?.numbers : null;
    this.live.hidden = !numbers || !Object.keys(numbers).length;
    if (this.live.hidden) return;
    this.live.setAttribute("aria-label", t("Step {step}, turn by turn", { step: count(hand.step) }));
    fillCard(this.cards.d, t("Discriminator's turn"), numbers.d, [["D(x)", "d_real"], ["D(G(z))", "d_fake"]], "d_loss", hand.part === "d");
    fillCard(this.cards.g, t("Generator's turn"), numbers.g, [["D(G(z))", "d_fake"]], "g_loss", hand.part === "g");
  }

  /** The form has what the run trains with now, but nothing that is being typed is taken away. */
  fill(run, active) {
    const now = run.status?.hand?.settings ?? settingsNow(run);
    const names = Object.keys(SETTINGS).filter((name) => name in now && (name === "loss" || name in FIELDS) && (isDuel(run) || ALONE.includes(name)));
    const built = `${run.id} ${names.join()}`;
    if (built !== this.built) {
      this.built = built;
      this.filled = "";
      this.fields = Object.fromEntries(names.map((name) => [name, field(name)]));
      this.submit = h("button", { type: "submit", class: "gan-button" }, t("Apply"));
      this.form.replaceChildren(...names.map((name) => h("label", {}, h("span", {}, SETTINGS[name]), this.fields[name])), this.submit);
    }
    this.submit.disabled = !active;
    const filled = JSON.stringify(names.map((name) => now[name]));
    if (filled === this.filled || this.form.contains(document.activeElement)) return;
    this.filled = filled;
    this.now = now;
    if (this.fields.loss && !LOSSES.includes(now.loss)) this.fields.loss.append(h("option", { value: now.loss }, said(now.loss)));
    for (const name of names) this.fields[name].value = String(now[name]);
  }

  apply(event) {
    event.preventDefault();
    const settings = {};
    for (const [name, input] of Object.entries(this.fields)) {
      const value = name === "loss" ? input.value : input.valueAsNumber;
      if (value !== this.now[name]) settings[name] = Number.isNaN(value) ? null : value;
    }
    if (!Object.keys(settings).length) this.told.textContent = t("Nothing was changed.");
    else this.ask({ do: "change", settings });
  }

  async ask(body) {
    try {
      await control(`runs/${encodeURIComponent(this.run.id)}/control`, body);
      this.told.textContent = SAID[body.do]?.(body) ?? "";
    } catch (error) {
      this.told.textContent = error.message;
    }
  }
}

const SAID = {
  change: ({ settings }) => t("Asked for: {what}. It takes effect in a moment and is marked on the curves.", { what: Object.entries(settings).map(([name, value]) => `${SETTINGS[name]} ${said(value)}`).join(" · ") }),
};

/** @returns {Object<string, any>} what the run's config and its changes so far amount to */
export function settingsNow(run) {
  const settings = { ...run.config?.train };
  for (const change of run.reports.flatMap((row) => row.changes ?? [])) {
    for (const [name, [, after]] of Object.entries(change.settings)) settings[name] = after;
  }
  return settings;
}

/** Whether a generator and a discriminator take turns in it: then there is a loss of D from its first report on. */
function isDuel(run) {
  return run.reports.some((row) => "d_loss" in row);
}

function field(name) {
  if (name === "loss") return h("select", { class: "gan-select" }, LOSSES.map((loss) => h("option", { value: loss }, said(loss))));
  const { min, max, step } = FIELDS[name];
  return h("input", { class: "gan-number", type: "number", inputmode: "decimal", min, max, step, required: true });
}

function card() {
  return h("div", { class: "train-phase" }, h("strong", {}), h("span", {}), h("span", {}), h("span", {}));
}

/** One turn: what D believed before it and after it. */
function fillCard(element, title, numbers, rows, loss, current) {
  const [name, ...lines] = element.children;
  element.dataset.current = String(current);
  element.hidden = !numbers && loss === "g_loss" && current;
  name.textContent = title;
  const texts = numbers ? [...rows.map(([label, key]) => `${label} ${readable(numbers[`${key}_before`])} → ${readable(numbers[`${key}_after`])}`), t("loss {loss}", { loss: readable(numbers[loss]) })] : [t("comes next")];
  lines.forEach((line, i) => (line.textContent = texts[i] ?? ""));
}
