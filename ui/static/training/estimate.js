/** How long the settings of the form will take on this machine, before Start is pressed: measured when asked for, then kept up with the form. */

import { t } from "../i18n/i18n.js";
import { debounce, h, useStyle } from "../kit/dom.js";
import { access } from "../runs/access.js";
import { control } from "../runs/control.js";

const REST_MS = 600; // a form that has not been touched for so long is meant
const AGAIN_MS = 1000;
const PATIENT_MS = 5000; // while a run goes on

/**
 * @param {HTMLElement} root
 * @param {{props?: any, watch?: Function}} [host] Gradio's side: its value is `{form}`, the fields by name
 */
export async function mount(root, host = {}) {
  await useStyle(new URL("training.css", import.meta.url));
  const { start } = await access();
  root.hidden = !start;
  const estimate = new Estimate(root);
  const settled = debounce(() => estimate.choose(host.props.value?.form), REST_MS);
  host.watch?.("value", settled);
  estimate.choose(host.props?.value?.form);
  return estimate;
}

class Estimate {
  constructor(root) {
    this.form = null;
    this.measure = false; // only who has asked once has the machine measured
    this.asked = 0;
    this.timer = 0;
    this.words = h("p", { class: "train-estimate-words", role: "status", "aria-live": "polite" });
    this.button = h("button", { type: "button", class: "gan-button", onClick: () => this.begin() }, t("How long will it take?"));
    root.classList.add("gan-root");
    root.replaceChildren(h("div", { class: "train-estimate" }, this.button, this.words));
  }

  begin() {
    this.measure = true;
    this.ask();
  }

  /** @param {Object<string, any>|undefined} form */
  choose(form) {
    if (!form || JSON.stringify(form) === JSON.stringify(this.form)) return;
    this.form = form;
    this.ask();
  }

  /** Asks until it is known; an answer that comes after the form has changed is of no use. */
  async ask() {
    clearTimeout(this.timer);
    if (!this.form) return;
    const number = (this.asked += 1);
    try {
      const answer = await control("estimate", { ...this.form, measure: this.measure });
      if (number !== this.asked) return;
      this.say(inWords(answer));
      this.button.hidden = this.measure && answer.state !== "unknown";
      if (this.measure && answer.state !== "known") this.timer = setTimeout(() => this.ask(), answer.state === "busy" ? PATIENT_MS : AGAIN_MS);
    } catch (error) {
      // settings that cannot be trained are told when Start is pressed, or when it was asked for
      if (number !== this.asked) return;
      this.say(this.measure ? error.message : "");
      this.measure = this.button.hidden = false;
    }
  }

  say(text) {
    if (this.words.textContent !== text) this.words.textContent = text;
  }
}

/** @param {{state: string, seconds?: number, busy?: boolean}} answer @returns {string} */
export function inWords({ state, seconds, busy }) {
  if (state === "known") {
    const time = about(seconds);
    return busy ? t("About {time} on this machine when nothing else trains; a training goes on now.", { time }) : t("About {time} on this machine.", { time });
  }
  return {
    measuring: t("Measuring this machine: two seconds of training, and what it takes to start ..."),
    waiting: t("Another measurement goes on; this one is next."),
    busy: t("A training goes on. It is not disturbed: the machine is measured when that has ended."),
  }[state] ?? "";
}

/** @param {number} seconds @returns {string} as roughly as it can be known */
export function about(seconds) {
  if (seconds < 90) return t("{seconds} s", { seconds: Math.max(5, 5 * Math.round(seconds / 5)) });
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return t("{minutes} min", { minutes });
  const tens = 10 * Math.round(minutes / 10);
  return t("{hours} h {minutes} min", { hours: Math.floor(tens / 60), minutes: tens % 60 });
}
