/** A network that trains -> a finished one as the engine reads it (docs/formats.md, section 1), batch normalisation within the kernel before it where that is exact: gan_core/nn/fold.py. */

import { sizeOf } from "../autodiff/layers.js";
import { toBytes } from "./files.js";

/**
 * @typedef {import("../autodiff/network.js").Network} Network
 * @typedef {{op: string} & Object<string, any>} Operation
 * @typedef {{ops: Operation[], tensors: Object<string, {shape: number[], data: Float32Array<ArrayBuffer>}>}} Operations
 * @typedef {(made: Operations, about: Object<string, any>, variables: import("../autodiff/layers.js").Variable[], shape: number[]) => void} Fold of a layer with these variables; `shape` of what comes out
 */

const KERNEL_OPS = ["dense", "conv", "upconv", "conv_transpose"];

/** @param {Operations} made @param {string} name @param {number[]} shape @param {ArrayLike<number>} values @returns {string} what the tensor is called */
function tensor({ ops, tensors }, name, shape, values) {
  const key = `${String(ops.length).padStart(2, "0")}.${name}`;
  tensors[key] = { shape, data: Float32Array.from(values) };
  return key;
}

/** @param {string} op @param {string[]} [fields] @returns {Fold} */
const weighted = (op, fields = []) => (made, about, [kernel, bias]) => {
  made.ops.push({
    op,
    kernel: tensor(made, "kernel", kernel.shape, kernel.value),
    ...(bias ? { bias: tensor(made, "bias", bias.shape, bias.value) } : {}),
    ...Object.fromEntries(fields.map((field) => [field, about[field]])),
  });
};

/** @type {Fold} y = (x - mean) / sqrt(variance + epsilon) * gamma + beta */
function batch_norm(made, about, variables, shape) {
  const left = variables.map(({ value }) => value);
  const channels = shape[shape.length - 1];
  const gamma = about.scale === false ? null : left.shift();
  const beta = about.center === false ? null : left.shift();
  const [mean, variance] = left;
  const scale = Array.from({ length: channels }, (_, c) => (gamma?.[c] ?? 1) / Math.sqrt(variance[c] + about.epsilon));
  scaled(made, scale, scale.map((by, c) => (beta?.[c] ?? 0) - mean[c] * by));
}

/** x * scale + shift along the last axis: within the kernel before it where one stands there. @param {Operations} made @param {number[]} scale @param {number[]} shift */
function scaled(made, scale, shift) {
  const last = made.ops[made.ops.length - 1];
  const channels = scale.length;
  if (!last || !KERNEL_OPS.includes(last.op)) return affine(made, scale, shift);
  const { data, shape } = made.tensors[last.kernel];
  const inner = last.op === "conv_transpose" ? shape[3] : 1; // its kernel is [k, k, out, in]
  for (let i = 0; i < data.length; i += 1) data[i] *= scale[Math.floor(i / inner) % channels];
  const before = last.bias ? made.tensors[last.bias].data : new Float32Array(channels);
  last.bias ??= last.kernel.replace("kernel", "bias");
  made.tensors[last.bias] = { shape: [channels], data: Float32Array.from(before, (value, c) => value * scale[c] + shift[c]) };
}

/** The same as an operation of its own. @param {Operations} made @param {number[]} scale @param {number[]} shift */
function affine(made, scale, shift) {
  made.ops.push({ op: "affine", scale: tensor(made, "scale", [scale.length], scale), shift: tensor(made, "shift", [shift.length], shift) });
}

/** @type {Fold} the first output of the dense layer before it: the others are training's */
function logit_and_classes({ ops, tensors }) {
  const { kernel, bias } = ops[ops.length - 1];
  for (const key of [kernel, bias]) {
    if (!key) continue;
    const { shape, data } = tensors[key];
    const width = shape[shape.length - 1];
    tensors[key] = { shape: [...shape.slice(0, -1), 1], data: data.filter((_, i) => i % width === 0) };
  }
}

/** @param {string} op @returns {Fold} */
const plain = (op) => (made) => void made.ops.push({ op });

/** @type {Object<string, Fold>} by the layer's name (gan_core/nn/description.py) */
const FOLDS = {
  dense: weighted("dense"),
  conv: weighted("conv", ["stride", "padding"]),
  upconv: weighted("upconv", ["padding"]),
  conv_transpose: weighted("conv_transpose", ["stride", "padding"]),
  batch_norm,
  leaky_relu: (made, { alpha }) => void made.ops.push({ op: "activation", kind: "leaky_relu", alpha }),
  activation: (made, { kind }) => void made.ops.push({ op: "activation", kind }),
  reshape: (made, _about, _variables, shape) => void made.ops.push({ op: "reshape", shape }),
  flatten: (made, _about, _variables, shape) => void made.ops.push({ op: "reshape", shape }),
  pool: (made) => void made.ops.push({ op: "pool", size: 2 }),
  dropout: () => {},
  logit_and_classes,
  rescale: (made, { factor, offset = 0 }, _variables, shape) => {
    const channels = shape[shape.length - 1];
    affine(made, Array(channels).fill(factor), Array(channels).fill(offset));
  },
  ...Object.fromEntries(["concat_labels", "label_planes", "any_score", "label_score", "global_pool"].map((op) => [op, plain(op)])),
};

/**
 * @param {Network} network as it is now
 * @param {{range: [number, number], step: number, probability?: string}} about range of the pixels that it draws or sees; `probability`: how a discriminator's
 *   output reads as the probability of being real
 * @returns {{program: Object<string, any>, tensors: Operations["tensors"]}}
 */
export function fold(network, { range, step, probability = "sigmoid" }) {
  const { role, classes, input } = network.about;
  /** @type {Operations} */
  const made = { ops: [], tensors: {} };
  network.about.layers.forEach((about, i) => {
    if (!Object.hasOwn(FOLDS, about.layer)) throw new Error(`There is no operation for the layer ${JSON.stringify(about.layer)}; known are ${Object.keys(FOLDS).join(", ")}.`);
    const { variables, shape } = network.layers[i];
    FOLDS[about.layer](made, about, variables, shape);
  });
  const { shape } = network.layers[network.layers.length - 1];
  const images = { name: "images", shape: role === "generator" ? shape : input, range };
  const outputs = { generator: images, discriminator: { name: "logits", shape: [1], probability }, encoder: { name: "z", shape } };
  const program = {
    format: 1, role, num_classes: classes, step,
    input: role === "generator" ? { name: "z", shape: [sizeOf(input)] } : images,
    output: outputs[/** @type {keyof typeof outputs} */ (role)],
    ops: made.ops,
  };
  return { program, tensors: made.tensors };
}

/** The program's file. @param {Network} network @param {Parameters<typeof fold>[1]} about @returns {ArrayBuffer} */
export function programBytes(network, about) {
  const { program, tensors } = fold(network, about);
  return toBytes(tensors, { program: JSON.stringify(program) });
}
