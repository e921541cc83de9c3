/**
 * The sheet of a person's own data: what was understood, the first pictures as they will be learned, and the switches that redraw it before anything
 * trains. Who reads the data, a server or this page, is not its business; the words are those of gan_core/preparation.py.
 */

import { locale, t } from "../i18n/i18n.js";
import { h, setText, uid } from "../kit/dom.js";

/**
 * @typedef {import("../device/prepare.js").Sheet} Sheet
 * @typedef {{prepare: string, shape: string}} Choice what is done to the pictures, and "28x28x1" or "" for the preset's own
 * @typedef {{sheet: Sheet|null, problem: string, shape: string}} Understood `shape`: as they are learned
 */

const SIDES = [16, 28, 32, 48, 64, 96, 128];
const MOST_CLASSES = 40;
const MOST_SIZES = 3;

/** @param {[string, string][]} fits more of the first switch @returns {[name: string, label: string, options: [value: string, text: string][]][]} the switches, by the groups of gan_core/preparation.py */
const switches = (fits) => [
  ["fit", t("Pictures of another shape"), [["", t("are refused")], ["pad", t("are padded")], ["crop", t("are cropped")], ...fits]],
  ["ink", t("Black and white"), [["", t("as they are")], ["invert", t("inverted")], ["bright-ink", t("dark ink made bright")]]],
  ["turn", t("Turned"), [["", t("not at all")], ["turn-90", "90°"], ["turn-180", "180°"], ["turn-270", "270°"]]],
  ["flip", t("Over the diagonal"), [["", t("as they are")], ["transpose", t("turned over (EMNIST)")]]],
  ["split", t("Held out"), [["", t("the usual 10 %")], ["hold-5", "5 %"], ["hold-10", "10 %"], ["hold-20", "20 %"]]],
];

/**
 * @param {(choice: Choice) => void} onChoice a switch was flipped
 * @param {{sized?: boolean, fits?: [string, string][]}} [has] `sized`: whether size and colours can be chosen; `fits`: more of what can become of pictures of another shape
 */
export function mount(onChoice, { sized = false, fits = [] } = {}) {
  const told = h("p", { class: "own-told", role: "status", "aria-live": "polite" });
  const picture = h("img", { class: "own-first", alt: t("The first pictures, as they will be learned") });
  const caption = h("figcaption", {}, " ");
  const figure = h("figure", { class: "own-figure" }, picture, caption);
  const facts = h("dl", { class: "own-facts" });
  const remarks = h("ul", { class: "own-remarks" });
  const size = select("size", t("Size"), [["", t("as the preset says")], ...SIDES.map((side) => /** @type {[string, string]} */ ([`${side}x${side}`, `${side} × ${side}`]))]);
  const colours = select("colours", t("Colours"), [["1", t("grey")], ["3", t("in colour")]]);
  const chosen = switches(fits).map(([name, label, options]) => select(name, label, options));
  const all = sized ? [size, colours, ...chosen] : chosen;
  const form = h("div", { class: "own-switches", role: "group", "aria-label": t("How they are learned") }, all.map(({ element }) => element));
  const element = h("div", { class: "own-sheet" }, told, figure, facts, form, remarks);
  /** @returns {Choice} */
  const choice = () => ({ prepare: chosen.map(({ field }) => field.value).filter(Boolean).join(","), shape: size.field.value && `${size.field.value}x${colours.field.value}` });
  for (const { field } of all) field.addEventListener("change", () => {
    colours.field.disabled = !size.field.value;
    onChoice(choice());
  });
  colours.field.disabled = true;
  figure.hidden = true;
  return {
    element,
    choice,
    /** Flips a switch to what suits these data. @param {string} fit */
    suit: (fit) => void (chosen[0].field.value = fit),
    /** What goes on now. @param {string} text */
    say: (text) => setText(told, text),
    /** @param {Understood} understood @param {string} src of the picture, or "" */
    show({ sheet, problem, shape }, src) {
      setText(told, problem);
      told.dataset.kind = problem ? "error" : "";
      figure.hidden = !src;
      if (src) picture.src = src;
      setText(caption, sheet ? t("The first pictures{each} as they will be learned: {shape}.", { each: sheet.kind.classes.length ? t(" of every class") : "", shape: shapeInWords(shape) }) : " ");
      facts.replaceChildren(...(sheet ? factsOf(sheet) : []));
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

/** @param {string} shape "28x28x1" */
export function shapeInWords(shape) {
  const [height, width, channels] = shape.split("x");
  return channels === "3" ? t("{width} × {height}, in colour", { width, height }) : t("{width} × {height}, grey", { width, height });
}

/** @param {Sheet} sheet */
function factsOf({ kind, count, train, test, of_class: ofClass, sizes, ink }) {
  /** @type {Record<string, string>} */
  const inks = { both: t("some bright on dark, some dark on bright"), neither: t("no ink on a ground") };
  const named = kind.classes.slice(0, MOST_CLASSES).map((name, i) => `${name} (${number(ofClass[i])})`).join(", ");
  const more = kind.classes.length > MOST_CLASSES ? t(" and {count} more", { count: kind.classes.length - MOST_CLASSES }) : "";
  return [
    [t("Pictures"), t("{count}: {train} to learn from, {test} held out", { count: number(count), train: number(train), test: number(test) })],
    [t("Its classes"), kind.classes.length ? `${number(kind.classes.length)}: ${named}${more}` : t("none: each class in a folder of its name would make some")],
    [t("Came as"), sizes.slice(0, MOST_SIZES).map(([width, height]) => `${width} × ${height}`).join(", ") + (sizes.length > MOST_SIZES ? " ..." : "")],
    [t("Ink"), inks[ink] ?? t(ink)],
  ].map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value)));
}

/** @param {Sheet} sheet */
function remarksOf({ left_out: leftOut, left_out_count: count, notes }) {
  const more = count > leftOut.length ? [h("li", {}, t("{count} more were left out.", { count: number(count - leftOut.length) }))] : [];
  return [...leftOut.map(({ name, why }) => h("li", { "data-kind": "left-out" }, t("Left out: {name}: {why}", { name, why }))), ...more, ...notes.map((note) => h("li", {}, note))];
}
