/**
 * Downloads made in the browser: the frames of a path as black ink on nothing, as shapes, and in the build without a server as a PNG strip, a
 * GIF and an MP4 too, or their latents as .npy.
 */

import { brightness } from "../autodiff/grasp.js";
import { t } from "../i18n/i18n.js";
import { COLOUR_TABLE, coloured, gifOf } from "../kit/gif.js";
import { h, penOf } from "../kit/dom.js";
import { cellOf, fit, isSignal, MNIST, paint } from "../kit/sample.js";
import { pngOf } from "../kit/save.js";
import { outlineOf, pictureOf } from "../kit/waveform.js";

/** As exports.js lists its kinds: label and file ending. @type {Object<string, [string, string]>} */
export const SLIDE_KINDS = { clear: [t("PNG, transparent"), "png"], white: [t("PNG, white"), "png"], svg: ["SVG", "svg"] };
/** Of signals, whoever makes the others. @type {Object<string, [string, string]>} */
export const SOUND_KINDS = { wav: [t("WAV, its sound"), "wav"] };
/** Of the build without a server. @type {Object<string, [string, string]>} */
export const LOCAL_KINDS = { gif: ["GIF", "gif"], mp4: ["MP4", "mp4"], strip: [t("PNG strip"), "png"], ...SLIDE_KINDS, ...SOUND_KINDS, npy: [t("Latents .npy"), "npy"] };
const MOST_PIXELS = 16384; // of a side: what canvases can have
const GREYS = 15; // of an SVG, besides nothing

/**
 * @typedef {{model: import("../state/models.js").Model, z: Float32Array, classWeights: Float32Array|null, epoch: number|null, steps: number, scale: number, framesPerSecond: number}} Frames
 *   z is [steps, latent_dim] with the spread applied, classWeights [steps, num_classes]
 */

/**
 * @param {string} kind one of LOCAL_KINDS
 * @param {Frames} frames
 * @returns {Promise<Blob>}
 */
export async function makeLocally(kind, frames) {
  if (kind === "npy") return new Blob([npy(frames.z, [frames.steps, frames.z.length / frames.steps])]);
  if (kind === "wav") return walk(drawn(frames), frames);
  if (kind === "svg" && isSignal(frames.model.shape)) return new Blob([outlines(drawn(frames), frames.scale, frames.model.shape)], { type: "image/svg+xml" });
  const { pictures, shape, scale } = flattened(drawn(frames), frames, ["gif", "mp4"].includes(kind) ? 1 : frames.steps);
  if (kind === "strip") return strip(pictures, scale, shape);
  if (kind === "mp4") return film(pictures, scale, shape, frames.framesPerSecond);
  const greys = pictures.map((picture) => Float32Array.from(brightness(picture, shape[2])));
  const flat = [shape[0], shape[1], 1];
  if (kind === "svg") return new Blob([svgOf(greys, scale, flat)], { type: "image/svg+xml" });
  if (kind === "clear") return strip(greys, scale, flat, true);
  if (kind === "white") return strip(shape[2] === 1 ? greys.map((grey) => grey.map((ink) => 1 - ink)) : pictures, scale, shape);
  const shown = pictures.map(() => Math.max(2, Math.round(100 / frames.framesPerSecond)));
  const values = shape[2] === 1 ? greys : pictures.map(coloured);
  return gifOf(values.map((picture) => enlarged(picture, scale, shape)), shape[1] * scale, shown, shape[2] === 1 ? undefined : COLOUR_TABLE);
}

/** @param {Frames} frames @returns {Float32Array<ArrayBuffer>[]} pixels of each in [0, 1] */
function drawn({ model, z, classWeights, epoch, steps }) {
  /** @param {Float32Array} all @param {number} i */
  const row = (all, i) => all.subarray((i * all.length) / steps, ((i + 1) * all.length) / steps);
  return Array.from({ length: steps }, (_, i) => Float32Array.from(model.generate(row(z, i), classWeights && row(classWeights, i), epoch)));
}

/** @param {Float32Array} picture @param {number} scale @param {import("../kit/sample.js").Shape} shape @returns {Uint8Array} each pixel as scale x scale, 0 black ... 255 white */
function enlarged(picture, scale, [height, width]) {
  const wide = width * scale;
  return Uint8Array.from({ length: wide * height * scale }, (_, i) => Math.round(255 * picture[Math.floor(Math.floor(i / wide) / scale) * width + Math.floor((i % wide) / scale)]));
}

/**
 * Pictures as they are; signals as pictures of their waveforms, drawn as large as they are wanted.
 * @param {Float32Array<ArrayBuffer>[]} samples @param {Frames} frames @param {number} abreast how many stand side by side
 * @returns {{pictures: Float32Array<ArrayBuffer>[], shape: import("../kit/sample.js").Shape, scale: number}} `scale`: how much larger they shall become
 */
function flattened(samples, { model: { shape }, scale }, abreast) {
  if (!isSignal(shape)) return { pictures: samples, shape, scale };
  const [height, width] = cellOf(shape);
  const times = Math.max(1, Math.min(scale, Math.floor(MOST_PIXELS / (width * abreast))));
  const large = [height * times, width * times, 1];
  return { pictures: samples.map((numbers) => pictureOf(numbers, shape, large[0], large[1])), shape: large, scale: 1 };
}

/** @param {Float32Array[]} samples signals @param {Frames} frames @returns {Promise<Blob>} what is heard along the path */
async function walk(samples, { model: { shape, info }, framesPerSecond }) {
  const [{ waveOf }, { walkOf, wavOf }] = await Promise.all([import("../signal/spectra.js"), import("../signal/wav.js")]);
  const rate = info.rate ?? 0;
  return new Blob([wavOf(walkOf(samples.map((numbers) => waveOf(numbers, shape[1])), rate, framesPerSecond), rate)], { type: "audio/wav" });
}

/** @param {Float32Array[]} samples @param {number} scale @param {import("../kit/sample.js").Shape} shape of the signals @returns {string} black waveforms on nothing, side by side */
function outlines(samples, scale, shape) {
  const [height, width] = cellOf(shape);
  const paths = samples.map((numbers, i) => `<path transform="translate(${width * i} 0)" d="${outlineOf(numbers, shape, height, width)}"/>`);
  const [wide, high] = [width * samples.length, height];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${wide * scale}" height="${high * scale}" viewBox="0 0 ${wide} ${high}">${paths.join("")}</svg>\n`;
}

/**
 * @param {Float32Array<ArrayBuffer>[]} pictures @param {number} scale @param {import("../kit/sample.js").Shape} shape @param {number} framesPerSecond
 * @returns {Promise<Blob>} one after the other, in colour where they have any
 */
async function film(pictures, scale, shape, framesPerSecond) {
  const { mp4Of } = await import("../kit/mp4.js");
  const [small, large] = [h("canvas"), h("canvas", { width: shape[1] * scale, height: shape[0] * scale })];
  fit(small, shape);
  const pen = penOf(large);
  pen.imageSmoothingEnabled = false;
  return mp4Of((i) => {
    paint(penOf(small), pictures[i], 0, 0, shape);
    pen.drawImage(small, 0, 0, large.width, large.height);
    return large;
  }, pictures.length, framesPerSecond);
}

/**
 * @param {Float32Array<ArrayBuffer>[]} pictures @param {number} scale @param {import("../kit/sample.js").Shape} shape
 * @param {boolean} [clear] black ink on nothing, for a slide of any colour @returns {Promise<Blob>} side by side
 */
function strip(pictures, scale, shape, clear = false) {
  const small = h("canvas");
  fit(small, shape, pictures.length);
  const context = penOf(small);
  const [height, width] = shape;
  pictures.forEach((picture, i) => {
    if (!clear) return paint(context, picture, width * i, 0, shape);
    const image = context.createImageData(width, height);
    picture.forEach((ink, place) => (image.data[4 * place + 3] = Math.round(255 * ink)));
    return context.putImageData(image, width * i, 0);
  });
  const times = Math.max(1, Math.min(scale, Math.floor(MOST_PIXELS / small.width)));
  const large = h("canvas", { width: small.width * times, height: small.height * times });
  const pen = penOf(large);
  pen.imageSmoothingEnabled = false;
  pen.drawImage(small, 0, 0, large.width, large.height);
  return pngOf(large);
}

/**
 * Black ink on nothing as shapes, one for each grey of each picture: as sharp as wanted, and its colour can be changed where it is used.
 * @param {Float32Array[]} pictures @param {number} scale @param {import("../kit/sample.js").Shape} [shape] grey @returns {string}
 */
export function svgOf(pictures, scale, shape = MNIST) {
  const shapes = pictures.map((picture, i) => `<g transform="translate(${shape[1] * i} 0)">${greysOf(picture, shape).map((path, grey) => (path ? `<path fill-opacity="${((grey + 1) / GREYS).toFixed(2)}" d="${path}"/>` : "")).join("")}</g>`);
  const [width, height] = [shape[1] * pictures.length, shape[0]];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width * scale}" height="${height * scale}" viewBox="0 0 ${width} ${height}" shape-rendering="crispEdges">${shapes.join("")}</svg>\n`;
}

/** @param {Float32Array} picture @param {import("../kit/sample.js").Shape} shape @returns {string[]} for each grey but none, the runs of pixels that have it */
function greysOf(picture, [height, width]) {
  const paths = new Array(GREYS).fill("");
  const levelOf = (/** @type {number} */ place) => Math.round(GREYS * picture[place]) - 1;
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width;) {
      const grey = levelOf(y * width + x);
      let end = x + 1;
      while (end < width && levelOf(y * width + end) === grey) end += 1;
      if (grey >= 0) paths[grey] += `M${x} ${y}h${end - x}v1h${x - end}z`;
      x = end;
    }
  return paths;
}

/**
 * NumPy's file format, version 1.0. Source: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 * @param {Float32Array} values row-major @param {number[]} shape
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function npy(values, shape) {
  const fields = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(", ")},), }`;
  // magic, version, length and fields together are a multiple of 64
  const text = fields.padEnd(Math.ceil((fields.length + 11) / 64) * 64 - 11) + "\n";
  const file = new Uint8Array(10 + text.length + 4 * values.length);
  file.set([0x93, ...new TextEncoder().encode("NUMPY"), 1, 0, text.length & 255, text.length >> 8]);
  file.set(new TextEncoder().encode(text), 10);
  const view = new DataView(file.buffer, 10 + text.length);
  values.forEach((value, i) => view.setFloat32(4 * i, value, true));
  return file;
}
