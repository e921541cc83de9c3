/** Trainings of this device begin here, go on, are steered, branch, and end. One at a time in a page: they share its cores. */

import { noteRuns } from "../engine/sources.js";
import { messageOf, t } from "../i18n/i18n.js";
import { idHere } from "../runs/here.js";
import { ABOUT } from "../runs/settings.js";
import { listModels, modelsChanged } from "../state/modellist.js";
import { checkImplemented } from "../trainer/implemented.js";
import { checkCost } from "../trainer/cost.js";
import { merged } from "../trainer/wishes.js";
import { aboutSet, fetchSet, OWN, ownFiles, readOwnAbout, readOwnFile } from "./pictures.js";
import { isActive, jsonOf, linesOf, nameFor, now, padded, readRecord, reportFiles, settingsNow, stateSteps, statusFile } from "./record.js";
import { fitted, recipeOf } from "./recipes.js";
import { Session } from "./session.js";
import { elsewhere, isHeld, take } from "./source.js";

/**
 * @typedef {import("./source.js").Desk} Desk
 * @typedef {import("./record.js").Record} Record
 * @typedef {import("../trainer/protocol.js").Recipe} Recipe
 * @typedef {import("../runs/types.js").Settings} Settings
 * @typedef {object} Asked what a person wants trained
 * @property {string} family
 * @property {string} preset
 * @property {string} dataset a packed set's name, or `OWN`
 * @property {Uint8Array<ArrayBuffer>[]} [own] a person's own pictures
 * @property {import("./pictures.js").OwnAbout} [about] their shape and classes, what was done to them, which are held out
 * @property {number} steps
 * @property {number|null} [minutes] at most, in all
 * @property {Settings} [settings] of TrainConfig, beside the preset's
 * @property {Object<string, unknown>} [model] of ModelConfig, where the networks are not the preset's
 * @property {string} [lab] the failure that it is made to show
 */

const MOST_STEPS = 1_000_000;
const OWN_FILES = ["pictures.bin", "pictures.json"];
/** Data whose pictures are digits, so that the classifier reads them. */
const DIGITS = ["mnist", "digits"];

/**
 * @param {Desk} desk
 * @param {Asked} asked
 * @returns {Promise<string>} the id of the run, which has begun
 * @throws {Error} with a sentence
 */
export async function start(desk, asked) {
  await checkFree(desk);
  const recipe = await recipeOf({ family: asked.family, preset: asked.preset, ...asked.model });
  const model = fitted(recipe, asked.about ?? (await aboutSet(asked.dataset)));
  if (!Number.isInteger(asked.steps) || asked.steps < 1 || asked.steps > MOST_STEPS) throw new Error(t("The number of steps is {steps}; expected a whole number from 1 to {most}.", { steps: String(asked.steps), most: MOST_STEPS }));
  if (asked.minutes && !(asked.minutes > 0)) throw new Error(t("The minutes are {minutes}; expected a number above 0, or nothing.", { minutes: String(asked.minutes) }));
  // every layer is float32 here, whatever a processor has, and so it goes on elsewhere
  const train = merged(recipe.train, { ...asked.settings, dataset: asked.dataset, steps: asked.steps, precision: "float32" });
  checkImplemented(recipe, model, train);
  checkCost({ recipe, model, train });
  const own = asked.dataset === OWN ? ownFiles(asked.own ?? [], asked.about) : null;
  const data = own ? readOwnFile(own.file, own.about) : await fetchSet(asked.dataset);
  checkLabels(model, data);
  await desk.store.checkRoom();
  const config = { format: 1, model, train, created: now(), ...(asked.lab && { lab: asked.lab }) };
  const id = await freeId(desk, nameFor({ config: /** @type {any} */ (config) }));
  await desk.store.write(id, {
    ...beginning({ ...config, id }), ...(asked.minutes ? { "ticket.json": jsonOf({ number: 0, owner: "", minutes: asked.minutes }) } : {}),
    ...(own ? { "pictures.bin": own.file } : {}),
    ...(own?.about ? { "pictures.json": jsonOf({ format: 1, ...own.about }) } : {}),
  });
  return begin(desk, await desk.record(id), recipe, data, "run");
}

/**
 * As gan_core/runs/creating.py: a network that takes a class has to be told which one a picture is of.
 * @param {Recipe["model"]} model @param {import("../trainer/protocol.js").Pictures} data @throws {Error}
 */
function checkLabels(model, { labels }) {
  const [family, classes] = [String(model.family), Number(model.num_classes)];
  if (classes && !labels?.every((label) => label < classes)) throw new Error(t("{family} is told the class of every picture, and these have no classes from 0 to {last}. Put each class into a folder of its name, or choose another network.", { family, last: classes - 1 }));
}

/** @param {any} config @returns {import("./store.js").Changes} */
function beginning(config) {
  const status = { state: "starting", step: 0, steps: config.train.steps, pid: null, started: null, updated: now(), reason: "" };
  return { "config.json": jsonOf(config), "status.json": jsonOf(status), "progress.jsonl": new Uint8Array(), "sessions.jsonl": linesOf([{ step: 0, machine: machine(), versions: {} }]) };
}

/** Who trains: the browser and how many cores it has. */
function machine() {
  const { userAgent = "", hardwareConcurrency = 0 } = globalThis.navigator ?? {};
  const [browser = ""] = /(?:Firefox|Edg|OPR|Chrome|Safari)\/\d+/.exec(userAgent) ?? [];
  return [browser, hardwareConcurrency].join(" ");
}

/** @param {Desk} desk @param {string} name */
async function freeId(desk, name) {
  const taken = new Set(await desk.store.runs());
  for (let i = 1; ; i += 1) {
    const id = idHere(i === 1 ? name : `${name}-${i}`);
    if (!taken.has(id)) return id;
  }
}

/** One that has ended, and is only written still, is waited for. @param {Desk} desk */
async function checkFree(desk) {
  if (desk.session?.final) await desk.session.over();
  if (desk.session) throw new Error(t("A training goes on in this page. Stop it first, or wait until it has ended."));
}

/**
 * @param {Desk} desk @param {Record} record @param {Recipe} recipe @param {import("../trainer/protocol.js").Pictures} data @param {"run"|"pause"} mode
 * @returns {Promise<string>}
 */
async function begin(desk, record, recipe, data, mode) {
  const { id } = record;
  const release = await take(id);
  const digits = DIGITS.includes(record.config.train.dataset);
  const classifier = digits ? (await listModels().catch(() => null))?.classifier ?? null : null;
  const session = new Session(record, recipe, data, {
    classifier, onNews: () => desk.news(id),
    onEnd: () => {
      desk.session = null;
      removeEventListener("pagehide", leave);
      document.removeEventListener("visibilitychange", leave);
      release();
      modelsChanged();
    },
  });
  desk.session = session;
  noteRuns(desk.store.lasting);
  const leave = () => session.save();
  addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", leave);
  await session.start(mode);
  desk.news(id);
  return id;
}

/** A person's own pictures that a run has. @param {Desk} desk @param {string} id */
async function ownOf(desk, id) {
  const [own, about] = await Promise.all(OWN_FILES.map((file) => desk.store.read(id, file)));
  return own && readOwnFile(own, readOwnAbout(about, own.length));
}

/** Goes on where it stood. @param {Desk} desk @param {Record} record @param {"run"|"pause"} [mode] */
export async function resume(desk, record, mode = "run") {
  if (desk.session?.record.id === record.id && !desk.session.final) return record.id;
  await checkFree(desk);
  const recipe = await recipeOf(record.config.model);
  checkImplemented(recipe, record.config.model, settingsNow(record));
  const { dataset } = record.config.train;
  const data = (await ownOf(desk, record.id)) ?? (await fetchSet(dataset));
  // another page may have trained it since
  desk.records.delete(record.id);
  const fresh = await desk.record(record.id);
  if (fresh.minutes && (fresh.status.used ?? 0) >= 60 * fresh.minutes) {
    fresh.minutes = null; // whoever resumes it wants more of it
    await desk.store.write(record.id, { "ticket.json": null });
  }
  return begin(desk, fresh, recipe, data, mode);
}

/** @param {Desk} desk @param {string} id */
export async function remove(desk, id) {
  if (desk.session?.record.id === id) await desk.session.stop();
  await desk.store.remove(id);
  desk.records.delete(id);
  await desk.all();
  desk.news(id);
  modelsChanged();
}

/**
 * `POST gan/runs/<id>/control`
 * @param {Desk} desk @param {Record} record @param {any} wish
 */
export async function control(desk, record, wish) {
  if (desk.session?.record.id !== record.id || desk.session.final) {
    if (desk.session?.record.id !== record.id && await isHeld(record)) throw elsewhere();
    if (wish.do !== "resume") throw new Error(t("Nobody trains {id} in this page now. Resume it first.", { id: record.id }));
    await resume(desk, record);
    return { run: record.id, wish };
  }
  if (wish.do === "change") checkSettings(wish.settings, (about) => about.offered || true);
  desk.session.wish(wish);
  return { run: record.id, wish };
}

/** @param {any} settings @param {(about: import("../runs/settings.js").Setting) => boolean} allowed @throws {Error} that says what was expected */
function checkSettings(settings, allowed) {
  for (const [name, value] of Object.entries(settings ?? {})) {
    const about = Object.hasOwn(ABOUT, name) ? ABOUT[name] : null;
    if (!about || !allowed(about)) throw new Error(t("{name} cannot be changed here.", { name }));
    const { kind, low, high, choices, label } = about;
    const fits = kind === "bool" ? typeof value === "boolean" : kind === "str" ? choices.includes(String(value)) : typeof value === "number" && value >= low && value <= high && (kind === "float" || Number.isInteger(value));
    if (!fits) throw new Error(t("{name} is {value}; expected {range}.", { name: label, value: String(value), range: choices.length ? choices.join(", ") : `${low} … ${high}` }));
  }
}

/**
 * `POST gan/runs/<id>/branch`: a new run that has this one's past up to its last kept state at or before the step.
 * @param {Desk} desk @param {Record} parent @param {{step: number, settings?: Settings}} asked
 */
export async function branch(desk, parent, { step, settings = {} }) {
  checkSettings(settings, () => true);
  const paths = await desk.store.paths(parent.id);
  const at = stateSteps(paths.keys()).filter((kept) => kept <= step).at(-1);
  if (at === undefined) throw new Error(t("No state is kept of step {step} or before.", { step }));
  await desk.store.checkRoom();
  const recipe = await recipeOf(parent.config.model);
  checkImplemented(recipe, parent.config.model, merged(settingsNow(parent), settings));
  const data = (await ownOf(desk, parent.id)) ?? (await fetchSet(parent.config.train.dataset));
  if (desk.session) await desk.session.stop();
  const { config, reports, changes } = parent;
  const past = changes.filter((change) => change.step <= at);
  const before = settingsNow({ ...parent, changes: past });
  const changed = Object.fromEntries(Object.entries(settings).filter(([name, value]) => before[name] !== value).map(([name, value]) => [name, [before[name], value]]));
  const id = await freeId(desk, nameFor({ config }));
  const record = { ...parent, id, config: { ...config, id, created: now(), parent: { run: parent.id, step: at } }, reports: reports.filter((report) => report.step <= at), changes: [...past, { step: at, settings: changed, from: parent.id }] };
  /** @type {import("./store.js").Changes} */
  const files = { ...beginning(record.config), ...reportFiles(/** @type {any} */ (record)), "changes.jsonl": linesOf(record.changes) };
  for (const path of paths.keys()) {
    const kept = Number(/^snapshots\/(\d+)\./.exec(path)?.[1] ?? NaN) <= at || OWN_FILES.includes(path);
    if (kept) files[path] = (await desk.store.read(parent.id, path)) ?? null;
  }
  files["state/state.safetensors"] = (await desk.store.read(parent.id, `states/${padded(at)}.safetensors`)) ?? null;
  await desk.store.write(id, files);
  await begin(desk, await desk.record(id), recipe, data, "run");
  return { run: id, step: at, place: 0 };
}

/** @param {Desk} desk @param {string} id @returns {Promise<{path: string, bytes: Uint8Array<ArrayBuffer>}[]>} all its files, in a folder of its name */
export async function filesOf(desk, id) {
  if (desk.session?.record.id === id && desk.session.final) await desk.session.over();
  const record = await desk.record(id);
  const paths = [...(await desk.store.paths(id)).keys()].sort();
  const files = await Promise.all(paths.map(async (path) => ({ path: `${id}/${path}`, bytes: (await desk.store.read(id, path)) ?? new Uint8Array() })));
  // whoever opens the folder is told how it stands, not how it was meant
  const status = await desk.status(record);
  const told = status.state === "interrupted" ? { ...record.status, state: "stopped", reason: status.reason } : record.status;
  return files.map((file) => (file.path === `${id}/status.json` ? { ...file, bytes: /** @type {Uint8Array<ArrayBuffer>} */ (statusFile({ ...record, status: { ...told } })["status.json"]) } : file));
}

const TAKEN = [/^(config|status|reached|ticket)\.json$/, /^(progress|changes|sessions)\.jsonl$/, /^snapshots\/\d{7,10}\.(png|((encoder|discriminator|directions|prior)\.)?safetensors)$/,
  /^state\/state\.safetensors$/, /^states\/\d{7,10}\.safetensors$/, /^pictures\.(bin|json)$/];

/**
 * A run folder of another device, or of gan_core.
 * @param {Desk} desk
 * @param {import("./zip.js").Entry[]} entries
 * @returns {Promise<string>} its id here
 * @throws {Error} where it is no run folder
 */
export async function takeIn(desk, entries) {
  const about = entries.filter(({ path }) => path === "config.json" || /^[^/]+\/config\.json$/.test(path));
  if (about.length !== 1) throw new Error(t("This zip has no run folder in it: expected one config.json, beside status.json and snapshots."));
  const root = about[0].path.slice(0, -"config.json".length);
  await desk.store.checkRoom();
  const id = await freeId(desk, root.slice(0, -1) || nameOfConfig(about[0].bytes));
  /** @type {import("./store.js").Changes} */
  const files = {};
  for (const { path, bytes } of entries) if (path.startsWith(root) && TAKEN.some((rule) => rule.test(path.slice(root.length)))) files[path.slice(root.length)] = bytes;
  await desk.store.write(id, files);
  desk.records.delete(id);
  const record = await readRecord(desk.store, id);
  if (record && isActive(record.status)) {
    record.status.state = "stopped";
    await desk.store.write(id, statusFile(record));
  }
  if (!record) {
    await desk.store.remove(id);
    throw new Error(t("The run in this zip cannot be read: its config.json or status.json is damaged, or of another version."));
  }
  await desk.store.write(id, { "config.json": jsonOf({ ...record.config, id }) });
  await desk.all();
  desk.news(id);
  modelsChanged();
  return id;
}

/** @param {Uint8Array} bytes */
function nameOfConfig(bytes) {
  try {
    return String(JSON.parse(new TextDecoder().decode(bytes)).id ?? "run");
  } catch (error) {
    throw new Error(messageOf(error));
  }
}
