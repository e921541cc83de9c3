/** A button that fills the screen with an element; Escape leaves. Where the Fullscreen API is missing (iPhones, some frames) the page is covered. */

import { t } from "../i18n/i18n.js";
import { h } from "./dom.js";

/**
 * @param {HTMLElement} frame what fills the screen; the button belongs inside it
 * @returns {{element: HTMLButtonElement, toggle: () => void, destroy: () => void}}
 */
export function fullscreen(frame) {
  const corners = h("span", { class: "gan-corners", "aria-hidden": "true" });
  const element = h("button", { type: "button", class: "gan-full-button", "aria-label": t("Full screen"), title: t("Full screen (Escape leaves)"), onClick: () => toggle() }, corners);
  let covering = false;
  const isFull = () => covering || document.fullscreenElement === frame;

  const show = () => {
    const full = isFull();
    frame.classList.toggle("gan-full", full);
    element.setAttribute("aria-label", full ? t("Leave full screen") : t("Full screen"));
    element.setAttribute("aria-pressed", String(full));
  };
  const cover = (/** @type {boolean} */ on) => {
    covering = on;
    // the top layer: no ancestor can clip it
    if (on) frame.setAttribute("popover", "manual");
    if (on) frame.showPopover?.();
    else frame.removeAttribute("popover");
    show();
  };
  const toggle = () => {
    if (covering) cover(false);
    else if (isFull()) document.exitFullscreen();
    else if (!document.fullscreenEnabled || !frame.requestFullscreen) cover(true);
    else frame.requestFullscreen().catch(() => cover(true));
    element.focus();
  };
  const ends = new AbortController();
  document.addEventListener("fullscreenchange", show, { signal: ends.signal });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !isFull()) return;
    event.preventDefault();
    toggle();
  }, { signal: ends.signal });
  element.setAttribute("aria-pressed", "false");
  return { element, toggle, destroy: () => ends.abort() };
}
