/** Whether a training can be had here, and about how long it takes, told before it begins. */

import { fetchKernels } from "../autodiff/kernels.js";
import { Memory } from "../autodiff/memory.js";
import { messageOf } from "../i18n/i18n.js";
import { checkCost, costOf } from "../trainer/cost.js";
import { checkImplemented } from "../trainer/implemented.js";
import { fitted } from "./recipes.js";
import { workersWanted } from "./session.js";

/** Products of matrices as a convolution's are: so many in a row, for so long. */
const [ROWS, INNER, COLUMNS, IN_A_ROW, MS] = [256, 288, 64, 4, 20];
/** Looks at the speed: the first is of kernels that the browser has not compiled to the end, and any may be of a busy moment. */
const LOOKS = 4;
/** Of the speed of products alone a training has that share (measured: 0.7 to 0.9), and each worker beside the first brings that much of its own. */
const [SHARE, BESIDE] = [0.75, 0.8];

/** @type {Promise<() => void>|null} */
let product = null;
let [looks, fastest] = [0, 0];

async function prepared() {
  const memory = new Memory(await fetchKernels(), 4 * (ROWS * INNER + INNER * COLUMNS + ROWS * COLUMNS) + 2 ** 20);
  const { kernels } = memory;
  const [a, b, c, room] = [ROWS * INNER, INNER * COLUMNS, ROWS * COLUMNS, kernels.room(COLUMNS)].map((count) => memory.numbers(count).fill(1).byteOffset);
  return () => void kernels.multiply(a, INNER, 1, b, COLUMNS, 1, c, ROWS, INNER, COLUMNS, 0, room);
}

/** @returns {Promise<number>} multiply-adds a second of one core, the best that was seen */
async function speed() {
  product ??= prepared();
  product.catch(() => (product = null));
  const run = await product;
  if (looks >= LOOKS) return fastest;
  looks += 1;
  for (const end = performance.now() + MS; performance.now() < end;) {
    const began = performance.now();
    for (let i = 0; i < IN_A_ROW; i += 1) run();
    fastest = Math.max(fastest, (1000 * IN_A_ROW * ROWS * INNER * COLUMNS) / Math.max(performance.now() - began, 0.1));
  }
  return fastest;
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
