/** Five optimizers on one valley, from one place, each with a rate that suits it: what the course says of Adam, to be tried. */

import { Optimizer } from "../mlp.js";

/**
 * @typedef {{scale: number, sparse: boolean, moving: boolean}} Twists the gradients times `scale`; `sparse`: along the valley they come every tenth
 *   step only; `moving`: the deepest point moves
 * @typedef {{name: string, optimizer: Optimizer, at: Float64Array, path: [number, number][], lost: boolean}} Runner
 */

export const START = [-4, 1.6];
/** Steep across, flat along. */
export const STEEP = 20;
export const FLAT = 0.2;
/** Learning rates that suit the plain valley; for SGD and momentum 2 / STEEP would be the limit. @type {Record<string, number>} */
export const RATE = { sgd: 0.08, momentum: 0.02, adagrad: 0.6, rmsprop: 0.06, adam: 0.15 };
export const NAMES = Object.keys(RATE);
const SPARSE = 10;
const FAR = 1e3; // who is as far out has left the valley
const PERIOD = 160; // steps of one turn of a moving target

/** @param {number} step @param {boolean} moving @returns {[number, number]} the deepest point */
export function lowest(step, moving) {
  return moving ? [1.5 * Math.sin((2 * Math.PI * step) / PERIOD), 0.5 * Math.cos((2 * Math.PI * step) / PERIOD) - 0.5] : [0, 0];
}

/** @param {number} x @param {number} y @param {[number, number]} low @returns {number} height */
export const height = (x, y, [a, b]) => 0.5 * (FLAT * (x - a) ** 2 + STEEP * (y - b) ** 2);

export class Race {
  /** @param {Twists} twists may be changed while it goes on */
  constructor(twists) {
    this.twists = twists;
    this.steps = 0;
    /** @type {Runner[]} */
    this.runners = NAMES.map((name) => {
      const at = Float64Array.from(START);
      const optimizer = new Optimizer([at], { rule: name, rate: RATE[name], beta1: 0.9, beta2: name === "rmsprop" ? 0.9 : 0.999 });
      return { name, optimizer, at, path: [[at[0], at[1]]], lost: false };
    });
  }

  step() {
    const { scale, sparse, moving } = this.twists;
    const [a, b] = lowest(this.steps, moving);
    for (const runner of this.runners) {
      if (runner.lost) continue;
      const [x, y] = runner.at;
      const along = Number(!sparse || this.steps % SPARSE === 0);
      runner.optimizer.apply([Float64Array.of(scale * along * FLAT * (x - a), scale * STEEP * (y - b))]);
      runner.lost = !(Math.hypot(runner.at[0], runner.at[1]) < FAR);
      runner.path.push([runner.at[0], runner.at[1]]);
    }
    this.steps += 1;
  }
}
