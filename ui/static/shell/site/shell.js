/** The plain page of the static build: four tabs around the same modules that the Gradio page mounts, and use without network. */

import { language, t } from "../../i18n/i18n.js";
import { rovingFocus } from "../../kit/dom.js";
import { start } from "../../share/share.js";
import { held } from "../../state/held.js";
import { decodeLayout } from "../../state/link.js";

const SETTLE_MS = 1500;
/** A tab without a digit in hand waits for none. */
const PATIENCE_MS = 5000;
const dark = matchMedia("(prefers-color-scheme: dark)");
const tabs = [...document.querySelectorAll(".site-tabs [role=tab]")];
const panelOf = (tab) => document.getElementById(tab.getAttribute("aria-controls"));
const mounted = new Set();

document.documentElement.lang = language;
for (const element of [...tabs, ...document.querySelectorAll("[data-words]")]) element.textContent = t(element.textContent);
const darken = () => document.body.classList.toggle("dark", dark.matches);
dark.addEventListener("change", darken);
darken();

const hold = rovingFocus(document.querySelector(".site-tabs"), tabs, { onMove: (index) => choose(tabs[index]) });
for (const tab of tabs) tab.addEventListener("click", () => choose(tab));
const { tab: first } = decodeLayout(new URLSearchParams(location.search));
choose(tabs.find((tab) => tab.dataset.tabId === first) ?? tabs[0]);
start();
keepForLater();

function choose(chosen) {
  hold(tabs.indexOf(chosen));
  for (const tab of tabs) {
    tab.setAttribute("aria-selected", String(tab === chosen));
    panelOf(tab).hidden = tab !== chosen;
  }
  mount(panelOf(chosen).querySelector(".gan-island"));
}

async function mount(island) {
  if (mounted.has(island)) return;
  mounted.add(island);
  island.classList.add(`gan-${island.dataset.module.match(/(\w+)\.js$/)[1]}`); // the class that `island` of the Gradio page gives it, so one style fits both
  try {
    const module = await import(`../../${island.dataset.module}`);
    await module.mount(island);
    island.dataset.state = "ready";
  } catch (error) {
    mounted.delete(island);
    island.dataset.state = "failed";
    const note = document.createElement("p");
    note.setAttribute("role", "alert");
    note.textContent = t("This part of the page could not start ({reason}). Reload the page.", { reason: error.message });
    island.replaceChildren(note);
  }
}

/** After the first picture, so that nothing competes with it. */
async function keepForLater() {
  const workers = navigator.serviceWorker;
  if (!workers) return;
  await new Promise((resolve) => {
    const look = () => held.ready && (stop(), setTimeout(resolve, SETTLE_MS));
    const stop = held.subscribe(look);
    look();
    setTimeout(resolve, PATIENCE_MS);
  });
  const [words, button] = ["site-offline", "site-keep"].map((id) => document.getElementById(id));
  const ask = async (question) => (await workers.ready).active.postMessage(question);
  workers.addEventListener("message", ({ data }) => {
    if (data.version !== document.documentElement.dataset.version) {
      words.textContent = t("A newer version of this page is ready: close its tabs and open it again.");
      return;
    }
    const whole = data.missing === 0;
    words.textContent = whole ? t("This page works without network, all of it.")
      : data.keeping ? t("Keeping ... {count} MB to go", { count: megabytes(data.bytes) }) : t("This page works without network now; earlier epochs do not yet.");
    button.hidden = whole || data.keeping;
    button.textContent = t("Keep the epochs too ({count} MB)", { count: megabytes(data.bytes) });
    if (data.problem) words.textContent = t("Not everything could be kept ({reason}). Try again.", { reason: data.problem });
  });
  button.addEventListener("click", () => ask("keep"));
  try {
    await workers.register(new URL("sw.js", document.baseURI));
    await ask("state");
  } catch (error) {
    // a frame without storage, or a page without https: it works, only not without network
    console.info(`Not kept for use without network: ${error.message}`);
  }
}

function megabytes(bytes) {
  return (bytes / 1e6).toFixed(1);
}
