/** Tools for the whole of z: how wide the brush is, a little mutation, a shuffle, and back to what the seed gives. */

import { t } from "../i18n/i18n.js";
import { h } from "../kit/dom.js";
import { section } from "../kit/section.js";
import { slider } from "../kit/slider.js";
import { randomSeed } from "../state/latent.js";

const WIDEST = 21;

/**
 * @param {import("../state/held.js").Hand} hand
 * @param {(text: string, kind: "info"|"error") => void} [say]
 * @param {{back?: string, backTitle?: string, history?: string}} [words] of the button that takes changes back; `history`: with undo and redo of what
 *   is called so beside it, for a vector that has them nowhere else
 * @returns {{element: HTMLElement, width: () => number, update: () => void}} width of the brush in coordinates
 */
export function zTools(hand, say, { back = t("As the seed gives"), backTitle = t("Takes all changes of z back"), history = "" } = {}) {
  let [width, share] = [1, 0.2];
  const brush = slider({ label: t("Brush"), min: 1, max: WIDEST, step: 2, value: width, decimals: 0, unit: t("bars"), say, onInput: (value) => (width = Math.round(value)) });
  const amount = slider({ label: t("How much"), min: 0.02, max: 1, step: 0.02, value: share, rest: 0.2, say, onInput: (value) => (share = value) });
  amount.range.title = t("0 keeps z, 1 is another z of the prior");
  /** @param {(model: import("../state/models.js").Model, z: Float32Array) => Float32Array} make */
  const change = (make) => () => hand.ready && hand.model && hand.z && hand.settle(make(hand.model, hand.z));
  /** @param {string} text @param {string} title @param {() => unknown} onClick */
  const button = (text, title, onClick) => h("button", { type: "button", class: "gan-button", title, onClick }, text);
  const mutate = button(t("Mutate"), t("A little towards another z"), change((model, z) => model.mutate(z, randomSeed(), share)));
  const shuffle = button(t("Shuffle"), t("The same deviations at other coordinates"), change((model, z) => model.shuffle(z)));
  const reset = button(back, backTitle, () => hand.reset());
  const undo = button(t("Undo"), t("Take the last change back (Ctrl+Z)"), () => hand.history.undo());
  const redo = button(t("Redo"), t("Do it again (Ctrl+Shift+Z)"), () => hand.history.redo());
  // a page may have others of that name
  for (const one of [undo, redo]) one.setAttribute("aria-label", `${one.textContent}: ${history}`);
  const element = section(t("Brush and tools"), { open: "wide" },
    h("div", { class: "gan-ztools" }, brush.element, amount.element, h("div", { class: "gan-buttons" }, mutate, shuffle, reset, history && [undo, redo])));
  const update = () => {
    reset.disabled = !hand.changed;
    undo.disabled = !hand.history.canUndo && hand.settled;
    redo.disabled = !hand.history.canRedo;
  };
  update();
  return { element, width: () => width, update };
}
