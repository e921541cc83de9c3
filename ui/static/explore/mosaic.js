/** Pictures in rows, each a button, drawn by the pool and never cleared, so that nothing flickers. */

import { pool } from "../engine/pool.js";
import { h, onFrame, penOf, rovingFocus, sizeOf, together } from "../kit/dom.js";
import { cellOf, fit, MNIST, numbersIn, paint, paintWhole } from "../kit/sample.js";

/** Pixels between two pictures of a sheet. */
const GAP = 2;

/** @typedef {{key: string, shape: import("../kit/sample.js").Shape, make: () => Omit<import("../engine/pool.js").Request, "onPart">}} Wanted `key` names all that the pictures depend on, `shape` is theirs */

/**
 * @param {Object} options
 * @param {string} options.label of the group
 * @param {string} options.slot in the pool
 * @param {number} options.count
 * @param {number} options.columns 1 where arrow keys go round in one line
 * @param {boolean} [options.sheet] all pictures on one canvas under the buttons, `columns` in a row: browsers pay for every canvas in every frame
 * @param {string} [options.role] of the group
 * @param {(index: number) => Object<string, any>} options.button props of the button of picture `index`
 * @param {(index: number) => (string|null)} [options.caption]
 * @param {(index: number) => void} options.onPick
 * @param {boolean} [options.pickOnMove] whether arrow keys pick too, as in a radiogroup
 * @param {() => Wanted|null} options.request what to draw now; made only where its key is new
 * @param {(text: string, kind: "info"|"error") => void} [options.say]
 * @returns {{element: HTMLElement, buttons: HTMLElement[], holdFocus: (index: number) => void, update: () => void, destroy: () => void}}
 */
export function mosaic({ label, slot, count, columns, sheet = false, role = "group", button, caption, onPick, pickOnMove = false, request, say = () => {} }) {
  const canvases = Array.from({ length: sheet ? 1 : count }, () => h("canvas", { class: !sheet && "gan-cell-canvas", width: MNIST[1], height: MNIST[0], "aria-hidden": "true" }));
  const contexts = canvases.map((canvas) => penOf(canvas));
  const buttons = Array.from({ length: count }, (_, i) => {
    const name = caption?.(i);
    const words = name && h("span", { class: "gan-cell-caption", "aria-hidden": "true", title: name }, name);
    return h("button", { type: "button", class: "gan-cell", ...button(i), onClick: () => onPick(i) }, !sheet && canvases[i], words);
  });
  const element = h("div", { class: sheet ? "gan-mosaic gan-sheet" : "gan-mosaic", role, "aria-label": label }, sheet && canvases, buttons);
  const holdFocus = rovingFocus(element, buttons, { columns, onMove: pickOnMove ? onPick : undefined });

  /** @param {import("../kit/sample.js").Shape} shape @param {number} index @param {Float32Array} pixels */
  const showOne = (shape, index, pixels) => {
    if (!sheet) return paintWhole(contexts[index], pixels, shape);
    const [height, width] = cellOf(shape);
    const [row, column] = [Math.floor(index / columns), index % columns];
    fit(canvases[0], shape, columns, GAP, count / columns);
    return paint(contexts[0], pixels, column * (width + GAP) + GAP / 2, row * (height + GAP) + GAP / 2, shape);
  };
  /** @param {import("../kit/sample.js").Shape} shape @param {number} first @param {Float32Array} pixels */
  const show = (shape, first, pixels) => {
    const each = numbersIn(shape);
    for (let i = 0; i < pixels.length / each; i += 1) showOne(shape, first + i, pixels.subarray(i * each, (i + 1) * each));
  };
  let shown = "";
  const update = onFrame(() => {
    if (!size.width) return;
    const wanted = request();
    if (!wanted || wanted.key === shown) return;
    shown = wanted.key;
    pool.draw(slot, { ...wanted.make(), onPart: (first, pixels) => show(wanted.shape, first, pixels), onError: (error) => ((shown = ""), say(error.message, "error")) });
  });
  const size = sizeOf(element, update);
  return { element, buttons, holdFocus, update, destroy: together(size.destroy, () => pool.drop(slot)) };
}
