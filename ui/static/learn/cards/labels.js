/** Labels: where the digit goes in a conditional GAN, an ACGAN and a semi-supervised GAN; a live CGAN, and how few labels are enough. */

import { t } from "../../i18n/i18n.js";
import { h, onFrame, paint, penOf, rovingFocus, setText, useStyle } from "../../kit/dom.js";
import { weightsOfLabel } from "../../state/classes.js";
import { randomSeed } from "../../state/latent.js";
import { count } from "../../runs/runwords.js";
import { drawsDigits, listModels } from "../../state/modellist.js";
import { openModel } from "../../state/models.js";
import { button } from "../card.js";
import { MEASURED } from "../labels/measured.js";
import { shownOf } from "../labels/rows.js";
import { paragraphs } from "../terms.js";

const STYLES = 4;
const DIGITS = 10;
const SIDE = 28;
const GAP = 2;
/** Three ways to use labels: a line each, as what flows into what; `@` is where the digit goes in, `!` what comes out. */
const WAYS = {
  cgan: { name: "CGAN", flow: ["z", `@${t("digit")}`, t("generator"), t("fake"), `@${t("digit")}`, t("discriminator"), `!${t("real, and this digit?")}`],
    words: t("The digit is told to both networks. The discriminator asks whether a picture is real and is that digit. Mirza and Osindero, 2014.") },
  acgan: { name: "ACGAN", flow: ["z", `@${t("digit")}`, t("generator"), t("fake"), t("discriminator"), `!${t("real?")}`, `!${t("which digit?")}`],
    words: t("The discriminator is not told the digit but names it, and the generator is paid when the digit it was asked for is named. Odena and others, 2017.") },
  sgan: { name: "SGAN", flow: ["z", t("generator"), t("fake"), t("discriminator"), `!${t("0, 1, ... 9 or fake")}`],
    words: t("The discriminator has eleven classes, ten digits and fake. Only a few real pictures have a label; all others teach it what is real. Odena, 2016.") },
};

/** @type {import("../card.js").Card} */
export const card = {
  id: "labels",
  title: t("Labels"),
  text: () => paragraphs(
    t("A GAN draws what it likes. Give the digit to both networks, and you can ask for one: a conditional GAN. The same {latent} then keeps its style across all ten digits."),
    t("Labels help the other way round, too: a {discriminator} that must tell real from {fake} learns what digits look like, and needs few labels to name them."),
  ),
  question: {
    ask: t("The same latent vector is drawn as a 3 and as a 7. What will the two have in common?"),
    choices: [t("Nothing: another label is another picture"), t("The handwriting: slant and width of the strokes"), t("The place of the ink, whatever the digit")],
    right: 1,
    because: t("The label says which digit, so z is free for all the rest, and the rest is handwriting: a slanted 3 comes with a slanted 7."),
  },
  task: t("Ask for a digit: press one."),
  done: t("One latent vector, ten digits: the label says what, z says how."),
  settings: { way: { label: t("How labels are used"), value: "cgan", choices: Object.fromEntries(Object.entries(WAYS).map(([name, way]) => [name, way.name])) } },
  walk: ["ArrowRight"],
  mount,
};

/** @param {HTMLElement} stage @param {import("../card.js").Context} context @returns {Promise<import("../../kit/dom.js").Component>} */
async function mount(stage, context) {
  await useStyle(new URL("../labels/labels.css", import.meta.url));
  const { memory } = context;
  memory.seed ??= 3;
  memory.digit ??= -1;
  const flow = h("ol", { class: "labels-flow", "aria-label": t("What flows into what") });
  const words = h("p", { class: "labels-words" });
  stage.append(context.control("way"), h("div", { class: "labels-way" }, flow, words));

  const table = tableOf();
  const live = h("section", { class: "labels-live", "aria-label": t("Live conditional GAN") });
  stage.append(live, table);
  const tell = () => {
    const { flow: parts, words: said } = WAYS[/** @type {keyof typeof WAYS} */ (context.choice("way"))];
    flow.replaceChildren(...parts.map((part) => h("li", { "data-kind": part[0] === "@" ? "digit" : part[0] === "!" ? "out" : "" }, part.replace(/^[@!]/, ""))));
    setText(words, said);
  };
  context.onSet(tell);
  tell();

  const { models } = await listModels();
  const info = models.find((one) => one.num_classes >= DIGITS && drawsDigits(one) && one.kind === "checkpoint");
  if (!info) {
    live.append(h("p", {}, t("There is no conditional model here; train one in Train, and it draws here.")));
    return { update: () => {}, destroy: () => {} };
  }
  const model = await openModel(info).load();
  let ended = false;
  const sheet = h("canvas", { class: "labels-sheet", width: DIGITS * (SIDE + GAP) - GAP, height: STYLES * (SIDE + GAP) - GAP, role: "img",
    "aria-label": t("Each row is one latent vector, drawn as the ten digits") });
  const pen = penOf(sheet);
  const keys = Array.from({ length: DIGITS }, (_, digit) => button(String(digit), () => askFor(digit), { role: "radio", "aria-checked": "false", "data-learn-act": true }));
  const group = h("div", { class: "labels-keys", role: "radiogroup", "aria-label": t("Digit to ask for") }, keys);
  rovingFocus(group, keys, { onMove: (digit) => askFor(digit) });
  const asked = h("canvas", { class: "labels-asked", width: STYLES * (SIDE + GAP) - GAP, height: SIDE, role: "img", hidden: true });
  const askedPen = penOf(asked);
  const fact = h("p", { class: "labels-words", role: "status" });
  live.append(
    h("div", { class: "learn-tools" }, h("strong", {}, model.title), button(t("Another z"), () => ((memory.seed = randomSeed()), draw()), { class: "learn-play" })),
    h("div", { class: "labels-board" }, group, sheet), h("div", { class: "labels-answer" }, asked, fact));
  /** @param {number} digit */
  const askFor = (digit) => {
    if (!context.answered) return;
    memory.digit = digit;
    context.done();
    draw();
  };
  const draw = onFrame(() => {
    if (ended || model.remote || !context.answered) return;
    const seeds = Array.from({ length: STYLES }, (_, row) => memory.seed + row);
    seeds.forEach((seed, row) => {
      const z = model.sample(seed >>> 0);
      for (let digit = 0; digit < DIGITS; digit += 1) paint(pen, model.generate(z, weightsOfLabel(digit, model)), digit * (SIDE + GAP), row * (SIDE + GAP));
      if (memory.digit >= 0) paint(askedPen, model.generate(z, weightsOfLabel(memory.digit, model)), row * (SIDE + GAP), 0);
    });
    keys.forEach((key, digit) => key.setAttribute("aria-checked", String(digit === memory.digit)));
    asked.hidden = memory.digit < 0;
    if (memory.digit < 0) return setText(fact, t("Each row is one z, each column a digit."));
    asked.setAttribute("aria-label", t("{digit}, from {count} latent vectors", { digit: memory.digit, count: STYLES }));
    setText(fact, t("You asked for {digit}: the label is the same, z is not.", { digit: memory.digit }));
  });
  context.onAnswer(draw);
  return { update: draw, destroy: () => void (ended = true) };
}

/** What was measured, a row a number of labels. */
function tableOf() {
  const [first] = MEASURED;
  /** @param {number} share @param {string} who */
  const bar = (share, who) => h("td", {}, h("span", { class: `labels-bar labels-${who}`, style: { width: `${100 * share}%` } }), h("b", {}, `${(100 * share).toFixed(1)}\u00a0%`));
  return h("section", { class: "labels-table", "aria-label": t("How few labels are enough") },
    h("table", {},
      h("caption", {}, t("Share of MNIST's 10,000 test pictures that are named rightly, mean of {seeds} runs of {steps} steps", { seeds: first.sgan.length, steps: count(first.steps) })),
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("Labels")), h("th", { scope: "col" }, t("Classifier, these labels alone")), h("th", { scope: "col" }, t("SGAN, the other pictures too")))),
      h("tbody", {}, shownOf(MEASURED).map(({ labels, sgan, classifier }) => h("tr", {}, h("th", { scope: "row" }, count(labels)), bar(classifier, "classifier"), bar(sgan, "sgan"))))));
}

/** @param {number} digit @param {number} classes */
