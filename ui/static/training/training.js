/** The live panel of the Train tab: one run, its pictures as they learn, its curves, and every moment of it to go back to. */

import { t } from "../i18n/i18n.js";
import { isStatic } from "../kit/build.js";
import { debounce, h, uid, useStyle } from "../kit/dom.js";
import { underFinger } from "../kit/finger.js";
import { openTab } from "../kit/tabs.js";
import { access, isMine, remember } from "../runs/access.js";
import { ACTIVE, askJson, ganUrl, RunFeed } from "../runs/runfeed.js";
import { STATES, count, duration, nameOf, pad, recordingInWords, stateInWords } from "../runs/runwords.js";
import { bar } from "../share/share.js";
import { held } from "../state/held.js";
import { listModels, modelsChanged } from "../state/models.js";
import { view } from "../state/view.js";
import { AlarmPanel } from "./alarmpanel.js";
import { ContactSheet, SnapshotView } from "./filmroll.js";
import { Hands } from "./hands.js";
import { Histogram, bestMoment } from "./histogram.js";
import { Lab } from "./lab.js";
import { Reached } from "./reached.js";
import { RunCharts } from "./runcharts.js";

const LIST_MS = 6000;
const PLAY_MS = 160; // a report of a recording

/**
 * @param {HTMLElement} root
 * @param {{props?: any, watch?: Function, trigger?: Function}} [host] Gradio's side: its value is `{controls}` at first (whether there are buttons
 *   to train with), then `{run, state, step}`
 */
export async function mount(root, host = {}) {
  await Promise.all([useStyle(), useStyle(new URL("training.css", import.meta.url))]);
  const panel = new TrainingPanel(root, host);
  host.watch?.("value", () => panel.choose(host.props.value?.run, true));
  await panel.refresh();
  return panel;
}

class TrainingPanel {
  constructor(root, host) {
    this.root = root;
    this.host = host;
    this.controls = Boolean(host.props?.value?.controls);
    this.mayControl = false;
    this.feed = null;
    this.pinned = null; // the step of a second picture beside the first
    this.picked = false; // whether a person has chosen the run, rather than that it was the one that trains
    this.run = null;
    this.runs = [];
    this.told = "";
    this.toldState = { id: "", state: "" };
    this.tellHost = debounce(() => this.tell(), 150);
    this.at = null; // the report that is looked at; null follows the newest
    this.playing = 0; // timer of a past that is played back
    this.recordings = new Map(); // those that were asked for, with their failures; they are in no list of runs
    this.build();
    this.lab.fetch();
    if (this.controls && !isStatic)
      access().then(({ control, start, why }) => {
        this.mayControl = control;
        this.lab.allow(start);
        // who may only watch has no use for the form, and more room without it
        document.documentElement.toggleAttribute("data-gan-watching", !start);
        this.why.textContent = start ? "" : t(why);
        this.toForm.hidden = !start;
      });
    if (!isStatic) setInterval(() => !document.hidden && this.isShown() && this.refresh(), LIST_MS);
    // a tab that is shown again asks at once
    new ResizeObserver(() => this.isShown() && (this.feed ? this.feed.poke() : this.refresh())).observe(root);
  }

  isShown() {
    return this.root.offsetWidth > 0;
  }

  build() {
    const chooser = uid("run");
    this.chooser = h("select", { id: chooser, class: "gan-select", onChange: () => {
      this.picked = !ACTIVE.includes(this.runs.find((run) => run.id === this.chooser.value)?.state);
      this.choose(this.chooser.value);
    } });
    this.state = h("span", { class: "train-state" }, "");
    this.bar = h("div", { class: "train-bar-fill" });
    this.progress = h("div", { class: "train-bar", role: "progressbar", "aria-label": t("Training progress"), "aria-valuemin": 0, "aria-valuemax": 100 }, this.bar);
    this.numbers = h("p", { class: "train-numbers" }, " ");
    this.words = h("p", { class: "train-words", role: "status", "aria-live": "polite" }, " ");
    this.view = new SnapshotView();
    this.other = new SnapshotView();
    this.charts = new RunCharts((step) => this.lookAt(step));
    this.histogram = new Histogram();
    this.hands = new Hands();
    const follow = (id) => {
      remember(id);
      this.choose(id);
    };
    this.alarms = new AlarmPanel(follow);
    this.lab = new Lab((id) => this.toTop(follow(id)), (id, failure) => this.watch(id, failure));
    this.reached = new Reached();
    this.sheet = new ContactSheet((index) => {
      this.halt();
      this.lookAt(pictured(this.run)[index].step);
    });
    const slider = uid("moment");
    this.slider = underFinger(h("input", { id: slider, class: "gan-range", type: "range", min: 0, max: 0, step: 1, value: 0, disabled: true, onInput: () => {
      this.halt();
      this.look(Number(this.slider.value));
    } }));
    this.moment = h("output", { class: "train-moment", for: slider }, " ");
    this.live = h("button", { type: "button", class: "gan-button", disabled: true, onClick: () => {
      this.halt();
      this.look(null);
    } }, t("Newest"));
    this.player = h("button", { type: "button", class: "gan-button", "aria-keyshortcuts": "p", onClick: () => (this.playing ? this.halt() : this.play()) }, t("Play back"));
    this.player.hidden = true;
    this.best = h("button", { type: "button", class: "gan-button", disabled: true, onClick: () => {
      this.halt();
      this.look(bestMoment(this.run.reports));
    } }, t("Best moment"));
    this.pin = h("button", { type: "button", class: "gan-button", disabled: true, "aria-pressed": "false", onClick: () => this.togglePin() }, t("Keep beside"));
    this.explore = h("button", { type: "button", class: "gan-button", disabled: true, title: t("Its networks in your hand, in the Explore tab"), onClick: () => this.takeInHand() }, t("Explore it"));
    this.otherMoment = h("figcaption", {}, " ");
    this.beside = h("figure", { class: "train-beside" }, this.other.element, this.otherMoment);
    this.beside.hidden = true;
    this.pictures = h("div", { class: "train-pictures" }, h("figure", { class: "train-beside" }, this.view.element, this.moment), this.beside);
    this.why = h("p", { class: "train-why gan-hint" });
    this.toForm = h("button", { type: "button", class: "gan-button train-to-form", onClick: () => document.querySelector(".gan-train-form")?.scrollIntoView() }, t("Start a training"));
    this.toForm.hidden = true;
    this.downloads = h("section", { class: "train-downloads train-part gan-at-downloads", "aria-label": t("Downloads") });
    // what comes and goes while it trains (turns, alarms) stands beside the pictures, so that nothing moves away under a hand on the left, and below
    // the buttons that it comes from
    this.picture = h(
      "div",
      { class: "train-picture" },
      this.pictures,
      h("div", { class: "train-scrub" }, h("label", { for: slider }, t("Moment")), this.slider),
      h("div", { class: "train-tools" }, this.live, this.best, this.pin, this.explore, this.player),
      this.histogram.element,
    );
    this.beside.id = uid("beside");
    this.pin.setAttribute("aria-controls", this.beside.id);
    this.sight = h("div", { class: "train-look" }, this.picture, h("div", { class: "train-side" }, this.hands.element, this.hands.live, this.lab.fix, this.alarms.element, this.charts.element));
    this.root.classList.add("gan-root", "gan-train-page");
    this.root.replaceChildren(
      bar(),
      h("div", { class: "train-head" }, h("label", { for: chooser }, t("Run")), this.chooser, this.state, this.toForm),
      this.why,
      this.progress,
      h("div", { class: "train-said" }, this.numbers, this.alarms.line, this.words),
      this.sight,
      this.lab.element,
      this.sheet.element,
      this.charts.more,
      this.reached.element,
      this.downloads,
    );
  }

  /** Reads the list of runs; chooses the one that trains, or the newest, where none is chosen. */
  async refresh() {
    try {
      this.runs = (await askJson("runs.json")).runs;
    } catch (error) {
      if (!this.run) this.words.textContent = error.message; // else the run's own feed says it
      return;
    }
    this.list();
    const next = this.runs.find((run) => ACTIVE.includes(run.state));
    if (!this.run && this.runs.length) this.choose((next ?? this.runs.find(isReadable) ?? this.runs[0]).id);
    else if (next && this.isFree()) this.choose(next.id);
    if (!this.runs.length && !this.recordings.has(this.run?.id)) this.words.textContent = [t("No training yet."), this.controls && t("Choose a family and a data set, then press Start.")].filter(Boolean).join(" ");
  }

  /** Whether who only watches may be taken along to the training that begins: the one that was watched is over, and nobody works with it. */
  isFree() {
    const { id, status } = this.run ?? {};
    const over = status && ![...ACTIVE, "queued"].includes(status.state);
    return (over || this.isGone()) && !this.picked && this.at === null && this.pinned === null && !isMine(id) && !this.recordings.has(id);
  }

  /** Whether the folder of the run that is shown was deleted. */
  isGone() {
    const { id, lost } = this.run ?? {};
    return Boolean(lost) && !this.recordings.has(id) && !this.runs.some((run) => run.id === id);
  }

  /** The runs of the list, and the one that is shown where it is none of them: a recording, or one that is gone. */
  listed() {
    const { id } = this.run ?? {};
    if (this.runs.some((run) => run.id === id)) return this.runs;
    if (this.recordings.has(id)) return [{ id, failure: this.recordings.get(id) }, ...this.runs];
    return this.isGone() ? [{ id, state: "gone" }, ...this.runs] : this.runs;
  }

  list() {
    const options = [...this.chooser.options];
    const listed = this.listed();
    const ids = listed.map((run) => run.id);
    if (ids.join() !== options.map((option) => option.value).join()) {
      this.chooser.replaceChildren(...ids.map((id) => h("option", { value: id })));
    }
    listed.forEach((run, i) => this.call(this.chooser.options[i], run));
    if (this.run) this.chooser.value = this.run.id;
    this.chooser.disabled = !ids.length;
  }

  /** Names a run in the list; of the one that is shown, more is known than the list does. */
  call(option, run) {
    const { id, status } = this.run ?? {};
    const text = nameOf(run.id === id && status && run.state !== "gone" ? { ...run, state: status.state } : run);
    if (option && option.text !== text) option.text = text;
  }

  /**
   * @param {string|undefined} id
   * @param {boolean} [fresh] ask again even if it is the one shown
   */
  choose(id, fresh = false) {
    if (!id) return;
    if (fresh) this.told = "";
    if (this.run?.id === id) {
      if (fresh) this.feed.poke();
      return;
    }
    this.feed?.stop();
    this.halt();
    this.at = null;
    this.clear();
    this.run = { id };
    this.feed = new RunFeed(id, (run) => this.show(run), () => this.isShown());
    if (this.recordings.has(id)) this.list();
    else if (!this.runs.some((run) => run.id === id)) return void this.refresh();
    this.chooser.value = id;
    this.tell(); // at once: the next press of a button is meant for this run
  }

  /** Shows a recording of the failure lab from its beginning. */
  watch(id, failure) {
    this.recordings.set(id, failure);
    this.choose(id);
    this.wantsPlay = true;
    if (this.run?.reports?.length) this.show(this.run);
    this.toTop();
  }

  /** What was asked for far below is seen at the top. */
  toTop() {
    this.root.scrollIntoView?.({ block: "start" });
  }

  /** Plays what is over as if it were happening, from the moment that is looked at, or from the start. */
  play() {
    const last = this.run.reports.length - 1;
    this.playing = setInterval(() => !document.hidden && this.isShown() && this.look((this.at ?? last) + 1), PLAY_MS);
    this.player.textContent = t("Stop playing");
    this.look(this.at ?? 0);
  }

  halt() {
    clearInterval(this.playing);
    this.playing = 0;
    this.player.textContent = t("Play back");
  }

  clear() {
    this.wantsPlay = false;
    this.player.hidden = true;
    this.reached.show([]);
    this.view.clear();
    this.charts.clear();
    this.histogram.clear();
    this.unpin();
    this.downloads.replaceChildren();
    this.alarms.clear();
    this.hands.element.hidden = this.hands.live.hidden = this.lab.shown.hidden = true;
    this.bar.style.transform = "scaleX(0)";
    this.state.textContent = "";
    this.numbers.textContent = this.words.textContent = this.moment.textContent = " ";
    for (const control of [this.slider, this.live, this.best, this.pin, this.explore]) control.disabled = true;
  }

  show(run) {
    this.run = run;
    if (run.lost) this.lose(run);
    if (!run.status) return;
    this.showProgress(run);
    const listed = this.runs.find(({ id }) => id === run.id);
    if (listed) this.call([...this.chooser.options].find(({ value }) => value === run.id), listed);
    this.hands.show(run, this.may());
    this.lab.show(run, this.may());
    this.reached.show(run.reached);
    this.sheet.show({ ...run, reports: pictured(run) });
    this.player.hidden = [...ACTIVE, "queued"].includes(run.status.state) || run.reports.length < 2;
    this.slider.max = String(Math.max(0, run.reports.length - 1));
    this.slider.disabled = run.reports.length < 2;
    if (this.wantsPlay && run.reports.length > 1) {
      this.wantsPlay = false;
      this.halt();
      this.at = 0;
      return this.play();
    }
    this.look(this.at !== null && this.at < run.reports.length ? this.at : null);
    this.tellHost();
    return undefined;
  }

  /** Says why nothing new comes; whether the run is gone for good, the list knows. */
  async lose({ id, lost, reports }) {
    this.words.textContent = t("{reason} It is asked again by itself.", { reason: lost });
    await this.refresh();
    if (this.run.id !== id) return;
    const entry = this.runs.find((run) => run.id === id);
    if (entry && !isReadable(entry)) {
      this.state.textContent = STATES[entry.state] ?? entry.state;
      this.progress.dataset.state = this.state.dataset.state = entry.state;
      this.words.textContent = entry.reason.charAt(0).toUpperCase() + entry.reason.slice(1);
    }
    if (!this.isGone()) return;
    this.state.textContent = STATES.gone;
    this.progress.dataset.state = this.state.dataset.state = "gone";
    this.words.textContent = reports.length ? t("Its folder was deleted. What was seen of it stays here until this page is closed; another one can be chosen above.") : t("Its folder was deleted. Choose another one above.");
    this.tellHost();
  }

  showProgress({ status, config, reports, lost }) {
    const { recorded } = config ?? {};
    // a process that resumes says 0 until it has found its place
    const step = recorded && this.at !== null ? reports[this.at].step : Math.max(status.step ?? 0, reports.at(-1)?.step ?? 0);
    const share = status.steps ? Math.min(1, step / status.steps) : 0;
    this.bar.style.transform = `scaleX(${share})`;
    this.progress.setAttribute("aria-valuenow", String(Math.round(share * 100)));
    const state = recorded ? "recorded" : this.isGone() ? "gone" : status.state;
    this.progress.dataset.state = this.state.dataset.state = state;
    this.state.textContent = STATES[state] ?? state;
    const last = recorded && this.at !== null ? reports[this.at] : reports.at(-1);
    const parts = [t("step {step} of {steps}", { step: count(step), steps: count(status.steps) })];
    if (last?.images_per_second) parts.push(t("{count} images/s", { count: count(Math.round(last.images_per_second)) }));
    if (status.state === "running" && Number.isFinite(last?.seconds_left)) parts.push(t("{time} left", { time: duration(last.seconds_left) }));
    else if (last) parts.push(t("{time} of training", { time: duration(last.seconds) }));
    this.numbers.textContent = parts.join(" · ");
    if (lost) return;
    const words = recorded ? recordingInWords(config) : stateInWords(status, config, this.controls);
    if (this.words.textContent !== words) this.words.textContent = words;
  }

  /** @returns {boolean} whether this visitor may change the run that is shown */
  may() {
    return this.controls && !isStatic && !this.run.config?.recorded && (this.mayControl || isMine(this.run.id));
  }

  /** Looks at the moment of a step, or at the newest where that step has no report. */
  lookAt(step) {
    this.look(this.run.reports.findIndex((row) => row.step === step));
  }

  togglePin() {
    if (this.pinned !== null) return this.unpin();
    const row = this.run.reports[this.at ?? this.run.reports.length - 1];
    this.pinned = row.step;
    this.beside.hidden = false;
    this.sight.dataset.beside = "true"; // two pictures want the room of the charts, which go below
    this.pin.setAttribute("aria-pressed", "true");
    this.otherMoment.textContent = momentOf(row);
    this.other.show(this.run.id, ...pictureOf(this.run, row));
    return undefined;
  }

  unpin() {
    this.pinned = null;
    this.beside.hidden = true;
    delete this.sight.dataset.beside;
    this.other.clear();
    this.pin.setAttribute("aria-pressed", "false");
  }

  /** @param {number|null} index of a report, or null for the newest, whatever it is */
  look(index) {
    const { reports, config } = this.run ?? {};
    if (!reports?.length) return;
    const last = reports.length - 1;
    this.at = index === null || index >= last || index < 0 ? null : index;
    if (this.at === null && this.playing) this.halt();
    const row = reports[this.at ?? last];
    const seen = this.playing ? reports.slice(0, this.at + 1) : reports;
    const text = momentOf(row);
    if (config?.recorded) this.showProgress(this.run);
    this.slider.value = String(this.at ?? last);
    this.slider.style.setProperty("--gan-to", String(last ? (this.at ?? last) / last : 0));
    this.slider.setAttribute("aria-valuetext", text);
    this.moment.textContent = this.at === null ? t("{moment} (newest)", { moment: text }) : text;
    this.live.disabled = this.at === null;
    this.pin.disabled = false;
    this.explore.disabled = this.recordings.has(this.run.id);
    this.best.disabled = bestMoment(reports) < 0 || reports[bestMoment(reports)].step === row.step;
    const [drawn, ...about] = pictureOf(this.run, row);
    this.view.show(this.run.id, drawn, ...about);
    this.charts.show(seen, row);
    this.histogram.show(seen, row);
    this.alarms.show(this.run, row, this.at === null, this.may());
    this.sheet.mark(drawn);
    this.offer(drawn);
    this.tellHost();
  }

  offer(step) {
    const base = `runs/${encodeURIComponent(this.run.id)}`;
    const files = [
      [`${base}/snapshots/${pad(step)}.png`, t("This grid (PNG)"), `${this.run.id}-step-${step}.png`],
      [`${base}/contact-sheet.png`, t("Contact sheet (PNG)"), `${this.run.id}-contact-sheet.png`],
      [`${base}/steps.gif`, t("All steps (GIF)"), `${this.run.id}.gif`],
      [`${base}/steps.mp4`, t("All steps (MP4)"), `${this.run.id}.mp4`],
      [`${base}/curves.png`, t("Curves (PNG)"), `${this.run.id}-curves.png`],
    ].slice(0, isStatic ? (this.run.pictures ? 1 : 2) : 5);
    if (!this.downloads.children.length) this.downloads.append(h("span", {}, t("Download: ")), ...files.map(([, label]) => h("a", { class: "gan-link" }, label)));
    [...this.downloads.querySelectorAll("a")].forEach((link, i) => Object.assign(link, { href: ganUrl(files[i][0]), download: files[i][2] }));
  }

  /** The run as it is now, or as it was at the moment that is looked at; the Explore tab follows one that still learns. */
  async takeInHand() {
    const { id, reports } = this.run;
    const [model, epoch] = [`run:${id}`, this.at === null || this.at === reports.length - 1 ? null : reports[this.at].step];
    openTab("explore");
    scrollTo(0, 0); // the page was scrolled to the button, and the digit is at its top
    modelsChanged(); // it may be newer than the list, which whoever shows one asks for at the same moment
    const list = await listModels().catch(() => null); // the chooser says why
    if (!list?.models.some((info) => info.id === model)) return;
    held.offer(list.models);
    view.commit({ model, epoch });
  }

  /** Gradio's buttons act on what is shown here: the run, its state, the moment. Told when the hand rests, and only what is new. */
  tell() {
    if (this.playing) return;
    const { id, status, reports } = this.run ?? {};
    const state = this.recordings.has(id) ? "recorded" : this.isGone() ? "gone" : status?.state ?? this.runs.find((run) => run.id === id)?.state;
    if (!this.host.props || !state) return;
    const step = this.at === null ? null : reports[this.at].step;
    const value = { run: id, state, step };
    const told = JSON.stringify(value);
    if (told === this.told) return;
    const newState = this.toldState.id === id && this.toldState.state !== state;
    this.told = told;
    this.toldState = { id, state };
    this.host.props.value = value;
    this.host.trigger("state");
    if (newState) modelsChanged(); // a run becomes a model, and one that has ended has its directions
  }
}

/** Whether the server could read the settings of a run of its list: one of another version, or a damaged one, it lists with the reason. */
function isReadable({ family }) {
  return family !== "?";
}

/** The reports that a picture was kept of: all of them, but for a recording. */
function pictured({ reports, pictures }) {
  return pictures ? reports.filter((row) => pictures.includes(row.step)) : reports;
}

/** The step, the config and the moment of the picture that is shown with a report: its own, or the last one before it that was kept. */
function pictureOf(run, row) {
  const shown = pictured(run).findLast(({ step }) => step <= row.step) ?? pictured(run)[0] ?? row;
  return [shown.step, run.config, momentOf(shown)];
}

function momentOf(row) {
  return t("step {step}, epoch {epoch}", { step: count(row.step), epoch: row.epoch.toFixed(1) });
}
