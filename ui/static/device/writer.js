/** Writes the files of a run while it trains: one transaction after the other, and what waits for the next one goes together, each file as it is by then. */

/** @typedef {import("./store.js").Changes} Changes */

export class Writer {
  /**
   * @param {{store: import("./store.js").Store, id: string}} run
   * @param {{rest: () => Changes, onWritten: () => void, onFail: (error: unknown) => void}} hears `rest`: what is written with whatever is written, asked for at
   *   that moment; `onFail`: it could not be written
   */
  constructor({ store, id }, { rest, onWritten, onFail }) {
    this.store = store;
    this.id = id;
    this.rest = rest;
    this.onWritten = onWritten;
    this.onFail = onFail;
    /** Files that are there, or will be when all is written. @type {Set<string>} */
    this.paths = new Set();
    /** @type {Changes|null} */
    this.waiting = null;
    this.last = Promise.resolve();
    this.closed = false;
  }

  async open() {
    this.paths = new Set((await this.store.paths(this.id)).keys());
  }

  /** @param {Changes} [changes] @returns {Promise<void>} when they are there, or never will be */
  write(changes = {}) {
    this.#count(changes);
    if (this.waiting) Object.assign(this.waiting, changes);
    else {
      this.waiting = { ...changes };
      this.last = this.last.then(() => this.#flush());
    }
    return this.last;
  }

  /** Nothing is written any more. */
  close() {
    this.closed = true;
  }

  async #flush() {
    const changes = this.waiting;
    this.waiting = null;
    if (this.closed) return;
    try {
      const rest = this.rest();
      this.#count(rest);
      await this.store.write(this.id, { ...changes, ...rest });
      this.onWritten();
    } catch (error) {
      this.onFail(error);
    }
  }

  /** @param {Changes} changes */
  #count(changes) {
    for (const [path, bytes] of Object.entries(changes)) {
      if (bytes) this.paths.add(path);
      else this.paths.delete(path);
    }
  }
}
