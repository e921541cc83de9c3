/** The Autoencode tab: a picture, its code, and what the network draws from that code. All of it is computed here, in the browser. */

import { t } from "../i18n/i18n.js";
import { h, notes, onFrame, paint, uid, useStyle } from "../kit/dom.js";
import { slider } from "../kit/slider.js";
import * as equalizer from "../parts/equalizer.js";
import { progressBar } from "../parts/progress.js";
import { undoOn } from "../share/keys.js";
import { codeChanged, linkCode, refuse } from "../share/permalink.js";
import * as share from "../share/share.js";
import { classifier } from "../state/classifier.js";
import { CodeHand, lowest } from "../state/codehand.js";
import { listModels, onModelsChanged, openModel } from "../state/models.js";
import { addKeyPoint, dropped } from "../state/paths.js";
import { CodeMap } from "./codemap.js";
import { CodeView, EpochRow, paintDifference, plate } from "./codeview.js";
import { Damage } from "./damage.js";
import { sources } from "./sources.js";

/** @param {HTMLElement} root @returns {Promise<void>} when the first picture is there */
export async function mount(root) {
  await Promise.all([useStyle(), useStyle(new URL("autoencode.css", import.meta.url))]);
  const tab = new AutoencodeTab();
  root.append(tab.element);
  onModelsChanged(() => tab.list());
  await tab.start();
}

class AutoencodeTab {
  constructor() {
    this.infos = [];
    this.model = null;
    this.picture = null;
    this.offsets = [];
    this.code = null;
    this.note = notes();
    this.update = onFrame(() => this.compute());
    this.sources = sources((picture) => this.take(picture));
    this.clean = plate(t("Picture"));
    this.seen = plate(t("Input"), { class: "ae-canvas ae-drag" });
    this.drawn = plate(t("Reconstruction"));
    this.difference = plate(t("Difference"));
    this.codeView = new CodeView();
    this.damage = new Damage({ canvas: this.seen.canvas, onChange: this.update });
    this.epochs = new EpochRow(this.note.say);
    this.hand = new CodeHand(this.update);
    this.map = new CodeMap({ onTake: (z) => this.hand.take(z), onEnd: () => this.hand.view.commit(), say: this.note.say });
    this.build();
    undoOn("autoencode", this.hand.view);
  }

  /** As it opens, or as a link asks. */
  async start() {
    const asked = linkCode(() => this.linked());
    this.wanted = asked?.model ?? null;
    await Promise.all([this.list(), this.sources.start(asked?.picture).catch(refuse)]);
    try {
      if (asked) this.restore(asked);
    } catch (error) {
      refuse(error);
    }
    this.restored = true;
  }

  /** @returns {import("../state/codelink.js").LinkedCode|null} what is on screen; null until a link's wishes are */
  linked() {
    if (!this.restored) return null;
    const model = this.model && this.model.id !== this.infos[0]?.id ? this.model.id : null;
    return { model, picture: this.sources.linked(), damage: this.damage.state, offsets: this.offsets, change: this.hand.change };
  }

  restore({ model, damage, offsets, change }) {
    const size = this.model?.latentDim;
    if (model && model !== this.model?.id) throw new Error(t("There is no model {model} here.", { model: JSON.stringify(model.slice(0, 40)) }));
    const fits = this.model && offsets.length <= this.offsets.length && (!change?.z || change.z.length === size) && (change?.edits ?? []).every(([index]) => index < size);
    if (!fits) throw new Error(t("It changes a coordinate that {model} does not have.", { model: this.model?.title ?? "?" }));
    if (damage) this.damage.restore(damage);
    if (change) this.hand.view.start({ z: change.z ?? Float32Array.from({ length: size }, (_, i) => new Map(change.edits).get(i) ?? 0) });
    this.move((old, i) => offsets[i] ?? 0);
  }

  build() {
    const id = uid("autoencoder");
    this.chooser = h("select", { id, class: "gan-select", onChange: () => this.open(this.chooser.value) });
    this.sliders = h("div", { class: "ae-sliders" });
    this.resetCode = h("button", { type: "button", class: "gan-button", disabled: true, onClick: () => this.backToTheCode() }, t("Back to the code"));
    this.keyPoint = h("button", { type: "button", class: "gan-button", disabled: true, "aria-keyshortcuts": "k", onClick: () => this.keep() }, t("Use as key point"));
    this.seen.note.textContent = t("drag to blank a part");
    this.difference.note.textContent = t("orange: too much, blue: missing");
    const bars = h("section", { class: "gan-part ae-part gan-at-code", "aria-label": t("Code values") });
    equalizer.mount(bars, this.hand.view, this.hand, this.note.say, {
      title: t("Code values"), back: t("As the encoder says"), backTitle: t("Takes all changes of the bars back"), history: t("Code values"),
    });
    const plates = [this.clean, this.seen, this.codeView, this.drawn, this.difference].map(({ element }) => element);
    this.element = h(
      "div",
      { class: "gan-root ae" },
      share.bar(),
      h("div", { class: "ae-chooser" }, h("label", { for: id }, t("Autoencoder")), h("span", { class: "gan-choice" }, this.chooser, progressBar()), this.note.element),
      h("div", { class: "ae-columns" },
        h("section", { class: "gan-part ae-part gan-at-source", "aria-label": t("Picture to encode") }, this.sources.element),
        h("div", { class: "ae-work" },
          h("section", { class: "gan-part ae-plates gan-at-plates", "aria-label": t("Picture, code and reconstruction") }, plates),
          h("div", { class: "ae-controls" },
            h("section", { class: "gan-part ae-part gan-at-damage", "aria-label": t("Damage") }, h("h3", {}, t("Damage it")), this.damage.element),
            h("section", { class: "gan-part ae-part gan-at-move", "aria-label": t("Move the code") },
              h("h3", {}, t("Move the code")), this.sliders, h("div", { class: "gan-buttons" }, this.resetCode, this.keyPoint))),
          bars, this.map.element, this.epochs.element)),
    );
  }

  /** Reads the list of models again; keeps the chosen one. */
  async list() {
    try {
      const list = await listModels();
      this.infos = list.models.filter((info) => info.files.encoder);
      classifier.offer(list.classifier);
      classifier.ensure().then(this.update);
    } catch (error) {
      return this.note.say(error.message, "error");
    }
    const labels = this.infos.map((info) => h("option", { value: info.id }, info.title));
    this.chooser.replaceChildren(...labels);
    this.chooser.disabled = !labels.length;
    if (!labels.length) return this.note.say(t("There is no autoencoder yet. Train one in the Train tab (family Autoencoder)."));
    return this.open(this.infos.some((info) => info.id === this.wanted) ? this.wanted : this.infos[0].id);
  }

  async open(id) {
    this.wanted = this.chooser.value = id;
    const model = openModel(this.infos.find((info) => info.id === id));
    try {
      if (model !== this.model) this.note.say(t("Fetching the weights ..."));
      await model.load();
      if (this.wanted !== id) return;
      this.note.say("");
      if (model !== this.model) this.become(model);
    } catch (error) {
      this.note.say(error.message, "error");
    }
  }

  become(model) {
    this.model = model;
    this.offsets = model.directions.map(() => 0);
    this.rows = model.directions.map((_, i) =>
      slider({ label: t("Direction {number}", { number: i + 1 }), min: -3, max: 3, step: 0.01, rest: 0, value: 0, say: this.note.say, onInput: (value) => this.move((old, j) => (j === i ? value : old)) }));
    this.sliders.replaceChildren(...(this.rows.length ? this.rows.map((row) => row.element) : [h("p", { class: "gan-hint" }, t("This model has no directions: they are computed when a run is kept as a checkpoint."))]));
    this.range = brightness(model);
    this.update();
  }

  /** @param {(old: number, index: number) => number} to */
  move(to) {
    this.offsets = this.offsets.map(to);
    this.rows.forEach((row, i) => row.set(this.offsets[i]));
    this.update();
  }

  backToTheCode() {
    this.hand.reset();
    this.move(() => 0);
  }

  take(picture) {
    this.picture = picture;
    this.update();
  }

  compute() {
    if (!this.picture || !this.element.offsetWidth) return;
    const clean = this.picture.pixels;
    const input = this.damage.apply(clean);
    paint(this.clean.canvas.getContext("2d"), clean);
    paint(this.seen.canvas.getContext("2d"), input);
    this.clean.note.textContent = this.picture.title;
    this.keyPoint.disabled = !this.model || !input.some((value) => value > 0.05);
    if (!this.model) return;
    this.code = this.hand.follow(this.model, this.moved(this.model.encode(input)));
    const drawn = this.model.generate(this.code);
    this.codeView.show(this.code, codeShape(this.model), this.range ?? [0, Math.max(...this.code, 1e-6)]);
    this.map.show(this.model, this.code);
    paint(this.drawn.canvas.getContext("2d"), drawn);
    paintDifference(this.difference.canvas, clean, drawn);
    this.drawn.note.textContent = `BCE ${bce(clean, drawn).toFixed(3)}\nMSE ${mse(clean, drawn).toFixed(4)}`;
    this.seen.note.textContent = this.damage.active ? `${t("damaged by")}\nMSE ${mse(clean, input).toFixed(4)}` : t("drag to blank a part");
    this.resetCode.disabled = this.offsets.every((value) => value === 0) && !this.hand.changed;
    this.epochs.show(this.model, input);
    codeChanged();
  }

  /** The code moved along the leading directions. */
  moved(code) {
    this.offsets.forEach((amount, i) => {
      if (amount) for (let j = 0; j < code.length; j += 1) code[j] += amount * this.model.directions[i][j];
    });
    const floor = lowest(this.model);
    return code.map((value) => Math.max(floor, value));
  }

  keep() {
    const count = addKeyPoint({ z: this.code, title: this.picture.title, model: this.model.id });
    this.note.say(dropped(count));
  }
}

/** The numbers of the code that are shown black and white: usual for this model, so that brightness does not jump from picture to picture. */
function brightness(model) {
  if (model.prior.kind === "normal") return [-2.5, 2.5];
  return model.mean ? [0, Math.max(...model.mean.map((value, i) => value + 2.5 * model.std[i]))] : null;
}

function codeShape(model) {
  const start = model.engines.generator.program.ops[0];
  const [side, , channels] = start.op === "reshape" && start.shape.length === 3 ? start.shape : [1, 1, model.latentDim];
  return { side, channels };
}

/** @returns {number} mean binary cross-entropy of the pixels, in nats */
function bce(wanted, drawn) {
  let sum = 0;
  for (let i = 0; i < wanted.length; i += 1) {
    const p = Math.min(1 - 1e-7, Math.max(1e-7, drawn[i]));
    sum -= wanted[i] * Math.log(p) + (1 - wanted[i]) * Math.log(1 - p);
  }
  return sum / wanted.length;
}

/** @returns {number} mean squared error of the pixels */
function mse(wanted, drawn) {
  let sum = 0;
  for (let i = 0; i < wanted.length; i += 1) sum += (wanted[i] - drawn[i]) ** 2;
  return sum / wanted.length;
}
