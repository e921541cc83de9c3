/** The live panel of the Train tab: one run, its pictures as they learn, its curves, and every moment of it to go back to. */

import { keepsRuns } from "../engine/sources.js";
import { messageOf, t } from "../i18n/i18n.js";
import { isStatic } from "../kit/build.js";
import { debounce, useStyle } from "../kit/dom.js";
import { openTab } from "../kit/tabs.js";
import { access, isMine, remember } from "../runs/access.js";
import { isHere } from "../runs/here.js";
import { listFailures } from "../runs/failures.js";
import { ACTIVE, askJson, RunFeed } from "../runs/runfeed.js";
import { held } from "../state/held.js";
import { askedOf, listModels, modelsChanged } from "../state/modellist.js";
import { view as page } from "../state/view.js";
import * as layout from "./layout.js";
import { firstOf, isFree, NEWEST, trainingView } from "./trainingview.js";

const LIST_MS = 6000;
const SECOND_MS = 1000;
const PLAY_MS = 160; // a report of a recording
const TELL_MS = 150;
const CALM = "(prefers-reduced-motion: reduce)";

/**
 * @typedef {import("../runs/types.js").ListedRun} ListedRun
 * @typedef {import("./trainingview.js").Look} Look
 * @typedef {{controls?: boolean, run?: string, state?: string, step?: number|null}} HostValue
 * @typedef {Look & {picked: boolean, wantsPlay: boolean, opened: boolean}} Hand where a person looks, and: `picked` whether a person has chosen the
 *   run, rather than that it was the one that trains; `wantsPlay` whether it is to be played as soon as it is there; `opened` whether the page
 *   opened on it, and nobody has touched it since
 */

/** @type {Readonly<Hand>} */
const AT_REST = Object.freeze({ ...NEWEST, picked: false, wantsPlay: false, opened: false });

/**
 * @param {HTMLElement} root
 * @param {import("../kit/host.js").Host<HostValue>} [host] Gradio's side: its value is `{controls}` at first (whether there are buttons to train
 *   with), then `{run, state, step}`
 * @returns {Promise<{destroy: () => void}>}
 */
export async function mount(root, host = {}) {
  await Promise.all([useStyle(), useStyle(new URL("training.css", import.meta.url))]);
  // runs of this device are in every list from now on; who has none needs nothing of it before Start
  if (keepsRuns()) await import("../device/source.js").then(({ attend }) => attend()).catch(reportError);
  const panel = new TrainingPanel(root, host);
  host.watch?.("value", () => panel.choose(host.props?.value?.run, true));
  await panel.refresh();
  return panel;
}

/** What the server and a person say comes in here, one view goes out to the parts. */
class TrainingPanel {
  /** @param {HTMLElement} root @param {import("../kit/host.js").Host<HostValue>} host */
  constructor(root, host) {
    this.root = root;
    this.host = host;
    this.controls = Boolean(host.props?.value?.controls);
    this.mayControl = false;
    /** @type {ListedRun[]} */
    this.runs = [];
    /** @type {Map<string, string>} recordings, with the failures that they show */
    this.recordings = new Map();
    /** @type {import("../runs/types.js").Failure[]} */
    this.failures = [];
    /** What the run that is shown waits for, and since when that has been watched. */
    this.wait = { key: "", since: 0 };
    this.problem = "";
    /** @type {RunFeed|null} */
    this.feed = null;
    /** @type {Readonly<Hand>} replaced as a whole when another run is chosen */
    this.hand = AT_REST;
    this.told = "";
    this.toldState = { id: "", state: "" };
    this.tellHost = debounce(() => this.tell(), TELL_MS);
    /** @type {ReturnType<typeof setInterval>|undefined} */
    this.player = undefined;
    this.view = trainingView(null, this.hand, this.around);
    this.layout = layout.mount(root, this.actions());
    this.ended = false;
    this.ends = this.listen();
    this.askAccess();
    this.update();
    // the lab says why there is no list
    listFailures().then((failures) => {
      this.failures = failures;
      this.update();
    }, () => {});
  }

  /** Everything that goes on while the tab is there, and how it ends. @returns {(() => void)[]} */
  listen() {
    const list = setInterval(() => (!isStatic || keepsRuns()) && !document.hidden && this.isShown() && this.refresh(), LIST_MS);
    // a tab that is shown again asks at once
    const shown = new ResizeObserver(() => this.isShown() && (this.feed ? this.feed.poke() : this.refresh()));
    shown.observe(this.root);
    const seconds = setInterval(() => this.view.waiting && !document.hidden && this.isShown() && this.update(), SECOND_MS);
    return [() => clearInterval(list), () => clearInterval(seconds), () => clearInterval(this.player), () => shown.disconnect()];
  }

  isShown() {
    return this.root.offsetWidth > 0;
  }

  /** What the parts want. @returns {import("./layout.js").Actions} */
  actions() {
    const follow = (/** @type {string} */ id) => {
      remember(id);
      this.choose(id);
    };
    return {
      follow,
      start: (id) => {
        follow(id);
        this.toTop();
      },
      here: (id) => {
        this.choose(id, true, true);
        this.toTop();
      },
      gone: () => this.refresh(),
      watch: (id, failure) => this.watch(id, failure),
      choose: (id) => this.choose(id, false, !ACTIVE.includes(this.runs.find((run) => run.id === id)?.state ?? "")),
      look: (at) => this.look({ at, playing: false }),
      lookAt: (step) => this.lookAt(step),
      best: () => this.look({ at: this.view.best, playing: false }),
      play: () => this.look(this.hand.playing ? { playing: false } : { at: this.view.at ?? 0, playing: true }),
      pin: () => this.look({ pinned: this.hand.pinned === null ? (this.view.row?.step ?? null) : null }),
      explore: () => this.takeInHand(),
      toForm: () => this.layout.toForm(),
    };
  }

  async askAccess() {
    if (!this.controls || isStatic) return;
    const { control, start, why } = await access();
    if (this.ended) return;
    this.mayControl = control;
    // who may only watch has no use for the form, and more room without it
    document.documentElement.toggleAttribute("data-gan-watching", !start);
    this.layout.allow(start, start ? "" : t(why));
    this.update();
  }

  get run() {
    return this.feed?.run ?? null;
  }

  get around() {
    const { runs, recordings, controls, problem, failures, wait } = this;
    return { runs, recordings, controls, problem, failures, waited: (Date.now() - wait.since) / 1000, mayChange: isHere(this.run?.id) || (controls && (this.mayControl || isMine(this.run?.id ?? ""))) };
  }

  /** Draws what is known now. */
  update() {
    if (this.ended) return;
    this.view = trainingView(this.run, this.hand, this.around);
    const waits = this.view.waiting?.key ?? "";
    if (waits !== this.wait.key) {
      this.wait = { key: waits, since: Date.now() };
      this.view = trainingView(this.run, this.hand, this.around);
    }
    if (this.hand.at !== this.view.at || this.hand.playing !== this.view.playing) this.hand = { ...this.hand, at: this.view.at, playing: this.view.playing };
    this.keepPlaying();
    this.layout.update(this.view);
    this.tellHost();
  }

  /** What is over is played as if it were happening, a moment after the other. */
  keepPlaying() {
    if (this.hand.playing === (this.player !== undefined)) return;
    clearInterval(this.player);
    const next = () => !document.hidden && this.isShown() && this.look({ at: (this.view.at ?? this.view.last) + 1 });
    this.player = this.hand.playing ? setInterval(next, PLAY_MS) : undefined;
  }

  /** Reads the list of runs; chooses the one that trains, or the newest, where none is chosen. */
  async refresh() {
    try {
      /** @type {{runs: ListedRun[], recordings?: ListedRun[]}} */
      const { runs, recordings = [] } = await askJson("runs.json");
      [this.runs, this.problem] = [[...runs, ...recordings.filter(({ id }) => !runs.some((run) => run.id === id))], ""];
      for (const { id, recording, failure } of this.runs) if (recording || failure) this.recordings.set(id, failure ?? "");
    } catch (error) {
      this.problem = messageOf(error);
    }
    if (this.ended) return;
    const next = this.runs.find(({ state }) => ACTIVE.includes(state ?? ""));
    const first = next ?? firstOf(this.runs, this.recordings);
    if (!this.run && first) this.open(first.id);
    else if (next && !this.hand.picked && !isMine(this.run?.id ?? "") && isFree(this.run, this.hand, this.around)) this.choose(next.id);
    else this.update();
  }

  /** Shows what nobody has asked for: a recording plays by itself, where things may move. @param {string} id */
  open(id) {
    this.choose(id);
    this.hand = { ...this.hand, opened: true, wantsPlay: this.recordings.has(id) && !matchMedia(CALM).matches };
    if (this.run?.reports.length) this.take(this.run);
  }

  /**
   * @param {string|undefined} id
   * @param {boolean} [fresh] ask again even if it is the one shown
   * @param {boolean} [picked] whether a person has chosen it, and it is not the one that trains
   */
  choose(id, fresh = false, picked = false) {
    if (!id || this.ended) return;
    if (fresh) this.told = "";
    if (this.run?.id === id) {
      if (fresh) this.feed?.poke();
      return;
    }
    this.feed?.stop();
    this.hand = { ...AT_REST, picked };
    this.feed = new RunFeed(id, (run) => this.take(run), () => this.isShown());
    this.update();
    if (this.recordings.has(id) || this.runs.some((run) => run.id === id)) this.tell(); // at once: the next press of a button is meant for this run
    else this.refresh();
  }

  /** News of the run that is shown. @param {import("../runs/types.js").Run} run */
  take(run) {
    if (this.hand.wantsPlay && run.status && run.reports.length > 1) this.hand = { ...this.hand, at: 0, playing: true, wantsPlay: false };
    this.update();
    if (run.lost) this.refresh(); // whether it is gone for good, the list knows
  }

  /** @param {Partial<Look>} change */
  look(change) {
    const touched = "playing" in change || "pinned" in change; // a past that is played goes on by itself
    this.hand = { ...this.hand, ...change, opened: this.hand.opened && !touched };
    this.update();
  }

  /** Looks at the moment of a step, or at the newest where that step has no report. @param {number} step */
  lookAt(step) {
    this.look({ at: this.run?.reports.findIndex((row) => row.step === step) ?? null, playing: false });
  }

  /** Shows a recording of the failure lab from its beginning. @param {string} id @param {string} failure */
  watch(id, failure) {
    this.recordings.set(id, failure);
    this.choose(id);
    this.hand = { ...this.hand, wantsPlay: true };
    if (this.run?.reports.length) this.take(this.run);
    this.toTop();
  }

  /** What was asked for far below is seen at the top. */
  toTop() {
    this.root.scrollIntoView?.({ block: "start" });
  }

  /** The run as it is now, or as it was at the moment that is looked at; the Explore tab follows one that still learns. */
  async takeInHand() {
    const { run, row, newest } = this.view;
    if (!run || !row) return;
    const [model, epoch] = [`run:${run.id}`, newest ? null : row.step];
    openTab("explore");
    scrollTo(0, 0); // the page was scrolled to the button, and the digit is at its top
    modelsChanged(); // it may be newer than the list, which whoever shows one asks for at the same moment
    const list = await listModels().catch(() => null); // the chooser says why
    if (!list?.models.some(({ id }) => id === model)) return;
    held.offer(list.models);
    page.commit({ model, epoch, ...askedOf(list.models, page.state.model, model) });
  }

  /** Gradio's buttons act on what is shown here: the run, its state, the moment. Told when the hand rests, and only what is new. */
  tell() {
    const value = this.view.told;
    if (!value || !this.host.props || this.hand.playing || this.ended) return;
    const now = JSON.stringify(value);
    if (now === this.told) return;
    const changed = this.toldState.id === value.run && this.toldState.state !== value.state;
    this.told = now;
    this.toldState = { id: value.run, state: value.state };
    this.host.props.value = value;
    this.host.trigger?.("state");
    dispatchEvent(new CustomEvent("gan-run-state", { detail: { id: value.run, state: value.state } })); // what was said while it was in another one is over
    if (changed) modelsChanged(); // a run becomes a model, and one that has ended has its directions
  }

  destroy() {
    this.ended = true;
    this.feed?.stop();
    document.documentElement.removeAttribute("data-gan-watching");
    for (const end of this.ends) end();
    this.layout.destroy();
  }
}
