/** The list of key points: add one by seed or from Explore, reorder, remove, and for a conditional model choose its digit. */

import { messageOf, t } from "../i18n/i18n.js";
import { h, onFrame, penOf, sizeOf, uid } from "../kit/dom.js";
import { MNIST, paintWhole } from "../kit/sample.js";
import { labelFields } from "../parts/labelfields.js";
import { waysFrom } from "../state/classgrid.js";
import { child, parseSeed, randomSeed } from "../state/latent.js";
import { fartherLabel, likeliest, weightsOfLabel } from "../state/classes.js";
import { OPENING } from "../state/opening.js";
import { pathOf, pointInHand } from "../state/paths.js";

/**
 * @param {HTMLElement} element
 * @param {import("../state/view.js").View} view
 * @param {import("../state/held.js").Held} held
 * @param {(text: string, kind: "info"|"error") => void} say
 * @returns {import("../kit/dom.js").Component}
 */
export function mount(element, view, held, say) {
  const id = uid("seed");
  const field = h("input", { id, class: "gan-input", type: "text", inputmode: "numeric", autocomplete: "off", placeholder: t("any"), size: 11 });
  const list = h("ol", { class: "gan-keys", "aria-label": t("Key points") });
  /** @param {string} text @param {string} title @param {() => void} onClick */
  const button = (text, title, onClick) => h("button", { type: "button", class: "gan-button", title, onClick }, text);
  const bySeed = () => {
    const { model, ready } = held;
    if (!ready || !model) return;
    try {
      const seed = field.value.trim() === "" ? randomSeed() : parseSeed(field.value);
      field.removeAttribute("aria-invalid");
      say("", "info");
      pathOf(view.state.model).add(seedPoint(held, model, seed));
      field.value = "";
    } catch (error) {
      field.setAttribute("aria-invalid", "true");
      say(messageOf(error), "error");
    }
  };
  const fromExplore = () => {
    const point = pointInHand(view, held);
    if (point) pathOf(view.state.model).add(point);
  };
  field.addEventListener("keydown", (event) => event.key === "Enter" && bySeed());
  element.append(
    h("div", { class: "gan-head" }, h("h2", {}, t("Key points"))),
    list,
    h("div", { class: "gan-add" },
      h("div", { class: "gan-seed" }, h("label", { for: id }, t("Seed")), field, button(t("Add"), t("Add the picture of this seed"), bySeed)),
      h("div", { class: "gan-buttons" }, button(t("Use the picture I am looking at"), t("Add the picture from the Explore tab"), fromExplore))),
  );

  let [drawn, painted] = ["", ""];
  const paintAll = onFrame(() => {
    const { model, ready } = held;
    if (!ready || !model || !size.width) return;
    const { psi, epoch } = view.state;
    const key = [drawn, pathOf(view.state.model).version, model.generatorUrl(), psi, epoch, model.hasEpoch(epoch)].join();
    if (key === painted) return;
    painted = key;
    pathOf(view.state.model).keys.forEach((key, i) => {
      const canvas = list.children[i]?.querySelector("canvas");
      if (!canvas || key.z.length !== model.latentDim) return;
      const pose = held.poseOf(model, key.z, key.classWeights);
      paintWhole(penOf(canvas), model.generate(pose.z, pose.classWeights, pose.epoch), model.shape);
    });
  });
  const size = sizeOf(list, paintAll);
  const update = () => {
    const path = pathOf(view.state.model);
    const key = `${view.state.model} ${path.version}`;
    // while one is pulled only its picture changes
    const pulls = path.state !== path.committed && list.children.length === path.keys.length;
    if (key !== drawn && !pulls) {
      drawn = key;
      /** @returns {HTMLElement[]} */
      const controls = () => [...list.querySelectorAll(/** @type {"button"} */ ("button, select"))];
      const focused = controls().findIndex((one) => one === document.activeElement);
      list.replaceChildren(...path.keys.map((_, i) => row(path, i, held.model?.info ?? null)));
      if (focused >= 0) controls()[focused]?.focus();
    }
    paintAll();
  };
  return { update, destroy: size.destroy };
}

/** @param {import("../state/paths.js").Path} path @param {number} index @param {import("../state/modellist.js").ModelInfo|null} info @returns {HTMLElement} */
function row(path, index, info) {
  const { title, classWeights } = path.keys[index];
  /** @param {string} text @param {string} title @param {() => void} onClick @param {boolean} disabled */
  const tool = (text, title, onClick, disabled) => {
    const name = t("{action}: key point {number}", { action: title, number: index + 1 });
    return h("button", { type: "button", class: "gan-button gan-small", "aria-label": name, title, disabled, onClick }, text);
  };
  const named = info?.classes?.length ? t("Class of key point {number}", { number: index + 1 }) : t("Digit of key point {number}", { number: index + 1 });
  const classes = { numClasses: info?.num_classes ?? 0, groups: info?.groups ?? [] };
  const asked = info?.num_classes ? labelFields(info, named, (label) => path.change(index, { classWeights: weightsOfLabel(label, classes) })) : null;
  asked?.show(likeliest(classWeights, classes.groups));
  const go = () => path.set({ position: index / (path.closed ? path.keys.length : path.keys.length - 1) });
  return h("li", { class: "gan-key" },
    h("button", { type: "button", class: "gan-go-key", title: t("Go there"), "aria-label": t("Go to key point {number}", { number: index + 1 }), onClick: go },
      h("canvas", { class: "gan-thumb", width: MNIST[1], height: MNIST[0] })),
    h("span", { class: "gan-key-title" }, title),
    h("span", { class: "gan-key-tools" }, classes.groups.length ? h("span", { class: "gan-key-parts" }, asked?.elements) : asked?.elements,
      tool("↑", t("Move up"), () => path.move(index, -1), index === 0),
      tool("↓", t("Move down"), () => path.move(index, 1), index === path.keys.length - 1),
      tool("×", t("Remove"), () => path.remove(index), path.keys.length <= 2)));
}

/**
 * @param {import("../state/held.js").Held} held @param {import("../state/models.js").Model} model its model @param {number} seed @param {boolean} [automatic]
 * @returns {import("../state/paths.js").KeyPoint}
 */
export function seedPoint(held, model, seed, automatic = false) {
  return { title: t("seed {seed}", { seed }), seed, z: model.sample(seed), classWeights: held.classWeights, automatic };
}

/**
 * Gives a path the points it lacks to be one.
 * @param {import("../state/paths.js").Path} path @param {import("../state/held.js").Held} held @param {import("../state/models.js").Model} model its model @param {number} seed
 */
export function begin(path, held, model, seed) {
  const { numClasses, groups } = model;
  const now = likeliest(held.classWeights, groups);
  const [from, to] = waysFrom(model.info.classes ?? [], now) ?? [null, fartherLabel(now, model)];
  const next = numClasses ? weightsOfLabel(to, model) : null;
  const first = path.keys[0] ?? { ...seedPoint(held, model, seed, true), ...(from === null ? {} : { classWeights: weightsOfLabel(from, model) }) };
  path.start({ keys: [first, { ...seedPoint(held, model, child(seed, OPENING.second), true), ...(next ? { classWeights: next } : {}) }] });
}
