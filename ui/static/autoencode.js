/** The Autoencode tab: a picture, its code, and what the network draws from that code. All of it is computed here, in the browser. */

import { CodeView, EpochRow, paintDifference, plate } from "./codeview.js";
import { Damage } from "./damage.js";
import { h, notes, onFrame, paint, uid, useStyle } from "./dom.js";
import { t } from "./i18n.js";
import { listModels, openModel } from "./models.js";
import { addKeyPoint } from "./paths.js";
import { slider } from "./slider.js";
import { sources } from "./sources.js";

/** @param {HTMLElement} root @returns {Promise<void>} when the first picture is there */
export async function mount(root) {
  await Promise.all([useStyle(), useStyle("autoencode.css")]);
  const tab = new AutoencodeTab();
  root.append(tab.element);
  window.addEventListener("gan-models-changed", () => tab.list());
  await Promise.all([tab.list(), tab.sources.start()]);
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
    this.build();
  }

  build() {
    const id = uid("autoencoder");
    this.chooser = h("select", { id, class: "gan-select", onChange: () => this.open(this.chooser.value) });
    this.sliders = h("div", { class: "ae-sliders" });
    this.resetCode = h("button", { type: "button", class: "gan-button", disabled: true, onClick: () => this.move(() => 0) }, t("Back to the code"));
    this.keyPoint = h("button", { type: "button", class: "gan-button", disabled: true, onClick: () => this.keep() }, t("Use as key point"));
    this.seen.note.textContent = t("drag to blank a part");
    this.difference.note.textContent = t("orange: too much, blue: missing");
    const plates = [this.clean, this.seen, this.codeView, this.drawn, this.difference].map(({ element }) => element);
    this.element = h(
      "div",
      { class: "gan-root ae" },
      h("div", { class: "ae-chooser" }, h("label", { for: id }, t("Autoencoder")), this.chooser, this.note.element),
      h("div", { class: "ae-columns" },
        h("section", { class: "gan-part ae-part", "aria-label": t("Picture to encode") }, this.sources.element),
        h("div", { class: "ae-work" },
          h("div", { class: "gan-part ae-plates" }, plates),
          h("div", { class: "ae-controls" },
            h("section", { class: "gan-part ae-part", "aria-label": t("Damage") }, h("h3", {}, t("Damage it")), this.damage.element),
            h("section", { class: "gan-part ae-part", "aria-label": t("Move the code") },
              h("h3", {}, t("Move the code")), this.sliders, h("div", { class: "gan-buttons" }, this.resetCode, this.keyPoint))),
          this.epochs.element)),
    );
  }

  /** Reads the list of models again; keeps the chosen one. */
  async list() {
    try {
      this.infos = (await listModels()).models.filter((info) => info.files.encoder);
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
    this.top = brightest(model);
    this.update();
  }

  /** @param {(old: number, index: number) => number} to */
  move(to) {
    this.offsets = this.offsets.map(to);
    this.rows.forEach((row, i) => row.set(this.offsets[i]));
    this.update();
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
    this.code = this.moved(this.model.encode(input));
    const drawn = this.model.generate(this.code);
    this.codeView.show(this.code, codeShape(this.model), this.top ?? Math.max(...this.code, 1e-6));
    paint(this.drawn.canvas.getContext("2d"), drawn);
    paintDifference(this.difference.canvas, clean, drawn);
    this.drawn.note.textContent = `BCE ${bce(clean, drawn).toFixed(3)}\nMSE ${mse(clean, drawn).toFixed(4)}`;
    this.seen.note.textContent = this.damage.active ? `${t("damaged by")}\nMSE ${mse(clean, input).toFixed(4)}` : t("drag to blank a part");
    this.resetCode.disabled = this.offsets.every((value) => value === 0);
    this.epochs.show(this.model, input);
  }

  /** The code moved along the leading directions; codes are never negative. */
  moved(code) {
    this.offsets.forEach((amount, i) => {
      if (amount) for (let j = 0; j < code.length; j += 1) code[j] += amount * this.model.directions[i][j];
    });
    return code.map((value) => Math.max(0, value));
  }

  keep() {
    const count = addKeyPoint({ z: this.code, title: this.picture.title, model: this.model.id });
    this.note.say(count < 2 ? t("The first key point of this model's path. Take another, then open Interpolate.") : t("{count} key points on this model's path: open Interpolate.", { count }));
  }
}

/** The number of the code that is shown as white: high for this model, so that brightness does not jump from picture to picture. */
function brightest(model) {
  if (!model.mean) return null;
  return Math.max(...model.mean.map((value, i) => value + 2.5 * model.std[i]));
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
