/** Keeps the address in step with what is on screen, and opens what an address asks for. */

import { t } from "../i18n/i18n.js";
import { debounce } from "../kit/dom.js";
import { currentTab, onTabChange, openTab } from "../kit/tabs.js";
import { CODE_KEYS, encodeCode } from "../state/codelink.js";
import { held } from "../state/held.js";
import { decodeLayout, decodeView, encodeView, isOurs, LONGEST } from "../state/link.js";
import { firstModel } from "../state/models.js";
import { pathOf } from "../state/paths.js";
import { START, view } from "../state/view.js";

const REST_MS = 500;
const HUB = "https://huggingface.co";

/** What an address asks for besides the picture; talk.js acts on it. @type {import("../state/link.js").Layout} */
export const layout = { tab: "explore", hide: [], talk: false };

/** What is to be said about the link the page was opened with, or "". */
export let problem = "";
const listeners = new Set();
let started = false;
let settled = false;
let sync = () => {};
/** What the address asks of the Autoencode tab, until that has taken it. @type {import("../state/codelink.js").LinkedCode|null} */
let code = null;
/** The same in words, so that it is not lost before. @type {[string, string][]} */
let codeWords = [];
/** @type {(() => import("../state/codelink.js").ShownCode|null)|null} */
let showsCode = null;

/** @param {() => void} listener told when there is something to say about the link @returns {void} */
export function onProblem(listener) {
  listeners.add(listener);
}

/** Reads the address, once; to be called before the models are listed. */
export function startLink() {
  if (started) return;
  started = true;
  const params = new URLSearchParams(location.search);
  Object.assign(layout, decodeLayout(params));
  let linked = null;
  try {
    linked = decodeView(location.search);
  } catch (error) {
    refuse(error);
  }
  if (linked?.given) view.start({ ...START, ...linked.state });
  code = linked?.code ?? null;
  if (code) codeWords = [...params].filter(([key]) => CODE_KEYS.includes(key));
  const wanted = linked?.given ? linked : null;
  held.subscribe(() => settled || arrive(wanted));
  openTab(layout.tab);
  sync = debounce(writeAddress, REST_MS);
  view.subscribe(sync);
  let followed = null;
  held.subscribe(() => {
    const path = pathOf(view.state.model);
    if (path === followed) return;
    followed = path;
    path.subscribe(sync);
  });
  onTabChange(() => {
    layout.tab = currentTab() ?? layout.tab;
    sync();
  });
}

/**
 * The Autoencode tab has a state of its own, which a link made there holds.
 * @param {() => import("../state/codelink.js").ShownCode|null} shows what it shows now; null until it shows what was asked
 * @returns {import("../state/codelink.js").LinkedCode|null} what the address asks of it
 */
export function linkCode(shows) {
  showsCode = shows;
  return code;
}

/** The Autoencode tab shows something else. */
export function codeChanged() {
  sync();
}

/** @param {Partial<import("../state/link.js").Layout>} [changes] @returns {string} the address of what is on screen now */
export function currentLink(changes = {}) {
  return linkOf(view.state, { ...layout, ...changes });
}

function linkOf(state, asked) {
  const params = [...new URLSearchParams(location.search)];
  const shown = asked.tab === "autoencode" ? showsCode?.() : null;
  const told = asked.tab !== "autoencode" ? [] : shown ? encodeCode(shown) : codeWords;
  const more = { layout: asked, code: told };
  let query;
  if (settled) {
    Object.assign(more, { base: held.ready && state.z ? held.model.sample(state.seed) : null });
    query = encodeView(state, { ...more, path: linkedPath() });
    if (query.length > LONGEST) query = encodeView(state, more);
  } else {
    // what the address asks of the other tabs has not come yet: it stays as it was written
    const waiting = params.filter(([key]) => isOurs(key) && !CODE_KEYS.includes(key) && !["tab", "hide", "talk", "v"].includes(key));
    query = encodeView(START, { ...more, code: [...waiting, ...told] });
  }
  const kept = new URLSearchParams(params.filter(([key]) => !isOurs(key))).toString();
  const all = [query, kept].filter(Boolean).join("&");
  return `${location.origin}${location.pathname}${all && `?${all}`}`;
}

/** Writes the address, unless a gesture goes on or the view asked for has not come yet. */
export function writeAddress() {
  if ((!settled && layout.tab !== "autoencode") || view.state !== view.committed) return;
  // a page that nobody has touched keeps its plain address
  const state = view.state.model === firstModel(held.infos)?.id ? { ...view.state, model: null } : view.state;
  const link = /[?&]v=1&/.test(linkOf(state, {})) ? currentLink() : linkOf(state, layout);
  if (link === location.href.split("#")[0]) return;
  history.replaceState(history.state, "", `${link}${location.hash}`);
  // a Space stands in a frame: its own page shows the address of the frame when it is told
  if (location.ancestorOrigins?.[0] === HUB) parent.postMessage({ queryString: new URL(link).search.slice(1) }, HUB);
}

/** The models are listed, perhaps the one asked for is here: what could not be checked before. */
function arrive(linked) {
  if (!held.infos.length) return;
  if (!linked) return void settle();
  const { model: id } = linked.state;
  const info = id === undefined ? firstModel(held.infos) : held.infos.find((one) => one.id === id);
  try {
    check(linked, info, id);
  } catch (error) {
    refuse(error);
    settle();
    return view.start({ ...START, model: firstModel(held.infos)?.id ?? null });
  }
  if (view.state.model !== (id ?? info.id) && view.state.model !== null) return void settle();
  if (!held.ready) return undefined;
  settle();
  if (linked.path) restorePath(linked.path);
  if (linked.edits?.length) view.start({ z: edited(held.model.sample(view.state.seed), linked.edits) });
  return undefined;
}

function check({ state, edits, path }, info, id) {
  const refused = (text, values) => { throw new Error(t(text, values)); };
  if (!info) refused("There is no model {model} here.", { model: JSON.stringify(String(id).slice(0, 40)) });
  const { latent_dim: size, num_classes: classes } = info;
  const lengths = [state.z, ...(path?.keys ?? []).map((key) => key.z)].filter(Boolean).map((z) => z.length);
  const wrong = lengths.find((length) => length !== size);
  if (wrong !== undefined) refused("Its z has {count} numbers; {model} takes {size}.", { count: wrong, model: info.title, size });
  if (edits?.some(([index]) => index >= size)) refused("It changes a coordinate that {model} does not have.", { model: info.title });
  if (state.epoch != null && !info.epochs.some((one) => one.step === state.epoch)) refused("{model} has no epoch at step {step}.", { model: info.title, step: state.epoch });
  if (classes && [state.digit, state.other].some((digit) => digit !== undefined && digit >= classes)) refused("{model} knows the digits 0 to {last}.", { model: info.title, last: classes - 1 });
  for (const { weights } of path?.keys ?? []) {
    const fits = weights === undefined || (classes > 0 && (typeof weights === "number" ? weights < classes : weights.length === classes));
    if (!fits) refused("A key point asks for a digit that {model} does not know.", { model: info.title });
  }
}

/** @param {Error} error what is wrong with the link @returns {void} */
export function refuse(error) {
  code = null;
  codeWords = [];
  problem = t("This link could not be read, so here is the page as it opens. {reason}", { reason: error.message });
  for (const listener of [...listeners]) listener();
}

function settle() {
  settled = true;
}

function edited(z, edits) {
  for (const [index, value] of edits) z[index] = value;
  return z;
}

function restorePath({ keys, ...options }) {
  const { model } = held;
  const point = ({ seed, z, weights }) => ({
    title: seed === undefined ? t("from the link") : t("seed {seed}", { seed }), seed, z: z ?? model.sample(seed),
    classWeights: model.numClasses ? classWeightsOf(weights ?? 0, model.numClasses) : null,
  });
  pathOf(model.id).start({ ...options, keys: keys.map(point) });
}

function classWeightsOf(weights, count) {
  return typeof weights === "number" ? Float32Array.from({ length: count }, (_, i) => Number(i === weights)) : weights;
}

/** The path of the model in view, or null while nobody has touched it. */
function linkedPath() {
  const { keys, closed, spherical, steps, framesPerSecond, position } = pathOf(view.state.model);
  const untouched = keys.every((key) => key.automatic) && !closed && spherical && steps === 24 && framesPerSecond === 12 && position === 0;
  if (keys.length < 2 || untouched) return null;
  const pointOf = ({ seed, z, classWeights }) => ({ ...(seed === undefined ? { z } : { seed }), weights: classWeights ? digitOf(classWeights) : undefined });
  return { keys: keys.map(pointOf), closed, spherical, steps, framesPerSecond, position };
}

function digitOf(weights) {
  const digit = weights.indexOf(1);
  return digit >= 0 ? digit : weights;
}
