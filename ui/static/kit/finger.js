/** Lets a finger take a slider anywhere along its track. Browsers move one only by its thumb, which a fingertip hides and misses. */

const SLACK = 4; // pixels to the side before a touch is a drag: less is a tap, which the browser sends there itself

/** @param {HTMLInputElement} range @returns {HTMLInputElement} the same */
export function underFinger(range) {
  let [start, moved, told] = [null, false, false];
  range.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "touch" && event.isPrimary && !range.disabled) [start, moved, told] = [event.clientX, false, false];
  });
  range.addEventListener("pointermove", (event) => {
    if (start === null || event.pointerType !== "touch" || !event.isPrimary) return;
    moved ||= Math.abs(event.clientX - start) > SLACK;
    if (moved) put(range, event.clientX);
  });
  range.addEventListener("change", () => (told = true));
  const end = () => {
    if (start === null) return;
    start = null;
    // where the finger had the thumb, the browser tells the end of the gesture too, after this event
    if (moved) setTimeout(() => told || range.dispatchEvent(new Event("change", { bubbles: true })));
  };
  range.addEventListener("pointerup", end);
  range.addEventListener("pointercancel", end); // the page scrolls from here on: what was reached stays
  return range;
}

function put(range, x) {
  const { left, width } = range.getBoundingClientRect();
  const thumb = range.closest(".gan-film-track") ? width / 7 : parseFloat(getComputedStyle(range).getPropertyValue("--gan-thumb"));
  const part = Math.min(1, Math.max(0, (x - left - thumb / 2) / (width - thumb)));
  const before = range.value;
  range.valueAsNumber = Number(range.min) + part * (Number(range.max) - Number(range.min));
  if (range.value !== before) range.dispatchEvent(new Event("input", { bubbles: true }));
}
