/**
 * What this browser may do with trainings, and the key by which it is known: the control token of the link it was opened with, else a random
 * one of its own. The token leaves the address at once, so that a copied link never carries it.
 */

import { address } from "../engine/programs.js";
import { locale, t } from "../i18n/i18n.js";
import { keep } from "../kit/keep.js";

export const HEADER = "x-gan-control";
const TOKEN = "gan-control";
const VISITOR = "gan-visitor";
const MINE = "gan-mine";
const MOST_MINE = 50;

/** @typedef {{control: boolean, start: boolean, why: string, visitors: {steps: number, minutes: number}|null}} Access */

/** @returns {string} what goes along with every request that starts, stops or changes a run */
export function key() {
  const token = keep(() => sessionStorage, TOKEN);
  if (token) return token;
  const known = keep(() => localStorage, VISITOR);
  return known || keep(() => localStorage, VISITOR, random());
}

/** @returns {Record<string, string>} the headers of a control request */
export function controlHeaders() {
  return { [HEADER]: key() };
}

/** @returns {Promise<Access>} what the server says; all of it where the server does not answer, as it will refuse by itself */
export function access() {
  asked ??= fetch(address("gan/access.json"), { headers: controlHeaders(), cache: "no-store" })
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(String(answer.status)))))
    .catch(() => {
      asked = null;
      return { control: true, start: true, why: "", visitors: null };
    });
  return asked;
}
/** @type {Promise<Access>|null} */
let asked = null;

/** @param {string} id @returns {boolean} whether this browser has started that run */
export function isMine(id) {
  return id !== "" && keep(() => localStorage, MINE).split(" ").includes(id);
}

/** @param {string} id a run that this browser has started */
export function remember(id) {
  const ids = keep(() => localStorage, MINE).split(" ").filter((one) => one && one !== id);
  keep(() => localStorage, MINE, [...ids, id].slice(-MOST_MINE).join(" "));
}

/** @param {{steps: number, minutes: number}} most @returns {string} what a visitor may do, for the page */
export function limits({ steps, minutes }) {
  return t("You may train here: one run at a time, at most {steps} steps and {minutes} minutes. When another one trains, yours waits in line.", {
    steps: steps.toLocaleString(locale),
    minutes,
  });
}

/** @param {string} search an address's query @returns {{token: string, rest: string}} the token in it, and the query without it */
export function split(search) {
  const parts = search.replace(/^\?/, "").split("&").filter(Boolean);
  const ours = parts.filter((part) => part.startsWith("control="));
  const rest = parts.filter((part) => !ours.includes(part)).join("&");
  return { token: ours.length ? decode(ours[ours.length - 1].slice("control=".length)) : "", rest: rest && `?${rest}` };
}

/** @param {string} text */
function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

function random() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Takes the token out of the address this page was opened with. */
function takeToken() {
  const { token, rest } = split(location.search);
  if (token) keep(() => sessionStorage, TOKEN, token);
  if (rest.length < location.search.length - 1) history.replaceState(history.state, "", `${location.pathname}${rest}${location.hash}`);
}

if (typeof location === "object" && typeof history === "object") {
  takeToken();
  // Gradio's buttons run small scripts that cannot import
  Object.assign(globalThis, { ganAccess: { key, access, isMine, remember, limits, say: (/** @type {string} */ text) => text && t(text) } });
}
