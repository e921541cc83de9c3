/** A card with several views of one thing: the setting `view` says which of them stands on the stage. */

import { h } from "../kit/dom.js";

/**
 * @typedef {import("./card.js").Context} Context
 * @typedef {import("../kit/dom.js").Component} Component
 */

/**
 * @param {HTMLElement} stage
 * @param {Context} context of a card with a setting `view`
 * @param {Record<string, (place: HTMLElement, context: Context) => Component>} views by its values
 * @returns {Component}
 */
export function switching(stage, context, views) {
  const place = h("div", { class: "learn-view" });
  /** Of the view that is shown: what it wants to know of settings and the answer goes with it. @type {Set<(name: string) => void>} */
  const listeners = new Set();
  const own = Object.create(context, { onSet: { value: (/** @type {(name: string) => void} */ listener) => void listeners.add(listener) } });
  /** @type {Component|null} */
  let shown = null;
  const show = () => {
    shown?.destroy();
    listeners.clear();
    place.replaceChildren();
    place.dataset.view = context.choice("view");
    shown = views[context.choice("view")](place, own);
  };
  stage.append(context.control("view"), place);
  context.onSet((name) => {
    if (name === "view") show();
    else for (const listener of [...listeners]) listener(name);
  });
  show();
  return { update: () => shown?.update(), destroy: () => shown?.destroy() };
}
