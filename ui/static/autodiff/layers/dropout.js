/** Numbers that are dropped by lot while training. Srivastava et al. 2014, https://jmlr.org/papers/v15/srivastava14a.html */

import { sizeOf } from "./layer.js";

/** Of 65,536 lots, as gan_core's Dropout (gan_core/nn/layers/cheaper.py) draws. */
const LOTS = 65536;

/**
 * Dropped with probability `rate`, what is left is divided by the rest. A number's lot follows from the run's seed and from its place in the whole
 * batch, so parts of a batch are dropped as the whole is, and the way back draws the same again and keeps no mask.
 * @type {import("./layer.js").Make}
 */
export function dropout(about, shape, place) {
  const { memory, most } = place;
  const count = sizeOf(shape);
  const dropped = Math.round(about.rate * LOTS);
  const y = memory.numbers(most * count);
  /** @param {import("./layer.js").Numbers} from @param {import("./layer.js").Numbers} to @param {import("./layer.js").Batch} batch */
  function drop(from, to, { lot }) {
    if (!lot) throw new Error("This network drops numbers by lot, and no seed came.");
    const seed = lot.seed + Math.imul(place.index ?? 0, 0x2545f491);
    let at = 0;
    for (const [first, samples] of lot.runs) {
      memory.kernels.drop(from.byteOffset + 4 * at * count, to.byteOffset + 4 * at * count, samples * count, seed, first * count, dropped, LOTS / (LOTS - dropped));
      at += samples;
    }
  }
  return {
    shape,
    variables: [{ name: "seed_generator_state", shape: [2], value: memory.numbers(0), slope: null, counts: new Float64Array(2) }],
    forward(x, batch) {
      if (!batch.training) return x;
      drop(x, y, batch);
      return y;
    },
    backward(slope, batch) {
      if (batch.training) drop(slope, slope, batch);
      return slope;
    },
  };
}
