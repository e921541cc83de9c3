/** A map of codes, each a numeral in the colour of its digit: what lies under the pointer is decoded, a press takes it in hand. */

import { t } from "../i18n/i18n.js";
import { h, onFrame, paint, rarely, sizeOf, uid } from "../kit/dom.js";
import { drag } from "../kit/drag.js";
import { classifier } from "../state/classifier.js";
import { Cloud } from "../state/codecloud.js";
import { codesOf } from "./codesource.js";
import { plate } from "./codeview.js";

const STEP = 0.02;
const COLOURS = ["#ff7b72", "#ffb454", "#f2e05c", "#9be564", "#4fd6a5", "#5cc8f5", "#7aa2ff", "#b794ff", "#ff8ad4", "#d0d7e5"];

/** The map and the picture beside it. */
export class CodeMap {
  /** @param {{onTake: (z: Float32Array) => void, onEnd: () => void, say: (text: string, kind?: "info"|"error") => void}} options told while a press moves, and at its end */
  constructor({ onTake, onEnd, say }) {
    Object.assign(this, { onTake, onEnd, say });
    this.model = this.cloud = this.code = this.place = null;
    this.build();
    this.size = sizeOf(this.frame, () => this.update());
    this.update = onFrame(() => this.refresh());
    this.preview = onFrame(() => this.decode());
    this.tell = rarely(() => this.write());
  }

  build() {
    const help = uid("map-help");
    this.canvas = h("canvas", { class: "ae-map-canvas" });
    this.mark = h("span", { class: "ae-map-mark", hidden: true });
    this.spot = h("span", { class: "ae-map-spot", hidden: true });
    this.frame = h("div", { class: "ae-map", role: "application", tabindex: 0, "aria-label": t("Map of codes"), "aria-describedby": help }, this.canvas, this.mark, this.spot);
    this.under = plate(t("Under the pointer"));
    this.progress = h("p", { class: "gan-hint ae-map-origin" }, " ");
    this.element = h("section", { class: "gan-part ae-part gan-at-map", "aria-label": t("Map of codes") },
      h("h3", {}, t("Map of codes")), h("div", { class: "ae-map-row" }, this.frame, this.under.element),
      this.progress, h("p", { id: help, class: "gan-hint" }, t("The ring is the code in hand. Move over the map to see what lies there, press to take it; arrow keys move the ring.")));
    this.listen();
  }

  listen() {
    const { frame } = this;
    const take = (event) => {
      // another model may have come under the press
      if (!this.cloud) return false;
      this.point(event);
      this.onTake(this.cloud.zAt(...this.place));
      return true;
    };
    this.press = drag(frame, { begin: take, move: take, end: () => this.onEnd(), hover: (event) => this.cloud && this.point(event) });
    frame.addEventListener("pointerleave", () => this.press.held() || this.leave());
    frame.addEventListener("keydown", (event) => this.key(event));
  }

  /** @param {import("../state/models.js").Model} model @param {Float32Array} code the one in hand */
  show(model, code) {
    this.code = code;
    if (model !== this.model) Object.assign(this, { model, cloud: null, place: null });
    this.update();
  }

  refresh() {
    if (!this.model || !this.size.width) return;
    if (!this.cloud) return void this.load();
    this.drawCloud();
    const [x, y] = this.toScreen(this.cloud.project(this.code));
    this.mark.hidden = false;
    this.mark.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`;
    if (!this.place) this.preview();
  }

  async load() {
    const { model } = this;
    if (this.loading === model) return;
    this.loading = model;
    try {
      const { codes, labels, origin } = await codesOf(model, (done, all) => {
        if (model === this.model) this.progress.textContent = t("Encoding {done} of {all} digits ...", { done, all });
      });
      if (model !== this.model) return;
      this.cloud = new Cloud(codes, labels, model.prior.kind === "rectified_normal" ? 0 : -Infinity);
      this.painted = "";
      this.progress.textContent = wordsFor(origin, this.cloud.flat, codes.length);
      this.update();
    } catch (error) {
      this.say(error.message, "error");
    } finally {
      this.loading = null;
    }
  }

  drawCloud() {
    const { canvas, cloud, size } = this;
    const ratio = Math.min(2, devicePixelRatio || 1);
    const key = [size.width, size.height, ratio].join();
    if (this.painted === key) return;
    this.painted = key;
    [canvas.width, canvas.height] = [Math.round(size.width * ratio), Math.round(size.height * ratio)];
    const context = canvas.getContext("2d");
    context.scale(ratio, ratio);
    context.font = `600 ${Math.round(Math.max(10, Math.min(20, size.width / 50)))}px system-ui, sans-serif`;
    Object.assign(context, { textAlign: "center", textBaseline: "middle" });
    cloud.places.forEach((place, i) => {
      const [x, y] = this.toScreen(place);
      context.fillStyle = COLOURS[cloud.labels[i] % COLOURS.length];
      context.fillText(String(cloud.labels[i]), x, y);
    });
  }

  toScreen([x, y]) {
    const [left, right, top, bottom] = this.cloud.bounds;
    const part = (value, low, high, length) => Math.max(0, Math.min(length, ((value - low) / (high - low)) * length));
    return [part(x, left, right, this.size.width), part(y, top, bottom, this.size.height)];
  }

  point({ clientX, clientY }) {
    const box = this.frame.getBoundingClientRect();
    const [left, right, top, bottom] = this.cloud.bounds;
    const share = (value) => Math.max(0, Math.min(1, value));
    this.place = [left + share((clientX - box.left) / box.width) * (right - left), top + share((clientY - box.top) / box.height) * (bottom - top)];
    this.preview();
  }

  leave() {
    this.place = null;
    this.spot.hidden = true;
    this.preview();
  }

  /** What lies under the pointer; without one, what is in hand. */
  decode() {
    if (!this.model || !this.code) return;
    if (this.place) {
      const [x, y] = this.toScreen(this.place);
      this.spot.hidden = false;
      this.spot.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`;
    }
    this.pixels = this.model.generate(this.place && this.cloud ? this.cloud.zAt(...this.place) : this.code);
    paint(this.under.canvas.getContext("2d"), this.pixels);
    this.tell();
  }

  write() {
    const probabilities = classifier.read(this.pixels);
    if (!probabilities) return;
    const best = probabilities.indexOf(Math.max(...probabilities));
    this.under.note.textContent = t("reads as {digit}", { digit: best });
  }

  key(event) {
    const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!move || !this.cloud || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const [left, right, top, bottom] = this.cloud.bounds;
    const [x, y] = this.cloud.project(this.code);
    const step = STEP * (event.shiftKey ? 5 : 1);
    this.place = null;
    this.spot.hidden = true;
    this.onTake(this.cloud.zAt(x + move[0] * step * (right - left), y + move[1] * step * (bottom - top)));
    this.onEnd();
    this.preview();
  }
}

function wordsFor(origin, flat, count) {
  const how = flat ? t("The plane is the code itself: two numbers.") : t("The plane is laid through the two directions in which the codes differ most.");
  const what = origin === "prior" ? t("{count} codes of the prior, coloured by what the classifier reads.", { count })
    : origin === "mnist" ? t("{count} MNIST test digits, encoded here.", { count }) : t("{count} of scikit-learn's small digits, encoded here.", { count });
  return `${what} ${how}`;
}
