/** A hand comes before everything: while somebody moves something and frames come late, who trains or fetches ahead is asked to give way. */

/** Frames farther apart, in ms, are late: one of a screen of 60 was left out. */
const LATE_MS = 25;
/** So long after its last move a hand is still there. */
const HAND_MS = 300;
/** For so long is way given at a time. */
export const WAY_MS = 400;

/**
 * @param {(ms: number) => void} ask told for how long way is wanted, again and again while frames are late
 * @param {{host?: EventTarget|undefined, nextFrame?: (then: (now: number) => void) => unknown}} [page] stand-ins for tests
 * @returns {{destroy: () => void}}
 */
export function giveWay(ask, { host = globalThis.window, nextFrame = globalThis.requestAnimationFrame } = {}) {
  const ends = new AbortController();
  let [looking, before, moved, asked] = [false, 0, 0, -Infinity];
  /** @param {number} now */
  const frame = (now) => {
    if (ends.signal.aborted || now - moved > HAND_MS) {
      looking = false;
      return;
    }
    if (before && now - before > LATE_MS && now - asked > WAY_MS / 4) {
      asked = now;
      ask(WAY_MS);
    }
    before = now;
    nextFrame(frame);
  };
  /** @param {Event} event */
  const hand = (event) => {
    if (event.type === "pointermove" && !(/** @type {PointerEvent} */ (event).buttons)) return;
    moved = event.timeStamp;
    if (looking) return;
    [looking, before] = [true, 0];
    nextFrame(frame);
  };
  for (const name of ["pointermove", "input", "keydown"]) host?.addEventListener?.(name, hand, { capture: true, passive: true, signal: ends.signal });
  return { destroy: () => ends.abort() };
}
