/** The Explore tab: one digit in hand and everything that bends it. */

import { keepsRuns } from "../engine/sources.js";
import { t } from "../i18n/i18n.js";
import { comesAlong } from "../kit/away.js";
import { isStatic } from "../kit/build.js";
import { h, notes, together, useStyle } from "../kit/dom.js";
import { moveTo } from "../kit/move.js";
import { isMnist, isSignal } from "../kit/sample.js";
import { section } from "../kit/section.js";
import * as chooser from "../parts/chooser.js";
import * as digit from "../parts/digit.js";
import * as equalizer from "../parts/equalizer.js";
import { viewGrip } from "../parts/grip.js";
import { columnHead, discriminatorHead, generatorHead, STAGE } from "../parts/heads.js";
import { permalink } from "../share/permalink.js";
import * as share from "../share/share.js";
import { held } from "../state/held.js";
import { drawsDigits, onModelsChanged } from "../state/modellist.js";
import { Store } from "../state/store.js";
import { view } from "../state/view.js";
import { breathe } from "./alive.js";
import * as compare from "./compare.js";
import * as digits from "./digits.js";
import * as directions from "./directions.js";
import { dock } from "./dock.js";
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
  await Promise.all([useStyle(), useStyle(STAGE)]);
  const note = notes();
  /** @param {string} name @param {string} label */
  const part = (name, label) => h("section", { class: `gan-part gan-at-${name}`, "aria-label": label });
  const parts = {
    chooser: part("chooser", t("Model")), digit: part("digit", t("Digit in hand")), opinion: part("opinion", t("Opinions")), seed: part("seed", t("Seed and spread")),
    digits: part("digits", t("Digits")), directions: part("directions", t("Leading directions")), equalizer: part("equalizer", t("Latent vector")),
    epochs: part("epochs", t("Training so far")), grid: part("grid", t("Samples")), pad: part("pad", t("Pad")), find: part("find", t("Paint and find")),
    wish: part("wish", t("What D tells G")), compare: part("compare", t("Side by side")), score: part("score", t("Score card")),
  };
  const toWish = h("button", { type: "button", class: "gan-button gan-to-wish", onClick: () => openFold(parts.wish) }, t("What D tells G"));
  const heads = {
    z: columnHead({
      letter: "z", name: t("goes in"), onOpen: (open) => parts.equalizer.classList.toggle("gan-whole", open),
      words: t("z, the latent vector, is nothing but random numbers, one bar each. Every z is another picture, and near ones are alike. A seed gives the same z everywhere."),
    }),
    G: generatorHead(parts.chooser), D: discriminatorHead(),
  };
  const controls = dock([
    { name: "dice", icon: "dice", label: t("Dice"), parts: [parts.seed] }, { name: "digits", icon: "digits", label: t("Digits"), parts: [parts.digits] },
    { name: "directions", icon: "directions", label: t("Directions"), parts: [parts.directions] }, { name: "z", icon: "z", label: t("z"), parts: [parts.equalizer] },
    { name: "training", icon: "training", label: t("Training"), title: t("Training so far"), parts: [parts.epochs] },
  ]);
  /** @param {string} name @param {...import("../kit/dom.js").Child} children */
  const column = (name, ...children) => h("div", { class: `gan-column gan-of-${name}` }, ...children);
  const stage = h("div", { class: "gan-stage" },
    column("z", heads.z.element, heads.z.explained, parts.seed, parts.equalizer, parts.directions),
    column("picture", heads.G.element, heads.G.explained, parts.digit, parts.digits),
    column("d", heads.D.element, heads.D.explained, parts.opinion, parts.epochs));
  const rest = h("div", { class: "gan-rest" }, parts.grid, parts.pad, parts.find, parts.wish, parts.compare, parts.score);
  const root = h("div", { class: "gan-root" }, h("div", { class: "gan-explore-page" }, stage, rest, controls.element));
  const unshare = share.start();
  const large = digit.mount(parts.digit, view, held, { grip: viewGrip(view, held), opinion: parts.opinion, pace: heads.G.live });
  parts.opinion.firstElementChild?.after(toWish);
  const components = [large, seed.mount(parts.seed, view, held, note.say), epochs.mount(parts.epochs, view, held)];
  parts.seed.append(note.element);
  /** @param {boolean} there @param {boolean} named */
  const offerClasses = (there, named) => {
    const name = named ? t("Classes") : t("Digits");
    controls.offer("digits", there, name);
    parts.digits.setAttribute("aria-label", name);
  };
  const { listed, ...choice } = chooser.mount(parts.chooser, view, held);
  components.push(
    choice, digits.mount(parts.digits, view, held, note.say, offerClasses), directions.mount(parts.directions, view, held, note.say),
    equalizer.mount(parts.equalizer, held, note.say),
    inTurn([
      () => grid.mount(parts.grid, view, held, note.say), () => pad.mount(parts.pad, view, held, note.say),
      () => compare.mount(parts.compare, view, held, note.say), () => scorecard.mount(parts.score, held),
    ]),
  );
  /** A picture of one's own. @type {Store<{pixels: Float32Array|null}>} */
  const drawing = new Store(/** @type {{pixels: Float32Array|null}} */ ({ pixels: null }));
  components.push(
    whenOpened(parts.find, t("Paint and find"), t("a drawing or a photo, and its nearest neighbour"), (body) => import("./find.js").then(({ mount }) => mount(body, view, held, drawing))),
    whenOpened(parts.wish, t("What D tells G"), t("brighter here, darker there"), (body) => import("./wish.js").then(({ mount }) => mount(body, view, held, drawing))),
  );
  const tellZ = () => heads.z.show(view.state.z ? t("seed {seed}, changed", { seed: view.state.seed }) : t("seed {seed}", { seed: view.state.seed }));
  tellZ();
  const offerWish = () => {
    toWish.hidden = held.model !== null && !isMnist(held.model.shape); // what follows it is of digits
    const signal = held.model !== null && isSignal(held.model.shape);
    parts.find.hidden = parts.wish.hidden = signal; // nobody paints a signal
    parts.digit.setAttribute("aria-label", signal ? t("Signal in hand") : held.model && !drawsDigits(held.model.info) ? t("Picture in hand") : t("Digit in hand"));
  };
  const ends = [
    view.subscribe(tellZ), held.subscribe(offerWish), comesAlong(large.figure, large.frame), breathe(large.canvas, view, held, { wanted: !permalink.linked }), unshare,
    () => components.forEach((component) => component.destroy()), () => root.remove(),
  ];
  if (keepsRuns()) import("../device/source.js").then(({ attend }) => attend()).catch(reportError);
  components.push(followRuns(parts.chooser));
  return { root, listed, destroy: together(...ends) };
}

/** @param {HTMLElement} part a folded one */
function openFold(part) {
  const fold = part.querySelector("details");
  if (fold) fold.open = true;
  part.scrollIntoView({ block: "start", behavior: "smooth" });
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
 * What lies below the first screen is made one part after the other, each in a task of its own: neither the first picture nor a hand waits for all.
 * @param {(() => Component)[]} makes @returns {Component}
 */
function inTurn(makes) {
  /** @type {Component[]} */
  const made = [];
  let timer = 0;
  const next = () => {
    const make = makes.shift();
    if (!make) return;
    timer = setTimeout(next);
    made.push(make());
  };
  timer = setTimeout(next);
  return {
    update: () => made.forEach((component) => component.update()),
    destroy() {
      clearTimeout(timer);
      for (const component of made) component.destroy();
    },
  };
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
