/** A network that trains: its layers in turn, forwards and backwards, on batches. */

import { LAYERS, sizeOf } from "./layers.js";

/**
 * @typedef {import("./layers.js").Variable} Variable
 * @typedef {import("./layers.js").Batch} Batch
 * @typedef {import("./memory.js").Numbers} Numbers
 * @typedef {{role: string, input: number[], classes: number, layers: import("./layers.js").Description[]}} NetworkDescription
 */

export class Network {
  /**
   * @param {NetworkDescription} about
   * @param {import("./layers.js").Place} place
   */
  constructor(about, place) {
    this.about = about;
    let shape = about.input;
    /** @type {import("./layers.js").Layer[]} */
    this.layers = about.layers.map((description, index) => {
      const make = Object.hasOwn(LAYERS, description.layer) ? LAYERS[description.layer] : null;
      if (!make) throw new Error(`Layer ${index} is ${JSON.stringify(description.layer)}; known are ${Object.keys(LAYERS).join(", ")}.`);
      const layer = make(description, shape, { ...place, classes: about.classes });
      shape = layer.shape;
      return layer;
    });
    this.inputSize = sizeOf(about.input);
    this.outputSize = sizeOf(shape);
    /** @type {Variable[]} in Keras' order: layer by layer */
    this.variables = this.layers.flatMap((layer) => layer.variables);
    /** those that learn by gradient */
    this.learned = /** @type {import("./layers.js").Learned[]} */ (this.variables.filter((variable) => variable.slope));
    /** @type {Numbers[]} what every layer gave at the last run */
    this.outputs = [];
    this.place = place;
    /** @type {Object<string, Numbers>} room for what comes from outside */
    this.rooms = {};
  }

  /** @param {Float32Array} values [size, input] @returns {Numbers} in the memory, valid until the next call */
  input(values) {
    return this.#room("input", this.inputSize, values);
  }

  /** @param {Float32Array} values [size, output], gradients @returns {Numbers} in the memory, valid until the next call */
  slopes(values) {
    return this.#room("slopes", this.outputSize, values);
  }

  /** @param {string} name @param {number} each @param {Float32Array} values */
  #room(name, each, values) {
    const { memory, most } = this.place;
    const room = (this.rooms[name] ??= memory.numbers(most * each)).subarray(0, values.length);
    room.set(values);
    return room;
  }

  /**
   * @param {Numbers} x [size, input]
   * @param {Batch} batch
   * @returns {Numbers} [size, output], valid until the next run
   */
  forward(x, batch) {
    this.outputs = [];
    for (const layer of this.layers) this.outputs.push((x = layer.forward(x, batch)));
    return x;
  }

  /**
   * Of the last run. Parameters get their gradients in `slope`.
   * @param {Numbers} slope by the output, [size, output]; may be overwritten
   * @param {Batch} batch as the run had it
   * @param {{onward?: boolean, learn?: boolean, from?: number}} [wanted] `onward`: the gradient by the input; `from`: by the output of this many layers
   * @returns {Numbers|null} by the input [size, input]
   */
  backward(slope, batch, { onward = false, learn = true, from = this.layers.length } = {}) {
    /** @type {Numbers|null} */
    let now = slope;
    for (let i = from - 1; i >= 0 && now; i -= 1) {
      const first = i === this.#first;
      now = this.layers[i].backward(now, batch, onward || !first, learn);
      if (first && !onward) break;
    }
    return now;
  }

  /** The first layer that learns: nobody behind it wants a gradient. */
  get #first() {
    return this.layers.findIndex((layer) => layer.variables.some((variable) => variable.slope));
  }
}
