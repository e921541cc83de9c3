/** Runs a program (docs/formats.md, section 1): everything is checked, folded and laid out in memory at load, a run allocates nothing. */

import { t } from "../i18n/i18n.js";
import { plain } from "./kernel.js";
import { length, OPS } from "./ops.js";
import { parseSafetensors } from "./safetensors.js";

const ROLES = ["generator", "discriminator", "encoder", "classifier"];

/** How long laying out may keep the page from answering the hand. */
const SLICE_MS = 6;

/** One network, ready to run. */
export class Engine {
  /**
   * @param {ArrayBuffer|null} buffer a program file; null leaves it to `open`
   * @param {import("./kernel.js").Backend} [backend] what multiplies
   * @throws {Error} where the file is damaged or the program is not one
   */
  constructor(buffer, backend = plain) {
    if (buffer) for (const _ of this.#layOut(buffer, backend));
  }

  /**
   * The same in slices, and with a first run behind it, so that no frame is lost while a model comes.
   * @param {ArrayBuffer} buffer
   * @param {import("./kernel.js").Backend} [backend]
   * @returns {Promise<Engine>}
   * @throws {Error} as the constructor does; another kind of error where this browser cannot hold or run the network
   */
  static async open(buffer, backend = plain) {
    const engine = new Engine(null);
    let since = performance.now();
    const rest = async () => {
      if (performance.now() - since < SLICE_MS) return;
      await new Promise((resolve) => setTimeout(resolve, 0));
      since = performance.now();
    };
    for (const _ of engine.#layOut(buffer, backend)) await rest();
    for (const step of engine.steps) {
      step(new Float32Array(engine.numClasses));
      await rest();
    }
    return engine;
  }

  *#layOut(buffer, backend) {
    const { metadata, tensors } = parseSafetensors(buffer);
    const program = readProgram(metadata);
    const builder = new Builder(program, tensors);
    const input = builder.slot;
    yield;
    for (const [index, op] of program.ops.entries()) {
      if (!Object.hasOwn(OPS, op?.op)) throw new Error(`Operation ${index} is ${JSON.stringify(op?.op)}; known are ${Object.keys(OPS).join(", ")}.`);
      builder.index = index;
      OPS[op.op](op, builder);
      yield;
    }
    if (builder.shape.join() !== program.output.shape.join())
      throw new Error(`The program ends in [${builder.shape.join(", ")}] and promises [${program.output.shape.join(", ")}].`);
    builder.open(backend);
    yield;
    this.program = program;
    this.backend = backend.name;
    /** @type {number} how many numbers come in */
    this.inputLength = length(program.input.shape);
    /** @type {number} how many numbers come out */
    this.outputLength = length(program.output.shape);
    this.numClasses = program.num_classes ?? 0;
    this.steps = builder.steps;
    this.input = input.data.subarray(0, this.inputLength);
    this.output = builder.slot.data.subarray(0, this.outputLength);
  }

  /**
   * One sample.
   * @param {ArrayLike<number>} input
   * @param {ArrayLike<number>|null} [classWeights] for a network with classes: non-negative, sum 1
   * @returns {Float32Array} the engine's own memory: valid until the next run
   */
  run(input, classWeights = null) {
    if (input.length !== this.inputLength) throw new Error(t("This network takes {size} numbers, got {count}.", { size: this.inputLength, count: input.length }));
    if (this.numClasses && classWeights?.length !== this.numClasses)
      throw new Error(`This network needs ${this.numClasses} class weights, got ${classWeights?.length ?? "none"}.`);
    this.input.set(input);
    for (let i = 0; i < this.steps.length; i += 1) this.steps[i](classWeights);
    return this.output;
  }

  /**
   * Many samples, one after the other.
   * @param {Float32Array} inputs [n, inputLength]
   * @param {Float32Array|null} [classWeights] [n, numClasses]
   * @param {Float32Array} [outputs] [n, outputLength], where the results go
   * @returns {Float32Array} outputs
   */
  runBatch(inputs, classWeights = null, outputs = new Float32Array((inputs.length / this.inputLength) * this.outputLength)) {
    const { inputLength, outputLength, numClasses } = this;
    for (let row = 0; row * inputLength < inputs.length; row += 1) {
      const weights = numClasses ? classWeights.subarray(row * numClasses, (row + 1) * numClasses) : null;
      outputs.set(this.run(inputs.subarray(row * inputLength, (row + 1) * inputLength), weights), row * outputLength);
    }
    return outputs;
  }
}

/** @typedef {{length: number, values: Float32Array|null, data: Float32Array}} Slot a place in the memory; `data` is there once it is open */

/** What the operations write into while a program is being laid out. */
export class Builder {
  constructor(program, tensors) {
    this.tensors = tensors;
    this.numClasses = program.num_classes ?? 0;
    this.slots = [];
    this.steps = [];
    this.index = 0;
    /** @type {number[]} shape of what the last operation leaves, without n */
    this.shape = program.input.shape;
    /** @type {Slot} where it lies */
    this.slot = this.reserve(length(this.shape));
  }

  /** @param {number|Float32Array} wanted a length, or the values to hold @returns {Slot} */
  reserve(wanted) {
    const slot = typeof wanted === "number" ? { length: wanted, values: null, data: null } : { length: wanted.length, values: wanted, data: null };
    this.slots.push(slot);
    return slot;
  }

  /** @param {(classWeights: ArrayLike<number>|null) => void} run */
  step(run) {
    this.steps.push(run);
  }

  /** @param {number[]} shape @param {Slot} slot */
  become(shape, slot) {
    this.shape = shape;
    this.slot = slot;
  }

  /** @param {string} name @param {number} rank @returns {import("./safetensors.js").Tensor} */
  tensor(name, rank) {
    const tensor = this.tensors[name];
    if (!tensor) throw new Error(`Operation ${this.index} names tensor ${JSON.stringify(name)}, which is not in the file.`);
    if (tensor.shape.length !== rank)
      throw new Error(`Tensor ${JSON.stringify(name)} has shape [${tensor.shape.join(", ")}], expected ${rank} dimensions.`);
    return tensor;
  }

  /** @returns {number} */
  classes() {
    if (!this.numClasses) throw new Error(`Operation ${this.index} wants labels, the program has no classes.`);
    return this.numClasses;
  }

  /** Lays all slots out in one block of memory, so that a WASM kernel reaches them and copies are plain moves. */
  open(backend) {
    // 16 bytes each: a SIMD load likes it
    const sizes = this.slots.map((slot) => (slot.length * 4 + 15) & ~15);
    const { buffer, matmul } = backend.open(sizes.reduce((sum, size) => sum + size, 0));
    this.heap = new Float32Array(buffer);
    this.matmul = matmul;
    let offset = 0;
    this.slots.forEach((slot, i) => {
      slot.data = new Float32Array(buffer, offset, slot.length);
      if (slot.values) slot.data.set(slot.values);
      slot.values = null;
      offset += sizes[i];
    });
    this.tensors = null;
  }
}

function readProgram(metadata) {
  let program;
  try {
    program = JSON.parse(metadata.program);
  } catch {
    throw new Error(t("This weight file holds no program. Make it again with python -m gan_core."));
  }
  if (program.format !== 1) throw new Error(t("This program has format {format}, this page reads format 1. Reload the page.", { format: JSON.stringify(program.format) }));
  if (!ROLES.includes(program.role)) throw new Error(`This program's role is ${JSON.stringify(program.role)}, expected ${ROLES.join(", ")}.`);
  for (const end of ["input", "output"]) {
    const shape = program[end]?.shape;
    if (!Array.isArray(shape) || !shape.length || !shape.every((n) => Number.isSafeInteger(n) && n > 0 && n < 1e6))
      throw new Error(`This program's ${end} has shape ${JSON.stringify(shape)}.`);
  }
  if (!Array.isArray(program.ops) || !Number.isSafeInteger(program.num_classes ?? 0)) throw new Error(t("This program has no list of operations."));
  return program;
}
