/** A button that opens the browser's chooser of files: in the page's style and language, which the browser's own field is not. */

import { h, uid } from "./dom.js";

/**
 * @param {string} text on the button
 * @param {Record<string, unknown>} attributes of the field, such as `accept` and `multiple`
 * @returns {{element: HTMLElement, input: HTMLInputElement}} the button, and the field that lies over it unseen: keyboard, drops and screen readers meet the field
 */
export function fileButton(text, attributes) {
  const input = h("input", { id: uid("file"), ...attributes, type: "file", class: "gan-file-field" });
  return { element: h("label", { class: "gan-button gan-file", for: input.id }, text, input), input };
}
