/** What is being drawn: ten bars, one a digit, as the classifier reads the pictures of fixed z at one moment. */

import { t } from "../i18n/i18n.js";
import { lastWith } from "../kit/charts.js";
import { h } from "../kit/dom.js";
import { count, percent } from "../runs/runwords.js";

const EVEN = 0.1; // the share of each digit where all are equally many
const TOP = 0.4; // what fills a bar; more is written on it

/** Ten bars with a line where they would all be equal. */
export class Histogram {
  constructor() {
    this.bars = Array.from({ length: 10 }, (_, digit) => {
      const bar = h("span", { class: "train-bar10-fill" });
      const share = h("span", { class: "train-bar10-share" }, " ");
      return { bar, share, item: h("li", {}, share, h("span", { class: "train-bar10-track" }, bar), h("span", { class: "train-bar10-digit" }, String(digit))) };
    });
    this.words = h("p", { class: "train-quality-words" }, " ");
    this.list = h("ol", { class: "train-bars10" }, this.bars.map(({ item }) => item));
    this.element = h("section", { class: "train-quality train-part gan-at-quality", "aria-label": t("What is being drawn") }, h("h3", {}, t("What is being drawn, in %")), this.list, this.words);
    this.element.hidden = true;
  }

  clear() {
    this.element.hidden = true;
  }

  /**
   * @param {any[]} reports
   * @param {any} row the report that is looked at
   */
  show(reports, row) {
    const adversarial = "d_real" in row;
    const found = lastWith(reports, row, "distance");
    this.element.hidden = !adversarial;
    if (!found?.digits) {
      this.list.hidden = true;
      const known = reports.some((one) => one.digits) || row.step === 0;
      this.words.textContent = known ? " " : t("No figures here: the classifier reads digits only, and runs of earlier versions were not read.");
      return;
    }
    this.list.hidden = false;
    found.digits.forEach((share, digit) => {
      const { bar, share: text, item } = this.bars[digit];
      bar.style.transform = `scaleY(${Math.min(1, share / TOP)})`;
      text.textContent = String(Math.round(100 * share));
      item.dataset.missing = String(share < EVEN / 10);
    });
    this.words.textContent = qualityInWords(found);
  }
}

/** @returns {string} the figures of one report in a sentence */
export function qualityInWords(row) {
  const missing = row.digits.map((share, digit) => (share < EVEN / 10 ? digit : null)).filter((digit) => digit !== null);
  const parts = [t("At step {step} the classifier is sure of {share} of them.", { step: count(row.step), share: percent(row.confident) })];
  if (missing.length > 8) parts.push(t("Only {digits} is drawn.", { digits: row.digits.map((share, digit) => (share >= EVEN / 10 ? digit : null)).filter((digit) => digit !== null).join(", ") }));
  else if (missing.length) parts.push(t("Hardly ever drawn: {digits}.", { digits: missing.join(", ") }));
  else parts.push(t("All ten digits are drawn."));
  if (Number.isFinite(row.label_accuracy)) parts.push(t("{share} are the digit asked for.", { share: percent(row.label_accuracy) }));
  return parts.join(" ");
}

/**
 * @param {any[]} reports
 * @returns {number} index of the report with the lowest distance, -1 where none has one
 */
export function bestMoment(reports) {
  let best = -1;
  reports.forEach((row, i) => {
    if (Number.isFinite(row.distance) && (best < 0 || row.distance < reports[best].distance)) best = i;
  });
  return best;
}
