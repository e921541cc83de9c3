/**
 * What stands with the waveform of a signal: its time, its spectrum, its envelope spectrum with a line at every rate at which a damaged bearing is
 * struck, and a button by which it is heard. The waveform itself is the large canvas (`parts/digit.js`).
 */

import { locale, t } from "../i18n/i18n.js";
import { h, rarely, setText, sizeOf, together, useStyle } from "../kit/dom.js";
import { linesOf, QUIET, readingOf } from "./bearing.js";
import { beats } from "./beats.js";
import { drawCurve } from "./curve.js";
import { sound } from "./sound.js";
import { BAND, envelopeSpectrumOf, MOST_HZ, peakOf, spectrumOf, waveOf } from "./spectra.js";

const STYLE = new URL("signal.css", import.meta.url);
/** So long it may be out of sight, ms, until it has come along. */
const LEFT_MS = 300;
/** How high the highest stands: below the words. */
const FULL = 0.82;
/** Multiples of a rate that a sharp strike shows, too. */
const MULTIPLES = [2, 3];
/** What the spectrum shows, in decibels below a sine that fills the whole range. */
const DECIBELS = 80;

/**
 * @typedef {Object} Shown
 * @property {Float32Array} numbers in [0, 1], valid during the call
 * @property {readonly number[]} shape length, channels
 * @property {number} rate samples a second
 * @property {import("./bearing.js").Running|null} running what is asked for; null where no speed is
 * @property {readonly string[]} conditions that have a share in it
 *
 * @typedef {{show: (shown: Shown) => void, silence: () => void, destroy: () => void}} Instrument
 */

/** @param {HTMLElement} frame of the large canvas, which it stands in @param {{again: () => void, opinion: HTMLElement}} options `again` asks to be shown once more; `opinion`: where what it
 *   reads as stands @returns {Instrument} */
export function mount(frame, { again, opinion }) {
  useStyle(STYLE);
  const me = {};
  const listen = h("button", { type: "button", class: "gan-listen", "aria-pressed": "false", onClick: () => toggle() });
  const spectrum = panelOf(t("Spectrum"), t("Spectrum, 0 to {most} kHz", { most: 6 }));
  const envelope = panelOf(t("Envelope spectrum"), t("Envelope spectrum, 0 to {most} Hz", { most: MOST_HZ }));
  const [times, kilohertz, hertz] = [axisOf(), axisOf(), axisOf()];
  const found = h("span", { class: "gan-found" });
  envelope.head.append(found);
  const marks = h("div", { class: "gan-marks" });
  envelope.element.append(marks);
  const band = h("span", { class: "gan-band", title: t("The envelope is that of this band, in which the bearing rings.") });
  spectrum.element.prepend(band);
  const element = h("div", { class: "gan-instrument" }, times.element, spectrum.element, kilohertz.element, envelope.element, hertz.element);
  frame.append(element, listen);
  const reads = beats();
  opinion.append(reads.element);

  /** @type {{wave: Float64Array<ArrayBuffer>, rate: number}|null} */
  let last = null;
  /** @type {import("./bearing.js").Line[]} */
  let lines = [];
  let [marked, words, scaled] = ["", "", ""];
  const write = rarely(() => setText(found, words));

  const toggle = () => {
    if (sound.owner === me) sound.stop(me);
    else if (last) sound.play(me, last.wave, last.rate);
  };
  const tell = () => {
    const plays = sound.owner === me;
    listen.setAttribute("aria-pressed", String(plays));
    listen.replaceChildren(h("span", { "aria-hidden": "true" }, plays ? "■" : "▶"), plays ? t("Stop") : t("Listen"));
    listen.title = plays ? t("Stop the sound") : t("Hear this window, over and over; whatever bends it is heard");
  };
  /** @param {number} rate @param {number} length */
  const scale = (rate, length) => {
    if (scaled === `${rate} ${length}`) return;
    scaled = `${rate} ${length}`;
    const [ms, most] = [(1000 * length) / rate, rate / 2000];
    times.show(ms, ms > 50 ? 20 : 10, t("ms"));
    kilohertz.show(most, most > 4 ? 2 : 1, t("kHz"));
    hertz.show(MOST_HZ, 100, t("Hz"));
    [band.style.left, band.style.width] = [`${BAND[0] / most / 10}%`, `${(BAND[1] - BAND[0]) / most / 10}%`];
  };
  /** @param {Shown} shown */
  const mark = ({ running, conditions }) => {
    const wanted = `${running?.rpm ?? ""} ${conditions} ${size.width}`;
    if (wanted === marked) return;
    marked = wanted;
    lines = running ? linesOf(running) : [];
    const place = (/** @type {number} */ at) => ({ left: `${(100 * at) / MOST_HZ}%` });
    const named = lines.map(({ part, short, name, hertz: at }) => h("span", {
      class: "gan-line", dataset: { asked: String(conditions.includes(part)) }, style: place(at), title: `${name}: ${told(at)}`,
    }, h("span", { class: "gan-line-name" }, `${short} ${Math.round(at)}`)));
    const again = lines.filter(({ part }) => conditions.includes(part)).flatMap(({ hertz: at }) => MULTIPLES.map((times) => [times, times * at])).filter(([, at]) => at < MOST_HZ);
    marks.replaceChildren(...named, ...again.map(([times, at]) => h("span", { class: "gan-line gan-again", style: place(at) }, h("span", { class: "gan-line-name" }, `${times}x`))));
    stagger(named);
  };
  /** @param {import("./spectra.js").Spectrum} spectrum */
  const name = (spectrum) => {
    const { line } = readingOf(spectrum, lines);
    return line ? t("struck at {rate}: {part}", { rate: told(line.hertz), part: line.full }) : t("no clear strikes");
  };
  const size = sizeOf(element, () => {
    marked = "";
    if (size.width) again();
  });
  // in a tab that is left nothing sounds; the button is there as long as the waveform is, which comes along where the spectra do not (away.js)
  let leaving = 0;
  const there = sizeOf(listen, () => {
    clearTimeout(leaving);
    if (!there.width) leaving = window.setTimeout(() => sound.stop(me), LEFT_MS);
  });
  const hide = () => void (document.hidden && sound.stop(me));
  document.addEventListener("visibilitychange", hide);
  tell();
  return {
    show(shown) {
      const { numbers, shape, rate } = shown;
      const wave = waveOf(numbers, shape[1]);
      last = { wave, rate };
      sound.change(me, wave, rate);
      if (!size.width) return;
      scale(rate, wave.length);
      mark(shown);
      const [whole, beaten] = [spectrumOf(wave, rate), envelopeSpectrumOf(wave, rate)];
      drawCurve(spectrum.canvas, whole.heights, (value) => 1 + (20 * Math.log10(Math.max(value, 1e-9))) / DECIBELS);
      // below it what is drawn is quiet, and looks so
      const top = Math.max(4 * QUIET, peakOf(beaten).height) / FULL;
      drawCurve(envelope.canvas, beaten.heights, (value) => value / top);
      words = name(beaten);
      write();
      reads.show(beaten, lines);
    },
    silence: () => sound.stop(me),
    destroy: together(sound.subscribe(tell), size.destroy, there.destroy, () => clearTimeout(leaving), () => sound.stop(me), () => document.removeEventListener("visibilitychange", hide), () => [element, listen, reads.element].forEach((one) => one.remove())),
  };
}

/** @param {number} hertz @returns {string} */
const told = (hertz) => t("{rate} Hz", { rate: Math.round(hertz).toLocaleString(locale) });

/** @param {string} title @param {string} label */
function panelOf(title, label) {
  const canvas = h("canvas", { class: "gan-curve", role: "img", "aria-label": label });
  const head = h("div", { class: "gan-panel-head" }, h("span", {}, title));
  return { canvas, head, element: h("div", { class: "gan-panel" }, canvas, head) };
}

function axisOf() {
  const element = h("div", { class: "gan-axis", "aria-hidden": "true" });
  /** @param {number} most @param {number} step @param {string} unit */
  const show = (most, step, unit) => {
    const ticks = Array.from({ length: Math.floor(most / step + 1e-6) + 1 }, (_, i) => i * step);
    element.replaceChildren(...ticks.map((value, i) => h("span", { style: { left: `${(100 * value) / most}%` }, dataset: { end: value > 0.97 * most ? "last" : i ? "" : "first" } }, i === ticks.length - 1 ? `${value} ${unit}` : value)));
  };
  return { element, show };
}

/** Names that would stand on each other go below each other. @param {HTMLElement[]} named lines, from the left */
function stagger(named) {
  /** @type {number[]} where the last name of each row ends */
  const ends = [];
  const places = named.map((line) => ({ line, left: line.offsetLeft, width: /** @type {HTMLElement} */ (line.firstElementChild).offsetWidth }));
  for (const { line, left, width } of places) {
    let row = ends.findIndex((end) => end < left);
    if (row < 0) row = ends.length;
    ends[row] = left + width;
    line.style.setProperty("--gan-row", String(row));
  }
}
