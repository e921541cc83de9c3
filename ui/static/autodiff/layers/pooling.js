/** Several pixels become one, or one several. */

import { sizeOf } from "./layer.js";

/**
 * @typedef {import("./layer.js").Make} Make
 * @typedef {import("./layer.js").Place} Place
 * @typedef {import("./layer.js").Numbers} Numbers
 */

/** Largest of 2x2, as far as there are. @type {Make} */
export function pool(about, [height, width, channels], place) {
  const { memory, most } = place;
  const shape = [(height + 1) >> 1, (width + 1) >> 1, channels];
  const [y, which, back] = [memory.numbers(most * sizeOf(shape)), memory.numbers((most * sizeOf(shape) + 3) >> 2), memory.numbers(most * height * width * channels)];
  return {
    shape,
    variables: [],
    forward(x, { size }) {
      memory.kernels.pool(x.byteOffset, size, height, width, channels, y.byteOffset, which.byteOffset);
      return y;
    },
    backward(slope, { size }) {
      memory.kernels.pool_back(slope.byteOffset, which.byteOffset, size, height, width, channels, back.byteOffset);
      return back;
    },
  };
}

/** The mean of every channel over the picture. @type {Make} */
export function global_pool(about, [height, width, channels], place) {
  const { memory, most } = place;
  const each = height * width;
  const [y, back] = [memory.numbers(most * channels), memory.numbers(most * each * channels)];
  return {
    shape: [channels],
    variables: [],
    forward(x, { size }) {
      for (let i = 0; i < size; i += 1) {
        const mean = y.subarray(i * channels, (i + 1) * channels).fill(0);
        for (let p = i * each * channels; p < (i + 1) * each * channels; p += channels) for (let c = 0; c < channels; c += 1) mean[c] += x[p + c] / each;
      }
      return y;
    },
    backward(slope, { size }) {
      for (let i = 0; i < size * each; i += 1)
        for (let c = 0; c < channels; c += 1) back[i * channels + c] = slope[Math.floor(i / each) * channels + c] / each;
      return back;
    },
  };
}

/** Every pixel's depth as 2x2 pixels of a quarter of it: halves of the depth become parts of two rows. @type {Make} */
export function depth_to_space(about, [height, width, depth], place) {
  const { memory, most } = place;
  const [y, back, half] = [memory.numbers(most * height * width * depth), memory.numbers(most * height * width * depth), depth / 2];
  const each = (/** @type {number} */ size, /** @type {(row: number, pixel: number) => void} */ move) => {
    for (let line = 0; line < size * height; line += 1)
      for (let x = 0; x < width; x += 1)
        for (let part = 0; part < 2; part += 1) move(((2 * line + part) * width + x) * half, (line * width + x) * depth + part * half);
  };
  return {
    shape: [2 * height, 2 * width, depth / 4],
    variables: [],
    forward(x, { size }) {
      each(size, (row, pixel) => { for (let i = 0; i < half; i += 1) y[row + i] = x[pixel + i]; });
      return y;
    },
    backward(slope, { size }) {
      each(size, (row, pixel) => { for (let i = 0; i < half; i += 1) back[pixel + i] = slope[row + i]; });
      return back;
    },
  };
}
