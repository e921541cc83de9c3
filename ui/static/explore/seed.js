/** Where the digit comes from: its seed, a dice, the way back and forth, and how far from the prior's middle it is taken; and where it may go. */

import { messageOf, t } from "../i18n/i18n.js";
import { follows, h, uid } from "../kit/dom.js";
import { slider } from "../kit/slider.js";
import { parseSeed } from "../state/latent.js";
import { addKeyPoint, dropped, pointInHand } from "../state/paths.js";

/**
 * @param {HTMLElement} element
 * @param {import("../state/view.js").View} view
 * @param {import("../state/held.js").Held} held
 * @param {(text: string, kind: "info"|"error") => void} say
 * @returns {import("../kit/dom.js").Component}
 */
export function mount(element, view, held, say) {
  const id = uid("seed");
  const field = h("input", { id, class: "gan-input", type: "text", inputmode: "numeric", autocomplete: "off", spellcheck: "false" });
  /** @param {import("../kit/dom.js").Child} text @param {string} title @param {() => unknown} onClick */
  const button = (text, title, onClick) => h("button", { type: "button", class: "gan-button", title, onClick }, text);
  const dice = button([h("span", { "aria-hidden": "true" }, "⚄ "), t("Dice")], t("Another digit"), () => view.roll());
  const reset = button(t("Reset"), t("Back to what the seed gives"), () => view.commit({ z: null, psi: 1, blend: 0, epoch: null }));
  const undo = button(t("Undo"), t("Take the last change back (Ctrl+Z)"), () => view.undo());
  const redo = button(t("Redo"), t("Do it again (Ctrl+Shift+Z)"), () => view.redo());
  const keep = button(t("Use as key point"), t("Drops this picture on the path of the Interpolate tab (key k)"), () => {
    const point = pointInHand(view, held);
    if (point) say(dropped(addKeyPoint(point)), "info");
  });
  keep.setAttribute("aria-keyshortcuts", "k");
  const psi = slider({
    label: t("Spread"), min: 0, max: 2, step: 0.01, rest: 1, value: 1, say, onInput: (value) => view.set({ psi: value }), onCommit: () => view.commit(),
  });
  psi.range.title = t("Truncation psi: 0 is the prior's middle, 1 the prior, 2 twice as far out");
  element.append(
    h("div", { class: "gan-seed" }, h("label", { for: id }, t("Seed")), field, dice),
    h("div", { class: "gan-buttons" }, reset, undo, redo, keep),
    psi.element,
  );

  let seed = NaN; // what the field shows, where nobody types
  const typed = () => {
    try {
      seed = parseSeed(field.value);
      field.value = String(seed); // now: what follows the picture comes when it may, and would write over what is typed next
      field.removeAttribute("aria-invalid");
      say("", "info");
      if (seed !== view.state.seed || view.state.z) view.roll(seed);
    } catch (error) {
      field.setAttribute("aria-invalid", "true");
      say(messageOf(error), "error");
    }
  };
  field.addEventListener("change", typed);
  field.addEventListener("keydown", (event) => event.key === "Enter" && typed());

  const update = () => {
    const { state } = view;
    if (state.seed !== seed) {
      seed = state.seed;
      field.value = String(seed);
      field.removeAttribute("aria-invalid");
    }
    psi.set(state.psi);
    undo.disabled = !view.canUndo && state === view.committed;
    redo.disabled = !view.canRedo;
    reset.disabled = !state.z && state.psi === 1 && state.blend === 0 && state.epoch === null;
  };
  update();
  return { update, destroy: follows(view, update) };
}
