/**
 * The layers of a network that trains. Each is made once for a batch of at most `most` samples, with all the memory that it needs, and
 * gives `forward`, `backward` (the gradient by its input, and into its parameters' `slope`) and its parameters.
 * Names and shapes are Keras': a kernel is [inputs, outputs] or [height, width, inputs, outputs].
 */

/**
 * @typedef {import("./memory.js").Memory} Memory
 * @typedef {import("./memory.js").Numbers} Numbers
 * @typedef {{name: string, shape: number[], value: Numbers, slope: Numbers|null}} Variable `slope` is null where nothing is learned by gradient
 * @typedef {Variable & {slope: Numbers}} Learned
 * @typedef {{size: number, labels: Float32Array|null, training: boolean}} Batch how many samples, class weights [size, classes]
 * @typedef {object} Layer
 * @property {number[]} shape of a sample that comes out
 * @property {Variable[]} variables
 * @property {(input: Numbers, batch: Batch) => Numbers} forward
 * @property {(slope: Numbers, batch: Batch, onward: boolean, learn: boolean) => Numbers|null} backward takes the gradient by its output, which it may overwrite;
 *   `onward`: whether that by the input is wanted; `learn`: whether those by the parameters are
 * @typedef {{memory: Memory, most: number, classes: number, workspace: (count: number) => Numbers, random: () => number}} Place where a layer is made
 * @typedef {Object<string, any> & {layer: string}} Description
 * @typedef {(about: Description, shape: number[], place: Place) => Layer} Make
 */

/** @param {readonly number[]} shape */
export const sizeOf = (shape) => shape.reduce((product, length) => product * length, 1);

/** @type {Object<string, Make>} */
export const LAYERS = { dense, conv, upconv, batch_norm, leaky_relu, activation, reshape, flatten, pool, dropout, concat_labels, label_planes, any_score, label_score, rescale, saturate, despeckle, affine, global_pool };

/** @param {Place} place @param {string} name @param {number[]} shape @returns {Learned} */
function learned(place, name, shape) {
  return { name, shape, value: place.memory.numbers(sizeOf(shape)), slope: place.memory.numbers(sizeOf(shape)) };
}

/** @param {Place} place @param {string} name @param {number[]} shape @returns {Variable} */
function kept(place, name, shape) {
  return { name, shape, value: place.memory.numbers(sizeOf(shape)), slope: null };
}

/**
 * c = a @ b, either side transposed where said.
 * @param {Place} place
 * @param {Numbers} a @param {boolean} aFlipped @param {Numbers} b @param {boolean} bFlipped @param {Numbers} c
 * @param {number} m @param {number} k @param {number} n
 */
function product(place, a, aFlipped, b, bFlipped, c, m, k, n) {
  const { kernels } = place.memory;
  const room = place.workspace(kernels.room(n));
  const [aRow, aColumn] = aFlipped ? [1, m] : [k, 1];
  const [bRow, bColumn] = bFlipped ? [1, k] : [n, 1];
  kernels.multiply(a.byteOffset, aRow, aColumn, b.byteOffset, bRow, bColumn, c.byteOffset, m, k, n, 0, room.byteOffset);
}

/** @type {Make} */
function dense(about, shape, place) {
  const { memory, most } = place;
  const [inputs, outputs] = [sizeOf(shape), about.units];
  const kernel = learned(place, "kernel", [inputs, outputs]);
  const bias = about.bias ? learned(place, "bias", [outputs]) : null;
  const [y, back] = [memory.numbers(most * outputs), memory.numbers(most * inputs)];
  let x = y;
  return {
    shape: [outputs],
    variables: bias ? [kernel, bias] : [kernel],
    forward(input, { size }) {
      x = input;
      product(place, x, false, kernel.value, false, y, size, inputs, outputs);
      if (bias) memory.kernels.add_bias(y.byteOffset, bias.value.byteOffset, size, outputs);
      return y;
    },
    backward(slope, { size }, onward, learn) {
      if (learn) product(place, x, true, slope, false, kernel.slope, inputs, size, outputs);
      if (learn && bias) memory.kernels.sum_rows(slope.byteOffset, size, outputs, bias.slope.byteOffset);
      if (!onward) return null;
      product(place, slope, false, kernel.value, true, back, size, outputs, inputs);
      return back;
    },
  };
}

/** What `same` pads before the first pixel, as TensorFlow does. @param {number} length @param {number} size @param {number} stride @param {boolean} same */
function extent(length, size, stride, same) {
  const out = same ? Math.ceil(length / stride) : Math.floor((length - size) / stride) + 1;
  return { out, before: same ? Math.max((out - 1) * stride + size - length, 0) >> 1 : 0 };
}

/**
 * A convolution over patches, which `conv` and `upconv` share: y = patches(x) @ kernel.
 * @param {Place} place
 * @param {number[]} shape of the picture
 * @param {{kh: number, kw: number, stride: number, same: boolean, outputs: number}} about
 */
function patches(place, [height, width, depth], { kh, kw, stride, same, outputs }) {
  const { memory, most } = place;
  const [rows, columns] = [extent(height, kh, stride, same), extent(width, kw, stride, same)];
  const each = rows.out * columns.out;
  const k = kh * kw * depth;
  const seen = memory.numbers(most * each * k);
  const [y, back] = [memory.numbers(most * each * outputs), memory.numbers(most * height * width * depth)];
  const where = [height, width, depth, kh, kw, stride, rows.before, columns.before, rows.out, columns.out];
  return {
    rows: rows.out, columns: columns.out, y,
    /** @param {Numbers} x @param {Numbers} kernel @param {number} size */
    forward(x, kernel, size) {
      memory.kernels.gather(x.byteOffset, size, ...where, seen.byteOffset);
      product(place, seen, false, kernel, false, y, size * each, k, outputs);
      return y;
    },
    /** @param {Numbers} slope @param {Numbers} kernelSlope @param {number} size */
    learn(slope, kernelSlope, size) {
      product(place, seen, true, slope, false, kernelSlope, k, size * each, outputs);
    },
    /** After `learn`: the patches are overwritten. @param {Numbers} slope @param {Numbers} kernel @param {number} size */
    onward(slope, kernel, size) {
      product(place, slope, false, kernel, true, seen, size * each, outputs, k);
      memory.kernels.scatter(seen.byteOffset, size, ...where, back.byteOffset);
      return back;
    },
  };
}

/** @type {Make} */
function conv(about, shape, place) {
  const { filters: outputs, size: k, stride, padding, bias: biased } = about;
  const kernel = learned(place, "kernel", [k, k, shape[2], outputs]);
  const bias = biased ? learned(place, "bias", [outputs]) : null;
  const over = patches(place, shape, { kh: k, kw: k, stride, same: padding === "same", outputs });
  const each = over.rows * over.columns;
  const { kernels } = place.memory;
  return {
    shape: [over.rows, over.columns, outputs],
    variables: bias ? [kernel, bias] : [kernel],
    forward(x, { size }) {
      const y = over.forward(x, kernel.value, size);
      if (bias) kernels.add_bias(y.byteOffset, bias.value.byteOffset, size * each, outputs);
      return y;
    },
    backward(slope, { size }, onward, learn) {
      if (learn) over.learn(slope, kernel.slope, size);
      if (learn && bias) kernels.sum_rows(slope.byteOffset, size * each, outputs, bias.slope.byteOffset);
      return onward ? over.onward(slope, kernel.value, size) : null;
    },
  };
}

/** Which pixel of the small grid a tap of the large kernel falls on, and from which phase: lists of [tap, phase, small tap]. @param {number} k */
function taps(k) {
  const reach = (k - 1) >> 1;
  const widest = (reach + 1) >> 1;
  const found = [];
  for (const phase of [0, 1]) for (let tap = 0; tap < k; tap += 1) found.push([tap, phase, Math.floor((phase + tap - reach) / 2) + widest]);
  return { small: 2 * widest + 1, found };
}

/** Upsampling by 2 and a convolution as one convolution on the small grid (gan_core/nn/layers.py, UpsampleConv2D). @type {Make} */
function upconv(about, shape, place) {
  const { filters, size: k, padding, bias: biased } = about;
  const { memory, most } = place;
  const [height, width, depth] = shape;
  const kernel = learned(place, "kernel", [k, k, depth, filters]);
  const bias = biased ? learned(place, "bias", [filters]) : null;
  const { small, found } = taps(k);
  const folded = memory.numbers(small * small * depth * 4 * filters);
  const foldedSlope = memory.numbers(folded.length);
  const over = patches(place, shape, { kh: small, kw: small, stride: 1, same: true, outputs: 4 * filters });
  const cut = padding === "valid" ? (k - 1) >> 1 : 0;
  const [rows, columns] = [2 * height - 2 * cut, 2 * width - 2 * cut];
  const y = memory.numbers(most * rows * columns * filters);
  const phases = memory.numbers(most * height * width * 4 * filters);

  /** Adds blocks of the kernel to those of the folded one, or the other way round. @param {Numbers} large @param {Numbers} little @param {boolean} back */
  function move(large, little, back) {
    (back ? large : little).fill(0);
    for (const [a, p, ty] of found)
      for (const [b, q, tx] of found)
        for (let i = 0; i < depth; i += 1) {
          const from = ((a * k + b) * depth + i) * filters;
          const to = ((ty * small + tx) * depth + i) * 4 * filters + (2 * p + q) * filters;
          if (back) for (let o = 0; o < filters; o += 1) large[from + o] += little[to + o];
          else for (let o = 0; o < filters; o += 1) little[to + o] += large[from + o];
        }
  }

  return {
    shape: [rows, columns, filters],
    variables: bias ? [kernel, bias] : [kernel],
    forward(x, { size }) {
      move(kernel.value, folded, false);
      const four = over.forward(x, folded, size);
      memory.kernels.phases(four.byteOffset, size, height, width, filters, cut, y.byteOffset, 0);
      if (bias) memory.kernels.add_bias(y.byteOffset, bias.value.byteOffset, size * rows * columns, filters);
      return y;
    },
    backward(slope, { size }, onward, learn) {
      if (learn && bias) memory.kernels.sum_rows(slope.byteOffset, size * rows * columns, filters, bias.slope.byteOffset);
      memory.kernels.phases(phases.byteOffset, size, height, width, filters, cut, slope.byteOffset, 1);
      if (learn) {
        over.learn(phases, foldedSlope, size);
        move(kernel.slope, foldedSlope, true);
      }
      return onward ? over.onward(phases, folded, size) : null;
    },
  };
}

/** While training by the moments of the batch, which also move the running ones; else by those. @type {Make} */
function batch_norm(about, shape, place) {
  const { memory, most } = place;
  const channels = shape[shape.length - 1];
  const count = sizeOf(shape);
  const gamma = learned(place, "gamma", [channels]);
  const beta = learned(place, "beta", [channels]);
  const mean = kept(place, "moving_mean", [channels]);
  const variance = kept(place, "moving_variance", [channels]);
  gamma.value.fill(1);
  variance.value.fill(1);
  const [centre, square, scale] = [0, 1, 2].map(() => memory.numbers(channels));
  const [normal, y] = [memory.numbers(most * count), memory.numbers(most * count)];
  return {
    shape,
    variables: [...(about.scale === false ? [] : [gamma]), ...(about.center === false ? [] : [beta]), mean, variance],
    forward(x, { size, training }) {
      const rows = (size * count) / channels;
      if (training) {
        memory.kernels.moments(x.byteOffset, rows, channels, about.epsilon, centre.byteOffset, square.byteOffset, scale.byteOffset);
        memory.kernels.follow(mean.value.byteOffset, centre.byteOffset, channels, 1 - about.momentum);
        memory.kernels.follow(variance.value.byteOffset, square.byteOffset, channels, 1 - about.momentum);
      } else {
        centre.set(mean.value);
        for (let c = 0; c < channels; c += 1) scale[c] = 1 / Math.sqrt(variance.value[c] + about.epsilon);
      }
      memory.kernels.normalise(x.byteOffset, rows, channels, centre.byteOffset, scale.byteOffset, gamma.value.byteOffset, beta.value.byteOffset, normal.byteOffset, y.byteOffset);
      return y;
    },
    backward(slope, { size }) {
      const rows = (size * count) / channels;
      memory.kernels.normalise_back(slope.byteOffset, normal.byteOffset, rows, channels, scale.byteOffset, gamma.value.byteOffset, gamma.slope.byteOffset, beta.slope.byteOffset);
      return slope;
    },
  };
}

/** In place: its derivative is known from what comes out. @type {Make} */
function leaky_relu(about, shape, place) {
  const { kernels } = place.memory;
  const count = sizeOf(shape);
  /** @type {Numbers} */
  let y = new Float32Array(0);
  return {
    shape,
    variables: [],
    forward(x, { size }) {
      kernels.leaky(x.byteOffset, size * count, about.alpha);
      return (y = x);
    },
    backward(slope, { size }) {
      kernels.leaky_back(y.byteOffset, slope.byteOffset, size * count, about.alpha);
      return slope;
    },
  };
}

/** @type {Make} */
function activation(about, shape, place) {
  if (about.kind === "relu") return leaky_relu({ layer: "leaky_relu", alpha: 0 }, shape, place);
  const { kernels } = place.memory;
  const [count, two] = [sizeOf(shape), about.kind === "tanh"];
  /** @type {Numbers} */
  let y = new Float32Array(0);
  return {
    shape,
    variables: [],
    forward(x, { size }) {
      kernels.sigmoid(x.byteOffset, size * count, Number(two));
      return (y = x);
    },
    backward(slope, { size }) {
      kernels[two ? "tanh_back" : "sigmoid_back"](y.byteOffset, slope.byteOffset, size * count);
      return slope;
    },
  };
}

/** @type {Make} */
function reshape(about, _shape) {
  return { shape: about.shape, variables: [], forward: (x) => x, backward: (slope) => slope };
}

/** @type {Make} */
function flatten(about, shape) {
  return { shape: [sizeOf(shape)], variables: [], forward: (x) => x, backward: (slope) => slope };
}

/** Largest of 2x2, as far as there are. @type {Make} */
function pool(about, [height, width, channels], place) {
  const { memory, most } = place;
  const shape = [(height + 1) >> 1, (width + 1) >> 1, channels];
  const [y, which, back] = [memory.numbers(most * sizeOf(shape)), memory.numbers((most * sizeOf(shape) + 3) >> 2), memory.numbers(most * height * width * channels)];
  return {
    shape,
    variables: [],
    forward(x, { size }) {
      memory.kernels.pool(x.byteOffset, size, height, width, channels, y.byteOffset, which.byteOffset);
      return y;
    },
    backward(slope, { size }) {
      memory.kernels.pool_back(slope.byteOffset, which.byteOffset, size, height, width, channels, back.byteOffset);
      return back;
    },
  };
}

/** @type {Make} */
function dropout(about, shape, place) {
  const count = sizeOf(shape);
  const left = place.memory.numbers(place.most * count);
  let on = false;
  return {
    shape,
    variables: [],
    forward(x, { size, training }) {
      on = training && about.rate > 0;
      if (!on) return x;
      for (let i = 0; i < size * count; i += 1) x[i] *= left[i] = place.random() < about.rate ? 0 : 1 / (1 - about.rate);
      return x;
    },
    backward(slope, { size }) {
      if (on) for (let i = 0; i < size * count; i += 1) slope[i] *= left[i];
      return slope;
    },
  };
}

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
function concat_labels(about, shape, place) {
  return appendLabels(about, shape, place);
}

/** @type {Make} */
function label_planes(about, shape, place) {
  return appendLabels(about, shape, place);
}

/**
 * log sum exp of the scores. Where labels say which class a sample is judged by, its score alone (gan_core's Conditional).
 * @type {Make}
 */
function any_score(about, [scores], place) {
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

/** The first number and the score of the class that is asked for. @type {Make} */
function label_score(about, [width], place) {
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

/** @type {Make} */
function rescale(about, shape, place) {
  const count = sizeOf(shape);
  const y = place.memory.numbers(place.most * count);
  return {
    shape,
    variables: [],
    forward(x, { size }) {
      for (let i = 0; i < size * count; i += 1) y[i] = x[i] * about.factor;
      return y;
    },
    backward(slope, { size }) {
      for (let i = 0; i < size * count; i += 1) slope[i] *= about.factor;
      return slope;
    },
  };
}

/** Stretched about the middle of the range and cut off at its ends; backwards the identity (straight through). @type {Make} */
function saturate(about, shape) {
  const count = sizeOf(shape);
  const stretch = 1 / (1 - 2 * about.margin);
  const shift = ((1 - stretch) * (about.low + about.high)) / 2;
  return {
    shape,
    variables: [],
    forward(x, { size }) {
      for (let i = 0; i < size * count; i += 1) x[i] = Math.min(about.high, Math.max(about.low, x[i] * stretch + shift));
      return x;
    },
    backward: (slope) => slope,
  };
}

/** Batch normalisation of a finished network: every channel times a number plus another. @type {Make} */
function affine(about, shape, place) {
  const { memory, most } = place;
  const channels = shape[shape.length - 1];
  const count = sizeOf(shape);
  const [scale, shift] = [kept(place, "scale", [channels]), kept(place, "shift", [channels])];
  const y = memory.numbers(most * count);
  return {
    shape,
    variables: [scale, shift],
    forward(x, { size }) {
      for (let i = 0; i < size * count; i += channels) for (let c = 0; c < channels; c += 1) y[i + c] = x[i + c] * scale.value[c] + shift.value[c];
      return y;
    },
    backward(slope, { size }) {
      for (let i = 0; i < size * count; i += channels) for (let c = 0; c < channels; c += 1) slope[i + c] *= scale.value[c];
      return slope;
    },
  };
}

/** The mean of every channel over the picture. @type {Make} */
function global_pool(about, [height, width, channels], place) {
  const { memory, most } = place;
  const each = height * width;
  const [y, back] = [memory.numbers(most * channels), memory.numbers(most * each * channels)];
  return {
    shape: [channels],
    variables: [],
    forward(x, { size }) {
      for (let i = 0; i < size; i += 1) {
        const mean = y.subarray(i * channels, (i + 1) * channels).fill(0);
        for (let p = i * each * channels; p < (i + 1) * each * channels; p += channels) for (let c = 0; c < channels; c += 1) mean[c] += x[p + c] / each;
      }
      return y;
    },
    backward(slope, { size }) {
      for (let i = 0; i < size * each; i += 1)
        for (let c = 0; c < channels; c += 1) back[i * channels + c] = slope[Math.floor(i / each) * channels + c] / each;
      return back;
    },
  };
}

/** While training it does nothing. @type {Make} */
function despeckle(about, shape) {
  return { shape, variables: [], forward: (x) => x, backward: (slope) => slope };
}
