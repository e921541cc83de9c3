/**
 * What is wrong at a moment, as one thing: what was seen, why, and one change that is both the advice and what its button does. A pure
 * function of the alarms, and of the failure that a run was made to show.
 */

import { t } from "../i18n/i18n.js";
import { tableOf } from "../kit/table.js";
import { FAILURES, curedAt } from "../runs/failures.js";
import { ACTIVE } from "../runs/runfeed.js";
import { SETTINGS, count, said } from "../runs/runwords.js";
import { KINDS } from "../runs/alarmwords.js";

/**
 * @typedef {import("../runs/types.js").Run} Run
 * @typedef {import("../runs/types.js").Alarm} Alarm
 * @typedef {import("../runs/types.js").Report} Report
 * @typedef {import("../runs/types.js").Settings} Settings
 * @typedef {import("../runs/types.js").Failure} Failure
 * @typedef {{do: "change", settings: Settings, text: string}|{do: "branch", step: number, settings: Settings, text: string}} Act
 * @typedef {Object} Diagnosis
 * @property {string} title
 * @property {boolean} accuses
 * @property {string} since "since step 400", or ""
 * @property {string} saw in numbers, which change with every report
 * @property {string} helps why, and what helps
 * @property {string} change the settings of the advice in words, or ""
 * @property {Act|null} act what a button does about it; null where nobody may, or nothing is to be done
 */

/** What shows each failure best, where several alarms are raised. @type {Record<string, string>} */
const SHOWN_BY = tableOf({
  d_too_strong: "d_won", d_too_weak: "d_blind", no_noise: "collapse", minimax_saturates: "saturated", labels_ignored: "labels_ignored", dcgan_d_too_strong: "d_won",
});

/**
 * @param {{run: Run, seen: readonly Report[], alarms: readonly Alarm[], may: boolean, newest: boolean, failure: Failure|null}} about `seen`: the reports up to
 *   the moment; `newest`: it is the newest; `failure`: what the run was made to show
 * @returns {Diagnosis|null} null where nothing is wrong
 */
export function diagnosisOf({ run, seen, alarms, may, newest, failure }) {
  const known = alarms.filter(({ kind }) => Object.hasOwn(KINDS, kind));
  if (!failure) return known.length ? ofAlarm(known[0], may) : null;
  const [alarm = null] = [...known.filter(({ kind }) => kind === SHOWN_BY[failure.name]), ...known.filter(({ accuses }) => accuses)];
  const cured = curedAt(seen, failure);
  if (cured === null) return ofFailure(run, failure, alarm, may && newest);
  if (!alarm) return known.length ? ofAlarm(known[0], may) : null;
  if (alarm.since > cured) return ofAlarm(alarm, may);
  return { ...ofAlarm(alarm, false), helps: t("The cure was given at step {step}; it takes a few looks until it shows.", { step: count(cured) }), change: "" };
}

/** @param {Settings} settings @returns {string} */
function changeInWords(settings) {
  return Object.entries(settings).map(([name, value]) => `${SETTINGS[name] ?? name} ${said(value)}`).join(" · ");
}

/** @param {Alarm} alarm @param {boolean} may @returns {Diagnosis} */
function ofAlarm({ kind, accuses, since, numbers, settings, last_good: good }, may) {
  const { title, saw, helps } = KINDS[kind];
  const change = changeInWords(settings);
  const back = may && change !== "" && good !== null && good !== undefined;
  return {
    title, accuses, since: t("since step {step}", { step: count(since) }), saw: saw(numbers), helps, change,
    act: back ? { do: "branch", step: good, settings, text: t("Go back to step {step} with this change", { step: count(good) }) } : null,
  };
}

/**
 * The same run goes on with the cure; one that has ended, or whose weights are past mending, goes on as a new one from a state that it kept.
 * @param {Run} run @param {Failure} failure @param {Alarm|null} alarm @param {boolean} may @returns {Diagnosis}
 */
function ofFailure(run, { name, title, words, cure, afresh }, alarm, may) {
  const [own, why] = FAILURES[name] ?? [title, words];
  const goesOn = !afresh && ACTIVE.includes(run.status?.state ?? "");
  const step = afresh ? 0 : (run.reports.at(-1)?.step ?? 0);
  const text = afresh ? t("Repair: from step 0, as its weights are past mending") : t("Repair");
  return {
    title: t("{failure}, on purpose", { failure: own }), accuses: alarm !== null, since: alarm ? t("since step {step}", { step: count(alarm.since) }) : "",
    saw: alarm ? `${KINDS[alarm.kind].title}. ${KINDS[alarm.kind].saw(alarm.numbers)}` : t("Nothing shows yet."),
    helps: why, change: changeInWords(cure), act: !may ? null : goesOn ? { do: "change", settings: cure, text } : { do: "branch", step, settings: cure, text },
  };
}
