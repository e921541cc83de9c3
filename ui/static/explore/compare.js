/** Side by side: the z in hand as other models draw it, all moving together. */

import { t } from "../i18n/i18n.js";
import { h, onFrame, paint, sizeOf } from "../kit/dom.js";
import { section } from "../kit/section.js";
import { weightsOf } from "../state/held.js";
import { spread } from "../state/latent.js";
import { openModel } from "../state/models.js";

/** Beside the held one. */
const MOST = 3;
/** Of a frame; models that did not get their turn are first in the next. */
const BUDGET_MS = 6;

/**
 * @param {HTMLElement} element
 * @param {import("../state/view.js").View} view
 * @param {import("../state/held.js").Held} held
 * @param {(text: string, kind: "info"|"error") => void} [say]
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
  const toggle = (id) => {
    const now = chosen();
    const next = now.includes(id) ? now.filter((one) => one !== id) : [...now, id].slice(-MOST);
    view.commit({ compare: next.join(" ") });
  };

  const draw = onFrame(() => {
    if (!held.ready || !size.width) return;
    const start = performance.now();
    const waiting = [...panes.values()].filter((pane) => pane.model && pane.drawn !== pane.wanted(held, view.state));
    waiting.sort((a, b) => a.since - b.since);
    for (const pane of waiting) {
      if (performance.now() - start > BUDGET_MS) return draw();
      pane.draw(held, view.state);
    }
    return undefined;
  });
  const update = () => {
    const ids = chosen().filter((id) => id !== view.state.model);
    const key = [...held.infos.map((info) => `${info.id} ${info.title}`), "", ...ids, view.state.model].join("\n");
    if (key !== listed) {
      listed = key;
      build(ids);
    }
    if (ids.length) draw();
  };
  const build = (ids) => {
    for (const id of panes.keys()) if (!ids.includes(id)) panes.delete(id);
    for (const id of ids) if (!panes.has(id)) panes.set(id, new Pane(held.infos.find((info) => info.id === id), () => draw(), say));
    const focused = document.activeElement?.dataset?.model;
    choices.replaceChildren(...held.infos.map(({ id, title }) =>
      h("button", { type: "button", class: "gan-button", dataset: { model: id }, "aria-pressed": String(ids.includes(id)), disabled: id === view.state.model, onClick: () => toggle(id) }, title)));
    if (focused) [...choices.children].find((button) => button.dataset.model === focused)?.focus();
    row.replaceChildren(...ids.map((id) => panes.get(id).element));
    row.hidden = hint.hidden = ids.length === 0;
    empty.hidden = ids.length > 0;
  };
  held.subscribe(update);
  const size = sizeOf(row, () => draw());
  if (view.state.compare) fold.open = true;
  update();
}

/** One model beside the held one. */
class Pane {
  constructor(info, ready, say) {
    this.model = null;
    this.drawn = "";
    this.since = 0;
    this.pixels = new Float32Array(784);
    this.canvas = h("canvas", { class: "gan-compare-canvas", width: 28, height: 28, role: "img", "aria-label": t("The same z drawn by {title}", { title: info.title }) });
    this.opinion = h("span", { class: "gan-fact" }, " ");
    this.element = h("figure", { class: "gan-pane" }, this.canvas, h("figcaption", {}, h("span", { class: "gan-pane-title" }, info.title), this.opinion));
    const model = openModel(info);
    model.load().then(() => {
      this.model = model;
      ready();
      return model.ensure("discriminator").then(() => ((this.drawn = ""), ready()));
    }).catch((error) => say(error.message, "error"));
  }

  /** What the picture would be made from. */
  wanted({ model, z }, { psi, digit, other, blend }) {
    return [model.id, psi, digit, other, blend, ...z].join();
  }

  draw(held, state) {
    this.drawn = this.wanted(held, state);
    this.since = performance.now();
    const z = spread(carried(held.model, held.z, state.seed, this.model), this.model.mean, state.psi);
    const weights = weightsOf(state, this.model.numClasses);
    this.model.generate(z, weights, null, this.pixels);
    paint(this.canvas.getContext("2d"), this.pixels);
    // the server's picture comes later
    if (this.model.remote) this.drawn = "";
    const real = this.model.judge(this.pixels, weights);
    const words = real === null ? " " : t("{percent} % real", { percent: Math.round(100 * real) });
    if (this.opinion.textContent !== words) this.opinion.textContent = words;
  }
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
