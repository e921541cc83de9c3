/** The curves of a run: the duel, the losses, and how good and how varied its pictures are. */

import { t } from "../i18n/i18n.js";
import { lineChart } from "../kit/charts.js";
import { h } from "../kit/dom.js";
import { changeInWords, duelInWords } from "../runs/runwords.js";

const BLUE = "--gan-chart-1";
const ORANGE = "--gan-chart-2";
const DASHED = [7, 4];
const BESIDE = 2; // charts beside the picture

/** @type {Object<string, {needs: string, options: import("../kit/charts.js").ChartOptions}>} a chart is shown once a report has the number it needs */
const CHARTS = {
  belief: {
    needs: "d_real",
    options: {
      title: t("What the discriminator believes"),
      floor: 0,
      ceiling: 1,
      reference: { value: 0.5, label: t("cannot tell") },
      curves: [
        { key: "d_real", label: t("D(x), real pictures"), colour: BLUE },
        { key: "d_fake", label: t("D(G(z)), drawn ones"), colour: ORANGE, dash: DASHED },
      ],
    },
  },
  distance: {
    needs: "distance",
    options: { title: t("Distance to real pictures (lower is better)"), floor: 0, sparse: true, curves: [{ key: "distance", label: t("distance"), colour: BLUE }] },
  },
  shares: {
    needs: "variety",
    options: {
      title: t("Clear and varied?"),
      floor: 0,
      ceiling: 1,
      sparse: true,
      curves: [
        { key: "variety", label: t("variety (real pictures: 1)"), colour: "--gan-chart-3", dash: [2, 3] },
        { key: "confident", label: t("classifier is sure"), colour: BLUE },
        { key: "evenness", label: t("evenness of the digits"), colour: ORANGE, dash: DASHED },
        { key: "label_accuracy", label: t("the digit asked for"), colour: "--gan-chart-4", dash: [12, 3, 2, 3] },
      ],
    },
  },
  right: {
    needs: "d_accuracy_real",
    options: {
      title: t("How often the discriminator is right"),
      floor: 0,
      ceiling: 1,
      reference: { value: 0.5, label: t("a coin's toss") },
      curves: [
        { key: "d_accuracy_real", label: t("on real pictures"), colour: BLUE },
        { key: "d_accuracy_fake", label: t("on drawn ones"), colour: ORANGE, dash: DASHED },
      ],
    },
  },
  losses: {
    needs: "d_loss",
    options: {
      title: t("Losses"),
      curves: [
        { key: "d_loss", label: t("discriminator"), colour: BLUE },
        { key: "g_loss", label: t("generator"), colour: ORANGE, dash: DASHED },
      ],
    },
  },
  reconstruction: {
    needs: "val_loss",
    options: {
      title: t("Reconstruction loss"),
      curves: [
        { key: "loss", label: t("training pictures"), colour: BLUE },
        { key: "val_loss", label: t("pictures it never saw"), colour: ORANGE, dash: DASHED },
      ],
    },
  },
};

/** All charts that a run has numbers for, with what was changed when below them. */
export class RunCharts {
  /** @param {(step: number) => void} onPick told the step that a person clicked */
  constructor(onPick) {
    this.onPick = onPick;
    this.charts = new Map();
    this.places = h("div", { class: "train-charts-list" });
    this.duel = h("p", { class: "train-duel" }, " ");
    this.changes = h("ol", { class: "train-changes" });
    this.changed = "";
    this.element = h("div", { class: "train-charts" }, this.places, this.changes);
    /** The charts that do not fit beside the picture. */
    this.more = h("section", { class: "train-more train-part gan-at-curves", "aria-label": t("More curves") });
  }

  clear() {
    for (const chart of this.charts.values()) chart.destroy();
    this.charts.clear();
    this.places.replaceChildren();
    this.more.replaceChildren();
    this.changes.replaceChildren();
    this.changed = "";
  }

  /**
   * @param {any[]} reports
   * @param {any} row the report that is looked at
   */
  show(reports, row) {
    for (const [name, { needs, options }] of Object.entries(CHARTS)) {
      if (this.charts.has(name) || !reports.some((one) => needs in one)) continue;
      this.add(name, { ...options, curves: options.curves.filter(({ key }) => key !== "label_accuracy" || reports.some((one) => key in one)) });
    }
    const changes = changesOf(reports);
    const marks = changes.map(({ step }, i) => ({ step, name: String(i + 1) }));
    for (const chart of this.charts.values()) chart.show(reports, row.step, marks);
    this.duel.textContent = duelInWords(row) || " ";
    const told = changes.map(changeInWords);
    if (told.join("\n") !== this.changed) {
      this.changed = told.join("\n");
      this.changes.replaceChildren(...told.map((text) => h("li", {}, text)));
    }
  }

  add(name, options) {
    const chart = lineChart(options);
    chart.onPick = (step) => this.onPick(step);
    this.charts.set(name, chart);
    if (name === "belief") chart.element.append(this.duel);
    const order = Object.keys(CHARTS).filter((known) => this.charts.has(known)).map((known) => this.charts.get(known).element);
    this.places.replaceChildren(...order.slice(0, BESIDE));
    this.more.replaceChildren(...order.slice(BESIDE));
  }
}

/** @returns {any[]} every change that the reports tell of, in order */
export function changesOf(reports) {
  return reports.flatMap((row) => row.changes ?? []);
}
