/**
 * A phone's controls: one row under the thumb says which of them stand above it. A swipe along the row goes to the next. On wider screens all of
 * them are there, and the row is not (explore.css).
 */

import { t } from "../i18n/i18n.js";
import { h, rovingFocus, setText, uid } from "../kit/dom.js";

/** A finger that went so far to the side, in pixels, has swiped. */
const SWIPE = 36;

/** @typedef {{name: string, icon: string, label: string, title?: string, parts: HTMLElement[]}} Panel `title`: the whole of what `label` says shortly */

/**
 * @param {Panel[]} panels the first is there to begin with
 * @returns {{element: HTMLElement, open: (name: string) => void, offer: (name: string, there: boolean, label: string) => void}} `offer`: whether a panel has anything in it, and what that is called
 */
export function dock(panels) {
  const tabs = panels.map(({ name, icon, label, title, parts }) => {
    for (const part of parts) part.id ||= uid(`dock-${name}`);
    return h("button", { type: "button", role: "tab", class: "gan-dock-tab", "aria-label": title, "aria-controls": parts.map(({ id }) => id).join(" "), onClick: () => (choose(name), scrollTo({ top: 0 })) },
      h("span", { class: `gan-icon gan-icon-${icon}`, "aria-hidden": "true" }), h("span", {}, label));
  });
  const element = h("div", { class: "gan-dock", role: "tablist", "aria-label": t("Controls") }, tabs);
  const hold = rovingFocus(element, tabs, { onMove: (index) => choose(panels[index].name) });
  let chosen = 0;

  /** @param {string} name */
  const choose = (name) => {
    chosen = panels.findIndex((panel) => panel.name === name);
    hold(chosen);
    panels.forEach(({ parts }, i) => {
      tabs[i].setAttribute("aria-selected", String(i === chosen));
      for (const part of parts) part.classList.toggle("gan-docked", i !== chosen);
    });
  };
  /** @param {string} name @param {boolean} there @param {string} label */
  const offer = (name, there, label) => {
    const index = panels.findIndex((panel) => panel.name === name);
    tabs[index].hidden = !there;
    setText(/** @type {Element} */ (tabs[index].lastElementChild), label);
    if (!there && chosen === index) choose(panels[0].name);
  };
  let from = NaN;
  element.addEventListener("pointerdown", ({ clientX }) => (from = clientX));
  element.addEventListener("pointermove", ({ clientX }) => {
    const way = clientX - from;
    if (!(Math.abs(way) > SWIPE)) return;
    from = NaN;
    // the finger pulls the row: to the left comes what stands to the right
    const there = panels.filter((_, i) => !tabs[i].hidden), at = there.indexOf(panels[chosen]);
    choose(there[Math.min(there.length - 1, Math.max(0, at - Math.sign(way)))].name);
  });
  for (const name of /** @type {const} */ (["pointerup", "pointercancel"])) element.addEventListener(name, () => (from = NaN));
  choose(panels[0].name);
  return { element, open: choose, offer };
}
