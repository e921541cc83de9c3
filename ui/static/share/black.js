/** A black screen, as lecturers have it: everybody looks at who speaks. Whatever is pressed next brings the page back. */

import { t } from "../i18n/i18n.js";
import { h } from "../kit/dom.js";

/** @type {AbortController|null} */
let black = null;

/** Black, or the page again. */
export function toggleBlack() {
  if (black) {
    black.abort();
    return;
  }
  const ends = (black = new AbortController());
  const element = h("div", { class: "gan-black", role: "status", "aria-label": t("The screen is black; any key brings the page back") });
  const back = (/** @type {Event} */ event) => {
    event.preventDefault();
    event.stopPropagation();
    ends.abort();
  };
  ends.signal.addEventListener("abort", () => {
    black = null;
    element.remove();
  });
  window.addEventListener("keydown", back, { capture: true, signal: ends.signal });
  element.addEventListener("pointerdown", back, { signal: ends.signal });
  document.body.append(element);
}
