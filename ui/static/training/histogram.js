/** What is being drawn: ten bars, one a digit, as the classifier reads the pictures of fixed z at one moment. */

import { t } from "../i18n/i18n.js";
import { h, setText } from "../kit/dom.js";
import { lastWith } from "../kit/numbers.js";
import { count, percent } from "../runs/runwords.js";

/** @typedef {import("../runs/types.js").Report} Report */

const EVEN = 0.1; // the share of each digit where all are equally many
const UNCLEAR = 0.02; // the share of clear pictures under which it says nothing which digits are drawn
const TOP = 0.4; // what fills a bar; more is written on it

/**
 * Ten bars with a line where they would all be equal.
 * @param {HTMLElement} place
 * @returns {{update: (view: {row: Report|null, seen: Report[]}) => void, destroy: () => void}}
 */
export function mount(place) {
  const bars = Array.from({ length: 10 }, (_, digit) => {
    const bar = h("span", { class: "train-bar10-fill" });
    const share = h("span", { class: "train-bar10-share" }, " ");
    return { bar, share, item: h("li", {}, share, h("span", { class: "train-bar10-track" }, bar), h("span", { class: "train-bar10-digit" }, String(digit))) };
  });
  const list = h("ol", { class: "train-bars10" }, bars.map(({ item }) => item));
  const element = h("section", { class: "train-quality train-part gan-at-quality", "aria-label": t("What is being drawn") }, h("h3", {}, t("What is being drawn, in %")), list);
  place.append(element);
  return {
    update({ row, seen }) {
      const found = row && row.d_real !== undefined ? lastWith(seen, row, "distance") : null;
      element.hidden = !found?.digits;
      found?.digits?.forEach((share, digit) => {
        const { bar, share: text, item } = bars[digit];
        bar.style.transform = `scaleY(${Math.min(1, share / TOP)})`;
        setText(text, String(Math.round(100 * share)));
        item.dataset.missing = String(share < EVEN / 10);
      });
    },
    destroy: () => element.remove(),
  };
}

/**
 * @param {Report|null} row that is looked at
 * @param {readonly Report[]} seen
 * @returns {string} what is drawn there, in a sentence; "" where nothing has been read yet
 */
export function drawnInWords(row, seen) {
  if (!row || row.d_real === undefined) return "";
  const found = lastWith(seen, row, "distance");
  if (found.digits) return qualityInWords(found);
  return row.step === 0 || seen.some(({ digits }) => digits) ? "" : t("No figures here: the classifier reads digits only, and runs of earlier versions were not read.");
}

/** @param {Report} row one that has the figures @returns {string} them in a sentence */
export function qualityInWords({ step, confident = 0, digits = [], label_accuracy: right }) {
  const drawn = digits.flatMap((share, digit) => (share >= EVEN / 10 ? [digit] : []));
  const missing = digits.flatMap((share, digit) => (share < EVEN / 10 ? [digit] : []));
  const parts = [t("At step {step} the classifier is sure of {share} of them.", { step: count(step), share: percent(confident) })];
  if (confident < UNCLEAR) parts.push(t("Hardly any of them is clearly a digit."));
  else if (missing.length > 8) parts.push(t("Only {digits} is drawn.", { digits: drawn.join(", ") }));
  else if (missing.length) parts.push(t("Hardly ever drawn: {digits}.", { digits: missing.join(", ") }));
  else parts.push(t("All ten digits are drawn."));
  if (right !== undefined && Number.isFinite(right)) parts.push(t("{share} are the digit asked for.", { share: percent(right) }));
  return parts.join(" ");
}
