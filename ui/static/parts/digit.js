/** The large digit and, under it, what the discriminator and the classifier think of it. Draws at most once a frame, and the last change always. */

import { quiet } from "../engine/programs.js";
import { t } from "../i18n/i18n.js";
import { follows, h, onFrame, penOf, rarely, setText, sizeOf, together, uid } from "../kit/dom.js";
import { fit, isMnist, isSignal, MNIST, numbersIn, paint } from "../kit/sample.js";
import { fullscreen } from "../kit/fullscreen.js";
import { keep } from "../kit/keep.js";
import { ahead, isSame } from "../state/ahead.js";
import { classifier } from "../state/classifier.js";
import { className } from "../state/modellist.js";
import { hold } from "./hold.js";
import { reading } from "./reading.js";
import { signalIn } from "./signalin.js";

/** Opinions that take longer wait for a pause of the hand. */
const SLOW_MS = 5;
/** Where frames take longer, opinions are asked for more rarely: the picture comes first. */
const SLOW_FRAME_MS = 24;
const RARELY_MS = 100;
/** Without a new picture, and all is said of the last one. */
const PAUSE_MS = 80;
/** What moves by itself is read more rarely than what a hand moves. */
const READ_MS = 250;
/** What is asked for before this mark is the first view (benchmarks/first_view.py). */
const FIRST = "gan-first-digit";
let begun = false;
const ENGINES = { simd: "WASM SIMD", plain: t("plain JavaScript"), server: t("server") };

/**
 * @param {HTMLElement} element
 * @param {import("../state/view.js").View} view
 * @param {import("../state/held.js").Source} source
 * @param {{grip?: import("./hold.js").Grip|null, opinion?: HTMLElement|null, pace?: HTMLElement|null}} [options] `grip`: its ink can be taken
 *   and pulled, and this is what that bends; `opinion` and `pace`: where what is thought of it, and how long it takes, stand: below it unless told
 * @returns {import("../kit/dom.js").Component & {frame: HTMLElement, figure: HTMLElement, canvas: HTMLCanvasElement}}
 */
export function mount(element, view, source, { grip = null, opinion = null, pace = null } = {}) {
  const canvas = h("canvas", { class: "gan-digit", width: MNIST[1], height: MNIST[0], role: "img", "aria-label": t("No digit yet"), tabindex: grip ? 0 : null });
  const context = penOf(canvas);
  const opening = document.getElementById("gan-opening");
  // the picture that came with the page stands there until the network draws it again
  const there = opening instanceof HTMLImageElement && opening.naturalWidth ? opening : null;
  if (there) fit(canvas, [there.naturalHeight, there.naturalWidth, 1]);
  context.fillRect(0, 0, canvas.width, canvas.height);
  if (there) context.drawImage(there, 0, 0);
  const [meter, bars] = [meterOf(), reading()];
  const id = uid("smooth");
  const smooth = h("input", { type: "checkbox", id, onChange: () => void view.commit({ smooth: smooth.checked }) });
  const took = h("span"), engine = h("span", { class: "gan-engine" });
  const speed = h("span", { class: "gan-speed" }, took, engine);
  const hint = grip ? pullHint() : null;
  const frame = h("div", { class: "gan-digit-frame" }, canvas, hint?.element);
  const full = fullscreen(frame);
  frame.append(full.element);
  const beaten = h("div", { class: "gan-beaten", hidden: true });
  const wave = signalIn(frame, beaten, context, () => soon());
  const pixelled = h("label", { class: "gan-check", for: id }, smooth, t("Smooth pixels"));
  const caption = h("div", { class: "gan-caption" }, pixelled, pace ? null : speed);
  const said = [meter.element, bars.element, beaten, caption];
  const figure = h("figure", { class: "gan-figure" }, frame, opinion ? null : h("figcaption", {}, said));
  element.append(figure);
  opinion?.append(...said);
  pace?.append(speed);

  let pixels = new Float32Array(numbersIn(MNIST));
  let [cost, pause, told, drawn, usual, before, thought, read] = [0, 0, 0, 0, 0, 0, 0, 0];
  /** Whose turn it is: in a drag D and the reader have every second frame each, as nobody reads sixty numbers a second. @type {"judge"|"reader"} */
  let turn = "judge";
  /** @type {Model|null} whose picture stands there */
  let model = null;
  /** @type {import("../state/held.js").Pose|null} what `pixels` were drawn from; null where other networks may stand in for it */
  let shown = null;

  /** @param {"both"|"judge"|"reader"} [who] */
  const think = (who = "both") => {
    const pose = source.pose();
    if (pose && pose.model !== model) return; // another model has come since: its picture is drawn first
    const start = performance.now();
    const there = pose && ahead.of(pose);
    if (who !== "reader") meter.show(pose && (there?.score ?? pose.model.judge(pixels, pose.classWeights)));
    if (who !== "judge" && (!there || start - read > READ_MS)) {
      bars.show(pose && isMnist(pose.model.shape) ? classifier.read(pixels) : null);
      read = start;
    }
    thought = performance.now();
    cost = 0.8 * cost + 0.2 * (thought - start);
  };
  const draw = () => {
    const pose = source.pose();
    if (!pose || !size.width) return;
    if (pose.model !== model) arrive(pose.model);
    const start = performance.now();
    const there = ahead.of(pose);
    if (there) pixels.set(there.pixels);
    else pose.model.generate(pose.z, pose.classWeights, pose.epoch, pixels);
    if (!begun) performance.mark(FIRST);
    begun = true;
    shown = pose.model.remote || (pose.epoch !== null && !pose.model.hasEpoch(pose.epoch)) ? null : pose;
    if (isSignal(pose.model.shape)) wave.show(pixels, pose, size);
    else paint(context, pixels, 0, 0, pose.model.shape);
    tellSpeed(performance.now() - start + (there?.ms ?? 0), pose.model);
    clearTimeout(pause);
    const [moves, waits] = [start - before < RARELY_MS, start - before > SLOW_FRAME_MS && start - thought < RARELY_MS];
    before = start;
    const thinks = cost < SLOW_MS && !waits;
    if (thinks) think(moves ? (turn = turn === "judge" ? "reader" : "judge") : "both");
    if (moves || !thinks) pause = setTimeout(think, PAUSE_MS);
  };
  const soon = onFrame(draw, { first: true });
  /** A hand holds ink, of a picture in colours whatever it shows. */
  const offer = () => {
    const ink = !model || model.shape[2] === 1;
    const there = grip !== null && (!model || !isSignal(model.shape));
    canvas.classList.toggle("gan-holds", there);
    canvas.title = there ? (ink ? t("Press on the ink and pull it, or use the arrow keys.") : t("Press on the picture and pull it, or use the arrow keys.")) : "";
    if (!hint?.element) return;
    hint.element.hidden = !there;
    setText(hint.element, ink ? t("Take the ink and pull it") : t("Take the picture and pull it"));
  };
  /** @param {Model} next */
  const arrive = (next) => {
    model = next;
    offer();
    cost = drawn = 0;
    if (pixels.length !== numbersIn(next.shape)) pixels = new Float32Array(numbersIn(next.shape));
    fit(canvas, next.shape);
    wave.arrive(next);
    pixelled.hidden = isSignal(next.shape);
    quiet().then(() => ask(next));
  };
  /** Whoever has an opinion comes after the picture. @param {Model} next */
  const ask = (next) => {
    if (next !== model) return;
    next.ensure("discriminator").then(soon, () => meter.show(null));
    classifier.ensure().then((there) => {
      bars.element.hidden = !isMnist(next.shape) || (!there && !classifier.path);
      if (there) soon();
    });
  };
  /** @param {number} ms @param {Model} drawer */
  const tellSpeed = (ms, { engines }) => {
    const backend = engines.generator?.backend ?? "plain";
    if (backend === "server" && drawn === 0) {
      setText(took, t("drawn by the server"));
      setText(engine, "");
    }
    // the first pictures are slow because the browser is still compiling
    drawn += 1;
    usual = drawn < 6 ? ms : 0.9 * usual + 0.1 * ms;
    if (drawn < 6 || backend === "server" || performance.now() - told < 500) return;
    told = performance.now();
    setText(took, t("{time} ms", { time: usual.toFixed(1) }));
    setText(engine, `, ${ENGINES[backend]}`);
  };
  const tell = () => {
    const pose = source.pose();
    canvas.classList.toggle("gan-smooth", view.state.smooth);
    // what still stands there is of a model that is gone
    canvas.classList.toggle("gan-stale", !pose && drawn > 0);
    if (smooth.checked !== view.state.smooth) smooth.checked = view.state.smooth;
    const name = pose ? nameOf(pose, view.state) : t("No digit yet");
    if (canvas.getAttribute("aria-label") !== name) canvas.setAttribute("aria-label", name);
  };
  const update = () => {
    tell();
    soon();
  };
  // hidden in a tab, it draws nothing; shown again, it does
  const size = sizeOf(canvas, soon);
  update();
  /** What stands there is not drawn twice. @param {import("../state/held.js").Pose} pose */
  const pictureOf = (pose) => (shown && isSame(shown, pose) ? pixels : pose.model.generate(pose.z, pose.classWeights, pose.epoch));
  /** A wave has no ink under a finger. */
  const pulled = () => {
    const pose = grip?.pose() ?? null;
    return pose && !isSignal(pose.model.shape) ? pose : null;
  };
  const hand = grip ? hold(canvas, { ...grip, pose: pulled, take: (z) => (hint?.end(), grip.take(z)) }, pictureOf) : null;
  offer();
  return { update, frame, figure, canvas, destroy: together(source.subscribe(soon), follows(source, tell), size.destroy, full.destroy, wave.destroy, () => clearTimeout(pause), () => hand?.destroy()) };
}

const PULLED = "gan-pulled";

/** Says once what can be done with the picture; goes when it has been done, and does not come back. */
function pullHint() {
  const done = keep(() => localStorage, PULLED) !== "";
  const element = done ? null : h("span", { class: "gan-pull-hint", "aria-hidden": "true" });
  const end = () => {
    if (!element || element.classList.contains("gan-gone")) return;
    element.classList.add("gan-gone");
    keep(() => localStorage, PULLED, "yes");
  };
  return { element, end };
}

/** @typedef {import("../state/models.js").Model} Model */

/** @param {import("../state/held.js").Pose} pose @param {import("../state/view.js").ViewState} state @returns {string} */
function nameOf({ model: { title, info, shape }, classWeights }, { digit, other, blend }) {
  if (isSignal(shape)) return classWeights ? t("A signal drawn by {title}, asked for {name}", { title, name: className(info, digit) }) : t("A signal drawn by {title}", { title });
  if (!isMnist(shape) || info.classes?.length) return classWeights ? t("A picture drawn by {title}, asked for {name}", { title, name: className(info, digit) }) : t("A picture drawn by {title}", { title });
  if (!classWeights) return t("A digit drawn by {title}", { title });
  return blend > 0 ? t("A digit drawn by {title}, asked for a blend of {digit} and {other}", { title, digit, other }) : t("A digit drawn by {title}, asked for a {digit}", { title, digit });
}

/** What D's opinion comes to, up to so many per cent. @type {[number, string][]} */
const VERDICTS = [
  [10, t("D is sure that G drew it.")], [40, t("D thinks that G drew it.")], [60, t("D cannot tell.")], [90, t("D takes it for a real one.")],
  [100, t("D is sure that it is real.")],
];

function meterOf() {
  const fill = h("div", { class: "gan-meter-fill" });
  const limits = { "aria-valuemin": 0, "aria-valuemax": 100 };
  const bar = h("div", { class: "gan-meter", role: "meter", "aria-label": t("D(x), the discriminator's opinion"), ...limits }, fill);
  const percentage = h("span", { class: "gan-nowrap" });
  const text = h("div", { class: "gan-meter-text" }, h("span", { class: "gan-meter-who" }, t("discriminator: ")), percentage);
  const verdict = h("p", { class: "gan-verdict" });
  const element = h("div", { class: "gan-judge" }, text, bar,
    h("div", { class: "gan-meter-ends", "aria-hidden": "true" }, h("span", {}, t("drawn by G")), h("span", {}, t("real"))), verdict);
  let [percent, shown, place] = [-1, -1, -1];
  /** @type {boolean|null} */
  let visible = null;
  const write = rarely(() => {
    if (percent === shown) return;
    shown = percent;
    setText(percentage, t("{percent} % real", { percent }));
    setText(verdict, VERDICTS.find(([most]) => percent <= most)?.[1] ?? "");
    bar.setAttribute("aria-valuenow", String(percent));
    bar.setAttribute("aria-valuetext", percentage.textContent ?? "");
  });
  /** @param {number|null} probability */
  const show = (probability) => {
    if ((probability !== null) !== visible) {
      visible = probability !== null;
      element.style.visibility = visible ? "visible" : "hidden";
    }
    if (probability === null) return;
    const next = Math.round(probability * 400) / 400;
    if (next !== place) fill.style.transform = `scaleX(${(place = next)})`;
    percent = Math.round(100 * probability);
    write();
  };
  show(null);
  return { element, show };
}
