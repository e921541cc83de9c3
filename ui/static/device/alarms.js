/**
 * What is going wrong in a training, from its reports alone: the rules of gan_core/runs/alarms.py, number for number
 * (tests/unit/test_page_alarms.py has both judge the same reports).
 */

/**
 * @typedef {import("../runs/types.js").Report} Report
 * @typedef {import("../runs/types.js").Alarm} Alarm
 * @typedef {import("../runs/types.js").Settings} Settings
 * @typedef {Object<string, any>} Train the settings of now
 * @typedef {Object<string, any>} Numbers
 * @typedef {(looks: Report[], reports: Report[], train: Train) => Numbers|null} Rule looks that have its figures, all reports, settings
 */

const PATIENCE = 3; // looks in a row that must be wrong; one outlier accuses nobody
const WARM_UP = 100; // steps in which nobody is accused
const SURE = 0.985;
/** G's loss where D gives drawn pictures next to no chance. @type {Object<string, number>} */
const FAR = { non_saturating: 4, least_squares: 0.45, hinge: 2 };
const SCORES = "wasserstein"; // its D gives scores with no zero, so it is never right or wrong
const COIN = 0.56;
const ONE_DIGIT = 0.45;
const FEW_DIGITS = 0.62;
const LOST = 0.25;
const RISING = 0.05;
const OVER = 4;
const ALIKE = 0.2;
const OBEYED = 0.3;
const UNLIKE = 300;
const OUT_OF_BOUNDS = 50; // nats
const STALE = 0.4;
const BETTER = 0.97;
const MEAN = 5;

/**
 * @param {Report[]} reports in order
 * @param {Train} train
 * @param {number[]} [kept] steps whose state is kept
 * @returns {Alarm[]} what is wrong at the last of them, the worst first
 */
export function alarms(reports, train, kept = []) {
  const last = reports.at(-1);
  if (!last || !("d_real" in last)) return [];
  const judged = reports.filter(({ step }) => step >= WARM_UP);
  /** @type {Alarm[]} */
  const raised = [];
  for (const [kind, [needed, rule]] of Object.entries(RULES)) {
    const looks = judged.filter((report) => needed.every((name) => has(report, name)));
    const since = sinceWhen(kind, rule, looks, reports, train);
    if (since !== null) raised.push(alarmOf(kind, since, rule(looks, reports, train) ?? {}, train, kept));
  }
  return raised;
}

/** @param {number} step @param {Train} train @param {number[]} [kept] @returns {Alarm[]} of a run that ended with a loss that is not a number */
export function notFinite(step, train, kept = []) {
  return [alarmOf("not_finite", step, { step }, train, kept)];
}

/** @param {string} kind @param {Rule} rule @param {Report[]} looks @param {Report[]} reports @param {Train} train */
function sinceWhen(kind, rule, looks, reports, train) {
  const wrongAt = (/** @type {number} */ back) => rule(looks.slice(0, looks.length - back), reports, train) !== null;
  if (looks.length < PATIENCE || Array.from({ length: PATIENCE }, (_, back) => wrongAt(back)).includes(false)) return null;
  const known = reports.at(-2)?.alarms?.find((alarm) => alarm.kind === kind);
  if (known) return known.since; // it is still the same one
  let wrong = PATIENCE;
  while (wrong < looks.length && wrongAt(wrong)) wrong += 1;
  return looks[looks.length - wrong].step;
}

/** @param {string} kind @param {number} since @param {Numbers} numbers @param {Train} train @param {number[]} kept @returns {Alarm} */
function alarmOf(kind, since, numbers, train, kept) {
  const best = numbers.best_step; // a plateau's: the last good moment is the best one, not the one before it began
  let good = kept.filter((step) => (best === undefined ? step < since : step <= best));
  if (kind === "not_finite") good = kept.length > 1 ? kept.slice(0, -1) : kept; // the newest may have the damage in it already
  return { kind, accuses: kind !== "plateau", since, numbers, settings: cureOf(kind, train), last_good: good.length ? Math.max(...good) : null };
}

/** @param {Report} report @param {string} name */
function has(report, name) {
  const value = /** @type {Numbers} */ (report)[name];
  return value !== undefined && value !== null;
}

/** @param {Report} report @param {string} name @returns {number} */
function of(report, name) {
  const value = /** @type {Numbers} */ (report)[name];
  return typeof value === "number" ? value : 0;
}

/** @param {Report[]} looks @param {string} name */
function mean(looks, name, over = MEAN) {
  const some = looks.slice(-over);
  return some.reduce((sum, report) => sum + of(report, name), 0) / some.length;
}

/** @type {Object<string, [string[], Rule]>} what a report must have to be looked at by the rule, and the rule */
const RULES = {
  exploding: [["d_loss"], (looks, _, train) => {
    const now = looks[looks.length - 1];
    if (train.loss === SCORES || Math.max(Math.abs(of(now, "d_loss")), Math.abs(of(now, "g_loss"))) <= OUT_OF_BOUNDS) return null;
    return { d_loss: of(now, "d_loss"), g_loss: has(now, "g_loss") ? of(now, "g_loss") : null };
  }],
  saturated: [["d_fake", "g_loss"], (looks, _, train) => {
    if (train.loss !== "minimax" || mean(looks, "d_fake") > 0.03) return null;
    return { d_fake: mean(looks, "d_fake"), g_loss: mean(looks, "g_loss") };
  }],
  d_won: [["d_accuracy_real", "d_accuracy_fake", "g_loss"], (looks, _, train) => {
    const [real, fake, g_loss] = ["d_accuracy_real", "d_accuracy_fake", "g_loss"].map((name) => mean(looks, name));
    if (!(train.loss in FAR) || Math.min(real, fake) < SURE) return null;
    return g_loss > FAR[train.loss] ? { real, fake, g_loss } : null;
  }],
  d_blind: [["d_accuracy_real", "d_accuracy_fake"], (looks, reports, train) => {
    const [real, fake] = [mean(looks, "d_accuracy_real"), mean(looks, "d_accuracy_fake")];
    const far = reports.filter((report) => has(report, "distance") && report.step <= looks[looks.length - 1].step);
    if (train.loss === SCORES || (real + fake) / 2 > COIN || !far.length) return null;
    const distance = of(far[far.length - 1], "distance");
    return distance < UNLIKE ? null : { real, fake, distance };
  }],
  collapse: [["evenness", "variety", "digits"], (looks) => {
    const now = looks[looks.length - 1];
    const before = looks.slice(-1 - OVER, -1);
    if (now.step < 2 * WARM_UP) return null;
    const [evenness, variety] = [of(now, "evenness"), of(now, "variety")];
    const lost = evenness < FEW_DIGITS && evenness < Math.max(...looks.map((report) => of(report, "evenness"))) - LOST;
    if (!(evenness < ONE_DIGIT || lost || variety < ALIKE) || !before.length) return null;
    if (evenness > mean(before, "evenness", OVER) + RISING && variety > mean(before, "variety", OVER)) return null;
    const digits = now.digits ?? [];
    const share = Math.max(...digits);
    return { evenness, variety, top: digits.indexOf(share), share };
  }],
  labels_ignored: [["label_accuracy"], (looks) => {
    const now = looks[looks.length - 1];
    const before = looks.slice(-1 - OVER, -1);
    const accuracy = of(now, "label_accuracy");
    if (now.step < 4 * WARM_UP || accuracy > OBEYED || !before.length) return null;
    return accuracy > mean(before, "label_accuracy", OVER) + RISING ? null : { accuracy };
  }],
  plateau: [["distance"], (looks, _, train) => {
    let best = looks[0];
    for (const report of looks) if (of(report, "distance") < BETTER * of(best, "distance")) best = report;
    const { step } = looks[looks.length - 1];
    if (step - best.step < STALE * Math.max(train.steps, step) || looks.filter((report) => report.step > best.step).length < 2 * PATIENCE) return null;
    return { distance: of(best, "distance"), best_step: best.step };
  }],
};

/** @param {string} kind @param {Train} train @returns {Settings} what usually helps: the settings to change, and to what */
function cureOf(kind, train) {
  const { g_learning_rate: g, d_learning_rate: d } = train;
  const exploding = { g_learning_rate: Math.min(g / 10, 5e-4), d_learning_rate: Math.min(d / 10, 5e-4), beta_1: 0.5 };
  const calm = { g_learning_rate: Math.min(g, 5e-4), d_learning_rate: Math.min(Math.max(d, 1e-4), 5e-4), beta_1: 0.5 };
  /** @type {Object<string, Settings>} */
  const cures = {
    exploding,
    not_finite: exploding,
    saturated: { loss: "non_saturating", d_learning_rate: Math.min(d, 5e-4), d_steps: 1, beta_1: 0.5 },
    d_won: { d_learning_rate: Math.min(d / 4, 5e-4), g_learning_rate: Math.min(Math.max(g, 5e-4), 1e-3), d_steps: 1, label_smoothing: Math.max(train.label_smoothing, 0.1), beta_1: 0.5 },
    d_blind: { d_learning_rate: Math.max(10 * d, Math.min(g, 5e-4)), g_learning_rate: Math.min(g, 1e-3) },
    collapse: train.z_scale ? calm : { z_scale: 1 },
    labels_ignored: train.random_labels ? { random_labels: 0 } : { d_learning_rate: Math.max(d, Math.min(2 * Math.max(d, 1e-4), 2e-3)) },
    plateau: { g_learning_rate: g / 4, d_learning_rate: d / 4 },
  };
  const changed = Object.entries(cures[kind]).map(([name, value]) => [name, short(value)]).filter(([name, value]) => value !== train[String(name)]);
  if (changed.length) return Object.fromEntries(changed);
  return { g_learning_rate: short(g / 2), d_learning_rate: short(d / 2) }; // all of it was tried: smaller steps
}

/** @param {import("../runs/types.js").Setting} value two digits of a number are enough to type */
function short(value) {
  return typeof value === "number" ? Number(value.toPrecision(2)) : value;
}
