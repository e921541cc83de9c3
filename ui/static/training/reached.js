/** What was reached after 10, 20, 30 ... seconds of training: the run's own record, as a small table. */

import { t } from "../i18n/i18n.js";
import { readable } from "../kit/charts.js";
import { h } from "../kit/dom.js";
import { count, duration, percent } from "../runs/runwords.js";

const share = (value) => percent(value);
/** The columns, each shown where a run has such a figure. */
const COLUMNS = [
  ["distance", t("distance"), readable],
  ["confident", t("classifier is sure"), share],
  ["label_accuracy", t("the digit asked for"), share],
  ["digits", t("digits drawn"), (digits) => t("{count} of 10", { count: digits.filter((part) => part >= 0.01).length })],
  ["val_loss", t("loss on pictures it never saw"), readable],
];

export class Reached {
  constructor() {
    this.told = "";
    this.table = h("table", { class: "train-reached-table" });
    this.element = h("section", { class: "train-reached train-part gan-at-reached", "aria-label": t("What was reached when") }, h("h3", {}, t("What was reached when")), this.table);
    this.element.hidden = true;
  }

  /** @param {any[]} [rows] of the run's `reached` */
  show(rows = []) {
    const told = JSON.stringify(rows);
    this.element.hidden = !rows.length;
    if (told === this.told) return;
    this.told = told;
    const columns = COLUMNS.filter(([name]) => rows.some((row) => name in row));
    const head = h("tr", {}, h("th", { scope: "col" }, t("after")), h("th", { scope: "col" }, t("step")), columns.map(([, title]) => h("th", { scope: "col" }, title)));
    const lines = rows.map((row) =>
      h("tr", {}, h("th", { scope: "row" }, row.after < 60 ? duration(row.after) : t("{minutes} min", { minutes: row.after / 60 })), h("td", {}, count(row.step)), columns.map(([name, , said]) => h("td", {}, name in row ? said(row[name]) : ""))),
    );
    this.table.replaceChildren(h("thead", {}, head), h("tbody", {}, lines));
  }
}
