/** One step in slow motion, turn by turn: what D believed before each turn and after it. For everybody who watches. */

import { t } from "../i18n/i18n.js";
import { h, setText } from "../kit/dom.js";
import { readable } from "../kit/numbers.js";
import { count } from "../runs/runwords.js";

/** @typedef {import("../runs/types.js").TurnNumbers} TurnNumbers */

const TURNS = {
  d: { title: t("Discriminator's turn"), beliefs: [["D(x)", "d_real"], ["D(G(z))", "d_fake"]], loss: "d_loss" },
  g: { title: t("Generator's turn"), beliefs: [["D(G(z))", "d_fake"]], loss: "g_loss" },
};

/**
 * @param {HTMLElement} place
 * @returns {{update: (view: {run: import("../runs/types.js").Run|null, active: boolean}) => void, destroy: () => void}}
 */
export function mount(place) {
  const cards = { d: card(), g: card() };
  const element = h("div", { class: "train-phases", role: "group", "aria-label": t("This step, turn by turn") }, cards.d, cards.g);
  element.hidden = true;
  place.append(element);
  return {
    update({ run, active }) {
      const hand = active ? run?.status?.hand : null;
      const numbers = hand?.numbers;
      element.hidden = !numbers || !Object.keys(numbers).length;
      if (!hand || !numbers || element.hidden) return;
      element.setAttribute("aria-label", t("Step {step}, turn by turn", { step: count(hand.step) }));
      fill(cards.d, "d", numbers.d, hand.part === "d");
      fill(cards.g, "g", numbers.g, hand.part === "g");
      cards.g.hidden = !numbers.g && hand.part === "g";
    },
    destroy: () => element.remove(),
  };
}

function card() {
  return h("div", { class: "train-phase" }, h("strong", {}), h("span", {}), h("span", {}), h("span", {}));
}

/** @param {HTMLElement} element @param {"d"|"g"} part @param {TurnNumbers|null|undefined} numbers @param {boolean} current */
function fill(element, part, numbers, current) {
  const { title, beliefs, loss } = TURNS[part];
  element.dataset.current = String(current);
  const said = numbers ? beliefs.map(([label, key]) => `${label} ${readable(numbers[`${key}_before`])} → ${readable(numbers[`${key}_after`])}`) : [t("comes next")];
  if (numbers) said.push(t("loss {loss}", { loss: readable(numbers[loss]) }));
  [...element.children].forEach((line, i) => setText(line, i ? (said[i - 1] ?? "") : title));
}
