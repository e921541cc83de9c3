/** One training of this device while it goes on: the worker that trains (trainer/), the one that looks at it, and the files that are written. */

import { address } from "../engine/programs.js";
import { messageOf, t } from "../i18n/i18n.js";
import { alarms, notFinite } from "./alarms.js";
import { interrupted, isActive, linesOf, MOST, networkSteps, now, padded, reportFiles, rewound, settingsNow, stateSteps, statusFile, thinned } from "./record.js";

/** How often the state is kept: what a closed tab may cost. */
const STATE_SECONDS = 1;
/** A state is kept for branches where it is so much further than the last one. */
const APART = 1.3;
const TIME_MS = 1000;

/**
 * @typedef {import("./record.js").Record} Record
 * @typedef {import("../trainer/protocol.js").FromTrainer} FromTrainer
 * @typedef {import("../trainer/protocol.js").ToTrainer} ToTrainer
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
    /** @type {Promise<unknown>} what is being written, in order */
    this.chain = Promise.resolve();
    /** @type {{step: number, bytes: ArrayBuffer}|null} the newest, which is written with whatever is written next */
    this.state = null;
    /** @type {import("../runs/types.js").Change[]} changes that no report has told yet */
    this.untold = [];
    /** @type {Map<number, (looked: import("./lookworker.js").Looked) => void>} */
    this.asked = new Map();
    this.began = now();
    this.usedBefore = record.status.used ?? 0;
    this.ended = false;
    this.stands = false;
    /** How many looks were asked for. */
    this.count = 0;
    /** Why it was stopped, where a person did not ask. */
    this.note = "";
    /** Whether a status waits to be written. */
    this.stale = false;
    /** @type {import("../runs/types.js").Status|null} how it ended */
    this.final = null;
    /** @type {(() => void)[]} who waits for its end */
    this.waiting = [];
  }

  /** @param {"run"|"pause"} mode */
  async start(mode) {
    const { record, recipe, data } = this;
    const state = await record.store.read(record.id, "state/state.safetensors");
    const train = settingsNow(record);
    this.looker = this.spawn.looker();
    this.looker.onmessage = ({ data: looked }) => {
      this.asked.get(looked.id)?.(looked);
      this.asked.delete(looked.id);
    };
    this.looker.onerror = () => this.#fail(t("This browser could not start the worker that looks at a training."));
    this.looker.postMessage({ do: "begin", about: {
      latentDim: Number(record.config.model.latent_dim), classes: Number(record.config.model.num_classes), seed: Number(train.seed ?? 0), zScale: Number(train.z_scale ?? 1),
      duel: Boolean(recipe.networks.discriminator), classifier: this.classifier && address(this.classifier), images: data.images, heldOut: data.heldOut ?? null,
    } });
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
    if (this.ended) return Promise.resolve();
    this.wish({ do: "stop" });
    return new Promise((resolve) => void this.waiting.push(resolve));
  }

  /** @param {FromTrainer} message */
  #take(message) {
    if (this.ended) return;
    /** @type {{[kind: string]: (message: any) => void}} */
    const takers = {
      standing: ({ step }) => {
        this.stands = true;
        this.#later(() => this.#stand(step));
      },
      report: (told) => this.#later(() => this.#report(told)),
      state: ({ step, bytes }) => {
        const queued = this.state !== null;
        this.state = { step, bytes };
        if (!queued) this.#later(() => this.#write({}));
      },
      change: ({ change }) => this.#later(() => {
        this.record.changes.push(change);
        this.untold.push(change);
        return this.#write({ "changes.jsonl": linesOf(this.record.changes) });
      }),
      status: ({ status }) => {
        const over = !isActive(status);
        const reason = this.note && over ? this.note : status.reason ?? "";
        // the end is told when all that led to it is there
        if (over) this.final = { ...status, reason };
        else this.#tell({ ...status, reason });
      },
      // before it stands there is nothing that could go on
      error: ({ message: text }) => (this.stands ? this.#tell({ reason: text }) : this.#fail(text)),
      ended: () => this.#later(() => this.#end()),
    };
    takers[message.kind]?.(message);
  }

  /** One after the other; what cannot be written ends the training. @param {() => Promise<unknown>|unknown} work */
  #later(work) {
    this.chain = this.chain.then(async () => {
      if (!this.ended) await work();
    }).catch((error) => this.#fail(messageOf(error)));
  }

  /** @param {number} step where it goes on */
  async #stand(step) {
    await this.#write(await rewound(this.record, this.fresh ? -1 : step));
    const told = this.record.reports.flatMap((report) => report.changes ?? []).map((change) => JSON.stringify(change));
    this.untold = this.record.changes.filter((change) => !told.includes(JSON.stringify(change)));
    this.onNews();
  }

  /** @param {{report: import("../runs/types.js").Report, files: Object<string, ArrayBuffer>}} told */
  async #report({ report, files }) {
    const { record } = this;
    const { steps } = settingsNow(record);
    const looked = await this.#look({ step: report.step, seconds: report.seconds ?? 0, always: report.step === 0 || report.step >= steps, exact: report.step >= steps, files });
    const paths = [...(await record.store.paths(record.id)).keys()];
    /** @type {import("../runs/types.js").Report} */
    const whole = { ...report, ...looked.look };
    const untold = this.untold.splice(0);
    if (untold.length && !whole.changes) whole.changes = untold;
    const raised = alarms([...record.reports, whole], settingsNow(record), stateSteps(paths));
    if (raised.length) whole.alarms = raised;
    record.reports.push(whole);
    await this.#write({ ...reportFiles(record), ...this.#snapshot(report.step, looked, paths) });
  }

  /** @param {Omit<import("./lookworker.js").Shown, "do"|"id">} shown @returns {Promise<import("./lookworker.js").Looked>} */
  async #look(shown) {
    const id = (this.count += 1);
    const answer = new Promise((resolve) => this.asked.set(id, resolve));
    this.looker?.postMessage({ do: "report", id, ...shown }, Object.values(shown.files));
    const looked = /** @type {import("./lookworker.js").Looked} */ (await answer);
    if (looked.error) throw new Error(looked.error);
    return looked;
  }

  /** @param {number} step @param {import("./lookworker.js").Looked} looked @param {string[]} paths @returns {import("./store.js").Changes} */
  #snapshot(step, { png, networks = {} }, paths) {
    const name = (/** @type {number} */ at, /** @type {string} */ role) => `snapshots/${padded(at)}.${role === "generator" ? "" : `${role}.`}safetensors`;
    const surplus = thinned([...new Set([...networkSteps(paths), step])].sort((a, b) => a - b), MOST.networks);
    const gone = surplus.flatMap((at) => Object.keys(networks).map((role) => [name(at, role), null]));
    return { ...Object.fromEntries(gone), ...Object.fromEntries(Object.entries(networks).map(([role, bytes]) => [name(step, role), bytes])), [`snapshots/${padded(step)}.png`]: png ?? null };
  }

  /** With the newest state, where there is one, and the status: what fits together is written together. @param {import("./store.js").Changes} changes */
  async #write(changes) {
    const { record, state } = this;
    this.state = null;
    record.status.used = this.#used();
    /** @type {import("./store.js").Changes} */
    const all = { ...changes, ...statusFile(record) };
    if (state) Object.assign(all, { "state/state.safetensors": new Uint8Array(state.bytes) }, await this.#kept(state));
    await record.store.write(record.id, all);
    this.onNews();
  }

  /** A state to go back to, where nothing is wrong with it yet. @param {{step: number, bytes: ArrayBuffer}} state @returns {Promise<import("./store.js").Changes>} */
  async #kept({ step, bytes }) {
    const kept = stateSteps((await this.record.store.paths(this.record.id)).keys());
    const last = kept.at(-1) ?? -1;
    if (this.record.reports.at(-1)?.alarms?.length || (last >= 0 && step < APART * last + 1)) return {};
    const file = (/** @type {number} */ at) => `states/${padded(at)}.safetensors`;
    return { ...Object.fromEntries(thinned([...kept, step], MOST.states).map((at) => [file(at), null])), [file(step)]: new Uint8Array(bytes) };
  }

  /** @param {Partial<import("./record.js").Status>} status */
  #tell(status) {
    Object.assign(this.record.status, status);
    if (!this.stale) {
      this.stale = true;
      this.#later(() => {
        this.stale = false;
        return this.#write({});
      });
    }
    this.onNews();
  }

  #used() {
    return Math.round(1000 * (this.usedBefore + now() - this.began)) / 1000;
  }

  #checkTime() {
    const { minutes } = this.record;
    if (minutes === null || this.note || this.#used() < 60 * minutes) return;
    this.note = t("It was to train for {minutes} minutes; they are up.", { minutes });
    this.wish({ do: "stop" });
  }

  /** Nothing is trained any more. @param {string} reason */
  #fail(reason) {
    if (this.ended) return;
    Object.assign(this.record.status, { state: "failed", reason });
    this.#close();
    this.record.store.write(this.record.id, statusFile(this.record)).catch(() => {}); // the disk is full: then it reads as interrupted later
  }

  async #end() {
    const { record } = this;
    const final = this.final ?? interrupted(record);
    if (final.state === "failed" && !final.alarms?.length && isNotFinite(final.reason)) final.alarms = notFinite(final.step, settingsNow(record), stateSteps((await record.store.paths(record.id)).keys()));
    Object.assign(record.status, { hand: undefined }, final);
    await this.#write({});
    this.#close();
  }

  #close() {
    this.ended = true;
    clearInterval(this.clock);
    this.trainer?.terminate();
    this.looker?.terminate();
    for (const resolve of this.waiting.splice(0)) resolve();
    this.onEnd();
    this.onNews();
  }
}

/** @param {string|undefined} reason */
function isNotFinite(reason) {
  return /not a number|no number|infinite/.test(reason ?? "");
}

/** One core is left to whoever looks. */
function workersWanted() {
  return Math.max(1, Math.min(4, (globalThis.navigator?.hardwareConcurrency ?? 2) - 1));
}
