/** The parts of the Train tab, each in its place; all of them draw one view. */

import { isStatic } from "../kit/build.js";
import { h, setText, uid } from "../kit/dom.js";
import { isHere } from "../runs/here.js";
import { bar } from "../share/share.js";
import * as alarms from "./alarmpanel.js";
import { accusation } from "../runs/alarmwords.js";
import { buildButtons, buildHead, buildProgress, buildScrubber } from "./controls.js";
import * as downloads from "./downloads.js";
import { mountGrid, mountSheet } from "./filmroll.js";
import * as hands from "./hands.js";
import * as here from "./here.js";
import * as histogram from "./histogram.js";
import * as lab from "./lab.js";
import * as ondevice from "./ondevice.js";
import * as phases from "./phases.js";
import * as reached from "./reached.js";
import * as repair from "./repair.js";
import * as runcharts from "./runcharts.js";

/**
 * @typedef {import("./trainingview.js").TrainingView} TrainingView
 * @typedef {import("./controls.js").Actions & {follow: (id: string) => void, start: (id: string) => void, watch: (id: string, failure: string) => void,
 *   lookAt: (step: number) => void, here: (id: string) => void, gone: () => void}} Actions `here`: a run of this device; `gone`: one was deleted; `follow`: a run that goes on from the shown one; `start`: one of the lab; `watch`: a recording; `lookAt`: a step
 * @typedef {{update: (view: TrainingView) => void, destroy: () => void}} Part
 */

/**
 * @param {HTMLElement} root
 * @param {Actions} actions
 * @returns {Part & {allow: (start: boolean, why: string) => void}} `allow`: whether this visitor may start a training, and if not, why
 */
export function mount(root, actions) {
  const head = buildHead(actions);
  const progress = buildProgress();
  const why = h("p", { class: "train-why gan-hint" });
  const sight = h("div", { class: "train-look" });
  const below = h("div", { class: "train-below" });
  const pictures = mountPictures(sight, actions);
  // what comes and goes while it trains (turns, alarms) stands beside the pictures, so that nothing moves away under a hand on the left
  const side = h("div", { class: "train-side" });
  sight.append(side);
  const device = ondevice.mount(isStatic, actions.here);
  const own = h("div", { class: "train-own-place" });
  const beside = [here.mount(own, actions.gone), hands.mount(side), phases.mount(side), repair.mount(side, actions.follow)];
  const panel = alarms.mount(side, actions.follow);
  const failures = lab.mount(below, actions.start, actions.watch, actions.here);
  const sheet = mountSheet(below, actions.lookAt);
  const charts = runcharts.mount(side, below, actions.lookAt);
  const said = buildSaid(() => panel.element.scrollIntoView({ block: "center" }));
  /** @type {Part[]} */
  const mounted = [pictures, ...beside, panel, sheet, charts, reached.mount(below), downloads.mount(below, charts.draw)];
  const share = bar();
  const parts = [head, progress, said, ...mounted];
  root.classList.add("gan-root", "gan-train-page");
  root.replaceChildren(share.element, device.element, head.element, own, why, progress.element, said.element, sight, below);
  return {
    allow(start, sentence) {
      failures.allow(start);
      head.allow(start);
      setText(why, sentence);
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
      for (const part of [share, failures, device, ...parts]) part.destroy();
      root.replaceChildren();
    },
  };
}

/** Numbers, words and the first alarm: they have their places from the first, so that nothing below moves when they come. @param {() => void} onAlarm */
function buildSaid(onAlarm) {
  const numbers = h("p", { class: "train-numbers" }, " ");
  const words = h("p", { class: "train-words", role: "status", "aria-live": "polite" }, " ");
  const title = h("span", {}, "\u00a0");
  const line = h("button", { type: "button", class: "train-alarm-line", onClick: onAlarm }, title);
  const element = h("div", { class: "train-said" }, numbers, line, words);
  return {
    element,
    destroy: () => element.remove(),
    /** @param {TrainingView} view */
    update(view) {
      const accused = accusation(view.alarms);
      setText(numbers, view.numbers || " ");
      setText(words, view.words || " ");
      line.dataset.quiet = String(!accused);
      setText(title, accused || "\u00a0");
    },
  };
}

/** The grid of a moment, perhaps another one beside it, and what chooses the moment. @param {HTMLElement} sight @param {Actions} actions @returns {Part} */
function mountPictures(sight, actions) {
  const scrubber = buildScrubber(actions);
  const moment = h("figcaption", {}, " ");
  const [figure, beside] = [h("figure", { class: "train-beside" }), h("figure", { class: "train-beside", id: uid("beside") })];
  const [grid, other] = [mountGrid(figure), mountGrid(beside)];
  figure.append(scrubber.moment);
  beside.append(moment);
  const buttons = buildButtons(actions, beside.id);
  const element = h("div", { class: "train-picture" }, h("div", { class: "train-pictures" }, figure, beside), scrubber.element, buttons.element);
  const figures = histogram.mount(element);
  sight.append(element);
  return {
    update(view) {
      for (const part of [scrubber, buttons, figures]) part.update(view);
      beside.hidden = !view.beside;
      sight.toggleAttribute("data-beside", view.beside !== null); // two pictures want the room of the charts, which go below
      setText(moment, view.beside?.moment ?? " ");
      grid.update(view.run?.id ?? "", view.picture);
      other.update(view.run?.id ?? "", view.beside);
    },
    destroy() {
      for (const part of [grid, other, figures, scrubber, buttons]) part.destroy();
      element.remove();
    },
  };
}
