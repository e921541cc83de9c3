/** The Explore tab: one digit in hand and everything that bends it. */

import { keepsRuns } from "../engine/sources.js";
import { t } from "../i18n/i18n.js";
import { isStatic } from "../kit/build.js";
import { h, notes, together, useStyle } from "../kit/dom.js";
import { moveTo } from "../kit/move.js";
import { section } from "../kit/section.js";
import * as chooser from "../parts/chooser.js";
import * as digit from "../parts/digit.js";
import * as equalizer from "../parts/equalizer.js";
import { viewGrip } from "../parts/grip.js";
import * as share from "../share/share.js";
import { held } from "../state/held.js";
import { onModelsChanged } from "../state/models.js";
import { Store } from "../state/store.js";
import { view } from "../state/view.js";
import * as compare from "./compare.js";
import * as digits from "./digits.js";
import * as directions from "./directions.js";
import * as epochs from "./epochs.js";
import * as grid from "./grid.js";
import * as pad from "./pad.js";
import * as scorecard from "./scorecard.js";
import * as seed from "./seed.js";

/** @typedef {{root: HTMLElement, listed: Promise<void>, destroy: () => void}} Tab `listed`: when the models are */

/** @type {Promise<Tab>|null} there is one of it, which moves when it is mounted again */
let tab = null;

/** @type {import("../kit/host.js").Mount} resolves when the models are listed */
export async function mount(element) {
  tab ??= draw();
  tab.catch(() => (tab = null));
  const { root, listed, destroy } = await tab;
  await moveTo(root, element);
  await listed;
  return {
    destroy() {
      if (!element.contains(root)) return; // it has moved: another one's now
      tab = null;
      destroy();
    },
  };
}

/** @returns {Promise<Tab>} */
async function draw() {
  await useStyle();
  const note = notes();
  /** @param {string} name @param {string} label */
  const part = (name, label) => h("section", { class: `gan-part gan-at-${name}`, "aria-label": label });
  const parts = {
    chooser: part("chooser", t("Model")), digit: part("digit", t("Digit in hand")), seed: part("seed", t("Seed and spread")), digits: part("digits", t("Digits")),
    directions: part("directions", t("Leading directions")), equalizer: part("equalizer", t("Latent vector")), grid: part("grid", t("Samples")),
    pad: part("pad", t("Pad")), find: part("find", t("Paint and find")), wish: part("wish", t("What D tells G")), compare: part("compare", t("Side by side")),
  };
  const hand = h("div", { class: "gan-column" }, parts.digit, parts.seed);
  const instruments = h("div", { class: "gan-column" }, parts.digits, parts.directions, parts.grid, parts.pad, parts.equalizer, parts.find, parts.wish, parts.compare);
  const bar = share.bar();
  const root = h("div", { class: "gan-root" }, bar.element, h("div", { class: "gan-explore-page" }, parts.chooser, hand, instruments));
  const components = [
    digit.mount(parts.digit, view, held, { grip: viewGrip(view, held) }), seed.mount(parts.seed, view, held, note.say), epochs.mount(parts.seed, view, held),
  ];
  parts.seed.append(note.element);
  const { listed, ...choice } = chooser.mount(parts.chooser, view, held);
  components.push(
    scorecard.mount(parts.seed, held), digits.mount(parts.digits, view, held, note.say), directions.mount(parts.directions, view, held, note.say),
    equalizer.mount(parts.equalizer, held, note.say), grid.mount(parts.grid, view, held, note.say), pad.mount(parts.pad, view, held, note.say),
    compare.mount(parts.compare, view, held, note.say), choice,
  );
  /** A picture of one's own. @type {Store<{pixels: Float32Array|null}>} */
  const drawing = new Store(/** @type {{pixels: Float32Array|null}} */ ({ pixels: null }));
  components.push(
    whenOpened(parts.find, t("Paint and find"), t("a drawing or a photo, and its nearest neighbour"), (body) => import("./find.js").then(({ mount }) => mount(body, view, held, drawing))),
    whenOpened(parts.wish, t("What D tells G"), t("brighter here, darker there"), (body) => import("./wish.js").then(({ mount }) => mount(body, view, held, drawing))),
  );
  const destroy = together(() => components.forEach((component) => component.destroy()), bar.destroy, () => root.remove());
  if (keepsRuns()) import("../device/source.js").then(({ attend }) => attend()).catch(reportError);
  components.push(followRuns(parts.chooser));
  return { root, listed, destroy };
}

/**
 * The first picture does not wait for it, and without a server there is nothing to follow until this device keeps trainings.
 * @param {HTMLElement} element @returns {import("../kit/dom.js").Component}
 */
function followRuns(element) {
  const ends = together(() => stop());
  let end = ends;
  let [begun, ended] = [false, false];
  const begin = () => {
    if (begun || (isStatic && !keepsRuns())) return;
    begun = true;
    import("../parts/following.js").then(({ mount }) => {
      if (!ended) end = together(ends, mount(element, held).destroy);
    }, reportError);
  };
  const stop = onModelsChanged(begin);
  begin();
  return { update: () => {}, destroy: () => ((ended = true), end()) };
}

/**
 * A part that is folded, and made when it is opened first.
 * @param {HTMLElement} element
 * @param {string} title
 * @param {string} fact
 * @param {(body: HTMLElement) => Promise<Component>} make
 * @returns {Component}
 */
function whenOpened(element, title, fact, make) {
  const body = h("div", {});
  const fold = section(title, { fact }, body);
  /** @type {Promise<Component|void>|null} */
  let made = null;
  fold.addEventListener("toggle", () => {
    if (fold.open) made ??= make(body).catch(reportError);
  });
  element.append(fold);
  return { update() {}, destroy: () => void made?.then((component) => component?.destroy()) };
}

/** @typedef {import("../kit/dom.js").Component} Component */
