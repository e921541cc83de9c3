/**
 * The instrument in a notebook, from the parts of the Explore tab: one model, its digit in the hand, its directions and z. What the hand does
 * Python hears, and what Python sets the page shows. It comes as one file with all that it needs (ui/site/bundle.py) and asks no host for anything.
 */

import * as digits from "../explore/digits.js";
import * as directions from "../explore/directions.js";
import { messageOf, t } from "../i18n/i18n.js";
import { follows, h, isTyping, notes, rarely, together } from "../kit/dom.js";
import * as digit from "../parts/digit.js";
import * as equalizer from "../parts/equalizer.js";
import { viewGrip } from "../parts/grip.js";
import { Held } from "../state/held.js";
import { View } from "../state/view.js";

/**
 * What anywidget gives: values that Python has, too (https://anywidget.dev/en/afm).
 * @typedef {Object} Shared
 * @property {(name: string) => any} get
 * @property {(name: string, value: unknown) => void} set
 * @property {() => void} save_changes
 * @property {(event: string, listener: () => void) => void} on
 * @property {(event: string, listener: () => void) => void} off
 */

/** Python is told at most every so many milliseconds while a drag goes on, and of its end always. */
const TELL_MS = 50;
/** Fields of the view that Python has under the same names, beside z. @type {readonly ("digit"|"other"|"blend")[]} */
const ASKED = ["digit", "other", "blend"];

/**
 * @param {{model: Shared, el: HTMLElement}} place
 * @returns {() => void} ends it
 */
export function mount({ model: shared, el }) {
  const addresses = inMemory(shared.get("_files"));
  const info = { ...shared.get("_model"), files: addresses };
  const asked = Object.fromEntries(ASKED.map((name) => [name, shared.get(name)]));
  const view = new View({ model: info.id, seed: shared.get("seed"), z: vector(shared.get("z")), ...asked });
  const held = new Held(view);
  const note = notes();
  /** @param {string} name @param {string} label */
  const part = (name, label) => h("section", { class: `gan-part gan-at-${name}`, "aria-label": label });
  const parts = {
    digit: part("digit", t("Digit in hand")), digits: part("digits", t("Digits")), directions: part("directions", t("Leading directions")),
    equalizer: part("equalizer", t("Latent vector")),
  };
  const tools = toolsOf(view);
  const page = h("div", { class: "gan-widget-page" },
    h("div", { class: "gan-widget-side" }, h("h2", {}, info.title), parts.digit, parts.digits, tools.element, note.element),
    h("div", { class: "gan-widget-side" }, parts.directions, parts.equalizer));
  // Jupyter's own keys are not for who works in here
  const root = h("div", { class: "gan-root gan-widget", dataset: { lmSuppressShortcuts: "true" } }, page);
  root.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (isTyping(event) || event.altKey) return;
    const keyed = event.ctrlKey || event.metaKey;
    if (/^\d$/.test(event.key) && !keyed) held.ask(Number(event.key));
    if (event.key.toLowerCase() !== "z" || !keyed) return;
    event.preventDefault();
    if (event.shiftKey) view.redo();
    else view.undo();
  });
  el.append(root);
  const components = [
    digit.mount(parts.digit, view, held, { grip: viewGrip(view, held) }), digits.mount(parts.digits, view, held, note.say),
    directions.mount(parts.directions, view, held, note.say), equalizer.mount(parts.equalizer, held, note.say),
  ];
  const untell = held.subscribe(() => held.error && note.say(messageOf(held.error), "error"));
  held.offer([info]);
  return together(
    follow(shared, view, held), wears(root, () => components.forEach((one) => one.update())), untell, tools.destroy,
    () => components.forEach((one) => one.destroy()), () => held.destroy(), () => root.remove(),
    () => Object.values(addresses).forEach((address) => URL.revokeObjectURL(address)),
  );
}

/** The files as addresses in this browser's memory, which workers can read, too. @param {Object<string, DataView>} files by role @returns {any} */
function inMemory(files) {
  return Object.fromEntries(Object.entries(files).map(([role, bytes]) => [role, URL.createObjectURL(new Blob([/** @type {any} */ (bytes)]))]));
}

/** @param {ArrayLike<number>} numbers @returns {Float32Array} */
const vector = (numbers) => Float32Array.from(numbers);

/** Both ways. @param {Shared} shared @param {View} view @param {Held} held @returns {() => void} ends it */
function follow(shared, view, held) {
  /** @param {ArrayLike<number>|null} z */
  const isThere = (z) => z !== null && held.z?.length === z.length && held.z.every((value, i) => value === Math.fround(z[i]));
  const tell = rarely(() => {
    if (!held.ready || !held.z) return;
    const changed = ASKED.filter((name) => shared.get(name) !== view.state[name]);
    const moved = !isThere(shared.get("z"));
    for (const name of changed) shared.set(name, view.state[name]);
    if (moved) shared.set("z", Array.from(held.z));
    if (moved || changed.length) shared.save_changes();
  }, TELL_MS);
  // it hears itself, too: what is there already ends no gesture
  const hear = () => {
    const z = shared.get("z");
    const asked = Object.fromEntries(ASKED.filter((name) => shared.get(name) !== view.state[name]).map((name) => [name, shared.get(name)]));
    const moved = isThere(z) ? {} : { z: vector(z) };
    if (Object.keys({ ...asked, ...moved }).length) view.commit({ ...asked, ...moved });
  };
  const events = ["z", ...ASKED].map((name) => `change:${name}`);
  for (const event of events) shared.on(event, hear);
  return together(view.subscribe(tell), () => events.forEach((event) => shared.off(event, hear)));
}

/** @param {View} view */
function toolsOf(view) {
  /** @param {import("../kit/dom.js").Child} text @param {string} title @param {() => unknown} onClick */
  const button = (text, title, onClick) => h("button", { type: "button", class: "gan-button", title, onClick }, text);
  const dice = button([h("span", { "aria-hidden": "true" }, "⚄ "), t("Dice")], t("Another digit"), () => view.roll());
  const undo = button(t("Undo"), t("Take the last change back (Ctrl+Z)"), () => view.undo());
  const redo = button(t("Redo"), t("Do it again (Ctrl+Shift+Z)"), () => view.redo());
  const update = () => {
    undo.disabled = !view.canUndo && view.state === view.committed;
    redo.disabled = !view.canRedo;
  };
  update();
  return { element: h("div", { class: "gan-buttons" }, dice, undo, redo), destroy: follows(view, update) };
}

/**
 * Dark where the notebook is: its letters tell, as each kind of notebook marks its theme in a way of its own.
 * @param {HTMLElement} root
 * @param {() => void} changed called when it is another one
 * @returns {() => void} ends it
 */
function wears(root, changed) {
  const look = () => {
    const letters = [...getComputedStyle(root.parentElement ?? root).color.matchAll(/[\d.]+/g)].map(([value]) => Number(value));
    const dark = letters.length >= 3 && letters[0] + letters[1] + letters[2] > 3 * 128;
    if (root.classList.contains("dark") === dark) return;
    root.classList.toggle("dark", dark);
    changed();
  };
  const observer = new MutationObserver(look);
  for (const element of [document.documentElement, document.body]) observer.observe(element, { attributes: true });
  look();
  return () => observer.disconnect();
}
