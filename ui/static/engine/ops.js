/** The operations of a program (docs/formats.md, section 1): each checks its fields, says what memory it needs and leaves a step to run. */

import { foldUpsampling, gatherMoves, pack, packBias, phaseMoves, round8, scatterMoves, tapsOf, transposedSide, turned } from "./fold.js";
import { isShape, MAX_SIDE, told } from "./limits.js";

/** Numbers: a loop moves as many faster than a call of copyWithin does. */
const SHORT = 8;

/**
 * @typedef {import("./engine.js").Builder} Builder
 * @typedef {import("./engine.js").Slot} Slot
 * @typedef {import("./network.js").Op} Op
 * @typedef {{kernel: Float32Array, bias: Float32Array|null, outputs: number, phases: number}} Layer a kernel as a matrix, its columns `phases` times `outputs`
 */

/** @type {Object<string, (op: Op, builder: Builder) => void>} */
export const OPS = {
  dense(op, builder) {
    const kernel = builder.tensor(op.kernel, 2);
    const [inputs, outputs] = kernel.shape;
    if (builder.shape.length !== 1 || builder.shape[0] !== inputs) throw misfit(op, builder, `[${inputs}]`);
    builder.spend(outputs, 0, inputs * outputs);
    const c = multiply(builder, builder.slot, 1, inputs, { kernel: kernel.data, bias: biasOf(op, builder, outputs), outputs, phases: 1 });
    builder.become([outputs], c);
  },

  conv(op, builder) {
    const kernel = builder.tensor(op.kernel, 4);
    const [height, width, inputs, outputs] = kernel.shape;
    if (Math.max(height, width) > MAX_SIDE) throw new Error(`conv needs a kernel of at most ${MAX_SIDE} pixels a side, got ${height}x${width}`);
    const stride = oneOf(op, "stride", [1, 2]);
    const same = oneOf(op, "padding", ["same", "valid"]) === "same";
    checkPicture(op, builder, inputs);
    const [y, x] = [extent(builder.shape[0], height, stride, same), extent(builder.shape[1], width, stride, same)];
    if (y.size < 1 || x.size < 1) throw misfit(op, builder, `at least [${height}, ${width}, ${inputs}]`);
    const [pixels, taps] = [y.size * x.size, height * width * inputs];
    builder.spend(pixels * outputs, pixels * taps, pixels * taps * outputs);
    const window = { top: -y.before, left: -x.before, height, width, stride };
    const bias = biasOf(op, builder, outputs);
    const c = convolve(builder, window, [y.size, x.size], { kernel: kernel.data, bias, outputs, phases: 1 });
    if (outputs === round8(outputs)) return builder.become([y.size, x.size, outputs], c);
    const out = builder.reserve(y.size * x.size * outputs);
    const rows = Array.from({ length: y.size * x.size }, (_, row) => [row * outputs, row * round8(outputs), outputs]);
    copy(builder, out, c, Int32Array.from(rows.flat()));
    return builder.become([y.size, x.size, outputs], out);
  },

  upconv(op, builder) {
    const kernel = builder.tensor(op.kernel, 4);
    const [k, width, inputs, outputs] = kernel.shape;
    if (k !== width || k % 2 !== 1 || k > MAX_SIDE) throw new Error(`upconv needs a square kernel of odd size up to ${MAX_SIDE}, got ${k}x${width}`);
    const crop = oneOf(op, "padding", ["same", "valid"]) === "same" ? 0 : (k - 1) / 2;
    checkPicture(op, builder, inputs);
    const size = builder.shape.slice(0, 2);
    const shape = [2 * size[0] - 2 * crop, 2 * size[1] - 2 * crop, outputs];
    if (shape[0] < 1 || shape[1] < 1) throw misfit(op, builder, "a larger picture");
    const [taps, folded] = tapsOf(k);
    const pixels = size[0] * size[1];
    builder.spend(length(shape), pixels * (taps * taps * inputs + 4 * outputs), pixels * folded * folded * inputs * outputs);
    const bias = biasOf(op, builder, outputs);
    const out = builder.reserve(shape[0] * shape[1] * outputs);
    for (const group of foldUpsampling(kernel)) {
      const c = convolve(builder, group.window, size, { kernel: group.kernel, bias, outputs, phases: group.phases.length });
      copy(builder, out, c, phaseMoves(size, outputs, group.phases, crop));
    }
    builder.become(shape, out);
  },

  conv_transpose(op, builder) {
    const kernel = builder.tensor(op.kernel, 4);
    const [k, width, outputs, inputs] = kernel.shape;
    if (k !== width || k > MAX_SIDE) throw new Error(`conv_transpose needs a square kernel of at most ${MAX_SIDE} pixels a side, got ${k}x${width}`);
    const stride = oneOf(op, "stride", [1, 2]);
    const same = oneOf(op, "padding", ["same", "valid"]) === "same";
    checkPicture(op, builder, inputs);
    const size = builder.shape.slice(0, 2);
    const shape = [...size.map((length) => transposedSide(length, k, stride, same)), outputs];
    const [pixels, patch] = [size[0] * size[1], k * k * outputs];
    builder.spend(length(shape), pixels * patch, pixels * patch * inputs);
    const bias = biasOf(op, builder, outputs);
    const patches = multiply(builder, builder.slot, pixels, inputs, { kernel: turned(kernel.data, patch, inputs), bias: null, outputs: patch, phases: 1 });
    const out = builder.reserve(length(shape));
    const moves = scatterMoves(size, shape, { k, stride, before: same ? Math.max(k - stride, 0) >> 1 : 0 });
    builder.step(() => {
      for (let i = 0; i < out.data.length; i += 1) out.data[i] = bias ? bias[i % outputs] : 0;
      addMoves(builder.heap, out.data.byteOffset >> 2, patches.data.byteOffset >> 2, moves);
    });
    builder.become(shape, out);
  },

  pool(op, builder) {
    oneOf(op, "size", [2]);
    checkPicture(op, builder, builder.shape[2]);
    const [height, width, channels] = builder.shape;
    const [rows, columns] = [(height + 1) >> 1, (width + 1) >> 1];
    builder.spend(rows * columns * channels);
    const [from, to] = [builder.slot, builder.reserve(rows * columns * channels)];
    builder.step(() => {
      to.data.fill(-Infinity);
      for (let y = 0; y < height; y += 1)
        for (let x = 0; x < width; x += 1) {
          const [source, target] = [(y * width + x) * channels, ((y >> 1) * columns + (x >> 1)) * channels];
          for (let i = 0; i < channels; i += 1) if (from.data[source + i] > to.data[target + i]) to.data[target + i] = from.data[source + i];
        }
    });
    builder.become([rows, columns, channels], to);
  },

  depth_to_space(op, builder) {
    oneOf(op, "size", [2]);
    checkPicture(op, builder, builder.shape[2]);
    const [height, width, depth] = builder.shape;
    if (depth % 4) throw misfit(op, builder, "four times as many channels as come out");
    builder.spend(height * width * depth);
    const out = builder.reserve(height * width * depth);
    const moves = []; // two pixels that lie side by side in the output lie side by side in the depth, too
    for (let y = 0; y < height; y += 1)
      for (let half = 0; half < 2; half += 1)
        for (let x = 0; x < width; x += 1)
          moves.push(((2 * y + half) * width + x) * (depth / 2), (y * width + x) * depth + half * (depth / 2), depth / 2);
    copy(builder, out, builder.slot, Int32Array.from(moves));
    builder.become([2 * height, 2 * width, depth / 4], out);
  },

  global_pool(op, builder) {
    checkPicture(op, builder, builder.shape[2]);
    const [height, width, channels] = builder.shape;
    builder.spend(channels);
    const [from, to] = [builder.slot, builder.reserve(channels)];
    builder.step(() => {
      to.data.fill(0);
      for (let i = 0; i < height * width * channels; i += 1) to.data[i % channels] += from.data[i] / (height * width);
    });
    builder.become([channels], to);
  },

  affine(op, builder) {
    const [scale, shift] = [builder.tensor(op.scale, 1).data, builder.tensor(op.shift, 1).data];
    const channels = builder.shape[builder.shape.length - 1];
    if (scale.length !== channels || shift.length !== channels) throw misfit(op, builder, `[..., ${scale.length}]`);
    builder.spend(length(builder.shape));
    const to = inPlace(builder, (x) => {
      for (let i = 0; i < x.length; i += 1) x[i] = x[i] * scale[i % channels] + shift[i % channels];
    });
    builder.become(builder.shape, to);
  },

  activation(op, builder) {
    const channels = builder.shape[builder.shape.length - 1];
    const kind = oneOf(op, "kind", Object.keys(ACTIVATIONS));
    const alpha = typeof op.alpha === "number" ? op.alpha : NaN;
    if (kind === "leaky_relu" && !Number.isFinite(alpha)) throw new Error(`leaky_relu needs a number "alpha", got ${told(op.alpha)}`);
    builder.spend(length(builder.shape));
    const apply = ACTIVATIONS[kind](alpha, channels);
    builder.become(builder.shape, inPlace(builder, apply));
  },

  reshape(op, builder) {
    const wanted = op.shape;
    if (!isShape(wanted) || length(wanted) !== length(builder.shape)) throw misfit(op, builder, `a shape with as many numbers as ${told(wanted)}`);
    builder.spend(length(wanted));
    builder.become(wanted, builder.slot);
  },

  concat_labels(op, builder) {
    if (builder.shape.length !== 1) throw misfit(op, builder, "[d]");
    const [from, d, classes] = [builder.slot, builder.shape[0], builder.classes()];
    builder.spend(d + classes);
    const to = builder.reserve(d + classes);
    builder.step((classWeights) => {
      for (let i = 0; i < d; i += 1) to.data[i] = from.data[i];
      for (let i = 0; i < classes; i += 1) to.data[d + i] = classWeights[i];
    });
    builder.become([d + classes], to);
  },

  any_score(op, builder) {
    const [from, to, scores] = [builder.slot, builder.reserve(1), builder.shape[0]];
    if (builder.shape.length !== 1) throw misfit(op, builder, "[k]");
    builder.step(() => {
      const largest = from.data.subarray(0, scores).reduce((most, score) => Math.max(most, score), -Infinity);
      let sum = 0;
      for (let i = 0; i < scores; i += 1) sum += Math.exp(from.data[i] - largest);
      to.data[0] = largest + Math.log(sum);
    });
    builder.become([1], to);
  },

  label_score(op, builder) {
    const [from, classes, to] = [builder.slot, builder.classes(), builder.reserve(1)];
    if (builder.shape.length !== 1 || builder.shape[0] !== 1 + classes) throw misfit(op, builder, `[${1 + classes}]`);
    builder.step((classWeights) => {
      to.data[0] = from.data[0];
      for (let i = 0; i < classes; i += 1) to.data[0] += from.data[1 + i] * classWeights[i];
    });
    builder.become([1], to);
  },

  label_planes(op, builder) {
    checkPicture(op, builder, builder.shape[2]);
    const [height, width, channels] = builder.shape;
    const [from, classes] = [builder.slot, builder.classes()];
    const [pixels, wide] = [height * width, channels + classes];
    builder.spend(pixels * wide);
    const to = builder.reserve(pixels * wide);
    builder.step((classWeights) => {
      for (let pixel = 0; pixel < pixels; pixel += 1) {
        for (let i = 0; i < channels; i += 1) to.data[pixel * wide + i] = from.data[pixel * channels + i];
        for (let i = 0; i < classes; i += 1) to.data[pixel * wide + channels + i] = classWeights[i];
      }
    });
    builder.become([height, width, wide], to);
  },
};

/** @type {Object<string, (alpha: number, channels: number) => (x: Float32Array) => void>} */
const ACTIVATIONS = {
  relu: () => (x) => { for (let i = 0; i < x.length; i += 1) if (x[i] < 0) x[i] = 0; },
  leaky_relu: (alpha) => (x) => { for (let i = 0; i < x.length; i += 1) if (x[i] < 0) x[i] *= alpha; },
  tanh: () => (x) => { for (let i = 0; i < x.length; i += 1) x[i] = Math.tanh(x[i]); },
  sigmoid: () => (x) => { for (let i = 0; i < x.length; i += 1) x[i] = 1 / (1 + Math.exp(-x[i])); },
  softmax: (_, channels) => (x) => { for (let from = 0; from < x.length; from += channels) softmax(x, from, channels); },
};

/** @param {Float32Array} x @param {number} from @param {number} channels */
function softmax(x, from, channels) {
  let [largest, sum] = [-Infinity, 0];
  for (let i = from; i < from + channels; i += 1) largest = Math.max(largest, x[i]);
  for (let i = from; i < from + channels; i += 1) sum += x[i] = Math.exp(x[i] - largest);
  for (let i = from; i < from + channels; i += 1) x[i] /= sum;
}

/** @param {Builder} builder @param {import("./fold.js").Window} window @param {number[]} size of the output @param {Layer} layer @returns {Slot} */
function convolve(builder, window, size, layer) {
  const k = window.height * window.width * builder.shape[2];
  const a = builder.reserve(size[0] * size[1] * k);
  copy(builder, a, builder.slot, gatherMoves(builder.shape, window, size));
  return multiply(builder, a, size[0] * size[1], k, layer);
}

/** @param {Builder} builder @param {Slot} a [m, k] @param {number} m @param {number} k @param {Layer} layer [k, columns] @returns {Slot} [m, columns] */
function multiply(builder, a, m, k, { kernel, bias, outputs, phases }) {
  const columns = outputs * phases;
  const b = builder.reserve(pack(kernel, k, columns));
  const biases = builder.reserve(packBias(bias, outputs, phases));
  const c = builder.reserve(m * round8(columns));
  builder.step(() => builder.matmul(a.data, b.data, biases.data, c.data, m, k, round8(columns)));
  return c;
}

/** @param {Builder} builder @param {Slot} to @param {Slot} from @param {Int32Array} moves triples: to, from, length */
function copy(builder, to, from, moves) {
  const move = moves.every((value, i) => i % 3 < 2 || value <= SHORT) ? moveShort : moveLong;
  builder.step(() => move(builder.heap, to.data.byteOffset >> 2, from.data.byteOffset >> 2, moves));
}

/** @param {Float32Array} heap @param {number} target @param {number} source @param {Int32Array} moves */
function moveShort(heap, target, source, moves) {
  for (let i = 0; i < moves.length; i += 3) {
    const into = target + moves[i];
    const start = source + moves[i + 1];
    const count = moves[i + 2];
    for (let j = 0; j < count; j += 1) heap[into + j] = heap[start + j];
  }
}

/** @param {Float32Array} heap @param {number} target @param {number} source @param {Int32Array} moves */
function moveLong(heap, target, source, moves) {
  for (let i = 0; i < moves.length; i += 3) {
    const start = source + moves[i + 1];
    heap.copyWithin(target + moves[i], start, start + moves[i + 2]);
  }
}

/** As `copy`, but what is there is added to: patches lie one over the other. @param {Float32Array} heap @param {number} target @param {number} source @param {Int32Array} moves */
function addMoves(heap, target, source, moves) {
  for (let i = 0; i < moves.length; i += 3) {
    const into = target + moves[i];
    const start = source + moves[i + 1];
    const count = moves[i + 2];
    for (let j = 0; j < count; j += 1) heap[into + j] += heap[start + j];
  }
}

/** @param {Builder} builder @param {(x: Float32Array) => void} apply @returns {Slot} */
function inPlace(builder, apply) {
  const slot = builder.slot;
  const size = length(builder.shape);
  /** @type {Float32Array|null} */
  let values = null;
  builder.step(() => apply((values ??= slot.data.subarray(0, size))));
  return slot;
}

/** @param {number} size @param {number} k @param {number} stride @param {boolean} same @returns {{size: number, before: number}} as TensorFlow pads */
function extent(size, k, stride, same) {
  if (!same) return { size: Math.floor((size - k) / stride) + 1, before: 0 };
  const out = Math.ceil(size / stride);
  return { size: out, before: Math.floor(Math.max((out - 1) * stride + k - size, 0) / 2) };
}

/** @param {Op} op @param {Builder} builder @param {number} outputs @returns {Float32Array|null} */
function biasOf(op, builder, outputs) {
  if (op.bias === undefined || op.bias === null) return null;
  const { data } = builder.tensor(op.bias, 1);
  if (data.length !== outputs) throw new Error(`tensor ${told(op.bias)} has ${data.length} numbers, expected ${outputs}`);
  return data;
}

/** @param {Op} op @param {Builder} builder @param {number} inputs channels */
function checkPicture(op, builder, inputs) {
  if (builder.shape.length !== 3 || builder.shape[2] !== inputs) throw misfit(op, builder, `[height, width, ${inputs ?? "channels"}]`);
}

/** @template {string|number} T @param {Op} op @param {string} field @param {T[]} choices @returns {T} */
function oneOf(op, field, choices) {
  const found = choices.find((choice) => choice === op[field]);
  if (found === undefined) throw new Error(`${op.op} has ${field} ${told(op[field])}, expected ${choices.join(" or ")}`);
  return found;
}

/** @param {Op} op @param {Builder} builder @param {string} expected @returns {Error} */
function misfit(op, builder, expected) {
  return new Error(`${op.op} (number ${builder.index}) gets [${builder.shape.join(", ")}], expected ${expected}`);
}

/** @param {number[]} shape @returns {number} */
export function length(shape) {
  return shape.reduce((product, n) => product * n, 1);
}
