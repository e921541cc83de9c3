/**
 * Follows one training run from a distance: asks once, then the server tells what is new (server-sent events). Where those do not come
 * through, it asks from time to time, backs off when the server is slow, and is silent when nobody looks.
 */

import { address, ask } from "../engine/programs.js";
import { follow } from "../engine/sources.js";
import { messageOf, t } from "../i18n/i18n.js";
import { isStatic } from "../kit/build.js";
import { readProgress } from "./answers.js";
import { isHere } from "./here.js";

export const ACTIVE = ["starting", "running", "paused"];
const LIVELY = [...ACTIVE, "queued"];
const ACTIVE_MS = 1000;
const IDLE_MS = 5000;
const LONGEST_MS = 30000;
/** A stream that says nothing for so long is held back by something in between; the server's heart beats every 10 s. */
const FIRST_EVENT_MS = 4000;
const SILENCE_MS = 25000;
const WITHOUT_STREAM_MS = 60000;

/** @param {string} path below gan/ @returns {string} its address, wherever the page is served from */
export function ganUrl(path) {
  return address(`gan/${path}`);
}

/**
 * @template T
 * @param {string} path below gan/
 * @param {RequestInit} [options]
 * @returns {Promise<T>} the JSON answer, as the route gives it
 * @throws {Error} with the server's own sentence where it has one
 */
export async function askJson(path, options) {
  const response = await ask(ganUrl(path), options);
  const answer = await response.json().catch(() => null);
  if (answer === null) throw new Error(t("The answer to {path} was cut off. It is asked again in a moment.", { path }));
  return answer;
}

/**
 * @param {string} path below gan/, of a picture
 * @returns {Promise<{src: string, end: () => void}>} an address that an image can have until `end` is called; those of this device have one made for them
 */
export async function pictureAt(path) {
  const url = ganUrl(path);
  if (!isHere(path.split("/")[1])) return { src: url, end: () => {} };
  const src = URL.createObjectURL(await (await ask(url)).blob());
  return { src, end: () => URL.revokeObjectURL(src) };
}

/** @typedef {import("./types.js").Run} Run */
/** @typedef {import("./types.js").Progress} Progress */

/** A run as far as it is known here; `onChange` is called whenever that grows. */
export class RunFeed {
  /**
   * @param {string} id
   * @param {(run: Run) => void} onChange
   * @param {() => boolean} isWatched whether anybody can see it
   */
  constructor(id, onChange, isWatched = () => true) {
    /** @type {Run} */
    this.run = { id, status: null, config: null, reports: [], reached: [], pictures: null, lost: "" };
    this.onChange = onChange;
    this.isWatched = isWatched;
    this.next = 0;
    /** @type {string|number|null} */
    this.mark = null;
    this.failures = 0;
    this.took = 0;
    this.stopped = false;
    /** @type {ReturnType<typeof setTimeout>|undefined} */
    this.timer = undefined;
    this.busy = false;
    /** @type {EventSource|null} */
    this.stream = null;
    /** @type {ReturnType<typeof setTimeout>|undefined} */
    this.silence = undefined;
    this.streamAfter = 0; // no stream is tried before this time
    this.onVisible = () => (document.hidden ? this.rest() : this.poke());
    document.addEventListener("visibilitychange", this.onVisible);
    this.unfollow = follow(id, () => this.poke());
    this.poke();
  }

  /** Asks now, unless it is told anyway. */
  poke() {
    if (this.busy || this.stream) return;
    clearTimeout(this.timer);
    this.poll();
  }

  stop() {
    this.stopped = true;
    this.rest();
    this.unfollow();
    clearTimeout(this.timer);
    document.removeEventListener("visibilitychange", this.onVisible);
  }

  async poll() {
    // a recorded run is whole at once
    if (this.stopped || (isStatic && this.run.status && !isHere(this.run.id))) return;
    if (this.isLooked()) await this.question();
    this.goOn();
  }

  /** One question; only what goes wrong on the way, or with the answer itself, counts as a failure of the server. */
  async question() {
    this.busy = true;
    const began = Date.now();
    let news = true;
    try {
      news = this.learn(await askJson(`${this.path()}/progress.json?${this.place()}`));
      this.failures = 0;
    } catch (error) {
      this.failures += 1;
      this.run.lost = messageOf(error);
    } finally {
      this.took = Date.now() - began;
      this.busy = false;
    }
    if (news) this.tell();
  }

  /** What comes after an answer: the stream where something happens, else another question later. */
  goOn() {
    clearTimeout(this.timer);
    if (this.stopped || this.stream) return;
    if (this.wantsStream()) this.listen();
    else this.timer = setTimeout(() => this.poll(), this.pause());
  }

  isLooked() {
    return !document.hidden && this.isWatched();
  }

  wantsStream() {
    const lively = LIVELY.includes(this.run.status?.state ?? "") && !this.failures;
    return lively && !isStatic && !isHere(this.run.id) && typeof EventSource === "function" && Date.now() >= this.streamAfter && this.isLooked();
  }

  /** Opens the stream; whatever happens to it, polling goes on in its place. */
  listen() {
    const stream = new EventSource(ganUrl(`${this.path()}/events?${this.place()}`));
    this.stream = stream;
    this.expect(FIRST_EVENT_MS);
    stream.onmessage = ({ data }) => {
      this.expect(SILENCE_MS);
      if (!this.isLooked()) return this.rest();
      let news = false;
      try {
        news = this.learn(JSON.parse(data));
      } catch {
        return this.fallBack(WITHOUT_STREAM_MS); // cut or changed on its way
      }
      if (news) this.tell();
      if (!LIVELY.includes(this.run.status?.state ?? "")) this.rest();
      return undefined;
    };
    stream.addEventListener("beat", () => (this.isLooked() ? this.expect(SILENCE_MS) : this.rest()));
    stream.addEventListener("gone", () => this.fallBack(0));
    // a browser tries again by itself, a whole room of them at the same moment: rather ask first, at a time of one's own
    stream.onerror = () => this.fallBack(stream.readyState === EventSource.CLOSED ? WITHOUT_STREAM_MS : 0);
  }

  /** Gives the stream up when nothing comes for `ms`. @param {number} ms */
  expect(ms) {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.fallBack(WITHOUT_STREAM_MS), ms);
  }

  /** Asks instead, and tries the stream again after `ms` at the earliest. @param {number} ms */
  fallBack(ms) {
    this.hangUp();
    this.streamAfter = Date.now() + ms;
    clearTimeout(this.timer);
    if (!this.stopped) this.timer = setTimeout(() => this.poll(), this.pause());
  }

  /** Nobody looks, or nothing happens: no stream, and a look from time to time whether that has changed. */
  rest() {
    if (!this.stream) return;
    this.hangUp();
    this.goOn();
  }

  hangUp() {
    clearTimeout(this.silence);
    this.stream?.close();
    this.stream = null;
  }

  path() {
    return `runs/${encodeURIComponent(this.run.id)}`;
  }

  place() {
    return `since=${this.next}${this.mark === null ? "" : `&mark=${this.mark}`}`;
  }

  /** Whoever draws the news may fail at it; that is told as any error of a script is, and the next news come all the same. */
  tell() {
    if (this.stopped) return;
    try {
      this.onChange(this.run);
    } catch (error) {
      reportError(error);
    }
  }

  /**
   * Takes an answer in.
   * @param {unknown} given
   * @returns {boolean} whether there is something to tell
   * @throws {Error} a sentence about what is wrong with it
   */
  learn(given) {
    if (this.stopped) return false;
    const answer = readProgress(given);
    const rewound = answer.first === undefined ? this.isRewound(answer) : answer.first > this.next;
    if (rewound) {
      // a resumed run forgets what came after its last saved state: read it again from the start
      this.next = 0;
      this.mark = null;
      this.run.reports = [];
      if (!answer.reports.length || (answer.first ?? answer.reports[0].step) > 0) return this.startOver();
    }
    this.run.status = answer.status;
    this.run.config = answer.config;
    this.run.reached = answer.reached ?? [];
    this.run.pictures = answer.pictures ?? null;
    this.run.networks = answer.networks ?? null;
    this.run.states = answer.states ?? [];
    this.run.reports = this.run.reports.slice(0, answer.first ?? this.next).concat(answer.reports);
    this.run.lost = "";
    this.next = answer.next;
    this.mark = answer.mark ?? null;
    return true;
  }

  /** What is known does not fit: everything is asked for again, the stream too, which goes on from the old place. */
  startOver() {
    queueMicrotask(() => {
      this.hangUp();
      this.poke();
    });
    return false;
  }

  /** Whether an answer that does not say where it begins is of a past that is not the one known here. @param {Progress} answer */
  isRewound(answer) {
    const last = this.run.reports.at(-1)?.step ?? -1;
    return answer.next < this.next || (answer.reports.length > 0 && answer.reports[0].step <= last);
  }

  /** A little different for everybody, so that a room of viewers does not ask in step; longer for a server that is slow or gone. */
  pause() {
    const calm = Math.max(LIVELY.includes(this.run.status?.state ?? "") ? ACTIVE_MS : IDLE_MS, 2 * this.took);
    return Math.min(calm * 2 ** this.failures, LONGEST_MS) * (0.8 + 0.4 * Math.random());
  }
}
