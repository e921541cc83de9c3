/** Follows one training run from a distance: asks for what is new, backs off when the server is slow, is silent when nobody looks. */

import { isStatic } from "./build.js";
import { t } from "./i18n.js";
import { address, ask } from "./programs.js";

export const ACTIVE = ["starting", "running", "paused"];
const ACTIVE_MS = 1000;
const IDLE_MS = 5000;
const LONGEST_MS = 30000;

/** @param {string} path below gan/ @returns {string} its address, wherever the page is served from */
export function ganUrl(path) {
  return address(`gan/${path}`);
}

/**
 * @param {string} path below gan/
 * @param {RequestInit} [options]
 * @returns {Promise<any>} the JSON answer
 * @throws {Error} with the server's own sentence where it has one
 */
export async function askJson(path, options) {
  const response = await ask(ganUrl(path), options);
  const answer = await response.json().catch(() => null);
  if (answer === null) throw new Error(t("The answer to {path} was cut off. It is asked again in a moment.", { path }));
  return answer;
}

/** @typedef {{id: string, status: any, config: any, reports: any[], lost: string}} Followed `lost` is why nothing new comes, or "" */

/** A run as far as it is known here; `onChange` is called whenever that grows. */
export class RunFeed {
  /**
   * @param {string} id
   * @param {(run: Followed) => void} onChange
   * @param {() => boolean} isWatched whether anybody can see it
   */
  constructor(id, onChange, isWatched = () => true) {
    /** @type {Followed} */
    this.run = { id, status: null, config: null, reports: [], lost: "" };
    this.onChange = onChange;
    this.isWatched = isWatched;
    this.next = 0;
    this.failures = 0;
    this.stopped = false;
    this.timer = 0;
    this.busy = false;
    this.onVisible = () => !document.hidden && this.poke();
    document.addEventListener("visibilitychange", this.onVisible);
    this.poke();
  }

  /** Asks now. */
  poke() {
    clearTimeout(this.timer);
    if (!this.busy) this.poll();
  }

  stop() {
    this.stopped = true;
    clearTimeout(this.timer);
    document.removeEventListener("visibilitychange", this.onVisible);
  }

  async poll() {
    // a recorded run is whole at once
    if (this.stopped || (isStatic && this.run.status)) return;
    if (!document.hidden && this.isWatched()) {
      this.busy = true;
      try {
        this.take(await askJson(`runs/${encodeURIComponent(this.run.id)}/progress.json?since=${this.next}`));
        this.failures = 0;
      } catch (error) {
        this.failures += 1;
        this.run.lost = error.message;
        if (!this.stopped) this.onChange(this.run);
      }
      this.busy = false;
    }
    if (!this.stopped) this.timer = setTimeout(() => this.poll(), this.pause());
  }

  take(answer) {
    if (this.stopped) return;
    const last = this.run.reports.at(-1)?.step ?? -1;
    const rewound = answer.next < this.next || (answer.reports.length && answer.reports[0].step <= last);
    if (rewound) {
      // a resumed run forgets what came after its last saved state: read it again from the start
      this.next = 0;
      this.run.reports = [];
      if (!answer.reports.length || answer.reports[0].step > 0) return void queueMicrotask(() => this.poke());
    }
    this.run.status = answer.status;
    this.run.config = answer.config;
    this.run.reports = this.run.reports.concat(answer.reports);
    this.run.lost = "";
    this.next = answer.next;
    this.onChange(this.run);
  }

  /** A little different for everybody, so that a room of viewers does not ask in step. */
  pause() {
    const calm = ACTIVE.includes(this.run.status?.state) ? ACTIVE_MS : IDLE_MS;
    return Math.min(calm * 2 ** this.failures, LONGEST_MS) * (0.8 + 0.4 * Math.random());
  }
}
