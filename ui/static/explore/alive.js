/**
 * The digit breathes until a hand takes it: z walks along a closed path through what the seed gives, one turn in 24 s, and every control shows where
 * it walks. The first touch of anything ends it for good in this visit. Nothing moves for who wants less of that, where a link gave a pose, or where
 * nobody can see it. A worker draws it, so that the page's own thread is free for the hand.
 */

import { ahead } from "../state/ahead.js";

/** How far the walk goes along each of the first directions, in their deviations: together at most FARTHEST, which leaves the digit the one it is. */
const SWINGS = [1, 0.55];
export const FARTHEST = 1.2;
const TURN_MS = 24_000;
/** It begins as slowly as a hand would, when the page has come to rest and a hold of the ink has been rehearsed (`parts/hold.js`). */
const REST_MS = 2000;
const EASE_MS = 3000;
/** A breath needs no more pictures a second than half the screen's, and on a phone, which it keeps warm, half of these. */
const FRAME_MS = globalThis.matchMedia?.("(pointer: coarse)").matches ? 60 : 30;
/** What takes z where it stands; a touch of anything else lets the digit go back to what the seed gives. */
const HANDS = ".gan-holds, .gan-range, .gan-equalizer, .gan-pad, .gan-number";

/** @typedef {import("../state/models.js").Model} Model */

let alive = false;

/** @returns {boolean} whether it breathes now: what costs more than the digit itself may follow seldom */
export const breathes = () => alive;

/**
 * How far along each direction the walk stands; all zero at 0 and at 1, so it goes through the seed.
 * @param {number} turn 0 ... 1
 * @returns {number[]}
 */
export function offsets(turn) {
  return SWINGS.map((swing, i) => swing * Math.sin(2 * Math.PI * (i + 1) * turn));
}

/**
 * @param {number} ms since it began
 * @returns {number} of a turn; slow at first
 */
export function turnAt(ms) {
  const eased = ms < EASE_MS ? (ms * ms) / (2 * EASE_MS) : ms - EASE_MS / 2;
  return (eased / TURN_MS) % 1;
}

/**
 * @param {Pick<Model, "directions"|"directionValues"|"moveTo">} model
 * @param {Float32Array} z what the seed gives
 * @param {number} turn 0 ... 1
 * @returns {Float32Array}
 */
export function walkedTo(model, z, turn) {
  const values = model.directionValues(z);
  return offsets(turn).slice(0, model.directions.length).reduce((from, offset, i) => model.moveTo(from, i, values[i] + offset), z);
}

/**
 * @param {HTMLElement} canvas of the digit
 * @param {import("../state/view.js").View} view
 * @param {import("../state/held.js").Held} held
 * @param {{wanted?: boolean}} [options] `wanted`: whether this page may breathe at all
 * @returns {() => void} ends it
 */
export function breathe(canvas, view, held, { wanted = true } = {}) {
  if (!wanted || globalThis.matchMedia?.("(prefers-reduced-motion: reduce)").matches) return () => {};
  const ends = new AbortController();
  let [running, timer, begun, drawn] = [0, 0, 0, 0];
  let [seen, near, coming] = [false, false, false];
  /** @type {Float32Array|null} what the walk has put in the hand */
  let mine = null;
  /** @type {{model: Model, z: Float32Array}|null} what it goes through */
  let base = null;

  const pause = () => {
    cancelAnimationFrame(running);
    clearTimeout(timer);
    running = timer = 0;
  };
  const stop = () => {
    alive = false;
    ends.abort();
    pause();
    ahead.end();
    observer.disconnect();
    unfollow();
  };
  /** @param {number} now */
  const frame = (now) => {
    running = requestAnimationFrame(frame);
    if (coming || now - drawn < FRAME_MS) return;
    const { model, ready } = held;
    if (!ready || !model || !model.directions.length || model.remote) return;
    if (base?.model !== model) {
      // another model: through its own z of that seed
      if (mine) view.release();
      mine = null;
      base = held.z && { model, z: held.z };
      begun = now;
    }
    if (!base) return;
    // after a pause it goes on where it was
    begun += Math.max(0, now - drawn - 4 * FRAME_MS) * Number(drawn > 0 && mine !== null);
    drawn = now;
    alive = true;
    arrive(model, walkedTo(model, base.z, turnAt(now - begun)));
  };
  /** @param {Model} model @param {Float32Array} z where the walk goes next, when its picture is there */
  const arrive = async (model, z) => {
    coming = true;
    await ahead.draw(held.poseOf(model, z, held.classWeights));
    coming = false;
    if (!running || held.model !== model || base?.model !== model) return;
    mine = z;
    view.set({ z });
  };
  const look = () => {
    // under a hand that comes near it holds its breath, so that it can be taken
    if (!seen || near || document.hidden) return pause();
    timer ||= setTimeout(() => (running = requestAnimationFrame(frame)), mine ? 0 : REST_MS);
  };
  /** @param {Event} event the first touch */
  const touched = ({ target }) => {
    stop();
    // who takes hold of it has it where it is
    if (mine && view.state.z === mine && !(target instanceof Element && target.closest(HANDS))) view.release();
  };
  const { signal } = ends;
  for (const name of ["pointerdown", "keydown", "drop"]) document.addEventListener(name, touched, { signal, capture: true });
  document.addEventListener("visibilitychange", look, { signal });
  for (const name of /** @type {const} */ (["pointerenter", "pointerleave"])) canvas.addEventListener(name, () => ((near = name === "pointerenter"), look()), { signal });
  const observer = new IntersectionObserver((entries) => {
    seen = entries[entries.length - 1].isIntersecting;
    look();
  });
  observer.observe(canvas);
  // somebody else has moved it: a link, a script
  const unfollow = view.subscribe((state, before) => {
    if (mine && before.z === mine && state.z !== mine && state !== view.committed) stop();
    else if (state !== before && state.z !== before.z && !mine && state.z) stop();
  });
  return stop;
}
