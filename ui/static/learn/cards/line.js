/** Card 1: a GAN of one number. z below, x above, densities over x; one z in the hand. */

import { t } from "../../i18n/i18n.js";
import { drag } from "../../kit/drag.js";
import { h, rarely, setText, together } from "../../kit/dom.js";
import { board } from "../board.js";
import { button, playButton } from "../card.js";
import { along, alongZ, draw, highest, placesOf } from "../line/scene.js";
import { shownOf } from "../line/shown.js";
import { apart, BINS, drawOf, LOW, shares, target, WIDTH } from "../line/targets.js";
import { RATES, speedOf } from "../speed.js";
import { paragraphs } from "../terms.js";
import { TinyGan } from "../tinygan.js";

const STEP = 0.05;
const ENOUGH = 0.5; // of the way of z that the hand goes
const SEED = 1;
const RULES = ["k", "d", "g"];

/** What the buttons of the row set. @type {Record<string, Record<string, string|number>>} */
export const TRIES = {
  fair: { data: "one", k: 2, d: "0.01", g: "0.001" },
  two: { data: "two", k: 1, d: "0.002", g: "0.001" },
  strong: { data: "two", k: 5, d: "0.01", g: "0.001" },
};

/** @param {Float64Array} p of the data @returns {TinyGan} as it begins */
export const ganOf = (p) => new TinyGan(drawOf(p), { dim: 1, latent: 1, wide: 16, act: "leaky", seed: SEED });

/** @type {import("../card.js").Card} */
export const card = {
  id: "line",
  title: t("A line"),
  text: () => paragraphs(
    t("The {generator} G sends every z, a {latent}, up to an x: a {fake}. Black are the {data}, green is where the fakes fall."),
    t("The {discriminator} D, blue, says how likely each x is real. The two are {adversarial}."),
  ),
  question: {
    ask: t("G gets so good that green covers black. What does D say then?"),
    choices: [t("1 everywhere: all is real"), t("0 everywhere: all is fake"), t("½ everywhere: it cannot tell")],
    right: 2,
    because: t("The best D is p / (p + g), the thin line. Where fakes are as likely as data, that is ½. Watch D go there."),
  },
  task: t("Drag the amber z, or move it with the arrow keys, and see where G sends it."),
  done: t("That is all a generator is: a function from z to x. Neighbours of z stay neighbours of x, so between two humps the lines are torn wide."),
  settings: {
    data: { label: t("Data"), value: "one", choices: { one: t("one hump"), two: t("two humps"), uniform: t("even"), own: t("draw your own") } },
    k: { label: t("k, turns of D"), value: 2, min: 1, max: 10, step: 1, decimals: 0 },
    d: { label: t("Learning rate of D"), value: "0.01", choices: RATES },
    g: { label: t("Learning rate of G"), value: "0.001", choices: RATES },
  },
  mount,
  walk: ["ArrowRight"],
};

/** @type {import("../card.js").Card["mount"]} */
function mount(stage, context) {
  const { memory } = context;
  memory.own ??= target("two");
  memory.z ??= -0.3;
  const p = () => /** @type {Float64Array} */ (context.choice("data") === "own" ? memory.own : target(context.choice("data")));
  const settings = () => ({ k: context.number("k"), dRate: Number(context.choice("d")), gRate: Number(context.choice("g")) });
  const begin = () => (memory.gan = ganOf(p()));
  const gan = () => /** @type {TinyGan} */ (memory.gan ?? begin());
  let [data, moved] = [p(), 0];
  let shown = shownOf(gan(), data, { z: memory.z });
  const take = () => {
    data = p();
    gan().draw = drawOf(data);
    Object.assign(gan().settings, settings());
    canvas.style.touchAction = context.choice("data") === "own" ? "none" : "pan-y";
    paper.draw();
  };

  const numbers = h("p", { class: "learn-numbers" });
  const [steps, distance, held] = [h("span"), h("span"), h("span", { class: "learn-of-g" })];
  numbers.append(steps, distance, held);
  const tell = rarely(() => {
    setText(steps, t("step {step}", { step: gan().steps }));
    setText(distance, t("G and data apart: {percent} %", { percent: Math.round(100 * apart(data, shown.g)) }));
    const words = t("z {z} becomes x {x}", { z: memory.z.toFixed(2), x: shown.x.toFixed(2) }).replaceAll("-", "−");
    setText(held, words);
    canvas.setAttribute("aria-valuenow", memory.z.toFixed(2));
    canvas.setAttribute("aria-valuetext", words);
  });
  const label = t("G's lines from z to x, the densities of data and fakes, and D. Slider: the z that is held");
  const props = { tabindex: 0, "aria-valuemin": -1, "aria-valuemax": 1, "data-learn-act": true };
  const paper = board(stage, { label, role: "slider", props }, (pen, sheet) => {
    shown = shownOf(gan(), data, { opinion: context.answered, z: memory.z });
    draw(pen, sheet, shown);
    tell();
  });
  const { canvas } = paper;
  const places = () => placesOf({ ...paper.size(), em: 0.87 * parseFloat(getComputedStyle(canvas).fontSize) });

  const moveTo = (/** @type {number} */ z) => {
    const next = Math.max(-1, Math.min(1, z));
    moved += Math.abs(next - memory.z);
    memory.z = next;
    paper.draw();
    if (moved > ENOUGH) context.done();
  };
  const paint = (/** @type {PointerEvent} */ { offsetX, offsetY }) => {
    const at = places();
    const bin = Math.floor((along(at, offsetX) - LOW) / WIDTH);
    const height = Math.max(0, Math.min(1, (at.axis - offsetY) / (at.axis - at.top)));
    const drawn = Float64Array.from(memory.own);
    for (const i of [bin - 1, bin, bin + 1]) if (i >= 0 && i < BINS) drawn[i] = (i === bin ? height : 0.5 * (height + drawn[i] / highest(memory.own))) * highest(memory.own);
    memory.own = shares(drawn);
    take();
  };
  const above = (/** @type {PointerEvent} */ event) => context.choice("data") === "own" && event.offsetY < places().axis;
  let painting = false;
  const dragged = drag(canvas, {
    begin(event) {
      painting = above(event);
      return painting ? paint(event) : moveTo(alongZ(places(), event.offsetX));
    },
    move: (event) => (painting ? paint(event) : moveTo(alongZ(places(), event.offsetX))),
    yields: (event) => !above(event),
  });
  canvas.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -STEP, ArrowDown: -STEP, ArrowRight: STEP, ArrowUp: STEP, Home: -2, End: 2 }[event.key];
    if (!by) return;
    event.preventDefault();
    moveTo(memory.z + by);
  });

  const speed = speedOf(context, () => gan().step(), paper.draw);
  const play = playButton(() => speed.goes, (on) => (on ? speed.start() : speed.stop()));
  const again = button(t("Anew"), () => {
    begin();
    take();
  });
  const tries = h("div", { class: "gan-buttons", role: "group", "aria-label": t("Try") },
    tryButton(t("A fair game"), "fair"), tryButton(t("Two humps"), "two"), tryButton(t("D too strong"), "strong"));
  /** @param {string} text @param {string} name */
  function tryButton(text, name) {
    return button(text, () => {
      for (const [setting, value] of Object.entries(TRIES[name])) context.set(setting, value);
      begin();
      take();
      speed.start();
      play.update();
    });
  }
  const tools = [play.element, again, tries];
  stage.append(legend(), numbers, h("div", { class: "learn-tools" }, tools, context.control("data")),
    h("div", { class: "learn-tools" }, RULES.map((name) => context.control(name))));
  for (const one of tools.flatMap((tool) => [...(tool === tries ? tries.children : [tool])])) one.toggleAttribute("disabled", !context.answered);
  context.onSet(take);
  context.onAnswer(() => {
    for (const one of [play.element, again, ...tries.children]) one.removeAttribute("disabled");
    if (!context.still) speed.start();
    play.update();
    paper.draw();
  });
  take();
  return { update: paper.draw, destroy: together(dragged.destroy, paper.destroy) };
}

/** What the colours stand for. */
function legend() {
  const one = (/** @type {string} */ colour, /** @type {string} */ text, /** @type {string} */ line = "solid") =>
    h("span", { class: "learn-key" }, h("span", { class: "learn-swatch", style: { "border-top": `3px ${line} var(--learn-${colour})` } }), text);
  return h("p", { class: "learn-legend" }, one("data", t("data, p")), one("generator", t("fakes of G, g")), one("discriminator", t("D(x)"), "dashed"), one("discriminator", t("the best D, p / (p + g)"), "dotted"));
}
