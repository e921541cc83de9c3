/** V over one weight of D and one of G as a map of heights, with the path of both; a press on the map begins anew from there. */

import { t } from "../../i18n/i18n.js";
import { h, rarely, setText, together } from "../../kit/dom.js";
import { board } from "../board.js";
import { button, playButton } from "../card.js";
import { GAMES, step } from "./saddle.js";

const EDGE = 3; // of both weights that are seen
const CELLS = 72;
const RATE = 0.15;
const LEVELS = 11;
const LONGEST = 1500;
const BEAT_MS = 40;

/**
 * @param {HTMLElement} place
 * @param {import("../card.js").Context} context
 * @returns {import("../../kit/dom.js").Component}
 */
export function mount(place, context) {
  const { memory } = context;
  const game = () => GAMES[context.choice("game")];
  const begin = (/** @type {import("./saddle.js").Point} */ at) => (memory.path = [at]);
  const path = () => /** @type {import("./saddle.js").Point[]} */ (memory.path ?? begin([1.2, 1.2]));
  const words = h("p", { class: "learn-numbers" });
  const tell = rarely(() => {
    const [d, g] = path()[path().length - 1];
    setText(words, t("step {step}: {distance} from the saddle, V = {value}", { step: path().length - 1, distance: Math.hypot(d, g).toFixed(2), value: game().value(d, g).toFixed(2).replace("-", "−") }));
  });
  const relief = { name: "", image: /** @type {OffscreenCanvas|null} */ (null), colour: "" };
  const paper = board(place, { label: t("Map of V: to the right D's weight, which climbs; upwards G's, which descends. The path of both"), props: { class: "learn-square" } }, (pen, sheet) => {
    const name = `${context.choice("game")} ${sheet.colour("discriminator")}`;
    if (relief.name !== name) Object.assign(relief, { name, image: shaded(game(), sheet.colour) });
    drawMap(pen, sheet, relief.image, path());
    tell();
  });
  paper.canvas.addEventListener("click", ({ offsetX, offsetY }) => {
    const { width, height } = paper.size();
    const side = Math.min(width, height);
    const at = [offsetX - width / 2, height / 2 - offsetY].map((pixel) => (pixel / (side / 2)) * EDGE);
    begin([at[0], at[1]]);
    paper.draw();
  });
  const next = () => {
    const at = path()[path().length - 1];
    if (path().length > LONGEST || Math.hypot(...at) > 3 * EDGE) return;
    path().push(step(game(), at, RATE, context.choice("way")));
    paper.draw();
  };
  let [end, waited] = [/** @type {(() => void)|null} */ (null), 0];
  const play = playButton(() => end !== null, (on) => {
    end?.();
    end = on ? context.frames((ms) => {
      for (waited += ms; waited > BEAT_MS; waited -= BEAT_MS) next();
    }) : null;
  });
  const one = button(t("One step"), next);
  const again = button(t("Anew"), () => (begin([1.2, 1.2]), paper.draw()));
  place.append(words, h("div", { class: "learn-tools" }, play.element, one, again, context.control("game"), context.control("way")));
  context.onSet((name) => {
    if (name === "game" || name === "way") begin(path()[0]);
    paper.draw();
  });
  return { update: paper.draw, destroy: together(paper.destroy, () => end?.()) };
}

/** Heights as shades of D's colour, where D has won, and of G's. @param {import("./saddle.js").Game} game @param {import("../board.js").Colour} colour */
function shaded(game, colour) {
  const image = new OffscreenCanvas(CELLS, CELLS);
  const pen = image.getContext("2d");
  if (!pen) return null;
  const values = Array.from({ length: CELLS * CELLS }, (_, i) => game.value(...weights((i % CELLS) + 0.5, Math.floor(i / CELLS) + 0.5)));
  const middle = game.value(0, 0);
  const most = Math.max(...values.map((value) => Math.abs(value - middle)));
  values.forEach((value, i) => {
    // in steps, so that lines of one height are seen
    const level = Math.round(Math.cbrt((value - middle) / most) * LEVELS) / LEVELS;
    pen.globalAlpha = 0.75 * Math.abs(level);
    pen.fillStyle = colour(level > 0 ? "discriminator" : "generator");
    pen.fillRect(i % CELLS, Math.floor(i / CELLS), 1, 1);
  });
  return image;
}

/** @param {number} column @param {number} row @returns {import("./saddle.js").Point} */
const weights = (column, row) => [(2 * column / CELLS - 1) * EDGE, (1 - 2 * row / CELLS) * EDGE];

/** @param {CanvasRenderingContext2D} pen @param {import("../board.js").Sheet} sheet @param {OffscreenCanvas|null} relief @param {import("./saddle.js").Point[]} path */
function drawMap(pen, { width, height, em, colour }, relief, path) {
  const side = Math.min(width, height);
  const [left, top] = [(width - side) / 2, (height - side) / 2];
  const place = (/** @type {import("./saddle.js").Point} */ [d, g]) => /** @type {[number, number]} */ ([width / 2 + (d / EDGE) * (side / 2), height / 2 - (g / EDGE) * (side / 2)]);
  if (relief) pen.drawImage(relief, left, top, side, side);
  pen.save();
  pen.beginPath();
  pen.rect(left, top, side, side);
  pen.clip();
  pen.strokeStyle = colour("data");
  pen.lineWidth = 2;
  pen.lineJoin = "round";
  pen.beginPath();
  path.forEach((at) => pen.lineTo(...place(at)));
  pen.stroke();
  pen.restore();
  const last = place(path[path.length - 1]);
  for (const [[x, y], radius, fill] of /** @type {[[number, number], number, string][]} */ ([[place([0, 0]), 0.35 * em, "data"], [last, 0.6 * em, "hold"]])) {
    pen.beginPath();
    pen.arc(Math.max(left, Math.min(left + side, x)), Math.max(top, Math.min(top + side, y)), radius, 0, 2 * Math.PI);
    pen.fillStyle = colour(fill);
    pen.fill();
  }
  pen.fillStyle = colour("data");
  pen.textAlign = "right";
  pen.fillText(t("weight of D"), left + side - 6, height / 2 - 6);
  pen.textAlign = "left";
  pen.fillText(t("weight of G"), width / 2 + 6, top + 1.2 * em);
}
