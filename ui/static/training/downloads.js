/** What of a run can be taken home. */

import { t } from "../i18n/i18n.js";
import { isStatic } from "../kit/build.js";
import { h } from "../kit/dom.js";
import { ganUrl } from "../runs/runfeed.js";
import { pad } from "../runs/runwords.js";

/** @typedef {{path: string, label: string, name: string}} Download `path` is below gan/, `name` what the file is saved as */

/**
 * @param {import("../runs/types.js").Run} run
 * @param {number} step of the picture that is shown
 * @returns {Download[]} without a server, the files that there are: a recording has no contact sheet
 */
export function downloadsOf({ id, pictures }, step) {
  const base = `runs/${encodeURIComponent(id)}`;
  const all = [
    { path: `${base}/snapshots/${pad(step)}.png`, label: t("This grid (PNG)"), name: `${id}-step-${step}.png` },
    { path: `${base}/contact-sheet.png`, label: t("Contact sheet (PNG)"), name: `${id}-contact-sheet.png` },
    { path: `${base}/steps.gif`, label: t("All steps (GIF)"), name: `${id}.gif` },
    { path: `${base}/steps.mp4`, label: t("All steps (MP4)"), name: `${id}.mp4` },
    { path: `${base}/curves.png`, label: t("Curves (PNG)"), name: `${id}-curves.png` },
  ];
  return all.slice(0, isStatic ? (pictures ? 1 : 2) : all.length);
}

/**
 * @param {HTMLElement} place
 * @returns {{update: (view: {downloads: Download[]}) => void, destroy: () => void}}
 */
export function mount(place) {
  const element = h("section", { class: "train-downloads train-part gan-at-downloads", "aria-label": t("Downloads") });
  place.append(element);
  /** @type {HTMLAnchorElement[]} */
  let links = [];
  return {
    update({ downloads }) {
      if (links.map(({ textContent }) => textContent).join() !== downloads.map(({ label }) => label).join()) {
        links = downloads.map(({ label }) => h("a", { class: "gan-link" }, label));
        element.replaceChildren(...(links.length ? [h("span", {}, t("Download: ")), ...links] : []));
      }
      links.forEach((link, i) => Object.assign(link, { href: ganUrl(downloads[i].path), download: downloads[i].name }));
    },
    destroy: () => element.remove(),
  };
}
