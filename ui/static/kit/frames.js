/**
 * When things are drawn. The picture in the hand comes first, in every frame (`onFrame`); what follows it, rows, sliders, buttons, words, comes
 * when that frame is on the screen (`follows`), and takes no more than a third of the time, so that on a slow machine the picture keeps up with
 * the hand and the rest comes a little later. Nothing is lost: the last change of all is always shown.
 */

/** Of a frame's 16, so that style, layout and paint fit in too. */
const FRAME_MS = 10;
/** @type {Set<() => void>} */
const pictures = new Set();
/** @type {Set<() => void>} */
const others = new Set();
/** When the last frame was drawn, how long after the one before it, and in how many of a row the picture was: a gesture goes on, or the picture plays. */
let [drawn, pace, row] = [-Infinity, Infinity, 0];
const APART_MS = 240;
const GESTURE = 5;

/**
 * Coalesces calls into at most one a frame. The last call always takes effect, so the last position of a drag arrives.
 * @param {() => void} draw
 * @param {{first?: boolean}} [options] `first`: the picture itself, which nothing holds up
 * @returns {() => void}
 */
export function onFrame(draw, { first = false } = {}) {
  const queue = first ? pictures : others;
  return () => {
    // one request a frame for the whole page: a request costs more than most of what is drawn
    if (!pictures.size && !others.size) requestAnimationFrame(drawFrame);
    queue.add(draw);
  };
}

function drawFrame() {
  const start = performance.now();
  [drawn, pace] = [start, start - drawn];
  row = pictures.size && pace < APART_MS ? row + 1 : 0;
  const now = [...others];
  others.clear();
  for (const draw of pictures) {
    pictures.delete(draw);
    attempt(draw);
  }
  while (now.length) {
    attempt(/** @type {() => void} */ (now.shift()));
    // when a model comes everything has much to do: what does not fit this frame is first in the next, after the picture
    if (performance.now() - start > FRAME_MS) break;
  }
  if (!now.length) return;
  const later = [...others];
  if (!pictures.size && !later.length) requestAnimationFrame(drawFrame);
  others.clear();
  for (const draw of [...now, ...later]) others.add(draw);
}

/** What fails is told and holds nothing else up. @param {() => void} work */
function attempt(work) {
  try {
    work();
  } catch (error) {
    reportError(error);
  }
}

/** Of followers at once. */
const SLICE_MS = 4;
/** They rest so many times as long as they have worked, and longer in a gesture whose frames come slowly, as what they write costs a layout after them. */
const REST = 2;
const SLOW_FRAME_MS = 24;
const SLOW_REST_MS = 250;
/** @type {Set<() => void>} those with something new to show, who waits longest first */
const behind = new Set();
let restsUntil = 0;

/**
 * Calls `update` some time after each change of `source`, once the picture that shows it is on the screen.
 * @param {{subscribe: (listener: () => void) => () => void}} source
 * @param {() => void} update
 * @returns {() => void} stops it
 */
export function follows(source, update) {
  const stop = source.subscribe(() => {
    if (!behind.size) soon();
    behind.add(update);
  });
  return () => {
    stop();
    behind.delete(update);
  };
}

/** A task that is begun in a frame runs when the frame is painted. */
function soon() {
  requestAnimationFrame(() => setTimeout(catchUp, Math.max(0, restsUntil - performance.now())));
}

function catchUp() {
  const start = performance.now();
  for (const update of behind) {
    behind.delete(update);
    attempt(update);
    if (performance.now() - start > SLICE_MS) break;
  }
  const end = performance.now();
  const slow = row > GESTURE && pace > SLOW_FRAME_MS && end - drawn < SLOW_REST_MS;
  restsUntil = end + Math.max(REST * (end - start), slow ? SLOW_REST_MS : 0);
  if (behind.size) soon();
}

/**
 * For numbers in words: written at once, then at most every `ms` while a drag goes on. Nobody reads faster, and every text costs a layout.
 * The last call always takes effect.
 * @param {() => void} write
 * @param {number} [ms]
 * @returns {() => void}
 */
export function rarely(write, ms = 120) {
  let [timer, last] = [0, -Infinity];
  const now = () => {
    [timer, last] = [0, performance.now()];
    write();
  };
  return () => {
    if (timer) return;
    const wait = last + ms - performance.now();
    if (wait <= 0) now();
    else timer = setTimeout(now, wait);
  };
}

/**
 * Calls `fn` once, `ms` after the last call.
 * @template {unknown[]} Args
 * @param {(...args: Args) => void} fn
 * @param {number} ms
 * @returns {(...args: Args) => void}
 */
export function debounce(fn, ms) {
  let timer = 0;
  return (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => fn(...args), ms);
  };
}
