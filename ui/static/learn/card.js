/** What a card of the lesson is, and what the frame gives to it. The whole contract stands in registry.js. */

import { t } from "../i18n/i18n.js";
import { h, rovingFocus, uid } from "../kit/dom.js";
import { slider } from "../kit/slider.js";
import { accepted } from "./values.js";

/**
 * @typedef {import("../kit/dom.js").Component} Component
 * @typedef {import("./values.js").Setting} Setting
 * @typedef {import("../kit/dom.js").Child} Child
 * @typedef {{ask: string, choices: string[], right: number, because: string}} Question `right`: index of the choice that is right
 * @typedef {object} Card
 * @property {string} id as in `card=` of a link, lower-case letters
 * @property {string} title
 * @property {() => Child[]} text 2 to 4 short sentences
 * @property {Question} question asked before the reveal
 * @property {string} task the reader's own act that completes the card
 * @property {string} done what that has shown, in a sentence
 * @property {Record<string, Setting>} [settings] what the reader and a link may set
 * @property {(stage: HTMLElement, context: Context) => Component|Promise<Component>} mount
 * @property {string[]} [walk] keys that complete the card on the element with `data-learn-act`, one after the other and again (tests press them)
 */

/**
 * @typedef {object} Context
 * @property {boolean} answered whether the question has been answered, or passed
 * @property {number|null} answer the choice
 * @property {(listener: () => void) => void} onAnswer told once, at once where it is answered already
 * @property {boolean} isDone
 * @property {() => void} done the reader has done the task
 * @property {(name: string) => number} number value of a setting that is a number
 * @property {(name: string) => string} choice value of a setting that is a choice
 * @property {(name: string, value: number|string) => void} set a setting, into the link too
 * @property {(listener: (name: string) => void) => void} onSet told the name of a setting that was set
 * @property {(name: string) => HTMLElement} control what sets it
 * @property {(beat: (ms: number) => void) => (() => void)} frames called with every frame that the stage is seen; gives what ends it
 * @property {boolean} still nothing may move by itself
 * @property {boolean} talk
 * @property {Record<string, any>} memory of the card, for as long as the page lives
 * @property {(text: string) => void} say a line under the stage
 */

/** At most so many milliseconds pass between two beats, however long the page was away. */
const LONGEST = 100;

/**
 * What a stage is drawn by: every beat is called with every frame, while the stage is on screen.
 * @param {HTMLElement} stage
 * @returns {{frames: Context["frames"], destroy: () => void}}
 */
export function clockOf(stage) {
  /** @type {Set<(ms: number) => void>} */
  const beats = new Set();
  let [running, last, near] = [0, 0, false];
  const beat = (/** @type {number} */ now) => {
    running = 0;
    const ms = Math.min(LONGEST, Math.max(0, now - last));
    last = now;
    for (const one of [...beats]) {
      try {
        one(ms);
      } catch (error) {
        beats.delete(one);
        reportError(error);
      }
    }
    wake();
  };
  const wake = () => {
    if (running || !near || !beats.size) return;
    running = requestAnimationFrame(beat);
  };
  const seen = new IntersectionObserver((entries) => {
    near = entries[entries.length - 1].isIntersecting;
    last = performance.now();
    wake();
  });
  seen.observe(stage);
  return {
    frames(one) {
      if (!beats.size) last = performance.now();
      beats.add(one);
      wake();
      return () => void beats.delete(one);
    },
    destroy() {
      seen.disconnect();
      beats.clear();
      cancelAnimationFrame(running);
    },
  };
}

/**
 * @param {string} name
 * @param {Setting} setting
 * @param {() => number|string} read
 * @param {(value: number|string) => void} write
 * @returns {{element: HTMLElement, update: () => void}} a slider, a row of buttons, or a list where they are many
 */
export function controlOf(name, setting, read, write) {
  if ("min" in setting) return numberControl(setting, read, write);
  const entries = Object.entries(setting.choices);
  return entries.length > 4 ? listControl(name, setting, entries, read, write) : rowControl(setting, entries, read, write);
}

/** @param {import("./values.js").NumberSetting} setting @param {() => number|string} read @param {(value: number) => void} write */
function numberControl(setting, read, write) {
  const { label, min, max, step, decimals = 0, unit = "" } = setting;
  const one = slider({ label, min, max, step, decimals, unit, value: Number(read()), rest: setting.value, onInput: (value) => write(Number(accepted(setting, String(value)) ?? value)) });
  return { element: one.element, update: () => one.set(Number(read())) };
}

/** @param {import("./values.js").ChoiceSetting} setting @param {[string, string][]} entries @param {() => number|string} read @param {(value: string) => void} write */
function rowControl({ label }, entries, read, write) {
  const name = uid("learn-choice");
  const buttons = entries.map(([value, text]) => h("button", { type: "button", role: "radio", class: "gan-button", "data-value": value, onClick: () => write(value) }, text));
  const group = h("div", { class: "gan-buttons", role: "radiogroup", "aria-labelledby": name }, buttons);
  const hold = rovingFocus(group, buttons, { onMove: (index) => write(entries[index][0]) });
  const update = () => {
    buttons.forEach((button, i) => {
      const chosen = entries[i][0] === String(read());
      button.setAttribute("aria-checked", String(chosen));
      if (chosen) hold(i);
    });
  };
  update();
  return { element: h("div", { class: "learn-control" }, h("span", { id: name, class: "learn-label" }, label), group), update };
}

/** @param {string} name @param {import("./values.js").ChoiceSetting} setting @param {[string, string][]} entries @param {() => number|string} read @param {(value: string) => void} write */
function listControl(name, { label }, entries, read, write) {
  const id = uid(`learn-${name}`);
  /** @type {HTMLSelectElement} */
  const list = h("select", { id, class: "gan-select", onChange: () => write(list.value) }, entries.map(([value, text]) => h("option", { value }, text)));
  const update = () => void (list.value = String(read()));
  update();
  return { element: h("div", { class: "learn-control" }, h("label", { for: id, class: "learn-label" }, label), list), update };
}

/** @param {string} text @param {() => void} onClick @param {import("../kit/dom.js").Props} [more] */
export function button(text, onClick, more = {}) {
  return h("button", { type: "button", onClick, ...more, class: `gan-button ${more.class ?? ""}` }, text);
}

/**
 * Starts and stops what goes on.
 * @param {() => boolean} goes @param {(on: boolean) => void} turn
 * @param {{play?: string, pause?: string}} [words]
 * @returns {{element: HTMLButtonElement, update: () => void}}
 */
export function playButton(goes, turn, { play = t("Play"), pause = t("Pause") } = {}) {
  const update = () => {
    element.textContent = goes() ? pause : play;
    element.setAttribute("aria-pressed", String(goes()));
  };
  const element = button("", () => (turn(!goes()), update()), { class: "learn-play", "aria-keyshortcuts": "p" });
  update();
  return { element, update };
}
