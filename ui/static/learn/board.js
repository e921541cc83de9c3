/** A canvas that a card draws on: as large as its place, crisp on every screen, in the page's colours, light and dark. */

import { h, onFrame, penOf, sizeOf } from "../kit/dom.js";

const DARK = "(prefers-color-scheme: dark)";
/** Colours change with the page's scheme, which is looked at so often (ms). */
const COLOURS_MS = 400;

/**
 * @typedef {(name: string) => string} Colour of `--learn-<name>` or `--gan-<name>`
 * @typedef {{width: number, height: number, em: number, colour: Colour}} Sheet size in CSS pixels; `em`: the size of the letters, which the pen has already
 * @typedef {{canvas: HTMLCanvasElement, draw: () => void, size: () => {width: number, height: number}, destroy: () => void}} Board
 */

/**
 * @param {HTMLElement} place it is put at the end of
 * @param {{label: string, ratio?: number, role?: string, props?: import("../kit/dom.js").Props}} options `label`: for who does not see it; `ratio`: width by height,
 *   where its place does not give it a height
 * @param {(pen: CanvasRenderingContext2D, sheet: Sheet) => void} paint on a cleared canvas, whose unit is the CSS pixel
 * @returns {Board}
 */
export function board(place, { label, ratio, role = "img", props = {} }, paint) {
  const canvas = h("canvas", { role, "aria-label": label, ...props, class: `learn-board ${props.class ?? ""}` });
  const sheet = h("div", { class: "learn-sheet" }, canvas);
  if (ratio) sheet.style.aspectRatio = String(ratio);
  const pen = penOf(canvas);
  /** @type {Map<string, string>} */
  const colours = new Map();
  let [fresh, em, family] = [-Infinity, 12, "sans-serif"];
  const colour = (/** @type {string} */ name) => {
    const known = colours.get(name);
    if (known) return known;
    const style = getComputedStyle(canvas);
    const found = style.getPropertyValue(`--learn-${name}`).trim() || style.getPropertyValue(`--gan-${name}`).trim() || "gray";
    colours.set(name, found);
    return found;
  };
  const draw = onFrame(() => {
    const { width, height } = size;
    if (!width || !height) return;
    const scale = devicePixelRatio || 1;
    if (canvas.width !== Math.round(width * scale)) canvas.width = Math.round(width * scale);
    if (canvas.height !== Math.round(height * scale)) canvas.height = Math.round(height * scale);
    const now = performance.now();
    if (now - fresh > COLOURS_MS) {
      const { fontSize, fontFamily } = getComputedStyle(canvas);
      [fresh, em, family] = [now, 0.87 * parseFloat(fontSize), fontFamily];
      colours.clear();
    }
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.clearRect(0, 0, width, height);
    pen.font = `${em}px ${family}`;
    paint(pen, { width, height, em, colour });
  });
  place.append(sheet);
  const size = sizeOf(canvas, draw);
  const dark = matchMedia(DARK);
  const redraw = () => setTimeout(draw, COLOURS_MS);
  dark.addEventListener("change", redraw);
  return {
    canvas,
    draw,
    size: () => size,
    destroy() {
      size.destroy();
      dark.removeEventListener("change", redraw);
      canvas.width = canvas.height = 0; // its memory does not wait for the garbage collector
      sheet.remove();
    },
  };
}
