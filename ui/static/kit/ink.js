/**
 * The ink of one digit in a photograph, in the browser: what gan_core/data/ink.py does on a server, step for step. Paper is what is wide: a
 * morphological closing takes away what is darker and narrower than a quarter of the picture; what the picture lacks of that paper is ink.
 */

import { t } from "../i18n/i18n.js";

const MIN_CONTRAST = 25;
const PAPER = 0.15;
const SOLID = 0.35;
const WIDE = 8;
const SMOOTH_FROM = 200;
const SPECK = 1 / 40;
const FAINT = 0.16;
const NEAR = 0.5;
const RIVAL = 0.5;
const MOST_RUNS = 20_000;

/** @typedef {{data: Float32Array, width: number, height: number}} Grey row-major */
/** @typedef {{number: number, area: number, top: number, bottom: number, left: number, right: number}} Piece connected ink and its box, all within it */

/**
 * @param {Grey} grey 0 ... 255
 * @returns {Grey} the digit's ink in [0, 1], 0 everywhere else
 * @throws {Error} a sentence on why there is no digit, or more than one
 */
export function inkOf(grey) {
  const found = strokes(grey);
  if (!found) throw new Error(t("The picture is one even grey. Expected a digit that stands out from its background."));
  const { width, height } = grey;
  const { ink, smooth } = found;
  const [solid, faint] = [SOLID * largest(smooth), FAINT * largest(smooth)];
  const { labels, pieces } = piecesOf({ data: smooth.map((value) => Number(value > solid)), width, height });
  if (!pieces.length) throw new Error(t("The picture is covered with marks, so no digit can be told from its background. Take a photo of one digit on plain paper."));
  const chosen = digitAmong(labels, pieces, width, height);
  if (!chosen.length) throw new Error(t("The picture has more than one thing that may be the digit. Crop it to one."));
  const numbers = new Set(chosen.map(({ number }) => number));
  const own = { data: Float32Array.from(labels, (label) => Number(numbers.has(label))), width, height };
  const beside = grown(own, Math.floor(Math.max(width, height) / 16)).data.map((value, i) => value && Number(smooth[i] > faint));
  const near = grown({ data: beside, width, height }, 1).data;
  const strongest = largest(ink.map((value, i) => value * near[i]));
  return { data: ink.map((value, i) => near[i] * Math.min(1, Math.max(0, (value / strongest - PAPER) / (1 - PAPER)))), width, height };
}

/** @param {Grey} mask @param {number} reach @returns {Grey} */
const grown = (mask, reach) => widest(padded(mask, reach, 0), reach);

/** @param {Float32Array} data */
function largest(data) {
  let most = 0;
  for (const value of data) if (value > most) most = value;
  return most;
}

/** What lacks of paper, as a part of it: dark or bright strokes, whichever have edges and reach further. @param {Grey} grey @returns {{ink: Float32Array, smooth: Float32Array}|null} */
function strokes(grey) {
  const { width, height } = grey;
  const longest = Math.max(width, height);
  const { data } = grey;
  const smooth = longest >= SMOOTH_FROM ? mean3(grey).data : data;
  const reach = Math.max(2, Math.floor(longest / WIDE));
  /** @type {{ink: Float32Array, smooth: Float32Array}|null} */
  let found = null;
  let best = 0;
  for (const [picture, even] of [[data, smooth], [data, smooth].map((one) => one.map((value) => 255 - value))]) {
    const wide = widest(padded({ data: even, width, height }, 2 * reach), reach);
    const paper = widest(negative(wide), reach).data.map((value) => -value);
    const strongest = largest(paper.map((value, i) => value - even[i]));
    if (strongest < MIN_CONTRAST) continue;
    const lacking = (/** @type {Float32Array} */ of) => paper.map((value, i) => (value - of[i]) / Math.max(value, 1));
    const ink = lacking(even);
    const limit = SOLID * largest(ink);
    const mask = { data: ink.map((value) => Number(value > limit)), width, height };
    const [top, bottom, left, right] = boxOf(mask);
    const score = (bottom - top + 1) * (right - left + 1) * strongest * realness({ data: picture, width, height }, mask, strongest) ** 4;
    if (score > best) [found, best] = [{ ink: lacking(picture), smooth: ink }, score];
  }
  return found;
}

/** @param {Grey} grey @returns {Grey} */
const negative = ({ data, width, height }) => ({ data: data.map((value) => -value), width, height });

/** How much of the outline of what may be ink is an edge of the picture, too. @param {Grey} grey @param {Grey} mask @param {number} strongest */
function realness(grey, mask, strongest) {
  const reach = 2 + Math.floor(Math.max(grey.width, grey.height) / 150);
  const whole = padded(grey, reach);
  const [high, low] = [widest(whole, reach).data, widest(negative(whole), reach).data];
  const beside = widest(padded({ ...mask, data: mask.data.map((value) => 1 - value) }, 1), 1).data;
  let [real, all] = [0, 0];
  mask.data.forEach((value, i) => {
    if (!value || !beside[i]) return;
    all += 1;
    real += Number(high[i] + low[i] > 0.5 * strongest);
  });
  return all ? real / all : 1;
}

/** @param {Grey} mask @returns {[top: number, bottom: number, left: number, right: number]} */
function boxOf({ data, width, height }) {
  let [top, bottom, left, right] = [height, -1, width, -1];
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      if (!data[y * width + x]) continue;
      if (top > y) top = y;
      if (left > x) left = x;
      if (right < x) right = x;
      bottom = y;
    }
  return [top, bottom, left, right];
}

/** @param {Grey} grey @param {number} reach @param {number} [outside] what lies beyond; the picture goes on as it ends unless told @returns {Grey} */
function padded({ data, width, height }, reach, outside) {
  const [w, h] = [width + 2 * reach, height + 2 * reach];
  const whole = new Float32Array(w * h).fill(outside ?? 0);
  for (let y = outside === undefined ? 0 : reach; y < (outside === undefined ? h : h - reach); y += 1) {
    const row = Math.min(height - 1, Math.max(0, y - reach)) * width;
    const start = y * w + reach;
    whole.set(data.subarray(row, row + width), start);
    if (outside !== undefined) continue;
    whole.fill(data[row], start - reach, start);
    whole.fill(data[row + width - 1], start + width, start + width + reach);
  }
  return { data: whole, width: w, height: h };
}

/** The largest value within reach along columns and rows; the result is smaller by that on every side. @param {Grey} grey @param {number} reach @returns {Grey} */
function widest(grey, reach) {
  let { data, width, height } = grey;
  for (const across of [false, true]) {
    // windows of 1, 2, 4 ... and at last two that overlap
    for (let done = 1; done < 2 * reach + 1; ) {
      const step = Math.min(done, 2 * reach + 1 - done);
      const [w, h, further] = across ? [width - step, height, step] : [width, height - step, step * width];
      const next = new Float32Array(w * h);
      for (let y = 0; y < h; y += 1)
        for (let x = 0, from = y * width, to = y * w; x < w; x += 1, from += 1, to += 1) {
          const one = data[from];
          const other = data[from + further];
          next[to] = one > other ? one : other;
        }
      [data, width, height, done] = [next, w, h, done + step];
    }
  }
  return { data, width, height };
}

/** @param {Grey} grey @returns {Grey} */
function mean3(grey) {
  const { width, height } = grey;
  const whole = padded(grey, 1);
  const { data, width: w } = whole;
  const row = (/** @type {number} */ i) => data[i] + data[i + w] + data[i + 2 * w];
  const mean = new Float32Array(width * height);
  for (let y = 0; y < height; y += 1)
    for (let x = 0, at = y * w; x < width; x += 1, at += 1) mean[y * width + x] = (row(at) + row(at + 1) + row(at + 2)) / 9;
  return { data: mean, width, height };
}

/** Connected pixels, 8 neighbours: their numbers from 1 on, and the pieces; none where there are too many to be a drawing. @param {Grey} mask */
export function piecesOf({ data, width, height }) {
  /** @type {[row: number, first: number, last: number][]} */
  const runs = [];
  /** @type {number[]} */
  const parent = [];
  const labels = new Int32Array(width * height);
  const root = (/** @type {number} */ i) => {
    while (parent[i] !== i) i = parent[i] = parent[parent[i]];
    return i;
  };
  for (let y = 0, [from, to] = [0, 0]; y < height; y += 1, [from, to] = [to, runs.length]) {
    to = runs.length;
    let at = from;
    for (let x = 0; x < width; x += 1) {
      if (!data[y * width + x]) continue;
      const first = x;
      while (x + 1 < width && data[y * width + x + 1]) x += 1;
      const i = runs.push([y, first, x]) - 1;
      parent.push(i);
      while (at < to && runs[at][2] < first - 1) at += 1;
      for (let j = at; j < to && runs[j][1] <= x + 1; j += 1) parent[root(i)] = root(j);
    }
    if (runs.length > MOST_RUNS) return { labels, pieces: [] };
  }
  /** @type {Map<number, Piece>} */
  const found = new Map();
  runs.forEach(([y, first, last], i) => {
    const own = root(i);
    const piece = found.get(own) ?? { number: found.size + 1, area: 0, top: y, bottom: y, left: first, right: last };
    found.set(own, piece);
    piece.area += last - first + 1;
    [piece.bottom, piece.left, piece.right] = [y, Math.min(piece.left, first), Math.max(piece.right, last)];
    labels.fill(piece.number, y * width + first, y * width + last + 1);
  });
  return { labels, pieces: [...found.values()] };
}

/** @param {Piece} piece */
const sizeOf = ({ top, bottom, left, right }) => Math.max(bottom - top, right - left) + 1;
/** Pixels between the boxes, 0 where they overlap. @param {Piece} one @param {Piece} other */
const gap = (one, other) => Math.max(one.top - other.bottom, other.top - one.bottom, one.left - other.right, other.left - one.right, 0);

/** The pieces that are the digit; none where there are two that may be it. @param {Int32Array} labels @param {Piece[]} all @param {number} width @param {number} height */
function digitAmong(labels, all, width, height) {
  let pieces = all.filter((piece) => !isFrame(labels, piece, all, width));
  const inner = pieces.filter(({ top, bottom, left, right }) => top > 0 && left > 0 && bottom < height - 1 && right < width - 1);
  const most = () => Math.max(...pieces.map(({ area }) => area));
  // what reaches in from outside is a hand, a shadow, the desk
  if (inner.reduce((sum, { area }) => sum + area, 0) >= 0.1 * most()) pieces = inner;
  const limit = SPECK * most();
  pieces = pieces.filter(({ area }) => area >= limit);
  const central = (/** @type {Piece} */ { area, top, bottom, left, right }) => area * (1 - 0.5 * Math.max(Math.abs((top + bottom) / height - 1), Math.abs((left + right) / width - 1)));
  const main = pieces.reduce((best, piece) => (central(piece) > central(best) ? piece : best));
  const chosen = [main];
  let box = main;
  for (const piece of [...pieces].sort((a, b) => gap(main, a) - gap(main, b))) {
    if (piece === main || gap(piece, box) > NEAR * sizeOf(box)) continue;
    chosen.push(piece);
    box = { ...box, top: Math.min(box.top, piece.top), bottom: Math.max(box.bottom, piece.bottom), left: Math.min(box.left, piece.left), right: Math.max(box.right, piece.right) };
  }
  const rival = pieces.some((piece) => !chosen.includes(piece) && piece.area > RIVAL * main.area && sizeOf(piece) > RIVAL * sizeOf(main));
  return rival ? [] : chosen;
}

/** Whether it is a printed box around the digit: along all four sides, thin, and with something in it. @param {Int32Array} labels @param {Piece} piece @param {Piece[]} all @param {number} stride */
function isFrame(labels, piece, all, stride) {
  const { top, bottom, left, right, area, number } = piece;
  const [height, width] = [bottom - top + 1, right - left + 1];
  const inside = all.filter((other) => other !== piece && other.top > top && other.bottom < bottom && other.left > left && other.right < right);
  if (area > 0.3 * height * width || inside.reduce((sum, other) => sum + other.area, 0) < 0.1 * area) return false;
  const [down, across] = [Math.max(2, Math.floor(height / 12)), Math.max(2, Math.floor(width / 12))];
  const own = (/** @type {number} */ x, /** @type {number} */ y) => labels[(top + y) * stride + left + x] === number;
  /** How much of a side is covered. @param {number} length @param {number} depth @param {(along: number, in_: number) => boolean} covered */
  const side = (length, depth, covered) => {
    let count = 0;
    for (let i = 0; i < length; i += 1) for (let j = 0; j < depth; j += 1) if (covered(i, j)) { count += 1; break; }
    return count / length;
  };
  const sides = [side(width, down, own), side(width, down, (x, y) => own(x, height - 1 - y)), side(height, across, (y, x) => own(x, y)), side(height, across, (y, x) => own(width - 1 - x, y))];
  return sides.every((covered) => covered > 0.7);
}
