/** Algorithm 1 line by line: the value function with the terms that the line is about, and what both networks are after it. */

import { t } from "../../i18n/i18n.js";
import { h, setText, together } from "../../kit/dom.js";
import { board } from "../board.js";
import { button, playButton } from "../card.js";
import { draw } from "../line/scene.js";
import { shownOf } from "../line/shown.js";
import { drawOf, target } from "../line/targets.js";
import { formula, m, row } from "../maths.js";
import { randomOf } from "../mlp.js";
import { TinyGan } from "../tinygan.js";
import { Algorithm, LINES, terms } from "./algorithm.js";

const SAMPLES = 200;
const LINE_MS = 420; // that a line is looked at while it plays
/** A turn shall be seen, so rates are large. */
const RATES = { dRate: 0.02, gRate: 0.02 };

/** The lines as words, by their names. @type {Record<string, string>} */
const WORDS = {
  z: t("Draw a batch of z, and make fakes of it."),
  x: t("Draw a batch of data x."),
  up: t("D: a step up the gradient of V."),
  again: t("Draw a fresh batch of z."),
  down: t("G: a step down the gradient of its term."),
};

/**
 * @param {HTMLElement} place
 * @param {import("../card.js").Context} context
 * @returns {import("../../kit/dom.js").Component}
 */
export function mount(place, context) {
  const { memory } = context;
  const data = target("two");
  const begin = () => (memory.algorithm = new Algorithm(new TinyGan(drawOf(data), { dim: 1, latent: 1, wide: 16, seed: 7, settings: RATES })));
  const algorithm = () => /** @type {Algorithm} */ (memory.algorithm ?? begin());
  const random = randomOf(99);
  const x = drawOf(data)(SAMPLES, random);
  const z = Float64Array.from({ length: SAMPLES }, () => 2 * random() - 1);
  const value = valueFormula();
  const list = algorithmList();
  const paper = board(place, { label: t("Densities of data and fakes, and D, after the line") }, (pen, sheet) => {
    draw(pen, sheet, shownOf(algorithm().gan, data));
  });
  const show = () => {
    const { gan, at, round } = algorithm();
    gan.settings.k = context.number("k");
    value.show(terms(gan, x, z), at < 0 ? null : LINES[at]);
    list.show(at, round, gan.settings.k);
    paper.draw();
  };
  const next = () => {
    algorithm().next();
    show();
    if (algorithm().steps > 0 && context.answered) context.done();
  };
  let [waited, end] = [0, /** @type {(() => void)|null} */ (null)];
  const play = playButton(() => end !== null, (on) => {
    end?.();
    end = on ? context.frames((ms) => {
      waited += ms;
      if (waited < LINE_MS) return;
      waited = 0;
      algorithm().next();
      show();
    }) : null;
  });
  const step = button(t("Next line"), next, { class: "learn-play", "data-learn-act": true });
  const again = button(t("Anew"), () => (begin(), show()));
  place.prepend(value.element, list.element);
  place.append(h("div", { class: "learn-tools" }, step, play.element, again, context.control("k")));
  for (const one of [step, play.element]) one.toggleAttribute("disabled", !context.answered);
  context.onAnswer(() => [step, play.element].forEach((one) => one.removeAttribute("disabled")));
  context.onSet(show);
  show();
  return { update: show, destroy: together(paper.destroy, () => end?.()) };
}

/** V(D, G) with a number under each term. */
function valueFormula() {
  const numbers = { real: m("mtext", {}, ""), fake: m("mtext", {}, ""), both: h("span") };
  const term = (/** @type {"real"|"fake"} */ name, /** @type {Node} */ inner) => m("munder", { class: "learn-term-of-v", "data-term": name }, inner, numbers[name]);
  const expected = (/** @type {string[]} */ below) => m("munder", {}, m("mo", { movablelimits: "false" }, "𝔼"), row(...below));
  const under = (/** @type {string} */ what, /** @type {string} */ who) => m("munder", {}, m("mo", { movablelimits: "false" }, what), m("mi", {}, who));
  const real = term("real", row(expected(["x", "∼", "p"]), m("mspace", { width: "0.15em" }), "[", "log", "D", "(", "x", ")", "]"));
  const fake = term("fake", row(expected(["z"]), m("mspace", { width: "0.15em" }), "[", "log", "(", "1", "−", "D", "(", "G", "(", "z", ")", ")", ")", "]"));
  const label = t("V of D and G: the mean of log D(x) over data, plus the mean of log of 1 minus D(G(z)) over z. D makes it large, G small.");
  const [min, max] = [under("min", "G"), under("max", "D")];
  const element = h("div", { class: "learn-value" }, formula(label, row(min, m("mspace", { width: "0.2em" }), max, m("mspace", { width: "0.2em" }), "V", "(", "D", ",", "G", ")", "=", real, "+", fake)), numbers.both);
  return {
    element,
    /** @param {{real: number, fake: number}} now @param {import("./algorithm.js").Line|null} line */
    show(now, line) {
      setText(numbers.real, now.real.toFixed(2).replace("-", "−"));
      setText(numbers.fake, now.fake.toFixed(2).replace("-", "−"));
      setText(numbers.both, t("V = {value}; where nobody can do better: −log 4 = −1.39", { value: (now.real + now.fake).toFixed(2).replace("-", "−") }));
      for (const [name, part] of /** @type {const} */ ([["real", real], ["fake", fake]])) part.classList.toggle("learn-lit", line?.terms.includes(name) ?? false);
      max.classList.toggle("learn-lit", line?.player === "D");
      min.classList.toggle("learn-lit", line?.player === "G");
    },
  };
}

/** The algorithm as a list, with the line that was done last. */
function algorithmList() {
  const rows = LINES.map(({ name, player, deep }) => h("li", { class: `learn-line ${deep ? "learn-deep" : ""}`, "data-player": player ?? "" }, WORDS[name]));
  const loop = h("li", { class: "learn-loop" });
  const element = h("ol", { class: "learn-algorithm", "aria-label": t("Algorithm 1") }, loop, rows);
  return {
    element,
    /** @param {number} at @param {number} round @param {number} k */
    show(at, round, k) {
      setText(loop, at >= 0 && LINES[at].deep ? t("k times, now {round} of {k}:", { round: round + 1, k }) : t("k = {k} times:", { k }));
      rows.forEach((one, i) => {
        if (i === at) one.setAttribute("aria-current", "step");
        else one.removeAttribute("aria-current");
      });
    },
  };
}
