/** How long the settings of the form will take on this machine, before Start is pressed: measured when asked for, then kept up with the form. */

import { messageOf, t } from "../i18n/i18n.js";
import { debounce, h, setText, useStyle } from "../kit/dom.js";
import { tableOf } from "../kit/table.js";
import { access } from "../runs/access.js";
import { control } from "../runs/control.js";

const REST_MS = 600; // a form that has not been touched for so long is meant
const AGAIN_MS = 1000;
const PATIENT_MS = 5000; // while a run goes on

/** @typedef {{state: string, seconds?: number, busy?: boolean}} Answer */

/**
 * @param {HTMLElement} root
 * @param {import("../kit/host.js").Host<{form?: Record<string, unknown>}>} [host] Gradio's side: its value is `{form}`, the fields by name
 * @returns {Promise<{destroy: () => void}>}
 */
export async function mount(root, host = {}) {
  await useStyle(new URL("training.css", import.meta.url));
  const { start } = await access();
  root.hidden = !start;
  const estimate = draw(root);
  const choose = () => estimate.choose(host.props?.value?.form);
  const settled = debounce(choose, REST_MS);
  host.watch?.("value", settled);
  choose();
  return estimate;
}

/** @param {HTMLElement} root */
function draw(root) {
  /** @type {Record<string, unknown>|null} */
  let form = null;
  let measure = false; // only who has asked once has the machine measured
  let [asked, ended] = [0, false];
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let timer;
  const words = h("p", { class: "train-estimate-words", role: "status", "aria-live": "polite" });
  const button = h("button", { type: "button", class: "gan-button", onClick: () => {
    measure = true;
    ask();
  } }, t("How long will it take?"));
  root.classList.add("gan-root");
  root.replaceChildren(h("div", { class: "train-estimate" }, button, words));

  /** Asks until it is known; an answer that comes after the form has changed is of no use. */
  const ask = async () => {
    clearTimeout(timer);
    if (!form) return;
    const number = (asked += 1);
    /** @type {Answer} */
    let answer;
    try {
      answer = await control("estimate", { ...form, measure });
    } catch (error) {
      // settings that cannot be trained are told when Start is pressed, or when it was asked for
      if (number !== asked) return;
      setText(words, measure ? messageOf(error) : "");
      measure = button.hidden = false;
      return;
    }
    if (number !== asked) return;
    setText(words, inWords(answer));
    button.hidden = measure && answer.state !== "unknown";
    if (answer.state === "known" && answer.busy && !root.hidden) timer = setTimeout(ask, PATIENT_MS); // what is said of the training that goes on ends with it
    if (measure && answer.state !== "known") timer = setTimeout(ask, answer.state === "busy" ? PATIENT_MS : AGAIN_MS);
  };
  return {
    /** @param {Record<string, unknown>|undefined} now */
    choose(now) {
      if (!now || ended || JSON.stringify(now) === JSON.stringify(form)) return;
      form = now;
      ask();
    },
    destroy() {
      clearTimeout(timer);
      ended = true;
      asked += 1;
      form = null;
      root.replaceChildren();
    },
  };
}

/** @param {Answer} answer @returns {string} */
export function inWords({ state, seconds = NaN, busy }) {
  if (state === "known") {
    const time = about(seconds);
    return busy ? t("About {time} on this machine when nothing else trains; a training goes on now.", { time }) : t("About {time} on this machine.", { time });
  }
  /** @type {Record<string, string>} */
  const words = tableOf({
    measuring: t("Measuring this machine: two seconds of training, and what it takes to start ..."),
    waiting: t("Another measurement goes on; this one is next."),
    busy: t("A training goes on. It is not disturbed: the machine is measured when that has ended."),
  });
  return words[state] ?? "";
}

/** @param {number} seconds @returns {string} as roughly as it can be known */
export function about(seconds) {
  if (seconds < 90) return t("{seconds} s", { seconds: Math.max(5, 5 * Math.round(seconds / 5)) });
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return t("{minutes} min", { minutes });
  const tens = 10 * Math.round(minutes / 10);
  return t("{hours} h {minutes} min", { hours: Math.floor(tens / 60), minutes: tens % 60 });
}
