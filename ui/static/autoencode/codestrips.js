/** The leading directions of a code as film strips: what the picture in hand becomes along each, as it is now. */

import { pool } from "../engine/pool.js";
import { t } from "../i18n/i18n.js";
import { debounce, h, sizeOf, together } from "../kit/dom.js";
import { slider } from "../kit/slider.js";
import { END, paintStrips, STOPS, stripUnder } from "../parts/filmstrip.js";
import { stack } from "../state/latent.js";
import { lowest } from "../state/codehand.js";

/** @typedef {import("../state/models.js").Model} Model */

const SLOT = "codestrips";
const REST_MS = 120; // strips follow the end of a gesture: the picture comes first

/**
 * @param {{onMove: (index: number, value: number) => void, say: (text: string, kind?: "info"|"error") => void}} options told how far a direction is moved
 * @returns {{element: HTMLElement, build: (model: Model) => void, set: (offsets: number[]) => void, show: (codeAt: (index: number, value: number) => Float32Array) => void,
 *   destroy: () => void}} `show`: what the code would be with one direction moved so far
 */
export function codeStrips({ onMove, say }) {
  const element = h("div", { class: "ae-strips" });
  /** @type {Model|null} */
  let model = null;
  /** @type {ReturnType<typeof slider>[]} */
  let rows = [];
  /** @type {CanvasRenderingContext2D[]} */
  let strips = [];
  /** @type {((index: number, value: number) => Float32Array)|null} */
  let codeAt = null;
  let drawn = "";

  const draw = () => {
    if (!model || !codeAt || !strips.length || !size.width) return;
    const codes = strips.flatMap((_, i) => Array.from({ length: STOPS }, (_, stop) => /** @type {NonNullable<typeof codeAt>} */ (codeAt)(i, stop - END)));
    const [z, url, drawnOn] = [stack(codes), model.generatorUrl(), strips];
    const key = `${url} ${z.join()}`;
    if (key === drawn) return;
    drawn = key;
    pool.draw(SLOT, {
      url, z, classWeights: null, count: codes.length, onPart: (first, pixels) => paintStrips(drawnOn, first, pixels), onError: (error) => ((drawn = ""), say(error.message, "error")),
    });
  };
  const soon = debounce(draw, REST_MS);
  const size = sizeOf(element, soon);
  return {
    element,
    build(next) {
      model = next;
      drawn = "";
      codeAt = null;
      pool.drop(SLOT); // what is on its way is of other strips
      rows = next.directions.map((_, i) => slider({ label: t("Direction {number}", { number: i + 1 }), min: -END, max: END, step: 0.01, rest: 0, value: 0, say, onInput: (value) => onMove(i, value) }));
      strips = rows.map((row) => stripUnder(row.range));
      element.replaceChildren(...(rows.length ? rows.map((row) => row.element) : [h("p", { class: "gan-hint" }, t("This model has no directions: they are computed when a run is kept as a checkpoint."))]));
    },
    set: (offsets) => rows.forEach((row, i) => row.set(offsets[i])),
    show(next) {
      codeAt = next;
      soon();
    },
    destroy: together(size.destroy, () => ((model = null), pool.drop(SLOT))),
  };
}

/** The code moved along the leading directions. @param {Model} model @param {Float32Array} code @param {number[]} offsets @returns {Float32Array} */
export function moved(model, code, offsets) {
  const to = Float32Array.from(code);
  offsets.forEach((amount, i) => {
    if (amount) for (let j = 0; j < to.length; j += 1) to[j] += amount * model.directions[i][j];
  });
  const floor = lowest(model);
  return to.map((value) => Math.max(floor, value));
}
