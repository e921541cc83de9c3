/**
 * What a model is asked for whose classes stand in groups, such as the parts of a syllable: a dial for each group in the place of the row of digits.
 * Below them the same z as every class of one of the groups, all else alike; pick one.
 */

import { t } from "../i18n/i18n.js";
import { h, rarely, uid } from "../kit/dom.js";
import { slider } from "../kit/slider.js";
import { labelFields } from "../parts/labelfields.js";
import { alternatives, drawsSyllables, labelOfText, partsOf, syllableOf, weightsOfLabel } from "../state/classes.js";
import { stack } from "../state/latent.js";
import { className, groupName, partName } from "../state/modellist.js";
import { breathes } from "./alive.js";
import { mosaic } from "./mosaic.js";

/** Between two rows of pictures, while a drag goes on and while nobody holds anything (digits.js). */
const [ROW_MS, BREATH_MS] = [50, 600];

/** @typedef {(text: string, kind: "info"|"error") => void} Say */

/**
 * @param {HTMLElement} element
 * @param {import("../state/modellist.js").ModelInfo} info of the model, whose classes stand in groups
 * @param {import("../state/view.js").View} view
 * @param {import("../state/held.js").Held} held
 * @param {Say} [say]
 * @returns {import("../kit/dom.js").Component}
 */
export function dials(element, info, view, held, say) {
  const groups = info.groups ?? [];
  const names = groups.map((_, group) => groupName(info, group));
  const pick = (/** @type {number} */ label) => void view.commit({ digit: label });
  const fields = labelFields(info, t("Class"), pick);
  let chosen = 0;
  const dial = fields.elements.map((list, group) => {
    list.id = uid("dial");
    list.addEventListener("focus", () => turnTo(group));
    list.addEventListener("wheel", (event) => turned(event, list), { passive: false });
    return h("div", { class: "gan-dial" }, h("label", { for: list.id }, names[group]), list);
  });
  const text = drawsSyllables(info) ? textField(pick, () => view.state.digit) : null;
  element.append(h("div", { class: "gan-head" }, h("h2", {}, t("Class")), h("span", { class: "gan-fact" }, t("the same z with every class of the chosen dial"))),
    h("div", { class: "gan-dials", role: "group", "aria-label": t("Class") }, text?.element, dial));

  const place = h("div", { class: "gan-ways" });
  element.append(place);
  /** @type {ReturnType<typeof waysOf>|null} */
  let row = null;
  const turnTo = (/** @type {number} */ group) => {
    if (row && group === chosen) return;
    chosen = group;
    row?.destroy();
    row = waysOf({ info, group, view, held, say, onPick: pick });
    place.replaceChildren(row.element);
    dial.forEach((one, i) => one.classList.toggle("gan-dial-chosen", i === group));
    update();
  };

  const other = labelFields(info, t("Blend with"), (label) => void view.commit({ other: label }));
  const blend = slider({ label: t("Blend"), min: 0, max: 1, step: 0.01, rest: 0, say, onInput: (value) => view.set({ blend: value }), onCommit: () => view.commit() });
  element.append(h("div", { class: "gan-blend" }, blend.element, h("span", { "aria-hidden": "true" }, t("with")), h("span", { class: "gan-dial-others" }, other.elements)));

  const update = () => {
    const { digit, other: second, blend: share } = view.state;
    fields.show(digit);
    other.show(second);
    text?.show(digit);
    blend.set(share, `${Math.round(100 * share)} % ${className(info, second)}`);
    row?.show(digit);
  };
  turnTo(0);
  return { update, destroy: () => row?.destroy() };
}

/** One on by the wheel, while the dial is the one that is used: else a page could not be scrolled over it. @param {WheelEvent} event @param {HTMLSelectElement} list */
function turned(event, list) {
  if (document.activeElement !== list || !event.deltaY) return;
  event.preventDefault();
  const next = Math.min(list.length - 1, Math.max(0, list.selectedIndex + Math.sign(event.deltaY)));
  if (next === list.selectedIndex) return;
  list.selectedIndex = next;
  list.dispatchEvent(new Event("change"));
}

/** A field for a whole syllable. @param {(label: number) => void} onPick @param {() => number} labelNow @returns {{element: HTMLElement, show: (label: number) => void}} */
function textField(onPick, labelNow) {
  const id = uid("syllable");
  const field = h("input", { id, class: "gan-input", type: "text", lang: "ko", size: 2, autocomplete: "off", spellcheck: "false" });
  const read = () => {
    const label = labelOfText(field.value);
    // a letter that waits for its others, or no Hangul at all
    if (label === null && field.value.trim()) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
    if (label !== null && label !== labelNow()) onPick(label);
  };
  // a syllable is still being put together until the input method says so
  field.addEventListener("input", (event) => {
    if (!(event instanceof InputEvent) || !event.isComposing) read();
  });
  field.addEventListener("compositionend", read);
  field.addEventListener("focus", () => field.select());
  field.addEventListener("blur", () => {
    field.removeAttribute("aria-invalid");
    field.value = syllableOf(labelNow());
  });
  let shown = -1;
  const show = (/** @type {number} */ label) => {
    if (label === shown) return; // what is being typed stays
    shown = label;
    if (labelOfText(field.value) !== label) field.value = syllableOf(label);
    field.removeAttribute("aria-invalid");
  };
  return { element: h("div", { class: "gan-dial gan-dial-text" }, h("label", { for: id }, t("Syllable")), field), show };
}

/**
 * The same z as every class of one group, in a row of pictures.
 * @param {{info: import("../state/modellist.js").ModelInfo, group: number, view: import("../state/view.js").View, held: import("../state/held.js").Held, say?: Say, onPick: (label: number) => void}} options
 */
function waysOf({ info, group, view, held, say, onPick }) {
  const { groups = [], num_classes: numClasses } = info;
  const classes = { numClasses, groups };
  const ways = () => alternatives(view.state.digit, group, groups);
  /** @returns {import("./mosaic.js").Wanted|null} */
  const request = () => {
    const pose = held.pose();
    if (!pose || pose.model.id !== info.id) return null;
    const { model, z, epoch } = pose;
    const [url, labels] = [model.generatorUrl(epoch), ways()];
    const make = () => ({ url, z: stack(labels.map(() => z)), classWeights: stack(labels.map((label) => weightsOfLabel(label, classes))), count: labels.length });
    return { key: `${url} ${labels[0]} ${z.join()}`, shape: model.shape, make };
  };
  const nameOf = (/** @type {number} */ part) => partName(info, group, part);
  const row = mosaic({
    label: groupName(info, group), slot: "digits", count: groups[group], columns: 1, role: "radiogroup", pickOnMove: true, say,
    button: (part) => ({ role: "radio", "aria-checked": "false", "aria-label": nameOf(part), title: nameOf(part) }),
    caption: nameOf, onPick: (part) => onPick(ways()[part]), request,
  });
  let shown = -1;
  const [soon, seldom] = [rarely(row.update, ROW_MS), rarely(row.update, BREATH_MS)];
  const show = (/** @type {number} */ label) => {
    const part = partsOf(label, groups)[group];
    if (part !== shown) {
      shown = part;
      row.buttons.forEach((button, i) => button.setAttribute("aria-checked", String(i === part)));
      if (!row.buttons.some((button) => button === document.activeElement)) row.holdFocus(part);
    }
    if (breathes()) seldom();
    else soon();
  };
  return { element: row.element, show, destroy: row.destroy };
}
