/** Pictures in rows on one canvas, each under a button, drawn by the pool and never cleared, so that nothing flickers. */

import { h, onFrame, paint, rovingFocus } from "./dom.js";
import { pool } from "./pool.js";

const GAP = 2;

/**
 * @param {Object} options
 * @param {string} options.label of the group
 * @param {string} options.slot in the pool
 * @param {number} options.count
 * @param {number} options.columns
 * @param {string} [options.role] of the group
 * @param {(index: number) => Object<string, any>} options.button props of the button over picture `index`
 * @param {(index: number) => (string|null)} [options.caption]
 * @param {(index: number) => void} options.onPick
 * @param {boolean} [options.pickOnMove] whether arrow keys pick too, as in a radiogroup
 * @param {() => (Omit<import("./pool.js").Request, "onPart">|null)} options.request what to draw now
 * @param {(text: string, kind: "info"|"error") => void} [options.say]
 */
export function mosaic({ label, slot, count, columns, role = "group", button, caption, onPick, pickOnMove = false, request, say = () => {} }) {
  const rows = Math.ceil(count / columns);
  const place = 28 + GAP;
  const canvas = h("canvas", { class: "gan-mosaic-canvas", width: columns * place - GAP, height: rows * place - GAP, "aria-hidden": "true" });
  const context = canvas.getContext("2d");
  for (let i = 0; i < count; i += 1) context.fillRect((i % columns) * place, Math.floor(i / columns) * place, 28, 28);
  const buttons = Array.from({ length: count }, (_, i) =>
    h("button", { type: "button", class: "gan-cell", ...button(i), onClick: () => onPick(i) }, caption && h("span", { class: "gan-cell-caption", "aria-hidden": "true" }, caption(i))));
  const cells = h("div", { class: "gan-mosaic-cells", role, "aria-label": label, style: { "--gan-columns": columns } }, buttons);
  const element = h("div", { class: "gan-mosaic" }, canvas, cells);
  const holdFocus = rovingFocus(cells, buttons, { columns: rows === 1 ? 1 : columns, onMove: pickOnMove ? onPick : undefined });

  const onPart = (first, pixels) => {
    for (let i = 0; i < pixels.length / 784; i += 1)
      paint(context, pixels.subarray(i * 784, (i + 1) * 784), ((first + i) % columns) * place, Math.floor((first + i) / columns) * place);
  };
  let shown = "";
  const draw = () => {
    if (!canvas.offsetWidth) return;
    const wanted = request();
    if (!wanted || wanted.key === shown) return;
    shown = wanted.key;
    pool.draw(slot, { ...wanted, onPart, onError: (error) => ((shown = ""), say(error.message, "error")) });
  };
  const update = onFrame(draw);
  new ResizeObserver(update).observe(canvas);
  return { element, buttons, holdFocus, update, canvas };
}
