/** Keeps the address in step with what is on screen, and opens what an address asks for. */

import { messageOf, t } from "../i18n/i18n.js";
import { debounce, together } from "../kit/dom.js";
import { currentTab, onTabChange, openTab, wantedTab } from "../kit/tabs.js";
import { CODE_KEYS, encodeCode } from "../state/codelink.js";
import { held } from "../state/held.js";
import { LESSON_KEYS } from "../state/lessonlink.js";
import { decodeLayout, decodeView, encodeView, isOurs, LONGEST, OPENING } from "../state/link.js";
import { firstModel } from "../state/modellist.js";
import { pathOf } from "../state/paths.js";
import { OPENED, START, view } from "../state/view.js";
import { check, linkOfPath, pathOfLink } from "./linkedpath.js";
import { forOthers } from "./room.js";

const REST_MS = 500;
const HUB = "https://huggingface.co";
/** Parameters that are written anew each time, whatever is still waited for. */
const FRESH = ["tab", "hide", "talk", "v", ...LESSON_KEYS];
/** Tabs that need no model to say what they show. */
const OWN = ["autoencode", "learn"];

/**
 * @typedef {import("../state/link.js").Layout} Layout
 * @typedef {import("../state/link.js").Linked} Linked
 * @typedef {import("../state/codelink.js").LinkedCode} LinkedCode
 */

/** The link of the page. The bar owns it: it starts it, once. */
export class Permalink {
  /** @param {import("../state/view.js").View} view @param {import("../state/held.js").Held} held */
  constructor(view, held) {
    this.view = view;
    this.held = held;
    /** @type {Readonly<Layout>} what an address asks for besides the picture */
    this.layout = Object.freeze({ tab: OPENING, hide: [], talk: false });
    /** What is to be said about the link that the page was opened with, or "". */
    this.problem = "";
    /** @type {Set<() => void>} */
    this.listeners = new Set();
    /** What the address asks of the Autoencode tab, and the same in words until that has taken it. */
    this.code = { wanted: /** @type {LinkedCode|null} */ (null), words: /** @type {[string, string][]} */ ([]) };
    /** @type {(() => import("../state/codelink.js").ShownCode|null)|null} */
    this.showsCode = null;
    this.settled = false; // whether the view that was asked for has come, or cannot
    this.sync = debounce(() => this.write(), REST_MS);
    /** What the address asked for when it was read. @type {Linked|null|undefined} */
    this.linked = undefined;
  }

  /** @param {() => void} listener told when the layout changes, or there is something to say about the link @returns {() => void} stops it */
  subscribe(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Reads the address, once; to be called before the models are listed. @returns {() => void} lets the address be */
  start() {
    if (this.linked === undefined) {
      this.linked = this.read();
      if (this.linked) this.view.start({ ...START, ...this.linked.state });
      openTab(wantedTab() ?? this.layout.tab);
    }
    const { linked } = this;
    let unfollow = () => {};
    /** @type {unknown} */
    let followed = null;
    const followPath = () => {
      const path = pathOf(this.view.state.model);
      if (path === followed) return;
      followed = path;
      unfollow();
      unfollow = path.subscribe(this.sync);
    };
    return together(
      this.held.subscribe(() => this.settled || this.arrive(linked)), this.held.subscribe(followPath), this.view.subscribe(this.sync),
      onTabChange(() => this.arrange({ tab: currentTab() ?? this.layout.tab })), () => unfollow(),
    );
  }

  /** @returns {Linked|null} the view that the address asks for */
  read() {
    const params = new URLSearchParams(location.search);
    this.layout = Object.freeze(decodeLayout(params));
    try {
      const linked = decodeView(location.search);
      this.code = { wanted: linked.code, words: linked.code ? [...params].filter(([key]) => CODE_KEYS.includes(key)) : [] };
      return linked.given ? linked : null;
    } catch (error) {
      this.refuse(error);
      return null;
    }
  }

  /** @param {Partial<Layout>} changes of what is shown around the picture */
  arrange(changes) {
    this.layout = Object.freeze({ ...this.layout, ...changes });
    this.tell();
    this.sync();
  }

  /** What the lesson shows, for the link alone: nobody else draws by it. @param {import("../state/lessonlink.js").Lesson} lesson */
  linkLesson(lesson) {
    this.layout = Object.freeze({ ...this.layout, lesson });
    this.sync();
  }

  tell() {
    for (const listener of [...this.listeners]) listener();
  }

  /**
   * The Autoencode tab has a state of its own, which a link made there holds.
   * @param {(() => import("../state/codelink.js").ShownCode|null)|null} shows what it shows now; null until it shows what was asked, or without it
   * @returns {LinkedCode|null} what the address asks of it
   */
  linkCode(shows) {
    this.showsCode = shows;
    return this.code.wanted;
  }

  /** @param {Partial<Layout>} [changes] @returns {string} the address of what is on screen now */
  current(changes = {}) {
    return this.linkOf(this.view.state, { ...this.layout, ...changes });
  }

  /** @param {Partial<Layout>} [changes] @returns {string} the same at the address where others find this page */
  handed(changes = {}) {
    return forOthers(this.current(changes));
  }

  /** @param {Readonly<import("../state/view.js").ViewState>} state @param {Layout} layout */
  linkOf(state, layout) {
    const params = [...new URLSearchParams(location.search)];
    const shown = layout.tab === "autoencode" ? this.showsCode?.() : null;
    const code = layout.tab !== "autoencode" ? [] : shown ? encodeCode(shown) : this.code.words;
    const kept = new URLSearchParams(params.filter(([key]) => !isOurs(key))).toString();
    const all = [this.queryOf(state, layout, code, params), kept].filter(Boolean).join("&");
    return `${location.origin}${location.pathname}${all && `?${all}`}`;
  }

  /** @param {Readonly<import("../state/view.js").ViewState>} state @param {Layout} layout @param {[string, string][]} code @param {[string, string][]} params */
  queryOf(state, layout, code, params) {
    if (!this.settled) {
      // what the address asks of the other tabs has not come yet: it stays as it was written
      const waiting = params.filter(([key]) => isOurs(key) && !CODE_KEYS.includes(key) && !FRESH.includes(key));
      return encodeView(OPENED, { layout, code: [...waiting, ...code] });
    }
    const [{ model }, path] = [this.held, linkOfPath(pathOf(this.view.state.model), this.held.model?.groups)]; // `state` may leave the model out
    const more = { layout, code, base: this.held.ready && model && state.z ? model.sample(state.seed) : null };
    const query = encodeView(state, { ...more, path });
    return query.length > LONGEST ? encodeView(state, more) : query;
  }

  /** Writes the address, unless a gesture goes on or the view asked for has not come yet. */
  write() {
    const { view, layout } = this;
    if ((!this.settled && !OWN.includes(layout.tab)) || view.state !== view.committed) return;
    // a page that nobody has touched keeps its plain address
    const state = view.state.model === firstModel(this.held.infos)?.id ? { ...view.state, model: null } : view.state;
    const link = /[?&]v=1&/.test(this.linkOf(state, { tab: OPENING, hide: [], talk: false })) ? this.current() : this.linkOf(state, layout);
    if (link === location.href.split("#")[0]) return;
    history.replaceState(history.state, "", `${link}${location.hash}`);
    // a Space stands in a frame: its own page shows the address of the frame when it is told
    if (location.ancestorOrigins?.[0] === HUB) parent.postMessage({ queryString: new URL(link).search.slice(1) }, HUB);
  }

  /** The models are listed, perhaps the one asked for is here: what could not be checked before. @param {Linked|null} linked */
  arrive(linked) {
    const { held, view } = this;
    if (!held.infos.length) return;
    if (!linked) return this.settle();
    const { model: id } = linked.state;
    const info = id === undefined ? firstModel(held.infos) : held.infos.find((one) => one.id === id);
    try {
      check(linked, info, id);
    } catch (error) {
      this.refuse(error);
      this.settle();
      return view.start({ ...OPENED, model: firstModel(held.infos)?.id ?? null });
    }
    if (view.state.model !== (id ?? info?.id) && view.state.model !== null) return this.settle();
    const { model } = held;
    if (!held.ready || !model) return undefined;
    this.settle();
    if (linked.path) pathOf(model.id).start(pathOfLink(linked.path, { numClasses: model.numClasses, groups: model.groups, sample: (seed) => model.sample(seed) }));
    if (linked.edits?.length) view.start({ z: edited(model.sample(view.state.seed), linked.edits) });
    return undefined;
  }

  settle() {
    this.settled = true;
  }

  /** @param {unknown} error what is wrong with the link */
  refuse(error) {
    this.code = { wanted: null, words: [] };
    this.problem = t("This link could not be read, so here is the page as it opens. {reason}", { reason: messageOf(error) });
    this.tell();
  }
}

/** @param {Float32Array} z @param {[number, number][]} edits */
function edited(z, edits) {
  for (const [index, value] of edits) z[index] = value;
  return z;
}

/** The one of this page. */
export const permalink = new Permalink(view, held);
