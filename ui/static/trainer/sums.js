/** Sums over all who train together: in memory that they share, or of numbers that travel as one buffer. */

/** @typedef {import("../autodiff/memory.js").Numbers} Numbers */

/** How often another is looked for before it is waited for: mostly a matter of microseconds, and waking takes longer. */
const LOOKS = 20000;

/**
 * Numbers that are summed in shared memory: each has a place for its own, and adds up those of all. There are two rounds of places in turn, so
 * who is first to write again does so where nobody reads any more: all have met since.
 */
export class SharedSums {
  /**
   * @param {SharedArrayBuffer} buffer of `bytes` @param {number} number of this member @param {number} of how many @param {number} room numbers of one exchange at most
   * @param {(to: Numbers, from: Float32Array) => void} add adds numbers to others (Training.add)
   */
  constructor(buffer, number, of, room, add) {
    this.add = add;
    this.number = number;
    this.of = of;
    this.turn = 0;
    this.gate = new Int32Array(buffer, 0, 3); // how many have come; how often all have; whether one has failed
    this.rounds = [0, 1].map((turn) => Array.from({ length: of }, (_, i) => new Float32Array(buffer, 16 + 4 * room * (turn * of + i), room)));
  }

  /** @param {number} of @param {number} room */
  static bytes(of, room) {
    return 16 + 8 * room * of;
  }

  /** @param {Numbers[]} numbers become the sums */
  exchange(numbers) {
    const places = this.rounds[this.turn];
    this.turn = 1 - this.turn;
    let end = 0;
    for (const each of numbers) {
      places[this.number].set(each, end);
      end += each.length;
    }
    this.#meet();
    let from = 0;
    for (const each of numbers) {
      const end = from + each.length;
      // in the members' order, so that all have the same sums; of two it is the same either way
      if (this.of === 2) this.add(each, places[1 - this.number].subarray(from, end));
      else {
        each.set(places[0].subarray(from, end));
        for (const other of places.slice(1)) this.add(each, other.subarray(from, end));
      }
      from = end;
    }
  }

  /** Whoever waits for this member is not to wait for ever. */
  fail() {
    Atomics.store(this.gate, 2, 1);
    Atomics.add(this.gate, 1, 1);
    Atomics.notify(this.gate, 1);
  }

  /** Returns when all are here. @throws {Error} where one has failed */
  #meet() {
    this.#wait();
    if (Atomics.load(this.gate, 2)) throw new Error("Another worker of this training has failed.");
  }

  #wait() {
    const { gate } = this;
    const round = Atomics.load(gate, 1);
    if (Atomics.add(gate, 0, 1) === this.of - 1) {
      Atomics.store(gate, 0, 0);
      Atomics.add(gate, 1, 1);
      Atomics.notify(gate, 1);
      return;
    }
    for (let i = 0; i < LOOKS; i += 1) if (Atomics.load(gate, 1) !== round) return;
    while (Atomics.load(gate, 1) === round) Atomics.wait(gate, 1, round);
  }
}

/** @param {Numbers[]} numbers @returns {Float32Array<ArrayBuffer>} one after the other */
export function joined(numbers) {
  const all = new Float32Array(numbers.reduce((sum, each) => sum + each.length, 0));
  let end = 0;
  for (const each of numbers) {
    all.set(each, end);
    end += each.length;
  }
  return all;
}

/** @param {Numbers[]} numbers @param {Float32Array} all one after the other, to be dealt out */
export function dealt(numbers, all) {
  let from = 0;
  for (const each of numbers) {
    each.set(all.subarray(from, from + each.length));
    from += each.length;
  }
}
