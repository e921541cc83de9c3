/** The film strip: every frame of the path in a row, the one we are at marked; a click goes there. */

import { pool } from "../engine/pool.js";
import { t } from "../i18n/i18n.js";
import { h, onFrame, penOf, sizeOf, together } from "../kit/dom.js";
import { cellOf, fit, MNIST, numbersIn, paint } from "../kit/sample.js";
import { stack } from "../state/latent.js";
import { pathOf } from "../state/paths.js";

const GAP = 2; // between two pictures

/**
 * @param {HTMLElement} element
 * @param {import("../state/view.js").View} view
 * @param {import("../state/held.js").Held} held
 * @param {(text: string, kind: "info"|"error") => void} say
 * @returns {import("../kit/dom.js").Component}
 */
export function mount(element, view, held, say) {
  const canvas = h("canvas", { class: "gan-strip-canvas", width: MNIST[1] + GAP, height: MNIST[0], role: "img", "aria-label": t("Film strip") });
  const mark = h("div", { class: "gan-strip-mark" });
  const film = h("div", { class: "gan-film" }, canvas, mark);
  const scroller = h("div", { class: "gan-strip", tabindex: 0, role: "group", "aria-label": t("Film strip") }, film);
  element.append(scroller);
  const context = penOf(canvas);
  let [shown, at] = ["", 0];

  /** @param {import("../kit/sample.js").Shape} shape @param {number} first @param {Float32Array} pixels */
  const show = (shape, first, pixels) => {
    const [each, step] = [numbersIn(shape), cellOf(shape)[1] + GAP];
    for (let i = 0; i < pixels.length / each; i += 1) paint(context, pixels.subarray(i * each, (i + 1) * each), (first + i) * step, 0, shape);
  };
  const update = onFrame(() => {
    const path = pathOf(view.state.model);
    const { model } = held;
    if (!held.ready || !model || !path.ready || !size.width || path.keys[0].z.length !== model.latentDim) return;
    const { psi, epoch } = view.state;
    const url = model.generatorUrl(epoch);
    const key = [url, psi, view.state.model, path.version].join();
    if (key !== shown) {
      shown = key;
      // a canvas that keeps its width keeps its pictures until the new ones come
      const { shape } = model;
      fit(canvas, shape, path.steps, GAP);
      canvas.setAttribute("aria-label", t("Film strip of {count} frames", { count: path.steps }));
      film.style.setProperty("--gan-frames", String(path.steps));
      pool.draw("strip", { url, ...framesOf(path, held, model), count: path.steps, onPart: (first, pixels) => show(shape, first, pixels), onError: (error) => ((shown = ""), say(error.message, "error")) });
    }
    mark.style.transform = `translateX(${100 * path.frame}%)`;
    if (path.frame !== at) follow(scroller, film, path);
    at = path.frame;
  });
  film.addEventListener("click", (event) => {
    const path = pathOf(view.state.model);
    const box = film.getBoundingClientRect();
    path.set({ position: Math.min(1, path.positionOf(Math.floor(((event.clientX - box.left) / box.width) * path.steps))) });
  });
  const size = sizeOf(scroller, update);
  return { update, destroy: together(size.destroy, () => pool.drop("strip")) };
}

/** @param {HTMLElement} scroller @param {HTMLElement} film @param {import("../state/paths.js").Path} path */
function follow(scroller, film, path) {
  const frame = film.offsetWidth / path.steps;
  const left = path.frame * frame;
  if (left < scroller.scrollLeft || left + frame > scroller.scrollLeft + scroller.clientWidth) scroller.scrollLeft = left - scroller.clientWidth / 2;
}

/**
 * @param {import("../state/paths.js").Path} path
 * @param {import("../state/held.js").Held} held
 * @param {import("../state/models.js").Model} model
 * @returns {{z: Float32Array, classWeights: Float32Array|null}} of all frames, spread applied
 */
export function framesOf(path, held, model) {
  const poses = Array.from({ length: path.steps }, (_, i) => {
    const { z, classWeights } = path.at(path.positionOf(i));
    return held.poseOf(model, z, classWeights);
  });
  const weights = poses.flatMap((pose) => (pose.classWeights ? [pose.classWeights] : []));
  return { z: stack(poses.map((pose) => pose.z)), classWeights: weights.length === poses.length ? stack(weights) : null };
}
