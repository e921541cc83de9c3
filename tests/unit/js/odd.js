/**
 * What the browser reads of strangers, and ways to make it odd: good inputs, a change of one, and reading as the page does it. For
 * `strangers.test.js`, which tries some hundreds, and `tests/stress/strangers.mjs`, which tries as many as it is told.
 */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";

import { Engine } from "../../../ui/static/engine/engine.js";
import { parseSafetensors } from "../../../ui/static/engine/safetensors.js";
import { RunFeed } from "../../../ui/static/runs/runfeed.js";
import { check, pathOfLink } from "../../../ui/static/share/linkedpath.js";
import { normal } from "../../../ui/static/state/latent.js";
import { decodeView, encodeView } from "../../../ui/static/state/link.js";
import { START } from "../../../ui/static/state/view.js";
import { NEWEST, trainingView } from "../../../ui/static/training/trainingview.js";
import { fileOf } from "./files.js";

/** @typedef {{name: string, seeds: unknown[], change: (random: () => number, input: any) => unknown, read: (input: any) => boolean}} Reader
 *    `read` says whether the input was taken; it throws a plain Error with a sentence for one that was not, and anything else is a fault */

const CHECKPOINTS = new URL("../../../checkpoints/", import.meta.url);
const RECORDINGS = new URL("../../../recordings/", import.meta.url);
const ROLES = ["generator", "discriminator", "encoder"];

/** Numbers in [0, 1) that are the same every time. @param {number} seed */
export function randomOf(seed) {
  let state = seed >>> 0;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
}

const pick = (random, values) => values[Math.floor(random() * values.length)];
const VALUES = [null, true, -1, 0, 0.5, 3, 1e6, 2 ** 40, 1e308, "", "x", "__proto__", "constructor", "x".repeat(9000), [], [1], [-1], [2 ** 20, 2 ** 20], {}, { op: "dense" }, [[[null]]]];

/** One place of a JSON value, chosen evenly, becomes another value, goes, or comes twice. */
export function inJson(random, value) {
  const places = [];
  const walk = (holder) => {
    for (const key of Object.keys(holder)) {
      places.push([holder, key]);
      if (typeof holder[key] === "object" && holder[key] !== null) walk(holder[key]);
    }
  };
  const root = { value: structuredClone(value) };
  walk(root);
  const [holder, key] = pick(random, places);
  const kind = random();
  if (kind < 0.2) delete holder[key];
  else if (kind < 0.35 && Array.isArray(holder)) holder.push(structuredClone(holder[key]));
  else if (kind < 0.6 && typeof holder[key] === "number") holder[key] = Math.floor(holder[key] * pick(random, [2, 1000, -1, 0.5]));
  else holder[key] = pick(random, VALUES);
  return root.value === undefined ? null : JSON.parse(JSON.stringify(root.value)); // with no holes in its lists, as JSON has none
}

/** Header and body of a file. @param {Uint8Array} file */
export function taken(file) {
  const buffer = file.buffer.slice(file.byteOffset, file.byteOffset + file.length);
  const length = Number(new DataView(buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
  return { buffer, header, body: new Uint8Array(buffer, 8 + length) };
}

/** Small networks of the shipped ones, so that many can be tried. */
export const programs = readdirSync(CHECKPOINTS, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  .flatMap(({ name }) => ROLES.map((role) => new URL(`${name}/${role}.safetensors`, CHECKPOINTS)))
  .flatMap((url) => {
    try {
      return [readFileSync(url)];
    } catch {
      return [];
    }
  }).sort((a, b) => a.length - b.length).slice(0, 4);

/** One bit of the first bytes, which the header is in; a cut; or the header's JSON. */
function inFile(random, buffer) {
  const kind = random();
  if (kind < 0.3) {
    const bytes = new Uint8Array(buffer.slice(0));
    bytes[Math.floor(random() * Math.min(bytes.length, 4000))] ^= 1 << Math.floor(random() * 8);
    return bytes.buffer;
  }
  if (kind < 0.4) return buffer.slice(0, Math.floor(random() * buffer.byteLength));
  const { header, body } = taken(new Uint8Array(buffer));
  return fileOf(inJson(random, header), [body]);
}

/** One thing of the network that is in a file. */
function inProgram(random, buffer) {
  const { header, body } = taken(new Uint8Array(buffer));
  const program = inJson(random, JSON.parse(header.__metadata__.program));
  return fileOf({ ...header, __metadata__: { program: JSON.stringify(program) } }, [body]);
}

const WORDS = ["", "s", "~", ".", "-1", "99999999999", "1e9", "NaN", "%", "%00", "%ff", "&", "=", "z", "e.", "AAAA", "AACAPw", "AADAfw", "w", "true", "[]", "__proto__", "x".repeat(300)];

/** A piece of a query is cut out, doubled, or replaced by a word. */
function inText(random, text) {
  const [from, to] = [random(), random()].map((x) => Math.floor(x * (text.length + 1))).sort((a, b) => a - b);
  const kind = random();
  const middle = kind < 0.2 ? "" : kind < 0.4 ? text.slice(from, to).repeat(2) : kind < 0.6 ? String.fromCharCode(Math.floor(random() * 300)) : pick(random, WORDS);
  return text.slice(0, from) + middle + text.slice(kind < 0.6 ? to : Math.min(to, from + 3));
}

function links() {
  const base = normal(7, 64);
  const state = { ...START, model: "cgan-mnist", seed: 4294967295, gridSeed: 12, psi: 0.1 + 0.2, digit: 0, other: 9, blend: 1 / 3, epoch: 0, smooth: true };
  const path = { keys: [{ seed: 5, weights: 3 }, { z: base, weights: Float32Array.from({ length: 10 }, (_, i) => Number(i === 3)) }, { seed: 0 }], closed: true, spherical: false, steps: 60, framesPerSecond: 25, position: 0.5 };
  return [
    encodeView({ ...state, z: base.map((x) => x + 1) }), encodeView({ ...state, z: base.map((x, i) => x + Number(i === 3)) }, { base }), encodeView(state, { path }),
    "v=1&am=mine&ap=m7.980&an=0.37~5&ab=0~3~14~28&ao=0.3~-3&ac=e.AAAAAIA_AgAAAAA-&tab=autoencode&talk=1&hide=grid,seed",
  ];
}

const INFO = { title: "CGAN", latent_dim: 64, num_classes: 10, epochs: [{ step: 0 }] };

/** A link as the page takes it: decoded, held against its model, its path drawn out, written again. */
function readLink(query) {
  const linked = decodeView(query);
  if (!linked.given) return false;
  check(linked, /** @type {any} */ (INFO), linked.state.model);
  const path = linked.path && pathOfLink(linked.path, { numClasses: 10, groups: [], sample: (seed) => normal(seed, 64) });
  for (const key of path?.keys ?? []) assert.equal(key.z.length, 64);
  decodeView(encodeView({ ...START, ...linked.state }));
  return true;
}

/** What a static build tells of the shipped recordings. */
function recordings() {
  return readdirSync(RECORDINGS).filter((name) => !name.includes(".")).slice(0, 2).map((name) => {
    const read = (file) => JSON.parse(readFileSync(new URL(`${name}/${file}`, RECORDINGS), "utf8"));
    const lines = readFileSync(new URL(`${name}/progress.jsonl`, RECORDINGS), "utf8").trim().split("\n").slice(0, 12).map((line) => JSON.parse(line));
    const alarm = { kind: "d_won", accuses: true, since: 3, numbers: { real: 1, fake: 0.99, g_loss: 5 }, settings: { g_learning_rate: 0.1 }, last_good: null };
    const change = { step: 3, settings: { g_learning_rate: [0.1, 0.2] }, from: "dense-digits-1" };
    lines[1] = { ...lines[1], digits: Array(10).fill(0.1), alarms: [alarm], changes: [change] };
    const status = { ...read("status.json"), hand: { mode: "slow", step: 3, rate: 0.5, part: null, numbers: { d: { d_real_before: 1 }, g: null }, settings: {} }, alarms: [alarm] };
    return { id: name, status, config: read("config.json"), next: lines.length, pictures: [lines[0].step], reached: [{ after: 10, step: 3, seconds: 9.5, distance: 3 }], reports: lines };
  });
}

/** A recording as the Train tab takes it: learned by who follows the run, and shown at its newest and at an earlier moment. */
function readRecording(answer) {
  const feed = Object.assign(Object.create(RunFeed.prototype), {
    run: { id: "r", status: null, config: null, reports: [], reached: [], pictures: null, lost: "" }, next: 0, mark: null, stopped: false, hangUp() {}, poke() {},
  });
  if (!feed.learn(structuredClone(answer))) return false;
  const around = { runs: [], recordings: new Map([["r", "d_too_strong"]]), controls: true, mayChange: true, problem: "", failures: [], waited: 0 };
  for (const at of [null, 0, 3]) {
    const view = trainingView(feed.run, { ...NEWEST, at, pinned: 0 }, around);
    for (const words of [view.words, view.numbers, view.moment ?? "", view.drawn, view.blank, ...Object.values(view.diagnosis ?? {}).filter((text) => typeof text === "string"), ...view.list.map(({ text }) => text)]) assert.doesNotMatch(words, /undefined|NaN|\[object/);
  }
  return true;
}

/** @returns {Reader[]} */
export function readers() {
  const files = programs.map((file) => taken(file).buffer);
  const open = (buffer) => new Engine(buffer).outputLength > 0;
  return [
    { name: "program", seeds: files, change: inProgram, read: open },
    { name: "safetensors", seeds: files, change: inFile, read: (buffer) => Object.keys(parseSafetensors(buffer)).length >= 0 && open(buffer) },
    { name: "link", seeds: links(), change: inText, read: readLink },
    { name: "recording", seeds: recordings(), change: inJson, read: readRecording },
  ];
}

/**
 * Whether an input was taken, after it was read.
 * @param {Reader} reader @param {unknown} input
 * @throws {assert.AssertionError} where it was refused otherwise than by a sentence: an error of another kind means that the page is to blame
 */
export function isTaken(reader, input) {
  try {
    return reader.read(input);
  } catch (error) {
    assert.equal(error.constructor, Error, `${reader.name}: ${error.stack}`);
    assert.ok(error.message.length > 20 && error.message.length < 600, `${reader.name}: ${error.message}`);
    return false;
  }
}
