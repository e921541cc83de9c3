/** The Autoencode tab: a picture, its code, and what the network draws from that code. All of it is computed here, in the browser. */

import { messageOf, t } from "../i18n/i18n.js";
import { h, notes, onFrame, penOf, together, uid, useStyle } from "../kit/dom.js";
import { paint } from "../kit/sample.js";
import * as equalizer from "../parts/equalizer.js";
import { hold } from "../parts/hold.js";
import { progressBar } from "../parts/progress.js";
import { sources as sourcesOf, STYLE } from "../parts/sources.js";
import { undoOn } from "../share/keys.js";
import { permalink } from "../share/permalink.js";
import * as share from "../share/share.js";
import { classifier } from "../state/classifier.js";
import { CodeHand } from "../state/codehand.js";
import { encodesDrawings, listModels, onModelsChanged } from "../state/modellist.js";
import { openModel } from "../state/models.js";
import { addKeyPoint, dropped } from "../state/paths.js";
import { codeMap } from "./codemap.js";
import { codeStrips, moved } from "./codestrips.js";
import { codeView, epochRow, paintDifference, plate } from "./codeview.js";
import { damage as damageOf } from "./damage.js";

/**
 * @typedef {import("../state/models.js").Model} Model
 * @typedef {import("../state/codelink.js").LinkedCode} LinkedCode
 * @typedef {import("../parts/sources.js").Picture} Picture
 */

/** @type {import("../kit/host.js").Mount} resolves when the first picture is there */
export async function mount(root) {
  await Promise.all([useStyle(), useStyle(STYLE), useStyle(new URL("autoencode.css", import.meta.url))]);
  const tab = autoencodeTab();
  root.replaceChildren(tab.element);
  await tab.start();
  return tab;
}

/** @returns {{element: HTMLElement, start: () => Promise<void>, destroy: () => void}} `start`: as it opens, or as a link asks */
function autoencodeTab() {
  /** @type {import("../state/modellist.js").ModelInfo[]} */
  let infos = [];
  /** @type {Model|null} */
  let model = null;
  /** @type {string|null} id of the model that is to come */
  let wanted = null;
  /** @type {Picture|null} */
  let picture = null;
  /** How far the code is moved along each direction. @type {number[]} */
  let offsets = [];
  /** The numbers of the code that are shown black and white, null where they follow the code. @type {[number, number]|null} */
  let range = null;
  /** Whether a link's wishes are on screen. */
  let restored = false;

  const note = notes();
  const update = onFrame(() => compute());
  const hand = new CodeHand(update);
  const sources = sourcesOf((next) => {
    picture = next;
    update();
  });
  const [clean, seen, drawn, difference] = [plate(t("Picture")), plate(t("Input"), { class: "ae-canvas ae-drag" }), plate(t("Reconstruction"), { class: "ae-canvas gan-holds", tabindex: 0, title: t("Press on the ink and pull it, or use the arrow keys.") }), plate(t("Difference"))];
  const code = codeView();
  /** Pulling the reconstruction changes the code, as the bars do. @type {import("../parts/hold.js").Grip} */
  const grip = {
    pose: () => (model && picture && hand.model === model && hand.z && !model.remote ? { model, z: hand.z, classWeights: null, epoch: null } : null),
    take: (z) => (hand.take(z), hand.z),
    settle: () => hand.settle(),
    subscribe: (listener) => hand.subscribe(listener),
  };
  const ink = hold(drawn.canvas, grip);
  const damage = damageOf(seen.canvas, update);
  const epochs = epochRow(note.say);
  const map = codeMap({ onTake: (z) => hand.take(z), onEnd: () => hand.settle(), say: note.say });
  const equalPlace = h("div", {});
  const mirror = h("canvas", { class: "ae-canvas", width: 28, height: 28, "aria-hidden": "true" }); // the strip may be out of sight
  const bars = h("section", { class: "gan-part ae-bars gan-at-code", "aria-label": t("Code values") }, equalPlace, mirror);
  const equal = equalizer.mount(equalPlace, hand, note.say, {
    title: t("Code values"), back: t("As the encoder says"), backTitle: t("Takes all changes of the bars back"), history: t("Code values"),
  });
  const noUndo = undoOn("autoencode", hand.history);
  const unshare = share.start();

  const id = uid("autoencoder");
  const chooser = h("select", { id, class: "gan-select", onChange: () => void open(chooser.value) });
  const progress = progressBar();
  const strips = codeStrips({ onMove: (index, value) => move((old, i) => (i === index ? value : old)), say: note.say });
  const resetCode = h("button", { type: "button", class: "gan-button", disabled: true, onClick: () => backToTheCode() }, t("Back to the code"));
  const keyPoint = h("button", { type: "button", class: "gan-button", disabled: true, "aria-keyshortcuts": "k", onClick: () => keep() }, t("Use as key point"));
  seen.note.textContent = t("drag to blank a part");
  difference.note.textContent = t("orange: too much, blue: missing");
  const element = h("div", { class: "gan-root ae" },
    h("div", { class: "ae-chooser" }, h("label", { for: id }, t("Autoencoder")), h("span", { class: "gan-choice" }, chooser, progress.element), note.element),
    h("div", { class: "ae-columns" },
      h("section", { class: "gan-part ae-part gan-at-source", "aria-label": t("Picture to encode") }, sources.element),
      h("div", { class: "ae-work" },
        strip(seen, code, drawn, clean, difference),
        h("section", { class: "gan-part ae-part gan-at-move", "aria-label": t("Move the code") },
          h("div", { class: "ae-part-head" }, h("h3", {}, t("Move the code")), h("span", { class: "gan-fact" }, t("what each does, -3 to +3")), h("div", { class: "gan-buttons" }, resetCode, keyPoint)), strips.element)),
      h("section", { class: "gan-part ae-part gan-at-damage", "aria-label": t("Damage") }, h("h3", {}, t("Damage it")), damage.element)),
    h("div", { class: "ae-below" }, bars, map.element, epochs.element));

  /** Reads the list of models again; keeps the chosen one. */
  const list = async () => {
    try {
      const listed = await listModels();
      infos = listed.models.filter(encodesDrawings);
      classifier.offer(listed.classifier);
      classifier.ensure().then(update);
    } catch (error) {
      return note.say(messageOf(error), "error");
    }
    const labels = infos.map((info) => h("option", { value: info.id }, info.title));
    chooser.replaceChildren(...labels);
    chooser.disabled = !labels.length;
    if (!labels.length) return note.say(t("There is no autoencoder yet. Train one in the Train tab (family Autoencoder)."));
    return open(infos.find((info) => info.id === wanted)?.id ?? infos[0].id);
  };
  /** @param {string} next id */
  const open = async (next) => {
    wanted = chooser.value = next;
    const info = infos.find((one) => one.id === next);
    if (!info) return;
    const opened = openModel(info);
    try {
      if (opened !== model) note.say(t("Fetching the weights ..."));
      await opened.load();
      if (wanted !== next) return;
      note.say("");
      if (opened !== model) become(opened);
    } catch (error) {
      if (wanted === next) note.say(messageOf(error), "error");
    }
  };
  /** @param {Model} next */
  const become = (next) => {
    model = next;
    offsets = next.directions.map(() => 0);
    strips.build(next);
    range = brightness(next);
    update();
  };
  /** @param {(old: number, index: number) => number} to */
  const move = (to) => {
    offsets = offsets.map(to);
    strips.set(offsets);
    update();
  };
  const backToTheCode = () => {
    hand.reset();
    move(() => 0);
  };
  const keep = () => {
    if (model && picture && hand.z) note.say(dropped(addKeyPoint({ z: hand.z, title: picture.title, model: model.id })));
  };

  const compute = () => {
    if (!picture || !element.offsetWidth) return;
    const { pixels, title } = picture;
    const input = damage.apply(pixels);
    paint(penOf(clean.canvas), pixels);
    paint(penOf(seen.canvas), input);
    clean.note.textContent = title;
    keyPoint.disabled = !model || !input.some((value) => value > 0.05);
    if (!model) return;
    const now = model;
    const encoded = now.encode(input);
    const z = hand.follow(now, moved(now, encoded, offsets));
    const output = model.generate(z);
    code.show(z, codeShape(model), range ?? [0, Math.max(...z, 1e-6)]);
    strips.show((index, value) => hand.codeFor(now, moved(now, encoded, offsets.map((old, i) => (i === index ? value : old)))));
    map.show(model, z);
    for (const canvas of [drawn.canvas, mirror]) paint(penOf(canvas), output);
    paintDifference(difference.canvas, pixels, output);
    drawn.note.textContent = `BCE ${bce(pixels, output).toFixed(3)}\nMSE ${mse(pixels, output).toFixed(4)}`;
    seen.note.textContent = damage.active() ? `${t("damaged by")}\nMSE ${mse(pixels, input).toFixed(4)}` : t("drag to blank a part");
    resetCode.disabled = offsets.every((value) => value === 0) && !hand.changed;
    epochs.show(model, input);
    permalink.sync();
  };

  /** What is on screen; null until a link's wishes are. @returns {import("../state/codelink.js").ShownCode|null} */
  const linked = () => {
    if (!restored) return null;
    return { model: model && model.id !== infos[0]?.id ? model.id : null, picture: sources.linked(), damage: damage.state(), offsets, change: hand.change };
  };
  /** @param {LinkedCode} asked */
  const restore = (asked) => {
    const { change } = asked;
    if (asked.model && asked.model !== model?.id) throw new Error(t("There is no model {model} here.", { model: JSON.stringify(asked.model.slice(0, 40)) }));
    const size = model?.latentDim ?? 0;
    const fits = model && asked.offsets.length <= offsets.length && (!change?.z || change.z.length === size) && (change?.edits ?? []).every(([index]) => index < size);
    if (!fits) throw new Error(t("It changes a coordinate that {model} does not have.", { model: model?.title ?? "?" }));
    if (asked.damage) damage.restore(asked.damage);
    if (change) hand.start(change.z ?? Float32Array.from({ length: size }, (_, i) => new Map(change.edits).get(i) ?? 0));
    move((old, i) => asked.offsets[i] ?? 0);
  };
  const start = async () => {
    const asked = permalink.linkCode(linked);
    wanted = asked?.model ?? null;
    await Promise.all([list(), sources.start(asked?.picture).catch((error) => permalink.refuse(error))]);
    try {
      if (asked) restore(asked);
    } catch (error) {
      permalink.refuse(error);
    }
    restored = true;
  };
  const destroy = together(onModelsChanged(list), noUndo, () => permalink.linkCode(null), () => element.remove(),
    unshare, ...[progress, equal, map, strips, epochs, damage, sources, ink, hand].map((part) => part.destroy));
  return { element, start, destroy };
}

/** @typedef {ReturnType<typeof plate>} Plate */

/**
 * Picture, code and reconstruction as one strip, from what goes in to what comes out; on a phone a row to swipe along.
 * @param {Plate} seen @param {Pick<Plate, "element">} code @param {Plate} drawn
 * @param {Plate} clean what `seen` was before the damage, small beneath it
 * @param {Plate} difference of `drawn` to that, small beneath it, beside the error
 */
function strip(seen, code, drawn, clean, difference) {
  /** @param {Pick<Plate, "element">} large @param {Plate} [small] */
  const stop = (large, small) => h("div", { class: "ae-stop" }, large.element, small && h("div", { class: "ae-small" }, small.element));
  const arrow = (/** @type {string} */ name) => h("div", { class: "ae-arrow", "aria-hidden": "true" }, h("span", {}, name));
  return h("section", { class: "gan-part ae-strip gan-at-plates", "aria-label": t("Picture, code and reconstruction") },
    stop(seen, clean), arrow(t("encoder")), stop(code), arrow(t("decoder")), stop(drawn, difference));
}

/** Usual for this model, so that brightness does not jump from picture to picture. @param {Model} model @returns {[number, number]|null} */
function brightness({ prior, mean, std }) {
  if (prior.kind === "normal") return [-2.5, 2.5];
  return mean ? [0, Math.max(...mean.map((value, i) => value + 2.5 * std[i]))] : null;
}

/** @param {Model} model @returns {{side: number, channels: number}} of the pictures that its decoder begins with */
function codeShape(model) {
  const start = model.engines.generator?.program.ops[0];
  const shape = start?.op === "reshape" && Array.isArray(start.shape) && start.shape.length === 3 ? start.shape : [1, 1, model.latentDim];
  return { side: shape[0], channels: shape[2] };
}

/** @param {Float32Array} wanted @param {Float32Array} drawn @returns {number} mean binary cross-entropy of the pixels, in nats */
function bce(wanted, drawn) {
  let sum = 0;
  for (let i = 0; i < wanted.length; i += 1) {
    const p = Math.min(1 - 1e-7, Math.max(1e-7, drawn[i]));
    sum -= wanted[i] * Math.log(p) + (1 - wanted[i]) * Math.log(1 - p);
  }
  return sum / wanted.length;
}

/** @param {Float32Array} wanted @param {Float32Array} drawn @returns {number} mean squared error of the pixels */
function mse(wanted, drawn) {
  let sum = 0;
  for (let i = 0; i < wanted.length; i += 1) sum += (wanted[i] - drawn[i]) ** 2;
  return sum / wanted.length;
}
