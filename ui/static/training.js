/** The live panel of the Train tab: one run, its pictures as they learn, its curves, and every moment of it to go back to. */

import { LineChart } from "./charts.js";
import { isStatic } from "./build.js";
import { debounce, h, uid, useStyle } from "./dom.js";
import { ContactSheet, SnapshotView } from "./filmroll.js";
import { t } from "./i18n.js";
import { ACTIVE, askJson, ganUrl, RunFeed } from "./runfeed.js";

const LIST_MS = 6000;

/**
 * @param {HTMLElement} root
 * @param {{props?: any, watch?: Function, trigger?: Function}} [host] Gradio's side: its value is `{controls}` at first (whether there are buttons
 *   to train with), then `{run, state, step}`
 */
export async function mount(root, host = {}) {
  await Promise.all([useStyle(), useStyle("training.css")]);
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
    this.feed = null;
    this.lines = [];
    this.run = null;
    this.runs = [];
    this.told = this.toldState = "";
    this.tellHost = debounce(() => this.tell(), 150);
    this.at = null; // the report that is looked at; null follows the newest
    this.build();
    if (!isStatic) setInterval(() => !document.hidden && this.isShown() && this.refresh(), LIST_MS);
    // a tab that is shown again asks at once
    new ResizeObserver(() => this.isShown() && (this.feed ? this.feed.poke() : this.refresh())).observe(root);
  }

  isShown() {
    return this.root.offsetWidth > 0;
  }

  build() {
    const chooser = uid("run");
    this.chooser = h("select", { id: chooser, class: "gan-select", onChange: () => this.choose(this.chooser.value) });
    this.state = h("span", { class: "train-state" }, "");
    this.bar = h("div", { class: "train-bar-fill" });
    this.progress = h("div", { class: "train-bar", role: "progressbar", "aria-label": t("Training progress"), "aria-valuemin": 0, "aria-valuemax": 100 }, this.bar);
    this.numbers = h("p", { class: "train-numbers" }, " ");
    this.words = h("p", { class: "train-words", role: "status", "aria-live": "polite" }, " ");
    this.view = new SnapshotView();
    this.charts = h("div", { class: "train-charts" });
    this.sheet = new ContactSheet((index) => this.look(index));
    const slider = uid("moment");
    this.slider = h("input", { id: slider, class: "gan-range", type: "range", min: 0, max: 0, step: 1, value: 0, disabled: true, onInput: () => this.look(Number(this.slider.value)) });
    this.moment = h("output", { class: "train-moment", for: slider }, " ");
    this.live = h("button", { type: "button", class: "gan-button", disabled: true, onClick: () => this.look(null) }, t("Newest"));
    this.downloads = h("p", { class: "train-downloads" });
    this.root.classList.add("gan-root");
    this.root.replaceChildren(
      h("div", { class: "train-head" }, h("label", { for: chooser }, t("Run")), this.chooser, this.state),
      this.progress,
      this.numbers,
      this.words,
      h("div", { class: "train-look" }, h("div", { class: "train-picture" }, this.view.element, h("div", { class: "train-scrub" }, h("label", { for: slider }, t("Moment")), this.slider, this.live), this.moment), this.charts),
      this.sheet.element,
      this.downloads,
    );
  }

  /** Reads the list of runs; chooses the newest where none is chosen. */
  async refresh() {
    try {
      this.runs = (await askJson("runs.json")).runs;
    } catch (error) {
      this.words.textContent = error.message;
      return;
    }
    this.list();
    if (!this.run && this.runs.length) this.choose((this.runs.find((run) => ACTIVE.includes(run.state)) ?? this.runs[0]).id);
    if (!this.runs.length) this.words.textContent = [t("No training yet."), this.controls && t("Choose a family and a data set, then press Start.")].filter(Boolean).join(" ");
  }

  list() {
    const options = [...this.chooser.options];
    const ids = this.runs.map((run) => run.id);
    if (ids.join() !== options.map((option) => option.value).join()) {
      this.chooser.replaceChildren(...ids.map((id) => h("option", { value: id })));
    }
    this.runs.forEach((run, i) => {
      const text = nameOf(run);
      if (this.chooser.options[i].text !== text) this.chooser.options[i].text = text;
    });
    if (this.run) this.chooser.value = this.run.id;
    this.chooser.disabled = !ids.length;
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
    this.at = null;
    this.clear();
    this.run = { id };
    this.feed = new RunFeed(id, (run) => this.show(run), () => this.isShown());
    if (!this.runs.some((run) => run.id === id)) this.refresh();
    else this.chooser.value = id;
  }

  clear() {
    this.view.clear();
    this.charts.replaceChildren();
    this.downloads.replaceChildren();
    [this.lines, this.charted] = [[], ""];
    this.moment.textContent = " ";
    this.slider.disabled = this.live.disabled = true;
  }

  show(run) {
    this.run = run;
    if (run.lost) this.words.textContent = t("{reason} It is asked again by itself.", { reason: run.lost });
    if (!run.status) return;
    this.showProgress(run);
    this.showCharts(run);
    this.sheet.show(run);
    this.slider.max = String(Math.max(0, run.reports.length - 1));
    this.slider.disabled = run.reports.length < 2;
    this.look(this.at !== null && this.at < run.reports.length ? this.at : null);
    this.tellHost();
  }

  showProgress({ status, config, reports, lost }) {
    // a process that resumes says 0 until it has found its place
    const step = Math.max(status.step ?? 0, reports.at(-1)?.step ?? 0);
    const share = status.steps ? Math.min(1, step / status.steps) : 0;
    this.bar.style.transform = `scaleX(${share})`;
    this.progress.setAttribute("aria-valuenow", String(Math.round(share * 100)));
    this.progress.dataset.state = this.state.dataset.state = status.state;
    this.state.textContent = STATES[status.state] ?? status.state;
    const last = reports.at(-1);
    const parts = [t("step {step} of {steps}", { step: count(step), steps: count(status.steps) })];
    if (last?.images_per_second) parts.push(t("{count} images/s", { count: count(Math.round(last.images_per_second)) }));
    if (status.state === "running" && Number.isFinite(last?.seconds_left)) parts.push(t("{time} left", { time: duration(last.seconds_left) }));
    else if (last) parts.push(t("{time} of training", { time: duration(last.seconds) }));
    this.numbers.textContent = parts.join(" · ");
    if (!lost) this.words.textContent = stateInWords(status, config, this.controls);
  }

  showCharts(run) {
    const has = (name) => run.reports.some((row) => name in row);
    const kind = has("d_real") ? "gan" : has("loss") ? "autoencoder" : "";
    if (kind !== this.charted) {
      this.charted = kind;
      this.lines = CHARTS[kind].map((options) => new LineChart(options));
      for (const chart of this.lines) chart.onPick = (step) => this.look(run.id === this.run.id ? this.run.reports.findIndex((row) => row.step === step) : null);
      this.charts.replaceChildren(...this.lines.map((chart) => chart.element));
    }
  }

  /** @param {number|null} index of a report, or null for the newest, whatever it is */
  look(index) {
    const { reports, config } = this.run ?? {};
    if (!reports?.length) return;
    const last = reports.length - 1;
    this.at = index === null || index >= last || index < 0 ? null : index;
    const row = reports[this.at ?? last];
    const text = t("step {step}, epoch {epoch}", { step: count(row.step), epoch: row.epoch.toFixed(1) });
    this.slider.value = String(this.at ?? last);
    this.slider.style.setProperty("--gan-to", String(last ? (this.at ?? last) / last : 0));
    this.slider.setAttribute("aria-valuetext", text);
    this.moment.textContent = this.at === null ? t("{moment} (newest)", { moment: text }) : text;
    this.live.disabled = this.at === null;
    this.view.show(this.run.id, row.step, config, text);
    for (const chart of this.lines) chart.show(reports, row.step);
    this.sheet.mark(row.step);
    this.offer(row.step);
    this.tellHost();
  }

  offer(step) {
    const base = `runs/${encodeURIComponent(this.run.id)}`;
    const files = [
      [`${base}/snapshots/${pad(step)}.png`, t("This grid (PNG)"), `${this.run.id}-step-${step}.png`],
      [`${base}/contact-sheet.png`, t("Contact sheet (PNG)"), `${this.run.id}-contact-sheet.png`],
      [`${base}/steps.gif`, t("All steps (GIF)"), `${this.run.id}.gif`],
      [`${base}/curves.png`, t("Curves (PNG)"), `${this.run.id}-curves.png`],
    ].slice(0, isStatic ? 2 : 4);
    if (!this.downloads.children.length) this.downloads.append(h("span", {}, t("Download: ")), ...files.map(([, label]) => h("a", { class: "gan-link" }, label)));
    [...this.downloads.querySelectorAll("a")].forEach((link, i) => Object.assign(link, { href: ganUrl(files[i][0]), download: files[i][2] }));
  }

  /** Gradio's buttons act on what is shown here: the run, its state, the moment. Told when the hand rests, and only what is new. */
  tell() {
    const { id, status, reports } = this.run ?? {};
    if (!this.host.props || !status) return;
    const step = this.at === null ? null : reports[this.at].step;
    const value = { run: id, state: status.state, step };
    const told = JSON.stringify(value);
    if (told === this.told) return;
    const newState = this.toldState !== `${id} ${status.state}`;
    this.told = told;
    this.toldState = `${id} ${status.state}`;
    this.host.props.value = value;
    this.host.trigger("state");
    if (newState) window.dispatchEvent(new Event("gan-models-changed"));
  }
}

/** The states of a run as a person says them. */
const STATES = {
  starting: t("starting"), running: t("running"), paused: t("paused"), stopped: t("stopped"), finished: t("finished"), failed: t("failed"), interrupted: t("interrupted"),
};

const CHARTS = {
  "": [],
  gan: [
    {
      title: t("What the discriminator believes"),
      floor: 0,
      ceiling: 1,
      reference: { value: 0.5, label: t("cannot tell") },
      curves: [
        { key: "d_real", label: t("D(x), real pictures"), colour: "--gan-chart-1" },
        { key: "d_fake", label: t("D(G(z)), drawn ones"), colour: "--gan-chart-2", dash: [7, 4] },
      ],
    },
    {
      title: t("Losses"),
      curves: [
        { key: "d_loss", label: t("discriminator"), colour: "--gan-chart-1" },
        { key: "g_loss", label: t("generator"), colour: "--gan-chart-2", dash: [7, 4] },
      ],
    },
  ],
  autoencoder: [
    {
      title: t("Reconstruction loss"),
      curves: [
        { key: "loss", label: t("training pictures"), colour: "--gan-chart-1" },
        { key: "val_loss", label: t("pictures it never saw"), colour: "--gan-chart-2", dash: [7, 4] },
      ],
    },
  ],
};

/**
 * @param {{state: string, step: number, reason?: string}} status
 * @param {{train?: {dataset: string}}|null} config
 * @param {boolean} controls whether there are buttons to speak of
 * @returns {string}
 */
export function stateInWords({ state, step, reason }, config, controls) {
  const dataset = config?.train?.dataset;
  const words = {
    starting: [
      dataset
        ? t("Starting on {dataset}: the training process is loading its libraries and pictures.", { dataset })
        : t("Starting: the training process is loading its libraries and pictures."),
    ],
    running: [dataset ? t("Learning on {dataset}.", { dataset }) : t("Learning."), t("You may close this page: training goes on.")],
    paused: [t("Paused.")],
    stopped: [t("Stopped at step {step}.", { step: count(step) }), t("Resume goes on from there; it can be kept as a checkpoint as it is.")],
    finished: [t("Finished."), t("Keep it as a checkpoint to have it in Explore for good.")],
    failed: [t("Failed.")],
    interrupted: [t("Interrupted at step {step}.", { step: count(step) })],
  };
  const [fact, hint] = words[state] ?? [state];
  // a reason is a sentence; what is not (an unforeseen error's own text) is shortened to one
  const because = (reason ?? "").split("\n")[0].slice(0, 300);
  return [fact, because, controls && hint].filter(Boolean).join(" ");
}

/** @returns {string} seconds as a person says them */
export function duration(seconds) {
  if (!Number.isFinite(seconds)) return "?";
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return t("{seconds} s", { seconds: whole });
  if (whole < 3600) return t("{minutes} min {seconds} s", { minutes: Math.floor(whole / 60), seconds: whole % 60 });
  return t("{hours} h {minutes} min", { hours: Math.floor(whole / 3600), minutes: Math.floor((whole % 3600) / 60) });
}

function nameOf(run) {
  const when = new Date(run.created * 1000).toLocaleString([], { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
  return `${run.family}, ${run.preset}, ${run.dataset} · ${when} · ${STATES[run.state] ?? run.state}`;
}

function count(number) {
  return Number(number ?? 0).toLocaleString("en");
}

/** @returns {string} a step as snapshot files are named */
export function pad(step) {
  return String(step).padStart(7, "0");
}
