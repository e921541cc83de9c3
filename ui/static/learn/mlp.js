/**
 * Networks so small that a step takes well under a millisecond in plain numbers: dense layers, one sample after the other in one array. The page's
 * engine of gradients (autodiff/) lays out memory and WASM kernels for batches of pictures, which here would cost more than it computes, and is
 * given one optimizer for a run, where the lesson changes everything in the middle of one.
 *
 * All arrays are Float64Array, row-major: a batch is [size, width].
 */

/**
 * @typedef {"tanh"|"leaky"|"linear"} Activation
 * @typedef {{inputs: number, outputs: number, kernel: Float64Array, bias: Float64Array, act: Activation}} Layer kernel: [inputs, outputs]
 * @typedef {() => number} Random uniform in [0, 1)
 */

const SLOPE = 0.2; // of a leaky rectifier below 0, as the page's networks have it

/** @param {number} seed @returns {Random} mulberry32: the same numbers on every machine */
export function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** @param {Random} random @returns {number} of a normal distribution (Box-Muller) */
export function normalOf(random) {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

export class Mlp {
  /**
   * Weights as Glorot's: normal, of variance 2 / (inputs + outputs).
   * @param {number[]} widths input, hidden layers, output
   * @param {Activation} act of the hidden layers; the last is linear
   * @param {Random} random
   */
  constructor(widths, act, random) {
    /** @type {Layer[]} */
    this.layers = widths.slice(1).map((outputs, i) => {
      const inputs = widths[i];
      const spread = Math.sqrt(2 / (inputs + outputs));
      const kernel = Float64Array.from({ length: inputs * outputs }, () => spread * normalOf(random));
      return { inputs, outputs, kernel, bias: new Float64Array(outputs), act: i === widths.length - 2 ? "linear" : act };
    });
    /** All that is learned, in turn: kernel, bias, kernel, ... */
    this.values = this.layers.flatMap(({ kernel, bias }) => [kernel, bias]);
    this.slopes = this.values.map(({ length }) => new Float64Array(length));
    /** What went into every layer at the last run, and what came out of it at the end. @type {Float64Array[]} */
    this.passed = [];
  }

  get inputs() {
    return this.layers[0].inputs;
  }

  get outputs() {
    return this.layers[this.layers.length - 1].outputs;
  }

  /** @param {Float64Array} x [size, inputs] @returns {Float64Array} [size, outputs] */
  forward(x) {
    this.passed = [x];
    for (const layer of this.layers) this.passed.push((x = forward(layer, x)));
    return x;
  }

  /**
   * Of the last run. The slopes of what is learned are added to `slopes`, which `clear` empties.
   * @param {Float64Array} slope by the output [size, outputs]
   * @param {boolean} [learn] whether those of what is learned are wanted
   * @returns {Float64Array} by the input [size, inputs]
   */
  backward(slope, learn = true) {
    for (let i = this.layers.length - 1; i >= 0; i -= 1)
      slope = backward(this.layers[i], this.passed[i], this.passed[i + 1], slope, learn ? this.slopes[2 * i] : null, this.slopes[2 * i + 1]);
    return slope;
  }

  clear() {
    for (const slope of this.slopes) slope.fill(0);
  }

  /** @returns {number} how many numbers are learned */
  get size() {
    return this.values.reduce((sum, { length }) => sum + length, 0);
  }
}

/** @param {Layer} layer @param {Float64Array} x @returns {Float64Array} */
function forward({ inputs, outputs, kernel, bias, act }, x) {
  const size = x.length / inputs;
  const y = new Float64Array(size * outputs);
  for (let n = 0; n < size; n += 1) {
    const from = n * inputs;
    const to = n * outputs;
    for (let o = 0; o < outputs; o += 1) y[to + o] = bias[o];
    for (let i = 0; i < inputs; i += 1) {
      const value = x[from + i];
      const row = i * outputs;
      for (let o = 0; o < outputs; o += 1) y[to + o] += value * kernel[row + o];
    }
  }
  if (act === "tanh") for (let i = 0; i < y.length; i += 1) y[i] = Math.tanh(y[i]);
  if (act === "leaky") for (let i = 0; i < y.length; i += 1) if (y[i] < 0) y[i] *= SLOPE;
  return y;
}

/**
 * @param {Layer} layer @param {Float64Array} x what went in @param {Float64Array} y what came out @param {Float64Array} slope by y
 * @param {Float64Array|null} kernelSlope null: not wanted @param {Float64Array} biasSlope
 * @returns {Float64Array} by x
 */
function backward({ inputs, outputs, kernel, act }, x, y, slope, kernelSlope, biasSlope) {
  const size = x.length / inputs;
  const [back, own] = [new Float64Array(x.length), Float64Array.from(slope)];
  if (act === "tanh") for (let i = 0; i < own.length; i += 1) own[i] *= 1 - y[i] * y[i];
  if (act === "leaky") for (let i = 0; i < own.length; i += 1) if (y[i] < 0) own[i] *= SLOPE;
  for (let n = 0; n < size; n += 1) {
    const from = n * inputs;
    const to = n * outputs;
    for (let i = 0; i < inputs; i += 1) {
      const row = i * outputs;
      const value = x[from + i];
      let sum = 0;
      for (let o = 0; o < outputs; o += 1) sum += own[to + o] * kernel[row + o];
      back[from + i] = sum;
      if (kernelSlope) for (let o = 0; o < outputs; o += 1) kernelSlope[row + o] += own[to + o] * value;
    }
    if (kernelSlope) for (let o = 0; o < outputs; o += 1) biasSlope[o] += own[to + o];
  }
  return back;
}

/**
 * How the slopes of a loss move what is learned. State is one list of arrays for each that is remembered.
 * Names and formulas are the field's: Polyak 1964 (momentum); Duchi et al. 2011 (AdaGrad); Tieleman & Hinton 2012 (RMSProp); Kingma & Ba 2015 (Adam).
 * @typedef {(slope: number, i: number, memory: Float64Array[], about: {beta1: number, beta2: number, updates: number}) => number} Rule what is
 *   to be multiplied with the rate and taken away; `memory`: two arrays of numbers of each variable, zero at first
 */

const TINY = 1e-8;

/** @type {Record<string, Rule>} */
export const RULES = {
  sgd: (slope) => slope,
  momentum: (slope, i, { 0: speed }, { beta1 }) => (speed[i] = beta1 * speed[i] + slope),
  adagrad(slope, i, { 0: sum }) {
    sum[i] += slope * slope;
    return slope / (Math.sqrt(sum[i]) + TINY);
  },
  rmsprop(slope, i, { 0: square }, { beta2 }) {
    square[i] = beta2 * square[i] + (1 - beta2) * slope * slope;
    return slope / (Math.sqrt(square[i]) + TINY);
  },
  adam(slope, i, { 0: mean, 1: square }, { beta1, beta2, updates }) {
    mean[i] = beta1 * mean[i] + (1 - beta1) * slope;
    square[i] = beta2 * square[i] + (1 - beta2) * slope * slope;
    return mean[i] / (1 - beta1 ** updates) / (Math.sqrt(square[i] / (1 - beta2 ** updates)) + TINY);
  },
};

export class Optimizer {
  /**
   * @param {Float64Array[]} values what it moves
   * @param {{rule?: string, rate?: number, beta1?: number, beta2?: number}} [about] may be changed at any time
   */
  constructor(values, { rule = "adam", rate = 0.003, beta1 = 0.5, beta2 = 0.999 } = {}) {
    this.values = values;
    this.about = { rule, rate, beta1, beta2 };
    this.updates = 0;
    this.memory = memoryOf(values);
  }

  /** Forgets what it has seen. */
  restart() {
    [this.updates, this.memory] = [0, memoryOf(this.values)];
  }

  /** @param {Float64Array[]} slopes as the values */
  apply(slopes) {
    const { rule, rate, beta1, beta2 } = this.about;
    const move = RULES[rule];
    this.updates += 1;
    const about = { beta1, beta2, updates: this.updates };
    this.values.forEach((value, k) => {
      for (let i = 0; i < value.length; i += 1) value[i] -= rate * move(slopes[k][i], i, this.memory[k], about);
    });
  }
}

/** @param {Float64Array[]} values @returns {Float64Array[][]} two arrays of zeros for each */
function memoryOf(values) {
  return values.map(({ length }) => [new Float64Array(length), new Float64Array(length)]);
}
