/** Lists to choose from what a model can be asked for: one of all its classes, or one for each group of them. */

import { h } from "../kit/dom.js";
import { labelCount, labelOf, partsOf } from "../state/classes.js";
import { className, groupName, partName } from "../state/modellist.js";

/**
 * @typedef {{elements: HTMLSelectElement[], show: (label: number) => void}} LabelFields
 */

/**
 * @param {import("../state/modellist.js").ModelInfo} info
 * @param {string} name of all of them; each says its group too, where there are several
 * @param {(label: number) => void} onChange
 * @returns {LabelFields}
 */
export function labelFields(info, name, onChange) {
  const { num_classes: numClasses, groups = [] } = info;
  const sizes = groups.length ? groups : [labelCount({ numClasses, groups })];
  const changed = () => onChange(labelOf(elements.map(({ value }) => Number(value)), groups));
  /** @type {HTMLSelectElement[]} */
  const elements = sizes.map((size, group) => {
    const nameOf = (/** @type {number} */ part) => (groups.length ? partName(info, group, part) : className(info, part));
    return h("select", { class: "gan-select", "aria-label": groups.length ? `${name}: ${groupName(info, group)}` : name, onChange: changed },
      Array.from({ length: size }, (_, part) => h("option", { value: part }, nameOf(part))));
  });
  const show = (/** @type {number} */ label) => partsOf(label, groups).forEach((part, group) => (elements[group].value = String(part)));
  return { elements, show };
}
