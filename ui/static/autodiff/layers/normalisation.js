/** Batch normalisation: of a network that trains, and as a finished one has it. */

import { kept, learned, sizeOf } from "./layer.js";

/**
 * @typedef {import("./layer.js").Make} Make
 * @typedef {import("./layer.js").Place} Place
 * @typedef {import("./layer.js").Numbers} Numbers
 */

/** While training by the moments of the batch, which also move the running ones; else by those. @type {Make} */
export function batch_norm(about, shape, place) {
  const { memory, most } = place;
  const { kernels } = memory;
  const channels = shape[shape.length - 1];
  const count = sizeOf(shape);
  const gamma = learned(place, "gamma", [channels]);
  const beta = learned(place, "beta", [channels]);
  const mean = kept(place, "moving_mean", [channels]);
  const variance = kept(place, "moving_variance", [channels]);
  gamma.value.fill(1);
  variance.value.fill(1);
  const [centre, square, scale] = [0, 1, 2].map(() => memory.numbers(channels));
  const sums = memory.numbers(2 * channels); // of all who have a part of the batch
  const [normal, y] = [memory.numbers(most * count), memory.numbers(most * count)];
  const rowsOf = (/** @type {number} */ samples) => (samples * count) / channels;

  /** The running moments follow those of the batch. */
  function follow() {
    kernels.follow(mean.value.byteOffset, centre.byteOffset, channels, 1 - about.momentum);
    kernels.follow(variance.value.byteOffset, square.byteOffset, channels, 1 - about.momentum);
  }

  /** @param {Numbers} x @param {number} rows */
  function normalise(x, rows) {
    kernels.normalise(x.byteOffset, rows, channels, centre.byteOffset, scale.byteOffset, gamma.value.byteOffset, beta.value.byteOffset, normal.byteOffset, y.byteOffset);
    return y;
  }

  /** @param {Numbers} slope @param {number} rows here @param {Numbers} byGamma @param {Numbers} byBeta of all rows @param {number} all rows */
  function back(slope, rows, byGamma, byBeta, all) {
    kernels.normalise_back(slope.byteOffset, normal.byteOffset, rows, channels, scale.byteOffset, gamma.value.byteOffset, byGamma.byteOffset, byBeta.byteOffset, all);
    return slope;
  }

  /** Gradients by gamma and beta, of the rows that are here. @param {Numbers} slope @param {number} rows */
  function learn(slope, rows) {
    kernels.normalise_sums(slope.byteOffset, normal.byteOffset, rows, channels, gamma.slope.byteOffset, beta.slope.byteOffset);
  }

  return {
    shape,
    variables: [...(about.scale === false ? [] : [gamma]), ...(about.center === false ? [] : [beta]), mean, variance],
    forward(x, { size, training }) {
      if (training) {
        kernels.moments(x.byteOffset, rowsOf(size), channels, about.epsilon, centre.byteOffset, square.byteOffset, scale.byteOffset);
        follow();
      } else {
        centre.set(mean.value);
        for (let c = 0; c < channels; c += 1) scale[c] = 1 / Math.sqrt(variance.value[c] + about.epsilon);
      }
      return normalise(x, rowsOf(size));
    },
    backward(slope, { size }) {
      learn(slope, rowsOf(size));
      return back(slope, rowsOf(size), gamma.slope, beta.slope, rowsOf(size));
    },
    shared: {
      // moments about the running mean, which all have and which is near: one exchange, and nothing cancels
      *forwards(x, { size, total = size }) {
        const all = rowsOf(total);
        kernels.sums_about(x.byteOffset, rowsOf(size), channels, mean.value.byteOffset, sums.byteOffset);
        yield [sums];
        for (let c = 0; c < channels; c += 1) {
          const away = sums[c] / all;
          centre[c] = mean.value[c] + away;
          square[c] = Math.max(0, sums[channels + c] / all - away * away);
          scale[c] = 1 / Math.sqrt(square[c] + about.epsilon);
        }
        follow();
        return normalise(x, rowsOf(size));
      },
      *backwards(slope, { size, total = size }) {
        learn(slope, rowsOf(size));
        sums.set(gamma.slope);
        sums.set(beta.slope, channels);
        yield [sums];
        return back(slope, rowsOf(size), sums.subarray(0, channels), sums.subarray(channels), rowsOf(total));
      },
    },
  };
}

/** Batch normalisation of a finished network: every channel times a number plus another. @type {Make} */
export function affine(about, shape, place) {
  const { memory, most } = place;
  const channels = shape[shape.length - 1];
  const count = sizeOf(shape);
  const [scale, shift] = [kept(place, "scale", [channels]), kept(place, "shift", [channels])];
  const y = memory.numbers(most * count);
  return {
    shape,
    variables: [scale, shift],
    forward(x, { size }) {
      for (let i = 0; i < size * count; i += channels) for (let c = 0; c < channels; c += 1) y[i + c] = x[i + c] * scale.value[c] + shift.value[c];
      return y;
    },
    backward(slope, { size }) {
      for (let i = 0; i < size * count; i += channels) for (let c = 0; c < channels; c += 1) slope[i + c] *= scale.value[c];
      return slope;
    },
  };
}
