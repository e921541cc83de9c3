/** A run of this device as its files say it (docs/formats.md, section 4), and what is written when something of it changes. */

import { t } from "../i18n/i18n.js";
import { MNIST } from "../kit/shape.js";
import { reached } from "./milestones.js";

/** Of a run: networks of so many steps, pictures, whole states of so many. Memory of a phone is not a server's. */
export const MOST = { networks: 12, pictures: 300, states: 4 };
const ACTIVE = ["starting", "running", "paused"];
const CONFIG_KEYS = ["format", "id", "model", "train", "created"];

/**
 * @typedef {import("../runs/types.js").Report} Report
 * @typedef {import("../runs/types.js").Change} Change
 * @typedef {import("../runs/types.js").Status & {updated: number, used?: number, started?: number|null, pid?: null}} Status
 * @typedef {import("../runs/types.js").RunConfig & {format: number, id: string, parent?: {run: string, step: number}}} Config
 * @typedef {{store: import("./store.js").Store, id: string, config: Config, status: Status, reports: Report[], changes: Change[], minutes: number|null, past: number}} Record
 *   `minutes`: how long it may train in all; `past`: how often it was rewound, so that whoever follows it drops what he has
 */

/** @param {number} step @returns {string} as files are named */
export const padded = (step) => String(step).padStart(7, "0");
/** @param {unknown} value @returns {Uint8Array<ArrayBuffer>} */
export const jsonOf = (value) => new TextEncoder().encode(`${JSON.stringify(value)}\n`);
/** @param {unknown[]} values @returns {Uint8Array<ArrayBuffer>} a line each */
export const linesOf = (values) => new TextEncoder().encode(values.map((value) => `${JSON.stringify(value)}\n`).join(""));
/** @returns {number} seconds since 1970, as every file has them */
export const now = () => Date.now() / 1000;

/** @param {{config: {model: {family: string}, train: {dataset: string}}}} asked @param {Date} [when] @returns {string} what a new run is called */
export function nameFor({ config: { model, train } }, when = new Date()) {
  const two = (/** @type {number} */ value) => String(value).padStart(2, "0");
  const day = `${when.getFullYear()}${two(when.getMonth() + 1)}${two(when.getDate())}`;
  return `${model.family}-${train.dataset.replace(/[^a-z0-9]+/g, "-")}-${day}-${two(when.getHours())}${two(when.getMinutes())}${two(when.getSeconds())}`;
}

/**
 * @param {import("./store.js").Store} store
 * @param {string} id
 * @returns {Promise<Record|null>} null where it is no run that can be read
 */
export async function readRecord(store, id) {
  const [config, status, reports, changes, ticket] = await Promise.all([
    store.json(id, "config.json"), store.json(id, "status.json"), store.lines(id, "progress.jsonl"), store.lines(id, "changes.jsonl"), store.json(id, "ticket.json"),
  ]);
  if (!isConfig(config) || typeof status?.state !== "string") return null;
  const whole = (/** @type {any} */ one) => Number.isSafeInteger(one.step) && one.step >= 0;
  return {
    store, id, config: { ...config, id }, status: { ...status, step: Number(status.step) || 0, steps: Number(status.steps) || 0 },
    reports: reports.filter(whole).map((report) => ({ ...report, epoch: Number(report.epoch) || 0 })), changes: changes.filter((one) => whole(one) && one.settings), minutes: Number(ticket?.minutes) || null, past: 0,
  };
}

/** @param {any} config @returns {boolean} whether it is the config of a run that this version reads */
export function isConfig(config) {
  return CONFIG_KEYS.every((key) => key in (config ?? {})) && config.format === 1 && typeof config.model?.family === "string" && typeof config.model?.preset === "string"
    && typeof config.train?.dataset === "string" && Number.isSafeInteger(config.train?.steps);
}

/** @param {Status} status @returns {boolean} */
export const isActive = ({ state }) => ACTIVE.includes(state);

/** @param {Record} record @returns {Status} of a run that says it trains while nobody trains it */
export function interrupted(record) {
  return { ...record.status, state: "interrupted", hand: undefined, reason: t("The page was closed, or the browser put it to sleep. Resume goes on.") };
}

/** @param {Pick<Record, "config">} record @returns {number[]} of a picture that it learns and draws: height, width, channels */
export function shapeOf({ config }) {
  return Array.isArray(config.model.image_shape) ? config.model.image_shape.map(Number) : [...MNIST];
}

/** @param {Record} record @returns {Object<string, any>} the settings of now: what its config asks for, and every change since */
export function settingsNow({ config, changes }) {
  /** @type {Object<string, any>} */
  const settings = { ...config.train };
  for (const change of changes) for (const [name, [, after]] of Object.entries(change.settings)) settings[name] = after;
  if (settings.d_steps !== 1 || !["non_saturating", "minimax"].includes(settings.loss)) settings.one_stage = false; // as TrainConfig.changed has it
  return settings;
}

/** @param {Record} record @returns {import("./store.js").Changes} its reports, and what follows from them */
export function reportFiles({ reports }) {
  const rows = reached(reports);
  return { "progress.jsonl": linesOf(reports), "reached.json": jsonOf({ format: 1, reached: rows }) };
}

/** @param {Record} record @returns {import("./store.js").Changes} */
export function statusFile(record) {
  record.status.updated = now();
  const { hand, ...status } = record.status;
  return { "status.json": jsonOf({ pid: null, started: null, ...status, ...(hand && { hand }) }) };
}

/** @param {Iterable<string>} paths @returns {number[]} steps that networks are kept of, in order */
export function networkSteps(paths) {
  return stepsIn(paths, /^snapshots\/(\d{7,10})\.safetensors$/);
}

/** @param {Iterable<string>} paths @returns {number[]} steps that a picture is kept of, in order */
export function pictureSteps(paths) {
  return stepsIn(paths, /^snapshots\/(\d{7,10})\.png$/);
}

/** @param {Iterable<string>} paths @returns {number[]} steps whose whole state is kept, in order */
export function stateSteps(paths) {
  return stepsIn(paths, /^states\/(\d{7,10})\.safetensors$/);
}

/** @param {Iterable<string>} paths @param {RegExp} rule */
function stepsIn(paths, rule) {
  return [...paths].flatMap((path) => rule.exec(path)?.[1] ?? []).map(Number).sort((a, b) => a - b);
}

/**
 * @param {number[]} steps in order
 * @param {number} most
 * @returns {number[]} which to drop so that `most` stay: never the first or the newest two, always the one that leaves the smallest gap in log(step);
 *   the rule of gan_core/runs/branching.py
 */
export function thinned(steps, most) {
  const left = [...steps];
  const dropped = [];
  while (left.length > most) {
    let place = 1;
    const gap = (/** @type {number} */ i) => (left[i + 1] + 1) / (left[i - 1] + 1);
    for (let i = 1; i < left.length - 2; i += 1) if (gap(i) < gap(place)) place = i;
    dropped.push(...left.splice(place, 1));
  }
  return dropped;
}

/**
 * Forgets what came after a step, in memory; the files of it are taken away.
 * @param {Record} record
 * @param {number} step -1 for everything
 * @param {Iterable<string>} paths its files
 * @returns {import("./store.js").Changes}
 */
export function rewound(record, step, paths) {
  const later = [...paths].filter((path) => Number(/^(?:snapshots|states)\/(\d{7,10})\./.exec(path)?.[1] ?? -1) > step);
  const reports = record.reports.filter((report) => report.step <= step);
  if (reports.length < record.reports.length) record.past += 1;
  record.reports = reports;
  record.changes = record.changes.filter((change) => change.step <= step);
  return { ...Object.fromEntries(later.map((path) => [path, null])), ...reportFiles(record), "changes.jsonl": linesOf(record.changes) };
}
