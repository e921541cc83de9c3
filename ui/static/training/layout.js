/** The parts of the Train tab, each in its place; all of them draw one view. */

import { isStatic } from "../kit/build.js";
import { h, setText, uid } from "../kit/dom.js";
import { isHere } from "../runs/here.js";
import { start } from "../share/share.js";
import { buildButtons, buildHead, buildProgress } from "./controls.js";
import * as diagnosis from "./diagnosispanel.js";
import * as downloads from "./downloads.js";
import * as duel from "./duel.js";
import { mountGrid, mountSheet } from "./filmroll.js";
import * as goon from "./goon.js";
import * as hands from "./hands.js";
import * as here from "./here.js";
import * as histogram from "./histogram.js";
import * as lab from "./lab.js";
import * as ondevice from "./ondevice.js";
import * as ownrun from "./ownrun.js";
import * as phases from "./phases.js";
import * as reached from "./reached.js";
import * as runcharts from "./runcharts.js";
import { buildScrubber } from "./scrubber.js";
import * as waiting from "./waiting.js";

/**
 * @typedef {import("./trainingview.js").TrainingView} TrainingView
 * @typedef {import("./controls.js").Actions & {follow: (id: string) => void, start: (id: string) => void, watch: (id: string, failure: string) => void,
 *   lookAt: (step: number) => void, here: (id: string) => void, gone: () => void}} Actions `here`: a run of this device; `gone`: one was deleted; `follow`: a run that goes on from the shown one; `start`: one of the lab; `watch`: a recording; `lookAt`: a step
 * @typedef {{update: (view: TrainingView) => void, destroy: () => void}} Part
 */

/** Where Gradio's form keeps a place for the one of this device. */
const BESIDE_FORM = ".gan-train-form .gan-train-device";
const FORM = ".gan-train-form";

/**
 * @param {HTMLElement} root
 * @param {Actions} actions
 * @returns {Part & {allow: (start: boolean, why: string) => void, toForm: () => void}} `allow`: whether this visitor may start a training, and if not, why;
 *   `toForm`: to where one is started
 */
export function mount(root, actions) {
  const head = buildHead(actions);
  const progress = buildProgress();
  const why = h("p", { class: "train-why gan-hint" });
  const said = buildSaid();
  const begin = h("div", { class: "train-begin" });
  const show = h("div", { class: "train-show" });
  // what comes and goes while it trains (turns, a diagnosis) stands beside the pictures, so that nothing moves away under a hand on the left
  const side = h("div", { class: "train-side" });
  const below = h("div", { class: "train-below" });
  const device = ondevice.mount(isStatic, actions.here);
  const pictures = mountPictures(show, actions);
  const own = [here.mount(show, actions.gone), hands.mount(show), ownrun.mount(show)];
  const beside = [duel.mount(side), diagnosis.mount(side, actions.follow), phases.mount(side)];
  const charts = runcharts.mount(side, actions.lookAt);
  const figures = histogram.mount(charts.element);
  const sheet = mountSheet(show, actions.lookAt);
  const change = goon.mount(show, actions.follow);
  const failures = lab.mount(below, actions.start, actions.watch, actions.here);
  /** @type {Part[]} */
  const mounted = [pictures, ...own, ...beside, charts, figures, change, sheet, failures, reached.mount(below), downloads.mount(below, charts.draw)];
  const unshare = start();
  const parts = [head, progress, said, ...mounted];
  const top = h("div", { class: "train-top" }, head.element, why, progress.element, said.element);
  root.classList.add("gan-root", "gan-train-page");
  root.replaceChildren(h("div", { class: "train-stage" }, begin, h("div", { class: "train-main" }, top, show, side)), below);

  /** Stands beside Gradio's form where there is one to see, else in a column of its own. @param {boolean} form */
  const place = (form) => {
    const slot = form ? document.querySelector(BESIDE_FORM) : null;
    (slot ?? begin).append(device.element);
    begin.hidden = slot !== null;
  };
  place(!isStatic);
  return {
    allow(start, sentence) {
      failures.allow(start);
      place(start);
      setText(why, sentence);
    },
    toForm() {
      const form = begin.hidden ? document.querySelector(FORM) : begin;
      form?.scrollIntoView({ block: "start" });
      /** @type {HTMLElement|null|undefined} */ (form?.querySelector("#train-start, .gan-primary"))?.focus({ preventScroll: true });
    },
    update(view) {
      device.update(view.active && isHere(view.run?.id));
      for (const part of parts) {
        try {
          part.update(view);
        } catch (error) {
          reportError(error); // the others go on
        }
      }
    },
    destroy() {
      for (const part of [device, ...parts]) part.destroy();
      unshare();
      root.replaceChildren();
    },
  };
}

/** Numbers and words: they have their places from the first, so that nothing below moves when they come. */
function buildSaid() {
  const numbers = h("p", { class: "train-numbers" }, " ");
  const words = h("p", { class: "train-words", role: "status", "aria-live": "polite" }, " ");
  const element = h("div", { class: "train-said" }, numbers, words);
  return {
    element,
    destroy: () => element.remove(),
    /** @param {TrainingView} view */
    update(view) {
      setText(numbers, view.numbers || " ");
      // what counts down is not read aloud every second
      words.setAttribute("aria-live", view.waiting ? "off" : "polite");
      setText(words, view.words || " ");
    },
  };
}

/** The grid of a moment, perhaps another one beside it, and what chooses the moment. @param {HTMLElement} place @param {Actions} actions @returns {Part} */
function mountPictures(place, actions) {
  const scrubber = buildScrubber(actions);
  const moment = h("figcaption", {}, " ");
  const stage = h("div", { class: "train-frame" });
  const [figure, beside] = [h("figure", { class: "train-beside" }, stage), h("figure", { class: "train-beside", id: uid("beside") })];
  const [grid, other] = [mountGrid(stage), mountGrid(beside)];
  const wait = waiting.mount(stage);
  figure.append(scrubber.moment);
  beside.append(moment);
  const buttons = buildButtons(actions, beside.id);
  scrubber.element.prepend(buttons.player);
  const element = h("div", { class: "train-picture" }, h("div", { class: "train-pictures" }, figure, beside), scrubber.element, buttons.element);
  place.append(element);
  return {
    update(view) {
      for (const part of [scrubber, buttons, wait]) part.update(view);
      beside.hidden = !view.beside;
      element.toggleAttribute("data-beside", view.beside !== null); // two pictures want the room of the charts, which go below
      setText(moment, view.beside?.moment ?? " ");
      grid.update(view.run?.id ?? "", view.picture);
      other.update(view.run?.id ?? "", view.beside);
    },
    destroy() {
      for (const part of [grid, other, wait, scrubber, buttons]) part.destroy();
      element.remove();
    },
  };
}
