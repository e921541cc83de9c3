/** Opens a public model of the Hugging Face Hub that the address names, `?model=user/name`, where the server's owner allows it. */

import { address, ask } from "../engine/programs.js";
import { messageOf, t } from "../i18n/i18n.js";
import { VERSION } from "../state/link.js";

/**
 * @param {string} query of the page's address @param {string} id of the model that the server has made of it
 * @returns {string} the query that opens it, what else was asked for included
 */
export function queryOfModel(query, id) {
  const params = new URLSearchParams(query);
  params.delete("model");
  params.set("v", String(VERSION));
  params.set("m", id);
  return params.toString();
}

/**
 * Nothing where the address names no model of the Hub; else the page is opened anew with the model, once the server has it.
 * @param {(text: string, kind?: "error") => void} say
 * @param {Pick<Location, "search"|"hash"|"replace">} [place]
 */
export async function openFromHub(say, place = location) {
  const { search, hash } = place; // as it is now: the page writes its own view into the address meanwhile
  const repo = new URLSearchParams(search).get("model");
  if (!repo) return;
  say(t("{repo} is being fetched from the Hugging Face Hub ...", { repo }));
  try {
    const response = await ask(address("gan/hub"), { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ repo }) });
    place.replace(`?${queryOfModel(search, (await response.json()).model)}${hash}`);
  } catch (error) {
    say(t("{repo} cannot be opened from the Hugging Face Hub. {reason}", { repo, reason: messageOf(error).replace(`${repo}: `, "") }), "error");
  }
}
