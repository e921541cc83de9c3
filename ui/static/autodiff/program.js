/** A finished network (docs/formats.md, section 1) as one that runs backwards: the same operations, as layers. */

import { sizeOf } from "./layers.js";
import { Measure, Memory } from "./memory.js";
import { Network } from "./network.js";

/**
 * @typedef {{role: string, input: {shape: number[], range?: number[]}, output: {shape: number[], range?: number[], probability?: string}, num_classes?: number, classes?: number, features?: number,
 *   ops: Object<string, any>[]}} Program
 * @typedef {Object<string, import("../engine/safetensors.js").Tensor>} Tensors
 */

/** An operation's layers, and the tensors that its variables are. @type {Object<string, (op: Object<string, any>, tensors: Tensors) => {layer: import("./layers.js").Description, names: string[]}>} */
const OPERATIONS = {
  dense: (op, tensors) => weighted(op, { layer: "dense", units: tensors[op.kernel].shape[1] }),
  conv: (op, tensors) => weighted(op, { layer: "conv", filters: tensors[op.kernel].shape[3], size: tensors[op.kernel].shape.slice(0, 2), stride: op.stride, padding: op.padding }),
  upconv: (op, tensors) => weighted(op, { layer: "upconv", filters: tensors[op.kernel].shape[3], size: tensors[op.kernel].shape[0], padding: op.padding }),
  conv_transpose: (op, tensors) => weighted(op, { layer: "conv_transpose", filters: tensors[op.kernel].shape[2], size: tensors[op.kernel].shape[0], stride: op.stride, padding: op.padding }),
  affine: (op) => ({ layer: { layer: "affine" }, names: [op.scale, op.shift] }),
  activation: (op) => ({ layer: op.kind === "leaky_relu" ? { layer: "leaky_relu", alpha: op.alpha } : { layer: "activation", kind: op.kind }, names: [] }),
  reshape: (op) => ({ layer: { layer: "reshape", shape: op.shape }, names: [] }),
  ...Object.fromEntries(["pool", "global_pool", "concat_labels", "label_planes", "any_score", "label_score", "depth_to_space"].map((layer) => [layer, () => ({ layer: { layer }, names: [] })])),
};

/** @param {Object<string, any>} op @param {{layer: string} & Object<string, any>} layer */
function weighted(op, layer) {
  return { layer: { ...layer, bias: Boolean(op.bias) }, names: op.bias ? [op.kernel, op.bias] : [op.kernel] };
}

/**
 * @param {Program} program
 * @param {Tensors} tensors
 * @param {WebAssembly.Module} kernels
 * @param {number} most samples at once
 * @returns {Network} with the program's weights; its memory goes with it
 */
export function networkOf(program, tensors, kernels, most) {
  const made = program.ops.map((op) => OPERATIONS[op.op](op, tensors));
  const about = { role: program.role, input: program.input.shape, classes: program.num_classes ?? 0, layers: made.map(({ layer }) => layer) };
  // laid out twice: once to see how much memory it takes
  const measure = new Measure();
  const counted = new Network(/** @type {any} */ (about), placeIn(/** @type {any} */ (measure), most));
  const widest = Math.max(...counted.layers.map(({ shape }) => sizeOf(shape)), counted.inputSize);
  const room = 2 * most * (counted.inputSize + counted.outputSize) + 1024 * (widest + 1024); // what comes in, and the kernels' own
  const network = new Network(/** @type {any} */ (about), placeIn(new Memory(kernels, measure.bytes + 4 * room), most));
  const names = made.flatMap((one) => one.names);
  network.variables.forEach((variable, i) => variable.value.set(tensors[names[i]].data));
  return network;
}

/** @param {Memory} memory @param {number} most @returns {import("./layers.js").Place} */
export function placeIn(memory, most) {
  /** @type {import("./memory.js").Numbers|null} */
  let room = null;
  let widest = 0;
  const workspace = (/** @type {number} */ count) => {
    if (!room || count > widest) [room, widest] = [memory.numbers(count), count];
    return room;
  };
  return { memory, most, classes: 0, workspace };
}
