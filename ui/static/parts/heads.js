/** The head of a column: which part of the model it is, what it says now, and behind a press what that means. */

import { t } from "../i18n/i18n.js";
import { h, rarely, setText, uid } from "../kit/dom.js";

/** The style of the columns. */
export const STAGE = new URL("stage.css", import.meta.url);

/**
 * @typedef {Object} Head
 * @property {HTMLElement} element
 * @property {HTMLElement} explained what a press opens; it belongs right below
 * @property {HTMLElement} live where the live value stands
 * @property {(text: string) => void} show writes it
 */

/**
 * @param {Object} options
 * @param {"z"|"G"|"D"} options.letter
 * @param {string} options.name what the letter stands for
 * @param {string} options.words its explanation
 * @param {import("../kit/dom.js").Child} [options.beside] a control that stands in the head
 * @param {(open: boolean) => void} [options.onOpen]
 * @returns {Head}
 */
export function columnHead({ letter, name, words, beside, onOpen = () => {} }) {
  const explained = h("div", { class: "gan-explained", id: uid("explained"), hidden: true }, h("p", {}, words));
  const live = h("span", { class: "gan-live" });
  const button = h("button", { type: "button", class: "gan-what", "aria-expanded": "false", "aria-controls": explained.id },
    h("span", { class: "gan-letter" }, letter), " ", h("span", { class: "gan-what-name" }, name));
  button.addEventListener("click", () => {
    explained.hidden = !explained.hidden;
    button.setAttribute("aria-expanded", String(!explained.hidden));
    onOpen(!explained.hidden);
  });
  let text = "";
  const write = rarely(() => setText(live, text));
  const show = (/** @type {string} */ next) => {
    text = next;
    write();
  };
  return { element: h("div", { class: "gan-stage-head", dataset: { part: letter } }, button, beside, live), explained, live, show };
}

/** @param {HTMLElement} chooser of the model, which is G @returns {Head} */
export function generatorHead(chooser) {
  return columnHead({
    letter: "G", name: t("draws"), beside: chooser,
    words: t("G, the generator, is a small neural network that makes a picture of z, here in your browser. It has never seen a digit: it learned from D alone what looks like one."),
  });
}

/** @returns {Head} */
export function discriminatorHead() {
  return columnHead({
    letter: "D", name: t("judges"),
    words: t("D, the discriminator, has seen real digits and G's, and learned to tell them apart. Where it cannot tell, it says 50 %. G learns from where D wants a picture brighter or darker."),
  });
}
