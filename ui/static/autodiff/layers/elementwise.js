/** Layers that treat each number alone, and those that only call the shape otherwise. */

import { sizeOf } from "./layer.js";

/**
 * @typedef {import("./layer.js").Make} Make
 * @typedef {import("./layer.js").Place} Place
 * @typedef {import("./layer.js").Numbers} Numbers
 */

/** In place: its derivative is known from what comes out. @type {Make} */
export function leaky_relu(about, shape, place) {
  const { kernels } = place.memory;
  const count = sizeOf(shape);
  /** @type {Numbers} */
  let y = new Float32Array(0);
  return {
    shape,
    variables: [],
    forward(x, { size }) {
      kernels.leaky(x.byteOffset, size * count, about.alpha);
      return (y = x);
    },
    backward(slope, { size }) {
      kernels.leaky_back(y.byteOffset, slope.byteOffset, size * count, about.alpha);
      return slope;
    },
  };
}

/** @type {Make} */
export function activation(about, shape, place) {
  if (about.kind === "relu") return leaky_relu({ layer: "leaky_relu", alpha: 0 }, shape, place);
  if (about.kind !== "sigmoid" && about.kind !== "tanh") throw new Error(`The activation is ${JSON.stringify(about.kind)}; expected one of: relu, sigmoid, tanh. Train this network on a server.`);
  const { kernels } = place.memory;
  const [count, two] = [sizeOf(shape), about.kind === "tanh"];
  /** @type {Numbers} */
  let y = new Float32Array(0);
  return {
    shape,
    variables: [],
    forward(x, { size }) {
      kernels.sigmoid(x.byteOffset, size * count, Number(two));
      return (y = x);
    },
    backward(slope, { size }) {
      kernels[two ? "tanh_back" : "sigmoid_back"](y.byteOffset, slope.byteOffset, size * count);
      return slope;
    },
  };
}

/** @type {Make} */
export function rescale(about, shape, place) {
  const count = sizeOf(shape);
  const offset = about.offset ?? 0;
  const y = place.memory.numbers(place.most * count);
  return {
    shape,
    variables: [],
    forward(x, { size }) {
      for (let i = 0; i < size * count; i += 1) y[i] = x[i] * about.factor + offset;
      return y;
    },
    backward(slope, { size }) {
      for (let i = 0; i < size * count; i += 1) slope[i] *= about.factor;
      return slope;
    },
  };
}

/** Stretched about the middle of the range and cut off at its ends; backwards the identity (straight through). @type {Make} */
export function saturate(about, shape) {
  const count = sizeOf(shape);
  const stretch = 1 / (1 - 2 * about.margin);
  const shift = ((1 - stretch) * (about.low + about.high)) / 2;
  return {
    shape,
    variables: [],
    forward(x, { size }) {
      for (let i = 0; i < size * count; i += 1) x[i] = Math.min(about.high, Math.max(about.low, x[i] * stretch + shift));
      return x;
    },
    backward: (slope) => slope,
  };
}

/** @type {Make} */
export function reshape(about, _shape) {
  return { shape: about.shape, variables: [], forward: (x) => x, backward: (slope) => slope };
}

/** @type {Make} */
export function flatten(about, shape) {
  return { shape: [sizeOf(shape)], variables: [], forward: (x) => x, backward: (slope) => slope };
}
