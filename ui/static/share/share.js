/** What every picture is passed on with: its link, a QR code for the room, the keys, and a page made for a talk. */

import { t } from "../i18n/i18n.js";
import { dialog } from "../kit/dialog.js";
import { h, notes, together } from "../kit/dom.js";
import { currentTab } from "../kit/tabs.js";
import { openKeys, startKeys } from "./keys.js";
import { openDropped } from "./dropped.js";
import { permalink } from "./permalink.js";
import { choose, room } from "./room.js";
import { openTalk, startTalk, toggleTalk } from "./talk.js";

/** What a link of these tabs opens; of the others, a picture. The Train tab shows a training, which is the same for everybody. @type {Record<string, string>} */
const COPIED = { train: t("The link is copied: it opens this tab, on the training that goes on."), learn: t("The link is copied: it opens this card.") };
/** @type {Record<string, string>} */
const SCAN = { train: t("Scan to watch the training"), learn: t("Scan to open this card") };
/** @type {Set<ReturnType<typeof notes>>} */
const bars = new Set();
const actions = { link: () => copyLink(), code: openCode, keys: openKeys, talk: toggleTalk };

/** What the page was asked to open, before it writes its own view into its address. */
const asked = globalThis.location?.search ?? "";
/** What was last said of a model of the Hub: a bar that is mounted later says it, too. @type {[string, "error"|undefined]|null} */
let ofHub = null;
let opening = false;

/** Opens the model of the Hub that the address names; once, however often a bar is mounted. */
function openAsked() {
  if (opening) return;
  opening = true;
  if (!new URLSearchParams(asked).has("model")) return;
  const place = { search: asked, hash: location.hash, replace: (/** @type {string|URL} */ to) => location.replace(to) };
  import("./fromhub.js").then(({ openFromHub }) => openFromHub((text, kind) => {
    ofHub = [text, kind];
    for (const note of bars) note.say(...ofHub);
  }, place));
}

/** Who wants the address read, and keys and dropped pictures heard; one does it for the whole page. */
let wanted = 0;
let stop = () => {};

/** Reads the address and listens to keys and dropped pictures until all who wanted it have ended it. @returns {() => void} ends it for this one */
export function start() {
  if (!wanted) stop = together(permalink.start(), startKeys(actions), startTalk(), openDropped());
  wanted += 1;
  return together(() => {
    wanted -= 1;
    if (!wanted) stop();
  });
}

/** Draws the tools and what they say. @returns {{element: HTMLElement, destroy: () => void}} */
export function tools() {
  const end = start();
  const note = notes();
  /** @param {string} text @param {string} key @param {() => void} onClick @param {{icon: string} & Object<string, string>} more */
  const button = (text, key, onClick, { icon, ...more }) =>
    h("button", { type: "button", class: "gan-button gan-tool", "aria-keyshortcuts": key || null, title: key ? `${text} (${key})` : text, onClick, ...more },
      h("span", { class: `gan-icon gan-icon-${icon}`, "aria-hidden": "true" }), h("span", { class: "gan-words" }, text));
  const told = h("div", { class: "gan-told" }, note.element,
    h("button", { type: "button", class: "gan-told-close", "aria-label": t("Close the message"), onClick: () => note.say("") }, "×"));
  const element = h("section", { class: "gan-root gan-share gan-at-share", "aria-label": t("Share") },
    h("div", { class: "gan-buttons" }, button(t("Copy link"), "c", () => copyLink(), { icon: "link" }), button(t("QR code"), "q", openCode, { icon: "code" }),
      button(t("Talk mode"), "t", openTalk, { icon: "talk", "aria-haspopup": "dialog" }),
      button(t("Keys"), "?", openKeys, { icon: "keys", "aria-haspopup": "dialog" }),
      button(t("About"), "", () => void import("./about.js").then(({ openAbout }) => openAbout()), { icon: "about", "aria-haspopup": "dialog" })),
    h("button", { type: "button", class: "gan-button gan-share-leave", "aria-keyshortcuts": "t", onClick: toggleTalk }, t("Leave talk mode")),
    told);
  bars.add(note);
  openAsked();
  if (ofHub) note.say(...ofHub);
  let last = "";
  const tell = () => {
    if (permalink.problem && permalink.problem !== last) note.say((last = permalink.problem), "error");
  };
  const untell = permalink.subscribe(tell);
  tell();
  return { element, destroy: together(untell, () => bars.delete(note), () => element.remove(), end) };
}

/** How long something that went well is told. */
const TOLD_MS = 8000;
let quiet = 0;

/** @param {string} text */
function say(text) {
  const tell = (/** @type {string} */ words) => bars.forEach((note) => note.say(words));
  tell(text);
  clearTimeout(quiet);
  quiet = window.setTimeout(() => tell(""), TOLD_MS);
}

/** Copies, or shows the link selected where the browser does not let us copy. @param {string} [link] */
export async function copyLink(link = permalink.handed()) {
  try {
    await navigator.clipboard.writeText(link);
    const copied = COPIED[currentTab() ?? ""] ?? t("The link is copied: it opens exactly this picture.");
    say([copied, room().problem].filter(Boolean).join(" "));
  } catch {
    showLink(link);
  }
}

/** @param {string} text */
function showLink(text) {
  const field = h("textarea", { class: "gan-link-field", readonly: true, rows: 4, "aria-label": t("Link") }, text);
  const box = dialog(t("Copy this link"), h("p", {}, t("This browser does not let the page copy. The link is selected: press Ctrl+C, or hold it on a phone.")), field);
  box.element.addEventListener("close", () => box.element.remove());
  box.open();
  field.focus();
  field.select();
}

/** A code of the link, as large as the screen allows. */
export async function openCode() {
  const qr = await import("../kit/qr.js"); // nobody waits for it before it is asked for
  const shown = h("div", { class: "gan-code-shown" });
  const draw = () => {
    const link = permalink.handed({ talk: false });
    shown.replaceChildren(drawn(link, qr), h("p", { class: "gan-code-link" }, link));
  };
  draw();
  const { base, choices, problem } = room();
  const networks = h("select", { class: "gan-select" }, choices.map((url) => h("option", { value: url, selected: url === base }, url)));
  networks.addEventListener("change", () => {
    choose(networks.value);
    draw();
  });
  const box = dialog(SCAN[currentTab() ?? ""] ?? t("Scan to open this picture"), shown,
    choices.length ? h("label", { class: "gan-code-networks" }, t("Address in this room"), networks) : null,
    problem ? h("p", { class: "gan-code-problem", role: "note" }, problem) : null);
  box.element.classList.add("gan-code-dialog");
  box.element.addEventListener("close", () => box.element.remove());
  box.open();
}

/** @param {string} link @returns {Promise<Element>} its QR code, as wide as `.gan-code` is */
export async function codeOf(link) {
  return drawn(link, await import("../kit/qr.js"));
}

/** @param {string} link @param {typeof import("../kit/qr.js")} qr */
function drawn(link, { encode, svgPath }) {
  let code;
  try {
    code = encode(link);
  } catch {
    return h("p", {}, t("This link is too long for a QR code. Take changes back, or shorten the path."));
  }
  const side = code.size + 8; // four modules of quiet zone on every side
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.innerHTML = `<rect width="${side}" height="${side}" fill="#fff"/><path transform="translate(4 4)" d="${svgPath(code)}" fill="#000"/>`;
  for (const [name, value] of Object.entries({ viewBox: `0 0 ${side} ${side}`, class: "gan-code", role: "img", "aria-label": t("QR code of the link"), "shape-rendering": "crispEdges" })) svg.setAttribute(name, value);
  return svg;
}
