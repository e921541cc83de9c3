/** Card 5, what each sees: the batch that D judges right now, the gradient that is all G ever gets, and the step taken, in slow motion. */

import { messageOf, t } from "../../i18n/i18n.js";
import { h, paint, penOf, setText, useStyle } from "../../kit/dom.js";
import { paintWish, wishLegend } from "../../parts/wishpaint.js";
import { button, playButton } from "../card.js";
import { paragraphs } from "../terms.js";
import { openSlow } from "../sees/open.js";

const SHOWN = 6;
/** Small, so that a step is a matter of milliseconds on any machine. */
const BATCH = 16;
const SEED = 5;
/** How long a phase stands in slow motion. */
const PHASE_MS = 2200;
const PHASES = /** @type {const} */ (["deal", "d", "wish", "g"]);

/** @typedef {(typeof PHASES)[number]} Phase */
/** @typedef {import("../sees/slow.js").Seen} Seen */

/** @type {import("../card.js").Card} */
export const card = {
  id: "sees",
  title: t("What each sees"),
  text: () => paragraphs(
    t("This is a real training, held still. D judges a batch: real pictures and fakes, and says of each how real it looks."),
    t("G never sees a real picture. All it gets is D's {gradient} at its own fakes: brighter here, darker there."),
  ),
  question: {
    ask: t("G takes one small step along that gradient. What does D say of the very same fakes then?"),
    choices: [t("They look realer than before"), t("They look less real"), t("The same: a step is too small to matter")],
    right: 0,
    because: t("The step follows D's own wishes, so D, held fixed, is fooled a little more. D's next turn takes some of that back."),
  },
  task: t("Choose a fake and go through one step, phase by phase."),
  done: t("Two turns, and each network looks only at what the other one has just done."),
  walk: ["NumpadEnter"],
  async mount(stage, context) {
    await useStyle(new URL("../sees/sees.css", import.meta.url));
    const phase = h("p", { class: "sees-phase", role: "status", "aria-live": "polite" }, t("Fetching the pictures and what trains ..."));
    stage.append(phase);
    let slow;
    try {
      slow = await openSlow({ batch: BATCH, seed: SEED });
    } catch (error) {
      setText(phase, messageOf(error));
      return { update() {}, destroy: () => stage.replaceChildren() };
    }
    return slowMotion(stage, phase, slow, context);
  },
};

/**
 * @param {HTMLElement} stage @param {HTMLElement} words @param {import("../sees/slow.js").SlowTraining} slow @param {import("../card.js").Context} context
 * @returns {import("../../kit/dom.js").Component}
 */
function slowMotion(stage, words, slow, context) {
  const [reals, fakes] = [row(t("Real"), "sees-real"), row(t("Fakes"), "sees-fake", (i) => choose(i))];
  const panes = [pane(t("the fake")), pane(t("D's gradient")), pane(t("after G's step"))];
  const step = h("span", { class: "gan-fact" });
  const next = button(t("Next phase"), () => void advance(), { "data-learn-act": true });
  let [at, chosen, playing, waiting, since, ended] = [/** @type {Phase} */ ("deal"), 0, /** @type {"slow"|"fast"|null} */ (null), 0, 0, false];
  const slowly = playButton(() => playing === "slow", (on) => play(on ? "slow" : null), { play: t("Slow motion"), pause: t("Hold still") });
  const fast = playButton(() => playing === "fast", (on) => play(on ? "fast" : null), { play: t("Train on"), pause: t("Hold still") });
  stage.append(h("div", { class: "sees" }, h("div", { class: "learn-tools" }, next, slowly.element, fast.element, step), words,
    h("div", { class: "sees-below" }, h("div", { class: "sees-rows" }, reals.element, fakes.element),
      h("div", {}, h("div", { class: "sees-panes" }, panes.map(({ element }) => element)), wishLegend()))));
  /** @type {Seen} */
  let now = { pictures: [], opinions: [] };
  /** @type {{before: Seen, wishes: Float32Array[], after: Seen|null}|null} of G's turn */
  let turn = null;

  /** @param {Phase} phase */
  const act = async (phase) => {
    if (phase === "deal") {
      if (at === "g") await slow.finish();
      turn = null;
      now = slow.fakes("d", SHOWN);
      reals.show(slow.reals(SHOWN));
      fakes.show(now);
      setText(words, t("Step {step}. G draws fakes from fresh latent vectors; beside them a batch of real pictures. Under each: how real D says it is.", { step: slow.step }));
    } else if (phase === "d") {
      await slow.turnOfD();
      reals.show(slow.reals(SHOWN));
      fakes.show(slow.fakes("d", SHOWN));
      const { d_real_before: real, d_real_after: realAfter, d_fake_before: fake, d_fake_after: fakeAfter } = slow.numbers.d;
      setText(words, t("D's turn, G held fixed: push D(x) up and D(G(z)) down. Mean D(x) {real} → {realAfter}, mean D(G(z)) {fake} → {fakeAfter}.", { real: two(real), realAfter: two(realAfter), fake: two(fake), fakeAfter: two(fakeAfter) }));
    } else if (phase === "wish") {
      const before = slow.fakes("g", SHOWN);
      turn = { before, wishes: before.pictures.map((picture) => slow.wish(picture)), after: null };
      fakes.show(before);
      setText(words, t("G's turn, D held fixed: new fakes from fresh z, and D's gradient at each pixel of each. That is all G gets to know."));
    } else if (turn) {
      await slow.turnOfG();
      turn.after = slow.fakes("g", SHOWN);
      fakes.show(turn.after);
      const { d_fake_before: before, d_fake_after: after } = slow.numbers.g;
      setText(words, t("G took one step along it. The same z again: mean D(G(z)) {before} → {after}. Then D answers.", { before: two(before), after: two(after) }));
    }
    at = phase;
    showChosen();
    setText(step, t("step {step}", { step: slow.step }));
  };
  const advance = () => inTurn(async () => {
    const following = PHASES[(PHASES.indexOf(at) + 1) % PHASES.length];
    // what D says after G's step is what is asked
    if (following === "g" && !context.answered) {
      play(null);
      return context.say(t("First say what you expect."));
    }
    await act(following);
    if (following === "g") context.done();
    return undefined;
  });
  let last = Promise.resolve();
  /** One thing after the other. @param {() => Promise<void>} work */
  const inTurn = (work) => {
    waiting += 1;
    last = last.then(() => (ended ? undefined : work())).catch((error) => void (ended || setText(words, messageOf(error)))).then(() => void (waiting -= 1));
    return last;
  };
  /** @param {number} place */
  const choose = (place) => {
    chosen = place;
    showChosen();
  };
  const showChosen = () => {
    fakes.press(chosen);
    const seen = turn ? turn.before : now;
    panes[0].show(seen.pictures[chosen], t("the fake: D says {percent} % real", { percent: percent(seen.opinions[chosen]) }));
    panes[1].wish(turn ? [seen.pictures[chosen], turn.wishes[chosen]] : null);
    panes[2].show(turn?.after?.pictures[chosen] ?? null, turn?.after ? t("after G's step: {percent} % real", { percent: percent(turn.after.opinions[chosen]) }) : t("after G's step"));
  };
  /** @param {"slow"|"fast"|null} how */
  const play = (how) => {
    playing = how;
    since = PHASE_MS;
    slowly.update();
    fast.update();
  };
  context.frames((ms) => {
    if (!playing || waiting) return;
    if (playing === "slow") {
      since += ms;
      if (since < PHASE_MS) return;
      since = 0;
      void advance();
      return;
    }
    void inTurn(async () => {
      if (at !== "deal") await act("deal");
      await slow.run(1);
      await act("deal");
    });
  });
  void inTurn(() => act("deal"));
  return { update() {}, destroy: () => ((ended = true), stage.replaceChildren()) };
}

/**
 * @param {string} name @param {string} kind @param {(place: number) => void} [onPick]
 * @returns {{element: HTMLElement, show: (seen: Seen) => void, press: (place: number) => void}}
 */
function row(name, kind, onPick) {
  const cells = Array.from({ length: SHOWN }, (_, i) => {
    const canvas = h("canvas", { width: 28, height: 28, "aria-hidden": "true" });
    const fill = h("span", { class: "sees-fill" });
    const said = h("span", { class: "sees-said" });
    const inside = [canvas, h("span", { class: "sees-bar", "aria-hidden": "true" }, fill), said];
    const element = onPick ? h("button", { type: "button", class: "sees-cell", "aria-pressed": "false", onClick: () => onPick(i) }, inside) : h("div", { class: "sees-cell" }, inside);
    return { element, pen: penOf(canvas), fill, said };
  });
  return {
    element: h("div", { class: `sees-row ${kind}`, role: "group", "aria-label": name }, h("span", { "aria-hidden": "true" }, name), cells.map(({ element }) => element)),
    show: ({ pictures, opinions }) => cells.forEach(({ element, pen, fill, said }, i) => {
      paint(pen, pictures[i]);
      fill.style.transform = `scaleX(${opinions[i]})`;
      setText(said, `${percent(opinions[i])} %`);
      element.setAttribute("aria-label", t("{name} {number}: D says {percent} % real", { name, number: i + 1, percent: percent(opinions[i]) }));
    }),
    press: (place) => cells.forEach(({ element }, i) => element.setAttribute("aria-pressed", String(i === place))),
  };
}

/** @param {string} name */
function pane(name) {
  const canvas = h("canvas", { width: 28, height: 28, role: "img", "aria-label": name });
  const words = h("figcaption", {}, name);
  const pen = penOf(canvas);
  const blank = new Float32Array(784);
  return {
    element: h("figure", {}, canvas, words),
    /** @param {Float32Array|null} picture @param {string} said */
    show(picture, said) {
      paint(pen, picture ?? blank);
      setText(words, said);
    },
    /** @param {[Float32Array, Float32Array]|null} wish */
    wish(wish) {
      if (wish) paintWish(canvas, ...wish);
      else paint(pen, blank);
    },
  };
}

/** @param {number} share */
const percent = (share) => Math.round(100 * share);
/** @param {number|undefined} value */
const two = (value) => (value ?? NaN).toFixed(2);
