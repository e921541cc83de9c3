/** What a signal reads as: how high its envelope spectrum stands at the rate of each part of a bearing, a bar each. */

import { t } from "../i18n/i18n.js";
import { h, rarely, setText } from "../kit/dom.js";
import { readingOf } from "./bearing.js";

/** @typedef {{element: HTMLElement, show: (spectrum: import("./spectra.js").Spectrum, lines: readonly import("./bearing.js").Line[]) => void}} Beats */

/** @returns {Beats} */
export function beats() {
  const bars = h("div", { class: "gan-reading-bars gan-beats" });
  const said = h("span", { class: "gan-nowrap" });
  const text = h("div", { class: "gan-reading-text", "aria-hidden": "true" }, t("reads as: "), said);
  const words = h("p", { class: "gan-hint" }, t("Whenever a ball meets a damaged spot, the bearing is struck and rings. How often it is struck stands in the envelope spectrum, and each part has a rate of its own."));
  const element = h("div", { class: "gan-reading gan-reading-signal", role: "img", "aria-label": t("No reading yet") }, text, bars, words);
  /** @type {HTMLElement[]} */
  let fills = [];
  let [drawn, reads] = ["", ""];
  const write = rarely(() => {
    setText(said, reads);
    element.setAttribute("aria-label", t("The signal reads as {reading}", { reading: reads }));
  });
  /** @param {readonly import("./bearing.js").Line[]} lines */
  const draw = (lines) => {
    const wanted = lines.map(({ part }) => part).join();
    if (wanted === drawn) return;
    drawn = wanted;
    fills = lines.map(() => h("span", { class: "gan-reading-fill" }));
    bars.replaceChildren(...lines.map(({ short, name }, i) => h("span", { class: "gan-reading-digit", title: name, "aria-hidden": "true" }, h("span", { class: "gan-reading-bar" }, fills[i]), short)));
    bars.style.setProperty("--gan-bars", String(lines.length));
    element.hidden = !lines.length;
  };
  return {
    element,
    show(spectrum, lines) {
      draw(lines);
      const { heights, least, line } = readingOf(spectrum, lines);
      const most = Math.max(2 * least, ...heights); // where nothing is struck, no bar is full
      heights.forEach((height, i) => {
        fills[i].style.transform = `scaleY(${Math.min(1, height / most).toFixed(3)})`;
        fills[i].parentElement?.parentElement?.classList.toggle("gan-reading-first", lines[i] === line);
      });
      reads = line?.full ?? t("no damage");
      write();
    },
  };
}
