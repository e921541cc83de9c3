/** A modal dialog: the browser's own element keeps the focus inside, closes on Escape and gives the focus back. */

import { t } from "../i18n/i18n.js";
import { h, uid } from "./dom.js";

/**
 * @param {string} title
 * @param {...import("./dom.js").Child} children
 * @returns {{element: HTMLDialogElement, open: () => void, close: () => void}} made once, opened as often as wanted
 */
export function dialog(title, ...children) {
  const id = uid("dialog");
  const close = h("button", { type: "button", class: "gan-button gan-dialog-close" }, t("Close"));
  const element = h("dialog", { class: "gan-root gan-dialog", "aria-labelledby": id },
    h("div", { class: "gan-dialog-head" }, h("h2", { id }, title), close), h("div", { class: "gan-dialog-body" }, ...children));
  close.addEventListener("click", () => element.close());
  // a press beside the dialog closes it
  element.addEventListener("click", (event) => event.target === element && element.close());
  const open = () => {
    if (!element.isConnected) document.body.append(element);
    if (!element.open) element.showModal();
  };
  return { element, open, close: () => element.close() };
}

/** @returns {boolean} whether a dialog is open, so that the page's keys rest */
export function dialogOpen() {
  return document.querySelector("dialog[open]") !== null;
}
