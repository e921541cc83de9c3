/** Downloads made in the browser, for the build without a server: the frames of a path as a PNG strip, or their latents as .npy. */

import { t } from "../i18n/i18n.js";
import { h, paint, penOf } from "../kit/dom.js";
import { pngOf } from "../kit/save.js";

/** As exports.js lists its kinds: label and file ending. @type {Object<string, [string, string]>} */
export const LOCAL_KINDS = { strip: [t("PNG strip"), "png"], npy: [t("Latents .npy"), "npy"] };
const SIDE = 28;
const MOST_PIXELS = 16384; // of a side: what canvases can have

/**
 * @typedef {{model: import("../state/models.js").Model, z: Float32Array, classWeights: Float32Array|null, epoch: number|null, steps: number, scale: number}} Frames
 *   z is [steps, latent_dim] with the spread applied, classWeights [steps, num_classes]
 */

/**
 * @param {string} kind strip or npy
 * @param {Frames} frames
 * @returns {Promise<Blob>}
 */
export function makeLocally(kind, frames) {
  return kind === "npy" ? Promise.resolve(new Blob([npy(frames.z, [frames.steps, frames.z.length / frames.steps])])) : strip(frames);
}

/** @param {Frames} frames @returns {Promise<Blob>} */
function strip({ model, z, classWeights, epoch, steps, scale }) {
  const small = h("canvas", { width: SIDE * steps, height: SIDE });
  const context = penOf(small);
  /** @param {Float32Array} all @param {number} i */
  const row = (all, i) => all.subarray((i * all.length) / steps, ((i + 1) * all.length) / steps);
  for (let i = 0; i < steps; i += 1) paint(context, model.generate(row(z, i), classWeights && row(classWeights, i), epoch), SIDE * i);
  const times = Math.max(1, Math.min(scale, Math.floor(MOST_PIXELS / small.width)));
  const large = h("canvas", { width: small.width * times, height: SIDE * times });
  const pen = penOf(large);
  pen.imageSmoothingEnabled = false;
  pen.drawImage(small, 0, 0, large.width, large.height);
  return pngOf(large);
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
