/**
 * What a hall's phones are told, as it comes: server-sent events, and where those do not come through a question from time to time. A phone that
 * slept asks at once when it wakes.
 */

/**
 * @typedef {object} Now how the hall stands
 * @property {number} round 0 before the first
 * @property {boolean} over
 * @property {number} [step] of the training @property {number} [cells] pictures of an item @property {number} [items] @property {boolean} [open]
 * @property {boolean[]} [real] of each item, when the round is closed
 *
 * @typedef {{addEventListener: (name: string, listener: (event: any) => void) => void, close: () => void}} Stream as EventSource is one
 * @typedef {{open: (url: string) => Stream, ask: (url: string) => Promise<Response>, later: (work: () => void, ms: number) => number, never: (timer: number) => void}} Around
 */

/** The server's heart beats every 10 s; a stream that is silent for longer is dead, though nobody has said so. */
const SILENCE_MS = 25_000;
/** Between two questions where there is no stream; a little different for each phone, so that a hall does not ask in step. */
const PAUSE_MS = 2500;

/** @type {Around} */
const BROWSER = { open: (url) => new EventSource(url), ask: (url) => fetch(url, { cache: "no-store" }), later: (work, ms) => Number(setTimeout(work, ms)), never: (timer) => clearTimeout(timer) };

export class HallFeed {
  /**
   * @param {string} hall absolute address of gan/halls/<hall>
   * @param {(now: Now) => void} onNews
   * @param {(gone: boolean) => void} onTrouble told `true` where there is no such hall, `false` where nobody answers
   * @param {Around} [around]
   */
  constructor(hall, onNews, onTrouble, around = BROWSER) {
    this.hall = hall;
    this.onNews = onNews;
    this.onTrouble = onTrouble;
    this.around = around;
    /** @type {Stream|null} */
    this.stream = null;
    this.timer = 0;
    this.ended = false;
    this.told = "";
    this.failures = 0;
    void this.wake();
  }

  /** Asks now, then listens anew: what was held before may have died in the phone's sleep. */
  async wake() {
    this.#hangUp();
    if (this.ended) return;
    try {
      const answer = await this.around.ask(`${this.hall}/state.json?since=999999`);
      if (answer.status === 404) {
        this.end();
        return this.onTrouble(true);
      }
      if (!answer.ok) throw new Error(String(answer.status));
      this.failures = 0;
      this.#take((await answer.json()).now);
      this.#listen();
    } catch {
      this.failures += 1;
      if (!this.ended) this.onTrouble(false);
      this.#wait(Math.min(30_000, PAUSE_MS * 2 ** (this.failures - 1)));
    }
  }

  end() {
    this.ended = true;
    this.#hangUp();
  }

  #listen() {
    if (this.ended) return;
    const stream = this.around.open(`${this.hall}/events`);
    this.stream = stream;
    this.#expect();
    stream.addEventListener("message", ({ data }) => {
      this.#expect();
      this.#take(JSON.parse(data));
    });
    stream.addEventListener("beat", () => this.#expect());
    stream.addEventListener("error", () => this.#wait(PAUSE_MS));
  }

  #expect() {
    this.around.never(this.timer);
    this.timer = this.around.later(() => void this.wake(), SILENCE_MS);
  }

  /** @param {number} ms */
  #wait(ms) {
    this.#hangUp();
    if (!this.ended) this.timer = this.around.later(() => void this.wake(), ms * (0.7 + 0.6 * Math.random()));
  }

  #hangUp() {
    this.around.never(this.timer);
    this.stream?.close();
    this.stream = null;
  }

  /** @param {Now} now */
  #take(now) {
    const words = JSON.stringify(now);
    if (words === this.told || this.ended) return;
    this.told = words;
    if (now.over) this.end();
    this.onNews(now);
  }
}
