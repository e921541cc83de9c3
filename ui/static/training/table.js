/** The figures of a run's reports as a table, byte for byte what gan_core/exchange/curves.py writes. */

/** @typedef {import("../runs/types.js").Report} Report */

/** @param {Report[]} reports @returns {string} CSV: step, figures, kinds of alarm, changes (name=before>after); what was not measured is empty */
export function csvOf(reports) {
  const rows = reports.map((report) => ({ report, figures: figuresOf(report) }));
  const names = [...new Set(rows.flatMap(({ figures }) => [...figures.keys()]))];
  const lines = rows.map(({ report, figures }) => {
    const alarms = (report.alarms ?? []).map(({ kind }) => kind).join(" ");
    const changes = (report.changes ?? []).flatMap(({ settings }) => Object.entries(settings).map(([name, [before, after]]) => `${name}=${said(before)}>${said(after)}`)).join(" ");
    return [report.step, ...names.map((name) => (figures.has(name) ? said(figures.get(name)) : "")), alarms, changes];
  });
  return [["step", ...names, "alarms", "changes"], ...lines].map((line) => `${line.map((field) => quoted(String(field))).join(",")}\n`).join("");
}

/** A list, such as the shares of the digits, has a figure for each of its numbers. @param {Report} report @returns {Map<string, number>} */
function figuresOf(report) {
  /** @type {[string, number][]} */
  const found = Object.entries(report).flatMap(([name, value]) => {
    if (typeof value === "number" && name !== "step") return [[name, value]];
    const list = Array.isArray(value) && value.every((one) => typeof one === "number") ? value : [];
    return list.map((one, i) => /** @type {[string, number]} */ ([`${name}_${i}`, one]));
  });
  return new Map(found);
}

/** As Python writes it. @param {unknown} value @returns {string} */
function said(value) {
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value !== "number") return String(value ?? "None");
  const size = Math.abs(value);
  if (value === 0 || (size >= 1e-4 && size < 1e15)) return String(value);
  return size < 1e16 && size >= 1 ? String(value) : value.toExponential().replace(/e([+-])(\d)$/, "e$10$2");
}

/** @param {string} field */
const quoted = (field) => (/[",\n\r]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field);
