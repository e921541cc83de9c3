/** Every coordinate of z as a bar. Drag across to draw, double-click for zero, arrow keys choose and change, or type a value. */

import { t } from "../i18n/i18n.js";
import { h, onFrame, rarely, sizeOf, uid } from "../kit/dom.js";
import { drag } from "../kit/drag.js";
import { slider } from "../kit/slider.js";
import { Brush } from "../state/brush.js";
import { norm } from "../state/latent.js";
import { zTools } from "./ztools.js";

/**
 * @param {HTMLElement} element
 * @param {import("../state/view.js").View} view
 * @param {import("../state/held.js").Held} held
 * @param {(text: string, kind: "info"|"error") => void} [say]
 * @param {{title?: string, back?: string, backTitle?: string, history?: string}} [words] for another vector than z
 */
export function mount(element, view, held, say, { title = t("Latent vector z"), ...words } = {}) {
  const help = uid("help");
  const votes = h("span", {});
  const canvas = h("canvas", { class: "gan-equalizer", role: "slider", tabindex: 0, "aria-label": title, "aria-describedby": help });
  const length = h("span", { class: "gan-fact gan-length" });
  const which = h("input", { id: uid("coordinate"), class: "gan-number", type: "number", min: 1, step: 1, value: 1 });
  let exact = null;
  const exactPlace = h("div", { class: "gan-exact" });
  const tools = zTools(view, held, say, words);
  element.append(
    h("div", { class: "gan-head" }, h("h2", {}, title), length),
    canvas,
    h("div", { class: "gan-equalizer-foot" }, h("label", { for: which.id }, t("Coordinate")), which, exactPlace),
    h("p", { id: help, class: "gan-hint" }, t("Drag across the bars to draw. Double-click sets zero. Keys: left and right choose, up and down change."), votes),
    tools.element,
  );

  let [model, chosen, range, brush] = [null, 0, [-4, 4], null];
  const shown = { length: "", words: "" };

  const put = (z, commit) => (commit ? view.commit({ z }) : view.set({ z }));
  const change = (index, value, commit = false) => {
    if (!held.model) return;
    const z = Float32Array.from(held.z);
    z[index] = clamp(value, range);
    put(z, commit);
  };
  const choose = (index) => {
    if (!model) return;
    chosen = Math.max(0, Math.min(model.latentDim - 1, index));
    show();
  };

  const arrive = () => {
    model = held.model;
    chosen = Math.min(chosen, model.latentDim - 1);
    range = rangeOf(model);
    which.max = model.latentDim;
    votes.textContent = model.votes ? ` ${t("The first {count} bars vote: the highest names the digit.", { count: model.votes })}` : "";
    exact = slider({
      label: t("Value"), min: range[0], max: range[1], step: 0.01, decimals: 3, rest: 0, say,
      onInput: (value) => change(chosen, value), onCommit: () => view.commit(),
    });
    exactPlace.replaceChildren(exact.element);
    for (const [name, value] of [["aria-valuemin", range[0]], ["aria-valuemax", range[1]]]) canvas.setAttribute(name, value);
  };
  const draw = onFrame(() => {
    if (held.model && held.model === model && size.width) drawBars(canvas, size, held.z, model, range, chosen);
  });
  const write = rarely(() => {
    if (!held.model || held.model !== model) return;
    if (document.activeElement !== which && which.value !== String(chosen + 1)) which.value = chosen + 1;
    const value = held.z[chosen];
    const words = t("coordinate {number} of {count}: {value}", { number: chosen + 1, count: model.latentDim, value: value.toFixed(2) });
    if (words !== shown.words) {
      shown.words = words;
      canvas.setAttribute("aria-valuenow", value.toFixed(3));
      canvas.setAttribute("aria-valuetext", words);
    }
    const long = t("length {size}, expected {expected}", { size: norm(held.z).toFixed(2), expected: expectedLength(model).toFixed(2) });
    if (long !== shown.length) length.textContent = shown.length = long;
  });
  const show = () => {
    if (held.model && held.model !== model) arrive();
    // out of sight it follows the end of a gesture
    if (!model || !held.model || (!size.width && view.state !== view.committed)) return;
    exact.set(held.z[chosen]);
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
  drawable(canvas, {
    ready: () => Boolean(held.model),
    at: (event) => place(canvas, event, model, range),
    begin: () => (brush = new Brush(held.z, tools.width())),
    stroke(from, to) {
      let z = held.z;
      const steps = Math.abs(to.index - from.index);
      for (let i = 0; i <= steps; i += 1) {
        const t = steps ? i / steps : 1;
        z = brush.touch(from.index + Math.sign(to.index - from.index) * i, clamp(from.value + t * (to.value - from.value), range));
      }
      chosen = to.index;
      put(z, false);
    },
    end: () => view.commit(),
    zero: ({ index }) => change(index, 0, true),
  });
  canvas.addEventListener("keydown", (event) => {
    if (!held.model || event.altKey || event.ctrlKey || event.metaKey) return;
    const step = event.shiftKey ? 0.5 : 0.1;
    const value = held.z[chosen];
    const act = {
      ArrowLeft: () => choose(chosen - 1), ArrowRight: () => choose(chosen + 1), Home: () => choose(0), End: () => choose(Infinity),
      ArrowUp: () => change(chosen, value + step, true), ArrowDown: () => change(chosen, value - step, true),
      PageUp: () => change(chosen, value + 1, true), PageDown: () => change(chosen, value - 1, true),
      Delete: () => change(chosen, 0, true), Backspace: () => change(chosen, 0, true),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  held.subscribe(show);
  const size = sizeOf(canvas, draw);
  show();
}

/** Two presses this close in time (ms) and place (pixels) are a double click; the browser's own event comes after the second has drawn. */
const DOUBLE = { ms: 400, pixels: 12 };
const near = (event, pressed) => pressed && Math.hypot(event.clientX - pressed.clientX, event.clientY - pressed.clientY) < DOUBLE.pixels;

function drawable(canvas, { ready, at, begin, stroke, end, zero }) {
  let [last, pressed] = [null, null];
  return drag(canvas, {
    begin(event) {
      if (!ready()) return false;
      if (pressed && event.timeStamp - pressed.timeStamp < DOUBLE.ms && near(event, pressed)) {
        // the bar of the first press: a fingertip is wider than one
        zero(at(pressed));
        pressed = null;
        return false;
      }
      pressed = event;
      last = at(event);
      begin();
      stroke(last, last);
      return true;
    },
    move(event) {
      if (!near(event, pressed)) pressed = null;
      const next = at(event);
      stroke(last, next);
      last = next;
    },
    end,
  });
}

function place(canvas, event, model, [low, high]) {
  const box = canvas.getBoundingClientRect();
  const index = Math.floor(((event.clientX - box.left) / box.width) * model.latentDim);
  const value = high - ((event.clientY - box.top) / box.height) * (high - low);
  return { index: Math.max(0, Math.min(model.latentDim - 1, index)), value: clamp(value, [low, high]) };
}

/** Root of the mean squared length under the prior: sqrt(latent_dim) for a GAN's. */
function expectedLength({ mean, std }) {
  return Math.sqrt(std.reduce((sum, deviation, i) => sum + deviation ** 2 + (mean ? mean[i] ** 2 : 0), 0));
}

function clamp(value, [low, high]) {
  return Math.max(low, Math.min(high, value));
}

function rangeOf({ mean, std, prior }) {
  if (prior.kind === "normal") return [-4, 4];
  const high = std.reduce((most, deviation, i) => Math.max(most, mean[i] + 4 * deviation), 1);
  return [0, Math.ceil(high)];
}

function drawBars(canvas, size, z, { mean, std, votes }, [low, high], chosen) {
  const ratio = Math.min(2, devicePixelRatio || 1);
  const [width, height] = [Math.round(size.width * ratio), Math.round(size.height * ratio)];
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext("2d");
  const { line, shade, ink, colours } = coloursOf(canvas);
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

/** The digit that each of the first bars stands for, at its foot. */
function nameVotes(context, votes, place, height, size, ink) {
  context.font = `600 ${size}px system-ui, sans-serif`;
  context.textAlign = "center";
  context.fillStyle = ink;
  for (let i = 0; i < votes; i += 1) context.fillText(String(i), (i + 0.5) * place, height - size * 0.35);
}

let known = null;

/** Asking for a style costs a layout, so each theme is asked once. */
function coloursOf(canvas) {
  const theme = `${canvas.closest(".dark") !== null} ${document.documentElement.className}`;
  if (known?.theme === theme) return known;
  const style = getComputedStyle(canvas);
  const [line, shade, ink, ...colours] = ["line", "shade", "ink", "accent", "warn", "bad"].map((name) => style.getPropertyValue(`--gan-${name}`).trim());
  return (known = { theme, line, shade, ink, colours });
}
