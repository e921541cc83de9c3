/** One training of this device while it goes on: the worker that trains (trainer/), what looks at it (looks.js), and the files that are written (writer.js). */

import { address } from "../engine/programs.js";
import { messageOf, t } from "../i18n/i18n.js";
import { giveWay } from "../kit/giveway.js";
import { alarms, notFinite } from "./alarms.js";
import { Looks } from "./looks.js";
import { interrupted, isActive, linesOf, MOST, networkSteps, now, padded, pictureSteps, reportFiles, rewound, settingsNow, shapeOf, stateSteps, statusFile, thinned } from "./record.js";
import { Writer } from "./writer.js";

/** How often the state is kept: what a closed tab may cost. */
const STATE_SECONDS = 1;
/** A state is kept for branches where it is so much further than the last one. */
const APART = 1.3;
const TIME_MS = 1000;

/**
 * @typedef {import("./record.js").Record} Record
 * @typedef {import("../trainer/protocol.js").FromTrainer} FromTrainer
 * @typedef {import("../trainer/protocol.js").Recipe} Recipe
 * @typedef {import("../trainer/protocol.js").Pictures} Pictures
 * @typedef {{postMessage: (message: any, transfer?: Transferable[]) => void, terminate: () => void, onmessage: ((event: MessageEvent) => void)|null, onerror: ((event: any) => void)|null}} Spawned
 * @typedef {{trainer: () => Spawned, looker: () => Spawned}} Spawn makes the two workers; tests have stand-ins
 */

/** @type {Spawn} */
export const WORKERS = {
  trainer: () => /** @type {any} */ (new Worker(new URL("../trainer/trainworker.js", import.meta.url), { type: "module" })),
  looker: () => /** @type {any} */ (new Worker(new URL("lookworker.js", import.meta.url), { type: "module" })),
};

export class Session {
  /**
   * @param {Record} record
   * @param {Recipe} recipe
   * @param {Pictures} data
   * @param {{classifier: string|null, onNews: () => void, onEnd: () => void, spawn?: Spawn}} about `classifier`: its address, where the data are digits;
   *   `onNews`: something of the record is another; `onEnd`: nothing is trained any more, all is written
   */
  constructor(record, recipe, data, { classifier, onNews, onEnd, spawn = WORKERS }) {
    this.record = record;
    this.recipe = recipe;
    this.data = data;
    this.classifier = classifier;
    this.onNews = onNews;
    this.onEnd = onEnd;
    this.spawn = spawn;
    this.writer = new Writer(record, { rest: () => this.#rest(), onWritten: onNews, onFail: (error) => this.#fail(messageOf(error)) });
    /** @type {{step: number, bytes: ArrayBuffer}|null} the newest, which is written with whatever is written next */
    this.state = null;
    /** @type {import("../runs/types.js").Change[]} changes that no report has told yet */
    this.untold = [];
    this.began = now();
    this.usedBefore = record.status.used ?? 0;
    this.ended = false;
    this.stands = false;
    /** Why it was stopped, where a person did not ask. */
    this.note = "";
    /** Whether there are reports that no file has. */
    this.grown = false;
    /** @type {import("../runs/types.js").Status|null} how it ended: nothing is trained any more, and what was seen of it is still written */
    this.final = null;
    /** @type {(() => void)[]} who waits for its end */
    this.waiting = [];
  }

  /** @param {"run"|"pause"} mode */
  async start(mode) {
    const { record, recipe, data } = this;
    const [state] = await Promise.all([record.store.read(record.id, "state/state.safetensors"), this.writer.open()]);
    const train = settingsNow(record);
    const looker = this.spawn.looker();
    looker.onerror = () => this.#fail(t("This browser could not start the worker that looks at a training."));
    this.looks = new Looks(looker, {
      latentDim: Number(record.config.model.latent_dim), classes: Number(record.config.model.num_classes), seed: Number(train.seed ?? 0), zScale: Number(train.z_scale ?? 1),
      duel: Boolean(recipe.networks.discriminator), classifier: this.classifier && address(this.classifier), shape: shapeOf(record), images: data.images, heldOut: data.heldOut ?? null,
    }, { onReport: (report, looked) => this.#report(report, looked), onFail: (error) => this.#fail(messageOf(error)) });
    this.trainer = this.spawn.trainer();
    this.trainer.onmessage = ({ data: message }) => this.#take(message);
    this.trainer.onerror = () => this.#fail(t("This browser could not start the worker that trains."));
    this.#tell({ state: "starting", reason: "" });
    const bytes = state?.slice().buffer ?? null;
    const changed = (/** @type {Object<string, any>} */ wanted, /** @type {Object<string, any>} */ usual) =>
      Object.fromEntries(Object.entries(wanted).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(usual[name])));
    /** @type {import("../trainer/protocol.js").Start} */
    const start = { do: "start", recipe, model: changed(record.config.model, recipe.model), train: changed(train, recipe.train), data, workers: workersWanted(), state: bytes, stateSeconds: STATE_SECONDS, mode };
    this.fresh = bytes === null;
    this.trainer.postMessage(start, bytes ? [bytes] : []);
    this.clock = setInterval(() => this.#checkTime(), TIME_MS);
    this.way = giveWay((ms) => this.trainer?.postMessage({ do: "way", ms }));
  }

  /** @param {import("../trainer/protocol.js").Wish} wish */
  wish(wish) {
    this.trainer?.postMessage({ do: "control", wish });
  }

  /** The state of now, as soon as may be: the page may go. */
  save() {
    this.trainer?.postMessage({ do: "state" });
  }

  /** @returns {Promise<void>} when it has stopped and all is written */
  stop() {
    if (!this.final) this.wish({ do: "stop" });
    return this.over();
  }

  /** @returns {Promise<void>} when it has ended and all is written */
  over() {
    return this.ended ? Promise.resolve() : new Promise((resolve) => void this.waiting.push(resolve));
  }

  /** @param {FromTrainer} message */
  #take(message) {
    if (this.ended) return;
    /** @type {{[kind: string]: (message: any) => void}} */
    const takers = {
      standing: ({ step }) => this.#stand(step),
      report: (told) => this.#show(told),
      state: ({ step, bytes }) => {
        this.state = { step, bytes };
        this.writer.write();
      },
      change: ({ change }) => {
        this.record.changes.push(change);
        this.untold.push(change);
        this.writer.write({ "changes.jsonl": linesOf(this.record.changes) });
      },
      status: ({ status }) => {
        const over = !isActive(status);
        const reason = this.note && over ? this.note : status.reason ?? "";
        if (over) this.final = { ...status, reason };
        else this.#tell({ ...status, reason });
      },
      // before it stands there is nothing that could go on
      error: ({ message: text }) => (this.stands ? this.#tell({ reason: text }) : this.#fail(text)),
      ended: () => void this.#end(),
    };
    takers[message.kind]?.(message);
  }

  /** @param {number} step where it goes on */
  #stand(step) {
    this.stands = true;
    this.writer.write(rewound(this.record, this.fresh ? -1 : step, this.writer.paths));
    const told = this.record.reports.flatMap((report) => report.changes ?? []).map((change) => JSON.stringify(change));
    this.untold = this.record.changes.filter((change) => !told.includes(JSON.stringify(change)));
    this.onNews();
  }

  /** @param {{report: import("../runs/types.js").Report, files: Object<string, ArrayBuffer>, byHand: boolean}} told */
  #show({ report, files, byHand }) {
    const untold = this.untold.splice(0);
    const last = report.step >= settingsNow(this.record).steps;
    this.looks?.add({ report: untold.length && !report.changes ? { ...report, changes: untold } : report, files, byHand, always: report.step === 0 || last, exact: last });
  }

  /** What is not looked at is written with the next that is, or the next state. @param {import("../runs/types.js").Report} report @param {import("./lookworker.js").Looked|null} looked */
  #report(report, looked) {
    const { record, writer } = this;
    if (this.ended) return undefined;
    const whole = { ...report, ...looked?.look };
    const raised = alarms([...record.reports, whole], settingsNow(record), stateSteps(writer.paths));
    if (raised.length) whole.alarms = raised;
    record.reports.push(whole);
    this.grown = true;
    return looked ? writer.write(this.#snapshot(report.step, looked)) : undefined;
  }

  /** @param {number} step @param {import("./lookworker.js").Looked} looked @returns {import("./store.js").Changes} */
  #snapshot(step, { png, networks = {} }) {
    const paths = [...this.writer.paths];
    const surplus = (/** @type {number[]} */ steps, /** @type {number} */ most) => thinned([...new Set([...steps, step])].sort((a, b) => a - b), most);
    const networksOf = (/** @type {number} */ at) => paths.filter((path) => path.startsWith(`snapshots/${padded(at)}.`) && path.endsWith(".safetensors"));
    const thin = surplus(networkSteps(paths), MOST.networks);
    const left = networkSteps(paths).filter((at) => !thin.includes(at)); // a network is kept with its picture
    const gone = [...thin.flatMap(networksOf), ...surplus(pictureSteps(paths), MOST.pictures).filter((at) => !left.includes(at)).map((at) => `snapshots/${padded(at)}.png`)];
    return {
      ...Object.fromEntries(gone.map((path) => [path, null])),
      ...Object.fromEntries(Object.entries(networks).map(([role, bytes]) => [networkPath(step, role), bytes])), [`snapshots/${padded(step)}.png`]: png ?? null,
    };
  }

  /** The newest state, where there is one, the reports and the status: what fits together is written together. @returns {import("./store.js").Changes} */
  #rest() {
    const { record, state, grown } = this;
    this.state = null;
    this.grown = false;
    record.status.used = this.#used();
    return { ...(grown ? reportFiles(record) : {}), ...statusFile(record), ...(state ? { "state/state.safetensors": new Uint8Array(state.bytes), ...this.#kept(state) } : {}) };
  }

  /** A state to go back to, where nothing is wrong with it yet. @param {{step: number, bytes: ArrayBuffer}} state @returns {import("./store.js").Changes} */
  #kept({ step, bytes }) {
    const kept = stateSteps(this.writer.paths);
    const last = kept.at(-1) ?? -1;
    if (this.record.reports.at(-1)?.alarms?.length || (last >= 0 && step < APART * last + 1)) return {};
    const file = (/** @type {number} */ at) => `states/${padded(at)}.safetensors`;
    return { ...Object.fromEntries(thinned([...kept, step], MOST.states).map((at) => [file(at), null])), [file(step)]: new Uint8Array(bytes) };
  }

  /** Where it stands changes all the time and is written with the next state; what else there is of it at once. @param {Partial<import("./record.js").Status>} status */
  #tell(status) {
    const told = () => JSON.stringify([this.record.status.state, this.record.status.reason, this.record.status.hand]);
    const before = told();
    Object.assign(this.record.status, status);
    if (told() !== before) this.writer.write();
    this.onNews();
  }

  #used() {
    return Math.round(1000 * (this.usedBefore + now() - this.began)) / 1000;
  }

  #checkTime() {
    const { minutes } = this.record;
    if (minutes === null || this.note || this.final || this.#used() < 60 * minutes) return;
    this.note = t("It was to train for {minutes} minutes; they are up.", { minutes });
    this.wish({ do: "stop" });
  }

  /** Nothing is trained any more. @param {string} reason */
  #fail(reason) {
    if (this.ended) return;
    const { record } = this;
    Object.assign(record.status, { state: "failed", reason });
    this.#close();
    record.store.write(record.id, { ...reportFiles(record), ...statusFile(record) }).catch(() => {}); // the disk is full: then it reads as interrupted later
  }

  /** It is told at once; what was seen of it comes after, which takes as long as a look. */
  async #end() {
    const { record } = this;
    this.trainer?.terminate();
    const final = (this.final ??= interrupted(record));
    if (final.state === "failed" && !final.alarms?.length && isNotFinite(final.reason)) final.alarms = notFinite(final.step, settingsNow(record), stateSteps(this.writer.paths));
    Object.assign(record.status, { hand: undefined }, final);
    this.onNews();
    await this.looks?.settle();
    if (this.ended) return;
    await this.writer.write(await this.#latent());
    if (!this.ended) this.#close();
  }

  /** @returns {Promise<import("./store.js").Changes>} what the last networks need to be explored, beside them; not of a training that has failed */
  async #latent() {
    const looks = /** @type {Looks} */ (this.looks);
    const last = looks.last ?? networkSteps(this.writer.paths).at(-1) ?? null;
    if (last === null || this.final?.state === "failed") return {};
    const files = await looks.latent(looks.last === null ? await this.#networksOf(last) : undefined);
    return Object.fromEntries(Object.entries(files).map(([role, bytes]) => [networkPath(last, role), bytes]));
  }

  /** Kept ones: of a training that went on for less than a look. @param {number} step @returns {Promise<Object<string, ArrayBuffer>>} by role */
  async #networksOf(step) {
    const { record, writer } = this;
    const roles = ["generator", "encoder"].map((role) => ({ role, path: networkPath(step, role) })).filter(({ path }) => writer.paths.has(path));
    return Object.fromEntries(await Promise.all(roles.map(async ({ role, path }) => [role, /** @type {Uint8Array<ArrayBuffer>} */ (await record.store.read(record.id, path)).slice().buffer])));
  }

  #close() {
    this.ended = true;
    this.writer.close();
    clearInterval(this.clock);
    this.way?.destroy();
    this.trainer?.terminate();
    this.looks?.end();
    for (const resolve of this.waiting.splice(0)) resolve();
    this.onEnd();
    this.onNews();
  }
}

/** @param {number} step @param {string} role */
function networkPath(step, role) {
  return `snapshots/${padded(step)}.${role === "generator" ? "" : `${role}.`}safetensors`;
}

/** @param {string|undefined} reason */
function isNotFinite(reason) {
  return /not a number|no number|infinite/.test(reason ?? "");
}

/** One core is left to whoever looks. */
export function workersWanted() {
  return Math.max(1, Math.min(4, (globalThis.navigator?.hardwareConcurrency ?? 2) - 1));
}
