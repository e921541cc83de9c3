/** The field's words, each explained in place: a word with a dotted underline that opens its sentence. */

import { t } from "../i18n/i18n.js";
import { h, uid } from "../kit/dom.js";

/** By key: as it is written in a sentence, and what it means. @type {Record<string, {shown: string, note: string}>} */
const TERMS = {
  adversarial: { shown: t("adversarial"), note: t("Two networks with opposite aims: what one wins, the other loses.") },
  generator: { shown: t("generator"), note: t("G, the network that turns a latent vector z into a fake. It never sees the data, only D's gradient.") },
  discriminator: { shown: t("discriminator"), note: t("D, the network that says how likely an input is real: 1 is real, 0 is fake.") },
  fake: { shown: t("fake"), note: t("What G makes: G(z), x with a wave. It is not from the data.") },
  latent: { shown: t("latent vector"), note: t("z, random numbers that G starts from. Latent means hidden: nobody told what each of them does.") },
  data: { shown: t("data"), note: t("The real examples x, drawn from the distribution p that G should learn.") },
  distribution: { shown: t("distribution"), note: t("How likely each value is: p for the data, g for what G makes.") },
  gradient: { shown: t("gradient"), note: t("Which way, and how strongly, a change of each number changes the loss. Training goes a small step against it.") },
  collapse: { shown: t("mode collapse"), note: t("G makes only a part of what is in the data, because that part fools D now.") },
  loss: { shown: t("loss"), note: t("The number that a network makes smaller by training.") },
  rate: { shown: t("learning rate"), note: t("How long the step is that the optimizer goes.") },
  batch: { shown: t("batch"), note: t("The examples that one step looks at.") },
};

/**
 * @param {string} key of the table above
 * @param {string} [shown] as the sentence needs it
 * @param {string} [after] what closes the word in its sentence: it stays on the word's line, before the note
 * @returns {HTMLElement}
 */
export function term(key, shown = TERMS[key]?.shown ?? key, after = "") {
  const id = uid("term");
  const note = h("span", { id, class: "learn-term-note", role: "note", hidden: true }, TERMS[key]?.note ?? "");
  const word = h("button", { type: "button", class: "learn-term", "aria-expanded": "false", "aria-controls": id }, shown, h("span", { class: "learn-term-sign", "aria-hidden": "true" }, "?"));
  const turn = (/** @type {boolean} */ open) => {
    note.hidden = !open;
    word.setAttribute("aria-expanded", String(open));
  };
  word.addEventListener("click", () => turn(note.hidden));
  word.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || note.hidden) return;
    event.stopPropagation(); // Escape would leave a talk
    turn(false);
  });
  return h("span", {}, after ? h("span", { class: "learn-term-closed" }, word, after) : word, note);
}

/**
 * A translated sentence with terms in it: `sentence(t("The {generator} makes a {fake}."))`.
 * @param {string} text
 * @returns {(Node|string)[]}
 */
export function sentence(text) {
  return text.split(/(\{\w+\}[,.;:)]*)/).filter(Boolean).map((part) => {
    const [, key = "", after = ""] = /^\{(\w+)\}(.*)$/.exec(part) ?? [];
    return Object.hasOwn(TERMS, key) ? term(key, undefined, after) : part;
  });
}

/** @param {...string} texts translated sentences with terms @returns {HTMLElement[]} a paragraph each */
export function paragraphs(...texts) {
  return texts.map((text) => h("p", {}, sentence(text)));
}
