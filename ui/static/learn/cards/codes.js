/** Autoencoders: compression into codes of four sizes, denoising, layer by layer, and beside a GAN on one z. */

import { messageOf, t } from "../../i18n/i18n.js";
import { h, onFrame, paint, penOf, setText, useStyle } from "../../kit/dom.js";
import { count } from "../../runs/runwords.js";
import { weightsOfLabel } from "../../state/classes.js";
import { normal, randomSeed } from "../../state/latent.js";
import { drawsDigits, listModels } from "../../state/modellist.js";
import { openModel } from "../../state/models.js";
import { button } from "../card.js";
import { MEASURED } from "../codes/measured.js";
import { damaged, errorOf, greyOf, pairOf, stages, through } from "../codes/nets.js";
import { paragraphs } from "../terms.js";

/** @typedef {import("../../state/models.js").Model} Model */
/** @typedef {{element: HTMLElement, draw: () => void}} Part */

const PIXELS = 784;
/** Pictures of the last part, each from a z of its own. */
const MANY = 8;
/** Of the reconstructions: as many are still read rightly where a code is called enough. */
const ENOUGH = 0.9;
const { codes } = MEASURED;
/** What there are networks for. @type {Record<string, string>} */
const PARTS = {
  compression: t("Compression"),
  ...(MEASURED.denoising ? { denoising: t("Denoising") } : {}),
  ...(MEASURED.stacked ? { stacked: t("Layer by layer") } : {}),
  versus: t("One z"),
};

/** @type {import("../card.js").Card} */
export const card = {
  id: "codes",
  title: t("Autoencoders"),
  text: () => paragraphs(
    t("An autoencoder squeezes a picture into a short code and draws it again from that. Nobody judges it but the error of the pixels."),
    t("A short code keeps what most pictures share and loses the rest: that is compression, and it takes out noise as well."),
  ),
  question: {
    ask: t("A picture has 784 numbers. How few are enough, so that nine of ten digits can still be read?"),
    choices: codes.map(({ size }) => t("{count} numbers", { count: size })),
    right: Math.max(0, codes.findIndex(({ code }) => code.read >= ENOUGH)),
    because: t("Measured on {tested} test pictures, read by this project's classifier: {list}.",
      { tested: count(MEASURED.tested), list: codes.map(({ size, code }) => t("{size} numbers: {share}", { size, share: share(code.read) })).join(", ") }),
  },
  task: t("Look at every part: press each of them once."),
  done: t("What is drawn by the least error of the pixels is a mean of all that fits, and a mean is blurred. A GAN's judge does not let that pass."),
  settings: {
    part: { label: t("Show"), value: "compression", choices: PARTS },
    noise: { label: t("Noise, sigma"), value: 0.4, min: 0, max: 1, step: 0.05, decimals: 2 },
    half: { label: t("Blank half"), value: "none", choices: { none: t("none"), left: t("left"), right: t("right"), top: t("top"), bottom: t("bottom") } },
  },
  walk: ["ArrowRight"],
  mount,
};

/** @param {number} value */
function share(value) {
  return `${Math.round(100 * value)}\u00a0%`;
}

/** @param {HTMLElement} stage @param {import("../card.js").Context} context @returns {Promise<import("../../kit/dom.js").Component>} */
async function mount(stage, context) {
  await useStyle(new URL("../codes/codes.css", import.meta.url));
  const { memory } = context;
  memory.seed ??= 11;
  memory.visited ??= [];
  let ended = false;
  const { models } = await listModels();
  /** @param {(info: import("../../state/modellist.js").ModelInfo) => unknown} fits @returns {Promise<Model|null>} */
  const opened = async (fits) => {
    const info = models.find((one) => one.kind === "checkpoint" && one.latent_dim > 0 && drawsDigits(one) && fits(one));
    return info ? openModel(info).load() : null;
  };
  const [giver, gan, plain] = await Promise.all([opened(({ num_classes: classes }) => classes >= 10), opened(({ opening }) => opening), opened(({ files }) => files.encoder)]);
  const source = giver ?? gan ?? plain;
  if (!source || source.remote) throw new Error(t("This card needs a model that draws in this browser, and there is none."));
  /** The digit in hand: what the conditional GAN draws, like the pictures that these networks have learned from. */
  const picture = () => {
    return source.generate(source.sample(memory.seed), source.numClasses ? weightsOfLabel(memory.seed, source) : null);
  };

  const tools = h("div", { class: "learn-tools" }, context.control("part"), button(t("Another picture"), () => ((memory.seed = randomSeed()), draw()), { class: "learn-play" }));
  const place = h("div", { class: "codes-part" });
  stage.append(tools, place);
  for (const one of tools.querySelectorAll("[role=radio]")) one.setAttribute("data-learn-act", "");

  /** @type {Record<string, () => Promise<Part>>} */
  const MAKE = {
    compression: () => compression(picture, context),
    denoising: () => denoising(picture, plain, context),
    stacked: () => stacked(picture),
    versus: () => versus(gan, plain, memory),
  };
  /** @type {Map<string, Promise<Part>>} made when first asked for */
  const parts = new Map();
  /** @type {Part|null} */
  let shown = null;
  const draw = onFrame(() => !ended && shown?.draw());
  const show = async () => {
    const name = context.choice("part");
    const made = parts.get(name) ?? MAKE[name]();
    parts.set(name, made);
    try {
      const part = await made;
      if (!memory.visited.includes(name)) memory.visited.push(name); // though another is shown by now: arrows are quick
      if (!ended && memory.visited.length === Object.keys(PARTS).length) context.done();
      if (ended || context.choice("part") !== name) return;
      shown = part;
      place.replaceChildren(part.element);
      draw();
    } catch (error) {
      parts.delete(name);
      if (!ended) place.replaceChildren(h("p", { role: "alert" }, messageOf(error)));
    }
  };
  context.onSet((name) => void (name === "part" ? show() : draw()));
  context.onAnswer(draw);
  await show();
  return { update: draw, destroy: () => void (ended = true) };
}

/** A picture with a line below it. @param {string} label @param {string} [className] */
function plate(label, className = "") {
  const canvas = h("canvas", { width: 28, height: 28, role: "img", "aria-label": label });
  const pen = penOf(canvas);
  const fact = h("span", { class: "codes-fact" });
  return {
    element: h("figure", { class: `codes-plate ${className}` }, canvas, h("figcaption", {}, h("strong", {}, label), fact)),
    /** @param {ArrayLike<number>} pixels @param {string} text */
    show(pixels, text) {
      paint(pen, pixels);
      setText(fact, text);
    },
  };
}

/** @param {number} error */
const errorText = (error) => t("error {error}", { error: error.toFixed(4) });

/** @param {() => Float32Array} picture @param {import("../card.js").Context} context @returns {Promise<Part>} */
async function compression(picture, context) {
  const [pca, ...pairs] = await Promise.all([pairOf("pca"), ...codes.map(({ size }) => pairOf(`code-${size}`))]);
  const input = plate(t("Picture"));
  const ours = codes.map(({ size }) => plate(t("{count} numbers", { count: size })));
  const theirs = codes.map(({ size }) => plate(t("PCA, {count}", { count: size })));
  const table = tableOf(t("Mean error over {tested} test pictures; in brackets the share that is still read rightly (the pictures themselves: {all})",
    { tested: count(MEASURED.tested), all: share(MEASURED.read) }),
  [t("Code"), t("Smaller by"), t("Autoencoder"), t("PCA of that size"), t("File")],
  codes.map(({ size, ratio, code, pca: same, bytes }) => [count(size), `${ratio >= 10 ? Math.round(ratio) : ratio.toFixed(1)} : 1`,
    `${code.mse.toFixed(4)} (${share(code.read)})`, `${same.mse.toFixed(4)} (${share(same.read)})`, t("{size} kB", { size: Math.round(bytes / 1000) })]));
  context.onAnswer(() => (table.hidden = false));
  table.hidden = !context.answered;
  const element = h("div", { class: "codes-room" },
    h("div", { class: "codes-rows" }, h("div", { class: "codes-row" }, input.element, ours.map((one) => one.element)), h("div", { class: "codes-row codes-second" }, h("span", {}), theirs.map((one) => one.element))), table);
  return {
    element,
    draw() {
      const pixels = picture();
      input.show(pixels, t("{count} numbers", { count: PIXELS }));
      codes.forEach(({ size }, i) => {
        const [drawn, linear] = [through(pairs[i], pixels), through(pca, pixels, size)];
        ours[i].show(drawn, errorText(errorOf(pixels, drawn)));
        theirs[i].show(linear, errorText(errorOf(pixels, linear)));
      });
    },
  };
}

/** @param {() => Float32Array} picture @param {Model|null} plain @param {import("../card.js").Context} context @returns {Promise<Part>} */
async function denoising(picture, plain, context) {
  const trained = await pairOf("denoising");
  const [input, ordinary, cleaned] = [plate(t("Damaged")), plate(t("An ordinary autoencoder")), plate(t("Trained to denoise"))];
  const found = MEASURED.denoising;
  const rows = found ? measuredRows(found) : [];
  const table = tableOf(t("Mean error against the clean picture, {tested} test pictures", { tested: count(MEASURED.tested) }),
    ["", t("Damaged"), t("An ordinary autoencoder"), t("Trained to denoise")], rows);
  const element = h("div", { class: "codes-room" },
    h("div", { class: "learn-tools" }, context.control("noise"), context.control("half")),
    h("div", { class: "codes-row codes-three" }, input.element, plain ? ordinary.element : null, cleaned.element), table,
    h("p", { class: "codes-words" }, t("It was shown damaged pictures and asked for the clean ones. A half that is gone it can only guess: it draws what most often goes with the other half.")));
  return {
    element,
    draw() {
      const clean = picture();
      const bad = damaged(clean, normal(1, PIXELS), context.number("noise"), context.choice("half"));
      input.show(bad, errorText(errorOf(clean, bad)));
      const mended = through(trained, bad);
      cleaned.show(mended, errorText(errorOf(clean, mended)));
      if (!plain) return;
      const same = plain.generate(plain.encode(bad));
      ordinary.show(same, errorText(errorOf(clean, same)));
    },
  };
}

/** @param {{trained: import("../codes/nets.js").Mended, plain: import("../codes/nets.js").Mended}} found @returns {string[][]} damaged, by an ordinary autoencoder, by the trained one */
function measuredRows({ trained, plain }) {
  const of = (/** @type {"noise"|"blank"} */ kind, /** @type {string} */ name) => [trained.untouched[kind][name], plain[kind][name], trained[kind][name]];
  const halves = Object.keys(trained.blank).map((half) => of("blank", half));
  const blanked = [0, 1, 2].map((column) => halves.reduce((sum, row) => sum + row[column], 0) / halves.length);
  return [...Object.keys(trained.noise).map((sigma) => [t("noise {sigma}", { sigma }), ...of("noise", sigma).map(fixed)]), [t("a blanked half"), ...blanked.map(fixed)]];
}

/** @param {number} error */
const fixed = (error) => error.toFixed(4);

/** @param {() => Float32Array} picture @returns {Promise<Part>} */
async function stacked(picture) {
  const pair = await pairOf("stacked");
  const measured = MEASURED.stacked ?? [];
  const [input, ...outs] = [plate(t("Picture")), ...measured.map(({ size }, i) => plate(t("Stage {number}: {count} numbers", { number: i + 1, count: size })))];
  const element = h("div", { class: "codes-room" },
    h("div", { class: "codes-row" }, input.element, outs.map((one) => one.element)),
    tableOf(t("Mean error over {tested} test pictures", { tested: count(MEASURED.tested) }), [t("Depth"), t("Code"), t("Error")],
      measured.map(({ size, mse }, i) => [count(i + 1), count(size), mse.toFixed(4)])),
    h("p", { class: "codes-words" }, t("The outermost pair of layers learned first, alone. Then the pair inside of it learned to squeeze what that leaves, and so on; at last all of them together.")));
  return {
    element,
    draw() {
      const pixels = picture();
      input.show(pixels, t("{count} numbers", { count: PIXELS }));
      stages(pair, pixels).forEach(({ pixels: drawn }, i) => outs[i]?.show(drawn, errorText(errorOf(pixels, drawn))));
    },
  };
}

/** @param {Model|null} gan @param {Model|null} plain @param {Record<string, any>} memory @returns {Promise<Part>} */
async function versus(gan, plain, memory) {
  const rows = /** @type {[string, Model|null][]} */ ([[t("GAN"), gan], [t("Autoencoder"), plain]]).flatMap(([name, model]) => {
    if (!model) return [];
    const sheet = h("canvas", { class: "codes-sheet", width: MANY * 30 - 2, height: 28, role: "img", "aria-label": t("{name}: pictures from {count} latent vectors", { name, count: MANY }) });
    const fact = h("span", { class: "codes-fact" });
    return [{ model, sheet, fact, pen: penOf(sheet), name }];
  });
  const element = h("div", { class: "codes-room" },
    rows.map(({ name, sheet, fact }) => h("div", { class: "codes-line" }, h("strong", {}, name), sheet, fact)),
    h("p", { class: "codes-words" }, t("Both draw from the same seeds. The autoencoder learned to be right on average: where several digits fit a code, it draws their mean, in grey. The GAN's discriminator knows no such greys in real pictures, so the generator must decide.")));
  return {
    element,
    draw() {
      for (const { model, pen, fact } of rows) {
        let grey = 0;
        for (let i = 0; i < MANY; i += 1) {
          const pixels = model.generate(model.sample((memory.seed + i) >>> 0));
          grey += greyOf(pixels) / MANY;
          paint(pen, pixels, 30 * i, 0);
        }
        setText(fact, t("{share} of the ink is grey", { share: share(grey) }));
      }
    },
  };
}

/** @param {string} caption @param {string[]} heads @param {readonly (readonly (string|number)[])[]} rows */
function tableOf(caption, heads, rows) {
  return h("table", { class: "codes-table" }, h("caption", {}, caption), h("thead", {}, h("tr", {}, heads.map((head) => h("th", { scope: "col" }, head)))),
    h("tbody", {}, rows.map(([first, ...rest]) => h("tr", {}, h("th", { scope: "row" }, String(first)), rest.map((text) => h("td", {}, String(text)))))));
}
