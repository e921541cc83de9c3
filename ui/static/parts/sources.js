/** Where a picture comes from: the test set, a drawing, or a file. Each gives 784 pixels in [0, 1]. */

import { address, ask } from "../engine/programs.js";
import { messageOf, t } from "../i18n/i18n.js";
import { isStatic } from "../kit/build.js";
import { h, notes, penOf, rovingFocus, uid } from "../kit/dom.js";
import { paint } from "../kit/sample.js";
import { drawPad, inGreys } from "../kit/draw.js";
import { fileButton } from "../kit/filebutton.js";
import { pixelsOf } from "../kit/pixels.js";
import { readPicture } from "../kit/readpicture.js";
import { slider } from "../kit/slider.js";
import { controlHeaders } from "../runs/access.js";

const PER_ROW = 32;
const SIDE = 28;
const PAGE = 24;
const NOTHING = new Float32Array(SIDE * SIDE);
/** The test picture that the tab opens with. */
const START = { digit: 3, index: 0 };
/** What stands on the pad where there are no test pictures: points of a stroke, so that nobody meets a black square. @type {[number, number][]} */
const THREE = [[8.5, 8], [11, 6], [14.5, 5.4], [17.5, 6.6], [18.4, 9], [17, 11.6], [13.5, 13], [17.6, 14.4], [19.4, 17], [18.6, 20], [15.6, 22], [12, 22.2], [8.6, 20.4]];
const MAX_UPLOAD = 8 * 2 ** 20;

/** @typedef {{pixels: Float32Array, title: string, test?: import("../state/codelink.js").TestPicture}} Picture `test` names one of the test set */
/** @typedef {import("../state/codelink.js").LinkedPicture} LinkedPicture */
/** @typedef {{dataset: string, counts: number[], mnist: boolean}} TestSet as gan/testset.json has it: how many pictures of each digit */
/** @typedef {{data: Float32Array, width: number}} Sheet pictures in rows of 32, [0, 1] */

/** The style of what is here. */
export const STYLE = new URL("sources.css", import.meta.url);

/**
 * Three tabs of sources.
 * @param {(picture: Picture) => void} onPicture
 * @param {{pad?: boolean}} [options] `pad`: it opens with an empty pad
 * @returns {{element: HTMLElement, start: (asked?: LinkedPicture|null) => Promise<void>, linked: () => LinkedPicture|null, destroy: () => void}} `start` shows
 *   what a link asks for, `linked` what a link shall ask for
 */
export function sources(onPicture, { pad = false } = {}) {
  let chosen = 0;
  /** @type {(Picture|null)[]} */
  const latest = [null, null, null];
  /** @param {number} place @returns {(picture: Picture) => void} */
  const give = (place) => (picture) => {
    latest[place] = picture;
    if (place === chosen) onPicture(picture);
  };
  const [tests, drawn, uploaded] = [testPicker(give(0)), drawing(give(1)), upload(give(2))];
  const names = [t("Test picture"), t("Draw"), t("Upload")];
  const panels = [tests, drawn, uploaded].map(({ element }, i) => h("div", { role: "tabpanel", class: "ae-source", id: uid("source"), hidden: i !== 0 }, element));
  const tabs = names.map((name, i) =>
    h("button", { type: "button", role: "tab", id: uid("tab"), class: "gan-button ae-tab", "aria-controls": panels[i].id, "aria-selected": String(i === 0), onClick: () => choose(i) }, name));
  panels.forEach((panel, i) => panel.setAttribute("aria-labelledby", tabs[i].id));
  const list = h("div", { role: "tablist", class: "ae-tabs", "aria-label": t("Where the picture comes from") }, tabs);
  const hold = rovingFocus(list, tabs, { onMove: (i) => choose(i) });

  /** @param {number} place */
  function choose(place) {
    chosen = place;
    hold(place);
    tabs.forEach((tab, i) => tab.setAttribute("aria-selected", String(i === place)));
    panels.forEach((panel, i) => (panel.hidden = i !== place));
    const picture = latest[place];
    if (picture) onPicture(picture);
  }
  if (isStatic) {
    // the static build has no test pictures
    tabs[0].hidden = true;
  }
  if (isStatic || pad) choose(1);
  /** @param {LinkedPicture|null} [asked] */
  async function start(asked = null) {
    if (asked?.pixels) {
      drawn.put(asked.pixels);
      choose(1);
      return isStatic ? undefined : tests.start();
    }
    if (isStatic && !pad) drawn.begin();
    if (isStatic && asked) throw new Error(t("Its test picture is not part of this build."));
    return isStatic ? undefined : tests.start(asked);
  }
  function linked() {
    const picture = latest[chosen];
    if (!picture) return null;
    if (picture.test) return picture.test.digit === START.digit && picture.test.index === START.index ? null : picture.test;
    return isStatic && drawn.untouched() ? null : { pixels: picture.pixels };
  }
  return { element: h("div", { class: "ae-sources" }, list, panels), start, linked, destroy: drawn.destroy };
}

/** @param {(picture: Picture) => void} onPicture */
function testPicker(onPicture) {
  const note = notes();
  /** @type {{set: TestSet|null, digit: number, index: number}} `set`: null until it is known what there is */
  const state = { set: null, ...START };
  /** @type {Map<string, Promise<Sheet>>} */
  const sheets = new Map();
  const digits = Array.from({ length: 10 }, (_, i) =>
    h("button", { type: "button", role: "radio", class: "gan-button ae-digit", "aria-checked": String(i === state.digit), "aria-label": t("Digit {digit}", { digit: i }), onClick: () => pick({ digit: i }) }, String(i)));
  const keys = h("div", { role: "radiogroup", class: "ae-digits", "aria-label": t("Digit") }, digits);
  const hold = rovingFocus(keys, digits, { onMove: (i) => pick({ digit: i }) });
  const number = slider({ label: t("Number"), min: 0, max: 1, step: 1, decimals: 0, onInput: (index) => pick({ index: Math.round(index) }), say: note.say });
  const another = h("button", { type: "button", class: "gan-button", onClick: () => pick({ index: Math.floor(Math.random() * count()) }) }, t("Another"));
  const fetchButton = h("button", { type: "button", class: "gan-button", hidden: true, onClick: () => fetchMnist() }, t("Fetch MNIST (11 MB)"));
  const from = h("p", { class: "gan-hint ae-from" }, " ");
  const cells = Array.from({ length: PAGE }, (_, i) => {
    const canvas = h("canvas", { class: "gan-cell-canvas", width: SIDE, height: SIDE, "aria-hidden": "true" });
    const button = h("button", { type: "button", class: "gan-cell", "aria-label": t("Picture {index}", { index: i }), onClick: () => pick({ index: pageStart() + i }) }, canvas);
    return { button, pen: penOf(canvas) };
  });
  const buttons = cells.map(({ button }) => button);
  const shelf = h("div", { class: "ae-shelf", role: "group", "aria-label": t("Test pictures of this digit") }, buttons);
  const holdCell = rovingFocus(shelf, buttons, { columns: 6 });
  const element = h("div", {}, keys, shelf, number.element, h("div", { class: "gan-buttons" }, another, fetchButton), from, note.element);
  let current = 0;

  const count = () => state.set?.counts[state.digit] ?? 1;
  /** @param {{digit?: number, index?: number}} patch */
  async function pick(patch) {
    Object.assign(state, patch);
    const { set } = state;
    if (!set) return; // the list of test pictures could not be had, and that was told
    state.index = Math.min(state.index, count() - 1);
    digits.forEach((button, i) => button.setAttribute("aria-checked", String(i === state.digit)));
    hold(state.digit);
    number.limit(count() - 1);
    number.set(state.index, t("picture {index} of {count}", { index: state.index, count: count() }));
    const turn = ++current;
    note.say(""); // now, not when the pictures come: what is said about a number typed meanwhile stays
    try {
      const { digit, index } = state;
      const pictures = await sheet(set.dataset, digit);
      if (turn !== current) return;
      show(set, pictures);
      onPicture({ pixels: cut(pictures, index), title: t("{digit}, test {index}", { digit, index }), test: { dataset: set.dataset, digit, index } });
    } catch (error) {
      if (turn === current) note.say(messageOf(error), "error");
    }
  }
  const pageStart = () => Math.floor(state.index / PAGE) * PAGE;
  /** @param {TestSet} set @param {Sheet} pictures of the digit */
  function show(set, pictures) {
    const first = pageStart();
    const page = `${set.dataset} ${state.digit} ${first}`;
    cells.forEach(({ button, pen }, i) => {
      button.setAttribute("aria-pressed", String(first + i === state.index));
      if (shelf.dataset.page === page) return;
      const there = first + i < count();
      button.disabled = !there;
      button.setAttribute("aria-label", t("Picture {index}", { index: first + i }));
      paint(pen, there ? cut(pictures, first + i) : NOTHING);
    });
    shelf.dataset.page = page;
    holdCell(state.index - first);
  }
  /** @param {string} dataset @param {number} digit @returns {Promise<Sheet>} */
  function sheet(dataset, digit) {
    const key = `${dataset}/${digit}`;
    const known = sheets.get(key);
    if (known) return known;
    const loading = ask(address(`gan/testset/${key}.png`)).then((response) => response.blob()).then(toPixels);
    loading.catch(() => sheets.delete(key));
    sheets.set(key, loading);
    return loading;
  }
  /** @param {TestSet} set */
  function take(set) {
    state.set = set;
    from.textContent = set.dataset === "mnist" ? t("From MNIST's 10,000 test pictures, which no model was trained on.")
      : t("From scikit-learn's small digits (8x8, made 28x28). MNIST is not on this machine.");
    fetchButton.hidden = set.mnist;
    return pick({});
  }
  async function fetchMnist() {
    fetchButton.disabled = true;
    note.say(t("Fetching MNIST ..."));
    try {
      await take(await (await ask(address("gan/testset/fetch-mnist"), { method: "POST", headers: controlHeaders() })).json());
    } catch (error) {
      note.say(messageOf(error), "error");
    }
    fetchButton.disabled = false;
  }
  /** @param {import("../state/codelink.js").TestPicture|null} [asked] @returns {Promise<void>} */
  async function start(asked = null) {
    /** @type {TestSet} */
    let set;
    try {
      set = await (await ask(address("gan/testset.json"))).json();
    } catch (error) {
      return note.say(messageOf(error), "error");
    }
    const there = !asked || (asked.dataset === set.dataset && asked.index < set.counts[asked.digit]);
    if (asked && there) Object.assign(state, { digit: asked.digit, index: asked.index });
    await take(set);
    if (!there) throw new Error(t("Its test picture is not on this machine."));
    return undefined;
  }
  return { element, start };
}

/** @param {(picture: Picture) => void} onPicture */
function drawing(onPicture) {
  const pad = drawPad((pixels) => onPicture({ pixels, title: t("drawing") }));
  onPicture({ pixels: pad.pixels(), title: t("drawing") });
  /** @type {Float32Array|null} what it began with */
  let opened = null;
  const begin = () => {
    pad.write(THREE);
    opened = pad.pixels().slice();
  };
  const untouched = () => opened?.every((value, i) => value === pad.pixels()[i]) ?? false;
  return { element: pad.element, put: pad.put, begin, untouched, destroy: pad.destroy };
}

/** @param {(picture: Picture) => void} onPicture */
function upload(onPicture) {
  const note = notes();
  const { element, input } = fileButton(t("Choose a picture"), { accept: "image/*" });
  input.addEventListener("change", () => void sendFirst(input.files));
  const drop = h("div", { class: "ae-drop" }, h("label", { for: input.id }, t("Choose a picture of one digit, or drop it here")), element,
    h("p", { class: "gan-hint" }, isStatic ? t("Ink on paper works: it is turned into 28x28, white on black, here in the browser.")
      : t("Ink on paper works: it is turned into 28x28, white on black, by the server, and not kept.")));
  drop.addEventListener("dragover", (event) => (event.preventDefault(), (drop.dataset.over = "true")));
  drop.addEventListener("dragleave", () => delete drop.dataset.over);
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    delete drop.dataset.over;
    sendFirst(event.dataTransfer?.files);
  });
  /** @param {FileList|null|undefined} files */
  function sendFirst(files) {
    if (files?.[0]) send(files[0]);
  }
  /** @param {File} file */
  async function send(file) {
    if (file.size > MAX_UPLOAD) return note.say(t("{file} has {size} MB; expected at most 8. Save it smaller and try again.", { file: file.name, size: (file.size / 2 ** 20).toFixed(0) }), "error");
    note.say(t("Reading {file} ...", { file: file.name }));
    try {
      const data = isStatic ? await readPicture(file) : await readOnServer(file);
      note.say(t("{file}, as the models see it.", { file: file.name }));
      onPicture({ pixels: data.map(inGreys), title: file.name.slice(0, 24) });
    } catch (error) {
      note.say(messageOf(error), "error");
    }
    return undefined;
  }
  return { element: h("div", {}, drop, note.element) };
}

/** @param {File} file @returns {Promise<Float32Array>} */
async function readOnServer(file) {
  const response = await ask(address("gan/picture"), { method: "POST", body: file });
  return (await toPixels(await response.blob())).data;
}

/** @param {Blob} blob a grey PNG @returns {Promise<Sheet>} */
export async function toPixels(blob) {
  // exact: the greys are the numbers the networks were trained on
  const { width, data } = await pixelsOf(blob, { exact: true });
  return { width, data: Float32Array.from({ length: data.length / 4 }, (_, i) => data[i * 4] / 255) };
}

/** @param {Sheet} sheet @param {number} index @returns {Float32Array} one of them, 784 pixels */
export function cut({ data, width }, index) {
  const left = (index % PER_ROW) * SIDE;
  const top = Math.floor(index / PER_ROW) * SIDE;
  return Float32Array.from({ length: SIDE * SIDE }, (_, i) => data[(top + Math.floor(i / SIDE)) * width + left + (i % SIDE)]);
}
