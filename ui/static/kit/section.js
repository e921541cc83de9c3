/** A part of the page that can be folded away: a heading that is its own switch. Folded, it draws nothing. */

import { h } from "./dom.js";

const WIDE = "(min-width: 700px)";

/**
 * @param {string} title
 * @param {{open?: boolean|"wide", fact?: Node|string|null}} [options] `open`: to begin with; "wide" means where there is room. `fact` stands
 *   beside the heading
 * @param {...import("./dom.js").Child} children
 * @returns {HTMLDetailsElement}
 */
export function section(title, { open = false, fact = null } = {}, ...children) {
  const begins = open === "wide" ? (globalThis.matchMedia?.(WIDE).matches ?? true) : open;
  const heading = h("summary", { class: "gan-summary" }, h("h2", {}, title), fact && h("span", { class: "gan-fact" }, fact));
  return h("details", { class: "gan-fold", open: begins }, heading, h("div", { class: "gan-fold-body" }, ...children));
}
