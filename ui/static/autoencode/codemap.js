/** A map of codes, each a numeral in the colour of its digit: what lies under the pointer is decoded, a press takes it in hand. */

import { messageOf, t } from "../i18n/i18n.js";
import { h, onFrame, penOf, rarely, sizeOf, together, uid } from "../kit/dom.js";
import { paint } from "../kit/sample.js";
import { drag } from "../kit/drag.js";
import { classifier, digitOf } from "../state/classifier.js";
import { Cloud } from "../state/codecloud.js";
import { lowest } from "../state/codehand.js";
import { codesOf } from "./codesource.js";
import { plate } from "./codeview.js";

const STEP = 0.02;
const COLOURS = ["#ff7b72", "#ffb454", "#f2e05c", "#9be564", "#4fd6a5", "#5cc8f5", "#7aa2ff", "#b794ff", "#ff8ad4", "#d0d7e5"];

/** @typedef {import("../state/models.js").Model} Model */

/**
 * The map and the picture beside it.
 * @param {{onTake: (z: Float32Array) => void, onEnd: () => void, say: (text: string, kind?: "info"|"error") => void}} options told while a press moves, and at its end
 * @returns {{element: HTMLElement, show: (model: Model, code: Float32Array) => void, destroy: () => void}} `code`: the one in hand
 */
export function codeMap({ onTake, onEnd, say }) {
  /** @type {Model|null} */
  let model = null;
  /** @type {Cloud|null} of that model's codes */
  let cloud = null;
  /** @type {Float32Array|null} in hand */
  let code = null;
  /** @type {[number, number]|null} under the pointer */
  let place = null;
  /** @type {Model|null} whose codes are on their way */
  let loading = null;
  let pixels = new Float32Array(0);
  let [painted, ended] = ["", false];

  const help = uid("map-help");
  const canvas = h("canvas", { class: "ae-map-canvas" });
  const mark = h("span", { class: "ae-map-mark", hidden: true });
  const spot = h("span", { class: "ae-map-spot", hidden: true });
  const frame = h("div", { class: "ae-map", role: "application", tabindex: 0, "aria-label": t("Map of codes"), "aria-describedby": help }, canvas, mark, spot);
  const under = plate(t("Under the pointer"));
  const progress = h("p", { class: "gan-hint ae-map-origin" }, " ");
  const element = h("section", { class: "gan-part ae-part gan-at-map", "aria-label": t("Map of codes") },
    h("h3", {}, t("Map of codes")), h("div", { class: "ae-map-row" }, frame, under.element),
    progress, h("p", { id: help, class: "gan-hint" }, t("The ring is the code in hand. Move over the map to see what lies there, press to take it; arrow keys move the ring.")));

  /** @param {Cloud} cloud @param {[number, number]} point @returns {[number, number]} in the frame */
  const toScreen = ({ bounds: [left, right, top, bottom] }, [x, y]) => {
    /** @param {number} value @param {number} low @param {number} high @param {number} length */
    const part = (value, low, high, length) => Math.max(0, Math.min(length, ((value - low) / (high - low)) * length));
    return [part(x, left, right, size.width), part(y, top, bottom, size.height)];
  };
  /** @param {Cloud} cloud */
  const drawCloud = (cloud) => {
    const ratio = Math.min(2, devicePixelRatio || 1);
    const key = [size.width, size.height, ratio].join();
    if (painted === key) return;
    painted = key;
    [canvas.width, canvas.height] = [Math.round(size.width * ratio), Math.round(size.height * ratio)];
    const context = penOf(canvas);
    context.scale(ratio, ratio);
    context.font = `600 ${Math.round(Math.max(10, Math.min(20, size.width / 50)))}px system-ui, sans-serif`;
    Object.assign(context, { textAlign: "center", textBaseline: "middle" });
    cloud.places.forEach((place, i) => {
      const [x, y] = toScreen(cloud, place);
      context.fillStyle = COLOURS[cloud.labels[i] % COLOURS.length];
      context.fillText(String(cloud.labels[i]), x, y);
    });
  };
  /** @param {Model} wanted */
  const load = async (wanted) => {
    if (loading === wanted) return;
    loading = wanted;
    try {
      const { codes, labels, origin } = await codesOf(wanted, (done, all) => {
        if (wanted === model) progress.textContent = t("Encoding {done} of {all} digits ...", { done, all });
      });
      if (wanted !== model || ended) return;
      cloud = new Cloud(codes, labels, lowest(wanted));
      painted = "";
      progress.textContent = wordsFor(origin, cloud.flat, codes.length);
      update();
    } catch (error) {
      if (wanted === model && !ended) say(messageOf(error), "error");
    } finally {
      if (loading === wanted) loading = null;
    }
  };
  const update = onFrame(() => {
    if (!model || !code || !size.width) return;
    if (!cloud) return void load(model);
    drawCloud(cloud);
    const [x, y] = toScreen(cloud, cloud.project(code));
    mark.hidden = false;
    mark.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`;
    if (!place) preview();
    return undefined;
  });
  /** What lies under the pointer; without one, what is in hand. */
  const preview = onFrame(() => {
    if (!model || !code) return;
    if (place && cloud) {
      const [x, y] = toScreen(cloud, place);
      spot.hidden = false;
      spot.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`;
    }
    pixels = /** @type {Float32Array<ArrayBuffer>} */ (model.generate(place && cloud ? cloud.zAt(...place) : code));
    paint(penOf(under.canvas), pixels);
    tell();
  });
  const tell = rarely(() => {
    const probabilities = classifier.read(pixels);
    if (!probabilities) return;
    const digit = digitOf(probabilities);
    under.note.textContent = digit === null ? t("no digit") : t("reads as {digit}", { digit });
  });

  /** @param {Cloud} cloud @param {PointerEvent} event @param {import("../kit/drag.js").Box} [box] @returns {[number, number]} where it points to, which is shown */
  const point = (cloud, { clientX, clientY }, box = frame.getBoundingClientRect()) => {
    const [left, right, top, bottom] = cloud.bounds;
    /** @param {number} value */
    const share = (value) => Math.max(0, Math.min(1, value));
    place = [left + share((clientX - box.left) / box.width) * (right - left), top + share((clientY - box.top) / box.height) * (bottom - top)];
    preview();
    return place;
  };
  /** @param {PointerEvent} event @param {import("../kit/drag.js").Box} box @returns {boolean} */
  const take = (event, box) => {
    // another model may have come under the press
    if (cloud) onTake(cloud.zAt(...point(cloud, event, box)));
    return cloud !== null;
  };
  const press = drag(frame, { yields: () => true, begin: take, move: take, end: onEnd, hover: (event) => cloud && point(cloud, event) });
  const leave = () => {
    place = null;
    spot.hidden = true;
  };
  frame.addEventListener("pointerleave", () => {
    if (press.held()) return;
    leave();
    preview();
  });
  frame.addEventListener("keydown", (event) => {
    /** @type {Object<string, [number, number]>} */
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    if (!Object.hasOwn(moves, event.key) || !cloud || !code || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const [left, right, top, bottom] = cloud.bounds;
    const [x, y] = cloud.project(code);
    const [across, down] = moves[event.key];
    const step = STEP * (event.shiftKey ? 5 : 1);
    leave();
    onTake(cloud.zAt(x + across * step * (right - left), y + down * step * (bottom - top)));
    onEnd();
    preview();
  });
  const size = sizeOf(frame, () => update());
  return {
    element,
    show(next, held) {
      code = held;
      if (next !== model) [model, cloud, place] = [next, null, null];
      update();
    },
    destroy: together(press.destroy, size.destroy, () => (ended = true)),
  };
}

/** @param {"mnist"|"digits"|"prior"} origin @param {boolean} flat @param {number} count @returns {string} */
function wordsFor(origin, flat, count) {
  const how = flat ? t("The plane is the code itself: two numbers.") : t("The plane is laid through the two directions in which the codes differ most.");
  const what = origin === "prior" ? t("{count} codes of the prior, coloured by what the classifier reads.", { count })
    : origin === "mnist" ? t("{count} MNIST test digits, encoded here.", { count }) : t("{count} of scikit-learn's small digits, encoded here.", { count });
  return `${what} ${how}`;
}
