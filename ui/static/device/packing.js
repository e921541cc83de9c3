/** What a person has given as one file for the server: a file that is one already stays, anything else becomes a zip; photographs are made smaller first. */

import { t } from "../i18n/i18n.js";
import { baseName } from "./collect.js";
import { zipOf } from "./zip.js";

/** @typedef {import("./collect.js").Given} Given */

const PICTURES = /\.(png|jpe?g|webp|gif|bmp)$/i;
const TABLES = /\.(zip|npz|npy|csv|wav|mat)$|ubyte(\.gz)?$|\.?idx\d?(\.|-|$)/i;
/** A file of more bytes than this is drawn smaller: no network here learns more than 128 pixels a side, the server halves what is over 512. */
const LARGE = 400_000;
const SIDE = 512;
const MOST = 96 * 2 ** 20;

/**
 * @param {Given[]} given
 * @param {(done: number) => void} [onProgress]
 * @returns {Promise<{name: string, blob: Blob}>}
 * @throws {Error} where it is too much
 */
export async function packed(given, onProgress = () => {}) {
  const [first] = given;
  const checked = (/** @type {{name: string, blob: Blob}} */ made) => {
    if (made.blob.size > MOST) throw new Error(t("{name} has {size} MB; at most {most} can be sent. Take fewer pictures.", { name: made.name, size: Math.ceil(made.blob.size / 2 ** 20), most: MOST / 2 ** 20 }));
    return made;
  };
  if (given.length === 1 && TABLES.test(first.path)) return checked({ name: baseName(first.path), blob: first.file });
  if (given.reduce((sum, { path, file }) => sum + (PICTURES.test(path) ? Math.min(file.size, LARGE) : file.size), 0) > MOST) throw new Error(t("These are over {most} MB. Take fewer pictures.", { most: MOST / 2 ** 20 }));
  const entries = [];
  for (const [done, { path, file }] of given.entries()) {
    const smaller = file.size > LARGE && PICTURES.test(path) ? await drawnSmaller(file) : null;
    entries.push({ path: smaller ? `${path}.png` : path, bytes: new Uint8Array(await (smaller ?? file).arrayBuffer()) });
    if (done % 50 === 49) onProgress(done + 1);
  }
  const top = first.path.split("/")[0];
  const name = given.every(({ path }) => path.startsWith(`${top}/`)) ? top : "pictures";
  return checked({ name: `${name}.zip`, blob: zipOf(entries) });
}

/** @param {Blob} file @returns {Promise<Blob|null>} a PNG, upright; null where this browser cannot read it, and the server is to say why */
async function drawnSmaller(file) {
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (!bitmap) return null;
  const scale = Math.min(1, SIDE / Math.max(bitmap.width, bitmap.height));
  const canvas = new OffscreenCanvas(Math.max(1, Math.round(bitmap.width * scale)), Math.max(1, Math.round(bitmap.height * scale)));
  const pen = canvas.getContext("2d");
  if (!pen) return null;
  pen.imageSmoothingQuality = "high";
  pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return canvas.convertToBlob({ type: "image/png" });
}
