/**
 * Answers what a server would, for the runs of this device: the routes of docs/formats.md, section 5, from the files that lie here. Who asks for a
 * list gets those of the server behind them.
 */

import { answerBy, noteRuns } from "../engine/sources.js";
import { messageOf, t } from "../i18n/i18n.js";
import { isHere } from "../runs/here.js";
import { modelsChanged } from "../state/modellist.js";
import { interrupted, isActive, networkSteps, padded, pictureSteps, readRecord, shapeOf, stateSteps } from "./record.js";
import { openStore } from "./store.js";
import { reached } from "./milestones.js";

/** @typedef {import("./record.js").Record} Record */
/** @typedef {import("./session.js").Session} Session */

const CHANNEL = "gan-device";
const LOCK = "gan-run ";
/** @type {Object<string, string>} */
const TYPES = { png: "image/png", json: "application/json" };

/** The runs of this device, and the one that trains in this page. */
export class Desk {
  /** @param {import("./store.js").Store} store */
  constructor(store) {
    this.store = store;
    /** @type {Map<string, Promise<Record|null>>} */
    this.records = new Map();
    /** @type {Session|null} */
    this.session = null;
    /** @type {Map<string, Set<() => void>>} */
    this.listeners = new Map();
    /** @type {Set<string>} runs that some page trains now, as far as it is known */
    this.held = new Set();
    this.channel = typeof BroadcastChannel === "function" ? new BroadcastChannel(CHANNEL) : null;
    this.channel?.addEventListener("message", ({ data }) => this.hear(String(data)));
  }

  /** Another page has news of a run. @param {string} id */
  hear(id) {
    if (this.session?.record.id === id) return;
    this.records.delete(id);
    this.tell(id);
  }

  /** @param {string} id */
  tell(id) {
    for (const listener of [...(this.listeners.get(id) ?? [])]) listener();
  }

  /** News of a run that this page has changed. @param {string} id */
  news(id) {
    this.tell(id);
    if (this.loud) return;
    this.loud = true; // other pages read files: not more often than twice a second
    setTimeout(() => {
      this.loud = false;
      this.channel?.postMessage(id);
    }, 500);
  }

  /** @param {string} id @param {() => void} listener */
  follow(id, listener) {
    const own = this.listeners.get(id) ?? new Set();
    this.listeners.set(id, own.add(listener));
    return () => void own.delete(listener);
  }

  /** @param {string} id @returns {Promise<Record>} @throws {Gone} */
  async record(id) {
    const known = this.records.get(id) ?? readRecord(this.store, id);
    this.records.set(id, known);
    const record = await known;
    if (record) return record;
    this.records.delete(id);
    throw new Gone(t("There is no run {id} on this device any more. Choose another one.", { id }));
  }

  /** @returns {Promise<Record[]>} newest first; what cannot be read is left out */
  async all() {
    const found = await Promise.all((await this.store.runs()).filter(isHere).map((id) => this.record(id).catch(() => null)));
    const records = /** @type {Record[]} */ (found.filter(Boolean));
    noteRuns(records.length > 0 && this.store.lasting);
    return records.sort((a, b) => b.config.created - a.config.created);
  }

  /** @param {Record} record @returns {Promise<import("./record.js").Status>} what its files say, unless nobody trains it any more */
  async status(record) {
    if (this.session?.record.id === record.id || !isActive(record.status) || (await isHeld(record))) return record.status;
    return interrupted(record);
  }

  /** @param {Record} record @param {number} since @param {string} mark */
  async progress(record, since, mark) {
    const fits = mark === "" || mark === String(record.past);
    const first = fits && since <= record.reports.length ? since : 0;
    const paths = [...(await this.store.paths(record.id)).keys()];
    const { model, train, created, lab } = record.config;
    return { id: record.id, status: await this.status(record), config: { model, train, created, ...(lab && { lab }) }, first, next: record.reports.length, mark: record.past, networks: networkSteps(paths), pictures: pictureSteps(paths), states: stateSteps(paths), reports: record.reports.slice(first), reached: reached(record.reports) };
  }

  /** @param {Record} record @returns {Promise<import("../runs/types.js").ListedRun>} */
  async listed(record) {
    const { state, step, steps, reason } = await this.status(record);
    const { model, train, created } = record.config;
    return /** @type {any} */ ({ id: record.id, state, step, steps, family: model.family, preset: model.preset, dataset: train.dataset, created, reason: reason ?? "", checkpoint: null });
  }

  /** @param {Record} record @returns {Promise<import("../state/modellist.js").ModelInfo|null>} null while it has drawn nothing */
  async model(record) {
    const { id, config: { model, train }, reports } = record;
    const paths = await this.store.paths(id);
    const steps = networkSteps(paths.keys());
    const last = steps.at(-1);
    if (last === undefined || !this.store.lasting) return null;
    /** @param {number} step @param {string} [role] */
    const url = (step, role = "") => {
      const path = `snapshots/${padded(step)}.${role && `${role}.`}safetensors`;
      return paths.has(path) ? `gan/runs/${id}/${path}` : null;
    };
    const epochOf = (/** @type {number} */ step) => reports.find((report) => report.step === step)?.epoch ?? 0;
    const votes = Number(/** @type {any} */ (model.widths)?.votes ?? 0);
    const prior = url(last, "prior");
    return {
      id: `run:${id}`, kind: "run", title: t("{family}, on this device, {when}", { family: model.family, when: id.replace(/^.*?(\d{8})-(\d\d)(\d\d).*$/, "$2:$3") }),
      family: model.family, latent_dim: Number(model.latent_dim), num_classes: Number(model.num_classes), ...(Array.isArray(model.classes) && { classes: model.classes.map(String) }), image_shape: shapeOf(record), ...(model.rate ? { rate: Number(model.rate) } : {}), opening: false, votes: train.naming ? votes : 0,
      prior: { kind: prior ? "rectified_normal" : "normal" }, step: last, score: null,
      files: { generator: url(last), discriminator: url(last, "discriminator"), encoder: url(last, "encoder"), directions: url(last, "directions"), prior },
      epochs: steps.map((step) => ({ step, epoch: epochOf(step), url: /** @type {string} */ (url(step)), ...(url(step, "encoder") && { encoder: /** @type {string} */ (url(step, "encoder")) }) })),
    };
  }
}

/** A run that is not there: answered as a server answers, with 404. */
class Gone extends Error {}

/** @type {Promise<Desk>|null} */
let desk = null;

/** @returns {Promise<Desk>} the one of this page, which answers from now on; a training that was cut off goes on */
export function attend() {
  desk ??= begin();
  return desk;
}

async function begin() {
  const made = new Desk(await openStore());
  answerBy({ answer: (path, options, goOn) => answer(made, path, options, goOn), follow: (id, listener) => made.follow(id, listener) });
  const records = await made.all();
  if (records.length) modelsChanged();
  const cut = records.find(({ status }) => ["starting", "running"].includes(status.state));
  if (cut && made.store.lasting && !(await isHeld(cut))) import("./training.js").then(({ resume }) => resume(made, cut)).catch((error) => console.warn("A training could not go on:", error));
  return made;
}

/** @param {Desk} made @param {string} path below gan/ @param {RequestInit|undefined} options @param {() => Promise<Response>} goOn @returns {Promise<Response>|null} */
function answer(made, path, options, goOn) {
  const [plain, query] = path.split("?");
  if (plain === "runs.json") return merged(goOn, "runs", async () => Promise.all((await made.all()).map((record) => made.listed(record))), true);
  if (plain === "models.json") return merged(goOn, "models", async () => (await Promise.all((await made.all()).map((record) => made.model(record)))).filter(Boolean), false);
  const [, id, rest] = /^runs\/([^/]+)\/(.+)$/.exec(plain) ?? [];
  if (!isHere(id)) return null;
  return ofRun(made, id, rest, new URLSearchParams(query), options).catch((error) => said({ error: messageOf(error) }, error instanceof Gone ? 404 : 400));
}

/** A list of the server with that of this device. @param {() => Promise<Response>} goOn @param {string} name @param {() => Promise<unknown[]>} own @param {boolean} first */
async function merged(goOn, name, own, first) {
  const [theirs, ours] = await Promise.all([goOn(), own().catch(() => [])]);
  if (!theirs.ok) return theirs;
  const list = await theirs.json().catch(() => null);
  if (!Array.isArray(list?.[name])) return said(list, 200);
  return said({ ...list, [name]: first ? [...ours, ...list[name]] : [...list[name], ...ours] }, 200);
}

/** @param {Desk} made @param {string} id @param {string} rest @param {URLSearchParams} query @param {RequestInit|undefined} options */
async function ofRun(made, id, rest, query, options) {
  const record = await made.record(id);
  if (rest === "progress.json") return said(await made.progress(record, Number(query.get("since")) || 0, query.get("mark") ?? ""), 200);
  if (rest === "control" || rest === "branch") {
    const hands = await import("./training.js");
    return said(await hands[rest](made, record, JSON.parse(String(options?.body))), 200);
  }
  if (/^snapshots\/[\w.]+$/.test(rest)) {
    const bytes = await made.store.read(id, rest);
    if (bytes) return new Response(bytes, { headers: { "Content-Type": TYPES[rest.split(".").pop() ?? ""] ?? "application/octet-stream" } });
  }
  throw new Gone(t("There is no {path} of {id} on this device.", { path: rest, id }));
}

/** @param {unknown} value @param {number} status */
function said(value, status) {
  return new Response(JSON.stringify(value), { status, headers: { "Content-Type": "application/json" } });
}

/** @param {Record} record @returns {Promise<boolean>} whether a page of this browser trains it now */
export async function isHeld({ id, status }) {
  const { locks } = globalThis.navigator ?? {};
  if (!locks) return isActive(status) && Math.abs(Date.now() / 1000 - status.updated) < 5; // a page without https: nobody knows, but whoever trains writes every second
  const { held } = await locks.query();
  return (held ?? []).some(({ name }) => name === LOCK + id);
}

/**
 * Be the one page that trains a run, until `release` is called or the page is gone.
 * @param {string} id
 * @returns {Promise<() => void>} release
 * @throws {Error} where another page has it
 */
export function take(id) {
  const { locks } = globalThis.navigator ?? {};
  if (!locks) return Promise.resolve(() => {});
  return new Promise((resolve, reject) => {
    const refuse = () => reject(elsewhere());
    locks.request(LOCK + id, { ifAvailable: true }, (lock) => (lock ? new Promise((release) => resolve(() => release(undefined))) : refuse())).catch(reject);
  });
}

/** @returns {Error} of a run that another page trains */
export function elsewhere() {
  return new Error(t("Another tab of this browser trains this run already. Look there, or stop it first."));
}
