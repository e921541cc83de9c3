/** Before the first step: what a training is at, what comes next, and in how long, so that nobody looks at a dead square. */

import { t } from "../i18n/i18n.js";
import { h, setText } from "../kit/dom.js";
import { isHere } from "../runs/here.js";

/**
 * @typedef {import("../runs/types.js").Run} Run
 * @typedef {{text: string, state: "done"|"now"|"next"}} Part
 * @typedef {{parts: Part[], words: string, key: string}} Waiting `key` names the run and the part that it is at
 */

/** The parts of a start in order: of a server (`gan_core/runs/startup.py`), and of this device. @type {Record<string, string>} */
const SERVER = { libraries: t("Loading TensorFlow"), pictures: t("Reading the pictures, making the networks"), compiling: t("Compiling the training step") };
/** @type {Record<string, string>} */
const DEVICE = { pictures: t("Making the networks"), compiling: t("Taking the first steps") };

/**
 * @param {Run|null} run
 * @param {number} seconds for which the part that it is at has been watched
 * @returns {Waiting|null} null where it waits for nothing: it learns, it is over, or nobody knows of it yet
 */
export function waitingOf(run, seconds) {
  const phase = phaseOf(run);
  if (!run?.status || !phase) return null;
  const names = isHere(run.id) ? DEVICE : SERVER;
  const order = Object.keys(names);
  const now = order.indexOf(phase);
  const parts = order.map((name, i) => ({ text: names[name], state: /** @type {Part["state"]} */ (i < now ? "done" : i === now ? "now" : "next") }));
  return { key: `${run.id} ${phase}`, parts, words: `${names[phase]}. ${leftInWords(run.status.expected ?? {}, order.slice(now), seconds)}` };
}

/** @param {Run|null} run @returns {string} the part that it is at, "" where it is at none */
function phaseOf(run) {
  const { state, phase } = run?.status ?? {};
  if (state !== "starting" && state !== "running") return "";
  const names = isHere(run?.id) ? DEVICE : SERVER;
  if (phase && phase in names) return phase;
  // who says nothing of it (this device, a server of an earlier version) is still known by what has come
  if (state === "starting") return isHere(run?.id) ? "pictures" : "";
  return run && run.reports.length < 2 && (run.reports[0]?.step ?? 0) === 0 ? "compiling" : "";
}

/** @param {Record<string, number>} expected seconds by part @param {string[]} parts that are not over, the first of them now @param {number} seconds */
function leftInWords(expected, parts, seconds) {
  if (!Number.isFinite(expected[parts[0]])) return parts[0] in SERVER && "libraries" in expected ? t("The first steps come any moment.") : t("The first steps follow by themselves.");
  const left = Math.round(parts.reduce((sum, part) => sum + (expected[part] ?? 0), 0) - seconds);
  return left >= 2 ? t("First steps in about {seconds} s.", { seconds: left }) : t("The first steps come any moment.");
}

/**
 * Over the place of the grid: the list of parts where there is no picture yet, else a line at its foot.
 * @param {HTMLElement} place
 * @returns {{update: (view: {waiting: Waiting|null, picture: object|null, blank: string}) => void, destroy: () => void}} `blank`: what is said where there is
 *   no picture and nothing is waited for
 */
export function mount(place) {
  const list = h("ol", { class: "train-wait-parts" });
  const line = h("p", { class: "train-wait-words" });
  const element = h("div", { class: "train-wait" }, list, line);
  place.append(element);
  let told = "";
  return {
    update({ waiting, picture, blank }) {
      element.hidden = !waiting && picture !== null;
      element.dataset.over = String(picture !== null);
      setText(line, waiting?.words ?? blank);
      const now = picture || !waiting ? "" : JSON.stringify(waiting.parts);
      if (now === told) return;
      told = now;
      list.replaceChildren(...(now && waiting ? waiting.parts.map(({ text, state }) => h("li", { "data-state": state, "aria-current": state === "now" ? "step" : null }, text)) : []));
    },
    destroy: () => element.remove(),
  };
}
