/** What a Turing test has shown: d' with what is certain of it, the bias in words, D beside, what others were, and two fakes to remember. */

import { t } from "../i18n/i18n.js";
import { h, paint, penOf } from "../kit/dom.js";
import { guesses } from "./signal.js";

/** The axis of d': 0 is guessing, at 3.5 one answer in 25 is wrong. */
const [LOWEST, HIGHEST] = [-1, 4];
/** A bias that is less is none that anybody feels. */
const SLIGHT = 0.25;

/** @typedef {import("./signal.js").Score} Score */
/** @typedef {import("./game.js").Kind} Kind */

/** @param {number} value @returns {string} with its sign */
export const signed = (value) => `${value < -0.005 ? "−" : ""}${Math.abs(value).toFixed(2)}`;

/** @param {number} share @returns {number} */
const percent = (share) => Math.round(100 * share);

/**
 * @param {{you: Score, judge: Score|null, kind: Kind, fooled: import("./game.js").Item|null, nobody: import("./game.js").Item|null}} found
 * @returns {HTMLElement}
 */
export function scoreBoard({ you, judge, kind, fooled, nobody }) {
  const rows = [row(t("You"), you, "you"), judge && row(t("D, the discriminator"), judge, "judge"), row(t("People trained to spot AI faces"), { dPrime: 0.46, low: 0.46, high: 0.46 }, "others")];
  return h("div", { class: "turing-score" },
    h("p", { class: "turing-sum" }, summary(you, kind)),
    h("div", { class: "turing-axis", role: "table", "aria-label": t("d', how well real and fake are told apart: 0 is guessing") }, rows,
      h("div", { class: "turing-row", "aria-hidden": "true" }, h("span", {}), h("span", { class: "turing-scale" }, [0, 1, 2, 3].map((value) => h("span", { style: { left: place(value) } }, value === 0 ? t("0, guessing") : String(value)))))),
    h("div", { class: "turing-memory" }, keepsake(fooled, t("Taken for real")), keepsake(nobody, t("Nobody fell for it"))),
    h("p", { class: "gan-hint" }, t("Others: faces by StyleGAN2 against photographs, 48.2 % right without training and 59.0 % (d' 0.46) with it (Nightingale and Farid 2022). On StyleGAN's faces people erred in 27.6 %, where 50 % is guessing (HYPE, Zhou et al. 2019).")));
}

/** @param {Score} you @param {Kind} kind @returns {string} */
export function summary(you, kind) {
  const said = t("{right} of {count} right. d' = {d}, and with 95 % it lies between {low} and {high}.", { right: Math.round(you.right * you.count), count: you.count, d: signed(you.dPrime), low: signed(you.low), high: signed(you.high) });
  const sure = guesses(you) ? t("You could as well have guessed: so far this generator passes the test.") : you.low > 0 ? t("That is better than guessing.") : t("Too few looks to say whether you guess.");
  return [said, sure, inclination(you, kind)].join(" ");
}

/** @param {Score} you @param {Kind} kind */
function inclination({ bias }, kind) {
  const words = { c: signed(bias) };
  if (Math.abs(bias) < SLIGHT) return t("You prefer neither answer (c = {c}).", words);
  if (kind === "grids") return bias > 0 ? t("You rather point to the right (c = {c}).", words) : t("You rather point to the left (c = {c}).", words);
  return bias > 0 ? t("When in doubt you say real (c = {c}).", words) : t("When in doubt you say fake (c = {c}).", words);
}

/** @param {string} name @param {Pick<Score, "dPrime"|"low"|"high">} score @param {string} kind */
function row(name, { dPrime, low, high }, kind) {
  const span = h("span", { class: "turing-span", style: { left: place(low), right: `calc(100% - ${place(high)})` } });
  const dot = h("span", { class: "turing-dot", style: { left: place(dPrime) } });
  return h("div", { class: `turing-row turing-${kind}`, role: "row" }, h("span", { role: "rowheader" }, name),
    h("span", { class: "turing-track", role: "cell", "aria-label": signed(dPrime) }, h("span", { class: "turing-zero" }), span, dot), h("b", { "aria-hidden": "true" }, signed(dPrime)));
}

/** @param {number} value of d' @returns {string} */
function place(value) {
  return `${(100 * (Math.min(HIGHEST, Math.max(LOWEST, value)) - LOWEST)) / (HIGHEST - LOWEST)}%`;
}

/** @param {import("./game.js").Item|null} item @param {string} words */
function keepsake(item, words) {
  if (!item) return null;
  const picture = pictureOf(item);
  picture.setAttribute("aria-label", words);
  const said = item.opinion === null ? words : t("{words}; D said {percent} % real", { words, percent: percent(item.opinion) });
  return h("figure", {}, picture, h("figcaption", {}, said));
}

/** @param {import("./game.js").Item} item @returns {HTMLCanvasElement} its picture, or its nine in a square */
export function pictureOf({ pictures }) {
  const columns = Math.round(Math.sqrt(pictures.length));
  const cell = 28 + (columns > 1 ? 1 : 0);
  const side = columns * cell - (columns > 1 ? 1 : 0);
  const canvas = h("canvas", { class: "turing-picture", width: side, height: side, role: "img" });
  const pen = penOf(canvas);
  pen.fillRect(0, 0, side, side);
  pictures.forEach((picture, i) => paint(pen, picture, (i % columns) * cell, Math.floor(i / columns) * cell));
  return canvas;
}
