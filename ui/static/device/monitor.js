/**
 * Quality while it trains: what is drawn from fixed z, read by the project's classifier, as gan_core/training/monitor.py does it; and the grid of
 * a snapshot. The pictures behind the statistics of the data are evenly spread over it here, drawn by lot there.
 */

import { eigen } from "../autodiff/eigen.js";
import { loadKernels } from "../autodiff/memory.js";
import { networkOf } from "../autodiff/program.js";
import { fetchBytes } from "../engine/programs.js";
import { parseSafetensors } from "../engine/safetensors.js";
import { isSignal, numbersIn } from "../kit/shape.js";
import { pictureOf } from "../kit/waveform.js";
import { evenLabels, weightsOfLabels } from "../state/classes.js";
import { child, sample } from "../state/latent.js";
import { along, frechet, gaussian, reading, rounded, spreadOf } from "./figures.js";

export const SAMPLES = 250;
const REAL = 2000;
const DIMENSIONS = 16;
const HEAD = 2; // operations of the classifier after its features: dense, softmax
/** Numbers of the pictures that go through a network at once: 50 of MNIST's, fewer of larger ones, as the memory that they take grows with them. */
const AT_ONCE = 40_000;
/** Classes that a grid shows, of many the first. */
const MOST_SHOWN = 20;
const ROWS = 8;
const SHARE = 0.05; // of the training time
/** Height, width and channels of a waveform in a grid. */
const WAVEFORM = [48, 96, 1];

/**
 * @typedef {import("../autodiff/network.js").Network} Network
 * @typedef {import("../autodiff/program.js").Program} Program
 * @typedef {{features: Float32Array, probabilities: Float32Array|null}} Seen `features` [n, d]
 * @typedef {{digits?: number[], confident?: number, evenness?: number, variety?: number, distance?: number, label_accuracy?: number, look_seconds?: number}} Look
 * @typedef {object} About what is trained
 * @property {number} latentDim
 * @property {number} classes 0 where it takes no label
 * @property {number} seed of the run
 * @property {number} zScale
 * @property {boolean} duel whether a generator learns from a discriminator
 * @property {string|null} classifier absolute address of its program; null where the data are no digits
 * @property {import("../kit/shape.js").Shape} shape of a picture
 * @property {Uint8Array} images [n, ...shape] that it learns from
 * @property {Uint8Array|null} heldOut
 */

/** A program that runs in batches; the weights of a later one of the same kind take the place of its own, so the memory stays one. */
export class Runner {
  /** @param {WebAssembly.Module} kernels @param {number} [leaveOut] so many last operations */
  constructor(kernels, leaveOut = 0) {
    this.kernels = kernels;
    this.leaveOut = leaveOut;
    /** @type {Network|null} */
    this.network = null;
    /** @type {Program|null} */
    this.program = null;
    this.shape = "";
    /** Rows that go through it at once. */
    this.most = 1;
  }

  /** @param {ArrayBuffer} file */
  load(file) {
    const { metadata, tensors } = parseSafetensors(file);
    /** @type {Program} */
    const whole = JSON.parse(metadata.program);
    const program = { ...whole, ops: whole.ops.slice(0, whole.ops.length - this.leaveOut) };
    const shape = JSON.stringify([program.ops, program.input]);
    if (this.network && shape === this.shape) {
      const names = program.ops.flatMap((op) => [op.kernel, op.bias, op.scale, op.shift].filter((name) => typeof name === "string"));
      names.forEach((name, i) => this.network?.variables[i].value.set(tensors[name].data));
    } else {
      this.most = Math.max(1, Math.round(AT_ONCE / Math.max(...[program.input.shape, program.output.shape].map((each) => numbersIn(each ?? [])))));
      this.network = networkOf(program, tensors, this.kernels, this.most);
    }
    [this.program, this.shape] = [program, shape];
    return { whole, tensors };
  }

  /** @param {Float32Array} rows [n, input] @param {Float32Array|null} [labels] [n, classes] @returns {Float32Array} [n, output] */
  run(rows, labels = null) {
    const network = /** @type {Network} */ (this.network);
    const n = rows.length / network.inputSize;
    const made = new Float32Array(n * network.outputSize);
    const classes = labels ? labels.length / n : 0;
    for (let from = 0; from < n; from += this.most) {
      const size = Math.min(this.most, n - from);
      const x = network.input(rows.subarray(from * network.inputSize, (from + size) * network.inputSize));
      const batch = { size, labels: labels && labels.subarray(from * classes, (from + size) * classes), training: false };
      made.set(network.forward(x, batch).subarray(0, size * network.outputSize), from * network.outputSize);
    }
    return made;
  }

  /** @param {Float32Array} rows @param {Float32Array|null} [labels] @returns {Float32Array} pixels in [0, 1] */
  draw(rows, labels = null) {
    const [low, high] = this.program?.output.range ?? [0, 1];
    return this.run(rows, labels).map((value) => Math.min(1, Math.max(0, (value - low) / (high - low))));
  }
}

export class Monitor {
  /** @param {About} about @param {WebAssembly.Module} kernels @param {ArrayBuffer|null} classifier its file */
  constructor(about, kernels, classifier) {
    this.about = about;
    this.generator = new Runner(kernels);
    this.encoder = new Runner(kernels);
    /** @type {Runner|null} */
    this.reader = classifier && about.duel ? new Runner(kernels, HEAD) : null;
    if (this.reader && classifier) {
      const { whole, tensors } = this.reader.load(classifier);
      const head = whole.ops[whole.ops.length - HEAD];
      const bias = tensors[head.bias].data;
      this.head = { kernel: tensors[head.kernel].data, bias, classes: whole.classes ?? bias.length, features: whole.features ?? Infinity };
    }
    this.pixels = numbersIn(about.shape);
    this.cost = 0;
    this.looked = 0;
    const classes = { numClasses: about.classes, groups: [] };
    this.requested = about.classes ? evenLabels(SAMPLES, classes) : null;
    this.labels = this.requested && weightsOfLabels(this.requested, classes);
    this.z = about.duel ? zOf(SAMPLES, about) : new Float32Array();
    /** @type {{spread: number, mean: Float64Array, directions: Float64Array, known: import("./figures.js").Gaussian}|null} */
    this.real = null;
  }

  /** @param {number} seconds of training so far @returns {boolean} whether the last look has been paid for by training time */
  due(seconds) {
    return this.about.duel && this.cost <= SHARE * (seconds - this.looked);
  }

  /** How good the generator is that was loaded last. @param {number} seconds of training so far @returns {Look} */
  look(seconds) {
    this.real ??= this.#statistics();
    const began = performance.now();
    const { features, probabilities } = this.#see(this.generator.draw(this.z, this.labels));
    const d = features.length / SAMPLES;
    /** @type {Look} */
    const found = probabilities ? reading(probabilities, this.requested) : {};
    if (this.real.spread) found.variety = rounded(spreadOf(features, d) / this.real.spread);
    if (probabilities) found.distance = rounded(frechet(this.real.known, gaussian(along(features, this.real.mean, this.real.directions, d), DIMENSIONS)));
    this.cost = (performance.now() - began) / 1000;
    this.looked = seconds;
    found.look_seconds = rounded(this.cost);
    return found;
  }

  #statistics() {
    const { pixels, about: { images } } = this;
    const n = images.length / pixels;
    const count = Math.min(n, this.reader ? REAL : SAMPLES); // of plain pixels their spread alone is told
    const rows = Array.from({ length: count }, (_, i) => Math.floor((i * n) / count));
    const shown = new Float32Array(count * pixels);
    rows.forEach((row, i) => {
      for (let p = 0; p < pixels; p += 1) shown[i * pixels + p] = images[row * pixels + p] / 255;
    });
    const { features, probabilities } = this.#see(shown);
    const d = features.length / rows.length;
    // evenly spread too: the first of a sorted set would be of one digit
    const some = Array.from({ length: Math.min(SAMPLES, rows.length) }, (_, i) => Math.floor((i * rows.length) / Math.min(SAMPLES, rows.length)));
    const spread = spreadOf(Float32Array.from({ length: some.length * d }, (_, i) => features[some[Math.floor(i / d)] * d + (i % d)]), d);
    if (!probabilities) return { spread, mean: new Float64Array(), directions: new Float64Array(), known: { mean: new Float64Array(), covariance: new Float64Array() } };
    const { mean, covariance } = gaussian(features, d);
    const { vectors } = eigen(covariance, d);
    const directions = new Float64Array(d * DIMENSIONS);
    for (let i = 0; i < d; i += 1) for (let j = 0; j < DIMENSIONS; j += 1) directions[i * DIMENSIONS + j] = vectors[(d - DIMENSIONS + j) * d + i];
    return { spread, mean, directions, known: gaussian(along(features, mean, directions, d), DIMENSIONS) };
  }

  /** @param {Float32Array} pictures [n, ...shape] in [0, 1] @returns {Seen} of data that are no digits the pixels themselves */
  #see(pictures) {
    if (!this.reader || !this.head) return { features: pictures, probabilities: null };
    const hidden = this.reader.run(pictures);
    const { kernel, bias, classes } = this.head;
    const [n, c] = [pictures.length / this.pixels, bias.length];
    const width = hidden.length / n;
    const d = Math.min(width, this.head.features);
    const [features, probabilities] = [new Float32Array(n * d), new Float32Array(n * classes)];
    for (let row = 0; row < n; row += 1) {
      const own = hidden.subarray(row * width, (row + 1) * width);
      const logits = Float64Array.from(bias);
      for (let i = 0; i < width; i += 1) for (let j = 0; j < c; j += 1) logits[j] += own[i] * kernel[i * c + j];
      const top = Math.max(...logits);
      const powers = logits.map((logit) => Math.exp(logit - top));
      const sum = powers.reduce((all, power) => all + power, 0);
      for (let j = 0; j < classes; j += 1) probabilities[row * classes + j] = powers[j] / sum;
      features.set(own.subarray(0, d), row * d);
    }
    return { features, probabilities };
  }

  /** The picture of a snapshot. @returns {{pixels: Uint8Array, width: number}} [height, width, channels]: 8 rows of fixed z, or of held out pictures above what comes back of them */
  grid() {
    const { classes, duel, heldOut, shape } = this.about;
    if (!duel) return sheet(this.#pairs(heldOut ?? this.about.images), ROWS, shape);
    const z = zOf(classes ? ROWS : ROWS * ROWS, this.about);
    if (!classes) return sheet(this.generator.draw(z), ROWS, shape);
    const dim = z.length / ROWS;
    const shown = Math.min(classes, MOST_SHOWN);
    const rows = Float32Array.from({ length: ROWS * shown * dim }, (_, i) => z[Math.floor(i / (shown * dim)) * dim + (i % dim)]);
    return sheet(this.generator.draw(rows, weightsOfLabels(Array.from({ length: ROWS * shown }, (_, i) => i % shown), { numClasses: classes, groups: [] })), shown, shape);
  }

  /** @param {Uint8Array} from @returns {Float32Array} 64 pictures: a row of them, then what comes back, four times */
  #pairs(from) {
    const { pixels } = this;
    const n = from.length / pixels;
    const shown = new Float32Array(32 * pixels);
    for (let i = 0; i < 32; i += 1) {
      const row = Math.floor((i * (n - 1)) / 31);
      for (let p = 0; p < pixels; p += 1) shown[i * pixels + p] = from[row * pixels + p] / 255;
    }
    const [low, high] = this.encoder.program?.input.range ?? [0, 1];
    const back = this.generator.draw(this.encoder.run(shown.map((value) => low + value * (high - low))));
    const all = new Float32Array(64 * pixels);
    const row = ROWS * pixels;
    for (let i = 0; i < 4; i += 1) {
      all.set(shown.subarray(i * row, (i + 1) * row), 2 * i * row);
      all.set(back.subarray(i * row, (i + 1) * row), (2 * i + 1) * row);
    }
    return all;
  }
}

/** @param {number} n @param {About} about @returns {Float32Array} [n, latentDim] of the run's seed, as the prior of gan_core/model/latent.py */
function zOf(n, { latentDim, seed, zScale }) {
  const z = new Float32Array(n * latentDim);
  for (let row = 0; row < n; row += 1) z.set(sample(child(seed, row), latentDim).map((value) => value * zScale), row * latentDim);
  return z;
}

/** Of signals their waveforms, as large as gan_core/imaging/waveforms.py draws them. @param {Float32Array} samples [n, ...shape] in [0, 1] @param {number} columns @param {import("../kit/shape.js").Shape} shape */
function sheet(samples, columns, shape) {
  const [height, wide, channels] = isSignal(shape) ? WAVEFORM : shape;
  const pictures = isSignal(shape) ? waveforms(samples, shape) : samples;
  const [width, line] = [columns * wide, wide * channels];
  const pixels = new Uint8Array(pictures.length);
  for (let from = 0, row = 0; from < pictures.length; from += line, row += 1) {
    const [picture, y] = [Math.floor(row / height), row % height];
    const to = ((Math.floor(picture / columns) * height + y) * columns + (picture % columns)) * line;
    for (let i = 0; i < line; i += 1) pixels[to + i] = Math.round(pictures[from + i] * 255);
  }
  return { pixels, width };
}

/** @param {Float32Array} samples [n, ...shape] @param {import("../kit/shape.js").Shape} shape @returns {Float32Array} a grey picture of each */
function waveforms(samples, shape) {
  const [from, to] = [shape, WAVEFORM].map(numbersIn);
  const pictures = new Float32Array((samples.length / from) * to);
  for (let i = 0; i * from < samples.length; i += 1) pictures.set(pictureOf(samples.subarray(i * from, (i + 1) * from), shape, WAVEFORM[0], WAVEFORM[1]), i * to);
  return pictures;
}

/** @returns {Promise<WebAssembly.Module>} */
export function kernelsOf() {
  const beside = new URL("../autodiff/kernels.wasm", import.meta.url);
  return loadKernels((name) => fetchBytes(new URL(name, beside).href));
}
