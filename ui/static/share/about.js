/** What the page says of itself: its version, which engine runs, whether every file is the one that it should be, when this copy was last tested. */

import { kernelsHere } from "../autodiff/kernels.js";
import { bestBackend, serverWanted } from "../engine/kernel.js";
import { address, ask, fetchBytes } from "../engine/programs.js";
import { locale, messageOf, t } from "../i18n/i18n.js";
import { dialog } from "../kit/dialog.js";
import { h, setText } from "../kit/dom.js";
import { listModels } from "../state/modellist.js";

/** @typedef {{version: string, tested: {when: number, tests: number, same: boolean}|null}} About the answer of gan/about.json */

/** A file whose address has the first 16 hex digits of its SHA-256. */
const VERSIONED = /^gan\/(?:files|pictures)\/(?:.*\/)?([0-9a-f]{16})\//;

export function openAbout() {
  const facts = h("dl", { class: "gan-about" });
  /** @param {string} name @returns {HTMLElement} where its value is written */
  const fact = (name) => {
    const value = h("dd", {}, "...");
    facts.append(h("dt", {}, name), value);
    return value;
  };
  const [version, drawing, training, files, tested] = [t("Version"), t("Drawing"), t("Training on this device"), t("Files"), t("Last tested")].map(fact);
  const check = h("button", { type: "button", class: "gan-button" }, t("Check every file"));
  files.replaceChildren(check);
  check.addEventListener("click", () => checkAll(files).catch((error) => setText(files, messageOf(error))));
  const box = dialog(t("About this page"), facts);
  box.element.addEventListener("close", () => box.element.remove());
  box.open();
  said().then((about) => {
    setText(version, about.version);
    setText(tested, testedWords(about.tested));
  }, (error) => [version, tested].forEach((place) => setText(place, messageOf(error))));
  engines().then(([draws, trains]) => (setText(drawing, draws), setText(training, trains)));
}

/** @returns {Promise<About>} */
async function said() {
  return (await ask(address("gan/about.json"), { cache: "no-cache" })).json();
}

/** @param {About["tested"]} tested @returns {string} */
export function testedWords(tested) {
  if (!tested) return t("Not in this copy: python tasks.py test does it.");
  const words = { when: new Date(1000 * tested.when).toLocaleString(locale, { dateStyle: "medium", timeStyle: "short" }), tests: tested.tests.toLocaleString(locale) };
  return tested.same ? t("{when}: all {tests} tests passed.", words) : t("{when}: all {tests} tests passed, but the code has changed since.", words);
}

/** @returns {Promise<[string, string]>} what draws, and what trains */
async function engines() {
  const draws = serverWanted() ? t("the server") : (await bestBackend()).name === "simd" ? t("WebAssembly with SIMD") : t("plain JavaScript, slowly: this browser has no SIMD");
  const name = await kernelsHere().catch(() => "");
  const trains = { "kernels-relaxed.wasm": t("WebAssembly with relaxed SIMD"), "kernels.wasm": t("WebAssembly with SIMD") }[name] ?? t("not in this browser, which has no SIMD");
  return [draws, trains];
}

/** @param {import("../state/modellist.js").ModelList} list @returns {string[]} addresses of all files whose hash is known, each once */
export function addressesOf({ models, classifier }) {
  const all = models.flatMap(({ files, folder, epochs }) => [...Object.values(files), ...Object.values(folder ?? {}), ...epochs.flatMap(({ url, encoder }) => [url, encoder])]);
  return [...new Set([...all, classifier])].filter((url) => typeof url === "string").filter((url) => VERSIONED.test(url));
}

/** @param {string} url of a file @param {ArrayBuffer} bytes @returns {Promise<boolean>} whether it is what its address says */
export async function isWhole(url, bytes) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return VERSIONED.exec(url)?.[1] === Array.from(hash.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Fetches every file of every model, one after the other, and says how it went. @param {HTMLElement} place */
async function checkAll(place) {
  if (!globalThis.crypto?.subtle) {
    setText(place, t("A browser reckons hashes only on https and on localhost."));
    return;
  }
  const all = addressesOf(await listModels());
  const wrong = [];
  for (const [i, url] of all.entries()) {
    setText(place, t("{done} of {count} ...", { done: i, count: all.length }));
    const whole = await fetchBytes(address(url)).then((bytes) => isWhole(url, bytes), () => false);
    if (!whole) wrong.push(url.split("/").slice(3).join("/"));
    if (!place.isConnected) return;
  }
  setText(place, wrong.length ? t("{count} of {all} are damaged or missing: {names}", { count: wrong.length, all: all.length, names: wrong.join(", ") }) : t("All {count} files have the hash that they should have.", { count: all.length }));
}
