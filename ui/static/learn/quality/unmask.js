/** The third limit, no objective score: four sets, and what distance, precision and recall, the nearest training picture and the eye see of each. */

import { fetchKernels } from "../../autodiff/kernels.js";
import { Runner } from "../../device/monitor.js";
import { address, fetchBytes } from "../../engine/programs.js";
import { messageOf, t } from "../../i18n/i18n.js";
import { h, paint, penOf, rovingFocus, setText } from "../../kit/dom.js";
import { classifier } from "../../state/classifier.js";
import { child } from "../../state/latent.js";
import { drawnBy, dropDrawing, shippedModel } from "./drawing.js";
import { COUNT, distanceOf, latentsOf, NAMES, nearestOf, noisy, within } from "./sets.js";

const SHOWN = 25;
const COLUMNS = 5;
/** Operations of the classifier behind its features: dense, softmax. */
const HEAD = 2;
const SEED = 77;
/** In which order the sets stand, so that their places tell nothing. */
const PLACES = [1, 3, 0, 2];
/** Features of so many pictures at once, between two frames. */
const AT_ONCE = 40;

/** @typedef {import("./sets.js").Seen} Seen */

/**
 * @param {HTMLElement} place @param {() => void} onAll told when all four have been unmasked
 * @returns {import("../../kit/dom.js").Component}
 */
export function unmask(place, onAll) {
  const words = h("p", { class: "quality-words", role: "status", "aria-live": "polite" }, t("Drawing four sets ..."));
  const letters = ["A", "B", "C", "D"];
  const cards = letters.map((letter, i) => {
    const canvas = h("canvas", { width: 29 * COLUMNS, height: 29 * COLUMNS, "aria-hidden": "true" });
    const facts = h("span", { class: "quality-facts" }, t("What is wrong with {letter}? Press to see.", { letter }));
    const element = h("button", { type: "button", class: "quality-set", disabled: true, "aria-label": t("Set {letter}", { letter }), onClick: () => open(i) }, h("b", {}, letter), canvas, facts);
    return { element, pen: penOf(canvas), facts };
  });
  /** The task goes on with the first that is still masked. */
  const mark = () => cards.forEach(({ element }, i) => element.toggleAttribute("data-learn-act", i === cards.findIndex((_, at) => !opened.has(at))));
  const grid = h("div", { class: "quality-sets", role: "group", "aria-label": t("Four sets of pictures") }, cards.map(({ element }) => element));
  rovingFocus(grid, cards.map(({ element }) => element));
  place.append(words, grid);
  /** @type {Record<string, Seen>} */
  const figures = {};
  /** @type {Set<number>} */
  const opened = new Set();
  let ended = false;
  mark();

  const begin = async () => {
    const model = await shippedModel("dcgan");
    const z = latentsOf((seed) => model.sample(seed), SEED);
    // of one slot of the pool the newest request is drawn, so all are drawn as one
    const all = await drawnBy(model, [...z.train, ...z.held, ...z.good, ...z.collapsed]);
    const [train, held, good, collapsed] = [0, 1, 2, 3].map((part) => all.slice(part * COUNT, (part + 1) * COUNT));
    const sets = { good, collapsed, noisy: good.map((picture, i) => noisy(picture, child(SEED, i))), copied: train };
    if (ended) return;
    cards.forEach(({ pen }, i) => sets[NAMES[PLACES[i]]].slice(0, SHOWN).forEach((picture, at) => paint(pen, picture, 29 * (at % COLUMNS), 29 * Math.floor(at / COLUMNS))));
    setText(words, t("Look first: one is good, one collapsed, one noisy, one copied from its training set. The generator itself plays the data here."));
    const see = await reader();
    const real = await see(held, () => ended);
    for (const name of NAMES) {
      const features = await see(sets[name], () => ended);
      if (ended) return;
      figures[name] = { distance: distanceOf(real, features), precision: within(features, real), recall: within(real, features), nearest: nearestOf(sets[name], train) };
    }
    cards.forEach(({ element }) => (element.disabled = false));
  };
  /** @param {number} i */
  const open = (i) => {
    const name = NAMES[PLACES[i]];
    const seen = figures[name];
    opened.add(i);
    cards[i].element.setAttribute("aria-pressed", "true");
    const { title, verdict } = WORDS[name];
    cards[i].facts.replaceChildren(h("strong", {}, title), h("span", {}, t("distance {distance}", { distance: seen.distance.toFixed(1) })), h("span", {}, t("precision {precision}, recall {recall}", { precision: two(seen.precision), recall: two(seen.recall) })),
      h("span", {}, t("nearest training picture {nearest}", { nearest: seen.nearest.toFixed(3) })));
    setText(words, `${letters[i]}: ${title}. ${verdict}`);
    mark();
    if (opened.size === cards.length) onAll();
  };
  begin().catch((error) => setText(words, messageOf(error)));
  return { update() {}, destroy: () => ((ended = true), dropDrawing()) };
}

/** @type {Record<import("./sets.js").Name, {title: string, verdict: string}>} */
const WORDS = {
  good: { title: t("good"), verdict: t("Small distance, high precision and recall, and no picture is one of the training set.") },
  collapsed: { title: t("collapsed"), verdict: t("Every picture passes for real, so precision is high and a look at one picture finds nothing. Recall says what is missing.") },
  noisy: { title: t("noisy"), verdict: t("The eye sees at once what is wrong. So do distance and recall: no real picture lies near these. Precision, in these features, sees only a part of it.") },
  copied: { title: t("copied"), verdict: t("By distance, precision and recall it is as good as the good one: they reward a photocopier. Only the nearest training picture, at distance 0, gives it away.") },
};

/** What the project's classifier sees, before it decides on a digit. @returns {Promise<(pictures: Float32Array[], stop: () => boolean) => Promise<Float32Array[]>>} */
async function reader() {
  if (!classifier.path) throw new Error(t("The reader of digits, whose features the figures need, is not here."));
  const [kernels, bytes] = await Promise.all([fetchKernels(), fetchBytes(address(classifier.path))]);
  const runner = new Runner(kernels, HEAD);
  runner.load(bytes);
  return async (pictures, stop) => {
    /** @type {Float32Array[]} */
    const features = [];
    for (let from = 0; from < pictures.length && !stop(); from += AT_ONCE) {
      const some = pictures.slice(from, from + AT_ONCE);
      const rows = new Float32Array(some.length * some[0].length);
      some.forEach((picture, i) => rows.set(picture, i * picture.length));
      const made = runner.run(rows);
      const d = made.length / some.length;
      for (let i = 0; i < some.length; i += 1) features.push(made.slice(i * d, (i + 1) * d));
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    return features;
  };
}

/** @param {number} value */
const two = (value) => value.toFixed(2);
