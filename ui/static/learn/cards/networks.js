/** The networks: dense, DCGAN and conditional GAN side by side, drawn from the programs that run, and what each of their layers makes of one z. */

import { rangeOf } from "../../engine/network.js";
import { fromUnit, toUnit } from "../../engine/programs.js";
import { t } from "../../i18n/i18n.js";
import { h, onFrame, setText, useStyle } from "../../kit/dom.js";
import { count, percent } from "../../runs/runwords.js";
import { weightsOfLabel } from "../../state/classes.js";
import { randomSeed } from "../../state/latent.js";
import { listModels } from "../../state/modellist.js";
import { openModel } from "../../state/models.js";
import { button } from "../card.js";
import { chain, paintMaps } from "../networks/chain.js";
import { layersOf } from "../networks/layers.js";
import { layerInWords } from "../networks/words.js";
import { paragraphs } from "../terms.js";

/** @typedef {import("../../state/models.js").Model} Model */
/** @typedef {import("../../engine/network.js").Network} Running */

/** In this order, where a model of that family is there. */
const FAMILIES = { dense: t("Dense GAN"), dcgan: "DCGAN", cgan: t("Conditional GAN") };
/** Layers that the reader opens to be done. */
const OPENED = 3;

/** @type {import("../card.js").Card} */
export const card = {
  id: "networks",
  title: t("The networks"),
  text: () => paragraphs(
    t("A {generator} turns a {latent} into 28 × 28 pixels, layer by layer; a {discriminator} turns pixels into one number. What you see is the very program that runs in this page."),
    t("A dense layer connects every number with every other. A convolution looks at neighbours only, the same way everywhere, so its numbers stay pictures: feature maps. A conditional GAN gets the digit as ten more numbers."),
  ),
  question: {
    ask: t("You look into the hidden layers while a digit is drawn. Where do you see strokes?"),
    choices: [t("In the dense network's hidden layers"), t("In the convolutional network's hidden layers"), t("In both"), t("In neither, only at the end")],
    right: 1,
    because: t("The dense network's hidden numbers have no place: any order would do. A convolution keeps what is beside what, so strokes and edges show before the picture is there. Only the dense GAN's last step looks at neighbours: it cleans up strokes that are drawn."),
  },
  task: t("Press three layers, and see what each leaves of this z."),
  done: t("That is all a network is: layer after layer, numbers into numbers. What differs is which numbers meet."),
  settings: { digit: { label: t("Digit for the conditional GAN"), value: 3, min: 0, max: 9, step: 1, decimals: 0 } },
  walk: ["ArrowDown"],
  mount,
};

/** @param {HTMLElement} stage @param {import("../card.js").Context} context @returns {Promise<import("../../kit/dom.js").Component>} */
async function mount(stage, context) {
  await useStyle(new URL("../networks/networks.css", import.meta.url));
  const { models } = await listModels();
  const found = Object.keys(FAMILIES).flatMap((family) => models.find((info) => info.family === family && info.kind === "checkpoint") ?? []);
  if (!found.length) throw new Error(t("There is no model here yet."));
  const { memory } = context;
  memory.seed ??= 7;
  memory.opened ??= [];
  let ended = false;

  const maps = h("canvas", { class: "networks-maps", width: 1, height: 1, role: "img" });
  const words = h("p", { class: "networks-words", role: "status" });
  const panel = h("section", { class: "networks-panel", "aria-label": t("What the layer leaves") }, words, maps);
  const tools = h("div", { class: "learn-tools" },
    button(t("Another z"), () => {
      memory.seed = randomSeed();
      draw();
    }, { class: "learn-play" }),
    context.control("digit"));
  const columns = h("div", { class: "networks-models" });
  const chooser = h("div", { class: "networks-chooser" });
  stage.append(tools, h("div", { class: "networks-room" }, h("div", {}, chooser, columns), panel));

  /** @type {{model: Model, chain: ReturnType<typeof chain>}[]} */
  const shown = [];
  /** @param {number} which @param {string} key */
  const press = (which, key) => {
    memory.at = { which, key };
    shown.forEach((one, i) => one.chain.press(i === which ? key : ""));
    const name = `${which} ${key}`;
    if (!memory.opened.includes(name)) memory.opened.push(name);
    if (memory.opened.length >= OPENED) context.done();
    choose(which);
    draw();
  };
  const tabs = found.map(({ family }, i) => button(FAMILIES[/** @type {keyof typeof FAMILIES} */ (family)], () => choose(i)));
  chooser.append(...tabs);
  /** On a phone one of them has room. @param {number} which */
  const choose = (which) => {
    shown.forEach((one, i) => one.chain.element.classList.toggle("networks-chosen", i === which));
    tabs.forEach((tab, i) => tab.setAttribute("aria-pressed", String(i === which)));
  };

  const draw = onFrame(() => {
    if (ended) return;
    shown.forEach(({ model, chain: one }) => {
      const networks = run(model, memory.seed, context.number("digit"));
      one.show(networks.chain, networks.says);
    });
    const { which = 0, key = "" } = memory.at ?? {};
    const layer = context.answered ? shown[which]?.chain.layerOf(key) : undefined;
    maps.hidden = !layer;
    if (!layer) return setText(words, context.answered ? t("Press a layer: what it leaves of this z is shown here.") : t("Answer first; then press a layer."));
    const { shown: many, side } = paintMaps(maps, layer);
    const about = layer.shape.length === 3
      ? t("{count} of its {all} feature maps, {width} × {height} each. White is positive, blue negative.", { count: many, all: count(layer.shape[2]), width: side[1], height: side[0] })
      : t("Its numbers one after another, in rows: they have no place. White is positive, blue negative.");
    maps.setAttribute("aria-label", about);
    maps.style.setProperty("--wide", String(maps.width / maps.height));
    setText(words, `${layerInWords(layer)} ${about}`);
  });

  for (const [i, info] of found.entries()) {
    const model = openModel(info);
    await model.load();
    await model.ensure("discriminator");
    if (ended) break;
    const one = chain(FAMILIES[/** @type {keyof typeof FAMILIES} */ (info.family)], (key) => context.answered && press(i, key));
    shown.push({ model, chain: one });
    columns.append(one.element);
  }
  if (shown.some(({ model }) => model.remote)) context.say(t("This browser cannot run the networks, so their layers cannot be shown."));
  choose(memory.at?.which ?? Math.min(1, shown.length - 1));
  if (memory.at) shown.forEach((one, i) => one.chain.press(i === memory.at.which ? memory.at.key : ""));
  context.onAnswer(draw);
  context.onSet(draw);
  draw();
  return { update: draw, destroy: () => void (ended = true) };
}

/**
 * Both networks of a model on one z.
 * @param {Model} model @param {number} seed @param {number} digit @returns {{chain: import("../networks/chain.js").Network[], says: string}}
 */
function run(model, seed, digit) {
  const { generator, discriminator } = model.engines;
  const weights = model.numClasses ? weightsOfLabel(digit, model) : null;
  if (!generator?.outcomes) return { chain: [], says: "" };
  const pixels = toUnit(generator.run(model.sample(seed), weights), rangeOf(generator.program.output), new Float32Array(generator.outputLength));
  /** @type {import("../networks/chain.js").Network[]} */
  const networks = [{ role: "generator", layers: layersOf(generator.outcomes) }];
  if (!discriminator?.outcomes) return { chain: networks, says: "" };
  discriminator.run(fromUnit(pixels, rangeOf(discriminator.program.input)), discriminator.numClasses ? weights : null);
  networks.push({ role: "discriminator", layers: layersOf(discriminator.outcomes) });
  const real = model.judge(pixels, weights) ?? 0;
  return { chain: networks, says: t("The discriminator says: {share} real.", { share: percent(real) }) };
}
