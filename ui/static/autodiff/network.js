/** A network that trains: its layers in turn, forwards and backwards, on batches. */

import { alone } from "./exchange.js";
import { LAYERS, sizeOf } from "./layers.js";

/**
 * @template T
 * @typedef {import("./exchange.js").Exchanging<T>} Exchanging
 */

/**
 * @typedef {import("./layers.js").Variable} Variable
 * @typedef {import("./layers.js").Batch} Batch
 * @typedef {import("./memory.js").Numbers} Numbers
 * @typedef {{onward?: boolean, learn?: boolean, from?: number}} Wanted `onward`: the gradient by the input; `learn`: those by the parameters;
 *   `from`: by the output of this many layers
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
      const layer = make(description, shape, { ...place, classes: about.classes, index });
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
   * @param {Batch} batch of which nobody else has a part
   * @returns {Numbers} [size, output], valid until the next run
   */
  forward(x, batch) {
    return alone(this.forwards(x, batch));
  }

  /**
   * As `backwards`, of a batch of which nobody else has a part.
   * @param {Numbers} slope @param {Batch} batch @param {Wanted} [wanted]
   */
  backward(slope, batch, wanted) {
    return alone(this.backwards(slope, batch, wanted));
  }

  /**
   * Asks for sums over everybody who has a part of the batch, where the batch is shared.
   * @param {Numbers} x [size, input]
   * @param {Batch} batch
   * @returns {Exchanging<Numbers>} [size, output], valid until the next run
   */
  *forwards(x, batch) {
    this.outputs = [];
    for (const layer of this.layers) {
      x = batch.total && layer.shared ? yield* layer.shared.forwards(x, batch) : layer.forward(x, batch);
      this.outputs.push(x);
    }
    return x;
  }

  /**
   * Of the last run. Parameters get their gradients in `slope`: those of this part of the batch.
   * @param {Numbers} slope by the output, [size, output]; may be overwritten
   * @param {Batch} batch as the run had it
   * @param {Wanted} [wanted]
   * @returns {Exchanging<Numbers|null>} by the input [size, input]
   */
  *backwards(slope, batch, { onward = false, learn = true, from = this.layers.length } = {}) {
    const first = this.layers.findIndex((layer) => layer.variables.some((variable) => variable.slope)); // nobody behind it wants a gradient
    /** @type {Numbers|null} */
    let now = slope;
    for (let i = from - 1; i >= (onward ? 0 : first) && now; i -= 1) {
      const layer = this.layers[i];
      now = batch.total && layer.shared ? yield* layer.shared.backwards(now, batch) : layer.backward(now, i > first ? { ...batch, since: 0 } : batch, onward || i > first, learn);
    }
    return now;
  }
}
