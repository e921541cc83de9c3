/** Sliders for the leading directions: how far z lies along each, ordered by how much the picture changes. */

import { h } from "./dom.js";
import { slider } from "./slider.js";

/**
 * @param {HTMLElement} element
 * @param {import("./view.js").View} view
 * @param {import("./held.js").Held} held
 * @param {(text: string, kind: "info"|"error") => void} [say]
 */
export function mount(element, view, held, say) {
  const list = h("div", { class: "gan-sliders" });
  element.append(h("div", { class: "gan-head" }, h("h2", {}, "Leading directions")), list);
  let [model, sliders] = [null, []];

  const build = () => {
    model = held.model;
    sliders = (model?.directions ?? []).map((_, i) =>
      slider({
        label: `Direction ${i + 1}`, min: -3, max: 3, step: 0.01, rest: 0, value: 0, say,
        onInput: (value) => held.model === model && view.set({ z: model.moveTo(held.z, i, value) }),
        onCommit: () => view.commit(),
      }));
    const none = h("p", { class: "gan-empty" }, "This model has no stored directions.");
    list.replaceChildren(...(sliders.length ? sliders.map((one) => one.element) : [none]));
  };
  const show = () => {
    if (held.model && held.model !== model) build();
    if (!model || !held.model) return;
    model.directionValues(held.z).forEach((value, i) => sliders[i].set(value));
  };
  held.subscribe(show);
  show();
}
