/** The race in the valley: paths of five optimizers, and the course's statements as switches. */

import { t } from "../../i18n/i18n.js";
import { h, setText, together } from "../../kit/dom.js";
import { board } from "../board.js";
import { button, playButton } from "../card.js";
import { FLAT, lowest, NAMES, Race, STEEP } from "./race.js";

/** How each is called, drawn, and told apart without colour. @type {Record<string, {called: string, colour: string, dash: number[]}>} */
export const LOOKS = {
  sgd: { called: "SGD", colour: "soft", dash: [2, 4] },
  momentum: { called: t("momentum"), colour: "soft", dash: [10, 4] },
  adagrad: { called: "AdaGrad", colour: "discriminator", dash: [6, 3, 2, 3] },
  rmsprop: { called: "RMSProp", colour: "generator", dash: [4, 3] },
  adam: { called: t("Adam"), colour: "data", dash: [] },
};
const SEEN = { left: -5, right: 2.6, low: -2.1, high: 2.1 };
const BEAT_MS = 45;
const LONGEST = 400;
const CLOSE = 0.25; // to the deepest point

/**
 * @param {HTMLElement} place
 * @param {import("../card.js").Context} context
 * @returns {import("../../kit/dom.js").Component}
 */
export function mount(place, context) {
  const { memory } = context;
  const twists = () => ({ scale: Number(context.choice("scale")), sparse: context.choice("rare") === "yes", moving: context.choice("target") === "moves" });
  const begin = () => (memory.race = new Race(twists()));
  const race = () => /** @type {Race} */ (memory.race ?? begin());
  const told = h("ul", { class: "learn-runners" });
  const rows = NAMES.map((name) => h("li", { style: { color: `var(--learn-line-${name})` } }));
  told.append(...rows);
  const paper = board(place, { label: t("A valley from above, with the paths of five optimizers to its deepest point") }, (pen, sheet) => draw(pen, sheet, race()));
  const show = () => {
    paper.draw();
    const [a, b] = lowest(Math.max(0, race().steps - 1), race().twists.moving);
    race().runners.forEach(({ name, at, lost }, i) => {
      const far = Math.hypot(at[0] - a, at[1] - b);
      const where = lost ? t("flew away") : far < CLOSE ? t("is there") : t("{distance} away", { distance: far.toFixed(1) });
      setText(rows[i], `${LOOKS[name].called}: ${where}`);
    });
  };
  let [end, waited] = [/** @type {(() => void)|null} */ (null), 0];
  const run = (/** @type {boolean} */ on) => {
    end?.();
    end = on ? context.frames((ms) => {
      for (waited += ms; waited > BEAT_MS; waited -= BEAT_MS) if (race().steps < LONGEST) race().step();
      show();
    }) : null;
    play.update();
  };
  const play = playButton(() => end !== null, run);
  const anew = () => {
    begin();
    show();
    run(true);
  };
  const hundred = button(t("Gradients × 100"), () => {
    context.set("scale", context.choice("scale") === "1" ? "100" : "1");
    if (context.answered) context.done();
  }, { "data-learn-act": true });
  const turn = (/** @type {string} */ name, /** @type {[string, string]} */ values) => () => context.set(name, context.choice(name) === values[0] ? values[1] : values[0]);
  const rare = button(t("Sparse gradients"), turn("rare", ["no", "yes"]));
  const moves = button(t("Moving target"), turn("target", ["rests", "moves"]));
  const press = () => {
    hundred.setAttribute("aria-pressed", String(twists().scale !== 1));
    rare.setAttribute("aria-pressed", String(twists().sparse));
    moves.setAttribute("aria-pressed", String(twists().moving));
  };
  const words = h("p", { class: "learn-statement", role: "status" });
  const say = () => setText(words, statement(twists()));
  context.onSet((name) => {
    if (!["scale", "rare", "target"].includes(name)) return;
    press();
    say();
    anew();
  });
  place.append(told, words, h("div", { class: "learn-tools" }, play.element, button(t("Anew"), anew), hundred, rare, moves));
  hundred.toggleAttribute("disabled", !context.answered);
  context.onAnswer(() => hundred.removeAttribute("disabled"));
  press();
  say();
  show();
  if (!context.still && race().steps === 0) run(true);
  return { update: show, destroy: together(paper.destroy, () => end?.()) };
}

/** @param {import("./race.js").Twists} twists @returns {string} what the course says of what is on */
function statement({ scale, sparse, moving }) {
  if (scale !== 1) return t("Adam divides by the size of what it has seen: rescaled gradients give the same steps. SGD takes steps 100 times as long.");
  if (sparse) return t("Along the valley a gradient comes every tenth step only. Who divides by the size of what came takes long steps where it is rare.");
  if (moving) return t("The target moves, as in a GAN, where each network's loss changes with the other. AdaGrad remembers all for ever and slows down; who forgets follows.");
  return t("Steep across, flat along. One rate for both directions must be small for the steep one; momentum and averages of gradients help along.");
}

/** @param {CanvasRenderingContext2D} pen @param {import("../board.js").Sheet} sheet @param {Race} race */
function draw(pen, { width, height, em, colour }, race) {
  const { left, right, low, high } = SEEN;
  const scale = Math.min(width / (right - left), height / (high - low));
  const x = (/** @type {number} */ at) => width / 2 + (at - (left + right) / 2) * scale;
  const y = (/** @type {number} */ at) => height / 2 - at * scale;
  const [a, b] = lowest(Math.max(0, race.steps - 1), race.twists.moving);
  pen.strokeStyle = colour("grid");
  pen.lineWidth = 1;
  for (const level of [0.03, 0.15, 0.4, 1, 2.5, 6, 14, 28]) {
    pen.beginPath();
    pen.ellipse(x(a), y(b), Math.sqrt((2 * level) / FLAT) * scale, Math.sqrt((2 * level) / STEEP) * scale, 0, 0, 2 * Math.PI);
    pen.stroke();
  }
  pen.fillStyle = colour("data");
  pen.fillRect(x(a) - 4, y(b) - 4, 8, 8);
  pen.lineJoin = "round";
  const labels = /** @type {number[]} */ ([]);
  for (const { name, path } of race.runners) {
    const { called, colour: ink, dash } = LOOKS[name];
    pen.strokeStyle = pen.fillStyle = colour(ink);
    pen.lineWidth = name === "adam" ? 3 : 2;
    pen.setLineDash(dash);
    pen.beginPath();
    for (const [px, py] of path) pen.lineTo(x(px), y(py));
    pen.stroke();
    pen.setLineDash([]);
    const [px, py] = path[path.length - 1];
    if (Math.abs(px) > 9 || Math.abs(py) > 9) continue;
    pen.beginPath();
    pen.arc(x(px), y(py), 0.4 * em, 0, 2 * Math.PI);
    pen.fill();
    // names that would lie over one another stand beneath
    let line = y(py) - 0.7 * em;
    while (labels.some((other) => Math.abs(other - line) < em)) line += em;
    labels.push(line);
    pen.textAlign = "left";
    pen.fillText(called, Math.min(width - 5 * em, x(px) + 0.7 * em), line);
  }
}
