/** A layer in which every output sees every input. */

import { learned, product, reserve, sizeOf } from "./layer.js";

/**
 * @typedef {import("./layer.js").Make} Make
 * @typedef {import("./layer.js").Place} Place
 * @typedef {import("./layer.js").Numbers} Numbers
 */

/** @type {Make} */
export function dense(about, shape, place) {
  const { memory, most } = place;
  const [inputs, outputs] = [sizeOf(shape), about.units];
  const kernel = learned(place, "kernel", [inputs, outputs]);
  const bias = about.bias ? learned(place, "bias", [outputs]) : null;
  const [y, back] = [memory.numbers(most * outputs), memory.numbers(most * inputs)];
  let x = y;
  reserve(place, outputs, inputs);
  return {
    shape: [outputs],
    variables: bias ? [kernel, bias] : [kernel],
    forward(input, { size }) {
      x = input;
      product(place, x, false, kernel.value, false, y, size, inputs, outputs);
      if (bias) memory.kernels.add_bias(y.byteOffset, bias.value.byteOffset, size, outputs);
      return y;
    },
    backward(slope, { size, since = 0 }, onward, learn) {
      if (learn) product(place, x, true, slope, false, kernel.slope, inputs, size, outputs);
      if (learn && bias) memory.kernels.sum_rows(slope.byteOffset, size, outputs, bias.slope.byteOffset);
      if (!onward) return null;
      product(place, slope.subarray(since * outputs), false, kernel.value, true, back.subarray(since * inputs), size - since, outputs, inputs);
      return back;
    },
  };
}
