/**
 * What the Train tab shows, as one value: a pure function of what is known of a run, of where a person looks, and of what is known around
 * it. The parts of the tab draw it and decide nothing.
 */

import { t } from "../i18n/i18n.js";
import { isStatic } from "../kit/build.js";
import { isHere } from "../runs/here.js";
import { ACTIVE } from "../runs/runfeed.js";
import { COURSE, failureOf } from "../runs/failures.js";
import { STATES, count, duration, hereInWords, nameOf, recordingInWords, stateInWords } from "../runs/runwords.js";
import { diagnosisOf } from "./diagnosis.js";
import { downloadsOf } from "./downloads.js";
import { drawnInWords } from "./histogram.js";
import { waitingOf } from "./waiting.js";

/**
 * @typedef {import("../runs/types.js").Run} Run
 * @typedef {import("../runs/types.js").Report} Report
 * @typedef {import("../runs/types.js").ListedRun} ListedRun
 * @typedef {{at: number|null, pinned: number|null, playing: boolean}} Look `at`: number of the report that is looked at, null for the newest
 *   whatever it is; `pinned`: step of a second picture; `playing`: a past goes on as if it were now
 * @typedef {Object} Around
 * @property {ListedRun[]} runs the list as it came last
 * @property {ReadonlyMap<string, string>} recordings with the failures that they show, "" for one that shows none
 * @property {boolean} controls whether there are buttons to train with on this page
 * @property {boolean} mayChange whether this visitor may change the run that is shown
 * @property {string} problem why the list did not come, or ""
 * @property {import("../runs/types.js").Failure[]} failures of the lab, as far as they are known
 * @property {number} waited seconds for which what the run waits for has been watched
 *
 * @typedef {{step: number, text: string, wide: boolean}} Picture of a moment: `wide` where it has ten columns
 * @typedef {ReturnType<typeof trainingView>} TrainingView
 */

/** What shows most in a few seconds: of the recordings that go well, and of the lab's. */
const SHOWN_FIRST = ["course_dcgan", "d_too_strong"];

/** @type {Readonly<Look>} where a person looks who has just come to a run */
export const NEWEST = Object.freeze({ at: null, pinned: null, playing: false });

/**
 * @param {Run|null} run null while none is chosen
 * @param {Readonly<Look>} look
 * @param {Around} around
 */
export function trainingView(run, look, around) {
  const { status = null, config = null, reports = [] } = run ?? {};
  const last = reports.length - 1;
  const at = look.at === null || look.at < 0 || look.at >= last ? null : look.at;
  /** @type {Report|null} */
  const row = reports[at ?? last] ?? null;
  const state = stateOf(run, around);
  const active = ACTIVE.includes(status?.state ?? "");
  const recording = run !== null && around.recordings.has(run.id);
  const best = bestMoment(reports);
  const picture = run && row && pictureOf(run, row);
  const step = stepOf(run, at);
  const share = status?.steps ? Math.min(1, step / status.steps) : 0;
  const may = status !== null && around.mayChange && (!isStatic || isHere(run?.id)) && !config?.recorded;
  const seen = look.playing && at !== null ? reports.slice(0, at + 1) : reports;
  const alarms = (at === null && status?.state === "failed" && status.alarms?.length ? status.alarms : row?.alarms) ?? [];
  const waiting = waitingOf(run, around.waited);
  const words = waiting?.words ?? wordsOf(run, state, around);
  const pinned = look.pinned === null || !run ? null : reports.findLast((one) => one.step <= /** @type {number} */ (look.pinned)) ?? null;
  return {
    run, row, at, state, share,
    stateWord: STATES[state] ?? state,
    numbers: numbersOf(run, at, step),
    words,
    waiting,
    /** What is said in the place of the pictures while there is none. */
    blank: !run || status?.state === "queued" || status?.state === "starting" ? t("The first pictures appear here.") : status === null && !run.lost ? t("Loading ...") : t("There is no picture of it."),
    list: listOf(run, around),
    may,
    active: active && status?.state !== "starting",
    newest: at === null,
    playing: look.playing && at !== null,
    /** What the curves show: of a past that is played, no more than has been. */
    seen,
    pictured: run ? pictured(run) : [],
    picture,
    beside: run && pinned && { ...pictureOf(run, pinned), moment: momentOf(pinned) },
    place: at ?? Math.max(0, last),
    last: Math.max(0, last),
    moment: row && (at === null ? t("{moment} (newest)", { moment: momentOf(row) }) : momentOf(row)),
    momentSaid: row ? momentOf(row) : "",
    can: {
      scrub: last > 0,
      newest: at !== null,
      best: row !== null && best >= 0 && reports[best].step !== row.step,
      pin: row !== null,
      explore: row !== null && !recording,
      play: last > 0 && status !== null && !active && status.state !== "queued",
    },
    best,
    drawn: drawnInWords(row, seen),
    diagnosis: run && row ? diagnosisOf({ run, seen: reports.slice(0, (at ?? last) + 1), alarms, may, newest: at === null, failure: failureOf(run, around.failures) ?? null }) : null,
    /** Numbers of the reports whose whole state is stored, and where the moment that is looked at can be gone on from. */
    kept: (run?.states ?? []).map((kept) => reports.findIndex((one) => one.step >= kept)).filter((index) => index >= 0),
    goOn: goOnOf(run, row, may),
    downloads: run && picture ? downloadsOf(run, picture.step) : [],
    /** For Gradio's buttons, which act on what is shown here. */
    told: toldOf(run, state, at, around),
  };
}

/** @param {Run|null} run @param {Around} around @returns {boolean} whether its folder was deleted */
export function isGone(run, { runs, recordings }) {
  return Boolean(run?.lost) && !recordings.has(run?.id ?? "") && !runs.some(({ id }) => id === run?.id);
}

/** @param {ListedRun} run @returns {boolean} whether the server could read its settings: one of another version, or a damaged one, it lists with the reason */
export function isReadable({ family }) {
  return family !== "?";
}

/**
 * Whether who only watches may be taken along to the training that begins: the run that was watched is over, and nobody works with it.
 * @param {Run|null} run
 * @param {Readonly<Look> & {opened?: boolean}} look `opened`: nobody has asked for what is shown, the page opened on it
 * @param {Around} around
 */
export function isFree(run, look, around) {
  if (!run || look.opened) return true;
  const over = run.status !== null && ![...ACTIVE, "queued"].includes(run.status.state);
  return (over || isGone(run, around)) && look.at === null && look.pinned === null && !around.recordings.has(run.id);
}

/**
 * What the page opens on where nothing trains: a run of one's own, else a recording, which is played: one that goes well before one that goes
 * wrong, and one with curves before pictures alone.
 * @param {ListedRun[]} runs
 * @param {ReadonlyMap<string, string>} recordings
 * @returns {ListedRun|undefined}
 */
export function firstOf(runs, recordings) {
  const own = runs.find((run) => isReadable(run) && !recordings.has(run.id) && (!isStatic || isHere(run.id)));
  const recorded = runs.filter(({ id }) => recordings.has(id));
  const goesWell = recorded.filter(({ id }) => recordings.get(id) === "" || Object.hasOwn(COURSE, recordings.get(id) ?? ""));
  return own ?? goesWell.find(({ failure }) => failure === SHOWN_FIRST[0]) ?? goesWell[0] ?? recorded.find(({ failure }) => failure === SHOWN_FIRST[1]) ?? recorded[0] ?? runs.find(isReadable) ?? runs[0];
}

/** @param {readonly Report[]} reports @returns {number} index of the report with the lowest distance, -1 where none has one */
export function bestMoment(reports) {
  let best = -1;
  reports.forEach(({ distance }, i) => {
    if (distance !== undefined && Number.isFinite(distance) && (best < 0 || distance < (reports[best].distance ?? Infinity))) best = i;
  });
  return best;
}

/** @param {Run|null} run @param {Around} around @returns {string} its state, by the names of STATES; "" while nothing is known */
function stateOf(run, around) {
  if (!run) return "";
  if (run.config?.recorded) return "recorded";
  if (isGone(run, around)) return "gone";
  const entry = around.runs.find(({ id }) => id === run.id);
  if (run.lost && entry && !isReadable(entry)) return entry.state ?? "";
  return run.status?.state ?? "";
}

/**
 * What Gradio's buttons are told: the state is known from the list at once, as the next press is meant for this run.
 * @param {Run|null} run
 * @param {string} state
 * @param {number|null} at
 * @param {Around} around
 * @returns {{run: string, state: string, step: number|null}|null}
 */
function toldOf(run, state, at, { runs, recordings }) {
  if (!run) return null;
  if (isHere(run.id)) return { run: "", state: "", step: null }; // the server knows nothing of it
  const known = recordings.has(run.id) ? "recorded" : state === "gone" ? state : run.status?.state ?? runs.find(({ id }) => id === run.id)?.state;
  return known ? { run: run.id, state: known, step: at === null ? null : run.reports[at].step } : null;
}

/** @param {Run|null} run @param {number|null} at @returns {number} how far it is, or was where a recording is looked back on */
function stepOf(run, at) {
  if (!run?.status) return 0;
  if (run.config?.recorded && at !== null) return run.reports[at].step;
  // a process that resumes says 0 until it has found its place
  return Math.max(run.status.step ?? 0, run.reports[run.reports.length - 1]?.step ?? 0);
}

/** @param {Run|null} run @param {number|null} at @param {number} step */
function numbersOf(run, at, step) {
  if (!run?.status) return "";
  const { status, config, reports } = run;
  const row = config?.recorded && at !== null ? reports[at] : reports[reports.length - 1];
  const parts = [t("step {step} of {steps}", { step: count(step), steps: count(status.steps) })];
  if (row?.images_per_second) parts.push(t("{count} images/s", { count: count(Math.round(row.images_per_second)) }));
  if (status.state === "running" && Number.isFinite(row?.seconds_left)) parts.push(t("{time} left", { time: duration(row.seconds_left) }));
  else if (row) parts.push(t("{time} of training", { time: duration(row.seconds) }));
  return parts.join(" · ");
}

/** @param {Run|null} run @param {string} state @param {Around} around @returns {string} what is the matter, and what to do */
function wordsOf(run, state, { runs, controls, problem }) {
  if (!run) return problem || (runs.length ? "" : [t("No training yet."), controls && t("Choose a family and a data set, then press Start.")].filter(Boolean).join(" "));
  if (state === "gone" && run.reports.length) return t("Its folder was deleted. What was seen of it stays here until this page is closed; another one can be chosen above.");
  if (state === "gone") return t("Its folder was deleted. Choose another one above.");
  const entry = runs.find(({ id }) => id === run.id);
  if (run.lost && entry && !isReadable(entry)) return capitalised(entry.reason ?? "");
  if (run.lost) return t("{reason} It is asked again by itself.", { reason: run.lost });
  if (!run.status) return "";
  if (run.config?.recorded) return recordingInWords({ recorded: run.config.recorded, created: run.config.created });
  return isHere(run.id) ? hereInWords(run.status) : stateInWords(run.status, run.config, controls);
}

/**
 * The runs of the list, and the one that is shown where it is none of them: a recording, or one that is gone.
 * @param {Run|null} run
 * @param {Around} around
 * @returns {{id: string, text: string, recorded: boolean}[]}
 */
function listOf(run, around) {
  /** @type {ListedRun[]} */
  const listed = [...around.runs];
  if (run && !listed.some(({ id }) => id === run.id)) {
    if (around.recordings.has(run.id)) listed.unshift({ id: run.id, failure: around.recordings.get(run.id) });
    else if (isGone(run, around)) listed.unshift({ id: run.id, state: "gone" });
  }
  // of the one that is shown, more is known than the list does
  return listed.map((one) => ({ id: one.id, recorded: around.recordings.has(one.id), text: nameOf(one.id === run?.id && run.status && one.state !== "gone" ? { ...one, state: run.status.state } : one) }));
}

/**
 * @param {Run|null} run
 * @param {Report|null} row
 * @param {boolean} may
 * @returns {import("./goon.js").GoOn}
 */
function goOnOf(run, row, may) {
  if (!run?.status || !row) return { step: null, why: "" };
  if (run.config?.recorded || (isStatic && !isHere(run.id))) return { step: null, why: t("This is a recording: it has pictures and figures, but no networks to go on from. Of a training of your own, any moment can be gone back to.") };
  if (!may) return { step: null, why: "" };
  const { steps } = run.status;
  const step = (run.states ?? []).findLast((kept) => kept <= row.step && kept < steps) ?? null;
  return { step, why: step === null ? t("It cannot be gone on from here: no whole state (networks and optimizers) is stored of step {step} or before.", { step: count(row.step) }) : "" };
}

/** @param {Run} run @returns {Report[]} the reports that a picture was kept of: all of them, but for a recording */
function pictured({ reports, pictures }) {
  return pictures ? reports.filter(({ step }) => pictures.includes(step)) : reports;
}

/** @param {Run} run @param {Report} row @returns {Picture} that is shown with a report: its own, or the last one before it that was kept */
function pictureOf(run, row) {
  const kept = pictured(run);
  const shown = kept.findLast(({ step }) => step <= row.step) ?? kept[0] ?? row;
  return { step: shown.step, text: momentOf(shown), wide: Boolean(run.config?.model?.num_classes) };
}

/** @param {Report} row */
function momentOf(row) {
  return t("step {step}, epoch {epoch}", { step: count(row.step), epoch: row.epoch.toFixed(1) });
}

/** @param {string} text */
function capitalised(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
