/** What is done to a picture before the encoder sees it: noise, and a part made blank. */

import { t } from "../i18n/i18n.js";
import { h, rovingFocus, uid } from "../kit/dom.js";
import { drag } from "../kit/drag.js";
import { slider } from "../kit/slider.js";
import { normal, randomSeed } from "../state/latent.js";

const SIDE = 28;
const NOISE_SEED = 1;
/** Each half: what it is called, and its left, top, right and bottom in pixels. @type {[string, number[]|null][]} */
const HALVES = [[t("none"), null], [t("left"), [0, 0, 14, 28]], [t("right"), [14, 0, 28, 28]], [t("top"), [0, 0, 28, 14]], [t("bottom"), [0, 14, 28, 28]]];

/** @typedef {{amount: number, seed: number, blank: number[]|null}} DamageState */

/**
 * Noise and blank, their controls, and the picture on which a rectangle can be dragged.
 * @typedef {Object} Damage
 * @property {HTMLElement} element
 * @property {() => boolean} active
 * @property {() => DamageState|null} state for a link; null where nothing is damaged
 * @property {(state: DamageState) => void} restore what a link says
 * @property {(clean: Float32Array) => Float32Array} apply
 * @property {() => void} destroy
 */

/** @param {HTMLCanvasElement} canvas shows the damaged picture @param {() => void} onChange @returns {Damage} */
export function damage(canvas, onChange) {
  /** @type {DamageState} */
  let state = { amount: 0, seed: NOISE_SEED, blank: null };
  let field = normal(state.seed, SIDE * SIDE);
  const active = () => state.amount > 0 || state.blank !== null;

  const noise = slider({ label: t("Noise"), min: 0, max: 1, step: 0.01, rest: 0, onInput: (amount) => change({ amount }) });
  const choices = HALVES.map(([name], i) => h("button", { type: "button", role: "radio", class: "gan-button", "aria-checked": "false", onClick: () => half(i) }, name));
  const label = uid("blank");
  const group = h("div", { role: "radiogroup", class: "ae-choices", "aria-labelledby": label }, choices);
  const hold = rovingFocus(group, choices, { onMove: (i) => half(i) });
  const again = h("button", { type: "button", class: "gan-button", onClick: () => change({ seed: randomSeed() }) }, t("Other noise"));
  const reset = h("button", { type: "button", class: "gan-button", disabled: true, onClick: () => heal() }, t("Undamaged"));
  const element = h("div", { class: "ae-damage" },
    noise.element, h("div", { class: "ae-blank" }, h("span", { id: label }, t("Blank half")), group), h("div", { class: "gan-buttons" }, again, reset));

  /** @param {Partial<DamageState>} patch */
  const change = (patch) => {
    state = { ...state, ...patch };
    if (patch.seed !== undefined) field = normal(patch.seed, SIDE * SIDE);
    reset.disabled = !active();
    onChange();
  };
  /** @param {number} index of the choice that holds, -1 for a rectangle of one's own */
  const mark = (index) => {
    choices.forEach((choice, i) => choice.setAttribute("aria-checked", String(i === index)));
    hold(Math.max(0, index));
  };
  /** @param {number} index */
  const half = (index) => {
    mark(index);
    change({ blank: HALVES[index][1] });
  };
  const heal = () => {
    noise.set(0);
    mark(0);
    change({ amount: 0, blank: null });
  };

  let from = [0, 0];
  /** @param {PointerEvent} event @param {import("../kit/drag.js").Box} box @returns {number[]} in pixels of the picture */
  const placeOf = (event, box) => {
    /** @param {number} value */
    const clamp = (value) => Math.min(SIDE, Math.max(0, value * SIDE));
    return [clamp((event.clientX - box.left) / box.width), clamp((event.clientY - box.top) / box.height)];
  };
  const rectangle = drag(canvas, {
    begin(event, box) {
      from = placeOf(event, box);
    },
    move(event, box) {
      const to = placeOf(event, box);
      const [across, down] = [0, 1].map((axis) => [Math.floor(Math.min(from[axis], to[axis])), Math.ceil(Math.max(from[axis], to[axis]))]);
      const wide = [across, down].every(([low, high]) => high - low >= 2);
      mark(wide ? -1 : 0);
      change({ blank: wide ? [across[0], down[0], across[1], down[1]] : null });
    },
  });

  mark(0);
  return {
    element,
    active,
    state: () => (active() ? state : null),
    restore({ amount, seed, blank }) {
      noise.set(amount);
      mark(HALVES.findIndex(([, edges]) => String(edges) === String(blank)));
      change({ amount, seed, blank });
    },
    apply(clean) {
      const [left, top, right, bottom] = state.blank ?? [0, 0, 0, 0];
      return clean.map((value, i) => {
        const x = i % SIDE;
        const y = Math.floor(i / SIDE);
        if (x >= left && x < right && y >= top && y < bottom) return 0;
        return Math.min(1, Math.max(0, value + state.amount * field[i]));
      });
    },
    destroy: rectangle.destroy,
  };
}
