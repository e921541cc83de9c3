/** The same five optimizers on the GAN of the first card, side by side. */

import { t } from "../../i18n/i18n.js";
import { h, setText, together } from "../../kit/dom.js";
import { board } from "../board.js";
import { button, playButton } from "../card.js";
import { draw as drawScene } from "../line/scene.js";
import { shownOf } from "../line/shown.js";
import { apart, drawOf, target } from "../line/targets.js";
import { speedOf } from "../speed.js";
import { TinyGan } from "../tinygan.js";
import { NAMES } from "./race.js";
import { LOOKS } from "./valleyview.js";

/** Learning rates of D and G that suit each. @type {Record<string, Partial<import("../tinygan.js").Settings>>} */
export const SUITED = {
  sgd: { dRate: 0.1, gRate: 0.02 },
  momentum: { dRate: 0.05, gRate: 0.01, beta1: 0.5 },
  adagrad: { dRate: 0.05, gRate: 0.01 },
  rmsprop: { dRate: 0.01, gRate: 0.001, beta2: 0.99 },
  adam: { dRate: 0.01, gRate: 0.001, beta1: 0.5, beta2: 0.99 },
};

/** @param {string} rule @param {string} data @returns {TinyGan} all from the same first weights */
export function ganOf(rule, data) {
  return new TinyGan(drawOf(target(data)), { dim: 1, latent: 1, wide: 16, act: "leaky", seed: 7, settings: { k: 2, rule, ...SUITED[rule] } });
}

/**
 * @param {HTMLElement} place
 * @param {import("../card.js").Context} context
 * @returns {import("../../kit/dom.js").Component}
 */
export function mount(place, context) {
  const { memory } = context;
  const data = target("one");
  const gans = () => /** @type {TinyGan[]} */ (memory.gans ??= NAMES.map((name) => ganOf(name, "one")));
  const columns = NAMES.map((name, i) => {
    const number = h("p", { class: "learn-numbers" });
    const column = h("div", { class: "learn-fifth" }, h("p", { class: "learn-half-title" }, LOOKS[name].called));
    const paper = board(column, { label: t("{name}: densities of data and fakes, and D", { name: LOOKS[name].called }) }, (pen, sheet) => {
      const shown = shownOf(gans()[i], data, { every: 16 });
      drawScene(pen, sheet, shown);
      setText(number, t("apart {percent} %", { percent: Math.round(100 * apart(data, shown.g)) }));
    });
    column.append(number);
    return { column, paper };
  });
  const steps = h("p", { class: "learn-numbers" });
  const redraw = () => {
    columns.forEach(({ paper }) => paper.draw());
    setText(steps, t("step {step}", { step: gans()[0].steps }));
  };
  const speed = speedOf(context, () => gans().forEach((gan) => gan.step()), redraw);
  const play = playButton(() => speed.goes, (on) => (on ? speed.start() : speed.stop()));
  const again = button(t("Anew"), () => {
    memory.gans = null;
    redraw();
  });
  place.append(steps, h("div", { class: "learn-fifths" }, columns.map(({ column }) => column)), h("div", { class: "learn-tools" }, play.element, again));
  if (!context.still) speed.start();
  play.update();
  redraw();
  return { update: redraw, destroy: together(() => speed.stop(), ...columns.map(({ paper }) => paper.destroy)) };
}
