/** Runs a program (docs/formats.md, section 1): everything is checked, folded and laid out in memory at load, a run allocates nothing. */

import { t } from "../i18n/i18n.js";
import { plain } from "./kernel.js";
import { isShape, MAX_CLASSES, MAX_ELEMENTS, MAX_MULTIPLY_ADDS, MAX_NUMBERS, MAX_OPS, MAX_PATCHES, MAX_WORK, told } from "./limits.js";
import { length, OPS } from "./ops.js";
import { parseSafetensors } from "./safetensors.js";

/**
 * @typedef {import("./network.js").Program} Program
 * @typedef {import("./network.js").Network} Network
 * @typedef {import("./safetensors.js").Tensor} Tensor
 * @typedef {(classWeights: ArrayLike<number>) => void} Step one operation on what lies in memory
 * @typedef {import("./network.js").Outcome} Outcome
 * @typedef {{program: Program, backend: "simd"|"plain", bytes: number, steps: Step[], input: Float32Array, output: Float32Array, outcomes: Outcome[]}} LaidOut
 */

const ROLES = ["generator", "discriminator", "encoder", "classifier"];
const NOTHING = new Float32Array(0);

/** How long laying out may keep the page from answering the hand. */
const SLICE_MS = 6;

/** One network, ready to run. @implements {Network} */
export class Engine {
  /**
   * @param {ArrayBuffer|LaidOut} source a program file, or what `open` has laid out
   * @param {import("./kernel.js").Backend} [backend] what multiplies
   * @throws {Error} where the file is damaged or the program is not one
   */
  constructor(source, backend = plain) {
    const { program, backend: name, bytes, steps, input, output, outcomes } = "steps" in source ? source : atOnce(layOut(source, backend));
    this.program = program;
    this.backend = name;
    this.bytes = bytes;
    this.inputLength = input.length;
    this.outputLength = output.length;
    this.numClasses = program.num_classes ?? 0;
    this.steps = steps;
    this.input = input;
    this.output = output;
    this.outcomes = outcomes;
  }

  /**
   * The same in slices, and with a first run behind it, so that no frame is lost while a model comes.
   * @param {ArrayBuffer} buffer
   * @param {import("./kernel.js").Backend} [backend]
   * @returns {Promise<Engine>}
   * @throws {Error} as the constructor does; another kind of error where this browser cannot hold or run the network
   */
  static async open(buffer, backend = plain) {
    let since = performance.now();
    const rest = async () => {
      if (performance.now() - since < SLICE_MS) return;
      await new Promise((resolve) => setTimeout(resolve, 0));
      since = performance.now();
    };
    const pieces = layOut(buffer, backend);
    let piece = pieces.next();
    for (; !piece.done; piece = pieces.next()) await rest();
    const engine = new Engine(piece.value);
    const classWeights = new Float32Array(engine.numClasses);
    for (const step of engine.steps) {
      step(classWeights);
      await rest();
    }
    return engine;
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
    for (let i = 0; i < this.steps.length; i += 1) this.steps[i](classWeights ?? NOTHING);
    return this.output;
  }

  /**
   * The operations from one on, as if those before it had left other numbers.
   * @param {number} place of the operation, 1 or more
   * @param {ArrayLike<number>} values what it is given
   * @returns {Float32Array} as `run`
   */
  runFrom(place, values) {
    this.outcomes[place - 1].values.set(values);
    for (let i = this.outcomes[place].first; i < this.steps.length; i += 1) this.steps[i](NOTHING);
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
      const weights = classWeights && numClasses ? classWeights.subarray(row * numClasses, (row + 1) * numClasses) : null;
      outputs.set(this.run(inputs.subarray(row * inputLength, (row + 1) * inputLength), weights), row * outputLength);
    }
    return outputs;
  }
}

/** @template T @param {Generator<undefined, T>} pieces @returns {T} */
function atOnce(pieces) {
  let piece = pieces.next();
  while (!piece.done) piece = pieces.next();
  return piece.value;
}

/**
 * Checks a program and lays it out, with a pause after each operation.
 * @param {ArrayBuffer} buffer @param {import("./kernel.js").Backend} backend @returns {Generator<undefined, LaidOut>}
 */
function* layOut(buffer, backend) {
  const { metadata, tensors } = parseSafetensors(buffer);
  const program = readProgram(metadata);
  const numbers = Object.values(tensors).reduce((sum, { data }) => sum + data.length, 0);
  if (numbers > MAX_NUMBERS) throw new Error(`The tensors have ${numbers.toLocaleString("en")} numbers; at most ${MAX_NUMBERS.toLocaleString("en")} are run.`);
  const builder = new Builder(program, tensors);
  const input = builder.slot;
  const left = [];
  yield;
  for (const [index, op] of program.ops.entries()) {
    if (!Object.hasOwn(OPS, op?.op)) throw new Error(`Operation ${index} is ${told(op?.op)}; known are ${Object.keys(OPS).join(", ")}.`);
    builder.index = index;
    const first = builder.steps.length;
    OPS[op.op](op, builder);
    left.push({ first, op, shape: builder.shape, slot: builder.slot, kernel: tensors[String(op.kernel)]?.shape ?? null, learned: numbersOf(op, tensors) });
    yield;
  }
  if (builder.shape.join() !== program.output.shape.join())
    throw new Error(`The program ends in [${builder.shape.join(", ")}] and promises [${program.output.shape.join(", ")}].`);
  builder.open(backend);
  yield;
  return {
    program, backend: backend.name, bytes: builder.heap.byteLength, steps: builder.steps,
    input: input.data.subarray(0, length(program.input.shape)), output: builder.slot.data.subarray(0, length(program.output.shape)),
    outcomes: left.map(({ slot, ...about }) => ({ ...about, values: slot.data.subarray(0, length(about.shape)) })),
  };
}

/** How many numbers an operation has learned. @param {import("./network.js").Op} op @param {Object<string, Tensor>} tensors @returns {number} */
function numbersOf(op, tensors) {
  return ["kernel", "bias", "scale", "shift"].reduce((sum, field) => sum + (tensors[String(op[field])]?.data.length ?? 0), 0);
}

/** @typedef {{length: number, values: Float32Array|null, data: Float32Array}} Slot a place in the memory; `data` is there once it is open */

/** What the operations write into while a program is being laid out. */
export class Builder {
  /** @param {Program} program @param {Object<string, Tensor>} tensors */
  constructor(program, tensors) {
    this.tensors = tensors;
    this.numClasses = program.num_classes ?? 0;
    /** @type {Slot[]} */
    this.slots = [];
    /** @type {Step[]} */
    this.steps = [];
    this.index = 0;
    /** Numbers made and read so far, and multiplications: what one picture costs. */
    this.work = 0;
    this.multiplyAdds = 0;
    /** The whole memory, once it is open. */
    this.heap = NOTHING;
    /** @type {import("./kernel.js").Matmul} */
    this.matmul = plain.open(0).matmul;
    /** @type {number[]} shape of what the last operation leaves, without n */
    this.shape = program.input.shape;
    /** @type {Slot} where it lies */
    this.slot = this.reserve(length(this.shape));
  }

  /** @param {number|Float32Array} wanted a length, or the values to hold @returns {Slot} */
  reserve(wanted) {
    const slot = typeof wanted === "number" ? { length: wanted, values: null, data: NOTHING } : { length: wanted.length, values: wanted, data: NOTHING };
    this.slots.push(slot);
    return slot;
  }

  /**
   * Before memory is taken for it.
   * @param {number} elements that the operation leaves
   * @param {number} [patches] that it reads, where it is a convolution
   * @param {number} [multiplyAdds]
   * @throws {Error} where that is more than a program may ask for
   */
  spend(elements, patches = 0, multiplyAdds = 0) {
    this.work += elements + patches;
    this.multiplyAdds += multiplyAdds;
    for (const [count, what, most] of /** @type {[number, string, number][]} */ ([
      [elements, "numbers", MAX_ELEMENTS], [patches, "numbers to read", MAX_PATCHES], [this.work, "numbers with those before it", MAX_WORK],
      [this.multiplyAdds, "multiplications with those before it", MAX_MULTIPLY_ADDS],
    ]))
      if (!(count <= most)) throw new Error(`Operation ${this.index} needs ${count.toLocaleString("en")} ${what}; at most ${most.toLocaleString("en")} are run.`);
  }

  /** @param {Step} run */
  step(run) {
    this.steps.push(run);
  }

  /** @param {number[]} shape @param {Slot} slot */
  become(shape, slot) {
    this.shape = shape;
    this.slot = slot;
  }

  /** @param {unknown} name @param {number} rank @returns {Tensor} */
  tensor(name, rank) {
    const tensor = typeof name === "string" ? this.tensors[name] : undefined;
    if (!tensor) throw new Error(`Operation ${this.index} names tensor ${told(name)}, which is not in the file.`);
    if (tensor.shape.length !== rank || !isShape(tensor.shape))
      throw new Error(`Tensor ${told(name)} has shape [${tensor.shape.join(", ")}], expected ${rank} dimensions, none of 0.`);
    return tensor;
  }

  /** @returns {number} */
  classes() {
    if (!this.numClasses) throw new Error(`Operation ${this.index} wants labels, the program has no classes.`);
    return this.numClasses;
  }

  /** Lays all slots out in one block of memory, so that a WASM kernel reaches them and copies are plain moves. @param {import("./kernel.js").Backend} backend */
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
    this.tensors = {};
  }
}

/** @param {Object<string, unknown>} metadata @returns {Program} */
function readProgram(metadata) {
  let program;
  try {
    program = JSON.parse(/** @type {string} */ (metadata.program));
  } catch {
    program = null;
  }
  if (typeof program !== "object" || program === null) throw new Error(t("This weight file holds no program. Make it again with python -m gan_core."));
  if (program.format !== 1) throw new Error(t("This program has format {format}, this page reads format 1. Reload the page.", { format: told(program.format) }));
  if (!ROLES.includes(program.role)) throw new Error(`This program's role is ${told(program.role)}, expected ${ROLES.join(", ")}.`);
  for (const end of ["input", "output"]) {
    const { shape, range } = program[end] ?? {};
    if (!isShape(shape) || !shape.length || length(shape) > MAX_ELEMENTS) throw new Error(`This program's ${end} has shape ${told(shape)}.`);
    const fits = range === undefined || range === null || (Array.isArray(range) && range.length === 2 && range.every(Number.isFinite) && range[0] < range[1]);
    if (!fits) throw new Error(`This program's ${end} has range ${told(range)}, expected two numbers, the lower first.`);
  }
  const classes = program.num_classes ?? 0;
  if (!Array.isArray(program.ops) || !Number.isSafeInteger(classes)) throw new Error(t("This program has no list of operations."));
  if (program.ops.length > MAX_OPS) throw new Error(`This program has ${program.ops.length} operations; at most ${MAX_OPS} are run.`);
  if (classes < 0 || classes > MAX_CLASSES) throw new Error(`This program has ${classes} classes, expected 0 to ${MAX_CLASSES}.`);
  return program;
}
