/**
 * Workers that train together, each on a part of every batch. The first leads: it tells the others what it does, and all do it alike with
 * the same numbers, as whatever needs the whole batch is summed over all in the same order. Where pages share memory they wait for each other
 * in it; elsewhere numbers go to the leader and come back as transferred buffers.
 */

import { dealt, joined, SharedSums } from "./sums.js";
import { NotFinite, Training } from "./training.js";

/**
 * @typedef {import("../autodiff/memory.js").Numbers} Numbers
 * @typedef {import("./training.js").About} About
 * @typedef {import("./training.js").Order} Order
 * @typedef {{do: "join", about: About, shared: SharedArrayBuffer|null, room: number, port: MessagePort}} Joining `room`: numbers of one exchange at most
 * @typedef {{postMessage: (message: any, transfer: Transferable[]) => void, terminate: () => unknown, onmessage?: unknown, onerror?: unknown}} Hired a worker
 */

/** @param {Training} training @returns {number} numbers of the largest exchange: all gradients, the metrics, or sums of a normalisation */
const roomOf = ({ objective }) =>
  Object.values(objective.networks).reduce((sum, { learned }) => sum + learned.reduce((all, { value }) => all + value.length, 0), 64 + objective.metrics.length);

/** What came by a port, in order, for who waits for it. */
class Inbox {
  /** @param {MessagePort} port */
  constructor(port) {
    /** @type {any[]} */
    this.come = [];
    /** @type {((message: any) => void)|null} */
    this.waiting = null;
    port.onmessage = ({ data }) => {
      if (!this.waiting) this.come.push(data);
      else {
        const { waiting } = this;
        this.waiting = null;
        waiting(data);
      }
    };
  }

  /** @returns {Promise<any>} */
  next() {
    return this.come.length ? Promise.resolve(this.come.shift()) : new Promise((resolve) => (this.waiting = resolve));
  }
}

/** @param {Uint8Array} bytes */
function inSharedMemory(bytes) {
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  return shared;
}

/** @param {Hired} worker @returns {Promise<never>} what went wrong in it before it could take part */
function trouble(worker) {
  return new Promise((_, reject) => {
    worker.onerror = () => reject(new Error("This browser could not start another worker."));
    worker.onmessage = (/** @type {MessageEvent} */ { data }) => reject(new Error(data.message));
  });
}

/** The leader's side. */
export class Team {
  /** @param {Training} training the leader's own @param {{worker: Hired, port: MessagePort, inbox: Inbox}[]} others @param {SharedSums|null} sums where memory is shared */
  constructor(training, others, sums) {
    this.training = training;
    this.size = 1 + others.length;
    this.others = others;
    this.sums = sums;
    this.shared = sums !== null;
    if (sums) training.exchange = (numbers) => sums.exchange(numbers);
    else if (others.length) training.exchange = (numbers) => this.#sum(numbers);
  }

  /**
   * @param {About} about @param {number} workers
   * @param {() => Hired} hire
   * @returns {Promise<Team>} whose members have laid out what `about` says
   */
  static async of(about, workers, hire) {
    const size = Math.max(1, Math.min(workers, Math.floor(about.train.batch_size / 2)));
    const training = new Training({ ...about, member: { number: 0, of: size } });
    if (size === 1) return new Team(training, [], null);
    const room = roomOf(training);
    const sharing = typeof SharedArrayBuffer === "function" && /** @type {{crossOriginIsolated?: boolean}} */ (globalThis).crossOriginIsolated !== false;
    const shared = sharing ? new SharedArrayBuffer(SharedSums.bytes(size, room)) : null;
    const data = { ...about.data, images: sharing ? inSharedMemory(about.data.images) : about.data.images };
    const others = Array.from({ length: size - 1 }, (_, i) => {
      const worker = hire();
      const { port1, port2 } = new MessageChannel();
      const joining = { do: "join", about: { ...about, data, member: { number: i + 1, of: size } }, shared, room, port: port2 };
      worker.postMessage(joining, [port2]);
      return { worker, port: port1, inbox: new Inbox(port1) };
    });
    await Promise.all(others.map(({ worker, inbox }) => Promise.race([inbox.next(), trouble(worker)])));
    return new Team(training, others, shared && new SharedSums(shared, 0, size, room, (to, from) => training.add(to, from)));
  }

  /** Without shared memory: in the members' order, so that it is the same sum whoever comes first. @param {Numbers[]} numbers */
  async #sum(numbers) {
    const all = joined(numbers);
    for (const { inbox } of this.others) {
      const part = await inbox.next();
      if (part.error) throw new Error(part.error);
      for (let i = 0; i < all.length; i += 1) all[i] += part[i];
    }
    for (const { port } of this.others) {
      const copy = all.slice();
      port.postMessage({ sums: copy }, [copy.buffer]);
    }
    dealt(numbers, all);
  }

  /** What the leader does now, all do. @param {Order} order */
  tell(order) {
    for (const { port } of this.others) port.postMessage({ order });
  }

  end() {
    for (const { worker, port } of this.others) {
      port.close();
      worker.terminate();
    }
  }
}

/** One of the others. */
export class Member {
  /** @param {Joining} joining */
  constructor({ about, shared, port, room }) {
    this.training = new Training(about);
    const inbox = new Inbox(port);
    const { number, of } = /** @type {{number: number, of: number}} */ (about.member);
    const sums = shared && new SharedSums(shared, number, of, room, (to, from) => this.training.add(to, from));
    if (sums) this.training.exchange = (numbers) => sums.exchange(numbers);
    else
      this.training.exchange = async (numbers) => {
        const mine = joined(numbers);
        port.postMessage(mine, [mine.buffer]);
        dealt(numbers, (await inbox.next()).sums);
      };
    port.postMessage("ready");
    this.#follow(inbox).catch((error) => {
      sums?.fail();
      port.postMessage({ error: error instanceof Error ? error.message : String(error) });
    });
  }

  /** @param {Inbox} orders */
  async #follow(orders) {
    for (;;) {
      const { order } = await orders.next();
      try {
        await this.training.perform(order);
      } catch (error) {
        if (!(error instanceof NotFinite)) throw error; // the leader meets that too, and says what follows
      }
    }
  }
}
