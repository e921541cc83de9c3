/** Pictures of numbers: an autoencoder's code as small tiles, a signed difference, a reconstruction at several epochs. */

import { rangeOf } from "../engine/network.js";
import { address, fetchEngine, fromUnit, toUnit } from "../engine/programs.js";
import { locale, messageOf, t } from "../i18n/i18n.js";
import { debounce, h, penOf } from "../kit/dom.js";
import { paint } from "../kit/sample.js";

const SIDE = 28;

/**
 * @param {string} caption
 * @param {Object<string, any>} [props] of the canvas
 * @returns {{element: HTMLElement, canvas: HTMLCanvasElement, note: HTMLElement}} a square picture with a line under it whose space is kept
 */
export function plate(caption, props = {}) {
  const canvas = h("canvas", { class: "ae-canvas", width: SIDE, height: SIDE, role: "img", "aria-label": caption, ...props });
  if (!props.width) penOf(canvas).fillRect(0, 0, SIDE, SIDE);
  const note = h("span", { class: "ae-plate-note" }, " ");
  return { element: h("figure", { class: "ae-plate" }, canvas, h("figcaption", {}, h("span", { class: "ae-plate-title" }, caption), note)), canvas, note };
}

/**
 * The code as `channels` tiles of `side` x `side`, bright where a number is large.
 * @returns {{element: HTMLElement, show: (z: Float32Array, shape: {side: number, channels: number}, range: [number, number]) => void}} `range`: the numbers
 *   that are black and white
 */
export function codeView() {
  const { element, canvas, note } = plate(t("Code"));
  return {
    element,
    show(z, { side, channels }, [low, high]) {
      const columns = Math.ceil(Math.sqrt(channels));
      const rows = Math.ceil(channels / columns);
      const edge = columns * (side + 1) + 1; // as the plate, a square, with the same rim on every side
      const above = 1 + Math.floor(((columns - rows) * (side + 1)) / 2);
      if (canvas.width !== edge || canvas.height !== edge) Object.assign(canvas, { width: edge, height: edge });
      const context = penOf(canvas);
      const image = context.createImageData(edge, edge);
      for (let i = 0; i < z.length; i += 1) {
        const [channel, cell] = [i % channels, Math.floor(i / channels)];
        const x = 1 + (channel % columns) * (side + 1) + (cell % side);
        const y = above + Math.floor(channel / columns) * (side + 1) + Math.floor(cell / side);
        image.data.set([...glow((z[i] - low) / (high - low)), 255], (y * edge + x) * 4);
      }
      context.putImageData(image, 0, 0);
      const alive = z.filter((value) => Math.abs(value) > 0.01).length;
      note.textContent = side > 1 ? t("{shape} = {count} numbers", { shape: `${side} x ${side} x ${channels}`, count: z.length }) : t("{count} numbers", { count: z.length });
      canvas.setAttribute("aria-label", t("Code: {count} numbers, {alive} of them not zero, the largest {most}", { count: z.length, alive, most: Math.max(...z).toFixed(2) }));
    },
  };
}

/** Dark blue, violet, orange, pale yellow: brighter is more, in grey too. @param {number} t 0 ... 1 @returns {number[]} red, green, blue */
function glow(t) {
  const stops = [[12, 10, 40], [98, 25, 110], [205, 70, 75], [250, 160, 50], [252, 245, 180]];
  const place = Math.min(1, Math.max(0, t)) * (stops.length - 1);
  const index = Math.min(stops.length - 2, Math.floor(place));
  return stops[index].map((from, i) => from + (stops[index + 1][i] - from) * (place - index));
}

/** Paints what `drawn` has too much of in orange, what it misses in blue. @param {HTMLCanvasElement} canvas @param {Float32Array} wanted @param {Float32Array} drawn */
export function paintDifference(canvas, wanted, drawn) {
  const context = penOf(canvas);
  const image = context.createImageData(SIDE, SIDE);
  for (let i = 0; i < wanted.length; i += 1) {
    const more = drawn[i] - wanted[i];
    const size = Math.min(1, Math.abs(more) * 1.5);
    const colour = more > 0 ? [255, 165, 60] : [70, 165, 255];
    image.data.set([colour[0] * size, colour[1] * size, colour[2] * size, 255], i * 4);
  }
  context.putImageData(image, 0, 0);
}

/** @typedef {import("../state/models.js").Model} Model */
/** @typedef {import("../state/modellist.js").Epoch} Epoch */
/** @typedef {import("../engine/network.js").Network} Network */

/**
 * The same picture through encoder and decoder as they were at several steps of the training.
 * @param {(text: string, kind?: "info"|"error") => void} say
 * @returns {{element: HTMLElement, show: (model: Model, input: Float32Array) => void, destroy: () => void}} `input`: what the encoder sees
 */
export function epochRow(say) {
  const list = h("ol", { class: "ae-epochs" });
  const element = h("section", { class: "gan-part ae-part gan-at-training", "aria-label": t("Reconstruction through training") }, h("h3", {}, t("Through training")), list);
  /** @type {Model|null} */
  let model = null;
  /** @type {{epoch: Epoch, canvas: HTMLCanvasElement}[]} */
  let plates = [];
  let input = new Float32Array(0);
  let ended = false;

  /** @param {Model} next */
  const open = (next) => {
    model = next;
    const made = pick(next.info.epochs.filter((epoch) => epoch.encoder), 10).map((epoch) => ({ epoch, ...plate(t("step {step}", { step: epoch.step.toLocaleString(locale) })) }));
    const items = made.map((one) => h("li", {}, one.element));
    plates = made;
    list.replaceChildren(...(items.length ? items : [h("li", { class: "ae-none" }, t("This model kept no earlier encoders."))]));
  };
  const draw = debounce(async () => {
    const [drawer, seen] = [model, input];
    for (const { epoch, canvas } of plates) {
      try {
        const [encoder, decoder] = await Promise.all([fetchEngine(address(epoch.encoder ?? "")), fetchEngine(address(epoch.url))]);
        if (drawer !== model || seen !== input || ended) return;
        paint(penOf(canvas), reconstruct(encoder, decoder, seen));
      } catch (error) {
        if (drawer === model && !ended) say(messageOf(error), "error");
      }
    }
  }, 120);
  return {
    element,
    show(next, seen) {
      input = /** @type {Float32Array<ArrayBuffer>} */ (seen);
      if (next !== model) open(next);
      draw();
    },
    destroy: () => (ended = true),
  };
}

/** @param {Network} encoder @param {Network} decoder @param {Float32Array} pixels in [0, 1] @returns {Float32Array} in [0, 1] */
function reconstruct(encoder, decoder, pixels) {
  const code = Float32Array.from(encoder.run(fromUnit(pixels, rangeOf(encoder.program.input))));
  return toUnit(decoder.run(code), rangeOf(decoder.program.output), new Float32Array(SIDE * SIDE));
}

/** @template T @param {T[]} all @param {number} most @returns {T[]} */
function pick(all, most) {
  if (all.length <= most) return all;
  return Array.from({ length: most }, (_, i) => all[Math.round((i * (all.length - 1)) / (most - 1))]);
}
