/** 64 samples of the prior. Each has a seed of its own and can be taken in hand. */

import { repeated } from "../engine/network.js";
import { t } from "../i18n/i18n.js";
import { follows, h, together } from "../kit/dom.js";
import { child, spread } from "../state/latent.js";
import { mosaic } from "./mosaic.js";

const COUNT = 64;

/**
 * @param {HTMLElement} element
 * @param {import("../state/view.js").View} view
 * @param {import("../state/held.js").Held} held
 * @param {(text: string, kind: "info"|"error") => void} [say]
 * @returns {import("../kit/dom.js").Component}
 */
export function mount(element, view, held, say) {
  const grid = mosaic({
    label: t("Samples"), slot: "grid", count: COUNT, columns: 8, sheet: true, say,
    button: (i) => ({ "aria-label": t("Sample {number}", { number: i + 1 }), "aria-pressed": "false" }),
    onPick: (i) => view.hold(i),
    request: () => requestOf(view.state, held),
  });
  const next = () => view.commit({ gridSeed: child(view.state.gridSeed, COUNT) });
  const more = h("button", { type: "button", class: "gan-button", onClick: next }, t("Other samples"));
  element.append(h("div", { class: "gan-head" }, h("h2", {}, t("Samples")), more), grid.element);

  let pressed = -1;
  const mark = () => {
    const { seed, gridSeed, z } = view.state;
    const index = z ? -1 : Array.from({ length: COUNT }, (_, i) => i).findIndex((i) => child(gridSeed, i) === seed);
    if (index === pressed) return;
    grid.buttons[pressed]?.setAttribute("aria-pressed", "false");
    grid.buttons[index]?.setAttribute("aria-pressed", "true");
    if (index >= 0) grid.holdFocus(index);
    pressed = index;
  };
  const update = () => {
    mark();
    grid.update();
  };
  update();
  return { update, destroy: together(follows(held, update), grid.destroy) };
}

/** @param {import("../state/view.js").ViewState} state @param {import("../state/held.js").Held} held @returns {import("./mosaic.js").Wanted|null} */
function requestOf({ gridSeed, psi, epoch }, { model, classWeights }) {
  if (!model) return null;
  const url = model.generatorUrl(epoch);
  const make = () => {
    const z = new Float32Array(COUNT * model.latentDim);
    for (let i = 0; i < COUNT; i += 1) z.set(spread(model.sample(child(gridSeed, i)), model.mean, psi), i * model.latentDim);
    return { url, z, classWeights: repeated(classWeights, COUNT), count: COUNT };
  };
  return { key: [url, gridSeed, psi, classWeights].join(), shape: model.shape, make };
}
