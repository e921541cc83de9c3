/** The second limit, opacity: nobody told G what its numbers mean. Arithmetic of latent vectors shows that there is sense in them, and the nearest training pictures that it does not copy. */

import { fetchSet } from "../../device/pictures.js";
import { messageOf, t } from "../../i18n/i18n.js";
import { h, paint, penOf, setText } from "../../kit/dom.js";
import { slider } from "../../kit/slider.js";
import { classifier } from "../../state/classifier.js";
import { button } from "../card.js";
import { chosenSet } from "../sees/open.js";
import { combined, extremes, meanOf, MOST, possible } from "./arithmetic.js";
import { dropDrawing, drawnBy, inkOf, readDigit, shippedModel } from "./drawing.js";
import { nearestTo } from "./sets.js";

const SAMPLES = 1200;
const NEAREST = 3;
const PIXELS = 784;

/**
 * @param {HTMLElement} place
 * @returns {import("../../kit/dom.js").Component}
 */
export function opacity(place) {
  const words = h("p", { class: "quality-words", role: "status", "aria-live": "polite" }, t("Drawing a thousand digits to choose from ..."));
  const terms = [pane(), pane(), pane(), pane()];
  const signs = ["−", "+", "="];
  const sum = h("div", { class: "quality-sum" }, terms.flatMap(({ element }, i) => [element, i < signs.length ? h("b", { "aria-hidden": "true" }, signs[i]) : null]));
  const [from, to] = [choice(t("Thick minus thin"), () => show()), choice(t("added to a thin"), () => show())];
  const several = slider({ label: t("z averaged"), min: 1, max: MOST, step: 1, decimals: 0, value: 1, onInput: (value) => ((n = value), show()) });
  const copies = h("div", { class: "quality-copies" });
  const look = button(t("Is it copying? Look for the nearest training pictures"), () => void nearest());
  place.append(h("div", { class: "learn-tools" }, from.element, to.element, several.element), sum, words, h("div", { class: "gan-buttons" }, look), copies);
  let [n, ended] = [1, false];
  /** @type {import("./arithmetic.js").Drawn[]} */
  let drawn = [];
  /** @type {import("../../state/models.js").Model|null} */
  let model = null;
  /** @type {Promise<{images: Uint8Array, heldOut: Uint8Array}>|null} */
  let training = null;
  /** @type {Float32Array} */
  let result = new Float32Array(PIXELS);

  const begin = async () => {
    model = await shippedModel("dense");
    await classifier.ensure();
    const z = Array.from({ length: SAMPLES }, (_, i) => /** @type {import("../../state/models.js").Model} */ (model).sample(1000 + i));
    const pictures = await drawnBy(model, z);
    if (ended) return;
    drawn = pictures.map((picture, i) => ({ z: z[i], picture, ...readDigit(picture), ink: inkOf(picture) }));
    const digits = possible(drawn);
    const [a, b] = firstPair(digits);
    from.fill(digits, a);
    to.fill(digits, b);
    show();
  };
  /** @param {number} a @param {number} b @param {number} count @returns {Float32Array[]} means of z: thick a, thin a, thin b */
  const meansOf = (a, b, count) => [extremes(drawn, a, true), extremes(drawn, a, false), extremes(drawn, b, false)].map((some) => meanOf(some, count));
  /** To begin with, two digits of which the sum of many z is read as it should be; any other may be chosen. @param {number[]} digits @returns {[number, number]} */
  const firstPair = (digits) => {
    const pairs = digits.flatMap((a) => digits.filter((b) => b !== a).map((b) => /** @type {[number, number]} */ ([a, b])));
    return pairs.find(([a, b]) => {
      const [thick, thin, other] = meansOf(a, b, MOST);
      const { digit, sure } = readDigit(/** @type {import("../../state/models.js").Model} */ (model).generate(combined(thick, thin, other)));
      return digit === b && sure > 0.9;
    }) ?? pairs[0] ?? [0, 0];
  };
  const show = () => {
    if (!model || !drawn.length) return;
    const [a, b] = [from.value(), to.value()];
    const means = meansOf(a, b, n);
    const now = /** @type {import("../../state/models.js").Model} */ (model);
    const pictures = means.map((z) => Float32Array.from(now.generate(z)));
    result = Float32Array.from(now.generate(combined(means[0], means[1], means[2])));
    const names = [t("thick {digit}", { digit: a }), t("thin {digit}", { digit: a }), t("thin {digit}", { digit: b }), t("the sum")];
    [...pictures, result].forEach((picture, i) => terms[i].show(picture, names[i]));
    const read = readDigit(result);
    const gained = (100 * (inkOf(result) - inkOf(pictures[2]))) / inkOf(pictures[2]);
    setText(words, t("With {n} z each: the sum is read as {digit} ({percent} % sure) and has {gain} % more ink than the thin {other}.", { n, digit: read.digit, percent: Math.round(100 * read.sure), gain: Math.round(gained), other: b }));
  };
  const nearest = async () => {
    look.disabled = true;
    try {
      training ??= fetchTraining();
      training.catch(() => (training = null));
      const { images, heldOut } = await training;
      const found = nearestTo(result, images, NEAREST);
      const usual = nearestTo(Float32Array.from(heldOut.subarray(0, PIXELS), (grey) => grey / 255), images, 1)[0];
      const figures = found.map(({ place: at, distance }) => {
        const one = pane();
        one.show(Float32Array.from(images.subarray(at * PIXELS, (at + 1) * PIXELS), (grey) => grey / 255), t("distance {distance}", { distance: distance.toFixed(3) }));
        return one.element;
      });
      const asked = pane();
      asked.show(result, t("the sum"));
      copies.replaceChildren(asked.element, ...figures, h("p", {}, t("A test picture that no model has seen lies {distance} from its nearest one: a copy would lie at 0.", { distance: usual.distance.toFixed(3) })));
    } catch (error) {
      copies.replaceChildren(h("p", {}, messageOf(error)));
    }
    look.disabled = false;
  };
  begin().catch((error) => setText(words, messageOf(error)));
  return { update() {}, destroy: () => ((ended = true), dropDrawing()) };
}

/** @returns {Promise<{images: Uint8Array, heldOut: Uint8Array}>} what the shipped models have learned from, as far as it is here */
async function fetchTraining() {
  const set = await chosenSet();
  if (set?.name !== "mnist") throw new Error(t("The shipped models have learned from MNIST, which is not here, so there is nothing to compare with."));
  const { images, heldOut } = await fetchSet(set.name);
  return { images, heldOut: heldOut ?? images };
}

/** @param {string} label @param {() => void} onChange */
function choice(label, onChange) {
  const list = h("select", { class: "gan-select", onChange });
  return {
    element: h("label", { class: "learn-control" }, h("span", { class: "learn-label" }, label), list),
    value: () => Number(list.value),
    /** @param {number[]} digits @param {number} chosen */
    fill: (digits, chosen) => list.replaceChildren(...digits.map((digit) => h("option", { value: digit, selected: digit === chosen }, String(digit)))),
  };
}

function pane() {
  const canvas = h("canvas", { width: 28, height: 28, role: "img" });
  const words = h("figcaption", {});
  const pen = penOf(canvas);
  pen.fillRect(0, 0, 28, 28);
  return {
    element: h("figure", { class: "quality-pane" }, canvas, words),
    /** @param {Float32Array} picture @param {string} said */
    show(picture, said) {
      paint(pen, picture);
      canvas.setAttribute("aria-label", said);
      setText(words, said);
    },
  };
}
