/** Two players with one weight each: what is a hill for D is a valley for G. How steps of both go about the saddle. */

import { sigmoid } from "../../autodiff/losses.js";

/**
 * @typedef {[d: number, g: number]} Point a weight of D and one of G
 * @typedef {{value: (d: number, g: number) => number, slopes: (d: number, g: number) => Point}} Game `slopes`: by D's weight and by G's; D climbs, G descends
 */

/** Places and weights of a normal distribution, even enough for what is smooth. @type {[x: number, weight: number][]} */
const NORMAL = Array.from({ length: 41 }, (_, i) => {
  const x = -4 + i / 5;
  return [x, Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI) / 5];
});

/**
 * `xy`: V = d g. `gan`: data N(0, 1), G(z) = z + g, D(x) = sigmoid(d x), V = E log D(x) + E log(1 - D(G(z))).
 * @type {Record<string, Game>}
 */
export const GAMES = {
  xy: { value: (d, g) => d * g, slopes: (d, g) => [g, d] },
  gan: {
    value: (d, g) => NORMAL.reduce((sum, [x, weight]) => sum + weight * (Math.log(sigmoid(d * x)) + Math.log(sigmoid(-d * (x + g)))), 0),
    slopes(d, g) {
      let [byD, byG] = [0, 0];
      for (const [x, weight] of NORMAL) {
        const fake = sigmoid(d * (x + g));
        byD += weight * (x * (1 - sigmoid(d * x)) - (x + g) * fake);
        byG -= weight * d * fake;
      }
      return [byD, byG];
    },
  },
};

/**
 * @param {Game} game @param {Point} at @param {number} rate
 * @param {string} way "simultaneous": both by the slopes of where they stand; "alternating": D first, then G by where D is now
 * @returns {Point}
 */
export function step(game, [d, g], rate, way) {
  const [byD, byG] = game.slopes(d, g);
  const next = d + rate * byD;
  return [next, g - rate * (way === "alternating" ? game.slopes(next, g)[1] : byG)];
}
