/**
 * Reports on their way into the files of a run. A worker looks at some of them (the grid, the figures, the networks as they are kept): one at a
 * time and for a share of the time, whatever the training's pace. Those that come meanwhile wait behind it, in their order, and only the newest of
 * them keeps its networks, so that what waits takes no more room after an hour than after a second.
 */

/** Of the time, for pictures; the figures have a share of their own (monitor.js). */
const SHARE = 0.25;

/**
 * @typedef {import("../runs/types.js").Report} Report
 * @typedef {import("./lookworker.js").Looked} Looked
 * @typedef {{report: Report, files: Object<string, ArrayBuffer>|null, always: boolean, byHand: boolean, exact: boolean}} Waiting `files`: null where nobody
 *   looks at it; `always`: looked at whatever it costs; `byHand`: looked at as soon as may be; `exact`: its networks are kept as they are
 */

export class Looks {
  /**
   * @param {import("./session.js").Spawned} worker lookworker.js
   * @param {import("./monitor.js").About} about
   * @param {{onReport: (report: Report, looked: Looked|null) => Promise<unknown>|void, onFail: (error: unknown) => void}} hears `onReport`: each report in its
   *   order; the next look waits until what it gives is done
   */
  constructor(worker, about, { onReport, onFail }) {
    this.worker = worker;
    this.onReport = onReport;
    this.onFail = onFail;
    /** @type {Waiting[]} */
    this.line = [];
    this.going = false;
    this.settling = false;
    /** When the last look has been paid for, as performance.now() counts. */
    this.paidAt = 0;
    this.count = 0;
    /** The step that was looked at last. @type {number|null} */
    this.last = null;
    /** @type {(looked: Looked) => void} */
    this.hear = () => {};
    /** @type {(() => void)[]} */
    this.idle = [];
    /** @type {ReturnType<typeof setTimeout>|undefined} */
    this.timer = undefined;
    worker.onmessage = ({ data }) => this.hear(data);
    worker.postMessage({ do: "begin", about });
  }

  /** @param {Waiting} told */
  add(told) {
    for (const one of this.line) if (!one.always) one.files = null;
    this.line.push(told);
    this.#go();
  }

  /** @returns {Promise<void>} when all that waits has gone through; from now on the newest is looked at without delay */
  settle() {
    this.settling = true;
    this.#go();
    return !this.going && !this.line.length ? Promise.resolve() : new Promise((resolve) => void this.idle.push(resolve));
  }

  /**
   * @param {Object<string, ArrayBuffer>} [files] networks by role, as they are kept; without them those of `last`
   * @returns {Promise<Object<string, Uint8Array<ArrayBuffer>>>} what goes with them (latentfiles.js); call it when all has settled
   */
  async latent(files) {
    const { latent = {}, error } = await this.#answer({ do: "latent", files });
    if (error) console.warn("The directions of this training could not be found:", error);
    return latent;
  }

  end() {
    clearTimeout(this.timer);
    this.line = [];
    this.worker.terminate();
  }

  async #go() {
    if (this.going) return;
    this.going = true;
    clearTimeout(this.timer);
    try {
      while (this.line.length) {
        const [next] = this.line;
        const left = this.#toWait(next);
        if (left > 0) {
          this.timer = setTimeout(() => this.#go(), left);
          break;
        }
        this.line.shift();
        await (next.files ? this.#through(next, next.files) : this.onReport(next.report, null));
      }
    } catch (error) {
      this.onFail(error);
    }
    this.going = false;
    if (!this.line.length) for (const resolve of this.idle.splice(0)) resolve();
  }

  /** @param {Waiting} next @returns {number} milliseconds */
  #toWait({ files, always, byHand }) {
    return !files || always || byHand || this.settling ? 0 : this.paidAt - performance.now();
  }

  /** @param {Waiting} next @param {Object<string, ArrayBuffer>} files */
  async #through({ report, always, exact }, files) {
    const looked = await this.#answer({ do: "report", step: report.step, seconds: report.seconds ?? 0, always, exact, files }, Object.values(files));
    if (looked.error) throw new Error(looked.error);
    this.last = report.step;
    const began = performance.now();
    await this.onReport(report, looked);
    const cost = 1000 * (looked.seconds ?? 0) + performance.now() - began;
    this.paidAt = performance.now() + cost * (1 / SHARE - 1);
  }

  /** @param {Omit<import("./lookworker.js").Shown, "id"> | Omit<import("./lookworker.js").Latent, "id">} asked @param {ArrayBuffer[]} [transfer] @returns {Promise<Looked>} */
  #answer(asked, transfer = []) {
    const id = (this.count += 1);
    return new Promise((resolve) => {
      this.hear = (looked) => looked.id === id && resolve(looked);
      this.worker.postMessage({ ...asked, id }, transfer);
    });
  }
}
