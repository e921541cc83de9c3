/**
 * Pictures to train on: packed sets that come with the page (gan_core/data/packed.py), fetched when wanted and kept for use without network, and a
 * person's own, which never leave this device.
 */

import { address, fetchBytes } from "../engine/programs.js";
import { t } from "../i18n/i18n.js";
import { inflated } from "../kit/inflate.js";
import { isSignal, MNIST, numbersIn } from "../kit/shape.js";
import { joined } from "./bytes.js";
import { MOST_CLASSES } from "./collect.js";
import { listSets } from "./recipes.js";
import { crc32 } from "./zip.js";

const SHELF = "gan-pictures";
const [HEIGHT, WIDTH] = MNIST;
const PIXELS = numbersIn(MNIST);
const MOST_PICTURES = 70_000;
const MOST_HEADER = 10_000;
/** Fewer of a person's own make no training. */
export const FEWEST_OWN = 8;
/** Of a person's own, every so many-th is not trained on. */
const HOLD_OUT_EVERY = 8;
/** Signals of which this page has the equations: nothing is fetched. */
export const MADE = "vibration";
/** What a run's `dataset` says of a person's own. */
export const OWN = "own-pictures";

/** @typedef {import("../trainer/protocol.js").Pictures} Pictures */

/** @param {string} name @returns {Promise<Pictures & {heldOutLabels: Uint8Array}>} @throws {Error} with a sentence */
export async function fetchSet(name) {
  if (name === MADE) return made();
  const found = (await listSets()).find((one) => one.name === name);
  if (!found) throw new Error(t("This page has no pictures called {name}. Choose others.", { name: JSON.stringify(name) }));
  return unpack(await keptBytes(address(found.url)));
}

async function made() {
  const { TEST, TRAIN, windows } = await import("./vibration.js");
  const [learned, kept] = [windows("train", TRAIN), windows("test", TEST)];
  return { ...learned, heldOut: kept.images, heldOutLabels: kept.labels };
}

/** @param {string} name of a packed set, or of signals that are made here @returns {Promise<{shape?: import("../kit/shape.js").Shape, classes?: string[], rate?: number}>} what `fitted` has to know of it */
export async function aboutSet(name) {
  if (name !== MADE) return {};
  const { CLASSES, LENGTH, RATE } = await import("./vibration.js");
  return { shape: [LENGTH, 1], classes: CLASSES, rate: RATE };
}

/** In the browser's own shelf where it has one; its service worker keeps them already where there is one. @param {string} url absolute */
async function keptBytes(url) {
  const shelf = globalThis.navigator?.serviceWorker?.controller ? null : await globalThis.caches?.open(SHELF).catch(() => null);
  const kept = await shelf?.match(url);
  if (kept) return kept.arrayBuffer();
  const bytes = await fetchBytes(url);
  // an address of another content is another one: the older file goes
  for (const old of (await shelf?.keys()) ?? []) if (old.url.split("/").at(-3) === url.split("/").at(-3)) await shelf?.delete(old);
  await shelf?.put(url, new Response(bytes.slice(0))).catch(() => {}); // no room: it is fetched again next time
  return bytes;
}

/**
 * @param {ArrayBuffer} buffer a packed set
 * @returns {Promise<Pictures & {attribution: string, heldOutLabels: Uint8Array}>}
 * @throws {Error} where it is none
 */
export async function unpack(buffer) {
  const damaged = new Error(t("The packed pictures are damaged. Reload the page, then try again."));
  if (buffer.byteLength < 5) throw damaged;
  const length = new DataView(buffer).getUint32(0, true);
  if (length > MOST_HEADER || length + 4 > buffer.byteLength) throw damaged;
  let header;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array(buffer, 4, length)));
  } catch {
    throw damaged;
  }
  const { format, width, height, train, held_out: heldOut, attribution } = header;
  const count = train + heldOut;
  if (format !== 1 || width !== WIDTH || height !== HEIGHT || ![train, heldOut].every((n) => Number.isSafeInteger(n) && n >= 0) || count < 2 || count > MOST_PICTURES) throw damaged;
  const bytes = await inflated([new Uint8Array(buffer, 4 + length)], count * (1 + PIXELS)).catch(() => {
    throw damaged;
  });
  const [labels, images] = [bytes.subarray(0, count), bytes.subarray(count)];
  if (labels.some((label) => label >= header.classes.length)) throw damaged;
  return { images: images.slice(0, train * PIXELS), labels: labels.slice(0, train), heldOut: images.slice(train * PIXELS), heldOutLabels: labels.slice(train), attribution: String(attribution) };
}

/**
 * @typedef {object} OwnAbout what a run keeps of a person's own beside the pictures (docs/formats.md, section 4c)
 * @property {string} prepare what was done to them
 * @property {import("../kit/shape.js").Shape} shape of each, as it is learned
 * @property {string[]} classes
 * @property {number[]} labels of each picture, -1 where there are no classes
 * @property {boolean[]} heldOut
 * @property {number} [rate] of signals, samples a second
 * @property {string} [fingerprint] of all of that; runs of earlier versions have none
 */

/** @param {Uint8Array[]} pictures @param {OwnAbout} [about] without one they have no labels, and some are held out @returns {Pictures} */
export function ownSet(pictures, about) {
  const out = (/** @type {number} */ i) => (about ? about.heldOut[i] : i % HOLD_OUT_EVERY === HOLD_OUT_EVERY - 1);
  const labels = about?.classes.length ? Uint16Array.from(about.labels.filter((_, i) => !out(i))) : null;
  return { images: joined(pictures.filter((_, i) => !out(i))), labels, heldOut: joined(pictures.filter((_, i) => out(i))) };
}

/**
 * A person's own as the files of a run, so that it goes on after a reload.
 * @param {Uint8Array<ArrayBuffer>[]} pictures @param {OwnAbout} [about]
 * @returns {{file: Uint8Array<ArrayBuffer>, about: OwnAbout|undefined}}
 */
export function ownFiles(pictures, about) {
  const file = joined(pictures);
  return { file, about: about && { ...about, fingerprint: fingerprintOf(file, about) } };
}

/** Other pictures, labels, names, sizes or another split have another one. @param {Uint8Array} file @param {OwnAbout} about @returns {string} CRC-32, for accidents: whoever changes both files may */
function fingerprintOf(file, { shape, classes, labels, heldOut, rate }) {
  const told = new TextEncoder().encode(JSON.stringify([shape, classes, labels, heldOut.map(Number), ...(rate ? [rate] : [])]));
  return [file, told].map((bytes) => crc32(bytes).toString(16).padStart(8, "0")).join("");
}

/** @returns {Error} */
const gone = () => new Error(t("The pictures that this run learned from are not here, so it cannot go on."));

/** @param {Uint8Array|undefined} file of a run, pictures.bin @param {OwnAbout} [about] @returns {Pictures} @throws {Error} where the run has none, or others than it began with */
export function readOwnFile(file, about) {
  const pixels = numbersIn(about?.shape ?? MNIST);
  if (!file || file.length % pixels || file.length / pixels < FEWEST_OWN) throw gone();
  const now = about?.fingerprint && fingerprintOf(file, about);
  if (about && now && about.fingerprint !== now)
    throw new Error(t("This run learned from other pictures: those that lie in it have the fingerprint {now}, it began with {known}. Take in the zip that it was downloaded as, or start a new run.", { now, known: String(about.fingerprint) }));
  return ownSet(Array.from({ length: file.length / pixels }, (_, i) => file.subarray(i * pixels, (i + 1) * pixels)), about);
}

/** @param {Uint8Array|undefined} bytes of a run's pictures.json @param {number} length of its pictures.bin @returns {OwnAbout|undefined} @throws {Error} for one that is damaged */
export function readOwnAbout(bytes, length) {
  if (!bytes) return undefined;
  let about;
  try {
    about = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw gone();
  }
  const { format, prepare, shape = MNIST, classes, labels, heldOut, rate, fingerprint } = about ?? {};
  const shaped = Array.isArray(shape) && (rate > 0 ? isSignal(shape) : shape.length === MNIST.length) && shape.every((side) => Number.isInteger(side) && side > 0);
  const count = shaped ? length / numbersIn(shape) : NaN;
  const lists = [classes, labels, heldOut].every(Array.isArray) && labels.length === count && heldOut.length === count && classes.length <= MOST_CLASSES;
  if (format !== 1 || !lists || !classes.every((/** @type {unknown} */ name) => typeof name === "string") || !labels.every((/** @type {unknown} */ label) => Number.isInteger(label) && Number(label) >= -1 && Number(label) < Math.max(1, classes.length)))
    throw gone();
  return { prepare: String(prepare), shape, classes, labels, heldOut: heldOut.map(Boolean), ...(rate > 0 && { rate: Number(rate) }), ...(typeof fingerprint === "string" && { fingerprint }) };
}
