/** Every coordinate of z as a bar. Drag across to draw, double-click for zero, arrow keys choose and change, or type a value. */

import { t } from "../i18n/i18n.js";
import { follows, h, onFrame, penOf, rarely, setText, sizeOf, together, uid } from "../kit/dom.js";
import { drag } from "../kit/drag.js";
import { slider } from "../kit/slider.js";
import { Brush } from "../state/brush.js";
import { norm } from "../state/latent.js";
import { zTools } from "./ztools.js";

/** @typedef {[low: number, high: number]} Range */
/** @typedef {{index: number, value: number}} Place a bar and where it is to end */
/** @typedef {import("../state/models.js").Model} Model */

/**
 * @param {HTMLElement} element
 * @param {import("../state/held.js").Hand} hand
 * @param {(text: string, kind: "info"|"error") => void} [say]
 * @param {{title?: string, back?: string, backTitle?: string, history?: string}} [words] for another vector than z
 * @returns {import("../kit/dom.js").Component}
 */
export function mount(element, hand, say, { title = t("Latent vector z"), ...words } = {}) {
  const help = uid("help");
  const votes = h("span", {});
  const canvas = h("canvas", { class: "gan-equalizer", role: "slider", tabindex: 0, "aria-label": title, "aria-describedby": help });
  const length = h("span", { class: "gan-fact gan-length" });
  const which = h("input", { id: uid("coordinate"), class: "gan-number", type: "number", min: 1, step: 1, value: 1 });
  /** @type {ReturnType<typeof slider>|null} of the model's range */
  let exact = null;
  const exactPlace = h("div", { class: "gan-exact" });
  const tools = zTools(hand, say, words);
  element.append(
    h("div", { class: "gan-head" }, h("h2", {}, title), length),
    canvas,
    h("div", { class: "gan-equalizer-foot" }, h("label", { for: which.id }, t("Coordinate")), which, exactPlace),
    h("p", { id: help, class: "gan-hint" }, t("Drag across the bars to draw. Double-click sets zero. Keys: left and right choose, up and down change."), votes),
    tools.element,
  );

  /** @type {Model|null} whose bars these are */
  let model = null;
  let chosen = 0;
  /** @type {Range} */
  let range = [-4, 4];
  let brush = new Brush([], 1);
  const shown = { length: "", words: "" };

  /** @param {number} index @param {number} value @param {boolean} [commit] */
  const change = (index, value, commit = false) => {
    if (!hand.z) return;
    const z = Float32Array.from(hand.z);
    z[index] = clamp(value, range);
    if (commit) hand.settle(z);
    else hand.take(z);
  };
  /** @param {number} index */
  const choose = (index) => {
    if (!model) return;
    chosen = Math.max(0, Math.min(model.latentDim - 1, index));
    update();
  };

  /** @param {Model} next */
  const arrive = (next) => {
    model = next;
    chosen = Math.min(chosen, model.latentDim - 1);
    range = rangeOf(model);
    which.max = String(model.latentDim);
    votes.textContent = model.votes ? ` ${t("The first {count} bars vote: the highest names the digit. This model was trained with labels for that; the course's DCGAN, the preset Reference in Train, learns without.", { count: model.votes })}` : "";
    exact = slider({
      label: t("Value"), min: range[0], max: range[1], step: 0.01, decimals: 3, rest: 0, say,
      onInput: (value) => change(chosen, value), onCommit: () => hand.settle(),
    });
    exactPlace.replaceChildren(exact.element);
    canvas.setAttribute("aria-valuemin", String(range[0]));
    canvas.setAttribute("aria-valuemax", String(range[1]));
  };
  const draw = onFrame(() => {
    if (model && hand.z && hand.model === model && size.width) drawBars(canvas, size, hand.z, model, range, chosen);
  });
  const write = rarely(() => {
    const { z } = hand;
    if (!model || !z || hand.model !== model) return;
    if (document.activeElement !== which && which.value !== String(chosen + 1)) which.value = String(chosen + 1);
    const value = z[chosen];
    const words = t("coordinate {number} of {count}: {value}", { number: chosen + 1, count: model.latentDim, value: value.toFixed(2) });
    if (words !== shown.words) {
      shown.words = words;
      canvas.setAttribute("aria-valuenow", value.toFixed(3));
      canvas.setAttribute("aria-valuetext", words);
    }
    const long = t("length {size}, expected {expected}", { size: norm(z).toFixed(2), expected: expectedLength(model).toFixed(2) });
    if (long !== shown.length) setText(length, (shown.length = long));
  });
  const update = () => {
    tools.update();
    if (hand.model && hand.model !== model) arrive(hand.model);
    // out of sight it follows the end of a gesture
    if (!model || !hand.z || (!size.width && !hand.settled)) return;
    exact?.set(hand.z[chosen]);
    write();
    draw();
  };

  which.addEventListener("change", () => {
    if (!model) return;
    const index = which.valueAsNumber;
    const good = Number.isInteger(index) && index >= 1 && index <= model.latentDim;
    which.setAttribute("aria-invalid", String(!good));
    const missing = { number: which.value || "?", most: model.latentDim };
    say?.(good ? "" : t("Coordinate {number} does not exist. Type a whole number from 1 to {most}.", missing), good ? "info" : "error");
    if (good) choose(index - 1);
  });
  const drawn = drawable(canvas, {
    at: (event, box) => model && place(event, box, model.latentDim, range),
    begin: () => (brush = new Brush(hand.z ?? [], tools.width())),
    stroke(from, to) {
      let { z } = hand;
      const steps = Math.abs(to.index - from.index);
      for (let i = 0; i <= steps; i += 1) {
        const t = steps ? i / steps : 1;
        z = brush.touch(from.index + Math.sign(to.index - from.index) * i, clamp(from.value + t * (to.value - from.value), range));
      }
      chosen = to.index;
      if (z) hand.take(z);
    },
    end: () => hand.settle(),
    zero: ({ index }) => change(index, 0, true),
  });
  canvas.addEventListener("keydown", (event) => {
    if (!hand.z || event.altKey || event.ctrlKey || event.metaKey) return;
    const step = event.shiftKey ? 0.5 : 0.1;
    const value = hand.z[chosen];
    /** @type {Object<string, () => void>} */
    const acts = {
      ArrowLeft: () => choose(chosen - 1), ArrowRight: () => choose(chosen + 1), Home: () => choose(0), End: () => choose(Infinity),
      ArrowUp: () => change(chosen, value + step, true), ArrowDown: () => change(chosen, value - step, true),
      PageUp: () => change(chosen, value + 1, true), PageDown: () => change(chosen, value - 1, true),
      Delete: () => change(chosen, 0, true), Backspace: () => change(chosen, 0, true),
    };
    if (!Object.hasOwn(acts, event.key)) return;
    event.preventDefault();
    acts[event.key]();
  });
  const size = sizeOf(canvas, draw);
  update();
  // the bars are under the finger; what they say in words and elsewhere is not
  return { update, destroy: together(hand.subscribe(draw), follows(hand, update), size.destroy, drawn.destroy) };
}

/** Two presses this close in time (ms) and place (pixels) are a double click; the browser's own event comes after the second has drawn. */
const DOUBLE = { ms: 400, pixels: 12 };
/** @param {PointerEvent} event @param {PointerEvent} pressed */
const near = (event, pressed) => Math.hypot(event.clientX - pressed.clientX, event.clientY - pressed.clientY) < DOUBLE.pixels;

/**
 * @param {HTMLCanvasElement} canvas
 * @param {{at: (event: PointerEvent, box: import("../kit/drag.js").Box) => Place|null, begin: () => void, stroke: (from: Place, to: Place) => void, end: () => void, zero: (place: Place) => void}} acts
 *   `at` is null where there is nothing to draw on
 */
function drawable(canvas, { at, begin, stroke, end, zero }) {
  /** @type {Place|null} */
  let last = null;
  /** @type {PointerEvent|null} a press that has not moved */
  let pressed = null;
  return drag(canvas, {
    yields: () => true,
    begin(event, box) {
      // the bar of the first press: a fingertip is wider than one
      const first = pressed && event.timeStamp - pressed.timeStamp < DOUBLE.ms && near(event, pressed) ? at(pressed, box) : null;
      if (first) {
        zero(first);
        pressed = null;
        return false;
      }
      last = at(event, box);
      if (!last) return false;
      pressed = event;
      begin();
      stroke(last, last);
      return true;
    },
    move(event, box) {
      if (pressed && !near(event, pressed)) pressed = null;
      const next = at(event, box);
      if (last && next) stroke(last, next);
      last = next;
    },
    end,
  });
}

/** @param {PointerEvent} event @param {import("../kit/drag.js").Box} box @param {number} count of bars @param {Range} range @returns {Place} */
function place(event, box, count, [low, high]) {
  const index = Math.floor(((event.clientX - box.left) / box.width) * count);
  const value = high - ((event.clientY - box.top) / box.height) * (high - low);
  return { index: Math.max(0, Math.min(count - 1, index)), value: clamp(value, [low, high]) };
}

/** Root of the mean squared length under the prior: sqrt(latent_dim) for a GAN's. @param {Model} model @returns {number} */
function expectedLength({ mean, std }) {
  return Math.sqrt(std.reduce((sum, deviation, i) => sum + deviation ** 2 + (mean ? mean[i] ** 2 : 0), 0));
}

/** @param {number} value @param {Range} range @returns {number} */
function clamp(value, [low, high]) {
  return Math.max(low, Math.min(high, value));
}

/** @param {Model} model @returns {Range} */
function rangeOf({ mean, std, prior }) {
  if (prior.kind === "normal") return [-4, 4];
  const high = std.reduce((most, deviation, i) => Math.max(most, (mean ? mean[i] : 0) + 4 * deviation), 1);
  return [0, Math.ceil(high)];
}

/** @param {HTMLCanvasElement} canvas @param {{width: number, height: number}} size @param {Float32Array} z @param {Model} model @param {Range} range @param {number} chosen */
function drawBars(canvas, size, z, { mean, std, votes }, [low, high], chosen) {
  const ratio = Math.min(2, devicePixelRatio || 1);
  const [width, height] = [Math.round(size.width * ratio), Math.round(size.height * ratio)];
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  const context = penOf(canvas);
  const { line, shade, ink, colours } = coloursOf(canvas);
  /** @param {number} value */
  const y = (value) => ((high - value) / (high - low)) * height;
  const place = width / z.length;
  context.clearRect(0, 0, width, height);
  context.fillStyle = line;
  for (const level of low < 0 ? [-2, 0, 2] : [0]) context.fillRect(0, Math.round(y(level)) - (level === 0 ? 1 : 0), width, level === 0 ? 2 : 1);
  for (let i = 0; i < z.length; i += 1) {
    // two deviations are common, three are rare, beyond that the network has hardly been
    const deviation = Math.abs(z[i] - (mean ? mean[i] : 0)) / (std[i] || 1);
    if (i === chosen) {
      context.fillStyle = shade;
      context.fillRect(i * place, 0, place, height);
    }
    context.fillStyle = colours[deviation < 2 ? 0 : deviation < 3 ? 1 : 2];
    const [top, bottom] = [y(clamp(Math.max(z[i], 0), [low, high])), y(clamp(Math.min(z[i], 0), [low, high]))];
    context.fillRect(i * place + place * 0.12, Math.min(top, height - 2), place * 0.76, Math.max(2, bottom - top));
  }
  const letters = Math.min(13 * ratio, place * 1.4);
  // too narrow bars, as on a phone, have no room for digits that can be read
  if (votes && letters >= SMALLEST * ratio) nameVotes(context, votes, place, height, letters, ink);
}

/** Pixels of the smallest letters that can be read. */
const SMALLEST = 9;

/** The digit that each of the first bars stands for, at its foot. @param {CanvasRenderingContext2D} context @param {number} votes @param {number} place @param {number} height @param {number} size @param {string} ink */
function nameVotes(context, votes, place, height, size, ink) {
  context.font = `600 ${size}px system-ui, sans-serif`;
  context.textAlign = "center";
  context.fillStyle = ink;
  for (let i = 0; i < votes; i += 1) context.fillText(String(i), (i + 0.5) * place, height - size * 0.35);
}

/** @type {{theme: string, line: string, shade: string, ink: string, colours: string[]}|null} */
let known = null;

/** Asking for a style costs a layout, so each theme is asked once. @param {HTMLCanvasElement} canvas */
function coloursOf(canvas) {
  const theme = `${canvas.closest(".dark") !== null} ${document.documentElement.className}`;
  if (known?.theme === theme) return known;
  const style = getComputedStyle(canvas);
  const [line, shade, ink, ...colours] = ["line", "shade", "ink", "generator", "muted", "bad"].map((name) => style.getPropertyValue(`--gan-${name}`).trim());
  return (known = { theme, line, shade, ink, colours });
}
