/**
 * A person's own recordings of signals, read in the page as gan_core/data/recordings.py reads them: WAV, CSV, .npy and MATLAB's .mat, alone, in a folder
 * or in a zip; a class is a folder, or a file where there are no folders. What is wrong with one of them is told, and the others are read.
 */

import { messageOf, t } from "../i18n/i18n.js";
import { baseName, classNames, MOST_CLASSES } from "./collect.js";
import { readMat } from "./mat.js";
import { readNpy } from "./npy.js";

/** @typedef {import("./collect.js").Given} Given */
/** @typedef {{path: string, samples: Float32Array, rate: number}} Recording `rate` 0 where the file does not say */
/** @typedef {{recordings: Recording[], root: string, leftOut: {name: string, why: string}[]}} Recorded `root`: the folder or zip that all came in */

const READERS = /\.(wav|csv|npy|mat)$/i;
const MOST = { files: 1000, file: 100e6, samples: 10e6 };
const MOST_RATE = 1e6;
/** More of them that cannot be read are no recordings. */
const MOST_BAD = 0.5;
/** Samples a second where nobody says, and how far before its loudest sample a window begins: gan_core/data/vibration.py. */
const [USUAL_RATE, TRIGGER] = [12_000, 96];
const TEST_SHARE = 0.1;
/** Where the loudest of a thousand samples comes to lie, of full scale. */
const LOUDEST = 0.9;
const LEAST_WINDOWS = 10;
const MOST_LEARNED = 32e6;
const MOST_LISTED = 20;
/** How the drive end's recording is called in the .mat files of the Case Western Reserve University. */
const CWRU = "_DE_time";

/** @param {string} path */
export const isRecording = (path) => READERS.test(path);

/**
 * @param {Given[]} files of a zip those in it @param {string} root @param {(done: number) => void} [onProgress]
 * @returns {Promise<Recorded>} @throws {Error} where none of it can be read
 */
export async function readRecordings(files, root, onProgress = () => {}) {
  const meant = files.filter(({ path }) => isRecording(path)).sort(byPath);
  /** @type {Recorded["leftOut"]} */
  const leftOut = [];
  const others = files.length - meant.length;
  if (others) leftOut.push({ name: t("{count} other files", { count: others }), why: t("they are no recordings that are read here: WAV, CSV, npy, mat.") });
  if (meant.length < 1 || meant.length > MOST.files) throw new Error(t("There are {count} recordings; expected 1 to {most} of WAV, CSV, npy or mat. Pictures are learned by a network that draws pictures.", { count: meant.length, most: MOST.files }));
  /** @type {Recording[]} */
  const recordings = [];
  let total = 0;
  for (const [done, { path, file }] of meant.entries()) {
    try {
      const read = await recordingOf(path, file);
      total += read.samples.length;
      recordings.push({ path, ...read });
    } catch (error) {
      if (meant.length === 1) throw new Error(`${path}: ${messageOf(error)}`, { cause: error });
      leftOut.push({ name: path, why: messageOf(error) });
    }
    if (total > MOST.samples) throw new Error(t("They hold over {most} samples, which is too much for a page. Take some away.", { most: MOST.samples }));
    onProgress(done + 1);
  }
  const last = leftOut.at(-1);
  if (last && meant.length - recordings.length > MOST_BAD * meant.length) throw new Error(t("{bad} of {count} recordings cannot be read, such as {name}: {why}", { bad: meant.length - recordings.length, count: meant.length, ...last }));
  return { recordings, root, leftOut };
}

/** In the order of their folders' names. @param {Given} one @param {Given} other */
function byPath({ path: one }, { path: other }) {
  const [a, b] = [one, other].map((path) => path.split("/").join("\0"));
  return a < b ? -1 : Number(a > b);
}

/** @param {string} path @param {Blob} file @returns {Promise<{samples: Float32Array, rate: number}>} the first channel, its mean taken away @throws {Error} */
async function recordingOf(path, file) {
  if (file.size > MOST.file) throw new Error(t("it has {bytes} bytes; expected at most {most}.", { bytes: file.size, most: MOST.file }));
  const bytes = new Uint8Array(await file.arrayBuffer());
  const { samples: read, rate } = await OF_SUFFIX[path.slice(path.lastIndexOf(".") + 1).toLowerCase()](bytes);
  const mean = read.reduce((sum, one) => sum + one, 0) / read.length;
  const samples = Float32Array.from(read, (one) => one - mean);
  if (samples.length < 2 || !samples.every(Number.isFinite)) throw new Error(t("it holds no samples, or some that are no numbers."));
  return { samples, rate };
}

/** @typedef {{samples: Float64Array, rate: number}} Samples */

/** @type {Object<string, (bytes: Uint8Array<ArrayBuffer>) => Samples|Promise<Samples>>} */
const OF_SUFFIX = {
  wav: ofWav,
  npy: (bytes) => ({ samples: channelOf(readNpy(bytes)), rate: 0 }),
  csv: ofCsv,
  mat: async (bytes) => {
    const matrices = (await readMat(bytes)).filter(({ rows, columns }) => rows * columns >= 2);
    const one = matrices.find(({ name }) => name.endsWith(CWRU)) ?? matrices.reduce((/** @type {import("./mat.js").Matrix|null} */ most, each) => (most && most.rows * most.columns >= each.rows * each.columns ? most : each), null);
    if (!one) throw new Error(t("it holds no array of numbers (cells, structures and objects are no recordings)."));
    const { rows, columns, at } = one;
    return { samples: Float64Array.from({ length: Math.max(rows, columns) }, (_, i) => (rows >= columns ? at(i, 0) : at(0, i))), rate: 0 };
  },
};

/** @param {import("./npy.js").Numbers} array [n], [n, channels] or [channels, n] @returns {Float64Array} */
function channelOf({ shape, data }) {
  const [rows, columns = 1, ...more] = shape;
  if (typeof data[0] === "string" || more.length || !data.length) throw new Error(t("it has the shape {shape}; expected numbers [n] or [n, channels].", { shape: `[${shape.join(", ")}]` }));
  const numbers = /** @type {ArrayLike<number>} */ (data);
  return Float64Array.from({ length: Math.max(rows, columns) }, (_, i) => numbers[rows >= columns ? i * columns : i]);
}

/** The last column that holds numbers: where there are two, the first is the time. @param {Uint8Array} bytes @returns {Samples} */
function ofCsv(bytes) {
  const lines = new TextDecoder().decode(bytes).split(/\r\n|\r|\n/).filter((line) => line.trim());
  const last = (/** @type {string} */ line) => line.slice(Math.max(...[",", ";", "\t"].map((mark) => line.lastIndexOf(mark))) + 1).trim();
  const isNumber = (/** @type {string} */ cell) => cell !== "" && Number.isFinite(Number(cell));
  const rows = lines.length && isNumber(last(lines[0])) ? lines : lines.slice(1); // a head
  return { samples: Float64Array.from(rows, (line) => (last(line) === "" ? NaN : Number(last(line)))), rate: 0 };
}

const [PCM, FLOAT, EXTENSIBLE] = [1, 3, 0xfffe];

/** @param {Uint8Array} bytes @returns {Samples} */
function ofWav(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = (/** @type {number} */ at) => new TextDecoder("latin1").decode(bytes.subarray(at, at + 4));
  if (bytes.length < 12 || word(0) !== "RIFF" || word(8) !== "WAVE") throw new Error(t("it is no WAV file, or a damaged one. Save it again."));
  let about = null;
  for (let at = 12; at + 8 <= bytes.length;) {
    const [name, size, begin] = [word(at), view.getUint32(at + 4, true), at + 8];
    if (name === "fmt " && size >= 16 && begin + size <= bytes.length) {
      const kind = view.getUint16(begin, true);
      about = { kind: kind === EXTENSIBLE && size >= 26 ? view.getUint16(begin + 24, true) : kind, channels: view.getUint16(begin + 2, true), rate: view.getUint32(begin + 4, true), bytes: view.getUint16(begin + 14, true) / 8 };
    }
    if (name === "data" && about) return { samples: samplesOf(view, begin, Math.min(size, bytes.length - begin), about), rate: about.rate };
    at = begin + size + (size % 2);
  }
  throw new Error(t("it ends too early. Save it again."));
}

/** @param {DataView} view @param {number} begin @param {number} size @param {{kind: number, channels: number, rate: number, bytes: number}} about */
function samplesOf(view, begin, size, { kind, channels, rate, bytes }) {
  const pcm = kind === PCM && [1, 2, 3, 4].includes(bytes);
  if (!(pcm || (kind === FLOAT && bytes === 4)) || channels < 1 || rate < 1 || rate > MOST_RATE) throw new Error(t("it has samples of {bits} bits at {rate} Hz; expected PCM of 8 to 32 bits.", { bits: 8 * bytes, rate }));
  const frame = bytes * channels;
  const whole = (/** @type {number} */ at) => (bytes === 1 ? (view.getUint8(at) - 128) / 128 : bytes === 2 ? view.getInt16(at, true) / 2 ** 15 : bytes === 4 ? view.getInt32(at, true) / 2 ** 31 : ((view.getInt8(at + 2) << 16) | view.getUint16(at, true)) / 2 ** 23);
  return Float64Array.from({ length: Math.floor(size / frame) }, (_, i) => (pcm ? whole(begin + i * frame) : view.getFloat32(begin + i * frame, true)));
}

/**
 * All windows, each of the length that is learned, and what was understood.
 * @param {Recorded} recorded @param {string} prepare words of gan_core/preparation.py @param {import("../kit/shape.js").Shape} shape length, channels
 * @returns {import("./prepare.js").Prepared}
 */
export function windowed({ recordings, root, leftOut }, prepare, shape) {
  const [length] = shape;
  const named = namesOf(recordings.map(({ path }) => path), root, prepare.split(",").includes("by-file"));
  const found = [...new Set(named)];
  const { rate, told, notes, problem: rates } = rateOf(recordings, prepare);
  const percent = Number(wordOf(prepare, "hold-") ?? 0);
  const share = percent ? 1 / Math.round(100 / percent) : TEST_SHARE;
  const scale = 1 / (quantile(recordings.map(({ samples }) => samples), 0.999) / LOUDEST);
  /** @type {{images: Uint8Array<ArrayBuffer>[], labels: number[], heldOut: boolean[]}} */
  const { images, labels, heldOut } = { images: [], labels: [], heldOut: [] };
  found.forEach((name, label) => recordings.forEach(({ samples }, i) => {
    if (named[i] !== name) return;
    const begin = Math.floor(samples.length * (1 - share));
    for (const [test, part] of /** @type {[boolean, Float32Array][]} */ ([[false, samples.subarray(0, begin)], [true, samples.subarray(begin)]]))
      for (const window of cut(part, length)) {
        images.push(Uint8Array.from(window, (one) => Math.round((Math.min(1, Math.max(-1, one * scale)) + 1) * 127.5)));
        labels.push(label);
        heldOut.push(test);
      }
  }));
  const test = heldOut.filter(Boolean).length;
  const classes = classNames(found);
  const seconds = recordings.reduce((sum, { samples }) => sum + samples.length, 0) / rate;
  const sheet = {
    kind: { name: "signal", shape: [...shape], classes, rate }, count: images.length, train: images.length - test, test,
    of_class: classes.map((_, i) => labels.filter((label) => label === i).length), sizes: [], ink: "",
    left_out: leftOut.slice(0, MOST_LISTED), left_out_count: leftOut.length, notes, recordings: recordings.length, seconds, rate_is_told: told,
  };
  return { images, shape, rate, labels, classes, heldOut, sheet, problem: rates || problemOf(sheet, length, Number.isFinite(scale)) };
}

/** @param {{train: number, count: number, kind: {classes: string[]}}} sheet @param {number} length @param {boolean} loud @returns {string} */
function problemOf({ train, count, kind }, length, loud) {
  if (!loud) return t("They hold nothing but silence; there is nothing to learn.");
  if (train < LEAST_WINDOWS) return t("They give {count} windows of {length} samples to train with; expected {least} or more. Give longer recordings, or more of them.", { count: train, length, least: LEAST_WINDOWS });
  if (kind.classes.length > MOST_CLASSES) return t("There are {count} classes; expected at most {most}. Put recordings of one class into one folder.", { count: kind.classes.length, most: MOST_CLASSES });
  return count * length > MOST_LEARNED ? t("They give {count} windows; expected at most {most}. Give fewer or shorter recordings.", { count, most: Math.floor(MOST_LEARNED / length) }) : "";
}

/**
 * The class of each: its first folder, of loose files, or where asked for, the file's own name. Folders that all lie in are none.
 * @param {string[]} paths @param {string} root @param {boolean} byFile @returns {string[]}
 */
export function namesOf(paths, root, byFile) {
  let parts = paths.map((path) => path.split("/"));
  while (new Set(parts.map(([first]) => first)).size === 1 && Math.min(...parts.map((part) => part.length)) > (parts[0][0] === root ? 1 : 2)) parts = parts.map((part) => part.slice(1));
  return parts.map((part) => (part.length > 1 && !byFile ? part[0] : baseName(part[part.length - 1]).replace(/(.)\.[^.]*$/, "$1")));
}

/** @param {Recording[]} recordings @param {string} prepare @returns {{rate: number, told: boolean, notes: string[], problem: string}} samples a second, and whether the files say so */
function rateOf(recordings, prepare) {
  const rates = [...new Set(recordings.map(({ rate }) => rate).filter(Boolean))].sort((a, b) => a - b);
  if (rates.length) return { rate: rates[0], told: true, notes: [], problem: rates.length > 1 ? t("There are recordings of {rates} samples a second; expected one rate in all.", { rates: rates.join(", ") }) : "" };
  const said = wordOf(prepare, "rate-");
  const notes = said ? [] : [t("The files do not say how many samples a second they have; {rate} are taken for it. The switch says another.", { rate: USUAL_RATE })];
  return { rate: Number(said ?? USUAL_RATE), told: false, notes, problem: "" };
}

/**
 * Windows that do not overlap, the loudest sample of each stretch a little after its window's begin, as an oscilloscope triggers.
 * @param {Float32Array} samples @param {number} length @returns {Float32Array[]}
 */
export function cut(samples, length) {
  const before = Math.min(TRIGGER, Math.floor(length / 4));
  const pieces = [];
  for (let at = 0; at + length <= samples.length;) {
    const last = Math.min(at + length, samples.length - length + before + 1); // where a window that fits can have its loudest
    let loudest = at + before;
    for (let i = loudest + 1; i < last; i += 1) if (Math.abs(samples[i]) > Math.abs(samples[loudest])) loudest = i;
    pieces.push(samples.subarray(loudest - before, loudest - before + length));
    at = loudest - before + length;
  }
  return pieces;
}

/** As numpy.quantile has it, of their absolute values. @param {Float32Array[]} parts @param {number} share */
function quantile(parts, share) {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  parts.reduce((at, part) => (all.set(part.map(Math.abs), at), at + part.length), 0);
  all.sort();
  const place = share * (all.length - 1);
  const low = Math.floor(place);
  return all[low] + (place - low) * (all[Math.min(low + 1, all.length - 1)] - all[low]);
}

/** @param {string} prepare @param {string} group as its words begin @returns {string|undefined} what stands behind that */
const wordOf = (prepare, group) => prepare.split(",").find((word) => word.startsWith(group))?.slice(group.length);
