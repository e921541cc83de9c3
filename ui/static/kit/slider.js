/** A slider with a name, a value that can be read and typed, and a commit at the end of each gesture. */

import { t } from "../i18n/i18n.js";
import { h, rarely, uid } from "./dom.js";
import { underFinger } from "./finger.js";

/**
 * @param {Object} options
 * @param {string} options.label
 * @param {number} options.min
 * @param {number} options.max
 * @param {number} options.step
 * @param {number} [options.value]
 * @param {number} [options.rest] where a double click puts it
 * @param {number} [options.decimals] of the number shown
 * @param {string} [options.unit] shown after the number
 * @param {(value: number) => void} options.onInput while it moves
 * @param {() => void} [options.onCommit] when the gesture ends
 * @param {(text: string, kind: "info"|"error") => void} [options.say] where a mistake is told
 * @returns {{element: HTMLElement, range: HTMLInputElement, set: (value: number, text?: string) => void, limit: (max: number) => void,
 *   enable: (on: boolean) => void}}
 */
export function slider({ label, min, max, step, value = min, rest, decimals = 2, unit = "", onInput, onCommit = () => {}, say = () => {} }) {
  const id = uid("slider");
  const range = underFinger(h("input", { id, class: "gan-range", type: "range", min, max, step, value }));
  const number = h("input", {
    class: "gan-number", type: "text", inputmode: "decimal", autocomplete: "off",
    role: "spinbutton", "aria-label": t("{label}, exact value", { label }), "aria-valuemin": min, "aria-valuemax": max,
  });
  const exact = h("span", { class: "gan-slider-value" }, number, unit && h("span", { class: "gan-unit" }, unit));
  const element = h("div", { class: "gan-slider" }, h("label", { for: id }, label), range, exact);

  let last = "";
  const writeNumber = rarely(() => {
    if (number.getAttribute("aria-valuenow") !== last) number.setAttribute("aria-valuenow", last);
    // whoever types, or is about to, is not interrupted: a field that is written anew loses what was selected in it
    if (number.value !== last && document.activeElement !== number) writeNow();
  });
  const writeNow = () => {
    number.value = last;
    number.removeAttribute("aria-invalid");
  };
  const set = (/** @type {number} */ next, /** @type {string} */ text = "") => {
    const written = shown(next, decimals);
    if (text) range.setAttribute("aria-valuetext", text);
    // most sliders stand still while one is dragged, and every write costs a layout
    if (written !== last || Math.abs(range.valueAsNumber - next) > step) range.value = String(next);
    if (written !== last) fill(range, [rest ?? min, next].map((one) => (Math.min(max, Math.max(min, one)) - min) / (max - min)));
    last = written;
    writeNumber();
  };
  const typed = () => {
    if (!number.dataset.dirty) return;
    delete number.dataset.dirty;
    const next = Number(number.value.trim().replace(",", ".").replace("−", "-"));
    const good = number.value.trim() !== "" && next >= min && next <= max;
    if (!good) number.setAttribute("aria-invalid", "true");
    if (!good) return say(t("{label}: {value} is not a number from {min} to {max}.", { label, value: JSON.stringify(number.value.slice(0, 30)), min, max }), "error");
    say("", "info");
    set(next);
    writeNow();
    onInput(next);
    onCommit();
  };
  range.addEventListener("input", () => {
    number.removeAttribute("aria-invalid");
    if (document.activeElement === number) number.blur(); // a finger on the track does not take the focus everywhere
    set(range.valueAsNumber);
    onInput(range.valueAsNumber);
  });
  range.addEventListener("change", onCommit);
  if (rest !== undefined) range.addEventListener("dblclick", () => (set(rest), onInput(rest), onCommit()));
  number.addEventListener("input", () => (number.dataset.dirty = "yes"));
  number.addEventListener("change", typed);
  number.addEventListener("focus", () => number.select());
  number.addEventListener("keydown", (event) => {
    if (event.key === "Enter") typed();
    const direction = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (!direction) return;
    event.preventDefault();
    const next = Math.min(max, Math.max(min, range.valueAsNumber + direction * step));
    delete number.dataset.dirty;
    set(next);
    writeNow();
    onInput(next);
    onCommit();
  });
  number.addEventListener("blur", () => number.hasAttribute("aria-invalid") || writeNow());
  set(value);
  const limit = (/** @type {number} */ most) => {
    max = most;
    range.max = String(most);
    number.setAttribute("aria-valuemax", String(most));
  };
  return { element, range, set, limit, enable: (on) => [range, number].forEach((input) => (input.disabled = !on)) };
}

/** Colours the track from where the slider rests to where it stands. @param {HTMLElement} range @param {number[]} ends two parts of 1 */
export function fill(range, [rest, place]) {
  range.style.setProperty("--gan-from", String(Math.min(rest, place)));
  range.style.setProperty("--gan-to", String(Math.max(rest, place)));
}

/** @param {number} value @param {number} decimals @returns {string} */
function shown(value, decimals) {
  const text = value.toFixed(decimals);
  return Number(text) === 0 ? (0).toFixed(decimals) : text;
}
