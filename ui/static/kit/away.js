/** The large digit comes along, small, where its own place is out of sight: whatever bends it further down the page, it is seen. */

/** So many pixels of it are as good as none. */
const HEAD = 64;

/**
 * @param {HTMLElement} place keeps its size
 * @param {HTMLElement} frame what comes along, in the top layer, so that nothing around it can cut it off
 * @returns {() => void} ends it
 */
export function comesAlong(place, frame) {
  const go = (/** @type {boolean} */ away) => {
    if (away === frame.classList.contains("gan-away") || frame.classList.contains("gan-full") || !frame.showPopover) return;
    frame.classList.toggle("gan-away", away);
    if (away) frame.setAttribute("popover", "manual");
    if (away) frame.showPopover();
    else frame.removeAttribute("popover");
  };
  const seen = new IntersectionObserver((entries) => {
    const { isIntersecting, boundingClientRect } = entries[entries.length - 1];
    // above the screen, not in a tab that is hidden
    go(!isIntersecting && boundingClientRect.width > 0 && boundingClientRect.bottom < HEAD + 1);
  }, { rootMargin: `-${HEAD}px 0px 0px` });
  seen.observe(place);
  return () => {
    seen.disconnect();
    go(false);
  };
}
