/** One key for everything a lecturer needs while talking; `?` lists them. Never while somebody types, and they can be switched off. */

import { t } from "../i18n/i18n.js";
import { dialog, dialogOpen } from "../kit/dialog.js";
import { h, isTyping } from "../kit/dom.js";
import { currentTab, stepTab } from "../kit/tabs.js";
import { held } from "../state/held.js";
import { askedOf } from "../state/modellist.js";
import { view } from "../state/view.js";
import { toggleBlack } from "./black.js";
import { permalink } from "./permalink.js";

const STORE = "gan-keys";
/** Tabs whose undo is one of their own. @type {Map<string|null, import("../state/held.js").History>} */
const histories = new Map();
/** Tabs that have pages of their own, and what turns them. @type {Map<string|null, (by: 1|-1) => boolean>} */
const pages = new Map();
let enabled = true;
let actions = { link: () => {}, code: () => {}, talk: () => {} };
/** @type {Shortcut[]} */
let list = [];

/** @typedef {{keys: string[], text: string, run: (event: KeyboardEvent) => void, on?: string[]}} Shortcut `on`: tabs where it works, all unless told */

/** @returns {Shortcut[]} in the order they are listed */
function shortcuts() {
  const pictures = ["explore", "interpolate"];
  return [
    { keys: ["d"], text: t("Dice: another digit"), run: () => view.roll(), on: pictures },
    { keys: ["u"], text: t("Undo (Ctrl+Z too)"), run: () => viewHere().undo(), on: [...pictures, "autoencode"] },
    { keys: ["r"], text: t("Redo (Ctrl+Shift+Z too)"), run: () => viewHere().redo(), on: [...pictures, "autoencode"] },
    { keys: [..."0123456789"], text: t("This digit, where the model can be asked for one"), run: ({ key }) => held.ask(Number(key)), on: ["explore"] },
    { keys: ["k"], text: t("Use as key point"), run: () => press("[aria-keyshortcuts~=k]"), on: ["explore", "autoencode"] },
    { keys: ["p"], text: t("Play or pause"), run: () => press("[aria-keyshortcuts~=p]"), on: [...pictures, "train"] },
    { keys: ["n"], text: t("Next model"), run: () => stepModel(1), on: pictures },
    { keys: ["b"], text: t("Model before"), run: () => stepModel(-1), on: pictures },
    { keys: ["."], text: t("Next card (Page Down in talk mode)"), run: () => pages.get("learn")?.(1), on: ["learn"] },
    { keys: [","], text: t("Card before (Page Up in talk mode)"), run: () => pages.get("learn")?.(-1), on: ["learn"] },
    { keys: ["]"], text: t("Next tab (Page Down in talk mode, as a clicker sends it)"), run: () => stepTab(1) },
    { keys: ["["], text: t("Tab before (Page Up in talk mode)"), run: () => stepTab(-1) },
    { keys: ["f"], text: t("Full screen"), run: fullScreen },
    { keys: ["."], text: t("Black screen in talk mode, and back (b too, as a clicker sends it)"), run: () => {}, on: [...pictures, "train", "autoencode"] },
    { keys: ["t"], text: t("Talk mode on and off"), run: () => actions.talk() },
    { keys: ["c"], text: t("Copy link"), run: () => actions.link() },
    { keys: ["q"], text: t("QR code"), run: () => actions.code() },
    { keys: ["?"], text: t("This list"), run: () => openKeys() },
  ];
}

/** @param {{link: () => void, code: () => void, talk: () => void}} given what the keys of the bar do @returns {() => void} stops listening */
export function startKeys(given) {
  actions = given;
  list = shortcuts();
  enabled = remembered() !== "off";
  document.addEventListener("keydown", onKey);
  document.addEventListener("keydown", onClicker, { capture: true }); // before a slider that still has the focus
  return () => {
    document.removeEventListener("keydown", onKey);
    document.removeEventListener("keydown", onClicker, { capture: true });
  };
}

/** @param {string} tab @param {import("../state/held.js").History} own what the keys for undo and redo are about on that tab @returns {() => void} ends that */
export function undoOn(tab, own) {
  histories.set(tab, own);
  return () => void (histories.get(tab) === own && histories.delete(tab));
}

/**
 * @param {string} tab @param {(by: 1|-1) => boolean} turn a page of that tab; false at either end, where a clicker goes on to the next tab
 * @returns {() => void} ends that
 */
export function pagesOn(tab, turn) {
  pages.set(tab, turn);
  return () => void (pages.get(tab) === turn && pages.delete(tab));
}

const viewHere = () => histories.get(currentTab() ?? "") ?? view;

/** Shows what the keys do. */
export function openKeys() {
  const box = h("input", { type: "checkbox", checked: enabled });
  box.addEventListener("change", () => remember((enabled = box.checked)));
  const rows = list.map(({ keys, text }) => h("div", { class: "gan-key-row" },
    h("dt", {}, keys.length > 2 ? [h("kbd", {}, keys[0]), " - ", h("kbd", {}, keys[keys.length - 1])] : h("kbd", {}, keys[0])), h("dd", {}, text)));
  const shown = dialog(t("Keys"), h("dl", { class: "gan-key-list" }, rows), h("label", { class: "gan-check" }, box, t("Use single keys")));
  shown.element.addEventListener("close", () => shown.element.remove());
  shown.open();
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (event.defaultPrevented || event.altKey || isTyping(event) || dialogOpen()) return;
  if (event.ctrlKey || event.metaKey) return undoKeys(event);
  const key = keyOf(event);
  const found = list.find(({ keys, on }) => keys.includes(key) && (!on || on.includes(currentTab() ?? "explore")));
  if (!found || (!enabled && key !== "?") || (event.repeat && !["u", "r", "d"].includes(key))) return undefined;
  event.preventDefault();
  found.run(event);
  return undefined;
}

/** What a clicker sends, besides F5 to begin, which would load the page anew. @type {Record<string, () => void>} */
const CLICKER = {
  PageDown: () => turn(1), PageUp: () => turn(-1), ArrowRight: () => turn(1), ArrowLeft: () => turn(-1),
  b: toggleBlack, B: toggleBlack, ".": toggleBlack, F5: () => {},
};

/** A tab's own pages, or the tabs. @param {1|-1} by */
function turn(by) {
  if (!pages.get(currentTab())?.(by)) stepTab(by);
}

/** A clicker has no other keys: in a talk they turn the tabs, or a tab's own pages, and make the screen black, whatever was last taken in hand. @param {KeyboardEvent} event */
function onClicker(event) {
  const act = Object.hasOwn(CLICKER, event.key) ? CLICKER[event.key] : null;
  if (!act || !enabled || !permalink.layout.talk || dialogOpen() || isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "." && currentTab() === "learn") return; // its next card
  // an arrow is a hand's where one holds something that it moves
  if (/^Arrow/.test(event.key) && document.activeElement !== null && document.activeElement !== document.body) return;
  event.preventDefault();
  event.stopPropagation();
  if (!event.repeat) act();
}

/** A letter by what it types, or where that is of another script (Hangul), by the place of its key. @param {KeyboardEvent} event */
function keyOf({ key, code }) {
  if (/^[\x20-\x7e]$/.test(key)) return key.toLowerCase();
  return /^Key([A-Z])$/.exec(code)?.[1].toLowerCase() ?? "";
}

/** @param {KeyboardEvent} event */
function undoKeys(event) {
  const key = keyOf(event);
  if (!["z", "y"].includes(key) || !["explore", "interpolate", "autoencode"].includes(currentTab() ?? "explore")) return;
  event.preventDefault();
  if (key === "y" || event.shiftKey) viewHere().redo();
  else viewHere().undo();
}

/** @param {1|-1} by */
function stepModel(by) {
  const place = held.infos.findIndex((info) => info.id === view.state.model);
  const next = held.infos[(place + by + held.infos.length) % held.infos.length];
  if (next) view.commit({ model: next.id, epoch: null, ...askedOf(held.infos, view.state.model, next.id) });
}

/** @param {string} selector @returns {boolean} whether there is one that can be seen */
function press(selector) {
  const button = [...document.querySelectorAll(selector)].find((one) => one instanceof HTMLElement && one.offsetWidth > 0);
  if (button instanceof HTMLElement) button.click();
  return Boolean(button);
}

function fullScreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else if (!press(".gan-full-button")) document.documentElement.requestFullscreen?.().catch(() => {});
}

function remembered() {
  try {
    return localStorage.getItem(STORE);
  } catch {
    return null; // a frame without storage
  }
}

/** @param {boolean} on */
function remember(on) {
  try {
    localStorage.setItem(STORE, on ? "on" : "off");
  } catch {
    // it holds until the page is closed
  }
}
