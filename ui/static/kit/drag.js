/**
 * A press that is dragged, by mouse, pen or finger. It belongs to the pointer that came first: another finger that comes meanwhile draws
 * nothing and ends nothing. It ends once, however it ends: let go, taken by the browser, or with the element gone.
 *
 * A finger may mean the page instead. Where a press `yields`, nothing is taken before its direction is known: a swipe up or down scrolls and
 * changes nothing; a move to the side, a finger that rests, and a tap are the element's. The element's style says `touch-action: pan-y` then.
 *
 * Where the element lies on the screen is asked at the press, once, and handed on: asked in every move it would cost a layout each.
 */

/** A finger that has moved less (pixels) has no direction yet; browsers begin to scroll at some 15. */
const SLACK = 6;
/** A finger that has not moved for so long (ms) means the element. */
const REST_MS = 250;

/**
 * @typedef {Object} DragOptions
 * @property {(event: PointerEvent, box: Box) => boolean|void} begin a press; false lets it go
 * @property {(event: PointerEvent, box: Box) => void} move the same pointer has moved
 * @property {() => void} [end] what was reached stays, also where the browser took the pointer away
 * @property {(event: PointerEvent) => void} [hover] a pointer moves over the element while none is held
 * @property {(event: PointerEvent, box: Box) => boolean} [yields] whether a finger that lands here may still be scrolling the page
 * @property {boolean} [native] the browser moves it too, as its own slider: it keeps its pointer and its touches, and a finger that rests takes nothing
 */

/** @typedef {{left: number, top: number, width: number, height: number}} Box the element on the screen, as it lay at the press */
/** @typedef {"none"|"waits"|"held"|"page"} Phase of the first pointer: `waits` for a direction, `page`: it scrolls until it is lifted */

/**
 * @param {HTMLElement} element
 * @param {DragOptions} options
 * @returns {{held: () => boolean, phase: () => Phase, destroy: () => void}} `held`: whether a pointer is down and the element's
 */
export function drag(element, { begin, move, end = () => {}, hover, yields = () => false, native = false }) {
  /** @type {Phase} */
  let phase = "none";
  /** @type {PointerEvent|null} the press of the pointer that is down */
  let press = null;
  /** @type {Box} */
  let box = { left: 0, top: 0, width: 1, height: 1 };
  let resting = 0;
  const ends = new AbortController();
  /** @param {string} name @param {(event: any) => void} listener @param {boolean} [passive] */
  const on = (name, listener, passive = true) => element.addEventListener(name, listener, { signal: ends.signal, passive });
  const forget = () => {
    clearTimeout(resting);
    [phase, press] = ["none", null];
  };
  const finish = () => {
    const held = phase === "held";
    forget();
    if (held) end();
  };
  /** @param {PointerEvent} event the press */
  const take = (event) => {
    clearTimeout(resting);
    if (begin(event, box) === false) return forget();
    [phase, press] = ["held", event];
    // a finger is captured by what it touched; a slider of the browser's own keeps its pointer itself
    if (native) return;
    element.setPointerCapture(event.pointerId);
    // which a tap does, and what is held is none
    if (event.pointerType !== "mouse" && element.tabIndex >= 0) element.focus({ preventScroll: true });
  };
  on("pointerdown", (/** @type {PointerEvent} */ event) => {
    if (press || event.button !== 0) return;
    box = element.getBoundingClientRect();
    if (event.pointerType === "mouse" || !yields(event, box)) return take(event);
    [phase, press] = ["waits", event];
    if (!native) resting = window.setTimeout(() => take(event), REST_MS);
  });
  on("pointermove", (/** @type {PointerEvent} */ event) => {
    if (!press) return hover?.(event);
    if (event.pointerId !== press.pointerId) return;
    // let go where the page could not hear it
    if (event.pointerType === "mouse" && event.buttons === 0) return finish();
    if (phase === "waits") {
      const [across, down] = [Math.abs(event.clientX - press.clientX), Math.abs(event.clientY - press.clientY)];
      if (Math.max(across, down) < SLACK) return;
      clearTimeout(resting);
      if (down > across) phase = "page";
      else take(press);
    }
    if (phase === "held") move(event, box);
  });
  on("pointerup", (/** @type {PointerEvent} */ event) => {
    if (event.pointerId !== press?.pointerId) return;
    if (phase === "waits") take(press); // a tap
    finish();
  });
  on("pointercancel", (/** @type {PointerEvent} */ event) => event.pointerId === press?.pointerId && finish());
  // what lies on the element had a finger that landed there, and loses it to the element
  on("lostpointercapture", (/** @type {PointerEvent} */ event) => event.target === element && event.pointerId === press?.pointerId && finish());
  if (!native) {
    // The finger is the element's. `touch-action` keeps the page still, but Chromium makes a fling of a quick end all the same, and takes the
    // next tap, wherever that is, for the finger that stops it.
    for (const name of ["touchstart", "touchmove"])
      on(name, (/** @type {TouchEvent} */ event) => phase === "held" && event.cancelable && event.preventDefault(), false);
  }
  return {
    held: () => phase === "held",
    phase: () => phase,
    destroy() {
      ends.abort();
      finish();
    },
  };
}
