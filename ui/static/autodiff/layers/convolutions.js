/** Convolutions, as matrix products over patches of pictures. */

import { learned, product, reserve } from "./layer.js";

/**
 * @typedef {import("./layer.js").Make} Make
 * @typedef {import("./layer.js").Place} Place
 * @typedef {import("./layer.js").Numbers} Numbers
 */

/** What `same` pads before the first pixel, as TensorFlow does. @param {number} length @param {number} size @param {number} stride @param {boolean} same */
function extent(length, size, stride, same) {
  const out = same ? Math.ceil(length / stride) : Math.floor((length - size) / stride) + 1;
  return { out, before: same ? Math.max((out - 1) * stride + size - length, 0) >> 1 : 0 };
}

/**
 * A convolution over patches, which `conv` and `upconv` share: y = patches(x) @ kernel.
 * @param {Place} place
 * @param {number[]} shape of the picture
 * @param {{kh: number, kw: number, stride: number, same: boolean, outputs: number}} about
 */
function patches(place, [height, width, depth], { kh, kw, stride, same, outputs }) {
  const { memory, most } = place;
  const [rows, columns] = [extent(height, kh, stride, same), extent(width, kw, stride, same)];
  const each = rows.out * columns.out;
  const k = kh * kw * depth;
  const seen = memory.numbers(most * each * k);
  const [y, back] = [memory.numbers(most * each * outputs), memory.numbers(most * height * width * depth)];
  reserve(place, outputs, k);
  const where = [height, width, depth, kh, kw, stride, rows.before, columns.before, rows.out, columns.out];
  return {
    rows: rows.out, columns: columns.out, y,
    /** @param {Numbers} x @param {Numbers} kernel @param {number} size */
    forward(x, kernel, size) {
      memory.kernels.gather(x.byteOffset, size, ...where, seen.byteOffset);
      product(place, seen, false, kernel, false, y, size * each, k, outputs);
      return y;
    },
    /** @param {Numbers} slope @param {Numbers} kernelSlope @param {number} size */
    learn(slope, kernelSlope, size) {
      product(place, seen, true, slope, false, kernelSlope, k, size * each, outputs);
    },
    /** After `learn`: the patches are overwritten. @param {Numbers} slope @param {Numbers} kernel @param {number} size @param {number} [since] */
    onward(slope, kernel, size, since = 0) {
      product(place, slope.subarray(since * each * outputs), false, kernel, true, seen, (size - since) * each, outputs, k);
      memory.kernels.scatter(seen.byteOffset, size - since, ...where, back.subarray(since * height * width * depth).byteOffset);
      return back;
    },
  };
}

/** @type {Make} */
export function conv(about, shape, place) {
  const { filters: outputs, size, stride, padding, bias: biased } = about;
  const [kh, kw] = Array.isArray(size) ? size : [size, size];
  const kernel = learned(place, "kernel", [kh, kw, shape[2], outputs]);
  const bias = biased ? learned(place, "bias", [outputs]) : null;
  const over = patches(place, shape, { kh, kw, stride, same: padding === "same", outputs });
  const each = over.rows * over.columns;
  const { kernels } = place.memory;
  return {
    shape: [over.rows, over.columns, outputs],
    variables: bias ? [kernel, bias] : [kernel],
    forward(x, { size: count }) {
      const y = over.forward(x, kernel.value, count);
      if (bias) kernels.add_bias(y.byteOffset, bias.value.byteOffset, count * each, outputs);
      return y;
    },
    backward(slope, { size: count, since }, onward, learn) {
      if (learn) over.learn(slope, kernel.slope, count);
      if (learn && bias) kernels.sum_rows(slope.byteOffset, count * each, outputs, bias.slope.byteOffset);
      return onward ? over.onward(slope, kernel.value, count, since) : null;
    },
  };
}

/** Every pixel adds its patch to a picture `stride` times as large: the way back of a convolution, forwards. Its kernel is [k, k, out, in]. @type {Make} */
export function conv_transpose(about, [height, width, depth], place) {
  const { filters, size: k, stride, padding, bias: biased } = about;
  const { memory, most } = place;
  const { kernels } = memory;
  const same = padding === "same";
  const [rows, columns] = [height, width].map((length) => stride * length + (same ? 0 : Math.max(k - stride, 0)));
  const kernel = { ...learned(place, "kernel", [k, k, filters, depth]), deviation: about.deviation };
  const bias = biased ? learned(place, "bias", [filters]) : null;
  const [each, patch] = [height * width, k * k * filters];
  const seen = memory.numbers(most * each * patch);
  const [y, back] = [memory.numbers(most * rows * columns * filters), memory.numbers(most * each * depth)];
  const before = same ? Math.max(k - stride, 0) >> 1 : 0;
  const where = [rows, columns, filters, k, k, stride, before, before, height, width];
  reserve(place, patch, depth);
  /** @type {Numbers} of the last run */
  let input = back;
  return {
    shape: [rows, columns, filters],
    variables: bias ? [kernel, bias] : [kernel],
    forward(x, { size }) {
      input = x;
      product(place, x, false, kernel.value, true, seen, size * each, depth, patch);
      kernels.scatter(seen.byteOffset, size, ...where, y.byteOffset);
      if (bias) kernels.add_bias(y.byteOffset, bias.value.byteOffset, size * rows * columns, filters);
      return y;
    },
    backward(slope, { size }, onward, learn) {
      if (learn && bias) kernels.sum_rows(slope.byteOffset, size * rows * columns, filters, bias.slope.byteOffset);
      kernels.gather(slope.byteOffset, size, ...where, seen.byteOffset);
      if (learn) product(place, seen, true, input, false, kernel.slope, patch, size * each, depth);
      if (!onward) return null;
      product(place, seen, false, kernel.value, false, back, size * each, patch, depth);
      return back;
    },
  };
}

/** Which pixel of the small grid a tap of the large kernel falls on, and from which phase: lists of [tap, phase, small tap]. @param {number} k */
function taps(k) {
  const reach = (k - 1) >> 1;
  const widest = (reach + 1) >> 1;
  const found = [];
  for (const phase of [0, 1]) for (let tap = 0; tap < k; tap += 1) found.push([tap, phase, Math.floor((phase + tap - reach) / 2) + widest]);
  return { small: 2 * widest + 1, found };
}

/** Upsampling by 2 and a convolution as one convolution on the small grid (gan_core/nn/layers.py, UpsampleConv2D). @type {Make} */
export function upconv(about, shape, place) {
  const { filters, size: k, padding, bias: biased } = about;
  const { memory, most } = place;
  const [height, width, depth] = shape;
  const kernel = learned(place, "kernel", [k, k, depth, filters]);
  const bias = biased ? learned(place, "bias", [filters]) : null;
  const { small, found } = taps(k);
  const folded = memory.numbers(small * small * depth * 4 * filters);
  const foldedSlope = memory.numbers(folded.length);
  const over = patches(place, shape, { kh: small, kw: small, stride: 1, same: true, outputs: 4 * filters });
  const cut = padding === "valid" ? (k - 1) >> 1 : 0;
  const [rows, columns] = [2 * height - 2 * cut, 2 * width - 2 * cut];
  const y = memory.numbers(most * rows * columns * filters);
  const phases = memory.numbers(most * height * width * 4 * filters);

  /** Adds blocks of the kernel to those of the folded one, or the other way round. @param {Numbers} large @param {Numbers} little @param {boolean} back */
  function move(large, little, back) {
    (back ? large : little).fill(0);
    for (const [a, p, ty] of found)
      for (const [b, q, tx] of found)
        for (let i = 0; i < depth; i += 1) {
          const from = ((a * k + b) * depth + i) * filters;
          const to = ((ty * small + tx) * depth + i) * 4 * filters + (2 * p + q) * filters;
          if (back) for (let o = 0; o < filters; o += 1) large[from + o] += little[to + o];
          else for (let o = 0; o < filters; o += 1) little[to + o] += large[from + o];
        }
  }

  return {
    shape: [rows, columns, filters],
    variables: bias ? [kernel, bias] : [kernel],
    forward(x, { size }) {
      move(kernel.value, folded, false);
      const four = over.forward(x, folded, size);
      memory.kernels.phases(four.byteOffset, size, height, width, filters, cut, y.byteOffset, 0);
      if (bias) memory.kernels.add_bias(y.byteOffset, bias.value.byteOffset, size * rows * columns, filters);
      return y;
    },
    backward(slope, { size }, onward, learn) {
      if (learn && bias) memory.kernels.sum_rows(slope.byteOffset, size * rows * columns, filters, bias.slope.byteOffset);
      memory.kernels.phases(phases.byteOffset, size, height, width, filters, cut, slope.byteOffset, 1);
      if (learn) {
        over.learn(phases, foldedSlope, size);
        move(kernel.slope, foldedSlope, true);
      }
      return onward ? over.onward(phases, folded, size) : null;
    },
  };
}
