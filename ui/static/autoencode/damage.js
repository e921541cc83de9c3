/** What is done to a picture before the encoder sees it: noise, and a part made blank. */

import { t } from "../i18n/i18n.js";
import { h, rovingFocus, uid } from "../kit/dom.js";
import { drag } from "../kit/drag.js";
import { slider } from "../kit/slider.js";
import { normal, randomSeed } from "../state/latent.js";

const SIDE = 28;
const NOISE_SEED = 1;
/** What each half is called. */
const NAMES = { none: t("none"), left: t("left"), right: t("right"), top: t("top"), bottom: t("bottom") };
const HALVES = { none: null, left: [0, 0, 14, 28], right: [14, 0, 28, 28], top: [0, 0, 28, 14], bottom: [0, 14, 28, 28] };

/** Noise and blank, their controls, and the picture on which a rectangle can be dragged. */
export class Damage {
  /** @param {{canvas: HTMLCanvasElement, onChange: () => void}} options `canvas` shows the damaged picture */
  constructor({ canvas, onChange }) {
    this.canvas = canvas;
    this.onChange = onChange;
    this.amount = 0;
    this.seed = NOISE_SEED;
    this.field = normal(this.seed, SIDE * SIDE);
    /** @type {number[]|null} left, top, right, bottom in pixels */
    this.blank = null;
    this.from = null;
    this.build();
    drag(canvas, { begin: (event) => this.begin(event), move: (event) => this.drag(event) });
  }

  build() {
    this.noise = slider({ label: t("Noise"), min: 0, max: 1, step: 0.01, rest: 0, onInput: (value) => this.change({ amount: value }) });
    const names = Object.keys(HALVES);
    this.choices = names.map((name, i) =>
      h("button", { type: "button", role: "radio", class: "gan-button", "aria-checked": "false", onClick: () => this.half(i) }, NAMES[name]));
    const label = uid("blank");
    const group = h("div", { role: "radiogroup", class: "ae-choices", "aria-labelledby": label }, this.choices);
    this.hold = rovingFocus(group, this.choices, { onMove: (i) => this.half(i) });
    this.mark(0);
    const again = h("button", { type: "button", class: "gan-button", onClick: () => this.change({ seed: randomSeed() }) }, t("Other noise"));
    this.reset = h("button", { type: "button", class: "gan-button", disabled: true, onClick: () => this.heal() }, t("Undamaged"));
    this.element = h(
      "div",
      { class: "ae-damage" },
      this.noise.element,
      h("div", { class: "ae-blank" }, h("span", { id: label }, t("Blank half")), group),
      h("div", { class: "gan-buttons" }, again, this.reset),
    );
  }

  get active() {
    return this.amount > 0 || this.blank !== null;
  }

  change(patch) {
    Object.assign(this, patch);
    if (patch.seed !== undefined) this.field = normal(this.seed, SIDE * SIDE);
    this.reset.disabled = !this.active;
    this.onChange();
  }

  half(index) {
    this.mark(index);
    this.change({ blank: Object.values(HALVES)[index] });
  }

  /** @param {number} index of the choice that holds, -1 for a rectangle of one's own */
  mark(index) {
    this.choices.forEach((choice, i) => choice.setAttribute("aria-checked", String(i === index)));
    this.hold(Math.max(0, index));
  }

  heal() {
    this.noise.set(0);
    this.mark(0);
    this.change({ amount: 0, blank: null });
  }

  /** @returns {{amount: number, seed: number, blank: number[]|null}|null} for a link; null where nothing is damaged */
  get state() {
    return this.active ? { amount: this.amount, seed: this.seed, blank: this.blank } : null;
  }

  /** @param {{amount: number, seed: number, blank: number[]|null}} state what a link says */
  restore({ amount, seed, blank }) {
    this.noise.set(amount);
    this.mark(Object.values(HALVES).findIndex((half) => String(half) === String(blank)));
    this.change({ amount, seed, blank });
  }

  /** @param {Float32Array} clean @returns {Float32Array} */
  apply(clean) {
    const [left, top, right, bottom] = this.blank ?? [0, 0, 0, 0];
    return clean.map((value, i) => {
      const x = i % SIDE;
      const y = Math.floor(i / SIDE);
      if (x >= left && x < right && y >= top && y < bottom) return 0;
      return Math.min(1, Math.max(0, value + this.amount * this.field[i]));
    });
  }

  begin(event) {
    event.preventDefault();
    this.from = this.place(event);
  }

  drag(event) {
    const to = this.place(event);
    const ends = [0, 1].map((axis) => [Math.floor(Math.min(this.from[axis], to[axis])), Math.ceil(Math.max(this.from[axis], to[axis]))]);
    const wide = ends.every(([low, high]) => high - low >= 2);
    this.mark(wide ? -1 : 0);
    this.change({ blank: wide ? [ends[0][0], ends[1][0], ends[0][1], ends[1][1]] : null });
  }

  place(event) {
    const box = this.canvas.getBoundingClientRect();
    const clamp = (value) => Math.min(SIDE, Math.max(0, value * SIDE));
    return [clamp((event.clientX - box.left) / box.width), clamp((event.clientY - box.top) / box.height)];
  }
}
