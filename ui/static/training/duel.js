/** The duel at a moment: how often the discriminator is right about real pictures, how many drawn ones pass it, and who is winning, in a sentence. */

import { t } from "../i18n/i18n.js";
import { h, setText } from "../kit/dom.js";
import { duelInWords, percent } from "../runs/runwords.js";

/** @typedef {import("../runs/types.js").Report} Report */

/** The two sides: whose it is, what is measured, and how large it is of 1. @type {{name: "d"|"g", label: string, share: (row: Partial<Report>) => number}[]} */
const SIDES = [
  { name: "d", label: t("D calls real pictures real"), share: ({ d_accuracy_real: right = NaN }) => right },
  { name: "g", label: t("G's pictures pass as real"), share: ({ d_accuracy_fake: right = NaN }) => 1 - right },
];

/**
 * @param {HTMLElement} place
 * @returns {{update: (view: {row: Report|null}) => void, destroy: () => void}}
 */
export function mount(place) {
  const rows = SIDES.map(({ name, label, share }) => {
    const [fill, value] = [h("span", { class: "train-duel-fill" }), h("output", { class: "train-duel-value" }, "–")];
    return { share, fill, value, element: h("div", { class: "train-duel-side", "data-side": name }, h("span", { class: "train-duel-label" }, label), h("span", { class: "train-duel-track" }, fill), value) };
  });
  const words = h("p", { class: "train-duel-words" }, " ");
  const element = h("section", { class: "train-duel", "aria-label": t("The duel") }, rows.map((row) => row.element), words);
  element.hidden = true;
  place.append(element);
  return {
    update({ row }) {
      element.hidden = row?.d_real === undefined;
      if (!row || element.hidden) return;
      for (const { share, fill, value } of rows) {
        const part = share(row);
        fill.style.transform = `scaleX(${Number.isFinite(part) ? part : 0})`;
        setText(value, Number.isFinite(part) ? percent(part) : "–");
      }
      setText(words, duelInWords(row) || " ");
    },
    destroy: () => element.remove(),
  };
}
