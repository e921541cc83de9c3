/** The digits of a conditional model: the same z as each of them, all moving together; pick one, or blend two. */

import { h, uid } from "./dom.js";
import { t } from "./i18n.js";
import { mosaic } from "./mosaic.js";
import { slider } from "./slider.js";

/**
 * Mounts when a conditional model is in hand; stays empty and hidden for others.
 * @param {HTMLElement} element
 * @param {import("./view.js").View} view
 * @param {import("./held.js").Held} held
 * @param {(text: string, kind: "info"|"error") => void} [say]
 */
export function mount(element, view, held, say) {
  element.hidden = true;
  let [count, show] = [0, () => {}];
  const update = () => {
    const wanted = held.model?.numClasses ?? count;
    element.hidden = wanted === 0;
    if (wanted !== count) {
      count = wanted;
      element.replaceChildren();
      show = count ? build(element, count, view, held, say) : () => {};
    }
    if (count) show();
  };
  held.subscribe(update);
  update();
}

function build(element, count, view, held, say) {
  const row = mosaic({
    label: t("Digit"), slot: "digits", count, columns: 1, role: "radiogroup", pickOnMove: true, say,
    button: (i) => ({ role: "radio", "aria-checked": "false", "aria-label": t("Digit {digit}", { digit: i }) }),
    caption: (i) => String(i),
    onPick: (i) => view.commit({ digit: i }),
    request: () => requestOf(held.pose(), count),
  });
  const other = h("select", { id: uid("other"), class: "gan-select", onChange: () => view.commit({ other: Number(other.value) }) },
    Array.from({ length: count }, (_, i) => h("option", { value: i }, i)));
  const blend = slider({
    label: t("Blend"), min: 0, max: 1, step: 0.01, rest: 0, say, onInput: (value) => view.set({ blend: value }), onCommit: () => view.commit(),
  });
  element.append(
    h("div", { class: "gan-head" }, h("h2", {}, t("Digit")), h("span", { class: "gan-fact" }, t("the same z as each digit; keys 0-9"))),
    row.element,
    h("div", { class: "gan-blend" }, blend.element, h("label", { for: other.id }, t("with")), other),
  );
  return () => {
    const state = view.state;
    row.buttons.forEach((button, i) => button.setAttribute("aria-checked", String(i === state.digit)));
    if (!row.buttons.includes(document.activeElement)) row.holdFocus(state.digit);
    other.value = state.other;
    blend.set(state.blend, `${Math.round(100 * state.blend)} % ${state.other}`);
    row.update();
  };
}

function requestOf(pose, count) {
  if (!pose || pose.model.numClasses !== count) return null;
  const { model, z, epoch } = pose;
  const url = model.generatorUrl(epoch);
  const make = () => {
    const rows = new Float32Array(count * z.length);
    const classWeights = new Float32Array(count * count);
    for (let i = 0; i < count; i += 1) {
      rows.set(z, i * z.length);
      classWeights[i * count + i] = 1;
    }
    return { url, z: rows, classWeights, count };
  };
  return { key: `${url} ${z.join()}`, make };
}
