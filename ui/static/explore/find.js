/** Paint and find: a drawing, a test picture or a photo, and beside it the picture of this model that is nearest; its z goes to the hand. */

import { distance } from "../autodiff/invert.js";
import { t } from "../i18n/i18n.js";
import { h, notes, penOf, setText, together, useStyle } from "../kit/dom.js";
import { isMnist, MNIST, numbersIn, paint } from "../kit/sample.js";
import { sources, STYLE } from "../parts/sources.js";
import { weightsOfLabel } from "../state/classes.js";
import { addKeyPoint, dropped } from "../state/paths.js";
import { Finder } from "./finder.js";

/** A picture with less ink than this, in pixels, is an empty one. */
const LEAST_INK = 8;
const NOTHING = new Float32Array(numbersIn(MNIST));
/** How much of the ink may be elsewhere, and what is said of it then. @type {[number, string][]} */
const WORDS = [
  [0.25, t("Very near: this model can draw it.")], [0.45, t("Near: this model draws one much like it.")],
  [0.7, t("Roughly: this model draws another one.")], [Infinity, t("Far: this model cannot draw such a picture.")],
];

/**
 * @param {HTMLElement} element
 * @param {import("../state/view.js").View} view
 * @param {import("../state/held.js").Held} held
 * @param {import("../state/store.js").Store<{pixels: Float32Array|null}>} drawing told the picture, for whoever else looks at it
 * @returns {Promise<import("../kit/dom.js").Component>}
 */
export async function mount(element, view, held, drawing) {
  await Promise.all([useStyle(STYLE), useStyle(new URL("backwards.css", import.meta.url))]);
  const note = notes();
  const [mine, nearest] = [pane(t("Your picture")), pane(t("Nearest in this model"))];
  const bar = h("span", { class: "gan-find-fill" });
  const words = h("p", { class: "gan-find-words" });
  // read aloud at the end only
  const said = h("span", { class: "gan-hidden", role: "status" });
  const any = h("input", { type: "checkbox", checked: true, onChange: () => look() });
  const anyLabel = h("label", { class: "gan-check" }, any, t("Find the digit, too"));
  const take = h("button", { type: "button", class: "gan-button", disabled: true, onClick: () => toHand() }, t("Take it in hand"));
  const key = h("button", { type: "button", class: "gan-button", disabled: true, onClick: () => asKey() }, t("Use as key point"));
  const follows = h("input", { type: "checkbox", checked: true });
  const followsLabel = h("label", { class: "gan-check" }, follows, t("The digit in hand follows"));
  const from = sources((picture) => drawing.set({ pixels: Float32Array.from(picture.pixels) }), { pad: true });
  element.append(h("div", { class: "gan-find" }, from.element, h("div", { class: "gan-find-result" },
    h("div", { class: "gan-find-pair" }, mine.element, nearest.element), h("div", { class: "gan-find-bar", "aria-hidden": "true" }, bar), words, said,
    h("div", { class: "gan-buttons" }, take, key), followsLabel, anyLabel, note.element)));

  /** @type {import("./finder.js").Found|null} */
  let found = null;
  /** @type {Float32Array|null} what the search has put in the hand */
  let inHand = null;
  const toHand = () => {
    if (!found || held.model !== found.model) return;
    put(found);
    view.commit();
  };
  /** @param {import("./finder.js").Found} one */
  const put = ({ z, digit }) => {
    inHand = z;
    view.set({ z, psi: 1, ...(digit === null ? {} : { digit, blend: 0 }) });
  };
  const asKey = () => {
    if (!found) return;
    const { z, digit, model } = found;
    const classWeights = digit === null ? null : weightsOfLabel(digit, model);
    note.say(dropped(addKeyPoint({ z, classWeights, title: t("found"), model: model.id })));
  };
  const finder = new Finder((one) => {
    found = one;
    paint(nearest.pen, one.picture);
    bar.style.transform = `scaleX(${one.share})`;
    take.disabled = key.disabled = false;
    const part = one.apart / Math.max(distance(one.wanted, NOTHING), 1e-6);
    const away = t("{percent} % of the ink is elsewhere.", { percent: Math.round(100 * Math.min(1, part * part)) });
    setText(words, `${WORDS.find(([most]) => part < most)?.[1] ?? ""} ${away}`);
    setText(said, one.done ? words.textContent ?? "" : "");
    // somebody who has moved z meanwhile keeps it
    const free = follows.checked && held.model === one.model && (inHand === null || view.state.z === inHand);
    if (free) put(one);
    if (one.done && view.state.z === one.z) view.commit();
  }, (error) => note.say(error.message, "error"));

  const look = () => {
    const { model, ready } = held;
    const { pixels } = drawing.state;
    note.say("");
    if (!ready || !model) return;
    if (!isMnist(model.shape)) return note.say(t("A search needs a model whose pictures are as large as a drawing here: 28 by 28, grey."), "error");
    if (model.remote) return note.say(t("A search needs the network here, and this browser leaves drawing to the server."), "error");
    const empty = !pixels || pixels.reduce((sum, value) => sum + value, 0) < LEAST_INK;
    paint(mine.pen, pixels ?? NOTHING);
    if (empty) {
      found = null;
      take.disabled = key.disabled = true;
      paint(nearest.pen, NOTHING);
      bar.style.transform = "scaleX(0)";
      setText(words, t("Draw a digit: its nearest neighbour among all that this model can draw appears beside it."));
      return finder.look(null);
    }
    // whoever has bent z since the last search begins anew with it
    if (!finder.busy && follows.checked) inHand = null;
    finder.look({ model, epoch: view.state.epoch, digit: model.numClasses && (!any.checked || model.groups.length) ? view.state.digit : null, pixels });
    return undefined;
  };
  let shown = "";
  const update = () => {
    const { model, ready } = held;
    if (!ready || !model) return;
    anyLabel.hidden = !model.numClasses || model.groups.length > 0; // labels of groups are too many to try
    const name = `${model.id} ${model.info.step} ${view.state.epoch}`;
    if (name === shown) return;
    shown = name;
    inHand = null;
    if (element.offsetWidth) look();
  };
  update();
  from.start().catch((error) => note.say(error.message, "error"));
  return { update, destroy: together(held.subscribe(update), drawing.subscribe(look), () => finder.destroy(), from.destroy) };
}

/** @param {string} title @returns {{element: HTMLElement, canvas: HTMLCanvasElement, pen: CanvasRenderingContext2D}} a picture with its name under it */
export function pane(title) {
  const canvas = h("canvas", { class: "gan-compare-canvas", width: MNIST[1], height: MNIST[0], role: "img", "aria-label": title });
  const pen = penOf(canvas);
  pen.fillRect(0, 0, canvas.width, canvas.height);
  return { element: h("figure", { class: "gan-pane" }, canvas, h("figcaption", {}, h("span", { class: "gan-pane-title" }, title))), canvas, pen };
}
