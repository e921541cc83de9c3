/** What is shown of a GAN of one dimension: what it makes of even z, what D says along the line, and the best that D could say. */

import { best, BINS, LOW, pushed, WIDTH } from "./targets.js";

const EVEN = Float64Array.from({ length: 257 }, (_, i) => -1 + i / 128);
const PLACES = Float64Array.from({ length: BINS + 1 }, (_, i) => LOW + i * WIDTH);

/**
 * @param {import("../tinygan.js").TinyGan} gan
 * @param {Float64Array} p the data, [BINS]
 * @param {{every?: number, opinion?: boolean, z?: number}} [options] `every`: a line for one of so many of 257 even z; `opinion`: whether D is shown;
 *   `z`: the one in the hand
 * @returns {import("./scene.js").Shown}
 */
export function shownOf(gan, p, { every = 8, opinion = true, z = NaN } = {}) {
  const x = gan.G.forward(EVEN);
  const g = pushed(x);
  return {
    p, g, z, opinion: opinion ? gan.opinion(PLACES) : null, best: best(p, g), lines: x.filter((_, i) => i % every === 0),
    x: Number.isNaN(z) ? NaN : gan.G.forward(Float64Array.of(z))[0],
  };
}
