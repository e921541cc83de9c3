/**
 * A press that is dragged, by mouse, pen or finger. It belongs to the pointer that came first: another finger that comes meanwhile draws
 * nothing and ends nothing. It ends once, however it ends: let go, taken by the browser, or with the element gone.
 */

/**
 * @typedef {Object} DragOptions
 * @property {(event: PointerEvent) => boolean|void} begin a press; false lets it go
 * @property {(event: PointerEvent) => void} move the same pointer has moved
 * @property {() => void} [end] what was reached stays, also where the browser took the pointer away
 * @property {(event: PointerEvent) => void} [hover] a pointer moves over the element while none is held
 * @property {boolean} [scrolls] whether the page may still scroll from here, as from a slider: the browser says when it does, and ends the drag
 */

/**
 * @param {HTMLElement} element
 * @param {DragOptions} options
 * @returns {{held: () => boolean, destroy: () => void}} `held`: whether a pointer is down
 */
export function drag(element, { begin, move, end = () => {}, hover, scrolls = false }) {
  /** @type {number|null} the pointer that is down */
  let pointer = null;
  const ends = new AbortController();
  /** @param {string} name @param {(event: any) => void} listener @param {boolean} [passive] */
  const on = (name, listener, passive = true) => element.addEventListener(name, listener, { signal: ends.signal, passive });
  const finish = () => {
    if (pointer === null) return;
    pointer = null;
    end();
  };
  on("pointerdown", (/** @type {PointerEvent} */ event) => {
    if (pointer !== null || event.button !== 0 || begin(event) === false) return;
    pointer = event.pointerId;
    // a finger is captured by what it touched; a slider of the browser's own keeps its pointer itself
    if (!scrolls) element.setPointerCapture(pointer);
  });
  on("pointermove", (/** @type {PointerEvent} */ event) => {
    if (pointer === null) return hover?.(event);
    if (event.pointerId !== pointer) return;
    // let go where the page could not hear it
    if (event.pointerType === "mouse" && event.buttons === 0) return finish();
    move(event);
  });
  for (const name of ["pointerup", "pointercancel", "lostpointercapture"])
    on(name, (/** @type {PointerEvent} */ event) => event.pointerId === pointer && finish());
  if (!scrolls) {
    // The finger is the element's from its first touch. `touch-action: none` keeps the page still, but Chromium makes a fling of a quick end all
    // the same, and takes the next tap, wherever that is, for the finger that stops it.
    on("touchstart", (/** @type {TouchEvent} */ event) => {
      if (event.cancelable) event.preventDefault();
      // which a tap does, and this no longer is one
      if (element.tabIndex >= 0) element.focus({ preventScroll: true });
    }, false);
    on("touchmove", (/** @type {TouchEvent} */ event) => event.cancelable && event.preventDefault(), false);
  }
  return {
    held: () => pointer !== null,
    destroy() {
      ends.abort();
      finish();
    },
  };
}
