/** The failures of the lab in words, and which of them a run is: one of its trainings, or its recording. */

import { t } from "../i18n/i18n.js";
import { tableOf } from "../kit/table.js";
import { askJson } from "./runfeed.js";

/**
 * Title and a line on why it goes wrong, by the names of `gan/lab.json`.
 * @type {Record<string, [string, string]>}
 */
export const FAILURES = tableOf({
  d_too_strong: [t("Discriminator too strong"), t("It learns a hundred times as fast and gets three turns a step: it is never fooled, and its answers hardly change with the picture.")],
  d_too_weak: [t("Discriminator too weak"), t("It hardly learns, so the generator pleases a judge that knows nothing of digits.")],
  rate_too_high: [t("Learning rate too high"), t("Every step overshoots: the losses jump and the pictures never settle.")],
  no_noise: [t("No noise"), t("Every z is the same, so the generator draws one picture again and again: it has nothing to tell one from another.")],
  minimax_saturates: [t("Minimax loss saturates"), t("The first paper's own loss, log(1 - D(G(z))), is flat where the discriminator is sure: the generator gets no gradient.")],
  labels_ignored: [t("Labels ignored"), t("The labels of the training pictures are drawn by lot, so no digit belongs to any number, and asking for one does nothing.")],
  dcgan_d_too_strong: [t("DCGAN: discriminator too strong"), t("Convolutions do not help a generator that learns a hundredth as fast as its judge: whatever it draws is seen through.")],
});

/** Ends the name of a recording of the run that begins again with its cure, where a failure's weights are past mending. */
const AGAIN = "_again";

/** @param {string} name of a recording @returns {string|null} the failure whose cure it shows from the first step on; null for any other */
export function curedAgain(name) {
  const failure = name.endsWith(AGAIN) ? name.slice(0, -AGAIN.length) : "";
  return Object.hasOwn(FAILURES, failure) ? failure : null;
}

/**
 * Titles of the course's networks that are recorded, by the names of `gan/lab.json`.
 * @type {Record<string, string>}
 */
export const COURSE = tableOf({
  course_dcgan: t("The course's DCGAN"),
  course_dense: t("The course's dense GAN"),
  course_cgan: t("The course's conditional GAN"),
  course_autoencoder: t("The course's autoencoder"),
  course_sketch: t("The two-layer sketch"),
  course_paper: t("As the first paper trained: momentum, k = 1"),
  course_lsgan: t("LSGAN on the course's networks"),
  course_sgan: t("SGAN: 100 labels"),
  course_stacked: t("A stacked autoencoder, layer by layer"),
});

/** @typedef {{name: string, title: string, family: string, preset: string, recording: string}} Course a network of the course, and the id of its recording */
/** @typedef {{failures: import("./types.js").Failure[], course?: Course[]}} Lab */

/** @type {Promise<Lab>|null} */
let asked = null;

/** @returns {Promise<Lab>} asked for once; again where it did not come */
function lab() {
  asked ??= /** @type {Promise<Lab>} */ (askJson("lab.json"));
  asked.catch(() => (asked = null));
  return asked;
}

/** @type {Promise<import("./types.js").Failure[]>|null} */
let listed = null;

/**
 * @returns {Promise<import("./types.js").Failure[]>} those of the lab, the same list every time
 * @throws {Error} where they do not come; asked again next time
 */
export function listFailures() {
  listed ??= lab().then(({ failures }) => failures);
  listed.catch(() => (listed = null));
  return listed;
}

/** @returns {Promise<Course[]>} the course's networks that are recorded @throws {Error} as listFailures */
export const listCourse = () => lab().then(({ course = [] }) => course);

/** @param {string} name of a failure, or of one of the course's networks @returns {string} its title; its name where this page does not know it */
export function titleOf(name) {
  const again = curedAgain(name);
  return again ? t("{failure}, begun again with the cure", { failure: FAILURES[again][0] }) : FAILURES[name]?.[0] ?? COURSE[name] ?? name;
}

/**
 * @param {{config: import("./types.js").RunConfig|null}} run
 * @param {import("./types.js").Failure[]} failures
 * @returns {import("./types.js").Failure|undefined} the failure that a run was made to show: what the cure would change is as the failure has it
 */
export function failureOf({ config }, failures) {
  if (!config) return undefined;
  const { model, train, lab: made, recorded } = config;
  const lab = made ?? recorded?.failure;
  if (lab) return failures.find(({ name }) => name === lab);
  /** @type {(wanted: Record<string, unknown>, found: Record<string, unknown>) => boolean} */
  const same = (wanted, found) => Object.entries(wanted).every(([name, value]) => JSON.stringify(found[name]) === JSON.stringify(value));
  // networks, and how long they train, were others in earlier versions
  return failures.find(({ family, preset, cure, train: wanted }) => family === model.family && preset === model.preset
    && same(Object.fromEntries(Object.entries(wanted).filter(([name]) => name === "one_stage" || Object.hasOwn(cure, name))), train));
}

/**
 * @param {readonly import("./types.js").Report[]} reports
 * @param {{cure: import("./types.js").Settings}} failure
 * @returns {number|null} the step of the change that has its cure in it, null where there is none yet
 */
export function curedAt(reports, { cure }) {
  const changes = reports.flatMap((report) => report.changes ?? []);
  return changes.find(({ settings }) => Object.entries(cure).some(([name, value]) => settings[name]?.[1] === value))?.step ?? null;
}
