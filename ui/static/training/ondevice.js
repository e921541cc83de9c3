/** Train on this device: what is trained, on which pictures, for how long; and a run that comes as a zip. What trains is fetched at Start. */

import { messageOf, t } from "../i18n/i18n.js";
import { h, setText, uid } from "../kit/dom.js";
import { progressBar } from "../parts/progress.js";
import { elsewhere } from "./elsewhere.js";

/** @typedef {import("../trainer/protocol.js").Recipe} Recipe */
/** @typedef {{charging: boolean, addEventListener?: (name: string, listener: () => void) => void}} Battery */

const OWN = "own-pictures";
const FEWEST_OWN = 8;

/**
 * @param {boolean} open whether it is the only way to train on this page
 * @param {(id: string) => void} onRun told the id of a run that was started or came in
 * @returns {{element: HTMLElement, update: (busy: boolean) => void, destroy: () => void}} `busy`: whether a training goes on here already
 */
export function mount(open, onRun) {
  const told = h("p", { class: "train-told", role: "status", "aria-live": "polite" });
  const battery = h("p", { class: "gan-hint" });
  const hint = h("p", { class: "gan-hint" });
  const network = h("select", { id: uid("network"), class: "gan-select" });
  const data = h("select", { id: uid("data"), class: "gan-select" });
  const steps = number(1, 1_000_000, 1);
  const minutes = number(0.1, 600, "any");
  const start = h("button", { type: "submit", class: "gan-button gan-primary" }, t("Start on this device"));
  const pictures = h("input", { type: "file", accept: "image/*", multiple: true, id: uid("own"), "aria-label": t("Your own pictures") });
  const zip = h("input", { type: "file", accept: ".zip,application/zip", id: uid("zip") });
  const progress = progressBar();
  const own = h("div", { class: "train-own" }, h("label", { for: pictures.id }, t("Your pictures, a digit each; they stay on this device")), pictures);
  own.hidden = true;
  /** @type {Recipe[]} */
  let recipes = [];
  /** @type {import("../device/recipes.js").PackedSet[]} */
  let sets = [];
  /** @type {Uint8Array<ArrayBuffer>[]} */
  let mine = [];
  let [busy, working] = [false, false];
  let filled = false;

  /** @param {string} name @param {HTMLElement} field */
  const labelled = (name, field) => h("div", { class: "train-field" }, h("label", { for: field.id }, name), field);
  const form = h("form", { class: "train-settings", onSubmit: (event) => {
    event.preventDefault();
    begin();
  } }, labelled(t("Network"), network), labelled(t("Pictures"), data), labelled(t("Steps"), steps), labelled(t("At most, in minutes"), minutes), own, start);
  /** @type {HTMLDetailsElement} */
  const details = h("details", { class: "train-change", open, onToggle: () => void (details.open && fill()) },
    h("summary", {}, t("Train on this device")), form, hint, battery,
    h("div", { class: "train-own" }, h("label", { for: zip.id }, t("Or go on with a run that was downloaded (zip)")), zip), elsewhere(), told);
  const element = h("section", { class: "train-here train-part gan-at-here", "aria-label": t("Train on this device") }, h("span", { class: "train-coming" }, progress.element), details);

  const enable = () => (start.disabled = working || busy || !recipes.length || !sets.length && data.value !== OWN);
  /** @param {() => Promise<string>} work gives the id of a run */
  const doing = async (work) => {
    working = true;
    enable();
    try {
      onRun(await work());
      setText(told, "");
      details.open = false; // there is something to look at now
    } catch (error) {
      setText(told, messageOf(error));
    }
    working = false;
    enable();
  };
  const begin = () => doing(async () => {
    setText(told, t("Fetching the pictures and what trains ..."));
    const [{ attend }, { start: startRun }] = await Promise.all([import("../device/source.js"), import("../device/training.js")]);
    const { family, preset } = recipes[Number(network.value)];
    return startRun(await attend(), { family, preset, dataset: data.value, own: mine, steps: steps.valueAsNumber, minutes: minutes.value === "" ? null : minutes.valueAsNumber });
  });
  /** @param {Blob} file */
  const takeZip = (file) => doing(async () => {
    setText(told, t("Opening the run ..."));
    const [{ attend }, { takeIn }, { unzip }] = await Promise.all([import("../device/source.js"), import("../device/training.js"), import("../device/zip.js")]);
    return takeIn(await attend(), await unzip(await file.arrayBuffer()));
  });
  /** @param {Iterable<File>} files */
  const takePictures = async (files) => {
    const { readOwn } = await import("../device/pictures.js");
    setText(told, t("Reading the pictures ..."));
    const read = await readOwn(files, (done) => setText(told, t("Reading the pictures ... {done}", { done })));
    mine = read.pictures;
    data.value = OWN;
    say();
    const refused = read.refused.length ? ` ${t("{count} were left out: {reason}", { count: read.refused.length, reason: read.refused[0] })}` : "";
    const few = mine.length < FEWEST_OWN ? ` ${t("Expected at least {fewest}.", { fewest: FEWEST_OWN })}` : "";
    setText(told, t("{count} pictures are ready.", { count: mine.length }) + few + refused);
  };
  pictures.addEventListener("change", () => void takePictures(pictures.files ?? []));
  zip.addEventListener("change", () => zip.files?.[0] && takeZip(zip.files[0]));
  element.addEventListener("dragover", (event) => event.preventDefault());
  element.addEventListener("drop", (event) => {
    event.preventDefault();
    const files = [...(event.dataTransfer?.files ?? [])];
    const packed = files.find(({ name }) => name.endsWith(".zip"));
    if (packed) takeZip(packed);
    else if (files.length) void takePictures(files);
  });

  const say = () => {
    own.hidden = data.value !== OWN;
    const set = sets.find(({ name }) => name === data.value);
    setText(hint, set ? t("{megabytes} MB, fetched once and kept. {attribution}", { megabytes: (set.bytes / 1e6).toFixed(1), attribution: set.attribution }) : t("They are made into 28x28, white on black, and leave this device never."));
    enable();
  };
  const choose = () => {
    const recipe = recipes[Number(network.value)];
    if (recipe) steps.value = String(recipe.train.steps);
  };
  network.addEventListener("change", choose);
  data.addEventListener("change", say);

  const fill = async () => {
    if (filled) return;
    filled = true;
    try {
      const { listRecipes, listSets } = await import("../device/recipes.js");
      [recipes, sets] = await Promise.all([listRecipes().then((all) => all.filter(({ lab }) => !lab)), listSets().catch(() => [])]);
      network.replaceChildren(...recipes.map(({ family, preset }, i) => h("option", { value: i }, `${family}, ${preset}`)));
      data.replaceChildren(...sets.map(({ name, title, train }) => h("option", { value: name }, t("{title}: {count}", { title, count: train }))), h("option", { value: OWN }, t("Your own pictures")));
      network.value = String(Math.max(0, recipes.findIndex(({ preset }) => preset === "live")));
      choose();
      say();
      warn();
    } catch (error) {
      filled = false;
      setText(told, messageOf(error));
    }
  };
  /** A training takes all cores; whoever runs on battery should know before. */
  const warn = async () => {
    /** @type {{getBattery?: () => Promise<Battery>}} */
    const { getBattery } = /** @type {any} */ (navigator);
    const found = await getBattery?.call(navigator).catch(() => null);
    const show = () => setText(battery, found && !found.charging ? t("This device runs on its battery: a training takes much of it, and makes it warm. Pause it whenever you like; nothing is lost.") : "");
    found?.addEventListener?.("chargingchange", show);
    show();
  };
  if (open) fill();
  enable();
  return {
    element,
    update(goesOn) {
      busy = goesOn;
      enable();
    },
    destroy() {
      progress.destroy();
      element.remove();
    },
  };
}

/** @param {number} min @param {number} max @param {number|string} step */
function number(min, max, step) {
  return h("input", { id: uid("field"), class: "gan-number", type: "number", inputmode: "decimal", min, max, step });
}
