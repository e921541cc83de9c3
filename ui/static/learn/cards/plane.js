/** Card 2: a GAN of two numbers. D as a field, G as a bent grid, D's gradient as arrows at the fakes; everything may be changed while it trains. */

import { t } from "../../i18n/i18n.js";
import { drag } from "../../kit/drag.js";
import { h, rarely, setText, together, useStyle } from "../../kit/dom.js";
import { board } from "../board.js";
import { button, playButton } from "../card.js";
import { randomOf } from "../mlp.js";
import { cells, draw, gridLines, mapOf, shader } from "../plane/scene.js";
import { drawNear, drawOf, EDGE, energy } from "../plane/targets.js";
import { RATES, speedOf } from "../speed.js";
import { paragraphs } from "../terms.js";
import { TinyGan } from "../tinygan.js";

const SHOWN = 220; // points of each kind
const ARROWS = 60;
const STEP = 0.1;
const ENOUGH = 0.6; // of the way that the hand goes in z
const MOST_DRAWN = 400;
const SEED = 11;
const LAYERS = ["field", "grid", "arrows"];
const RULES = ["k", "d", "g"];
const [CELLS, LINES] = [cells(), gridLines()];

/** @type {import("../card.js").Card} */
export const card = {
  id: "plane",
  title: t("The plane"),
  text: () => paragraphs(
    t("Now z and x are two numbers each. Black points are {data}, green ones fakes, and the grid is the square of z as G bends it."),
    t("The bluer a place, the more D takes it for real. All can be changed while it trains."),
  ),
  question: {
    ask: t("At some fakes there will be arrows: what G is told there. Where do they point?"),
    choices: [t("to the nearest point of the data"), t("to where D says “more real”"), t("to the middle of the data")],
    right: 1,
    because: t("G never sees the data. All it gets is D's {gradient}: which way to move a fake so that D believes it more."),
  },
  task: t("Move the amber z in its square, by hand or with the arrow keys, and follow its fake over the grid."),
  done: t("The square of z is in one piece, and G only bends it. So it fills a ring, but between clusters it leaves a thin skin of fakes that are like neither."),
  settings: {
    data: { label: t("Data"), value: "ring", choices: { ring: t("ring"), clusters: t("clusters"), line: t("line"), own: t("draw your own") } },
    k: { label: t("k, turns of D"), value: 1, min: 1, max: 10, step: 1, decimals: 0 },
    d: { label: t("Learning rate of D"), value: "0.002", choices: RATES },
    g: { label: t("Learning rate of G"), value: "0.001", choices: RATES },
    loss: { label: t("Loss of G"), value: "non_saturating", choices: { non_saturating: t("non-saturating"), minimax: t("minimax") } },
    layers: { label: t("Shown layers"), value: "field.grid.arrows", choices: Object.fromEntries(subsets().map((name) => [name, name])) },
  },
  mount,
  walk: ["ArrowRight"],
};

/** @param {import("../tinygan.js").Draw} draw @returns {TinyGan} as it begins */
export const ganOf = (draw) => new TinyGan(draw, { dim: 2, latent: 2, wide: 24, act: "leaky", seed: SEED });

/** Every choice of layers, as a link says it. */
function subsets() {
  return Array.from({ length: 2 ** LAYERS.length }, (_, bits) => LAYERS.filter((_, i) => bits & (1 << i)).join(".") || "none");
}

/** @type {import("../card.js").Card["mount"]} */
async function mount(stage, context) {
  await useStyle(new URL("../plane/plane.css", import.meta.url));
  const { memory } = context;
  memory.z ??= [-0.4, 0.3];
  memory.points ??= [];
  const own = () => context.choice("data") === "own";
  const source = () => (!own() ? drawOf(context.choice("data")) : memory.points.length ? drawNear(memory.points) : drawOf("line"));
  const begin = () => (memory.gan = ganOf(source()));
  const gan = () => /** @type {TinyGan} */ (memory.gan ?? begin());
  const random = randomOf(5);
  const still = Float64Array.from({ length: 2 * SHOWN }, () => 2 * random() - 1);
  let data = source()(SHOWN, random);
  const shade = shader();
  const layers = () => context.choice("layers").split(".");

  const numbers = h("p", { class: "learn-numbers" });
  const tell = rarely(() => {
    const [a, b] = gan().G.forward(Float64Array.from(memory.z));
    const words = t("z ({u}, {v}) becomes x ({a}, {b})", { u: memory.z[0].toFixed(1), v: memory.z[1].toFixed(1), a: a.toFixed(2), b: b.toFixed(2) });
    setText(numbers, `${t("step {step}", { step: gan().steps })} · ${words} · ${t("apart {distance}", { distance: Math.max(0, energy(data, gan().G.forward(still))).toFixed(3) })}`);
    square.canvas.setAttribute("aria-valuetext", words);
  }, 250);
  const paper = board(stage, { label: t("The plane with data, fakes, D's field, G's grid and arrows at the fakes"), props: { class: "learn-plane" } }, (pen, sheet) => {
    const [net, on] = [gan(), context.answered];
    const fakes = net.G.forward(still);
    const from = fakes.slice(0, 2 * ARROWS);
    const arrows = on && layers().includes("arrows") ? { from, by: net.judge(from, (logit) => [logit, 1], false).slope.map((slope) => slope * ARROWS) } : null;
    const field = on && layers().includes("field") ? net.opinion(CELLS) : null;
    const grid = layers().includes("grid") ? net.G.forward(LINES) : null;
    draw(pen, sheet, { data, fakes, field, grid, arrows, held: [...net.G.forward(Float64Array.from(memory.z))] }, shade);
    tell();
  });
  const square = board(paper.canvas.parentElement ?? stage, {
    label: t("z: two numbers from −1 to 1, moved by the arrow keys"), role: "slider",
    props: { tabindex: 0, class: "learn-z", "data-learn-act": true, "aria-valuenow": 0, "aria-valuemin": -1, "aria-valuemax": 1 },
  }, (pen, { width, height, colour }) => {
    pen.strokeStyle = colour("generator");
    pen.globalAlpha = 0.5;
    for (let i = 0; i <= 10; i += 1) {
      const at = 8 + (i / 10) * (width - 16);
      pen.strokeRect(at, 8, 0, height - 16);
      pen.strokeRect(8, at, width - 16, 0);
    }
    pen.globalAlpha = 1;
    pen.beginPath();
    pen.arc(8 + ((memory.z[0] + 1) / 2) * (width - 16), height - 8 - ((memory.z[1] + 1) / 2) * (height - 16), 8, 0, 2 * Math.PI);
    pen.fillStyle = colour("hold");
    pen.fill();
    pen.fillStyle = colour("soft");
    pen.fillText("z", 12, 20);
  });
  const redraw = () => [paper, square].forEach((one) => one.draw());

  let moved = 0;
  const moveTo = (/** @type {number} */ u, /** @type {number} */ v) => {
    const next = [u, v].map((value) => Math.max(-1, Math.min(1, value)));
    moved += Math.hypot(next[0] - memory.z[0], next[1] - memory.z[1]);
    memory.z = next;
    square.canvas.setAttribute("aria-valuenow", next[0].toFixed(1));
    redraw();
    if (moved > ENOUGH) context.done();
  };
  const at = (/** @type {PointerEvent} */ { offsetX, offsetY }) => {
    const { width, height } = square.size();
    moveTo((2 * (offsetX - 8)) / (width - 16) - 1, 1 - (2 * (offsetY - 8)) / (height - 16));
  };
  const held = drag(square.canvas, { begin: at, move: at });
  square.canvas.addEventListener("keydown", (event) => {
    const [u, v] = /** @type {Record<string, number[]>} */ ({ ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, STEP], ArrowDown: [0, -STEP] })[event.key] ?? [];
    if (u === undefined) return;
    event.preventDefault();
    moveTo(memory.z[0] + u, memory.z[1] + v);
  });
  const dot = (/** @type {PointerEvent} */ { offsetX, offsetY }) => {
    const [x, y] = mapOf(paper.size()).back(offsetX, offsetY);
    if (Math.max(Math.abs(x), Math.abs(y)) > EDGE) return;
    memory.points = [...memory.points, x, y].slice(-2 * MOST_DRAWN);
    take();
  };
  const drawn = drag(paper.canvas, { begin: (event) => (own() ? dot(event) : false), move: dot });

  const take = () => {
    Object.assign(gan().settings, { k: context.number("k"), dRate: Number(context.choice("d")), gRate: Number(context.choice("g")), loss: context.choice("loss") });
    gan().draw = source();
    data = source()(SHOWN, randomOf(5));
    paper.canvas.style.touchAction = own() ? "none" : "auto";
    wipe.hidden = !own();
    if (own() && !memory.points.length) context.say(t("Draw on the plane: the points that you leave are the data."));
    redraw();
  };
  const speed = speedOf(context, () => gan().step(), redraw);
  speed.most = 4;
  const play = playButton(() => speed.goes, (on) => (on ? speed.start() : speed.stop()));
  const again = button(t("Anew"), () => (begin(), take()));
  const wipe = button(t("Wipe"), () => {
    memory.points = [];
    take();
  });
  stage.append(numbers, h("div", { class: "learn-tools" }, play.element, again, context.control("data"), wipe), h("div", { class: "learn-tools" }, layerBoxes(context), context.control("loss")),
    h("div", { class: "learn-tools" }, RULES.map((name) => context.control(name))));
  play.element.disabled = !context.answered;
  context.onSet(take);
  context.onAnswer(() => {
    play.element.disabled = false;
    if (!context.still) speed.start();
    play.update();
    redraw();
  });
  take();
  return { update: redraw, destroy: together(held.destroy, drawn.destroy, square.destroy, paper.destroy) };
}

/** What lies over the plane. @param {import("../card.js").Context} context */
function layerBoxes(context) {
  const names = [t("D as a field"), t("G as a grid"), t("arrows")];
  const boxes = LAYERS.map((name) => h("input", { type: "checkbox", value: name, checked: context.choice("layers").split(".").includes(name) }));
  const set = () => context.set("layers", boxes.filter(({ checked }) => checked).map(({ value }) => value).join(".") || "none");
  return h("div", { class: "gan-buttons", role: "group", "aria-label": t("Shown layers"), onChange: set }, boxes.map((box, i) => h("label", { class: "gan-check" }, box, names[i])));
}
