/** Two losses of G side by side: how strongly each pushes a fake that D gives so much, and what becomes of a G that trains on it. */

import { t } from "../../i18n/i18n.js";
import { drag } from "../../kit/drag.js";
import { h, setText, together } from "../../kit/dom.js";
import { board } from "../board.js";
import { button } from "../card.js";
import { draw as drawScene, drawCurve } from "../line/scene.js";
import { shownOf } from "../line/shown.js";
import { apart, drawOf, target } from "../line/targets.js";
import { speedOf } from "../speed.js";
import { TinyGan } from "../tinygan.js";
import { push } from "./algorithm.js";

/** As they are written in `loss`, and how a formula has them. @type {[string, string][]} */
export const LOSSES = [["minimax", "log(1 − D(G(z)))"], ["non_saturating", "−log D(G(z))"]];
/** D has had so many turns alone, until it is sure. Then plain gradients, as the paper's: Adam would rescale the small one of minimax. */
const ALONE = 300;
const PLAIN = { rule: "sgd", dRate: 0.02, gRate: 0.05 };
const STEP = 0.01;

/** @param {string} loss @returns {TinyGan} the same for both but for the loss, with a D that is sure already */
export function sure(loss) {
  const gan = new TinyGan(drawOf(target("one")), { dim: 1, latent: 1, wide: 16, act: "leaky", seed: 5, settings: { dRate: 0.01, loss } });
  // fakes begin far from the data, as digits drawn by lot are
  gan.G.layers[gan.G.layers.length - 1].bias[0] = -2.5;
  for (let i = 0; i < ALONE; i += 1) gan.turnOfD();
  Object.assign(gan.settings, PLAIN);
  return gan;
}

/**
 * @param {HTMLElement} place
 * @param {import("../card.js").Context} context
 * @returns {import("../../kit/dom.js").Component}
 */
export function mount(place, context) {
  const { memory } = context;
  memory.opinion ??= 0.05;
  const data = target("one");
  const gans = () => /** @type {TinyGan[]} */ (memory.gans ??= LOSSES.map(([loss]) => sure(loss)));
  const curves = board(place, { label: t("Slider: what D says of a fake, from 0 to 1"), role: "slider", props: { tabindex: 0, "aria-valuemin": 0, "aria-valuemax": 1, class: "learn-short" } },
    (pen, sheet) => drawLosses(pen, sheet, memory.opinion));
  const told = h("p", { class: "learn-numbers", role: "status" });
  const columns = LOSSES.map(([, text], i) => {
    const number = h("p", { class: "learn-numbers" });
    const column = h("div", { class: "learn-half" }, h("p", { class: "learn-half-title" }, i ? t("non-saturating: {loss}", { loss: text }) : t("minimax: {loss}", { loss: text })));
    const paper = board(column, { label: t("Densities of data and fakes, and D, after the line") }, (pen, sheet) => {
      const gan = gans()[i];
      const shown = shownOf(gan, data, { every: 16 });
      drawScene(pen, sheet, shown);
      setText(number, t("step {step}, apart {percent} %", { step: gan.steps, percent: Math.round(100 * apart(data, shown.g)) }));
    });
    column.append(number);
    return { column, paper };
  });
  const redraw = () => [curves, ...columns.map(({ paper }) => paper)].forEach(({ draw }) => draw());
  const moveTo = (/** @type {number} */ opinion) => {
    memory.opinion = Math.min(0.99, Math.max(0.01, opinion));
    curves.canvas.setAttribute("aria-valuenow", memory.opinion.toFixed(2));
    const [one, two] = LOSSES.map(([loss]) => push(loss, memory.opinion).toFixed(2));
    setText(told, t("D(G(z)) = {opinion}: minimax pushes with {one}, non-saturating with {two}", { opinion: memory.opinion.toFixed(2), one, two }));
    curves.draw();
  };
  const at = (/** @type {PointerEvent} */ { offsetX }) => moveTo((offsetX - LEFT) / (curves.size().width - LEFT - RIGHT));
  const dragged = drag(curves.canvas, { begin: at, move: at, yields: () => true });
  curves.canvas.style.touchAction = "pan-y";
  curves.canvas.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -STEP, ArrowDown: -STEP, ArrowRight: STEP, ArrowUp: STEP }[event.key];
    if (!by) return;
    event.preventDefault();
    moveTo(memory.opinion + by);
  });
  const speed = speedOf(context, () => gans().forEach((gan) => gan.step()), redraw);
  const train = button(t("Train both against a sure D"), () => speed.start(), { class: "learn-play" });
  const again = button(t("Anew"), () => {
    speed.stop();
    memory.gans = null;
    redraw();
  });
  const hint = h("p", { class: "gan-hint" }, t("Both with the same sure D, by plain gradient steps: Adam would rescale the small gradient of minimax."));
  place.append(told, hint, h("div", { class: "learn-halves" }, columns.map(({ column }) => column)), h("div", { class: "learn-tools" }, train, again));
  moveTo(memory.opinion);
  return { update: redraw, destroy: together(dragged.destroy, curves.destroy, () => speed.stop(), ...columns.map(({ paper }) => paper.destroy)) };
}

const LEFT = 14;
const RIGHT = 14;
const MOST = 4; // of a loss that is drawn

/** Both losses over D(G(z)), and an arrow for each: the push at a fake. @param {CanvasRenderingContext2D} pen @param {import("../board.js").Sheet} sheet @param {number} opinion */
function drawLosses(pen, { width, height, em, colour }, opinion) {
  const [top, bottom] = [1.5 * em, height - 1.6 * em];
  const across = (/** @type {number} */ d) => LEFT + d * (width - LEFT - RIGHT);
  const up = (/** @type {number} */ value) => (top + bottom) / 2 - (Math.max(-MOST, Math.min(MOST, value)) / MOST) * ((bottom - top) / 2);
  const places = Array.from({ length: 199 }, (_, i) => (i + 1) / 200);
  const kinds = /** @type {[(d: number) => number, number[], string][]} */ ([[(d) => Math.log(1 - d), [2, 4], "minimax"], [(d) => -Math.log(d), [], "non_saturating"]]);
  pen.fillStyle = colour("soft");
  pen.textAlign = "left";
  pen.fillText("0", across(0), bottom + 1.3 * em);
  pen.textAlign = "right";
  pen.fillText("1", across(1), bottom + 1.3 * em);
  pen.textAlign = "center";
  pen.fillText(t("D(G(z))"), across(0.5), bottom + 1.3 * em);
  drawCurve(pen, [[across(0), up(0)], [across(1), up(0)]], colour("grid"), 1);
  for (const [loss, dash, name] of kinds) {
    drawCurve(pen, places.map((d) => [across(d), up(loss(d))]), colour("generator"), 2.5, dash);
    const [x, y] = [across(opinion), up(loss(opinion))];
    arrow(pen, x, y, push(name, opinion) * 0.3 * width, colour("hold"));
    pen.beginPath();
    pen.arc(x, y, 0.5 * em, 0, 2 * Math.PI);
    pen.fillStyle = colour("hold");
    pen.fill();
  }
}

/** To the right. @param {CanvasRenderingContext2D} pen @param {number} x @param {number} y @param {number} length @param {string} colour */
function arrow(pen, x, y, length, colour) {
  pen.strokeStyle = pen.fillStyle = colour;
  pen.lineWidth = 4;
  pen.beginPath();
  pen.moveTo(x, y);
  pen.lineTo(x + length, y);
  pen.stroke();
  pen.beginPath();
  pen.moveTo(x + length + 8, y);
  pen.lineTo(x + length - 2, y - 6);
  pen.lineTo(x + length - 2, y + 6);
  pen.fill();
}
