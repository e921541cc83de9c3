/** Whether a training can be had here, and about how long it takes, told before it begins. */

import { fetchKernels } from "../autodiff/kernels.js";
import { Memory } from "../autodiff/memory.js";
import { messageOf } from "../i18n/i18n.js";
import { checkCost, costOf } from "../trainer/cost.js";
import { checkImplemented } from "../trainer/implemented.js";
import { fitted } from "./recipes.js";
import { workersWanted } from "./session.js";

/** A product of matrices as a convolution's are, repeated for so long. */
const [ROWS, INNER, COLUMNS, MS] = [256, 288, 64, 30];
/** Of the speed of products alone a training has that share (measured: 0.7 to 0.9), and each worker beside the first brings that much of its own. */
const [SHARE, BESIDE] = [0.75, 0.8];

/** @type {Promise<number>|null} */
let known = null;

/** @returns {Promise<number>} multiply-adds a second of one core, measured once */
function speed() {
  known ??= fetchKernels().then((module) => {
    const memory = new Memory(module, 4 * (ROWS * INNER + INNER * COLUMNS + ROWS * COLUMNS) + 2 ** 20);
    const { kernels } = memory;
    const [a, b, c, room] = [ROWS * INNER, INNER * COLUMNS, ROWS * COLUMNS, kernels.room(COLUMNS)].map((count) => memory.numbers(count).fill(1).byteOffset);
    const run = () => kernels.multiply(a, INNER, 1, b, COLUMNS, 1, c, ROWS, INNER, COLUMNS, 0, room);
    run(); // the first is compiled while it runs
    const began = performance.now();
    let count = 0;
    for (; performance.now() - began < MS; count += 1) run();
    return (1000 * count * ROWS * INNER * COLUMNS) / (performance.now() - began);
  });
  known.catch(() => (known = null));
  return known;
}

/**
 * @param {import("../trainer/protocol.js").Recipe} recipe
 * @param {{shape: import("../kit/shape.js").Shape, classes: string[]}} data
 * @param {number} steps
 * @returns {Promise<{problem: string, seconds: number}>} `problem`: why it cannot be had, a sentence
 */
export async function foreseen(recipe, data, steps) {
  const asked = { recipe, model: fitted(recipe, data), train: recipe.train };
  try {
    checkImplemented(recipe, asked.model, asked.train);
    checkCost(asked);
  } catch (error) {
    return { problem: messageOf(error), seconds: NaN };
  }
  const { work } = costOf(asked);
  return { problem: "", seconds: (steps * work) / (SHARE * (await speed()) * (1 + BESIDE * (workersWanted() - 1))) };
}
