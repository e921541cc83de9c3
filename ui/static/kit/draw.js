/** A 28x28 drawing pad: a soft brush for mouse, pen, finger or keyboard. */

import { t } from "../i18n/i18n.js";
import { h, onFrame, penOf, uid } from "./dom.js";
import { paint } from "./sample.js";
import { drag } from "./drag.js";
import { underFinger } from "./finger.js";

const SIZE = 28;
const MAX_UNDO = 50;

/** @param {number} value 0 ... 1 @returns {number} the nearest of 256 greys: what a screen shows and a link holds, so that both are all there is */
export const inGreys = (value) => Math.round(255 * value) / 255;

/** @typedef {{x: number, y: number}} Point in pixels of the drawing */

/**
 * What is drawn: Float32Array(784), 0 black ... 1 white, row-major.
 * @typedef {Object} DrawPad
 * @property {HTMLElement} element the pad and its buttons
 * @property {() => Float32Array} pixels
 * @property {(points: [number, number][]) => void} write a stroke
 * @property {(pixels: Float32Array) => void} put another drawing, as a link has it
 * @property {() => void} destroy
 */

/**
 * @param {(pixels: Float32Array) => void} onChange called at most once a frame, and at the end of a stroke
 * @returns {DrawPad}
 */
export function drawPad(onChange) {
  let pixels = new Float32Array(SIZE * SIZE);
  /** @type {Float32Array<ArrayBuffer>[]} */
  const past = [];
  let [brush, erasing] = [1.3, false];
  /** @type {Point|null} where the stroke is */
  let last = null;
  const cursor = { x: 14, y: 14, down: false };

  const [help, size] = [uid("pad-help"), uid("brush")];
  const canvas = h("canvas", {
    class: "ae-pad-canvas", width: SIZE, height: SIZE, tabindex: 0, role: "application", "aria-roledescription": t("drawing pad"),
    "aria-label": t("Drawing pad, 28 by 28"), "aria-describedby": help, onKeydown: (event) => press(event),
  });
  const pen = penOf(canvas);
  const spot = h("span", { class: "ae-pad-spot", "aria-hidden": "true" });
  const where = h("span", { class: "gan-hidden", "aria-live": "polite" });
  const eraser = h("button", { type: "button", class: "gan-button", "aria-pressed": "false" }, t("Eraser"));
  const undoButton = h("button", { type: "button", class: "gan-button", disabled: true, onClick: () => undo() }, t("Undo"));
  const width = underFinger(h("input", { id: size, class: "gan-range", type: "range", min: 0.7, max: 2.5, step: 0.1, value: brush, onInput: () => (brush = width.valueAsNumber) }));
  const element = h("div", { class: "ae-pad" },
    h("div", { class: "ae-pad-frame" }, canvas, spot),
    h("div", { class: "gan-row" }, h("label", { for: size }, t("Brush")), width, eraser, undoButton,
      h("button", { type: "button", class: "gan-button", onClick: () => clear() }, t("Clear"))),
    h("p", { id: help, class: "gan-hint" }, t("Draw with mouse, pen or finger. By keyboard: arrows move, Space lowers or lifts the pen, Ctrl+Z undoes, Delete clears.")),
    where);
  eraser.addEventListener("click", () => {
    erasing = !erasing;
    eraser.setAttribute("aria-pressed", String(erasing));
  });

  const show = () => {
    paint(pen, pixels);
    spot.style.left = `${((cursor.x + 0.5) / SIZE) * 100}%`;
    spot.style.top = `${((cursor.y + 0.5) / SIZE) * 100}%`;
    spot.dataset.down = String(cursor.down);
  };
  const changed = onFrame(() => {
    show();
    onChange(pixels);
  });
  /** One touch of the brush: full within its radius, then fading out over one pixel, as the digits of MNIST do. @param {Point} centre */
  const dab = ({ x: cx, y: cy }) => {
    const reach = Math.ceil(brush + 1);
    for (let y = Math.max(0, Math.floor(cy - reach)); y <= Math.min(SIZE - 1, Math.ceil(cy + reach)); y += 1) {
      for (let x = Math.max(0, Math.floor(cx - reach)); x <= Math.min(SIZE - 1, Math.ceil(cx + reach)); x += 1) {
        const ink = Math.min(1, Math.max(0, brush + 0.5 - Math.hypot(x - cx, y - cy)));
        const at = y * SIZE + x;
        pixels[at] = inGreys(erasing ? Math.min(pixels[at], 1 - ink) : Math.max(pixels[at], ink));
      }
    }
  };
  /** @param {Point} from @param {Point} to */
  const stroke = (from, to) => {
    const pieces = Math.max(1, Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / 0.3));
    for (let i = 1; i <= pieces; i += 1) dab({ x: from.x + ((to.x - from.x) * i) / pieces, y: from.y + ((to.y - from.y) * i) / pieces });
  };
  const remember = () => {
    past.push(pixels.slice());
    if (past.length > MAX_UNDO) past.shift();
    undoButton.disabled = false;
  };
  const undo = () => {
    const before = past.pop();
    if (!before) return;
    pixels = before;
    undoButton.disabled = !past.length;
    changed();
  };
  const clear = () => {
    if (pixels.every((value) => value < 0.05)) return;
    remember();
    pixels = new Float32Array(SIZE * SIZE);
    changed();
  };

  /** @param {PointerEvent} event @param {import("./drag.js").Box} box @returns {Point} */
  const placeOf = (event, box) => ({ x: ((event.clientX - box.left) / box.width) * SIZE - 0.5, y: ((event.clientY - box.top) / box.height) * SIZE - 0.5 });
  const pressed = drag(canvas, {
    begin(event, box) {
      canvas.focus({ preventScroll: true });
      remember();
      last = placeOf(event, box);
      dab(last);
      changed();
    },
    move(event, box) {
      const parts = event.getCoalescedEvents?.() ?? [];
      for (const part of parts.length ? parts : [event]) {
        const next = placeOf(part, box);
        stroke(last ?? next, next);
        last = next;
      }
      changed();
    },
    end() {
      last = null;
      changed();
    },
  });

  /** @param {number} dx @param {number} dy */
  const step = (dx, dy) => {
    const from = { ...cursor };
    cursor.x = Math.min(SIZE - 1, Math.max(0, from.x + dx));
    cursor.y = Math.min(SIZE - 1, Math.max(0, from.y + dy));
    if (!cursor.down) return;
    stroke(from, cursor);
    changed();
  };
  const lower = () => {
    cursor.down = !cursor.down;
    if (!cursor.down) return;
    remember();
    dab(cursor);
    changed();
  };
  /** @param {KeyboardEvent} event */
  const press = (event) => {
    /** @type {Object<string, [number, number]>} */
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    if (Object.hasOwn(moves, event.key)) step(...moves[event.key]);
    else if (event.key === " ") lower();
    else if (event.key === "Delete" || event.key === "Backspace") clear();
    else if (event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey)) undo();
    else return;
    event.preventDefault();
    const place = { row: cursor.y + 1, column: cursor.x + 1 };
    where.textContent = cursor.down ? t("Row {row}, column {column}, pen down", place) : t("Row {row}, column {column}, pen up", place);
    show();
  };

  show();
  return {
    element,
    pixels: () => pixels,
    write(points) {
      points.forEach(([x, y], i) => i && stroke({ x: points[i - 1][0], y: points[i - 1][1] }, { x, y }));
      changed();
    },
    put(drawing) {
      pixels = Float32Array.from(drawing);
      changed();
    },
    destroy: pressed.destroy,
  };
}
