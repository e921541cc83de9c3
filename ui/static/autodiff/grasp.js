/**
 * The ink in the hand: what z becomes when a stroke is pulled. The same as gan_core/model/grasp.py.
 * Source: Zhu et al. 2016, https://arxiv.org/abs/1609.03552; Pan et al. 2023, https://arxiv.org/abs/2305.10973
 */

/** Pixels: how far from the finger the ink comes along (sigma of a Gaussian). */
const REACH = 3.5;
/** Pixels: how far from the finger the picture has to follow; what lies farther counts little, so that it may give way. */
const NEAR = 5;
const FAR_WEIGHT = 0.2;
/** Pixels: both pictures are blurred so much before they are compared, so that a stroke that is near feels where to go. */
const BLUR = 1;
/** Of a Gauss-Newton step, in units of the prior's spread. */
const DAMPING = 0.05;
const LONGEST_STEP = 0.7;
/** |z| at most, in units of the prior's usual length. */
const FARTHEST = 1.15;

/** @typedef {[number, number]} Point x, y in pixels of the picture */
/** @typedef {{kind: string, mean: Float32Array|null, std: Float32Array}} Spread of the prior */

/** @param {number} size @returns {Float32Array} a Gaussian blur of one axis, [size, size] */
function blurOfAxis(size) {
  return Float32Array.from({ length: size * size }, (_, i) => Math.exp(-((((i / size) | 0) - (i % size)) ** 2) / (2 * BLUR ** 2)) / (BLUR * Math.sqrt(2 * Math.PI)));
}

/** Blurs pictures of one size. */
export class Blur {
  /** @param {number} height @param {number} width */
  constructor(height, width) {
    this.height = height;
    this.width = width;
    this.down = blurOfAxis(height);
    this.across = blurOfAxis(width);
    this.half = new Float32Array(height * width);
  }

  /** @param {Float32Array} picture @param {Float32Array} [to] @returns {Float32Array} */
  of(picture, to = new Float32Array(picture.length)) {
    const { height, width, down, across, half } = this;
    half.fill(0);
    for (let y = 0; y < height; y += 1)
      for (let s = 0; s < height; s += 1) {
        const weight = down[y * height + s];
        if (weight < 1e-4) continue;
        for (let x = 0; x < width; x += 1) half[y * width + x] += weight * picture[s * width + x];
      }
    to.fill(0);
    for (let x = 0; x < width; x += 1)
      for (let s = 0; s < width; s += 1) {
        const weight = across[x * width + s];
        if (weight < 1e-4) continue;
        for (let y = 0; y < height; y += 1) to[y * width + x] += weight * half[y * width + s];
      }
    return to;
  }
}

/**
 * @param {Float32Array} picture [height, width]
 * @param {number} width
 * @param {Point} start @param {Point} end
 * @returns {Float32Array} the picture with the ink at `start` pulled to `end`
 */
export function pulled(picture, width, start, end) {
  const height = picture.length / width;
  const [dx, dy] = [end[0] - start[0], end[1] - start[1]];
  return Float32Array.from(picture, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    const share = Math.exp(-((x - end[0]) ** 2 + (y - end[1]) ** 2) / (2 * REACH ** 2));
    return between(picture, width, height, x - dx * share, y - dy * share);
  });
}

/** The picture between its pixels; black outside. @param {Float32Array} picture @param {number} width @param {number} height @param {number} x @param {number} y */
function between(picture, width, height, x, y) {
  const [column, row] = [Math.floor(x), Math.floor(y)];
  /** @param {number} r @param {number} c */
  const at = (r, c) => (r < 0 || c < 0 || r >= height || c >= width ? 0 : picture[r * width + c]);
  const [right, down] = [x - column, y - row];
  return (1 - down) * ((1 - right) * at(row, column) + right * at(row, column + 1)) + down * ((1 - right) * at(row + 1, column) + right * at(row + 1, column + 1));
}

/** A hand on the ink of one picture, from the press to the release. */
export class Grasp {
  /**
   * @param {Float32Array} picture at the press, in [0, 1]
   * @param {number} width
   * @param {Point} start where the ink was taken
   * @param {Spread} spread
   */
  constructor(picture, width, start, spread) {
    this.picture = Float32Array.from(picture);
    this.width = width;
    this.start = start;
    this.spread = spread;
    this.blur = new Blur(picture.length / width, width);
    /** @type {Float32Array|null} the blurred picture's change with every coordinate of z, [dim, pixels], in units of the prior's spread */
    this.slopes = null;
  }

  /** @param {Float32Array} slopes of the blurred picture by z, [dim, pixels] */
  feel(slopes) {
    const pixels = this.picture.length;
    this.slopes = slopes.map((value, i) => value * this.spread.std[Math.floor(i / pixels)]);
  }

  /**
   * One Gauss-Newton step, (J^T W J + damping) dz = J^T W (wanted - drawn), J as it was last felt.
   * @param {Float32Array} z
   * @param {Float32Array} picture as it is drawn from z
   * @param {Point} end where the finger is
   * @returns {Float32Array} the z that follows
   */
  pull(z, picture, end) {
    const { slopes, width, blur } = this;
    if (!slopes) return z;
    const [dim, pixels] = [z.length, picture.length];
    const wanted = blur.of(pulled(this.picture, width, this.start, end));
    const missing = blur.of(picture).map((value, i) => wanted[i] - value);
    const weights = missing.map((_, i) => this.#weight(i % width, Math.floor(i / width), end));
    const felt = slopes.map((value, i) => value * weights[i % pixels]);
    const system = new Float64Array(dim * dim);
    const right = new Float64Array(dim);
    for (let i = 0; i < dim; i += 1) {
      for (let j = 0; j <= i; j += 1) {
        let sum = i === j ? DAMPING : 0;
        for (let p = 0, a = i * pixels, b = j * pixels; p < pixels; p += 1, a += 1, b += 1) sum += felt[a] * slopes[b];
        system[i * dim + j] = sum;
      }
      for (let p = 0, a = i * pixels; p < pixels; p += 1, a += 1) right[i] += felt[a] * missing[p];
    }
    const step = solve(system, right);
    const shorter = Math.min(1, LONGEST_STEP / Math.max(1e-9, Math.hypot(...step)));
    return within(Float32Array.from(z, (value, i) => value + step[i] * shorter * this.spread.std[i]), this.spread);
  }

  /** @param {number} x @param {number} y @param {Point} end */
  #weight(x, y, end) {
    /** @param {Point} place */
    const near = ([px, py]) => Math.exp(-((x - px) ** 2 + (y - py) ** 2) / (2 * NEAR ** 2));
    return FAR_WEIGHT + (1 - FAR_WEIGHT) * Math.max(near(this.start), near(end));
  }
}

/** @param {Float32Array} z @param {Spread} spread @returns {Float32Array} where the prior's mass lies: not too long; codes not negative */
export function within(z, { kind }) {
  if (kind === "rectified_normal") return z.map((value) => Math.max(0, value));
  const shorter = Math.min(1, (FARTHEST * Math.sqrt(z.length)) / Math.max(1e-9, Math.hypot(...z)));
  return z.map((value) => value * shorter);
}

/**
 * @param {Float64Array} matrix symmetric and positive, [n, n], of which the lower half is read; overwritten by its Cholesky factor
 * @param {Float64Array} right [n]
 * @returns {Float64Array} the solution, in `right`
 */
export function solve(matrix, right) {
  const n = right.length;
  for (let i = 0; i < n; i += 1)
    for (let j = 0; j <= i; j += 1) {
      let sum = matrix[i * n + j];
      for (let k = 0; k < j; k += 1) sum -= matrix[i * n + k] * matrix[j * n + k];
      matrix[i * n + j] = i === j ? Math.sqrt(sum) : sum / matrix[j * n + j];
    }
  for (let i = 0; i < n; i += 1) {
    for (let k = 0; k < i; k += 1) right[i] -= matrix[i * n + k] * right[k];
    right[i] /= matrix[i * n + i];
  }
  for (let i = n - 1; i >= 0; i -= 1) {
    for (let k = i + 1; k < n; k += 1) right[i] -= matrix[k * n + i] * right[k];
    right[i] /= matrix[i * n + i];
  }
  return right;
}
