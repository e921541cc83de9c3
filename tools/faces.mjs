/**
 * Draws faces to train a GAN on: avatars of DiceBear's CC0 collections, 64 x 64 in colour, the same ones for the same seed, with the attributes
 * of each, so that copies and missing modes can be counted. The pictures are data and not part of the project.
 *
 *     npm install --no-save @dicebear/core@9 @dicebear/lorelei@9 @dicebear/notionists@9 @dicebear/open-peeps@9 @dicebear/pixel-art@9 @resvg/resvg-js@2
 *     node tools/faces.mjs OUT --style lorelei --count 20000 --seed 1
 *
 * OUT/faces.npy holds the pictures, uint8 [count, 64, 64, 3], and OUT/attributes.jsonl a line of attributes each. To train:
 *     python -m gan_core train dcgan64 --preset live --dataset OUT/faces.npy
 *
 * Art: Lorelei by Lisa Wischofsky, Notionists by Zoish, Open Peeps by Pablo Stanley, Pixel Art by DiceBear, all CC0 1.0. https://www.dicebear.com/licenses/
 */

import { createWriteStream } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { once } from "node:events";
import { parseArgs } from "node:util";

import { createAvatar } from "@dicebear/core";
import { Resvg } from "@resvg/resvg-js";

const SKIN = ["f9d3b4", "edb98a", "d08b5b", "ae5d29", "694d3d"];
const HAIR = ["2c1b18", "4a312c", "724133", "a55728", "b58143", "d6b370", "c93305", "5d6d9e"];
const GROUND = ["b6e3f4", "c0aede", "d1d4f9", "ffd5dc", "ffdfbf"];

/** Each collection's own options: colours where its default is a drawing in black and white. */
const STYLES = {
  lorelei: { skinColor: SKIN, hairColor: HAIR, glassesProbability: 20, beardProbability: 10, earringsProbability: 10, frecklesProbability: 0, hairAccessoriesProbability: 0 },
  notionists: { bodyIconProbability: 0, gestureProbability: 0, glassesProbability: 20, beardProbability: 10 },
  "open-peeps": { skinColor: SKIN, headContrastColor: HAIR, accessoriesProbability: 20, maskProbability: 0, facialHairProbability: 10 },
  "pixel-art": { accessoriesProbability: 0, hatProbability: 0, glassesProbability: 20, beardProbability: 10 },
};

/**
 * @param {import("@dicebear/core").Style<any>} style
 * @param {Object<string, unknown>} options
 * @param {string} seed
 * @param {number} side
 * @returns {{pixels: Uint8Array, attributes: Object<string, unknown>}} red, green and blue of each pixel, row by row
 */
function face(style, options, seed, side) {
  const avatar = createAvatar(style, { ...options, seed, backgroundColor: GROUND });
  const { svg, extra } = avatar.toJson();
  const rgba = new Resvg(svg, { fitTo: { mode: "width", value: side }, background: "white", font: { loadSystemFonts: false } }).render().pixels;
  const pixels = new Uint8Array(side * side * 3);
  for (let i = 0; i < side * side; i += 1) pixels.set(rgba.subarray(4 * i, 4 * i + 3), 3 * i);
  return { pixels, attributes: extra };
}

/** @param {number[]} shape @returns {Buffer} the beginning of an .npy file of uint8, format 1.0 */
function header(shape) {
  const text = `{'descr': '|u1', 'fortran_order': False, 'shape': (${shape.join(", ")}), }`;
  const padded = text.padEnd(Math.ceil((10 + text.length + 1) / 64) * 64 - 11) + "\n";
  const start = Buffer.from([0x93, ...Buffer.from("NUMPY"), 1, 0, padded.length & 255, padded.length >> 8]);
  return Buffer.concat([start, Buffer.from(padded, "latin1")]);
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { style: { type: "string", default: "lorelei" }, count: { type: "string", default: "20000" }, seed: { type: "string", default: "1" }, side: { type: "string", default: "64" } },
});
const [folder] = positionals;
const [count, side] = [Number(values.count), Number(values.side)];
const name = values.style;
if (!folder || !Object.hasOwn(STYLES, name) || !Number.isInteger(count) || count < 1 || !Number.isInteger(side) || side < 16 || side > 128)
  throw new Error(`usage: node tools/faces.mjs OUT [--style ${Object.keys(STYLES).join("|")}] [--count N] [--seed TEXT] [--side 16 ... 128]`);

await mkdir(folder, { recursive: true });
const style = await import(`@dicebear/${name}`);
const out = createWriteStream(`${folder}/faces.npy`);
out.write(header([count, side, side, 3]));
const lines = [];
for (let i = 0; i < count; i += 1) {
  const { pixels, attributes } = face(style, STYLES[name], `${values.seed}-${i}`, side);
  if (!out.write(pixels)) await once(out, "drain");
  lines.push(JSON.stringify(attributes));
}
out.end();
await once(out, "finish");
await writeFile(`${folder}/attributes.jsonl`, `${lines.join("\n")}\n`);
console.log(`${count} faces of ${name}, seed ${values.seed}: ${folder}/faces.npy`);
