/** Pulling the digit on the path: at a key point it bends that one; between two, what is pulled becomes a key point of its own there. */

import { t } from "../i18n/i18n.js";
import { gripOf } from "../parts/grip.js";
import { pathOf } from "../state/paths.js";

/**
 * @param {import("../state/view.js").View} view
 * @param {import("../state/held.js").Source} source of the digit on the path
 * @returns {import("../parts/hold.js").Grip}
 */
export function pathGrip(view, source) {
  /** @type {{path: import("../state/paths.js").Path, index: number}|null} the key point that a pull bends, since it began */
  let pulled = null;
  return gripOf(view, source, {
    take(z) {
      const path = pathOf(view.state.model);
      if (pulled?.path !== path) pulled = { path, index: keyAt(path) };
      const { index } = pulled;
      const { classWeights, seed, title } = path.keys[index];
      path.set({ keys: path.keys.with(index, { title: seed === undefined ? title : t("seed {seed}, changed", { seed }), z, classWeights }) });
    },
    settle() {
      pulled?.path.commit();
      pulled = null;
    },
  });
}

/** The key point where the path stands; one is made where there is none. @param {import("../state/paths.js").Path} path @returns {number} */
function keyAt(path) {
  const legs = path.closed ? path.keys.length : path.keys.length - 1;
  const place = path.position * legs;
  const nearest = Math.round(place);
  if (Math.abs(place - nearest) * path.steps < 0.5 * legs) return nearest % path.keys.length;
  const index = Math.floor(place) + 1;
  path.set({ keys: path.keys.toSpliced(index, 0, { title: t("pulled"), ...path.at(path.position) }) });
  path.set({ position: index / (path.closed ? path.keys.length : path.keys.length - 1) });
  return index;
}
