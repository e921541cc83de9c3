/** Train on this device: what is trained, on which pictures, for how long; and a run that comes as a zip. What trains is fetched at Start. */

import { messageOf, t } from "../i18n/i18n.js";
import { h, penOf, setText, uid } from "../kit/dom.js";
import { fileButton } from "../kit/filebutton.js";
import { cellOf, MNIST, paint } from "../kit/sample.js";
import { shapeInWords } from "../kit/shapewords.js";
import { progressBar } from "../parts/progress.js";
import { ofChooser, ofDrop } from "../device/collect.js";
import { elsewhere } from "./elsewhere.js";
import { about as timeOf } from "./estimate.js";
import { mount as mountSheet } from "./ownsheet.js";

/** @typedef {import("../trainer/protocol.js").Recipe} Recipe */
/** @typedef {{charging: boolean, addEventListener?: (name: string, listener: () => void) => void}} Battery */

const OWN = "own-pictures";
const DIGIT = "digit";
/** Pixels a side that pictures may be learned with; more is too much for a phone. */
const SIDES = [16, 28, 32, 48, 64];
const [COLUMNS, SHOWN] = [8, 64];
/** Signals that this page makes itself (device/pictures.js). */
const MADE = "vibration";

/**
 * @param {boolean} open whether it is the only way to train on this page
 * @param {(id: string) => void} onRun told the id of a run that was started or came in
 * @returns {{element: HTMLElement, update: (busy: boolean) => void, destroy: () => void}} `busy`: whether a training goes on here already
 */
export function mount(open, onRun) {
  const told = h("p", { class: "train-told", role: "status", "aria-live": "polite" });
  const battery = h("p", { class: "gan-hint" });
  const hint = h("p", { class: "gan-hint" });
  const refused = h("p", { class: "own-told", role: "status", "aria-live": "polite", "data-kind": "error" });
  const network = h("select", { id: uid("network"), class: "gan-select" });
  const data = h("select", { id: uid("data"), class: "gan-select" });
  const learned = h("label", { for: data.id }, t("Pictures"));
  const steps = number(1, 1_000_000, 1);
  const minutes = number(0.1, 600, "any");
  const start = h("button", { type: "submit", class: "gan-button gan-primary" }, t("Start on this device"));
  const pictures = fileButton(t("Choose files"), { accept: "image/*,.zip,.npz,.npy,.csv,.gz,.idx,.wav,.mat", multiple: true });
  const folder = fileButton(t("Choose a folder"), { multiple: true, webkitdirectory: true });
  const sheet = mountSheet(() => void redraw(), { sides: SIDES, recordings: true, fits: [[DIGIT, t("are made into digits like MNIST's")]] });
  sheet.element.hidden = true;
  const zip = fileButton(t("Choose a zip"), { accept: ".zip,application/zip" });
  const progress = progressBar();
  const own = h("div", { class: "train-own" }, h("label", { for: pictures.input.id }, t("Your pictures or recordings (WAV, CSV, npy, mat), or a zip with a folder for each class; they stay on this device")), pictures.element, h("label", { for: folder.input.id }, t("Or a folder, its sub-folders as classes")), folder.element, sheet.element);
  own.hidden = true;
  /** @type {Recipe[]} */
  let recipes = [];
  /** @type {import("../device/recipes.js").PackedSet[]} */
  let sets = [];
  /** @type {{files: import("../device/collect.js").Given[], root: string}|null} what was given */
  let given = null;
  /** @type {{pictures: import("../device/ownread.js").Read}|{recorded: import("../device/recordings.js").Recorded}|null} as it was read for the networks of now */
  let read = null;
  /** @type {import("../device/prepare.js").Prepared|null} as it will be learned */
  let mine = null;
  /** Why what is chosen cannot be had, a sentence. */
  let problem = "";
  /** How long it takes. */
  let seconds = NaN;
  let [turn, asking] = [0, 0];
  let [busy, working] = [false, false];
  /** @type {Promise<void>|null} */
  let filling = null;

  /** @param {string} name @param {HTMLElement} field */
  const labelled = (name, field) => h("div", { class: "train-field" }, h("label", { for: field.id }, name), field);
  const form = h("form", { class: "train-settings", onSubmit: (event) => {
    event.preventDefault();
    begin();
  } }, labelled(t("Network"), network), h("div", { class: "train-field" }, learned, data), labelled(t("Steps"), steps), labelled(t("At most, in minutes"), minutes), own, start);
  /** @type {HTMLDetailsElement} */
  const details = h("details", { class: "train-change", open, onToggle: () => void (details.open && fill()) },
    h("summary", {}, t("Train on this device")), form, refused, hint, battery,
    h("div", { class: "train-own" }, h("label", { for: zip.input.id }, t("Or go on with a run that was downloaded (zip)")), zip.element), elsewhere(), told);
  const element = h("section", { class: "train-here train-part gan-at-here", "aria-label": t("Train on this device") }, h("span", { class: "train-coming" }, progress.element), details);

  /** @returns {Recipe|undefined} */
  const recipe = () => recipes[Number(network.value)];
  /** As the pictures are learned: as the sheet says, else as the preset does. @returns {import("../kit/shape.js").Shape} */
  const shape = () => (signals() ? ofPreset() : data.value !== OWN ? MNIST : sheet.choice().shape ? sheet.choice().shape.split("x").map(Number) : ofPreset());
  const ofPreset = () => /** @type {number[]} */ (recipe()?.model.image_shape ?? MNIST);
  const signals = () => Boolean(recipe()?.model.rate);
  const enable = () => (start.disabled = working || busy || problem !== "" || !recipes.length || (data.value === OWN ? !mine || mine.problem !== "" : !signals() && !sets.length));
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
    const { family, preset } = /** @type {Recipe} */ (recipe());
    const own = data.value === OWN && mine ? { own: mine.images, about: { prepare: sheet.choice().prepare, shape: mine.shape, classes: mine.classes, labels: mine.labels, heldOut: mine.heldOut, ...(mine.rate && { rate: mine.rate }) } } : {};
    return startRun(await attend(), { family, preset, dataset: data.value, ...own, steps: steps.valueAsNumber, minutes: minutes.value === "" ? null : minutes.valueAsNumber });
  });
  /** @param {File} file that a run was downloaded as */
  const takeZip = (file) => doing(async () => {
    setText(told, t("Opening the run ..."));
    const [{ attend }, { takeIn: takeRun }, { unzip }] = await Promise.all([import("../device/source.js"), import("../device/training.js"), import("../device/zip.js")]);
    return takeRun(await attend(), await unzip(await file.arrayBuffer()));
  });
  /** @param {Promise<import("../device/collect.js").Given[]>|import("../device/collect.js").Given[]} brought */
  const takeIn = async (brought) => {
    const asked = (turn += 1);
    [given, read, mine] = [null, null, null];
    setText(told, t("Reading the files ..."));
    try {
      const [listed] = await Promise.all([brought, fill()]);
      if (!listed.length) return;
      const { opened } = await import("../device/ownread.js");
      const { kind, ...found } = await opened(listed);
      if (asked !== turn) return;
      given = found;
      // what can only be recordings, or only pictures, goes to networks that draw such
      if (kind && (kind === "signal") !== signals()) choose(recipes.findIndex(({ model, preset }) => preset === "live" && Boolean(model.rate) === (kind === "signal")));
      data.value = OWN;
      await readThem();
    } catch (error) {
      if (asked === turn) setText(told, messageOf(error));
    }
    enable();
  };
  /** For the networks of now. */
  const readThem = async () => {
    if (!given) return;
    const asked = (turn += 1);
    [read, mine] = [null, null];
    const progressed = (/** @type {number} */ done) => void (asked === turn && setText(told, t("Reading the files ... {done}", { done })));
    try {
      const [{ readGiven }, { readRecordings }] = await Promise.all([import("../device/ownread.js"), import("../device/recordings.js")]);
      const found = signals() ? { recorded: await readRecordings(given.files, given.root, progressed) } : { pictures: await readGiven(given.files, progressed) };
      if (asked !== turn) return;
      read = found;
      sheet.of(signals());
      if (found.pictures) sheet.suit(found.pictures.classes.length || !found.pictures.pictures[0]?.file.size ? "" : DIGIT); // loose pictures are photographs of a digit each, as the drawing board takes them
      say();
      await redraw();
    } catch (error) {
      if (asked !== turn) return;
      sheet.element.hidden = true;
      setText(told, messageOf(error));
      say();
    }
  };
  /** The sheet of what was given, with the switches as they are now. */
  const redraw = async () => {
    if (!read) return;
    const asked = (turn += 1);
    const { prepare } = sheet.choice();
    const now = read;
    const [{ asDigits }, { prepared }, { windowed }] = await Promise.all([import("../device/ownread.js"), import("../device/prepare.js"), import("../device/recordings.js")]);
    if ("recorded" in now) mine = windowed(now.recorded, prepare, shape());
    else {
      const shown = prepare.includes(DIGIT) ? await asDigits(now.pictures, (done) => asked === turn && setText(told, t("Reading the files ... {done}", { done }))) : now.pictures;
      if (asked !== turn) return;
      mine = prepared(shown, prepare, shape());
    }
    setText(told, mine.problem ? "" : signals() ? t("{count} windows are ready.", { count: mine.images.length }) : t("{count} pictures are ready.", { count: mine.images.length }));
    sheet.element.hidden = false;
    sheet.show({ sheet: mine.sheet, problem: mine.problem, shape: mine.shape.join("x") }, firstOf(mine));
    say();
  };
  for (const { input: field } of [pictures, folder]) field.addEventListener("change", () => {
    void takeIn(ofChooser(field.files ?? []));
    field.value = "";
  });
  zip.input.addEventListener("change", () => zip.input.files?.[0] && takeZip(zip.input.files[0]));
  element.addEventListener("dragover", (event) => event.preventDefault());
  element.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer) void ofDrop(event.dataTransfer).then(dropped, (error) => setText(told, messageOf(error)));
  });

  /** A run that was downloaded is one zip with a config.json; anything else is to be learned. @param {import("../device/collect.js").Given[]} brought */
  const dropped = async (brought) => {
    const [{ path, file } = { path: "", file: null }] = brought;
    if (file && brought.length === 1 && path.endsWith(".zip")) {
      const { holds } = await import("../device/zip.js");
      if (await holds(file, /^([^/]+\/)?config\.json$/)) return takeZip(/** @type {File} */ (file));
    }
    if (brought.length) await takeIn(brought);
  };

  /** What is said of the choice that stands. */
  const tell = () => {
    own.hidden = data.value !== OWN;
    const set = sets.find(({ name }) => name === data.value);
    const what = data.value === MADE ? t("Simulated by the equations of a damaged bearing, here and now: {shape}, four conditions at three speeds.", { shape: shapeInWords(shape()) }) : set ? t("{megabytes} MB, fetched once and kept. {attribution}", { megabytes: (set.bytes / 1e6).toFixed(1), attribution: set.attribution }) : t("They are learned as {shape}, and never leave this device.", { shape: shapeInWords(shape()) });
    setText(hint, problem || !Number.isFinite(seconds) ? what : `${what} ${t("About {time} on this device.", { time: timeOf(seconds) })}`);
    setText(refused, problem);
    enable();
  };
  const say = () => {
    tell();
    void foresee();
  };
  /** Whether it can be had, and how long it takes, before it is begun. */
  const foresee = async () => {
    const asked = (asking += 1);
    const chosen = recipe();
    if (!chosen || busy) return; // nothing is measured while the cores are taken
    const { foreseen } = await import("../device/pace.js");
    const found = await foreseen(chosen, { shape: shape(), classes: data.value === OWN ? mine?.classes ?? [] : [] }, steps.valueAsNumber);
    if (asked !== asking) return;
    ({ problem, seconds } = found);
    tell();
  };
  /** @param {number} [index] another network than the one that stands in the field */
  const choose = (index = -1) => {
    if (index >= 0) network.value = String(index);
    const chosen = recipe();
    if (chosen) steps.value = String(chosen.train.steps);
    offer();
  };
  /** What these networks can learn. */
  const offer = () => {
    const before = data.value;
    const offered = signals() ? [{ value: MADE, text: t("Vibration of a bearing, simulated") }] : sets.map(({ name, title, train }) => ({ value: name, text: t("{title}: {count}", { title, count: train }) }));
    setText(learned, signals() ? t("Signals") : t("Pictures"));
    const all = [...offered, { value: OWN, text: signals() ? t("Your own recordings") : t("Your own pictures") }];
    data.replaceChildren(...all.map(({ value, text }) => h("option", { value }, text)));
    data.value = all.some(({ value }) => value === before) ? before : all[0].value;
  };
  network.addEventListener("change", () => {
    choose();
    say();
    if (data.value !== OWN || !given) return;
    if (!read || "recorded" in read !== signals()) void readThem(); // the same files as something else
    else if (mine && mine.shape.join() !== shape().join()) void redraw();
  });
  steps.addEventListener("input", () => void foresee());
  data.addEventListener("change", say);

  const fill = () => (filling ??= filled());
  const filled = async () => {
    try {
      const { listRecipes, listSets } = await import("../device/recipes.js");
      [recipes, sets] = await Promise.all([listRecipes().then((all) => all.filter(({ lab }) => !lab)), listSets().catch(() => [])]);
      network.replaceChildren(...recipes.map(({ family, preset }, i) => h("option", { value: i }, `${family}, ${preset}`)));
      choose(Math.max(0, recipes.findIndex(({ preset }) => preset === "live")));
      say();
      warn();
    } catch (error) {
      filling = null;
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
  if (open) void fill();
  enable();
  return {
    element,
    update(goesOn) {
      const over = busy && !goesOn;
      busy = goesOn;
      enable();
      if (over) void foresee();
    },
    destroy() {
      turn += 1;
      progress.destroy();
      sheet.destroy();
      element.remove();
    },
  };
}

/** @param {number} min @param {number} max @param {number|string} step */
function number(min, max, step) {
  return h("input", { id: uid("field"), class: "gan-number", type: "number", inputmode: "decimal", min, max, step });
}

/** @param {import("../device/prepare.js").Prepared} mine @returns {string} the address of a picture of the first ones, of every class in turn */
function firstOf({ images, shape, labels, classes }) {
  const count = Math.max(1, classes.length);
  const each = Math.ceil(SHOWN / count);
  const chosen = (classes.length ? classes.flatMap((_, label) => images.filter((_picture, i) => labels[i] === label).slice(0, each)) : images).slice(0, SHOWN);
  const [height, width] = cellOf(shape);
  const canvas = h("canvas", { width: COLUMNS * width, height: Math.ceil(chosen.length / COLUMNS) * height });
  const pen = penOf(canvas);
  chosen.forEach((sample, at) => paint(pen, Float32Array.from(sample, (value) => value / 255), width * (at % COLUMNS), height * Math.floor(at / COLUMNS), shape));
  return chosen.length ? canvas.toDataURL() : "";
}
