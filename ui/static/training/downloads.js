/** What of a run can be taken home. */

import { ask } from "../engine/programs.js";
import { messageOf, t } from "../i18n/i18n.js";
import { isStatic } from "../kit/build.js";
import { h, setText } from "../kit/dom.js";
import { pngOf, save } from "../kit/save.js";
import { isHere } from "../runs/here.js";
import { askJson, ganUrl } from "../runs/runfeed.js";
import { pad } from "../runs/runwords.js";

/** @typedef {{path: string|null, label: string, name: string, make?: () => Promise<Blob>}} Download `path` is below gan/, or null where the page makes it: by
 *   `make`, or the curves; `name` what the file is saved as */

/**
 * @param {import("../runs/types.js").Run} run
 * @param {number} step of the picture that is shown
 * @returns {Download[]} without a server, the files that there are (a recording has no contact sheet), and in both what the page draws itself
 */
export function downloadsOf({ id, pictures, reports }, step) {
  const base = `runs/${encodeURIComponent(id)}`;
  const files = [
    { path: `${base}/snapshots/${pad(step)}.png`, label: t("This grid (PNG)"), name: `${id}-step-${step}.png` },
    { path: `${base}/contact-sheet.png`, label: t("Contact sheet (PNG)"), name: `${id}-contact-sheet.png` },
    { path: `${base}/steps.gif`, label: t("All steps (GIF)"), name: `${id}.gif` },
    { path: `${base}/steps.mp4`, label: t("All steps (MP4)"), name: `${id}.mp4` },
  ];
  const drawn = { path: null, label: t("Curves (PNG)"), name: `${id}-curves.png` };
  const table = { path: `${base}/curves.csv`, label: t("Curves (CSV)"), name: `${id}-curves.csv` };
  // asked for anew: columns are in the order of the file
  const made = { ...table, path: null, make: async () => new Blob([(await import("./table.js")).csvOf((await askJson(`${base}/progress.json`)).reports)], { type: "text/csv" }) };
  if (isHere(id)) return [...ofThisDevice(files), ...(reports.length > 1 ? [drawn, made] : [])];
  return [...files.slice(0, isStatic ? (pictures ? 1 : 2) : files.length), ...(reports.length > 1 ? [drawn, table] : [])];
}

/** The grid lies here, the contact sheet and the GIF are made here; MP4 needs a server. @param {Download[]} files @returns {Download[]} */
function ofThisDevice([grid, sheet, film]) {
  const id = /** @type {string} */ (sheet.path).split("/")[1];
  return [
    { ...grid, path: null, make: async () => (await ask(ganUrl(/** @type {string} */ (grid.path)))).blob() },
    { ...sheet, path: null, make: async () => (await import("./sheet.js")).contactSheet(id) },
    { ...film, path: null, make: async () => (await import("./sheet.js")).film(id) },
  ];
}

/**
 * @param {HTMLElement} place
 * @param {() => HTMLCanvasElement} drawCurves what is drawn here
 * @returns {{update: (view: {downloads: Download[]}) => void, destroy: () => void}}
 */
export function mount(place, drawCurves) {
  const element = h("section", { class: "train-downloads train-part gan-at-downloads", "aria-label": t("Downloads") });
  place.append(element);
  const failed = h("span", { class: "gan-note-error", role: "status" });
  /** @type {(HTMLAnchorElement|HTMLButtonElement)[]} */
  let links = [];
  /** @type {Download[]} */
  let shown = [];
  /** @param {string} wanted its label */
  const draw = async (wanted) => {
    const found = shown.find(({ label }) => label === wanted);
    try {
      save(await (found?.make?.() ?? pngOf(drawCurves())), found?.name ?? "curves.png");
      setText(failed, "");
    } catch (error) {
      setText(failed, messageOf(error));
    }
  };
  /** @param {Download} download */
  const link = ({ path, label }) => (path === null ? h("button", { type: "button", class: "train-download", onClick: () => draw(label) }, label) : h("a", { class: "gan-link" }, label));
  return {
    update({ downloads }) {
      shown = downloads;
      if (links.map(({ textContent }) => textContent).join() !== downloads.map(({ label }) => label).join()) {
        links = downloads.map(link);
        element.replaceChildren(...(links.length ? [h("span", {}, t("Download: ")), ...links, failed] : []));
      }
      downloads.forEach(({ path, name }, i) => path !== null && Object.assign(links[i], { href: ganUrl(path), download: name }));
    },
    destroy: () => element.remove(),
  };
}
