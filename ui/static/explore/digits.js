/**
 * The digits of a model that can be asked for one: the same z as each of them, all moving together; pick one. A conditional model is asked by
 * its label, and two labels can be blended; one whose first coordinates vote is asked by giving that digit the highest vote.
 */

import { t } from "../i18n/i18n.js";
import { follows, h, rarely, together, uid } from "../kit/dom.js";
import { slider } from "../kit/slider.js";
import { gridOf, spoken } from "../state/classgrid.js";
import { spread } from "../state/latent.js";
import { breathes } from "./alive.js";
import { mosaic } from "./mosaic.js";

/** Between two pictures of the row while a drag goes on: ten a frame would take the frames of the large digit. */
const ROW_MS = 33;
/** While nobody holds it. */
const BREATH_MS = 500;
/** What the model that the page opens with has, as long as nobody has said more. */
const OPENING = { labels: 0, votes: 10, classes: /** @type {string[]} */ ([]), info: /** @type {import("../state/modellist.js").ModelInfo|null} */ (null) };
/** Classes that have a picture each; of more there is a list of their names. */
const MOST_IN_ROW = 20;

/**
 * Mounts when such a model is in hand; stays empty and hidden for others.
 * @param {HTMLElement} element
 * @param {import("../state/view.js").View} view
 * @param {import("../state/held.js").Held} held
 * @param {(text: string, kind: "info"|"error") => void} [say]
 * @param {(there: boolean, named: boolean) => void} [onThere] told whenever it comes or goes, and whether its classes have names
 * @returns {import("../kit/dom.js").Component}
 */
export function mount(element, view, held, say, onThere = () => {}) {
  element.hidden = true;
  let kind = "";
  /** @type {import("../kit/dom.js").Component|null} */
  let row = null;
  // known before the weights are, so that what stands below moves once at most
  const kindOf = () => {
    const { infos } = held;
    if (!infos.length && view.state.model === null) return OPENING;
    const info = infos.find(({ id }) => id === view.state.model);
    return info ? { labels: info.num_classes, votes: info.votes ?? 0, classes: info.classes ?? [], info } : null;
  };
  const update = () => {
    const { labels: count, votes: votesCount, classes = [], info = null } = kindOf() ?? {};
    const groups = info?.groups ?? [];
    const wanted = count === undefined ? kind : [count, votesCount, ...classes, ...(groups.length ? [info?.id, ...groups] : [])].join("\n");
    if (wanted !== kind) {
      kind = wanted;
      row?.destroy();
      element.replaceChildren();
      row = info && groups.length ? dialsOf(element, info, view, held, say) : count ? labels(element, { count, classes }, view, held, say) : votesCount ? votes(element, votesCount, view, held, say) : null;
      element.hidden = !row;
      onThere(row !== null, classes.length > 0);
    }
    row?.update();
  };
  update();
  return { update, destroy: together(follows(held, update), () => row?.destroy()) };
}

/** @typedef {import("../state/view.js").View} View */
/** @typedef {import("../state/held.js").Held} Held */
/** @typedef {import("./mosaic.js").Wanted} Wanted */
/** @typedef {(text: string, kind: "info"|"error") => void} Say */

/**
 * @param {HTMLElement} element @param {{count: number, classes: string[]}} about how many there are, and their names where they are no digits
 * @param {View} view @param {Held} held @param {Say} [say] @returns {import("../kit/dom.js").Component}
 */
function labels(element, { count, classes: names }, view, held, say) {
  const classes = names.map(spoken);
  /** @param {number} i */
  const pick = (i) => void view.commit({ digit: i });
  const named = classes.length > 0;
  const grid = gridOf(names);
  const places = grid?.labels ?? [...Array(count).keys()];
  const row = count > MOST_IN_ROW ? listOf({ element, count, classes, onPick: pick }) : rowOf({
    element, count, classes, say, grid, fact: named ? t("the same z as each class; keys 0-9") : t("the same z as each digit; keys 0-9"), onPick: pick, request: () => labelled(held.pose(), places),
  });
  const other = h("select", { id: uid("other"), class: "gan-select", onChange: () => void view.commit({ other: Number(other.value) }) }, optionsOf(count, classes));
  const blend = slider({
    label: t("Blend"), min: 0, max: 1, step: 0.01, rest: 0, say, onInput: (value) => view.set({ blend: value }), onCommit: () => view.commit(),
  });
  element.append(h("div", { class: "gan-blend" }, blend.element, h("label", { for: other.id }, t("with")), other));
  const update = () => {
    const state = view.state;
    row.show(state.digit);
    other.value = String(state.other);
    blend.set(state.blend, `${Math.round(100 * state.blend)} % ${classes[state.other] ?? state.other}`);
  };
  return { update, destroy: row.destroy };
}

/**
 * Dials, by a module that a page without such a model does not fetch.
 * @param {HTMLElement} element @param {import("../state/modellist.js").ModelInfo} info @param {View} view @param {Held} held @param {Say} [say]
 * @returns {import("../kit/dom.js").Component}
 */
function dialsOf(element, info, view, held, say) {
  /** @type {import("../kit/dom.js").Component|null} */
  let made = null;
  let gone = false;
  import("./dials.js").then(({ dials }) => {
    if (gone) return;
    made = dials(element, info, view, held, say);
    made.update();
  }).catch(reportError);
  return { update: () => made?.update(), destroy: () => ((gone = true), made?.destroy()) };
}

/** @param {HTMLElement} element @param {number} count @param {View} view @param {Held} held @param {Say} [say] @returns {import("../kit/dom.js").Component} */
function votes(element, count, view, held, say) {
  /** @param {number} i */
  const pick = (i) => {
    const { ready, model, z } = held;
    if (ready && model && z && model.vote(z) !== i) view.commit({ z: model.votedFor(z, i) });
  };
  const row = rowOf({ element, count, say, fact: t("the same z, the highest vote given to each digit; keys 0-9"), onPick: pick, request: () => voted(held, view.state, count) });
  const update = () => {
    const { model, z } = held;
    if (model && z && model.votes === count) row.show(model.vote(z));
  };
  return { update, destroy: row.destroy };
}

/** @param {number} count @param {string[]} classes */
function optionsOf(count, classes) {
  return Array.from({ length: count }, (_, i) => h("option", { value: i }, classes[i] ?? i));
}

/** More classes than a row has room for. @param {{element: HTMLElement, count: number, classes: string[], onPick: (i: number) => void}} options */
function listOf({ element, count, classes, onPick }) {
  const id = uid("class");
  const list = h("select", { id, class: "gan-select", onChange: () => void onPick(Number(list.value)) }, optionsOf(count, classes));
  element.append(h("div", { class: "gan-head" }, h("h2", {}, h("label", { for: id }, t("Class"))), list));
  return { show: (/** @type {number} */ label) => void (list.value = String(label)), destroy() {} };
}

/**
 * @param {{element: HTMLElement, count: number, classes?: string[], grid?: import("../state/classgrid.js").ClassGrid|null, fact: string, onPick: (i: number) => void,
 *   request: () => Wanted|null, say?: Say}} options `grid`: where the classes stand in a table, and the pictures in its order
 */
function rowOf({ element, count, classes = [], grid = null, fact, onPick, request, say }) {
  const title = classes.length ? t("Class") : t("Digit");
  const labelAt = (/** @type {number} */ place) => grid?.labels[place] ?? place;
  const row = mosaic({
    label: title, slot: "digits", count, columns: grid?.columns.length ?? 1, role: "radiogroup", pickOnMove: true, say,
    button: (i) => ({ role: "radio", "aria-checked": "false", "aria-label": classes[labelAt(i)] ?? t("Digit {digit}", { digit: i }), title: classes[labelAt(i)] }),
    caption: grid ? undefined : (i) => classes[i] ?? String(i), onPick: (i) => onPick(labelAt(i)), request,
  });
  if (grid) tabled(row, grid);
  element.append(h("div", { class: "gan-head" }, h("h2", {}, title), h("span", { class: "gan-fact" }, fact)), row.element);
  let held = -1;
  const [soon, seldom] = [rarely(row.update, ROW_MS), rarely(row.update, BREATH_MS)];
  /** @param {number} digit */
  const show = (digit) => {
    if (digit !== held) {
      held = digit;
      row.buttons.forEach((button, i) => button.setAttribute("aria-checked", String(labelAt(i) === digit)));
      if (!row.buttons.some((button) => button === document.activeElement)) row.holdFocus(grid?.labels.indexOf(digit) ?? digit);
    }
    if (breathes()) seldom();
    else soon();
  };
  return { show, destroy: row.destroy };
}

/** Names along two sides of the pictures. @param {{element: HTMLElement, buttons: HTMLElement[]}} row @param {import("../state/classgrid.js").ClassGrid} grid */
function tabled({ element, buttons }, { columns, rows }) {
  const head = (/** @type {string} */ words) => h("span", { class: "gan-table-head", "aria-hidden": "true" }, spoken(words));
  element.classList.add("gan-table");
  element.style.setProperty("--gan-columns", String(columns.length));
  element.prepend(head(""), ...columns.map(head));
  rows.forEach((words, i) => buttons[i * columns.length].before(head(words)));
}

/** @param {import("../state/held.js").Pose|null} pose @param {readonly number[]} labels in the order of the pictures @returns {Wanted|null} */
function labelled(pose, labels) {
  const count = labels.length;
  if (!pose || pose.model.numClasses !== count) return null;
  const { model, z, epoch } = pose;
  const url = model.generatorUrl(epoch);
  const make = () => {
    const rows = new Float32Array(count * z.length);
    const classWeights = new Float32Array(count * count);
    labels.forEach((label, i) => {
      rows.set(z, i * z.length);
      classWeights[i * count + label] = 1;
    });
    return { url, z: rows, classWeights, count };
  };
  return { key: `${url} ${z.join()}`, shape: model.shape, make };
}

/** @param {Held} held @param {import("../state/view.js").ViewState} state @param {number} count @returns {Wanted|null} */
function voted({ model, z }, { psi, epoch }, count) {
  if (!model || !z || model.votes !== count) return null;
  const url = model.generatorUrl(epoch);
  const make = () => {
    const rows = new Float32Array(count * z.length);
    for (let i = 0; i < count; i += 1) rows.set(spread(model.votedFor(z, i), model.mean, psi), i * z.length);
    return { url, z: rows, classWeights: null, count };
  };
  return { key: `${url} ${psi} ${z.join()}`, shape: model.shape, make };
}
