/** The curves of a run: the duel, the losses, and how good and how varied its pictures are. */

import { t } from "../i18n/i18n.js";
import * as chart from "../kit/charts.js";
import { drawSheet } from "../kit/chartsheet.js";
import { h } from "../kit/dom.js";
import { ACTIVE } from "../runs/runfeed.js";
import { changeInWords } from "../runs/runwords.js";

/**
 * @typedef {import("../runs/types.js").Report} Report
 * @typedef {import("../kit/charts.js").Chart} Chart
 * @typedef {Pick<import("./trainingview.js").TrainingView, "run"|"seen"|"row"|"list"|"momentSaid">} Shown
 */

const DISCRIMINATOR = "--gan-discriminator";
const GENERATOR = "--gan-generator";
const INK = "--gan-ink";
const FIRST = 3; // what a person looks at first: quality, belief, losses
/** What is D's is dashed, so that nobody needs the colours; what is neither network's is ink. */
const DASHED = [7, 4];

/** @type {Record<string, {needs: keyof Report, options: import("../kit/charts.js").ChartOptions}>} a chart is shown once a report has the number it needs */
const CHARTS = {
  belief: {
    needs: "d_real",
    options: {
      title: t("What D believes"),
      floor: 0,
      ceiling: 1,
      reference: { value: 0.5, label: t("cannot tell") },
      curves: [
        { key: "d_real", label: t("D(x), real pictures"), colour: DISCRIMINATOR, dash: DASHED },
        { key: "d_fake", label: t("D(G(z)), drawn ones"), colour: GENERATOR },
      ],
    },
  },
  distance: {
    needs: "distance",
    options: { title: t("Distance to real pictures"), floor: 0, sparse: true, curves: [{ key: "distance", label: t("distance, lower is better"), colour: GENERATOR }] },
  },
  reconstruction: {
    needs: "val_loss",
    options: {
      title: t("Reconstruction loss"),
      curves: [
        { key: "loss", label: t("training pictures"), colour: INK, dash: [2, 3] },
        { key: "val_loss", label: t("pictures it never saw"), colour: GENERATOR },
      ],
    },
  },
  losses: {
    needs: "d_loss",
    options: {
      title: t("Losses"),
      curves: [
        { key: "d_loss", label: t("discriminator"), colour: DISCRIMINATOR, dash: DASHED },
        { key: "g_loss", label: t("generator"), colour: GENERATOR },
      ],
    },
  },
  shares: {
    needs: "variety",
    options: {
      title: t("Clear and varied?"),
      floor: 0,
      ceiling: 1,
      sparse: true,
      curves: [
        { key: "variety", label: t("variety (real pictures: 1)"), colour: INK, dash: [2, 3] },
        { key: "confident", label: t("classifier is sure"), colour: GENERATOR },
        { key: "evenness", label: t("evenness of the digits"), colour: GENERATOR, dash: [2, 3] },
        { key: "label_accuracy", label: t("the digit asked for"), colour: INK, dash: [12, 3, 2, 3] },
      ],
    },
  },
  right: {
    needs: "d_accuracy_real",
    options: {
      title: t("How often D is right"),
      floor: 0,
      ceiling: 1,
      reference: { value: 0.5, label: t("a coin's toss") },
      curves: [
        { key: "d_accuracy_real", label: t("on real pictures"), colour: DISCRIMINATOR, dash: DASHED },
        { key: "d_accuracy_fake", label: t("on drawn ones"), colour: GENERATOR },
      ],
    },
  },
};

/**
 * All charts that a run has numbers for, in one grid, with what was changed when below them.
 * @param {HTMLElement} place beside the picture
 * @param {(step: number) => void} onPick told the step that a person clicked
 * @returns {{element: HTMLElement, update: (view: Shown) => void, draw: () => HTMLCanvasElement, destroy: () => void}} `draw`: all of them as one picture
 */
export function mount(place, onPick) {
  /** @type {Map<string, Chart & {options: import("../kit/charts.js").ChartOptions}>} */
  const charts = new Map();
  const places = h("div", { class: "train-charts-list gan-at-curves" });
  const changes = h("ol", { class: "train-changes" });
  const element = h("div", { class: "train-charts" }, places, changes);
  place.append(element);
  let [id, changed] = ["", ""];
  /** @type {Shown|null} */
  let shown = null;

  const clear = () => {
    for (const one of charts.values()) one.destroy();
    charts.clear();
    changes.replaceChildren();
    changed = "";
  };
  /** @param {Report[]} seen */
  const complete = (seen) => {
    const missing = Object.entries(CHARTS).filter(([name, { needs }]) => !charts.has(name) && seen.some((one) => one[needs] !== undefined));
    if (!missing.length) return;
    for (const [name, { options }] of missing) {
      const curves = options.curves.filter(({ key }) => key !== "label_accuracy" || seen.some((one) => one.label_accuracy !== undefined));
      const drawn = { ...options, curves };
      charts.set(name, { ...chart.mount(places, drawn, onPick), options: drawn });
    }
    // between the first and the others stands whatever else is in the grid
    const order = Object.keys(CHARTS).flatMap((name) => charts.get(name)?.element ?? []);
    places.prepend(...order.slice(0, FIRST));
    places.append(...order.slice(FIRST));
  };
  return {
    element: places,
    update(view) {
      const { run, seen, row } = (shown = view);
      if ((run?.id ?? "") !== id) clear();
      id = run?.id ?? "";
      if (row) complete(seen);
      element.dataset.coming = String(ACTIVE.includes(run?.status?.state ?? "") || charts.size > 0);
      if (!row) return;
      const happened = changesOf(seen);
      for (const one of charts.values()) one.update(seen, row.step, marksOf(happened));
      const told = happened.map(changeInWords);
      if (told.join("\n") === changed) return;
      changed = told.join("\n");
      changes.replaceChildren(...told.map((text) => h("li", {}, text)));
    },
    draw() {
      if (!shown?.row) throw new Error(t("{title}. No report yet.", { title: t("Curves (PNG)") }));
      const { seen, row, list, momentSaid } = shown;
      const happened = changesOf(seen);
      return drawSheet({
        title: list.find((one) => one.id === id)?.text ?? id,
        moment: `${id} · ${momentSaid}`,
        charts: Object.keys(CHARTS).flatMap((name) => charts.get(name)?.options ?? []),
        rows: seen,
        row,
        marks: marksOf(happened),
        notes: happened.map((change, i) => `${i + 1}. ${changeInWords(change)}`),
        family: getComputedStyle(places).fontFamily,
      });
    },
    destroy() {
      clear();
      element.remove();
    },
  };
}

/** @param {import("../runs/types.js").Change[]} happened @returns {import("../kit/charts.js").Mark[]} numbered as the list of them is */
function marksOf(happened) {
  return happened.map(({ step }, i) => ({ step, name: String(i + 1) }));
}

/** @param {readonly Report[]} reports @returns {import("../runs/types.js").Change[]} every change that they tell of, in order */
export function changesOf(reports) {
  return reports.flatMap((row) => row.changes ?? []);
}
