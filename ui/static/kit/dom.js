/** Small helpers that every component builds on: elements, styles, frames, messages. */

import { t } from "../i18n/i18n.js";

export { debounce, follows, onFrame, rarely } from "./frames.js";
export { paint } from "./sample.js";

/**
 * @typedef {Node|string|number|false|null|undefined} OneChild null, undefined and false are left out
 * @typedef {OneChild|readonly (OneChild|readonly (OneChild|readonly OneChild[])[])[]} Child lists may hold lists
 * @typedef {{[K in keyof HTMLElementEventMap as `on${Capitalize<K>}`]?: (event: HTMLElementEventMap[K]) => unknown}} Listeners by the event's name: `onClick`
 * @typedef {Listeners & {style?: Object<string, string>|string, dataset?: Object<string, string>} & {[name: string]: unknown}} Props
 */

/**
 * Builds an element. A prop whose name starts with `on` and holds a function is a listener, `style` and `dataset` may be objects,
 * a prop that is null, undefined or false is left out, true gives an empty attribute.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Props|null} [props]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, props, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on") && typeof value === "function") element.addEventListener(name.slice(2).toLowerCase(), /** @type {EventListener} */ (value));
    else if (name === "style" && typeof value === "object") for (const [key, text] of Object.entries(value)) element.style.setProperty(key, text);
    else if (name === "dataset") Object.assign(element.dataset, value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  const all = /** @type {(Node|string|false|null|undefined)[]} */ (children.flat(Infinity)); // a number is written as text
  for (const child of all) if (child !== null && child !== undefined && child !== false) element.append(child);
  return element;
}

/**
 * Writes a text where it is another one: every write costs a layout, and is read aloud again.
 * @param {Element} element
 * @param {string} text
 */
export function setText(element, text) {
  const { firstChild } = element;
  // its own node keeps its box: one that is put in anew has everything around it laid out, and all styles that look at children
  if (firstChild instanceof Text && !firstChild.nextSibling && text) {
    if (firstChild.data !== text) firstChild.data = text;
  } else if (element.textContent !== text) element.textContent = text;
}

let counter = 0;

/**
 * An id that no other element of the page has, for label/for and aria-describedby.
 * @param {string} [prefix]
 * @returns {string}
 */
export function uid(prefix = "gan") {
  counter += 1;
  return `${prefix}-${counter}`;
}

/**
 * Loads a style sheet once, whoever asks first; resolves when its rules apply (or could not be had: the page lives on).
 * @param {URL} [address] absolute: made from the `import.meta.url` of whoever asks; without one, the style of the kit
 * @returns {Promise<void>}
 */
export function useStyle({ href } = new URL("style.css", import.meta.url)) {
  /** @type {HTMLStyleElement[]} what stands in the page itself (ui/site/build.py) */
  const inside = [...document.querySelectorAll(/** @type {"style"} */ ("style[data-href]"))];
  if (inside.some(({ dataset }) => new URL(dataset.href ?? "", document.baseURI).href === href)) return Promise.resolve();
  /** @type {HTMLLinkElement[]} */
  const links = [...document.querySelectorAll(/** @type {"link"} */ ("link[rel=stylesheet]"))];
  const known = links.find((one) => one.href === href);
  if (known?.sheet) return Promise.resolve();
  const link = known ?? h("link", { rel: "stylesheet", href });
  if (!known) document.head.append(link);
  return new Promise((resolve) => {
    link.addEventListener("load", () => resolve(), { once: true });
    link.addEventListener("error", () => resolve(), { once: true });
  });
}

/**
 * A place for messages that keeps its height, so that nothing jumps when one arrives. Screen readers read them out.
 * @returns {{element: HTMLElement, say: (text: string, kind?: "info"|"error") => void}}
 */
export function notes() {
  const element = h("p", { class: "gan-note", role: "status", "aria-live": "polite" });
  return {
    element,
    say(text, kind = "info") {
      element.textContent = text;
      element.classList.toggle("gan-note-error", kind === "error");
    },
  };
}

/**
 * Wires keyboard movement inside a radiogroup, tablist or grid of buttons: one of them is in the tab order, arrows move. An item that is
 * hidden or disabled is passed over, and never in the tab order.
 * @param {HTMLElement} group
 * @param {HTMLElement[]} items
 * @param {{columns?: number, onMove?: (index: number) => void}} [options] `columns`: up and down move by a row; `onMove` is told where the focus went
 * @returns {(index: number) => void} makes that item, or the next that can be reached, the one in the tab order
 */
export function rovingFocus(group, items, { columns = 1, onMove } = {}) {
  const hold = (/** @type {number} */ index) => {
    const held = reachable(items, index, 1, columns === 1) ?? index;
    items.forEach((item, i) => item.setAttribute("tabindex", i === held ? "0" : "-1"));
  };
  group.addEventListener("keydown", (event) => {
    const from = items.findIndex((item) => item === event.target);
    if (from < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    /** @type {Object<string, [number, number]>} where to, and which way on where that cannot be reached */
    const ways = {
      ArrowLeft: [from - 1, -1], ArrowRight: [from + 1, 1], ArrowUp: [from - columns, -columns], ArrowDown: [from + columns, columns],
      Home: [0, 1], End: [items.length - 1, -1],
    };
    if (!Object.hasOwn(ways, event.key)) return;
    event.preventDefault();
    // a single row goes round, a grid stops at its edges
    const next = reachable(items, ...ways[event.key], columns === 1);
    if (next === null || next === from) return;
    hold(next);
    items[next].focus();
    onMove?.(next);
  });
  hold(0);
  return hold;
}

/**
 * @param {HTMLElement[]} items
 * @param {number} index the first that is asked
 * @param {number} step
 * @param {boolean} round whether the last is followed by the first
 * @returns {number|null} the first item from there on that can have the focus
 */
function reachable(items, index, step, round) {
  for (let tries = 0; tries < items.length; tries += 1, index += step) {
    if (round) index = (index + items.length) % items.length;
    if (index < 0 || index >= items.length) return null;
    if (!items[index].hidden && !items[index].hasAttribute("disabled")) return index;
  }
  return null;
}

/**
 * How large an element is on screen, kept up to date. Asking the element itself in the middle of a frame would cost a layout.
 * @param {HTMLElement} element
 * @param {() => void} changed called when the size changes: 0 while its tab is hidden, or it is folded away, or far out of sight
 * @returns {{width: number, height: number, destroy: () => void}}
 */
export function sizeOf(element, changed) {
  let [box, near] = [{ width: 0, height: 0 }, false];
  const resized = new ResizeObserver(([{ contentRect }]) => {
    box = contentRect;
    if (near) update();
  });
  const seen = new IntersectionObserver((entries) => {
    if (entries[entries.length - 1].isIntersecting === near) return;
    near = !near;
    update();
  }, { rootMargin: "240px" });
  const size = { width: 0, height: 0, destroy: () => [resized, seen].forEach((observer) => observer.disconnect()) };
  const update = () => {
    size.width = near ? box.width : 0;
    size.height = near ? box.height : 0;
    changed();
  };
  resized.observe(element);
  seen.observe(element);
  return size;
}

/**
 * @param {KeyboardEvent} event
 * @returns {boolean} whether its key belongs to a field that is being typed in
 */
export function isTyping({ target }) {
  return target instanceof Element && Boolean(target.closest("input:not([type=range], [type=checkbox], [type=radio]), select, textarea, [contenteditable]"));
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {CanvasRenderingContext2DSettings} [settings]
 * @returns {CanvasRenderingContext2D} what draws on it
 */
export function penOf(canvas, settings) {
  const context = canvas.getContext("2d", settings);
  if (!context) throw new Error(t("This browser gives no 2-D context."));
  return context;
}

/**
 * What every component has (`mount(element, ...)`): `update` shows what has changed, `destroy` ends whatever it listens to, draws, works on or
 * holds. Listeners on elements of its own go with these; tests/browser/test_leaks.py finds what stays.
 * @typedef {{update: () => void, destroy: () => void}} Component
 */

/** @param {...(() => unknown)} ends @returns {() => void} ends all of them, once */
export function together(...ends) {
  return () => {
    for (const end of ends.splice(0)) end();
  };
}
