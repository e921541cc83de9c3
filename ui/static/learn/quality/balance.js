/** The first limit, balance: the same training with three discriminators, live, and the alarm that a machine can raise. */

import { alarms } from "../../device/alarms.js";
import { messageOf, t } from "../../i18n/i18n.js";
import * as charts from "../../kit/charts.js";
import { h, paint, penOf, setText, together } from "../../kit/dom.js";
import { KINDS } from "../../runs/alarmwords.js";
import { button } from "../card.js";
import { openSlow } from "../sees/open.js";

const BATCH = 16;
const SEED = 3;
const STEPS = 400;
const EVERY = 20;
const SHOWN = 8;
/** By how much D learns faster than G, and how often. @type {Record<string, {rate: number, d_steps: number}>} */
const DUELS = { weak: { rate: 0.004, d_steps: 1 }, even: { rate: 1, d_steps: 1 }, strong: { rate: 3, d_steps: 4 } };

/**
 * @param {HTMLElement} place @param {import("../card.js").Context} context
 * @returns {import("../../kit/dom.js").Component}
 */
export function balance(place, context) {
  const words = h("p", { class: "quality-words", role: "status", "aria-live": "polite" }, t("Choose a discriminator: G trains against it from the first step."));
  const names = { strong: t("D much too strong"), even: t("as strong as G"), weak: t("D much too weak") };
  const choices = Object.entries(names).map(([name, text]) => button(text, () => void begin(name), { "aria-pressed": "false" }));
  const pens = Array.from({ length: SHOWN }, () => h("canvas", { width: 28, height: 28, "aria-hidden": "true" }));
  const chart = h("div", { class: "gan-curves quality-chart" });
  place.append(h("div", { class: "gan-buttons" }, choices), h("div", { class: "quality-row" }, pens), chart, words);
  const plot = charts.mount(chart, {
    title: t("What D believes, step by step"), floor: 0, ceiling: 1, reference: { value: 0.5, label: t("cannot tell") },
    curves: [{ key: "d_real", label: t("D(x)"), colour: "--learn-data" }, { key: "d_fake", label: t("D(G(z))"), colour: "--learn-generator", dash: [6, 4] }],
  });
  /** @type {import("../sees/slow.js").SlowTraining|null} */
  let slow = null;
  let [chosen, turn, busy] = ["", 0, false];
  /** @type {import("../../runs/types.js").Report[]} */
  let reports = [];

  /** @param {string} name */
  const begin = async (name) => {
    const mine = ++turn;
    choices.forEach((one, i) => one.setAttribute("aria-pressed", String(Object.keys(names)[i] === name)));
    setText(words, t("Fetching the pictures and what trains ..."));
    slow = null;
    try {
      const { rate, d_steps } = DUELS[name];
      const made = await openSlow({ batch: BATCH, seed: SEED, train: ({ d_learning_rate }) => ({ d_learning_rate: rate * d_learning_rate, d_steps }) });
      if (mine !== turn) return;
      [slow, chosen, reports] = [made, name, []];
    } catch (error) {
      setText(words, messageOf(error));
    }
  };
  const end = context.frames(() => {
    if (!slow || busy || slow.step >= STEPS) return;
    busy = true;
    const now = slow;
    void now.run(1).then(() => {
      busy = false;
      if (now !== slow || now.step % EVERY) return;
      reports.push(now.training.report());
      show(now);
    }, (error) => ((slow = null), (busy = false), setText(words, messageOf(error))));
  });
  /** @param {import("../sees/slow.js").SlowTraining} now */
  const show = (now) => {
    plot.update(reports, now.step);
    now.fakes("d", SHOWN).pictures.forEach((picture, i) => paint(penOf(pens[i]), picture));
    const [alarm] = alarms(reports, now.training.train).filter(({ accuses, kind }) => accuses && kind in KINDS);
    const last = reports[reports.length - 1];
    const numbers = { step: now.step, real: share(last.d_real), fake: share(last.d_fake) };
    const state = t("Step {step}: D(x) {real}, D(G(z)) {fake}.", numbers);
    setText(words, [state, alarm ? `${t("Alarm:")} ${KINDS[alarm.kind].title}. ${KINDS[alarm.kind].saw(alarm.numbers)} ${KINDS[alarm.kind].helps}` : now.step >= STEPS / 2 ? MEANS[chosen] : ""].filter(Boolean).join(" "));
  };
  return { update() {}, destroy: together(end, plot.destroy, () => ((turn += 1), (slow = null))) };
}

/** @type {Record<string, string>} */
const MEANS = {
  weak: t("Both stand near a half, as at the end of a perfect training, and the pictures are noise: a half alone proves nothing. G learns only what its judge has noticed."),
  even: t("Neither wins for long, and the pictures get better: that is all there is to watch for, as no loss here says how good they are."),
  strong: t("D is hardly ever wrong, so where it is sure its gradient says little: G is told that it is bad, not how to get better."),
};

/** @param {number|null|undefined} value */
const share = (value) => (value ?? NaN).toFixed(2);
