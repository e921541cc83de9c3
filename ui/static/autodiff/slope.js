/**
 * R1: D is to be flat at real pictures, gamma / 2 * mean |dD/dx|^2. Mescheder et al. 2018, https://arxiv.org/abs/1801.04406;
 * gan_core/training/parts/r1.py.
 *
 * Its gradient by the weights is one of a gradient. Where D is linear but for kinks (leaky relu), that takes no second derivative: with the slope
 * v = dD/dx held fixed, |v|^2 is the tangent of D along v, whose layers are D's own without biases, each kink as the last run had it. So a network of these
 * tangents shares D's kernels; backwards it gives v, forwards along v the tangent, and backwards again the gradients (Pearlmutter 1994, Neural
 * Computation 6(1), for products with second derivatives).
 */

import { conv } from "./layers/convolutions.js";
import { dense } from "./layers/dense.js";
import { flatten, rescale, reshape } from "./layers/elementwise.js";
import { label_planes, label_score, logit_and_classes } from "./layers/labels.js";
import { sizeOf } from "./layers/layer.js";

/**
 * @typedef {import("./layers/layer.js").Layer} Layer
 * @typedef {import("./layers/layer.js").Place} Place
 * @typedef {import("./layers/layer.js").Description} Description
 * @typedef {import("./memory.js").Numbers} Numbers
 * @typedef {import("./network.js").Network} Network
 * @typedef {(about: Description, shape: number[], place: Place, output: () => Numbers) => Layer} Make `output`: what D's own layer gave at its last run
 */

/** Its derivative follows from what came out. @param {(kernels: import("./memory.js").Kernels, y: Numbers, x: Numbers, count: number, about: Description) => void} times @returns {Make} */
const masked = (times) => (about, shape, { memory }, output) => {
  const count = sizeOf(shape);
  const through = (/** @type {Numbers} */ x, /** @type {{size: number}} */ { size }) => {
    times(memory.kernels, output(), x, size * count, about);
    return x;
  };
  return { shape, variables: [], forward: through, backward: through };
};

const leaky = masked((kernels, y, x, count, { alpha = 0 }) => void kernels.leaky_back(y.byteOffset, x.byteOffset, count, alpha));
const smooth = masked((kernels, y, x, count, { kind }) => void kernels[kind === "tanh" ? "tanh_back" : "sigmoid_back"](y.byteOffset, x.byteOffset, count));

/** By the layers' names. @type {Object<string, Make>} */
const TANGENTS = {
  dense: (about, shape, place) => dense({ ...about, bias: false }, shape, place),
  conv: (about, shape, place) => conv({ ...about, bias: false }, shape, place),
  leaky_relu: leaky,
  activation: (about, ...rest) => (about.kind === "relu" ? leaky : smooth)(about, ...rest),
  rescale: (about, shape, place) => rescale({ ...about, offset: 0 }, shape, place),
  // what is told of the class does not change with the picture
  label_planes: (about, shape, place) => {
    const nothing = new Float32Array(place.most * place.classes);
    const made = label_planes(about, shape, place);
    return { ...made, forward: (x, batch) => made.forward(x, { ...batch, labels: nothing }) };
  },
  reshape, flatten, label_score, logit_and_classes,
};
const WEIGHTED = ["dense", "conv"];

/** @param {Description[]} layers of a discriminator @returns {boolean} whether it is linear but for kinks from its first kernel on: what stands before has no weights */
export function followed(layers) {
  const first = layers.findIndex(({ layer }) => WEIGHTED.includes(layer));
  return layers.every(({ layer, kind }, i) => Object.hasOwn(TANGENTS, layer) && (layer !== "activation" || kind === "relu" || i < first));
}

export class SlopePenalty {
  /** @param {Place} place for the real pictures of a batch @param {Network} discriminator */
  constructor(place, discriminator) {
    this.memory = place.memory;
    this.discriminator = discriminator;
    const { about } = discriminator;
    let shape = about.input;
    /** @type {Layer[]} */
    this.layers = about.layers.map((description, index) => {
      const layer = TANGENTS[description.layer](description, shape, { ...place, classes: about.classes, index }, () => discriminator.outputs[index]);
      if (layer.variables.length) layer.variables[0].value = discriminator.layers[index].variables[0].value; // the kernel is D's own
      shape = layer.shape;
      return layer;
    });
    this.first = about.layers.findIndex(({ layer }) => WEIGHTED.includes(layer));
    this.ones = place.memory.numbers(place.most);
  }

  /**
   * Adds the penalty's gradients to D's, which has just judged real pictures, then others.
   * @param {number} size how many real ones @param {Float32Array|null} labels their class weights @param {number} strength of sum |dD/dx|^2 / 2
   */
  learn(size, labels, strength) {
    const batch = { size, labels, training: true };
    let now = /** @type {Numbers} */ (this.#backwards(batch, false));
    for (let i = 0; i < now.length; i += 1) now[i] *= strength;
    for (const layer of this.layers) now = layer.forward(now, batch);
    this.#backwards(batch, true);
    this.layers.forEach(({ variables: [kernel] }, i) => {
      const to = kernel && this.discriminator.layers[i].variables[0].slope;
      if (to && kernel.slope) this.memory.kernels.add(to.byteOffset, kernel.slope.byteOffset, to.length);
    });
  }

  /** From slopes of 1 at the end. @param {import("./layers/layer.js").Batch} batch @param {boolean} learn as far as the first kernel, else as far as the picture @returns {Numbers|null} */
  #backwards(batch, learn) {
    this.ones.fill(1);
    /** @type {Numbers|null} */
    let now = this.ones;
    for (let i = this.layers.length - 1; i >= (learn ? this.first : 0) && now; i -= 1) now = this.layers[i].backward(now, batch, !learn || i > this.first, learn);
    return now;
  }
}
