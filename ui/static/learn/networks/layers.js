/** A program as a person draws a network: its operations gathered into layers, with sizes, parameters and what each leaves of the last run. */

/** @typedef {import("../../engine/network.js").Outcome} Outcome */
/**
 * @typedef {Object} Layer
 * @property {string} kind `dense`, `conv`, `upconv`, `labels`, `pool`, `score`, `finish`
 * @property {number} size of the kernel's side, 0 where it has none
 * @property {number} stride 2 where it halves height and width
 * @property {string[]} then what follows it in place: activations, and `scale` for a batch normalisation that could not be folded
 * @property {number[]} shape of what it leaves, without n
 * @property {number} learned how many numbers it has learned
 * @property {Float32Array} values that it left, row-major
 */

const PLAIN = new Set(["activation", "affine", "reshape"]);
const KINDS = new Map([["concat_labels", "labels"], ["label_planes", "labels"], ["any_score", "score"], ["label_score", "score"], ["global_pool", "pool"]]);

/**
 * @param {readonly Outcome[]} outcomes of a network's operations
 * @returns {Layer[]} what changes numbers in place belongs to the layer before it; what comes after the whole picture is one layer, `finish`
 */
export function layersOf(outcomes) {
  /** @type {Layer[]} */
  const layers = [];
  for (const { op, shape, kernel, learned, values } of outcomes) {
    const last = layers[layers.length - 1];
    if (PLAIN.has(op.op)) {
      if (!last) continue; // of what comes in
      // flattened numbers still have their places
      if (op.op === "reshape") last.shape = shape.length === 3 || last.shape.length === 1 ? shape : last.shape;
      else follow(last, op.op === "affine" ? "scale" : String(op.kind));
      last.learned += learned;
      last.values = values;
    } else if (last && (last.kind === "finish" || isPicture(last.shape))) {
      if (last.kind === "finish") Object.assign(last, { shape, values, learned: last.learned + learned });
      else layers.push({ kind: "finish", size: 0, stride: 1, then: [], shape, learned, values });
    } else layers.push({ kind: KINDS.get(op.op) ?? op.op, size: kernel?.length === 4 ? kernel[0] : 0, stride: Number(op.stride ?? 1), then: [], shape, learned, values });
  }
  return layers;
}

/** What comes after the last activation of a picture only cuts its pixels off. @param {Layer} layer @param {string} what */
function follow({ kind, shape, then }, what) {
  if (kind === "finish") return;
  const name = isPicture(shape) && then.length ? "cut" : what;
  if (!then.includes("cut")) then.push(name);
}

/** @param {number[]} shape @returns {boolean} whether it is a picture of one colour, as large as what is drawn */
const isPicture = (shape) => shape.length === 3 && shape[2] === 1 && shape[0] >= 28;

/** @param {Layer} layer @returns {boolean} whether what it leaves are pixels already: of a picture's size and past an activation. What comes before one is any number */
export const isDrawn = ({ kind, shape, then }) => isPicture(shape) && (kind === "finish" || then.length > 0);

/** A picture's pixels as they are looked at: from 0, black, on; a tanh has black at -1. @param {Float32Array} values @returns {Float32Array} */
export function inUnit(values) {
  const low = values.reduce((least, value) => Math.min(least, value), 0);
  return values.map((value) => value - low);
}

/** @param {readonly Layer[]} layers @returns {number} numbers that a network has learned */
export const parametersOf = (layers) => layers.reduce((sum, { learned }) => sum + learned, 0);

/**
 * The numbers of a layer as small pictures: one a channel, side by side; numbers without a place as one square.
 * @param {number[]} shape
 * @param {ArrayLike<number>} values
 * @param {number} [most] channels that are shown
 * @returns {{width: number, height: number, columns: number, side: [number, number], shown: number, bytes: Uint8ClampedArray<ArrayBuffer>}} RGBA: white for
 *   positive, blue for negative, black for 0; the largest is brightest
 */
export function mapsOf(shape, values, most = 64) {
  const [h, w, channels] = shape.length === 3 ? shape : squareOf(values.length);
  const shown = Math.min(most, channels);
  const columns = Math.ceil(Math.sqrt(shown * (h / w)));
  const rows = Math.ceil(shown / columns);
  const gap = shown > 1 ? 1 : 0;
  const [width, height] = [columns * (w + gap) - gap, rows * (h + gap) - gap];
  const bytes = new Uint8ClampedArray(4 * width * height);
  let largest = 1e-9;
  for (let i = 0; i < values.length; i += 1) largest = Math.max(largest, Math.abs(values[i]));
  for (let c = 0; c < shown; c += 1) {
    const [left, top] = [(c % columns) * (w + gap), Math.floor(c / columns) * (h + gap)];
    for (let y = 0; y < h; y += 1)
      for (let x = 0; x < w; x += 1) {
        const place = (y * w + x) * channels + c;
        const at = 4 * ((top + y) * width + left + x);
        bytes[at + 3] = 255;
        if (place >= values.length) continue;
        const light = Math.round((255 * Math.abs(values[place])) / largest);
        const negative = values[place] < 0;
        bytes[at] = negative ? light * 0.25 : light;
        bytes[at + 1] = negative ? light * 0.55 : light;
        bytes[at + 2] = light;
      }
  }
  return { width, height, columns, side: [h, w], shown, bytes };
}

/** @param {number} count @returns {[number, number, number]} height, width, channels of a square that holds so many */
function squareOf(count) {
  const width = Math.ceil(Math.sqrt(count));
  return [Math.ceil(count / width), width, 1];
}
