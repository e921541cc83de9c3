/** What was reached after 10, 20, 30 ... seconds of training: the run's own record, as a small table. */

import { t } from "../i18n/i18n.js";
import { h } from "../kit/dom.js";
import { numberOf, readable } from "../kit/numbers.js";
import { count, duration, percent } from "../runs/runwords.js";

/** @typedef {import("../runs/types.js").Milestone} Milestone */

/**
 * The columns, each shown where a run has such a figure.
 * @type {[string, string, (row: Milestone) => string][]}
 */
const COLUMNS = [
  ["distance", t("distance"), (row) => readable(numberOf(row, "distance"))],
  ["confident", t("classifier is sure"), (row) => percent(numberOf(row, "confident"))],
  ["label_accuracy", t("the digit asked for"), (row) => percent(numberOf(row, "label_accuracy"))],
  ["digits", t("digits drawn"), ({ digits = [] }) => t("{count} of 10", { count: digits.filter((part) => part >= 0.01).length })],
  ["val_loss", t("loss on pictures it never saw"), (row) => readable(numberOf(row, "val_loss"))],
];

/**
 * @param {HTMLElement} place
 * @returns {{update: (view: {run: {reached: Milestone[]}|null}) => void, destroy: () => void}}
 */
export function mount(place) {
  const table = h("table", { class: "train-reached-table" });
  const element = h("section", { class: "train-reached train-part gan-at-reached", "aria-label": t("What was reached when") }, h("h3", {}, t("What was reached when")), table);
  place.append(element);
  let told = "";
  return {
    update({ run }) {
      const rows = run?.reached ?? [];
      const now = JSON.stringify(rows);
      element.hidden = !rows.length;
      if (now === told) return;
      told = now;
      const columns = COLUMNS.filter(([name]) => rows.some((row) => name in row));
      const head = [t("after"), t("step"), ...columns.map(([, title]) => title)].map((title) => h("th", { scope: "col" }, title));
      table.replaceChildren(h("thead", {}, h("tr", {}, head)), h("tbody", {}, rows.map((row) => line(row, columns))));
    },
    destroy: () => element.remove(),
  };
}

/** @param {Milestone} row @param {typeof COLUMNS} columns */
function line(row, columns) {
  const when = row.after < 60 ? duration(row.after) : t("{minutes} min", { minutes: row.after / 60 });
  return h("tr", {}, h("th", { scope: "row" }, when), h("td", {}, count(row.step)), columns.map(([name, , said]) => h("td", {}, name in row ? said(row) : "")));
}
