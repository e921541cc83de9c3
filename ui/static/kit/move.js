/** Moves a living part of the page to another place: not while somebody holds it, and what had the focus keeps it. */

/** @type {Set<number>} */
const pressed = new Set();
/** @type {Set<() => void>} */
const released = new Set();

for (const name of /** @type {const} */ (["pointerdown", "pointerup", "pointercancel"]))
  globalThis.document?.addEventListener(name, ({ pointerId }) => {
    if (name === "pointerdown") return void pressed.add(pointerId);
    pressed.delete(pointerId);
    // after the click that follows
    if (!pressed.size) setTimeout(() => released.forEach((go) => go()), 0);
  }, true);

/**
 * @param {HTMLElement} element
 * @param {HTMLElement} place what is in it makes room
 * @returns {Promise<void>} when it stands there, or in a place that is left
 */
export async function moveTo(element, place) {
  while (element.isConnected && pressed.size) await new Promise((go) => released.add(() => go(undefined)));
  released.clear();
  // whoever asks last may have a place that the page has dropped meanwhile: what stands in the page is not taken out of it
  if (element.isConnected && !place.isConnected) return;
  const { activeElement } = document;
  const focused = activeElement instanceof HTMLElement && element.contains(activeElement) ? activeElement : null;
  const scrolled = element.isConnected ? { left: scrollX, top: scrollY } : null;
  place.replaceChildren(element);
  // the layer that it may have stood on is empty now
  const layer = document.getElementById("gan-boot");
  if (layer && !layer.contains(place)) layer.remove();
  if (scrolled) scrollTo(scrolled);
  focused?.focus({ preventScroll: true });
}
