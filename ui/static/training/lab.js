/** The failure lab: a training that goes wrong on purpose at one press, or its recording. */

import { messageOf, t } from "../i18n/i18n.js";
import { isStatic } from "../kit/build.js";
import { h, setText } from "../kit/dom.js";
import { control } from "../runs/control.js";
import { FAILURES, listCourse, listFailures, titleOf } from "../runs/failures.js";
import { answered } from "./answer.js";

/** @typedef {import("../runs/types.js").Failure} Failure */

/**
 * @param {HTMLElement} place
 * @param {(id: string) => void} onRun told the id of a run that was started here
 * @param {(id: string, name: string) => void} onWatch told the id of a recording and its failure
 * @param {(id: string) => void} onHere told the id of a run that was started on this device
 * @returns {{allow: (may: boolean) => void, update: (view: {run: {id: string}|null, state: string}) => void, destroy: () => void}} `allow`: whether this
 *   visitor may start a training here; whoever may not watches the recordings
 */
export function mount(place, onRun, onWatch, onHere) {
  /** @type {Failure[]} */
  let failures = [];
  let may = false;
  /** @type {(failure: Failure) => boolean} whether this device can train it; known once the list is opened */
  let isPossible = () => false;
  const told = h("p", { class: "train-told", role: "status", "aria-live": "polite" });
  const list = h("ul", { class: "train-failures" });
  let ended = false;
  /** The run that was started here last, while that is still told. */
  let started = "";
  const fetchList = () => listFailures().then((found) => {
    if (ended || found === failures) return;
    failures = found;
    fill();
  }, (error) => setText(told, messageOf(error)));
  const open = async () => {
    fetchList();
    const { listRecipes, recipeFor } = await import("../device/recipes.js");
    const recipes = await listRecipes().catch(() => []); // without them there is the server's way, or the recording
    isPossible = ({ family, preset, model }) => recipeFor(recipes, { family, preset, ...model }) !== undefined;
    if (!ended) fill();
  };
  /** @param {Failure} failure */
  const provokeHere = ({ name, family, preset, model, train }) => answered(told, begin({ family, preset, model, lab: name, dataset: "", steps: Number(train.steps), settings: train }),
    (run) => t("Started {run}.", { run }), (run) => {
      started = run;
      onHere(run);
    });
  const details = h("details", { class: "train-change", onToggle: open }, h("summary", {}, t("Failure lab: make it go wrong")), list);
  const course = h("ul", { class: "train-failures" });
  const slides = h("details", { class: "train-change", hidden: true }, h("summary", {}, t("The course's networks, recorded")), course);
  const element = h("section", { class: "train-lab train-part gan-at-lab", "aria-label": t("Failure lab") }, details, slides, told);
  element.hidden = true;
  place.append(element);

  /** @param {string} name */
  const provoke = (name) => answered(told, /** @type {Promise<{run: string, place: number}>} */ (control("lab", { failure: name })),
    ({ run, place: line }) => (line ? t("{run} waits for its turn.", { run }) : t("Started {run}.", { run })), ({ run }) => {
      started = run;
      onRun(run);
    });
  /** @param {string} text @param {string} label @param {() => void} act */
  const button = (text, label, act) => h("button", { type: "button", class: "gan-button", "aria-label": label, onClick: act }, text);
  /** @param {Failure} failure */
  const item = (failure) => {
    const { name, title, words, recording, again } = failure;
    const [own, why] = FAILURES[name] ?? [title, words];
    return h("li", {},
      h("div", { class: "train-failure" }, h("strong", {}, own), h("span", {}, why)),
      h("div", { class: "train-tools" },
        may && button(t("Start"), t("Start: {failure}", { failure: own }), () => provoke(name)),
        isPossible(failure) && button(t("Start on this device"), t("Start on this device: {failure}", { failure: own }), () => provokeHere(failure)),
        recording && button(t("Watch the recording"), t("Watch the recording: {failure}", { failure: own }), () => onWatch(recording, name)),
        again && button(t("Watch its cure"), t("Watch its cure: {failure}", { failure: own }), () => onWatch(again, again))));
  };
  listCourse().then((found) => {
    slides.hidden = !found.length;
    course.replaceChildren(...found.map(({ name, recording }) => h("li", {}, h("div", { class: "train-failure" }, h("strong", {}, titleOf(name))),
      h("div", { class: "train-tools" }, button(t("Watch the recording"), t("Watch the recording: {failure}", { failure: titleOf(name) }), () => onWatch(recording, name))))));
  }, () => {}); // the lab tells why
  const fill = () => {
    element.hidden = !failures.length;
    list.replaceChildren(...failures.filter((failure) => may || failure.recording || isPossible(failure)).map(item));
  };
  fetchList();
  return {
    allow(allowed) {
      if (ended) return;
      may = allowed && !isStatic;
      fill();
    },
    update({ run, state }) {
      // what was said of a start is over once it trains, or something else is looked at
      if (started && (run?.id !== started || !["", "queued"].includes(state))) [started, told.textContent] = ["", ""];
    },
    destroy() {
      ended = true;
      element.remove();
    },
  };
}

/** @param {import("../device/training.js").Asked} asked on MNIST where this page has it, where no data are named @returns {Promise<string>} the id of the run */
async function begin(asked) {
  const [{ attend }, { start }, { listSets }] = await Promise.all([import("../device/source.js"), import("../device/training.js"), import("../device/recipes.js")]);
  return start(await attend(), { ...asked, dataset: (await listSets())[0]?.name ?? "" });
}
