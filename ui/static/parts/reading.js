/** What the picture on screen reads as: ten bars, one a digit, from the project's own classifier. */

import { t } from "../i18n/i18n.js";
import { h, rarely, setText } from "../kit/dom.js";
import { digitOf } from "../state/classifier.js";

/** @typedef {{element: HTMLElement, show: (probabilities: ArrayLike<number>|null) => void}} Reading null where nothing can be said: its place stays */

/** @returns {Reading} */
export function reading() {
  const bars = Array.from({ length: 10 }, () => h("span", { class: "gan-reading-fill" }));
  const columns = bars.map((bar, i) => h("span", { class: "gan-reading-digit", "aria-hidden": "true" }, h("span", { class: "gan-reading-bar" }, bar), i));
  const said = h("span", { class: "gan-nowrap" });
  const element = h("div", { class: "gan-reading", role: "img", "aria-label": t("No reading yet") },
    h("div", { class: "gan-reading-text", "aria-hidden": "true" }, t("reads as: "), said), h("div", { class: "gan-reading-bars" }, columns));
  const shown = new Int16Array(10).fill(-1);
  let [words, first] = ["", -1];
  /** @type {number|null} */
  let best = null;
  /** @type {boolean|null} */
  let visible = null;
  const write = rarely(() => {
    if ((best ?? -1) !== first) {
      columns[first]?.classList.remove("gan-reading-first");
      first = best ?? -1;
      columns[first]?.classList.add("gan-reading-first");
    }
    const text = best === null ? t("no digit") : `${best}, ${shown[best]} %`;
    if (text === words) return;
    setText(said, (words = text));
    element.setAttribute("aria-label", t("The picture reads as {reading}", { reading: text }));
  });

  /** @type {Reading["show"]} */
  const show = (probabilities) => {
    if ((probabilities !== null) !== visible) {
      visible = probabilities !== null;
      element.style.visibility = visible ? "visible" : "hidden";
    }
    if (!probabilities) return;
    best = digitOf(probabilities);
    for (let i = 0; i < 10; i += 1) {
      const percent = Math.round(100 * probabilities[i]);
      if (percent === shown[i]) continue;
      shown[i] = percent;
      bars[i].style.transform = `scaleY(${percent / 100})`;
    }
    write();
  };
  show(null);
  return { element, show };
}
