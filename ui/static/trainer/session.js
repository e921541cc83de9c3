/**
 * One training under a person's hands, from `start` to `ended`: what gan_core/training/steering.py and the loop are to a process there.
 * What it says goes through `say`; nothing here knows of workers or the page.
 */

import { NotFinite } from "./training.js";
import { checkNumber, checkSettings, difference, FASTEST, IN_FLIGHT, merged, SLOWEST } from "./wishes.js";

/**
 * @typedef {import("./training.js").Training} Training
 * @typedef {import("./protocol.js").FromTrainer} FromTrainer
 * @typedef {import("./protocol.js").Start} Start
 * @typedef {import("./protocol.js").Wish} Wish
 * @typedef {import("./training.js").Order} Order
 * @typedef {{size: number, shared: boolean, tell: (order: Order) => void, end: () => void}} Team those who train together, this one among them
 */

/** Steps are taken for so long before messages are looked at. */
const SLICE_MS = 20;
/** While a hand is given way, rest for so many times as long as was trained. */
const WAY = 3;
/** Of reports between those that are due: each has a snapshot, which takes room. */
const MOST_EXTRA_REPORTS = 150;
const PARTS = /** @type {const} */ (["both", "d", "g"]);

export class Session {
  /**
   * @param {Start} start
   * @param {Training} training laid out as `start` asks
   * @param {Team} team
   * @param {(message: FromTrainer, transfer?: ArrayBuffer[]) => void} say
   */
  constructor(start, training, team, say) {
    this.start = start;
    this.training = training;
    this.team = team;
    this.say = say;
    /** @type {"run"|"pause"|"slow"} */
    this.mode = start.mode ?? "run";
    this.rate = 2;
    /** @type {("both"|"d"|"g")[]} steps by hand that are still to be taken */
    this.taps = [];
    /** @type {import("./protocol.js").Settings} that were asked for and are not in force yet */
    this.wanted = {};
    this.stopping = false;
    this.over = false;
    this.extra = 0;
    this.hand = { mode: "", step: -1, settings: {} };
    this.wake = () => {};
    this.wayUntil = 0;
    this.saved = performance.now();
  }

  /** @param {Wish} wish @throws {Error} for what cannot be asked for; it goes on as before */
  ask(wish) {
    switch (wish?.do) {
      case "pause": this.mode = "pause"; break;
      case "resume": this.mode = "run"; break;
      case "stop": this.stopping = true; break;
      case "slow":
        this.rate = checkNumber("rate", wish.rate ?? this.rate, SLOWEST, FASTEST);
        this.mode = "slow";
        break;
      case "step": {
        const part = wish.part ?? "both";
        if (!PARTS.includes(part)) throw new Error(`part is ${JSON.stringify(part)}; expected one of: ${PARTS.join(", ")}.`);
        if (part !== "both" && !this.training.objective.turns) throw new Error(`part is "${part}"; this model has no discriminator, expected "both".`);
        this.taps.push(part);
        this.mode = "pause";
        break;
      }
      case "change": Object.assign(this.wanted, checkSettings(wish.settings, this.training.objective.turns !== null)); break;
      default: throw new Error(`do is ${JSON.stringify(/** @type {any} */ (wish)?.do)}; expected one of: pause, resume, slow, step, change, stop.`);
    }
    this.wake();
  }

  /** Ends at once, with nothing said. */
  end() {
    this.over = true;
    this.wake();
  }

  /** Leaves most of the cores to a hand in the page. @param {number} ms for so long */
  giveWay(ms) {
    this.wayUntil = performance.now() + ms;
  }

  look() {
    const files = this.training.programs();
    this.say({ kind: "programs", step: this.training.step, files }, Object.values(files));
  }

  state() {
    const bytes = this.training.state();
    this.saved = performance.now();
    this.say({ kind: "state", step: this.training.step, bytes }, [bytes]);
  }

  /** Trains until it is over: to the last step, a stop, or a loss that is no number. */
  async go() {
    const { training, team } = this;
    const { step, train, batches } = training;
    this.say({ kind: "standing", step, steps: train.steps, epochSteps: batches.epochSteps, workers: team.size, shared: team.shared });
    try {
      if (!this.start.state) this.#report();
      await this.#train();
      if (this.over) return;
      this.state();
      this.#status(training.step >= training.train.steps ? "finished" : "stopped");
    } catch (error) {
      if (error instanceof NotFinite) this.#status("failed", `A loss or a weight became infinite or not a number by step ${training.step.toLocaleString("en")}. Usual cure: lower learning rates, or beta_1 0.5.`);
      else {
        const message = error instanceof Error ? error.message : String(error);
        this.say({ kind: "error", message });
        this.#status("failed", message);
      }
    } finally {
      team.end();
    }
    this.say({ kind: "ended" });
  }

  async #train() {
    const { training } = this;
    while (!this.over && !this.stopping && training.step < training.train.steps) {
      const began = performance.now();
      const target = training.nextReport();
      const free = await this.#obey(target);
      if (this.over || this.stopping) return;
      if (free) await this.#steps(target);
      if (training.step >= target) {
        this.#report();
        this.#status(this.mode === "pause" ? "paused" : "running");
      }
      const { stateSeconds = 0 } = this.start;
      if (stateSeconds && performance.now() - this.saved > 1000 * stateSeconds) this.state();
      await breath();
      const now = performance.now();
      if (free && now < this.wayUntil) await this.#rest(now + WAY * (now - began));
    }
  }

  /** Steps towards `target` for as long as nobody need be heard. @param {number} target */
  async #steps(target) {
    const { training } = this;
    const began = performance.now();
    let count = 1;
    while (training.step < target && performance.now() - began < SLICE_MS) {
      const from = performance.now();
      await this.#all({ do: "steps", count: Math.min(count, target - training.step) });
      const each = (performance.now() - from) / count;
      count = Math.max(1, Math.min(2 * count, Math.floor(SLICE_MS / Math.max(each, 0.1) / 2)));
    }
  }

  /** What all who train together do. @param {Order} order */
  #all(order) {
    this.team.tell(order);
    return this.training.perform(order);
  }

  // ---- hands

  /** One look at what is wished. @param {number} target @returns {Promise<boolean>} whether it may go on by itself */
  async #obey(target) {
    if (Object.keys(this.wanted).length) await this.#change();
    const part = this.taps.shift();
    if (part) await this.#byHand(part, target);
    else if (this.mode === "run") {
      this.#show("run");
      return true;
    } else if (this.mode === "slow") await this.#slowly(target);
    else {
      if (this.#show("pause")) {
        this.#extraReport(target);
        this.state();
      }
      await this.#rest(Infinity);
    }
    return false;
  }

  async #change() {
    const { training } = this;
    const after = merged(training.train, this.wanted);
    this.wanted = {};
    const change = difference(training.step, training.train, after);
    if (!Object.keys(change.settings).length) return;
    if (after.batch_size < 2 * this.team.size) {
      this.say({ kind: "error", message: `batch_size is ${after.batch_size}; expected at least ${2 * this.team.size} where ${this.team.size} train together.` });
      return;
    }
    this.state();
    this.say({ kind: "change", change });
    await this.#all({ do: "use", train: after });
    training.pending.push(change);
    this.hand.step = -1;
  }

  /** One step: both turns, or one of them. Either way the step's number goes up, so that every picture has a step of its own. @param {"both"|"d"|"g"} part @param {number} target */
  async #byHand(part, target) {
    if (!this.training.objective.turns) {
      await this.#all({ do: "steps", count: 1 });
      this.#show("pause", { part: "both", numbers: {} });
    } else {
      /** @type {Object<string, Object<string, number>>} */
      const numbers = {};
      for (const turn of /** @type {("d"|"g")[]} */ (part === "both" ? ["d", "g"] : [part])) numbers[turn] = await this.#turn(turn);
      await this.#finish(numbers);
      this.#show("pause", { part, numbers });
    }
    this.#extraReport(target);
  }

  /** One step in slow motion: D's turn, its numbers, half of the time; G's turn, its numbers, the other half. @param {number} target */
  async #slowly(target) {
    const began = performance.now();
    const { rate } = this;
    if (!this.training.objective.turns) {
      await this.#all({ do: "steps", count: 1 });
      this.#show("slow", { rate });
    } else {
      /** @type {Object<string, Object<string, number>>} */
      const numbers = { d: await this.#turn("d") };
      this.#show("slow", { rate, part: "d", numbers: { ...numbers } });
      await this.#rest(began + 500 / rate);
      if (this.over) return;
      numbers.g = await this.#turn("g");
      await this.#finish(numbers);
      this.#show("slow", { rate, part: "g", numbers });
    }
    if (rate <= 2) this.#extraReport(target);
    await this.#rest(began + 1000 / rate);
  }

  /** @param {"d"|"g"} part */
  async #turn(part) {
    return /** @type {Object<string, number>} */ (await this.#all({ do: "turn", part }));
  }

  /** Counts the step; what it measured goes into the next report where it measured everything. @param {Object<string, Object<string, number>>} numbers */
  async #finish(numbers) {
    /** @type {Object<string, number>} */
    const all = { ...numbers.d, ...numbers.g };
    const { metrics } = this.training.objective;
    await this.#all({ do: "went", measured: metrics.every((name) => name in all) ? metrics.map((name) => all[name]) : null });
  }

  /** Until a moment, or until somebody wishes something. @param {number} until of performance.now() */
  #rest(until) {
    const left = until - performance.now();
    if (left <= 0 || this.over || this.stopping || this.taps.length || Object.keys(this.wanted).length) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = left < Infinity ? setTimeout(() => this.wake(), left) : 0;
      this.wake = () => {
        clearTimeout(timer);
        this.wake = () => {};
        resolve(undefined);
      };
    });
  }

  // ---- what is seen of it

  /** @param {boolean} [byHand] */
  #report(byHand = false) {
    const files = this.training.programs();
    this.say({ kind: "report", report: this.training.report({ byHand }), files, byHand }, Object.values(files));
  }

  /** A report of its own for a step by hand or a pause, where there is none yet. @param {number} target */
  #extraReport(target) {
    const { training } = this;
    if (training.step <= training.reported.step || training.step >= target || this.extra >= MOST_EXTRA_REPORTS) return;
    this.extra += 1;
    this.#report(true);
  }

  /** @param {string} state @param {string} [reason] */
  #status(state, reason = "") {
    const { step, train } = this.training;
    this.say({ kind: "status", status: { state, step, steps: train.steps, reason, hand: /** @type {any} */ (this.hand) } });
  }

  /** Tells how it goes now. @param {string} mode @param {Object<string, unknown>} [about] @returns {boolean} false where that was told already */
  #show(mode, about = {}) {
    const { step, train } = this.training;
    const settings = Object.fromEntries(IN_FLIGHT.map((name) => [name, train[name]]));
    const told = this.hand;
    const same = told.mode === mode && JSON.stringify(told.settings) === JSON.stringify(settings);
    // the numbers of the step that was just taken by hand stay where they are while it pauses
    if (same && !Object.keys(about).length && (mode === "run" || told.step === step)) return false;
    this.hand = { mode, step, ...about, settings };
    this.#status(mode === "pause" ? "paused" : "running");
    return true;
  }
}

/** Lets messages in; a timer would take four milliseconds. */
function breath() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve(undefined);
    };
    port2.postMessage(0);
  });
}
