/** Pictures of a run: the grid of one moment, swapped without a flicker, and the contact sheet that builds itself. */

import { t } from "../i18n/i18n.js";
import { h } from "../kit/dom.js";
import { ganUrl } from "../runs/runfeed.js";

const MOST_FRAMES = 12;

function address(id, step) {
  return ganUrl(`runs/${encodeURIComponent(id)}/snapshots/${String(step).padStart(7, "0")}.png`);
}

/** A picture that is decoded before it is shown: the old one stays until then. */
async function decoded(id, step, alt) {
  const image = new Image();
  image.src = address(id, step);
  image.alt = alt;
  await image.decode();
  return image;
}

/** The grid of fixed z at one moment. */
export class SnapshotView {
  constructor() {
    this.element = h("div", { class: "train-grid" }, h("p", { class: "train-empty" }, t("The first pictures appear here.")));
    this.wanted = "";
  }

  clear() {
    this.wanted = "";
    this.element.replaceChildren(h("p", { class: "train-empty" }, t("The first pictures appear here.")));
  }

  /** Shows the grid of `step`; a request that is overtaken by a later one shows nothing. */
  async show(id, step, config, text) {
    const wanted = `${id} ${step}`;
    if (wanted === this.wanted) return;
    this.wanted = wanted;
    this.element.style.aspectRatio = config?.model?.num_classes ? "10 / 8" : "1";
    try {
      const image = await decoded(id, step, t("Grid of digits drawn at {moment}, always from the same latent vectors", { moment: text }));
      if (this.wanted === wanted) this.element.replaceChildren(image);
    } catch {
      // the picture is not there (a full disk, or a run that was rewound): the last one stays, and is asked for again
      if (this.wanted === wanted) this.wanted = "";
    }
  }
}

/** "Step 0, 400, 800 ..." side by side: at most twelve moments, evenly spread; the spacing doubles when they are full. */
export class ContactSheet {
  /** @param {(index: number) => void} onChoose told the index of a report */
  constructor(onChoose) {
    this.onChoose = onChoose;
    this.frames = h("ol", { class: "train-frames" });
    this.element = h("section", { class: "train-sheet train-part gan-at-sheet", "aria-label": t("Contact sheet") }, h("h3", {}, t("Contact sheet")), this.frames);
    this.shown = new Map();
    this.id = "";
  }

  show({ id, reports, config }) {
    if (id !== this.id) {
      this.id = id;
      this.shown.clear();
      this.frames.replaceChildren();
    }
    this.frames.dataset.wide = String(Boolean(config?.model?.num_classes));
    const chosen = spread(reports.length);
    const steps = chosen.map((index) => reports[index].step);
    for (const [step, frame] of this.shown) {
      if (!steps.includes(step)) {
        frame.remove();
        this.shown.delete(step);
      }
    }
    chosen.forEach((index, place) => this.place(reports[index], index, place));
  }

  place(report, index, place) {
    let frame = this.shown.get(report.step);
    if (!frame) {
      frame = this.frame(report);
      this.shown.set(report.step, frame);
    }
    frame.dataset.index = String(index);
    if (this.frames.children[place] !== frame) this.frames.insertBefore(frame, this.frames.children[place] ?? null);
  }

  frame(report) {
    const picture = h("span", { class: "train-frame-picture" });
    const text = t("step {step}", { step: report.step.toLocaleString("en") });
    const frame = h("li", {}, h("button", { type: "button", onClick: () => this.onChoose(Number(frame.dataset.index)) }, picture, h("span", {}, text)));
    decoded(this.id, report.step, "").then(
      (image) => picture.replaceChildren(image),
      () => {},
    );
    return frame;
  }

  mark(step) {
    for (const [known, frame] of this.shown) frame.firstChild.setAttribute("aria-pressed", String(known === step));
  }
}

/**
 * @param {number} n
 * @returns {number[]} at most twelve indexes below n: 0, s, 2s ..., and the last; s is a power of two, so the sheet grows without reshuffling
 */
export function spread(n) {
  let stride = 1;
  while (Math.ceil((n - 1) / stride) + 1 > MOST_FRAMES) stride *= 2;
  const indexes = [];
  for (let i = 0; i < n - 1; i += stride) indexes.push(i);
  if (n) indexes.push(n - 1);
  return indexes;
}
