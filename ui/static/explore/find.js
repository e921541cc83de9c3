/** Paint and find: a drawing, a test picture or a photo, and beside it the picture of this model that is nearest; its z goes to the hand. */

import { brightness } from "../autodiff/grasp.js";
import { distance } from "../autodiff/invert.js";
import { messageOf, t } from "../i18n/i18n.js";
import { h, notes, penOf, setText, together, useStyle } from "../kit/dom.js";
import { fileButton } from "../kit/filebutton.js";
import { pixelsOf } from "../kit/pixels.js";
import { isMnist, isSignal, MNIST, numbersIn, paintWhole } from "../kit/sample.js";
import { sources, STYLE } from "../parts/sources.js";
import { classifier, digitOf } from "../state/classifier.js";
import { weightsOfLabel } from "../state/classes.js";
import { addKeyPoint, dropped } from "../state/paths.js";
import { Finder } from "./finder.js";

/** A picture with less ink than this, in pixels, is an empty one. */
const LEAST_INK = 8;
/** Over this the reader is sure of a digit, and no other is tried: at the edge of what is likely a 2 can come nearer to a painted 7 than a 7. */
const SURE = 0.9;
/** As WORDS, of colours: how far a pixel may be away on the average (root mean square); two faces of one model are some 0.3 apart. */
const FAR = [0.08, 0.14, 0.22, Infinity];
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
  const anyText = h("span", {}, t("Find the digit, too"));
  const anyLabel = h("label", { class: "gan-check" }, any, anyText);
  const take = h("button", { type: "button", class: "gan-button", disabled: true, onClick: () => toHand() }, t("Take it in hand"));
  const key = h("button", { type: "button", class: "gan-button", disabled: true, onClick: () => asKey() }, t("Use as key point"));
  const follows = h("input", { type: "checkbox", checked: true });
  const followsLabel = h("label", { class: "gan-check" }, follows, t("The picture in hand follows"));
  const from = sources((picture) => drawing.set({ pixels: Float32Array.from(picture.pixels) }), { pad: true });
  /** @type {{shape: string, pixels: Float32Array}|null} a picture for a model that draws others than digits */
  let brought = null;
  const chooser = fileButton(t("Choose a picture"), { accept: "image/*" });
  const other = h("div", { class: "gan-find-other", hidden: true }, h("p", { class: "gan-hint" }, t("Drop a picture here, or choose one: its middle is taken, as large as this model draws.")), chooser.element);
  /** @param {Blob|null|undefined} file */
  const bring = async (file) => {
    const { model } = held;
    if (!file || !model) return;
    try {
      brought = { shape: model.shape.join(), pixels: await sampleOf(file, model.shape) };
      look();
    } catch (error) {
      note.say(messageOf(error), "error");
    }
  };
  chooser.input.addEventListener("change", () => {
    void bring(chooser.input.files?.[0]);
    chooser.input.value = "";
  });
  other.addEventListener("dragover", (event) => event.preventDefault());
  other.addEventListener("drop", (event) => {
    event.preventDefault();
    void bring(event.dataTransfer?.files[0]);
  });
  element.append(h("div", { class: "gan-find" }, h("div", {}, from.element, other), h("div", { class: "gan-find-result" },
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
    paintWhole(nearest.pen, one.picture, one.model.shape);
    bar.style.transform = `scaleX(${one.share})`;
    take.disabled = key.disabled = false;
    setText(words, isMnist(one.model.shape) ? wordsOfInk(one) : wordsOfPixels(one));
    setText(said, one.done ? words.textContent ?? "" : "");
    // somebody who has moved z meanwhile keeps it
    const free = follows.checked && held.model === one.model && (inHand === null || view.state.z === inHand);
    if (free) put(one);
    if (one.done && view.state.z === one.z) view.commit();
  }, (error) => note.say(error.message, "error"));

  const look = () => {
    const { model, ready } = held;
    note.say("");
    if (!ready || !model || isSignal(model.shape)) return undefined;
    const digits = isMnist(model.shape);
    const pixels = digits ? drawing.state.pixels : brought?.shape === model.shape.join() ? brought.pixels : null;
    from.element.hidden = !digits;
    other.hidden = digits;
    if (model.remote) return note.say(t("A search needs the network here, and this browser leaves drawing to the server."), "error");
    const empty = !pixels || (digits && pixels.reduce((sum, value) => sum + value, 0) < LEAST_INK);
    const nothing = new Float32Array(numbersIn(model.shape));
    paintWhole(mine.pen, pixels ?? nothing, model.shape);
    if (empty) {
      found = null;
      take.disabled = key.disabled = true;
      paintWhole(nearest.pen, nothing, model.shape);
      bar.style.transform = "scaleX(0)";
      setText(words, digits ? t("Draw a digit: its nearest neighbour among all that this model can draw appears beside it.") : t("The nearest neighbour of your picture among all that this model can draw appears beside it."));
      return finder.look(null);
    }
    // whoever has bent z since the last search begins anew with it
    if (!finder.busy && follows.checked) inHand = null;
    finder.look({ model, epoch: view.state.epoch, digit: !model.numClasses ? null : any.checked ? readOf(model, pixels) : view.state.digit, pixels });
    return undefined;
  };
  let shown = "";
  const update = () => {
    const { model, ready } = held;
    if (!ready || !model) return;
    anyLabel.hidden = !model.numClasses;
    setText(anyText, model.info.classes?.length ? t("Find the class, too") : t("Find the digit, too"));
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

/**
 * @param {import("../state/models.js").Model} model that is asked for a class @param {Float32Array} pixels
 * @returns {number|null} the digit that a picture is, where the model's classes are the digits and the reader is sure of one
 */
function readOf(model, pixels) {
  const read = isMnist(model.shape) && !model.info.classes?.length ? classifier.read(pixels) : null;
  const digit = read?.length === model.numClasses ? digitOf(read) : null;
  return digit !== null && read && read[digit] > SURE ? digit : null;
}

/** @param {import("./finder.js").Found} found @returns {string} how near strokes are */
function wordsOfInk({ apart, wanted }) {
  const part = apart / Math.max(distance(wanted, new Float32Array(wanted.length)), 1e-6);
  const away = t("{percent} % of the ink is elsewhere.", { percent: Math.round(100 * Math.min(1, part * part)) });
  return `${WORDS.find(([most]) => part < most)?.[1] ?? ""} ${away}`;
}

/** @param {import("./finder.js").Found} found @returns {string} how near pictures without strokes are */
function wordsOfPixels({ apart }) {
  const away = t("Its pixels are {percent} % of black to white away.", { percent: Math.round(100 * apart) });
  return `${WORDS[FAR.findIndex((most) => apart < most)][1]} ${away}`;
}

/**
 * @param {Blob} file @param {import("../kit/sample.js").Shape} shape
 * @returns {Promise<Float32Array<ArrayBuffer>>} its middle, as large as the model draws, in [0, 1]
 * @throws {Error} with a sentence for the page
 */
async function sampleOf(file, [height, width, channels]) {
  const { data, width: wide, height: high } = await pixelsOf(file, { sizeOf: (size) => {
    const scale = Math.max(width / size.width, height / size.height);
    return [Math.max(width, Math.round(size.width * scale)), Math.max(height, Math.round(size.height * scale))];
  } });
  const [left, top] = [(wide - width) >> 1, (high - height) >> 1];
  if (left < 0 || top < 0) throw new Error(t("The picture is smaller than {width} × {height}, and this browser does not let it be enlarged.", { width, height }));
  const rgb = Float32Array.from({ length: height * width * 3 }, (_, i) => data[4 * ((top + Math.floor(i / 3 / width)) * wide + left + (Math.floor(i / 3) % width)) + (i % 3)] / 255);
  return channels === 3 ? rgb : Float32Array.from(brightness(rgb, 3));
}

/** @param {string} title @returns {{element: HTMLElement, canvas: HTMLCanvasElement, pen: CanvasRenderingContext2D}} a picture with its name under it */
export function pane(title) {
  const canvas = h("canvas", { class: "gan-compare-canvas", width: MNIST[1], height: MNIST[0], role: "img", "aria-label": title });
  const pen = penOf(canvas);
  pen.fillRect(0, 0, canvas.width, canvas.height);
  return { element: h("figure", { class: "gan-pane" }, canvas, h("figcaption", {}, h("span", { class: "gan-pane-title" }, title))), canvas, pen };
}
