/** Layers that know of classes. */

import { sizeOf } from "./layer.js";

/**
 * @typedef {import("./layer.js").Make} Make
 * @typedef {import("./layer.js").Place} Place
 * @typedef {import("./layer.js").Numbers} Numbers
 */

/**
 * Class weights behind every group of `width` numbers: of a flat input once, of a picture at every pixel.
 * @type {Make}
 */
function appendLabels(about, shape, place) {
  const { memory, most, classes } = place;
  const width = shape[shape.length - 1];
  const groups = sizeOf(shape) / width;
  const [y, back] = [memory.numbers(most * groups * (width + classes)), memory.numbers(most * groups * width)];
  return {
    shape: [...shape.slice(0, -1), width + classes],
    variables: [],
    forward(x, { size, labels }) {
      if (!labels) throw new Error("This network takes class weights, and none came.");
      for (let i = 0, from = 0, to = 0; i < size; i += 1)
        for (let g = 0; g < groups; g += 1, from += width, to += width + classes) {
          for (let j = 0; j < width; j += 1) y[to + j] = x[from + j];
          for (let c = 0; c < classes; c += 1) y[to + width + c] = labels[i * classes + c];
        }
      return y;
    },
    backward(slope, { size }, onward) {
      if (!onward) return null;
      for (let g = 0, from = 0, to = 0; g < size * groups; g += 1, from += width + classes, to += width)
        for (let j = 0; j < width; j += 1) back[to + j] = slope[from + j];
      return back;
    },
  };
}

/** @type {Make} */
export function concat_labels(about, shape, place) {
  return appendLabels(about, shape, place);
}

/** @type {Make} */
export function label_planes(about, shape, place) {
  return appendLabels(about, shape, place);
}

/**
 * log sum exp of the scores. Where labels say which class a sample is judged by, its score alone (gan_core's Conditional).
 * @type {Make}
 */
export function any_score(about, [scores], place) {
  const { memory, most } = place;
  const [y, back] = [memory.numbers(most), memory.numbers(most * scores)];
  let x = y;
  return {
    shape: [1],
    variables: [],
    forward(input, { size, labels }) {
      x = input;
      for (let i = 0; i < size; i += 1) {
        const row = x.subarray(i * scores, (i + 1) * scores);
        if (labels) y[i] = row.reduce((sum, score, c) => sum + score * labels[i * scores + c], 0);
        else {
          const top = row.reduce((most, score) => Math.max(most, score), -Infinity);
          y[i] = top + Math.log(row.reduce((sum, score) => sum + Math.exp(score - top), 0));
        }
      }
      return y;
    },
    backward(slope, { size, labels }) {
      for (let i = 0; i < size; i += 1)
        for (let c = 0, at = i * scores; c < scores; c += 1, at += 1) back[at] = slope[i] * (labels ? labels[at] : Math.exp(x[at] - y[i]));
      return back;
    },
  };
}

/** The first number; those behind it name the class, which the loss alone asks for (gan_core's LogitAndClasses). @type {Make} */
export function logit_and_classes(about, [width], place) {
  const { memory, most } = place;
  const [y, back] = [memory.numbers(most), memory.numbers(most * width)];
  return {
    shape: [1],
    variables: [],
    forward(x, { size }) {
      for (let i = 0; i < size; i += 1) y[i] = x[i * width];
      return y;
    },
    backward(slope, { size }) {
      back.fill(0, 0, size * width);
      for (let i = 0; i < size; i += 1) back[i * width] = slope[i];
      return back;
    },
  };
}

/** The first number and the score of the class that is asked for. @type {Make} */
export function label_score(about, [width], place) {
  const { memory, most } = place;
  const classes = width - 1;
  const [y, back] = [memory.numbers(most), memory.numbers(most * width)];
  return {
    shape: [1],
    variables: [],
    forward(x, { size, labels }) {
      if (!labels) throw new Error("This network takes class weights, and none came.");
      for (let i = 0; i < size; i += 1) {
        y[i] = x[i * width];
        for (let c = 0; c < classes; c += 1) y[i] += x[i * width + 1 + c] * labels[i * classes + c];
      }
      return y;
    },
    backward(slope, { size, labels }) {
      if (!labels) return null;
      for (let i = 0; i < size; i += 1) {
        back[i * width] = slope[i];
        for (let c = 0; c < classes; c += 1) back[i * width + 1 + c] = slope[i] * labels[i * classes + c];
      }
      return back;
    },
  };
}
