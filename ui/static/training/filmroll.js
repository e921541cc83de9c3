/** Pictures of a run: the grid of one moment, swapped without a flicker, and the contact sheet that builds itself. */

import { t } from "../i18n/i18n.js";
import { h } from "../kit/dom.js";
import { pictureAt } from "../runs/runfeed.js";
import { count, pad } from "../runs/runwords.js";

/**
 * @typedef {import("../runs/types.js").Report} Report
 * @typedef {import("./trainingview.js").Picture} Picture
 */

const MOST_FRAMES = 12;

/** A picture that is decoded before it is shown: the old one stays until then. @param {string} id @param {number} step @param {string} alt */
async function decoded(id, step, alt) {
  const image = new Image();
  const { src, end } = await pictureAt(`runs/${encodeURIComponent(id)}/snapshots/${pad(step)}.png`);
  image.src = src;
  image.alt = alt;
  await image.decode().finally(end);
  return image;
}

/**
 * The grid of fixed z at one moment.
 * @param {HTMLElement} place
 * @returns {{update: (id: string, picture: Picture|null) => void, destroy: () => void}} a picture that is overtaken by a later one is not shown
 */
export function mountGrid(place) {
  const element = h("div", { class: "train-grid" });
  place.append(element);
  let wanted = "none";
  return {
    async update(id, picture) {
      const asked = picture ? `${id} ${picture.step}` : "";
      if (asked === wanted) return;
      wanted = asked;
      if (!picture) return element.replaceChildren();
      element.classList.toggle("train-grid-wide", picture.wide);
      try {
        const image = await decoded(id, picture.step, t("Grid of digits drawn at {moment}, always from the same latent vectors", { moment: picture.text }));
        if (asked === wanted) element.replaceChildren(image);
      } catch {
        // the picture is not there (a full disk, or a run that was rewound): the last one stays, and is asked for again
        if (asked === wanted) wanted = "none";
      }
    },
    destroy() {
      wanted = "gone";
      element.remove();
    },
  };
}

/**
 * "Step 0, 400, 800 ..." side by side: at most twelve moments, evenly spread; the spacing doubles when they are full.
 * @param {HTMLElement} place
 * @param {(step: number) => void} onChoose
 * @returns {{update: (view: {run: {id: string}|null, pictured: Report[], picture: Picture|null}) => void, destroy: () => void}}
 */
export function mountSheet(place, onChoose) {
  const frames = h("ol", { class: "train-frames" });
  const element = h("section", { class: "train-sheet train-part gan-at-sheet", "aria-label": t("Contact sheet") }, h("h3", {}, t("Contact sheet")), frames);
  element.hidden = true;
  place.append(element);
  /** @type {Map<number, HTMLElement>} by step */
  const shown = new Map();
  let id = "";

  /** @param {number} step */
  const frameOf = (step) => {
    const picture = h("span", { class: "train-frame-picture" });
    const button = h("button", { type: "button", onClick: () => onChoose(step) }, picture, h("span", {}, t("step {step}", { step: count(step) })));
    decoded(id, step, "").then((image) => picture.replaceChildren(image), () => {});
    return h("li", {}, button);
  };
  return {
    update({ run, pictured, picture }) {
      if (run?.id !== id) {
        id = run?.id ?? "";
        shown.clear();
        frames.replaceChildren();
      }
      element.hidden = !run;
      const steps = spread(pictured.length).map((index) => pictured[index].step);
      for (const [step, frame] of shown) {
        if (steps.includes(step)) continue;
        frame.remove();
        shown.delete(step);
      }
      frames.dataset.wide = String(picture?.wide ?? false);
      steps.forEach((step, i) => {
        const frame = shown.get(step) ?? frameOf(step);
        shown.set(step, frame);
        if (frames.children[i] !== frame) frames.insertBefore(frame, frames.children[i] ?? null);
        frame.firstElementChild?.setAttribute("aria-pressed", String(step === picture?.step));
      });
    },
    destroy() {
      shown.clear();
      element.remove();
    },
  };
}

/**
 * @param {number} n
 * @param {number} [most]
 * @returns {number[]} at most twelve indexes below n, or `most`: 0, s, 2s ..., and the last; s is a power of two, so the sheet grows without reshuffling
 */
export function spread(n, most = MOST_FRAMES) {
  let stride = 1;
  while (Math.ceil((n - 1) / stride) + 1 > most) stride *= 2;
  const indexes = [];
  for (let i = 0; i < n - 1; i += stride) indexes.push(i);
  if (n) indexes.push(n - 1);
  return indexes;
}
