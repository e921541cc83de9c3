/**
 * The sheet of a person's own data: what was understood, the first pictures as they will be learned, and the switches that redraw it before anything
 * trains. Who reads the data, a server or this page, is not its business; the words are those of gan_core/preparation.py.
 */

import { locale, t } from "../i18n/i18n.js";
import { h, setText, uid } from "../kit/dom.js";
import { shapeInWords } from "../kit/shapewords.js";
import { tableOf } from "../kit/table.js";

/**
 * @typedef {import("../device/prepare.js").Sheet} Sheet
 * @typedef {{prepare: string, shape: string}} Choice what is done to the pictures, and "28x28x1" or "" for the preset's own
 * @typedef {{sheet: Sheet|null, problem: string, shape: string}} Understood `shape`: as they are learned
 */

/** Samples a second that recordings are taken to have, and may be said to have. */
const USUAL = 12000;
const RATES = [8000, 16000, 25600, 44100, 48000, 51200];
const MOST_CLASSES = 40;
const MOST_SIZES = 3;

/** @param {[string, string][]} fits more of the first switch @returns {[name: string, label: string, options: [value: string, text: string][]][]} the switches, by the groups of gan_core/preparation.py */
const switches = (fits) => [
  ["fit", t("Pictures of another shape"), [["", t("are refused")], ["pad", t("are padded")], ["crop", t("are cropped")], ...fits]],
  ["ink", t("Black and white"), [["", t("as they are")], ["invert", t("inverted")], ["bright-ink", t("dark ink made bright")]]],
  ["turn", t("Turned"), [["", t("not at all")], ["turn-90", "90°"], ["turn-180", "180°"], ["turn-270", "270°"]]],
  ["flip", t("Over the diagonal"), [["", t("as they are")], ["transpose", t("turned over (EMNIST)")]]],
];

/** @param {number} rate */
const hertz = (rate) => t("{rate} Hz", { rate: number(rate) });

/** @type {() => [name: string, label: string, options: [value: string, text: string][]]} of pictures and of recordings */
const held = () => ["split", t("Held out"), [["", t("the usual 10 %")], ["hold-5", "5 %"], ["hold-10", "10 %"], ["hold-20", "20 %"]]];

/** @type {() => [name: string, label: string, options: [value: string, text: string][]][]} the switches of recordings */
const ofRecordings = () => [
  ["classes", t("A class is"), [["", t("a folder")], ["by-file", t("a file")]]],
  ["rate", t("Rate, where files do not say it"), [["", hertz(USUAL)], ...RATES.map((rate) => /** @type {[string, string]} */ ([`rate-${rate}`, hertz(rate)]))]],
];

/**
 * @param {(choice: Choice) => void} onChoice a switch was flipped
 * @param {{sides: number[], recordings?: boolean, fits?: [string, string][]}} has `sides` of pictures that can be chosen; `recordings`: whether those are learned, too;
 *   `fits`: more of what can become of pictures of another shape
 */
export function mount(onChoice, { sides, recordings = false, fits = [] }) {
  const told = h("p", { class: "own-told", role: "status", "aria-live": "polite" });
  const picture = h("img", { class: "own-first", alt: t("The first pictures, as they will be learned") });
  const caption = h("figcaption", {}, " ");
  const figure = h("figure", { class: "own-figure" }, picture, caption);
  const facts = h("dl", { class: "own-facts" });
  const remarks = h("ul", { class: "own-remarks" });
  const size = select("size", t("Size"), [["", t("as the preset says")], ...sides.map((side) => /** @type {[string, string]} */ ([`${side}x${side}`, `${side} × ${side}`]))]);
  const colours = select("colours", t("Colours"), [["1", t("grey")], ["3", t("in colour")]]);
  const made = (/** @type {ReturnType<typeof switches>} */ listed) => listed.map(([name, label, options]) => select(name, label, options));
  const pictured = made(switches(fits));
  const recorded = recordings ? made(ofRecordings()) : [];
  const ofPictures = [size, colours, ...pictured];
  const chosen = [...pictured, ...made([held()]), ...recorded];
  const all = [...new Set([...ofPictures, ...chosen])];
  /** The switches of one of the two alone, whose words alone are meant. @param {boolean} signals */
  const of = (signals) => {
    for (const { element: field } of ofPictures) field.hidden = signals;
    for (const { element: field } of recorded) field.hidden = !signals;
  };
  of(false);
  const form = h("div", { class: "own-switches", role: "group", "aria-label": t("How they are learned") }, all.map(({ element }) => element));
  const element = h("div", { class: "own-sheet" }, told, figure, facts, form, remarks);
  /** @returns {Choice} */
  const choice = () => ({ prepare: chosen.filter(({ element: field }) => !field.hidden).map(({ field }) => field.value).filter(Boolean).join(","), shape: size.field.value && `${size.field.value}x${colours.field.value}` });
  for (const { field } of all) field.addEventListener("change", () => {
    colours.field.disabled = !size.field.value;
    onChoice(choice());
  });
  colours.field.disabled = true;
  figure.hidden = true;
  return {
    element,
    choice,
    of,
    /** Flips a switch to what suits these data. @param {string} fit */
    suit: (fit) => void (pictured[0].field.value = fit),
    /** What goes on now. @param {string} text */
    say: (text) => setText(told, text),
    /** @param {Understood} understood @param {string} src of the picture, or "" */
    show({ sheet, problem, shape }, src) {
      const signals = isSignal(shape);
      of(signals);
      picture.alt = signals ? t("The first windows, as they will be learned") : t("The first pictures, as they will be learned");
      setText(told, problem);
      told.dataset.kind = problem ? "error" : "";
      figure.hidden = !src;
      if (src) picture.src = src;
      const each = sheet?.kind.classes.length ? t(" of every class") : "";
      const first = signals ? t("The first windows{each} as they will be learned: {shape}.", { each, shape: inWords(shape, sheet) }) : t("The first pictures{each} as they will be learned: {shape}.", { each, shape: inWords(shape, sheet) });
      setText(caption, sheet ? first : " ");
      facts.replaceChildren(...(sheet ? entries(signals ? factsOfRecordings(sheet) : factsOf(sheet)) : []));
      remarks.replaceChildren(...(sheet ? remarksOf(sheet) : []));
    },
    destroy: () => element.remove(),
  };
}

/** @param {string} name @param {string} label @param {[string, string][]} options */
function select(name, label, options) {
  const field = h("select", { id: uid(name), class: "gan-select" }, options.map(([value, text]) => h("option", { value }, text)));
  return { field, element: h("div", { class: "train-field" }, h("label", { for: field.id }, label), field) };
}

/** @param {number} count */
const number = (count) => count.toLocaleString(locale);

/** @param {string} shape "1024x1" of a signal, "28x28x1" of a picture */
const isSignal = (shape) => shape.split("x").length === 2;

/** @param {string} shape @param {Sheet|null} sheet */
const inWords = (shape, sheet) => (isSignal(shape) ? t("{length} samples, {ms} ms", { length: number(parseInt(shape)), ms: number(Math.round((1000 * parseInt(shape)) / (sheet?.kind.rate ?? 1))) }) : shapeInWords(shape.split("x").map(Number)));

/** @param {[string, string][]} facts */
const entries = (facts) => facts.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value)));

/** @param {Sheet} sheet @returns {[string, string][]} */
function factsOfRecordings({ kind, count, train, test, of_class: ofClass, recordings = 0, seconds = 0, rate_is_told: told }) {
  const rate = hertz(kind.rate ?? 0);
  return [
    [t("Recorded signals"), t("{count}, {seconds} s together", { count: number(recordings), seconds: seconds.toFixed(1) })],
    [t("Rate"), told ? rate : t("{rate}, which the files do not say", { rate })],
    [t("Windows"), t("{count}: {train} of them to learn from, {test} held out", { count: number(count), train: number(train), test: number(test) })],
    [t("Its classes"), `${number(kind.classes.length)}: ${namedIn(kind, ofClass)}`],
  ];
}

/** @param {Sheet["kind"]} kind @param {number[]} ofClass @returns {string} the classes, each with how many it has */
function namedIn(kind, ofClass) {
  const named = kind.classes.slice(0, MOST_CLASSES).map((name, i) => `${name} (${number(ofClass[i])})`).join(", ");
  return named + (kind.classes.length > MOST_CLASSES ? t(" and {count} more", { count: kind.classes.length - MOST_CLASSES }) : "");
}

/** @param {Sheet} sheet @returns {[string, string][]} */
function factsOf({ kind, count, train, test, of_class: ofClass, sizes, ink }) {
  /** @type {Record<string, string>} */
  const inks = tableOf({ both: t("some bright on dark, some dark on bright"), neither: t("no ink on a ground") });
  return [
    [t("Pictures"), t("{count}: {train} to learn from, {test} held out", { count: number(count), train: number(train), test: number(test) })],
    [t("Its classes"), kind.classes.length ? `${number(kind.classes.length)}: ${namedIn(kind, ofClass)}` : t("none: each class in a folder of its name would make some")],
    [t("Came as"), sizes.slice(0, MOST_SIZES).map(([width, height]) => `${width} × ${height}`).join(", ") + (sizes.length > MOST_SIZES ? " ..." : "")],
    [t("Ink"), inks[ink] ?? t(ink)],
  ];
}

/** @param {Sheet} sheet */
function remarksOf({ left_out: leftOut, left_out_count: count, notes }) {
  const more = count > leftOut.length ? [h("li", {}, t("{count} more were left out.", { count: number(count - leftOut.length) }))] : [];
  return [...leftOut.map(({ name, why }) => h("li", { "data-kind": "left-out" }, t("Left out: {name}: {why}", { name, why }))), ...more, ...notes.map((note) => h("li", {}, note))];
}
