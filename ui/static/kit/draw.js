/** A 28x28 drawing pad: a soft brush for mouse, pen, finger or keyboard. */

import { t } from "../i18n/i18n.js";
import { h, onFrame, paint, uid } from "./dom.js";
import { drag } from "./drag.js";
import { underFinger } from "./finger.js";

const SIZE = 28;
const MAX_UNDO = 50;

/** @param {number} value 0 ... 1 @returns {number} the nearest of 256 greys: what a screen shows and a link holds, so that both are all there is */
export const inGreys = (value) => Math.round(255 * value) / 255;

/** The pad and its buttons. `pixels` is always the drawing: Float32Array(784), 0 black ... 1 white, row-major. */
export class DrawPad {
  /** @param {{onChange: (pixels: Float32Array) => void}} options called at most once a frame, and at the end of a stroke */
  constructor({ onChange }) {
    this.pixels = new Float32Array(SIZE * SIZE);
    this.past = [];
    this.brush = 1.3;
    this.erasing = false;
    this.last = null;
    this.cursor = { x: 14, y: 14, down: false };
    this.changed = onFrame(() => {
      this.paint();
      onChange(this.pixels);
    });
    this.build();
    this.paint();
  }

  build() {
    const help = uid("pad-help");
    this.canvas = h("canvas", {
      class: "ae-pad-canvas",
      width: SIZE,
      height: SIZE,
      tabindex: 0,
      role: "application",
      "aria-roledescription": t("drawing pad"),
      "aria-label": t("Drawing pad, 28 by 28"),
      "aria-describedby": help,
      onKeydown: (event) => this.key(event),
    });
    drag(this.canvas, { begin: (event) => this.begin(event), move: (event) => this.move(event), end: () => this.end() });
    this.spot = h("span", { class: "ae-pad-spot", "aria-hidden": "true" });
    this.where = h("span", { class: "gan-hidden", "aria-live": "polite" });
    const size = uid("brush");
    const eraser = h("button", { type: "button", class: "gan-button", "aria-pressed": "false", onClick: () => this.erase(eraser) }, t("Eraser"));
    this.undoButton = h("button", { type: "button", class: "gan-button", disabled: true, onClick: () => this.undo() }, t("Undo"));
    this.element = h(
      "div",
      { class: "ae-pad" },
      h("div", { class: "ae-pad-frame" }, this.canvas, this.spot),
      h(
        "div",
        { class: "gan-row" },
        h("label", { for: size }, t("Brush")),
        underFinger(h("input", { id: size, class: "gan-range", type: "range", min: 0.7, max: 2.5, step: 0.1, value: this.brush, onInput: (event) => (this.brush = Number(event.target.value)) })),
        eraser,
        this.undoButton,
        h("button", { type: "button", class: "gan-button", onClick: () => this.clear() }, t("Clear")),
      ),
      h("p", { id: help, class: "gan-hint" }, t("Draw with mouse, pen or finger. By keyboard: arrows move, Space lowers or lifts the pen, Ctrl+Z undoes, Delete clears.")),
      this.where,
    );
  }

  get empty() {
    return this.pixels.every((value) => value < 0.05);
  }

  begin(event) {
    event.preventDefault();
    this.canvas.focus({ preventScroll: true });
    this.remember();
    this.last = this.place(event);
    this.dab(this.last.x, this.last.y);
    this.changed();
  }

  move(event) {
    if (!this.last) return;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const part of events.length ? events : [event]) this.stroke(this.place(part));
    this.changed();
  }

  end() {
    if (!this.last) return;
    this.last = null;
    this.changed();
  }

  place(event) {
    const box = this.canvas.getBoundingClientRect();
    return { x: ((event.clientX - box.left) / box.width) * SIZE - 0.5, y: ((event.clientY - box.top) / box.height) * SIZE - 0.5 };
  }

  stroke(to) {
    const from = this.last;
    const pieces = Math.max(1, Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / 0.3));
    for (let i = 1; i <= pieces; i += 1) this.dab(from.x + ((to.x - from.x) * i) / pieces, from.y + ((to.y - from.y) * i) / pieces);
    this.last = to;
  }

  /** One touch of the brush: full within its radius, then fading out over one pixel, as the digits of MNIST do. */
  dab(cx, cy) {
    const reach = Math.ceil(this.brush + 1);
    for (let y = Math.max(0, Math.floor(cy - reach)); y <= Math.min(SIZE - 1, Math.ceil(cy + reach)); y += 1) {
      for (let x = Math.max(0, Math.floor(cx - reach)); x <= Math.min(SIZE - 1, Math.ceil(cx + reach)); x += 1) {
        const ink = Math.min(1, Math.max(0, this.brush + 0.5 - Math.hypot(x - cx, y - cy)));
        const at = y * SIZE + x;
        this.pixels[at] = inGreys(this.erasing ? Math.min(this.pixels[at], 1 - ink) : Math.max(this.pixels[at], ink));
      }
    }
  }

  key(event) {
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    if (event.key in moves) this.step(moves[event.key]);
    else if (event.key === " ") this.lower();
    else if (event.key === "Delete" || event.key === "Backspace") this.clear();
    else if (event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey)) this.undo();
    else return;
    event.preventDefault();
    const place = { row: this.cursor.y + 1, column: this.cursor.x + 1 };
    this.where.textContent = this.cursor.down ? t("Row {row}, column {column}, pen down", place) : t("Row {row}, column {column}, pen up", place);
    this.paint();
  }

  step([dx, dy]) {
    const from = { ...this.cursor };
    this.cursor.x = Math.min(SIZE - 1, Math.max(0, from.x + dx));
    this.cursor.y = Math.min(SIZE - 1, Math.max(0, from.y + dy));
    if (!this.cursor.down) return;
    this.last = from;
    this.stroke({ x: this.cursor.x, y: this.cursor.y });
    this.last = null;
    this.changed();
  }

  lower() {
    this.cursor.down = !this.cursor.down;
    if (!this.cursor.down) return;
    this.remember();
    this.dab(this.cursor.x, this.cursor.y);
    this.changed();
  }

  erase(button) {
    this.erasing = !this.erasing;
    button.setAttribute("aria-pressed", String(this.erasing));
  }

  remember() {
    this.past.push(this.pixels.slice());
    if (this.past.length > MAX_UNDO) this.past.shift();
    this.undoButton.disabled = false;
  }

  undo() {
    if (!this.past.length) return;
    this.pixels = this.past.pop();
    this.undoButton.disabled = !this.past.length;
    this.changed();
  }

  /** @param {[number, number][]} points of a stroke, in pixels */
  write([[x, y], ...rest]) {
    this.last = { x, y };
    for (const point of rest) this.stroke({ x: point[0], y: point[1] });
    this.last = null;
    this.changed();
  }

  /** @param {Float32Array} pixels another drawing, as a link has it */
  put(pixels) {
    this.pixels = pixels;
    this.changed();
  }

  clear() {
    if (this.empty) return;
    this.remember();
    this.pixels = new Float32Array(SIZE * SIZE);
    this.changed();
  }

  paint() {
    paint(this.canvas.getContext("2d"), this.pixels);
    this.spot.style.left = `${((this.cursor.x + 0.5) / SIZE) * 100}%`;
    this.spot.style.top = `${((this.cursor.y + 0.5) / SIZE) * 100}%`;
    this.spot.dataset.down = String(this.cursor.down);
  }
}
