/**
 * Pictures in bytes, made as they are learned: what gan_core/data/photos.py and gan_core/data/own/wanted.py do. Resizing is Pillow's bicubic one,
 * a pass for the columns and one for the rows (https://github.com/python-pillow/Pillow, src/libImaging/Resample.c), so that a page learns what a server would.
 */

/** @typedef {{data: Uint8Array<ArrayBuffer>, width: number, height: number, channels: number}} Bitmap row-major, `channels` 1 of grey or 3 of colour */

const SHARP = -0.5; // of the cubic: Pillow's, and Keys' (1981)
const REACH = 2;
/** @type {[number, number, number]} ITU-R 601-2, as Pillow has it, in 65536ths */
const LUMA = [19595, 38470, 7471];

/** @param {Bitmap} bitmap @param {number} channels @returns {Bitmap} in grey, or the same grey in three colours */
export function coloured({ data, width, height, channels: had }, channels) {
  if (had === channels) return { data, width, height, channels };
  const made = new Uint8Array(width * height * channels);
  for (let i = 0; i < width * height; i += 1) {
    if (channels === 1) made[i] = (LUMA[0] * data[3 * i] + LUMA[1] * data[3 * i + 1] + LUMA[2] * data[3 * i + 2] + 0x8000) >> 16;
    else made.fill(data[i], 3 * i, 3 * i + 3);
  }
  return { data: made, width, height, channels };
}

/** @param {Bitmap} bitmap @param {number} width @param {number} height @param {(x: number, y: number) => number} from which pixel stands there now @returns {Bitmap} */
function moved({ data, channels }, width, height, from) {
  const made = new Uint8Array(data.length);
  for (let y = 0, to = 0; y < height; y += 1) for (let x = 0; x < width; x += 1) for (let c = 0, at = from(x, y) * channels; c < channels; c += 1, at += 1, to += 1) made[to] = data[at];
  return { data: made, width, height, channels };
}

/** @param {Bitmap} bitmap @returns {Bitmap} over the diagonal */
export function transposed(bitmap) {
  const { width, height } = bitmap;
  return moved(bitmap, height, width, (x, y) => x * width + y);
}

/** @param {Bitmap} bitmap @param {number} quarters clockwise @returns {Bitmap} */
export function rotated(bitmap, quarters) {
  let turned = bitmap;
  for (let i = 0; i < quarters; i += 1) {
    const { width, height } = turned; // column x of what comes is row height - 1 - x of what was
    turned = moved(turned, height, width, (x, y) => (height - 1 - x) * width + y);
  }
  return turned;
}

/** Padded with its border's colour to the proportions of what is wanted, or its middle taken, and made as large. @param {Bitmap} bitmap @param {import("../kit/shape.js").Shape} shape @param {boolean} crop @returns {Bitmap} */
export function fitted(bitmap, [rows, columns], crop) {
  const { width, height } = bitmap;
  const [tall, wide] = crop
    ? [Math.max(1, Math.min(height, Math.floor((width * rows) / columns))), Math.max(1, Math.min(width, Math.floor((height * columns) / rows)))]
    : [Math.max(height, Math.ceil((width * rows) / columns)), Math.max(width, Math.ceil((height * columns) / rows))];
  return resized(framed(bitmap, wide, tall), columns, rows);
}

/** @param {Bitmap} bitmap @param {number} wide @param {number} tall @returns {Bitmap} its middle in a frame of that size: what lies outside is left out, what is missing is its border's colour */
function framed(bitmap, wide, tall) {
  const { data, width, height, channels } = bitmap;
  if (wide === width && tall === height) return bitmap;
  const made = new Uint8Array(wide * tall * channels);
  const ground = Uint8Array.from({ length: channels }, (_, c) => median(borderOf(bitmap, c)));
  for (let i = 0; i < made.length; i += channels) made.set(ground, i);
  const [left, top] = [(width - wide) / 2, (height - tall) / 2].map((room) => Math.sign(room) * Math.floor(Math.abs(room)));
  for (let y = Math.max(0, -top); y < Math.min(tall, height - top); y += 1) {
    const [from, to] = [Math.max(0, left), Math.min(width, left + wide)];
    made.set(data.subarray(((y + top) * width + from) * channels, ((y + top) * width + to) * channels), (y * wide + from - left) * channels);
  }
  return { data: made, width: wide, height: tall, channels };
}

/** @param {Bitmap} bitmap @param {number} columns @param {number} rows @returns {Bitmap} */
function resized(bitmap, columns, rows) {
  const { data, width, height, channels } = bitmap;
  if (width === columns && height === rows) return bitmap;
  const across = mixed(data, weightsOf(width, columns), { lines: height, line: width * channels, step: channels, inner: channels });
  const down = mixed(across, weightsOf(height, rows), { lines: 1, line: 0, step: columns * channels, inner: columns * channels });
  return { data: down, width: columns, height: rows, channels };
}

/**
 * Along one axis every new place is a mixture of old ones.
 * @param {Uint8Array} data @param {[number, number][][]} weights of each new place: old places and their shares
 * @param {{lines: number, line: number, step: number, inner: number}} about `lines` that lie `line` apart; `step` from place to place, of `inner` numbers
 * @returns {Uint8Array<ArrayBuffer>}
 */
function mixed(data, weights, { lines, line, step, inner }) {
  const made = new Uint8Array(lines * weights.length * inner);
  let to = 0;
  for (let row = 0; row < lines; row += 1) for (const own of weights) for (let i = 0; i < inner; i += 1, to += 1) {
    let sum = 0;
    for (const [place, share] of own) sum += share * data[row * line + place * step + i];
    made[to] = Math.max(0, Math.min(255, Math.floor(sum + 0.5)));
  }
  return made;
}

/** @param {number} before @param {number} now places on an axis @returns {[number, number][][]} */
function weightsOf(before, now) {
  const scale = before / now;
  const wide = Math.max(1, scale); // a cubic as wide as it is reduced
  return Array.from({ length: now }, (_, to) => {
    const centre = (to + 0.5) * scale;
    const [first, last] = [Math.max(0, Math.trunc(centre - REACH * wide + 0.5)), Math.min(before, Math.trunc(centre + REACH * wide + 0.5))];
    const shares = Array.from({ length: last - first }, (_none, i) => cubic(Math.abs(first + i - centre + 0.5) / wide));
    const sum = shares.reduce((all, share) => all + share, 0);
    return shares.map((share, i) => /** @type {[number, number]} */ ([first + i, share / sum]));
  });
}

/** @param {number} x 0 or more */
function cubic(x) {
  if (x < 1) return ((SHARP + 2) * x - (SHARP + 3)) * x * x + 1;
  return x < REACH ? SHARP * (((x - 5) * x + 8) * x - 4) : 0;
}

/** @param {Bitmap} bitmap @param {number} [channel] @returns {number[]} the outermost pixels, corners twice */
export function borderOf({ data, width, height, channels }, channel = 0) {
  const at = (/** @type {number} */ x, /** @type {number} */ y) => data[(y * width + x) * channels + channel];
  const found = [];
  for (let x = 0; x < width; x += 1) found.push(at(x, 0), at(x, height - 1));
  for (let y = 0; y < height; y += 1) found.push(at(0, y), at(width - 1, y));
  return found;
}

/** @param {number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.floor(sorted.length / 2)]) / 2;
}
