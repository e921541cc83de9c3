/**
 * The address that the people in the room open. A page that its lecturer has open at localhost gets it from the server (`ui/server/reach.py`):
 * the machine's address in its network, or what the server was told with `--public-url`.
 */

import { t } from "../i18n/i18n.js";
import { isStatic } from "../kit/build.js";

/** @typedef {{here: string, rooms: string[], said: string[], plain?: boolean}} Known `here`: the page's own address without its query, `plain`: no server */
/** @typedef {{base: string, choices: string[], problem: string}} Room `choices`: where the machine is in several networks, `problem`: what is wrong with `base` */

/** Which of several networks was chosen on this page. */
let chosen = "";

/** @returns {Room} of this page */
export function room() {
  const words = (/** @type {string} */ name) => (document.querySelector(`meta[name="${name}"]`)?.getAttribute("content") ?? "").split(" ").filter(Boolean);
  const found = roomOf({ here: here(), rooms: words("gan-room"), said: words("gan-public-url"), plain: isStatic });
  return found.choices.includes(chosen) ? { ...found, base: chosen } : found;
}

/** @param {string} base one of the choices, from now on */
export function choose(base) {
  chosen = base;
}

/** @param {Known} known @returns {Room} */
export function roomOf({ here, rooms, said, plain = false }) {
  const own = said.find((url) => here.startsWith(url));
  const local = isLocal(here);
  if (own || (!local && !said.length)) return { base: own ?? here, choices: [], problem: "" };
  if (said.length) {
    const problem = local ? "" : t("This page was opened at {here}, but its links lead to {base}, as the server was told (--public-url). If that is wrong, start the server anew with the right one.", { here, base: said[0] });
    return { base: said[0], choices: [], problem };
  }
  if (rooms.length) return { base: rooms[0], choices: rooms.length > 1 ? rooms : [], problem: "" };
  const more = plain ? "" : ` ${t("For other machines start the server with --host 0.0.0.0.")}`;
  return { base: here, choices: [], problem: `${t("Only this machine can open this address.")}${more}` };
}

/** @param {string} link to this page @returns {string} the same, as others can open it */
export function forOthers(link) {
  return room().base + link.slice(here().length);
}

const here = () => `${location.origin}${location.pathname}`;

/** @param {string} url @returns {boolean} whether it leads every machine to itself */
function isLocal(url) {
  const { hostname, protocol } = new URL(url);
  return protocol === "file:" || hostname === "[::1]" || /(^|\.)localhost$/.test(hostname) || /^127(\.\d+){3}$/.test(hostname);
}
