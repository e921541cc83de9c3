/** A value that listeners follow, with a history. States are frozen, never changed in place. */

const HISTORY = 200;

/** @template {object} S */
export class Store {
  /**
   * @param {S} state
   * @param {(keyof S)[]} [passing] fields that no undo brings back: where one is, not what one made
   */
  constructor(state, passing = []) {
    /** @type {Readonly<S>} */
    this.state = Object.freeze({ ...state });
    this.passing = passing;
    /** @type {Readonly<S>[]} */
    this.past = [];
    /** @type {Readonly<S>[]} */
    this.future = [];
    this.committed = this.state;
    /** @type {Set<(state: Readonly<S>, before: Readonly<S>) => void>} */
    this.listeners = new Set();
  }

  /** @param {(state: Readonly<S>, before: Readonly<S>) => void} listener @returns {() => void} stops it */
  subscribe(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Changes the state while a gesture goes on. @param {Partial<S>} patch */
  set(patch) {
    const keys = /** @type {(keyof S)[]} */ (Object.keys(patch)).filter((key) => !Object.is(patch[key], this.state[key]));
    if (!keys.length) return;
    const settled = this.state === this.committed && keys.every((key) => this.passing.includes(key));
    const next = Object.freeze({ ...this.state, ...patch });
    if (settled) this.committed = next;
    this.#become(next);
  }

  /** Ends a gesture: from here on undo comes back to this. @param {Partial<S>} [patch] a last change */
  commit(patch = {}) {
    this.set(patch);
    if (this.state === this.committed) return;
    this.past.push(this.committed);
    if (this.past.length > HISTORY) this.past.shift();
    this.future = [];
    this.committed = this.state;
    this.#tell(this.state);
  }

  /** Lets a gesture go as if it had not been. */
  release() {
    if (this.state !== this.committed) this.#become(this.committed);
  }

  get canUndo() {
    return this.past.length > 0;
  }

  get canRedo() {
    return this.future.length > 0;
  }

  /** Takes the last gesture back. */
  undo() {
    this.commit();
    const before = this.past.pop();
    if (!before) return;
    this.future.push(this.committed);
    this.#return(before);
  }

  /** Does again what undo took back. */
  redo() {
    if (this.state !== this.committed) return;
    const after = this.future.pop();
    if (!after) return;
    this.past.push(this.committed);
    this.#return(after);
  }

  /** Where everything begins: nothing to undo. @param {Partial<S>} patch */
  start(patch) {
    [this.past, this.future] = [[], []];
    this.committed = Object.freeze({ ...this.state, ...patch });
    this.#become(this.committed);
  }

  /** @param {Readonly<S>} state of the history */
  #return(state) {
    const kept = Object.fromEntries(this.passing.map((key) => [key, this.state[key]]));
    this.committed = this.passing.length ? Object.freeze({ ...state, ...kept }) : state;
    this.#become(this.committed);
  }

  /** @param {Readonly<S>} state */
  #become(state) {
    const before = this.state;
    this.state = state;
    this.#tell(before);
  }

  /** @param {Readonly<S>} before */
  #tell(before) {
    for (const listener of [...this.listeners]) listener(this.state, before);
  }
}
