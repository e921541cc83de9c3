/** A thin bar that fills while weights come. Where they come at once nobody sees it. */

import { onProgress } from "../engine/programs.js";
import { t } from "../i18n/i18n.js";
import { h } from "../kit/dom.js";

const PATIENCE_MS = 300;

/** @returns {{element: HTMLElement, destroy: () => void}} takes no room: it lies on the lower edge of what holds it, which is positioned */
export function progressBar() {
  const fill = h("span", { class: "gan-coming-fill" });
  const element = h("span", { class: "gan-coming", role: "progressbar", "aria-label": t("Weights"), "aria-valuemin": 0, "aria-valuemax": 100 }, fill);
  element.hidden = true;
  let timer = 0;
  const destroy = onProgress((come, expected) => {
    if (!come && !expected) {
      clearTimeout(timer);
      timer = 0;
      element.hidden = true;
      return;
    }
    timer ||= setTimeout(() => (element.hidden = false), PATIENCE_MS);
    const part = expected ? Math.min(1, come / expected) : 0;
    element.classList.toggle("gan-coming-unknown", !expected);
    fill.style.transform = expected ? `scaleX(${part})` : "";
    const words = { come: (come / 1e6).toFixed(1), all: (expected / 1e6).toFixed(1) };
    element.setAttribute("aria-valuetext", expected ? t("{come} of {all} MB", words) : t("{come} MB so far", words));
    if (expected) element.setAttribute("aria-valuenow", String(Math.round(100 * part)));
    else element.removeAttribute("aria-valuenow");
  });
  return { element, destroy };
}
