/** What was made with care and may be made again, kept while there is room: the least recently used goes first. */

/** @template T */
export class Kept {
  /**
   * @param {{bytes: number, count: number}} most what all may weigh, and how many there may be
   * @param {(value: T) => number} weigh bytes of one
   */
  constructor(most, weigh) {
    this.most = most;
    this.weigh = weigh;
    /** @type {Map<string, T>} least recently used first */
    this.values = new Map();
    this.bytes = 0;
  }

  /** @param {string} key @returns {T|undefined} it counts as used */
  get(key) {
    const value = this.values.get(key);
    if (value === undefined) return undefined;
    this.values.delete(key);
    this.values.set(key, value);
    return value;
  }

  /** The newest stays, however much it weighs. @param {string} key @param {T} value */
  set(key, value) {
    this.delete(key);
    this.values.set(key, value);
    this.bytes += this.weigh(value);
    for (const oldest of [...this.values.keys()].slice(0, -1)) {
      if (this.bytes <= this.most.bytes && this.values.size <= this.most.count) return;
      this.delete(oldest);
    }
  }

  /** @param {string} key */
  delete(key) {
    const value = this.values.get(key);
    if (value === undefined) return;
    this.values.delete(key);
    this.bytes -= this.weigh(value);
  }

  clear() {
    this.values.clear();
    this.bytes = 0;
  }
}
