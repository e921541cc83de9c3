/** Side by side: the z in hand as other models draw it, all moving together. */

import { keepsRuns } from "../engine/sources.js";
import { messageOf, t } from "../i18n/i18n.js";
import { isStatic } from "../kit/build.js";
import { follows, h, onFrame, penOf, setText, sizeOf, together } from "../kit/dom.js";
import { fit, isSignal, numbersIn, paint } from "../kit/sample.js";
import { paintLarge } from "../kit/waveform.js";
import { section } from "../kit/section.js";
import { weightsOf } from "../state/held.js";
import { spread } from "../state/latent.js";
import { openModel } from "../state/models.js";

/** @typedef {import("../state/models.js").Model} Model */
/** @typedef {import("../state/modellist.js").ModelInfo} ModelInfo */
/** @typedef {import("../state/held.js").Held} Held */

/** Beside the held one. */
const MOST = 3;
/** Of a frame; models that did not get their turn are first in the next. */
const BUDGET_MS = 6;

/**
 * @param {HTMLElement} element
 * @param {import("../state/view.js").View} view
 * @param {import("../state/held.js").Held} held
 * @param {(text: string, kind: "info"|"error") => void} [say]
 * @returns {import("../kit/dom.js").Component}
 */
export function mount(element, view, held, say = () => {}) {
  const choices = h("div", { class: "gan-buttons", role: "group", "aria-label": t("Models side by side") });
  const row = h("div", { class: "gan-compare" });
  const hint = h("p", { class: "gan-hint" }, t("Models whose z has the same size get the same z. Others get the same seed, and what you changed in standard deviations."));
  const empty = h("p", { class: "gan-empty" }, t("Choose up to three models to see beside the one in hand."));
  const fold = section(t("Side by side"), { fact: t("two to four models, one z") }, choices, empty, row, hint);
  element.append(fold);

  /** @type {Map<string, Pane>} by id of the model */
  const panes = new Map();
  let listed = "";
  const chosen = () => view.state.compare.split(" ").filter((id) => held.infos.some((info) => info.id === id)).slice(0, MOST);
  /** @param {string} id */
  const toggle = (id) => {
    const now = chosen();
    const next = now.includes(id) ? now.filter((one) => one !== id) : [...now, id].slice(-MOST);
    view.commit({ compare: next.join(" ") });
  };

  const draw = onFrame(() => {
    if (!held.ready || !size.width) return;
    const start = performance.now();
    const waiting = [...panes.values()].filter((pane) => pane.waits(held)).sort((a, b) => a.since() - b.since());
    for (const pane of waiting) {
      if (performance.now() - start > BUDGET_MS) return draw();
      pane.draw(held);
    }
    return undefined;
  });
  const update = () => {
    const ids = chosen().filter((id) => id !== view.state.model);
    const key = [...held.infos.map((info) => `${info.id} ${info.title} ${info.files.generator}`), "", ...ids, view.state.model].join("\n");
    if (key !== listed) {
      listed = key;
      build(ids);
    }
    if (ids.length) draw();
  };
  /** @param {string[]} ids */
  const build = (ids) => {
    const infos = ids.flatMap((id) => held.infos.filter((info) => info.id === id));
    for (const [id, pane] of panes) {
      // one whose files are others now is another model; one that grows is followed by its pane
      if (infos.some((info) => info.id === id && pane.shows(info))) continue;
      pane.destroy();
      panes.delete(id);
    }
    for (const info of infos) if (!panes.has(info.id)) panes.set(info.id, paneOf(info, { ready: () => draw(), say, isLooked: () => size.width > 0 }));
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.model : undefined;
    const buttons = held.infos.map(({ id, title }) =>
      h("button", { type: "button", class: "gan-button", dataset: { model: id }, "aria-pressed": String(ids.includes(id)), disabled: id === view.state.model, onClick: () => toggle(id) }, title));
    choices.replaceChildren(...buttons);
    if (focused) buttons.find((button) => button.dataset.model === focused)?.focus();
    row.replaceChildren(...[...panes.values()].map((pane) => pane.element));
    row.hidden = hint.hidden = ids.length === 0;
    empty.hidden = ids.length > 0;
  };
  const size = sizeOf(row, () => draw());
  if (view.state.compare) fold.open = true;
  update();
  return { update, destroy: together(follows(held, update), size.destroy, () => panes.forEach((pane) => pane.destroy())) };
}

/**
 * One model beside the held one.
 * @typedef {Object} Pane
 * @property {HTMLElement} element
 * @property {(info: ModelInfo) => boolean} shows whether it is that model with those files
 * @property {(held: Held) => boolean} waits whether its picture is not yet of what is in hand
 * @property {() => number} since when it was drawn last
 * @property {(held: Held) => void} draw
 * @property {() => void} destroy
 */

/**
 * @param {ModelInfo} info
 * @param {{ready: () => void, say: (text: string, kind: "info"|"error") => void, isLooked: () => boolean}} options
 * @returns {Pane}
 */
function paneOf(info, { ready, say, isLooked }) {
  /** @type {Model|null} */
  let model = null;
  let [drawn, since, ended] = ["", 0, false];
  let unfollow = () => {};
  const shape = info.image_shape;
  const pixels = new Float32Array(numbersIn(shape));
  const canvas = h("canvas", { class: "gan-compare-canvas", role: "img", "aria-label": t("The same z drawn by {title}", { title: info.title }) });
  const pen = penOf(canvas);
  fit(canvas, shape);
  const opinion = h("span", { class: "gan-fact" }, " ");
  const element = h("figure", { class: "gan-pane" }, canvas, h("figcaption", {}, h("span", { class: "gan-pane-title" }, info.title), opinion));
  const again = () => {
    drawn = "";
    ready();
  };
  /** What the picture would be made from. @param {Held} held */
  const wanted = ({ model, z, view: { state: { psi, digit, other, blend } } }) => [model?.id, psi, digit, other, blend, ...(z ?? [])].join();
  const open = async () => {
    const opened = openModel(info);
    try {
      await opened.load();
      model = opened;
      again();
      await opened.ensure("discriminator");
      again();
      // a run goes on learning beside the held one, too
      if ((isStatic && !keepsRuns()) || info.kind !== "run") return;
      const { follow } = await import("../parts/following.js");
      if (!ended) unfollow = follow(opened, { isLooked, onGrown: again });
    } catch (error) {
      say(messageOf(error), "error");
    }
  };
  open();
  return {
    element,
    shows: ({ id, files }) => id === info.id && [info.files.generator, model?.info.files.generator].includes(files.generator),
    waits: (held) => model !== null && drawn !== wanted(held),
    since: () => since,
    draw(held) {
      if (!model || !held.model || !held.z) return;
      const { state } = held.view;
      drawn = wanted(held);
      since = performance.now();
      const z = spread(carried(held.model, held.z, state.seed, model), model.mean, state.psi);
      const weights = weightsOf(state, model);
      model.generate(z, weights, null, pixels);
      // as large as it stands there: a waveform has no pixels of its own
      if (isSignal(shape)) paintLarge(pen, pixels, shape, { width: canvas.clientWidth, height: canvas.clientHeight, ratio: Math.min(2, devicePixelRatio || 1) });
      else paint(pen, pixels, 0, 0, shape);
      // the server's picture comes later
      if (model.remote) drawn = "";
      const real = model.judge(pixels, weights);
      const words = real === null ? " " : t("{percent} % real", { percent: Math.round(100 * real) });
      setText(opinion, words);
    },
    destroy() {
      ended = true;
      unfollow();
    },
  };
}

/**
 * The z in hand for another model: what the seed gives there, with the same changes in standard deviations, coordinate for coordinate. For
 * models with one prior and size that is z itself.
 * @param {import("../state/models.js").Model} from
 * @param {Float32Array} z before the spread
 * @param {number} seed
 * @param {import("../state/models.js").Model} to
 * @returns {Float32Array}
 */
export function carried(from, z, seed, to) {
  const same = from.latentDim === to.latentDim && from.prior.kind === "normal" && to.prior.kind === "normal";
  if (from === to || same) return z;
  const [was, is] = [from.sample(seed), to.sample(seed)];
  const floor = to.prior.kind === "rectified_normal" ? 0 : -Infinity;
  const shared = Math.min(from.latentDim, to.latentDim);
  for (let i = 0; i < shared; i += 1) {
    const change = z[i] - was[i];
    if (change !== 0) is[i] = Math.max(floor, is[i] + (change / (from.std[i] || 1)) * to.std[i]);
  }
  return is;
}
