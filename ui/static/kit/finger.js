/** Lets a finger take a slider anywhere along its track. Browsers move one only by its thumb, which a fingertip hides and misses. */

import { drag } from "./drag.js";

/** @param {HTMLInputElement} range @returns {HTMLInputElement} the same */
export function underFinger(range) {
  let [moved, told, before, thumb] = [false, false, range.value, 0];
  // Some browsers move the thumb with the first touch. Before the finger's direction is known, and where it scrolls the page, it stays.
  range.addEventListener("pointerdown", () => (before = range.value));
  range.addEventListener("input", (event) => {
    if (pressed.phase() !== "waits" && pressed.phase() !== "page") return;
    range.value = before;
    event.stopImmediatePropagation();
  });
  const pressed = drag(range, {
    native: true,
    yields: () => true,
    begin(event, { width }) {
      if (event.pointerType !== "touch" || range.disabled) return false;
      [moved, told] = [false, false];
      thumb = range.closest(".gan-film-track") ? width / 7 : parseFloat(getComputedStyle(range).getPropertyValue("--gan-thumb"));
      return true;
    },
    move(event, { left, width }) {
      moved = true;
      put(range, (event.clientX - left - thumb / 2) / (width - thumb));
    },
    // where the finger had the thumb, the browser tells the end of the gesture too, after this event; where the page scrolls from here on,
    // what was reached stays
    end: () => moved && setTimeout(() => told || range.dispatchEvent(new Event("change", { bubbles: true }))),
  });
  range.addEventListener("change", () => (told = true));
  return range;
}

/** @param {HTMLInputElement} range @param {number} place along its track, 0 ... 1; what lies beyond is its end */
function put(range, place) {
  const part = Math.min(1, Math.max(0, place));
  const before = range.value;
  range.valueAsNumber = Number(range.min) + part * (Number(range.max) - Number(range.min));
  if (range.value !== before) range.dispatchEvent(new Event("input", { bubbles: true }));
}
