/** What a training had reached after so many seconds: the rules of gan_core/runs/milestones.py. */

/** Seconds of training. */
const AFTER = [10, 20, 30, 60, 120, 300];
/** @type {(keyof import("../runs/types.js").Report)[]} */
const FIGURES = ["distance", "confident", "evenness", "variety", "label_accuracy", "digits", "val_loss"];
/** A report with one of these had a look at the pictures. @type {(keyof import("../runs/types.js").Report)[]} */
const READ = ["distance", "variety", "val_loss"];

/** @param {import("../runs/types.js").Report[]} reports in order @returns {import("../runs/types.js").Milestone[]} the figures of the last look before each */
export function reached(reports) {
  const looks = reports.filter((report) => READ.some((name) => report[name] !== undefined && report[name] !== null));
  const last = reports.at(-1)?.seconds ?? 0;
  return AFTER.flatMap((after) => {
    const look = looks.findLast(({ seconds }) => (seconds ?? 0) <= after);
    if (last < after || !look) return [];
    const figures = Object.fromEntries(FIGURES.filter((name) => look[name] !== undefined && look[name] !== null).map((name) => [name, look[name]]));
    return [{ after, step: look.step, seconds: look.seconds ?? 0, ...figures }];
  });
}
