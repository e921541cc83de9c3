/** The plain page of the static build: five tabs around the same modules that the Gradio page mounts, and use without network. */

import { language, messageOf, t } from "../../i18n/i18n.js";
import { savesData } from "../../kit/build.js";
import { h, rovingFocus, setText } from "../../kit/dom.js";
import { giveWay } from "../../kit/giveway.js";
import { wantedTab } from "../../kit/tabs.js";
import { start } from "../../share/share.js";
import { held } from "../../state/held.js";
import { decodeLayout } from "../../state/link.js";
import { mount } from "../islands.js";

/** @typedef {{version: string, whole: boolean, core: boolean, bytes: number, keeping?: boolean, problem?: string}} Told what the service worker says (`sw.js`) */

const SETTLE_MS = 1500;
/** A tab without a digit in hand waits for none. */
const PATIENCE_MS = 5000;
const dark = matchMedia("(prefers-color-scheme: dark)");
const list = /** @type {HTMLElement} */ (document.querySelector(".site-tabs"));
const tabs = /** @type {HTMLElement[]} */ ([...list.querySelectorAll("[role=tab]")]);
/** @param {HTMLElement} tab */
const panelOf = (tab) => byId(tab.getAttribute("aria-controls") ?? "");
/** @type {Set<HTMLElement>} */
const mounted = new Set();

document.documentElement.lang = language;
for (const element of tabs) setText(element, t(element.textContent ?? ""));
list.setAttribute("aria-label", t(list.getAttribute("aria-label") ?? ""));
dark.addEventListener("change", () => document.body.classList.toggle("dark", dark.matches)); // as `theme.js` did at first

const hold = rovingFocus(list, tabs, { onMove: (index) => choose(tabs[index]) });
for (const tab of tabs) tab.addEventListener("click", () => choose(tab));
const first = wantedTab() ?? decodeLayout(new URLSearchParams(location.search)).tab;
choose(tabs.find((tab) => tab.dataset.tabId === first) ?? tabs[0]);
start();
show(/** @type {HTMLElement} */ (document.querySelector(".gan-tools > .gan-island")));
keepForLater();

/** @param {HTMLElement} chosen */
function choose(chosen) {
  hold(tabs.indexOf(chosen));
  for (const tab of tabs) {
    tab.setAttribute("aria-selected", String(tab === chosen));
    tab.ariaBusy = null;
    panelOf(tab).hidden = tab !== chosen;
  }
  show(/** @type {HTMLElement} */ (panelOf(chosen).querySelector(".gan-island")));
}

/** @param {HTMLElement} island */
async function show(island) {
  if (mounted.has(island)) return;
  mounted.add(island);
  const path = island.dataset.module ?? "";
  island.classList.add(`gan-${path.replace(/^.*\/|\.js$/g, "")}`); // the class that `island` of the Gradio page gives it, so one style fits both
  try {
    await mount(island);
  } catch (error) {
    mounted.delete(island);
    island.dataset.state = "failed";
    island.replaceChildren(h("p", { role: "alert" }, t("This part of the page could not start ({reason}). Reload the page.", { reason: messageOf(error) })));
  }
}

/** After the first picture, so that nothing competes with it. */
async function keepForLater() {
  const workers = navigator.serviceWorker;
  if (!workers) return;
  await firstPicture();
  const [words, button] = [byId("site-offline"), byId("site-keep")];
  const ask = async (/** @type {"keep"|"state"} */ question) => (await workers.ready).active?.postMessage(question);
  workers.addEventListener("message", (/** @type {MessageEvent<Told>} */ { data }) => {
    if (data.version !== document.documentElement.dataset.version) {
      words.textContent = t("A newer version of this page is ready: close its tabs and open it again.");
      return;
    }
    words.textContent = keptInWords(data);
    button.hidden = data.whole || data.keeping === true;
    const count = megabytes(data.bytes);
    button.textContent = data.core ? t("Keep the epochs too ({count} MB)", { count }) : t("Keep all of it ({count} MB)", { count });
  });
  button.addEventListener("click", () => ask("keep"));
  try {
    const registration = await workers.register(new URL(savesData() ? "sw.js?saves" : "sw.js", document.baseURI));
    // where a browser is told to have none, there is nobody to ask
    giveWay((wait) => (registration?.installing ?? registration?.active)?.postMessage({ wait }));
    await ask("state");
  } catch (error) {
    // a frame without storage, or a page without https: it works, only not without network
    console.info(`Not kept for use without network: ${messageOf(error)}`);
  }
}

function firstPicture() {
  return new Promise((resolve) => {
    const look = () => held.ready && (stop(), setTimeout(resolve, SETTLE_MS));
    const stop = held.subscribe(look);
    look();
    setTimeout(resolve, PATIENCE_MS);
  });
}

/** @param {Told} told */
function keptInWords({ whole, core, keeping, bytes, problem }) {
  if (problem) return t("Not everything could be kept ({reason}). Try again.", { reason: problem });
  if (whole) return t("This page works without network, all of it.");
  if (keeping) return t("Keeping ... {count} MB to go", { count: megabytes(bytes) });
  if (core) return t("This page works without network now; earlier epochs do not yet.");
  return t("Your browser saves data, so only what is looked at is fetched.");
}

/** @param {number} bytes */
function megabytes(bytes) {
  return (bytes / 1e6).toFixed(1);
}

/** @param {string} id of an element of index.html @returns {HTMLElement} */
function byId(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}
