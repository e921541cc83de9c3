/** What a hand on the ink of the large digit bends: the digit in hand. */

import { spread } from "../state/latent.js";

/** A spread below this cannot be undone: all z are nearly the same. */
const LEAST_SPREAD = 0.05;

/**
 * Where a pull of a picture goes; `take` gets z as it is before the spread.
 * @param {import("../state/view.js").View} view whose spread it is
 * @param {import("../state/held.js").Source} source
 * @param {{take: (z: Float32Array) => void, settle: () => void}} ends
 * @returns {import("./hold.js").Grip}
 */
export function gripOf(view, source, { take, settle }) {
  const pose = () => {
    const now = source.pose();
    return now && !now.model.remote && view.state.psi >= LEAST_SPREAD ? now : null;
  };
  return {
    pose,
    take(z) {
      const mean = pose()?.model.mean ?? null;
      take(spread(z, mean, 1 / view.state.psi));
      return pose()?.z ?? null;
    },
    settle,
    subscribe: (listener) => source.subscribe(listener),
  };
}

/** @param {import("../state/view.js").View} view @param {import("../state/held.js").Source} source @returns {import("./hold.js").Grip} of the digit in hand */
export function viewGrip(view, source) {
  return gripOf(view, source, { take: (z) => view.set({ z }), settle: () => view.commit() });
}
