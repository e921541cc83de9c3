/** The list of key points: add one by seed or from Explore, reorder, remove, and for a conditional model choose its digit. */

import { t } from "../i18n/i18n.js";
import { h, onFrame, paint, sizeOf, uid } from "../kit/dom.js";
import { child, parseSeed, randomSeed } from "../state/latent.js";
import { pathOf, pointInHand } from "../state/paths.js";

/**
 * @param {HTMLElement} element
 * @param {import("../state/view.js").View} view
 * @param {import("../state/held.js").Held} held
 * @param {(text: string, kind: "info"|"error") => void} say
 * @returns {() => void} draws the list again
 */
export function mount(element, view, held, say) {
  const id = uid("seed");
  const field = h("input", { id, class: "gan-input", type: "text", inputmode: "numeric", autocomplete: "off", placeholder: t("any"), size: 11 });
  const list = h("ol", { class: "gan-keys", "aria-label": t("Key points") });
  const button = (text, title, onClick) => h("button", { type: "button", class: "gan-button", title, onClick }, text);
  const bySeed = () => {
    if (!held.ready) return;
    try {
      const seed = field.value.trim() === "" ? randomSeed() : parseSeed(field.value);
      field.removeAttribute("aria-invalid");
      say("", "info");
      pathOf(view.state.model).add(seedPoint(held, seed));
      field.value = "";
    } catch (error) {
      field.setAttribute("aria-invalid", "true");
      say(error.message, "error");
    }
  };
  const fromExplore = () => held.ready && pathOf(view.state.model).add(pointInHand(view, held));
  field.addEventListener("keydown", (event) => event.key === "Enter" && bySeed());
  element.append(
    h("div", { class: "gan-head" }, h("h2", {}, t("Key points"))),
    list,
    h("div", { class: "gan-add" },
      h("div", { class: "gan-seed" }, h("label", { for: id }, t("Seed")), field, button(t("Add"), t("Add the digit of this seed"), bySeed)),
      h("div", { class: "gan-buttons" }, button(t("Use the digit I am looking at"), t("Add the digit from the Explore tab"), fromExplore))),
  );

  let [drawn, painted] = ["", ""];
  const paintAll = onFrame(() => {
    if (!held.ready || !size.width) return;
    const { psi, epoch } = view.state;
    const key = [drawn, held.model.generatorUrl(), psi, epoch, epoch !== null && `epoch ${epoch}` in held.model.engines].join();
    if (key === painted) return;
    painted = key;
    pathOf(view.state.model).keys.forEach((key, i) => {
      const canvas = list.children[i]?.querySelector("canvas");
      if (!canvas || key.z.length !== held.model.latentDim) return;
      const pose = held.poseOf(key.z, key.classWeights);
      paint(canvas.getContext("2d"), held.model.generate(pose.z, pose.classWeights, pose.epoch));
    });
  });
  const size = sizeOf(list, paintAll);
  return () => {
    const path = pathOf(view.state.model);
    const key = `${view.state.model} ${path.version}`;
    if (key !== drawn) {
      drawn = key;
      const focused = [...list.querySelectorAll("button, select")].indexOf(document.activeElement);
      list.replaceChildren(...path.keys.map((_, i) => row(path, i, held.model?.numClasses ?? 0)));
      if (focused >= 0) [...list.querySelectorAll("button, select")][focused]?.focus();
    }
    paintAll();
  };
}

function row(path, index, numClasses) {
  const { title, classWeights } = path.keys[index];
  const tool = (text, title, onClick, disabled) => {
    const name = t("{action}: key point {number}", { action: title, number: index + 1 });
    return h("button", { type: "button", class: "gan-button gan-small", "aria-label": name, title, disabled, onClick }, text);
  };
  const choose = (event) => path.change(index, { classWeights: oneHot(Number(event.target.value), numClasses) });
  const digit = numClasses
    ? h("select", { class: "gan-select", "aria-label": t("Digit of key point {number}", { number: index + 1 }), onChange: choose },
      Array.from({ length: numClasses }, (_, i) => h("option", { value: i, selected: i === likeliest(classWeights) }, i)))
    : null;
  return h("li", { class: "gan-key" },
    h("canvas", { class: "gan-thumb", width: 28, height: 28, role: "img", "aria-label": t("Key point {number}", { number: index + 1 }) }),
    h("span", { class: "gan-key-title" }, title),
    h("span", { class: "gan-key-tools" }, digit,
      tool("↑", t("Move up"), () => path.move(index, -1), index === 0),
      tool("↓", t("Move down"), () => path.move(index, 1), index === path.keys.length - 1),
      tool("×", t("Remove"), () => path.remove(index), path.keys.length <= 2)));
}

/** @param {import("../state/held.js").Held} held with a model @param {number} seed @param {boolean} [automatic] @returns {import("../state/paths.js").KeyPoint} */
export function seedPoint(held, seed, automatic = false) {
  return { title: t("seed {seed}", { seed }), seed, z: held.model.sample(seed), classWeights: held.classWeights, automatic };
}

/** Gives a path the points it lacks to be one. @param {import("../state/paths.js").Path} path @param {import("../state/held.js").Held} held @param {number} seed */
export function begin(path, held, seed) {
  const next = held.model.numClasses ? oneHot((likeliest(held.classWeights) + 5) % held.model.numClasses, held.model.numClasses) : null;
  const first = path.keys[0] ?? seedPoint(held, seed, true);
  path.set({ keys: [first, { ...seedPoint(held, child(seed, 1), true), ...(next ? { classWeights: next } : {}) }] });
}

function oneHot(digit, numClasses) {
  const weights = new Float32Array(numClasses);
  weights[digit] = 1;
  return weights;
}

function likeliest(weights) {
  return weights ? weights.indexOf(Math.max(...weights)) : 0;
}
