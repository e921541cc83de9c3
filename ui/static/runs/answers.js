/**
 * Reads what is told of a training: an answer of `progress.json`, of a server or of a static build, whoever made the run it is about. What
 * decides (the state, a step) must be right; a figure that is none is left out, as `gan_core/runs/reading.py` does. Pure: no page.
 */

import { t } from "../i18n/i18n.js";

/** @typedef {import("./types.js").Progress} Progress */
/** @typedef {import("./types.js").Report} Report */
/** @typedef {Record<string, unknown>} Given */

/** Of a list or an object inside of a report. */
const MOST_ENTRIES = 200;
const LONGEST_TEXT = 2000;

/** @param {unknown} x @returns {x is Given} */
const isObject = (x) => typeof x === "object" && x !== null && !Array.isArray(x);
/** @param {unknown} x @returns {x is number} */
const isWhole = (x) => typeof x === "number" && Number.isSafeInteger(x) && x >= 0;
/** @param {unknown} x @returns {x is number} */
const isFigure = (x) => typeof x === "number" && Number.isFinite(x);
/** @param {unknown} x */
const isSetting = (x) => x === null || typeof x === "boolean" || typeof x === "string" || isFigure(x);
/** @param {unknown} x @returns {string} */
const text = (x) => (typeof x === "string" ? x.slice(0, LONGEST_TEXT) : "");
/** @param {unknown} x @param {(value: unknown) => boolean} fits @returns {Given} the entries that do */
const entries = (x, fits) => (isObject(x) ? Object.fromEntries(Object.entries(x).slice(0, MOST_ENTRIES).filter(([, value]) => fits(value))) : {});
/** @template T @param {unknown} x @param {(value: unknown) => T|null} read @returns {T[]} those that can be read */
const list = (x, read) => (Array.isArray(x) ? x.slice(0, MOST_ENTRIES).map(read).filter((one) => one !== null) : []);

/**
 * @param {unknown} answer
 * @returns {Progress}
 * @throws {Error} a sentence about what is wrong
 */
export function readProgress(answer) {
  if (!isObject(answer) || !Array.isArray(answer.reports)) throw wrong("reports", isObject(answer) ? answer.reports : answer);
  const { first, next, mark } = answer;
  if (first !== undefined && !isWhole(first)) throw wrong("first", first);
  if (!isWhole(next)) throw wrong("next", next);
  return {
    status: statusOf(answer.status), config: configOf(answer.config), first, next,
    mark: isFigure(mark) || typeof mark === "string" ? mark : null,
    reports: answer.reports.map(reportOf), reached: list(answer.reached, milestoneOf),
    pictures: stepsOf(answer.pictures), networks: stepsOf(answer.networks), states: stepsOf(answer.states),
  };
}

/** @param {unknown} given @returns {number[]|undefined} */
const stepsOf = (given) => (Array.isArray(given) ? given.filter(isWhole) : undefined);

/** @param {unknown} given @returns {import("./types.js").Status} */
function statusOf(given) {
  if (!isObject(given) || typeof given.state !== "string" || !given.state) throw wrong("status", given);
  for (const name of ["step", "steps"]) if (given[name] !== undefined && !isWhole(given[name])) throw wrong(name, given[name]);
  const { state, step = 0, steps = 0, place, hand } = given;
  return {
    ...given, state: text(state), step: Number(step), steps: Number(steps), reason: text(given.reason), place: isWhole(place) ? place : undefined,
    hand: isObject(hand) ? handOf(hand) : undefined, alarms: list(given.alarms, alarmOf),
    phase: text(given.phase), expected: /** @type {Record<string, number>} */ (entries(given.expected, isFigure)),
  };
}

/** @param {Given} given @returns {import("./types.js").Hand|undefined} */
function handOf(given) {
  const { mode, step, rate, part, numbers } = given;
  if (mode !== "run" && mode !== "pause" && mode !== "slow") return undefined;
  const turn = isObject(numbers) ? { d: turnOf(numbers.d), g: turnOf(numbers.g) } : undefined;
  return {
    ...given, mode, step: isWhole(step) ? step : undefined, rate: isFigure(rate) ? rate : undefined, part: typeof part === "string" ? text(part) : null, numbers: turn,
    settings: /** @type {import("./types.js").Settings} */ (entries(given.settings, isSetting)),
  };
}

/** @param {unknown} given */
const turnOf = (given) => (isObject(given) ? /** @type {Record<string, number>} */ (entries(given, isFigure)) : null);

/** @param {unknown} given @returns {import("./types.js").RunConfig} */
function configOf(given) {
  if (!isObject(given)) throw wrong("config", given);
  const { model, train, recorded } = given;
  if (model !== undefined && !isObject(model)) throw wrong("model", model);
  if (train !== undefined && !isObject(train)) throw wrong("train", train);
  const read = { ...given, created: isFigure(given.created) ? given.created : 0, recorded: isObject(recorded) ? recordedOf(recorded) : undefined };
  if (model) Object.assign(read, { model: { ...model, family: text(model.family), preset: text(model.preset), num_classes: isWhole(model.num_classes) ? model.num_classes : 0 } });
  if (train) Object.assign(read, { train: { ...entries(train, isSetting), dataset: text(train.dataset) } });
  return /** @type {import("./types.js").RunConfig} */ (/** @type {unknown} */ (read));
}

/** @param {Given} given @returns {import("./types.js").Recorded} */
function recordedOf({ failure, cured_at, cores }) {
  return { failure: text(failure), cured_at: isWhole(cured_at) ? cured_at : null, cores: isWhole(cores) ? cores : 0 };
}

/** @param {unknown} given @returns {Report} */
function reportOf(given) {
  if (!isObject(given) || !isWhole(given.step)) throw wrong("step", isObject(given) ? given.step : given);
  const { digits } = given;
  const read = /** @type {Report & Given} */ (entries(given, (x) => x === null || isFigure(x)));
  read.epoch = isFigure(given.epoch) ? given.epoch : 0;
  if (Array.isArray(digits) && digits.length === 10 && digits.every(isFigure)) read.digits = digits;
  else delete read.digits; // a number by that name is none
  if (given.changes !== undefined) read.changes = list(given.changes, changeOf);
  if (given.alarms !== undefined) read.alarms = list(given.alarms, alarmOf);
  return read;
}

/** @param {unknown} given @returns {import("./types.js").Change|null} */
function changeOf(given) {
  if (!isObject(given) || !isWhole(given.step)) return null;
  const settings = entries(given.settings, (pair) => Array.isArray(pair) && pair.length === 2 && pair.every(isSetting));
  return { step: given.step, settings: /** @type {import("./types.js").Change["settings"]} */ (settings), ...(given.from ? { from: text(given.from) } : {}) };
}

/** @param {unknown} given @returns {import("./types.js").Alarm|null} */
function alarmOf(given) {
  if (!isObject(given) || typeof given.kind !== "string") return null;
  return {
    kind: text(given.kind), accuses: given.accuses === true, since: isWhole(given.since) ? given.since : 0, last_good: isWhole(given.last_good) ? given.last_good : null,
    numbers: /** @type {Record<string, number>} */ (entries(given.numbers, (x) => x === null || isFigure(x))),
    settings: /** @type {import("./types.js").Settings} */ (entries(given.settings, isSetting)),
  };
}

/** @param {unknown} given @returns {import("./types.js").Milestone|null} */
function milestoneOf(given) {
  if (!isObject(given) || !isWhole(given.step) || !isFigure(given.after) || !isFigure(given.seconds)) return null;
  const { after, seconds } = given;
  return { .../** @type {Given} */ (reportOf(given)), after, step: given.step, seconds };
}

/** @param {string} name @param {unknown} value @returns {Error} */
function wrong(name, value) {
  const told = JSON.stringify(value) ?? "nothing";
  return new Error(t("What is told of this training is damaged: {name} is {value}.", { name, value: told.slice(0, 60) }));
}
