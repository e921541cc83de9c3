/** Talk mode: full screen, large type, only the chosen parts. `hide=` of a link lists the parts that are not shown, `talk=1` switches it on. */

import { t } from "../i18n/i18n.js";
import { dialog } from "../kit/dialog.js";
import { debounce, h, together, useStyle } from "../kit/dom.js";
import { tableOf } from "../kit/table.js";
import { currentTab, ROW } from "../kit/tabs.js";
import { permalink } from "./permalink.js";

/** Parts of the page itself, by their name in `hide=`. @type {Record<string, string>} */
const FRAME = tableOf({ head: ".gan-header", tabs: ROW, form: ".gan-train-form", share: ".gan-share > .gan-buttons" });
/** Stands for "nothing is hidden", which differs from "nobody has chosen". */
const NOTHING = "none";
/** How long the way out is shown after the pointer moved. */
const AWAKE_MS = 2500;

/** What hides parts: a sheet of its own, which a policy against styles in the page lets pass. @type {CSSStyleSheet|null} */
let rules = null;
/** Whether this talk has asked for the whole screen. */
let filling = false;
/** What the page hides outside of a talk: what its link asked for, or nothing where that opened a talk. @type {readonly string[]} */
let outside = [];

/** Applies what the link asked for. @returns {() => void} shows everything again, and listens no more */
export function startTalk() {
  const [sheet, ends] = [new CSSStyleSheet(), new AbortController()];
  const { signal } = ends;
  rules = sheet;
  document.adoptedStyleSheets.push(sheet);
  outside = permalink.layout.talk ? [] : permalink.layout.hide;
  document.addEventListener("fullscreenchange", () => {
    if (document.fullscreenElement === document.documentElement) {
      if (!permalink.layout.talk) document.exitFullscreen(); // left before the screen was full
    } else if (filling) {
      filling = false;
      leave();
    }
  }, { signal });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && permalink.layout.talk && !document.fullscreenElement && !document.querySelector("dialog[open]")) leave();
  }, { signal });
  const sleep = debounce(() => document.documentElement.removeAttribute("data-gan-awake"), AWAKE_MS);
  document.addEventListener("pointermove", () => {
    if (!permalink.layout.talk) return;
    document.documentElement.toggleAttribute("data-gan-awake", true);
    sleep();
  }, { signal });
  // not before its rules are there: a talk begins whole
  useStyle(new URL("share.css", import.meta.url)).then(apply);
  return together(permalink.subscribe(apply), () => ends.abort(), () => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet);
    document.documentElement.classList.remove("gan-talk");
    rules = null;
  });
}

/** On, in full screen; or off. A page that a link opened in talk mode first fills the screen, which only a person may ask for. */
export function toggleTalk() {
  const filled = document.fullscreenElement === document.documentElement;
  const { talk } = permalink.layout;
  if (talk && (filled || !document.fullscreenEnabled || filling)) {
    if (filled) document.exitFullscreen();
    return leave();
  }
  if (!talk) set({ talk: true });
  return fillScreen();
}

/** By the way it came: whatever the talk has hidden is back. */
function leave() {
  filling = false;
  set({ talk: false, hide: [...outside] });
}

/** Lets a lecturer tick what is shown, start, or take the link along. */
export function openTalk() {
  const boxes = parts().map(({ name, label, shown }) => ({ label, input: h("input", { type: "checkbox", checked: shown, value: name }) }));
  const hidden = () => {
    const names = boxes.filter(({ input }) => !input.checked).map(({ input }) => input.value);
    return names.length ? names : [NOTHING];
  };
  const choices = h("fieldset", { class: "gan-choices", onChange: () => set({ hide: hidden() }) }, h("legend", {}, t("Shown")),
    boxes.map(({ label, input }) => h("label", { class: "gan-check" }, input, label)));
  const copied = h("p", { class: "gan-note", role: "status", "aria-live": "polite" });
  const field = h("textarea", { class: "gan-link-field", readonly: true, rows: 3, hidden: true, "aria-label": t("Link") });
  const copy = async (/** @type {{talk: boolean}} */ changes) => {
    const link = permalink.handed({ ...changes, hide: hidden() });
    try {
      await navigator.clipboard.writeText(link);
      copied.textContent = t("Copied. Whoever opens it sees just these parts.");
    } catch {
      field.value = link;
      field.hidden = false;
      field.select();
    }
  };
  const button = (/** @type {string} */ text, /** @type {() => void} */ onClick) => h("button", { type: "button", class: "gan-button", onClick }, text);
  const begin = () => {
    box.close();
    set({ hide: hidden(), talk: true });
    fillScreen();
  };
  const box = dialog(t("Talk mode"),
    h("p", {}, t("Full screen, large type, only what is ticked. Page keys and a clicker change the tab, Escape leaves.")),
    choices,
    h("div", { class: "gan-buttons" }, button(t("Start"), begin), button(t("Copy link for the talk"), () => copy({ talk: true })),
      button(t("Copy link for students"), () => copy({ talk: false })), button(t("Show everything again"), () => (set({ hide: [] }), box.close()))),
    copied, field);
  box.element.addEventListener("close", () => box.element.remove());
  box.open();
}

/** What can be hidden on the open tab: its parts, and those of the page. */
function parts() {
  const tab = currentTab() ?? "explore";
  const { hide } = permalink.layout;
  const found = [...document.querySelectorAll(".gan-part, .train-part, .gan-at-share")].filter((part) => part.matches(".gan-at-share") || part.closest(`.gan-${tab}-page, .gan-${tab}`));
  const own = found.filter((part) => nameOf(part)).map((part) => ({ name: nameOf(part), label: part.getAttribute("aria-label") ?? nameOf(part), part }));
  const listed = own.map(({ name, label, part }) => ({ name, label, shown: !isHidden(name) && (hide.length > 0 || shownFirst(part)) }));
  const form = document.querySelector(FRAME.form) && tab === "train" ? [{ name: "form", label: t("Settings of a new training"), shown: hide.length > 0 && !isHidden("form") }] : [];
  return [...listed, ...form, { name: "head", label: t("Title of the page"), shown: hide.length > 0 && !isHidden("head") }, { name: "tabs", label: t("Tabs"), shown: hide.length > 0 && !isHidden("tabs") }];
}

/** @param {Element} part @returns {string} its name in `hide=`, or "" */
const nameOf = (part) => [...part.classList].find((name) => name.startsWith("gan-at-"))?.slice("gan-at-".length) ?? "";
/** @param {string} name */
const isHidden = (name) => permalink.layout.hide.includes(name);
/** @param {Element} part @returns {boolean} whether it is shown while nobody has chosen */
const shownFirst = (part) => part.matches(".train-part, .gan-at-share, .gan-at-digit, .gan-at-opinion, .gan-at-digits, .gan-at-directions, .gan-at-walk, .gan-at-keys, .gan-at-source, .gan-at-plates, .gan-at-map, .gan-at-lesson, .gan-at-stage");

/** @param {Partial<import("../state/link.js").Layout>} changes */
function set(changes) {
  permalink.arrange(changes);
  if ("talk" in changes) scrollTo(0, 0);
  permalink.write(); // at once: a link that is copied now has it
}

function apply() {
  if (!rules) return;
  const { talk, hide } = permalink.layout;
  const root = document.documentElement;
  root.classList.toggle("gan-talk", talk);
  root.toggleAttribute("data-gan-chosen", hide.length > 0);
  rules.replaceSync(hide.map((name) => `${FRAME[name] ?? `.gan-root .gan-at-${name}`} { display: none !important; }`).join("\n"));
  // canvases measure themselves anew
  window.dispatchEvent(new Event("resize"));
}

function fillScreen() {
  // until the talk is left: a second press leaves it, though the screen is not full yet or could not be filled
  filling = true;
  document.documentElement.requestFullscreen?.().catch(() => {});
}
