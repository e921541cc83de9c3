/** Small helpers that every component builds on: elements, styles, frames, messages. */

/**
 * Builds an element. A prop whose name starts with `on` and holds a function is a listener, `style` and `dataset` may be objects,
 * a prop that is null, undefined or false is left out, true gives an empty attribute.
 * @param {string} tag
 * @param {Object<string, any>} [props]
 * @param {...(Node|string|number|null|undefined|Array)} children
 * @returns {HTMLElement}
 */
export function h(tag, props, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on") && typeof value === "function") element.addEventListener(name.slice(2).toLowerCase(), value);
    else if (name === "style" && typeof value === "object") for (const [key, text] of Object.entries(value)) element.style.setProperty(key, text);
    else if (name === "dataset") Object.assign(element.dataset, value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children.flat(Infinity)) if (child !== null && child !== undefined && child !== false) element.append(child);
  return element;
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
  let link = [...document.querySelectorAll("link[rel=stylesheet]")].find((one) => one.href === href);
  if (link?.sheet) return Promise.resolve();
  if (!link) document.head.append((link = h("link", { rel: "stylesheet", href })));
  return new Promise((resolve) => {
    link.addEventListener("load", () => resolve(), { once: true });
    link.addEventListener("error", () => resolve(), { once: true });
  });
}

/** Of a frame's 16, so that style, layout and paint fit in too. */
const FRAME_MS = 10;
const waiting = new Set();

/**
 * Coalesces calls into at most one a frame. The last call always takes effect, so the last position of a drag arrives.
 * @param {() => void} draw
 * @returns {() => void}
 */
export function onFrame(draw) {
  return () => {
    // one request a frame for the whole page: a request costs more than most of what is drawn
    if (!waiting.size) requestAnimationFrame(drawWaiting);
    waiting.add(draw);
  };
}

function drawWaiting() {
  const start = performance.now();
  const now = [...waiting];
  waiting.clear();
  while (now.length) {
    try {
      now.shift()();
    } catch (error) {
      reportError(error);
    }
    // when a model comes everything has much to do: what does not fit this frame is first in the next
    if (performance.now() - start > FRAME_MS) break;
  }
  if (!now.length) return;
  const later = [...waiting];
  if (!later.length) requestAnimationFrame(drawWaiting);
  waiting.clear();
  for (const draw of [...now, ...later]) waiting.add(draw);
}

/**
 * For numbers in words: written at once, then at most every `ms` while a drag goes on. Nobody reads faster, and every text costs a layout.
 * The last call always takes effect.
 * @param {() => void} write
 * @param {number} [ms]
 * @returns {() => void}
 */
export function rarely(write, ms = 120) {
  let [timer, last] = [0, -Infinity];
  const now = () => {
    [timer, last] = [0, performance.now()];
    write();
  };
  return () => {
    if (timer) return;
    const wait = last + ms - performance.now();
    if (wait <= 0) now();
    else timer = setTimeout(now, wait);
  };
}

/**
 * Calls `fn` once, `ms` after the last call.
 * @param {(...args: any[]) => void} fn
 * @param {number} ms
 * @returns {(...args: any[]) => void}
 */
export function debounce(fn, ms) {
  let timer = 0;
  return (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => fn(...args), ms);
  };
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
 * Wires keyboard movement inside a radiogroup, tablist or grid of buttons: one of them is in the tab order, arrows move.
 * @param {HTMLElement} group
 * @param {HTMLElement[]} items
 * @param {{columns?: number, onMove?: (index: number) => void}} [options] `columns`: up and down move by a row; `onMove` is told where the focus went
 * @returns {(index: number) => void} makes that item the one in the tab order
 */
export function rovingFocus(group, items, { columns = 1, onMove } = {}) {
  const hold = (index) => items.forEach((item, i) => item.setAttribute("tabindex", i === index ? "0" : "-1"));
  group.addEventListener("keydown", (event) => {
    const from = items.indexOf(event.target);
    if (from < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns, Home: -from, End: items.length - 1 - from };
    if (!(event.key in steps)) return;
    event.preventDefault();
    const to = from + steps[event.key];
    // a single row goes round, a grid stops at its edges
    const next = columns === 1 ? (to + items.length) % items.length : to;
    if (next < 0 || next >= items.length) return;
    hold(next);
    items[next].focus();
    onMove?.(next);
  });
  hold(0);
  return hold;
}

/**
 * How large an element is on screen, kept up to date. Asking the element itself in the middle of a frame would cost a layout.
 * @param {HTMLElement} element
 * @param {() => void} changed called when the size changes: 0 while its tab is hidden, or it is folded away, or far out of sight
 * @returns {{width: number, height: number}}
 */
export function sizeOf(element, changed) {
  const size = { width: 0, height: 0 };
  let [box, near] = [size, false];
  const update = () => {
    size.width = near ? box.width : 0;
    size.height = near ? box.height : 0;
    changed();
  };
  new ResizeObserver(([{ contentRect }]) => {
    box = contentRect;
    if (near) update();
  }).observe(element);
  new IntersectionObserver((entries) => {
    if (entries.at(-1).isIntersecting === near) return;
    near = !near;
    update();
  }, { rootMargin: "240px" }).observe(element);
  return size;
}

/**
 * A finger that moves on the element draws, and does nothing else. `touch-action: none` alone keeps the page still, but Chromium makes a fling
 * of a quick end all the same, and takes the next tap, wherever that is, for the finger that stops it.
 * @param {HTMLElement} element
 */
export function ownTouch(element) {
  element.addEventListener("touchmove", (event) => event.preventDefault(), { passive: false });
}

/**
 * @param {KeyboardEvent} event
 * @returns {boolean} whether its key belongs to a field that is being typed in
 */
export function isTyping({ target }) {
  return Boolean(target.closest?.("input:not([type=range], [type=checkbox], [type=radio]), select, textarea, [contenteditable]"));
}

/** @returns {boolean} whether the visitor asked for less motion */
export function lessMotion() {
  return globalThis.matchMedia?.("(prefers-reduced-motion: reduce)").matches ?? false;
}

/**
 * Paints pixels onto a canvas of the same size.
 * @param {CanvasRenderingContext2D} context
 * @param {ArrayLike<number>} pixels in [0, 1], row-major, white on black
 * @param {number} [x] left edge in the canvas
 * @param {number} [y] top edge in the canvas
 * @param {number} [size] width and height of the picture
 */
export function paint(context, pixels, x = 0, y = 0, size = 28) {
  const image = scratch(context, size);
  const bytes = image.data;
  for (let i = 0, j = 0; i < size * size; i += 1, j += 4) bytes[j] = bytes[j + 1] = bytes[j + 2] = pixels[i] * 255;
  context.putImageData(image, x, y);
}

const scratches = new Map();

function scratch(context, size) {
  if (!scratches.has(size)) {
    const image = context.createImageData(size, size);
    image.data.fill(255);
    scratches.set(size, image);
  }
  return scratches.get(size);
}
