/** A training run in words: its state, its numbers, who is winning, what was changed. */

import { locale, t } from "../i18n/i18n.js";
import { tableOf } from "../kit/table.js";
import { COURSE, curedAgain, titleOf } from "./failures.js";
import { isHere } from "./here.js";
import { ABOUT } from "./settings.js";

/** @typedef {import("./types.js").Setting} Setting */

/**
 * The states of a run as a person says them.
 * @type {Record<string, string>}
 */
export const STATES = tableOf({
  gone: t("deleted"), recorded: t("recorded"), queued: t("waiting"), starting: t("starting"), running: t("running"), paused: t("paused"), stopped: t("stopped"), finished: t("finished"), failed: t("failed"), interrupted: t("interrupted"),
});

/**
 * The settings that can be changed in flight or when branching, as the form of the Train tab names them.
 * @type {Record<string, string>}
 */
export const SETTINGS = tableOf(Object.fromEntries(Object.entries(ABOUT).map(([name, { label }]) => [name, label])));

/**
 * The values that are words: the losses by their usual names, and what is switched on or off.
 * @type {Record<string, string>}
 */
const VALUES = tableOf({
  non_saturating: t("non-saturating"), minimax: t("minimax"), least_squares: t("least squares"), hinge: t("hinge"), wasserstein: t("Wasserstein"), true: t("true"), false: t("false"),
});

/**
 * @param {{state: string, step: number, reason?: string, place?: number}} status `place` is that in line, 1 for the next one
 * @param {{train?: {dataset: string}}|null} config
 * @param {boolean} controls whether there are buttons to speak of
 * @returns {string}
 */
export function stateInWords({ state, step, reason, place = 1 }, config, controls) {
  const dataset = config?.train?.dataset;
  /** @type {Record<string, string[]>} a fact, and a hint on what to do with it */
  const words = tableOf({
    queued: [place > 1 ? t("Waiting for its turn: number {place} in line.", { place }) : t("Waiting for its turn: it is the next one.")],
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
  });
  const [fact, hint] = words[state] ?? [state];
  // a reason is a sentence; what is not (an unforeseen error's own text) is shortened to one
  const because = (reason ?? "").split("\n")[0].slice(0, 300);
  return [fact, because, controls && hint].filter(Boolean).join(" ");
}

/** @param {{state: string, step: number, reason?: string}} status of a run of this device @returns {string} */
export function hereInWords({ state, step, reason = "" }) {
  /** @type {Record<string, string>} */
  const words = tableOf({
    starting: t("Starting on this device."),
    running: t("Learning on this device, in this page: a reload or a closed tab loses a second at most."),
    paused: t("Paused."),
    stopped: t("Stopped at step {step}.", { step: count(step) }),
    finished: t("Finished. Explore it, or download it: it is a run of the project as any other."),
    failed: t("Failed."),
    interrupted: t("Interrupted at step {step}.", { step: count(step) }),
  });
  return [words[state] ?? state, reason.slice(0, 300)].filter(Boolean).join(" ");
}

/** @param {{recorded: import("./types.js").Recorded, created: number}} config @returns {string} what a recording is */
export function recordingInWords({ recorded, created }) {
  const values = { failure: titleOf(recorded.failure), step: count(recorded.cured_at), cores: recorded.cores, when: new Date(created * 1000).toLocaleDateString(locale) };
  if (COURSE[recorded.failure])
    return t("A recording of {when}, on {cores} cores, from the first step to the last: {failure}. Nothing is trained now.", values);
  if (!recorded.failure) return t("A recording of {when}, on {cores} cores. Nothing is trained now.", values);
  if (curedAgain(recorded.failure))
    return t("A recording of {when}, on {cores} cores: {failure}. From the same first step as what went wrong, with other settings. Nothing is trained now.", values);
  if (recorded.cured_at === null)
    return t("A recording of {when}, on {cores} cores: {failure}, on purpose. Its weights are past mending: the cure has to begin again at step 0. Nothing is trained now.", values);
  return t("A recording of {when}, on {cores} cores: {failure}, on purpose. The cure was given at step {step}, while it trained. Nothing is trained now.", values);
}

/**
 * Who is winning, from one report.
 * @param {Partial<import("./types.js").Report>|undefined} row
 * @returns {string} "" where the report has no such numbers
 */
export function duelInWords(row) {
  const real = row?.d_accuracy_real ?? NaN;
  const fake = row?.d_accuracy_fake ?? NaN;
  if (!Number.isFinite(real) || !Number.isFinite(fake)) return "";
  const values = { real: percent(real), fake: percent(fake) };
  const both = (real + fake) / 2;
  if (both >= 0.95) return t("The discriminator is winning: it calls {fake} of drawn pictures drawn and {real} of real ones real. The generator learns little from a judge it never fools.", values);
  if (real < 0.2) return t("The generator fools the discriminator: only {real} of real pictures are called real.", values);
  if (fake < 0.2) return t("The generator is winning: only {fake} of its drawn pictures are called drawn. A judge that is so easily fooled teaches nothing.", values);
  if (both >= 0.8) return t("The discriminator is ahead: it calls {fake} of drawn pictures drawn and {real} of real ones real.", values);
  if (both >= 0.6) return t("A close duel: the discriminator calls {fake} of drawn pictures drawn and {real} of real ones real.", values);
  return t("The discriminator can hardly tell: it calls {fake} of drawn pictures drawn and {real} of real ones real, near a coin's toss.", values);
}

/**
 * @param {import("./types.js").Change} change
 * @returns {string} "step 400: Learning rate, generator 0.001 to 0.0001"
 */
export function changeInWords({ step, settings, from }) {
  const what = Object.entries(settings).map(([name, [before, after]]) => t("{setting} {before} to {after}", { setting: SETTINGS[name] ?? name, before: said(before), after: said(after) }));
  const parts = what.length ? what : [t("nothing changed")];
  if (from) parts.unshift(t("gone on from {run}", { run: from }));
  return t("step {step}: {what}", { step: count(step), what: parts.join(" · ") });
}

/** @param {Setting|undefined} value @returns {string} a setting's value as a person says it */
export function said(value) {
  const name = String(value);
  return Object.hasOwn(VALUES, name) ? VALUES[name] : typeof value === "string" ? name.replaceAll("_", " ") : name;
}

/** @param {number} share @returns {string} a share as whole percents, never 100 % where it is not all of them */
export function percent(share) {
  const whole = share > 0.99 && share < 1 ? Math.floor(share * 1000) / 10 : Math.round(share * 100);
  return `${whole}\u00a0%`; // never at two ends of two lines
}

/** @param {number|null|undefined} seconds @returns {string} seconds as a person says them */
export function duration(seconds) {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return "?";
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return t("{seconds} s", { seconds: whole });
  if (whole < 3600) return t("{minutes} min {seconds} s", { minutes: Math.floor(whole / 60), seconds: whole % 60 });
  return t("{hours} h {minutes} min", { hours: Math.floor(whole / 3600), minutes: Math.floor((whole % 3600) / 60) });
}

/** @param {import("./types.js").ListedRun} run @returns {string} a run as the list names it */
export function nameOf(run) {
  if (run.failure) return t("Recording: {failure}", { failure: titleOf(run.failure) });
  if (run.recording) return t("Recording: {family}, {preset}, {dataset}", { family: run.family ?? "?", preset: run.preset ?? "?", dataset: run.dataset ?? "?" });
  const state = STATES[run.state ?? ""] ?? run.state;
  if (run.state === "gone" || run.family === "?") return `${run.id} · ${state}`;
  const when = new Date((run.created ?? NaN) * 1000).toLocaleString(locale, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
  const where = isHere(run.id) ? ` · ${t("this device")}` : "";
  return `${run.family}, ${run.preset}, ${run.dataset}${where} · ${when} · ${state}${run.place ? ` (${run.place})` : ""}`;
}

/** @param {number|null|undefined} number @returns {string} a whole number with its thousands apart */
export function count(number) {
  return Number(number ?? 0).toLocaleString(locale);
}

/** @param {number} step @returns {string} a step as snapshot files are named */
export function pad(step) {
  return String(step).padStart(7, "0");
}
