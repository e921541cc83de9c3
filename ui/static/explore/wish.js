/** What D tells G: where a discriminator wants a picture brighter or darker, and what comes of following it. */

import { Helper } from "../autodiff/helper.js";
import { brightness, within } from "../autodiff/grasp.js";
import { distance } from "../autodiff/invert.js";
import { t } from "../i18n/i18n.js";
import { h, onFrame, setText, sizeOf, together, uid, useStyle } from "../kit/dom.js";
import { fit, isMnist, isSignal, paintWhole } from "../kit/sample.js";
import { paintWish, wishLegend } from "../parts/wishpaint.js";
import { spread } from "../state/latent.js";
import { pane } from "./find.js";

/** Of a way uphill: its steps, how far one goes in z (of the prior's spread), how much the pixel that matters most changes in one. */
const STEPS = 40;
const STEP_OF_Z = 0.15;
const STEP_OF_PIXELS = 0.03;
/** An opinion that is as good as certain. */
const CONVINCED = 0.99;
/** A way that raised D's opinion by so much has convinced it; one that changed the picture by less (root mean square) has made
 * no other digit of it: ink is some 0.3. */
const GAIN = 0.25;
const LITTLE = 0.16;

/** @typedef {import("../state/held.js").Pose} Pose */

/**
 * @param {HTMLElement} element
 * @param {import("../state/view.js").View} view
 * @param {import("../state/held.js").Held} held
 * @param {import("../state/store.js").Store<{pixels: Float32Array|null}>} drawing a picture of one's own
 * @returns {Promise<import("../kit/dom.js").Component>}
 */
export async function mount(element, view, held, drawing) {
  await useStyle(new URL("backwards.css", import.meta.url));
  const helper = new Helper();
  const [plain, wishes] = [pane(t("The picture")), pane(t("Where D wants it otherwise"))];
  const opinion = h("p", { class: "gan-wish-opinion" });
  const words = h("p", { class: "gan-find-words", role: "status" });
  const name = uid("wish");
  /** @param {string} text @param {boolean} checked */
  const choice = (text, checked) => {
    const input = h("input", { type: "radio", name, checked, onChange: () => begin() });
    return { input, element: h("label", { class: "gan-check" }, input, text) };
  };
  const [byZ, byPixels, own] = [choice(t("The picture in hand: move z"), true), choice(t("The picture in hand: move its pixels"), false), choice(t("My picture: move its pixels"), false)];
  const go = h("button", { type: "button", class: "gan-button gan-play", "aria-pressed": "false", onClick: () => (running ? stop() : void climb()) }, t("Follow it"));
  const back = h("button", { type: "button", class: "gan-button", disabled: true, onClick: () => begin() }, t("Back to before"));
  const none = h("p", { class: "gan-empty" }, t("This model came without its discriminator."));
  const body = h("div", { class: "gan-wish" },
    h("div", {}, h("div", { class: "gan-find-pair" }, plain.element, wishes.element), wishLegend()),
    h("div", { class: "gan-wish-tools" }, h("div", { role: "radiogroup", "aria-label": t("What takes steps") }, [byZ, byPixels, own].map((one) => one.element)),
      h("div", { class: "gan-buttons" }, go, back), opinion, words));
  element.append(none, body);

  let running = false;
  /** @type {Float32Array|null} the picture whose pixels have been moved */
  let moved = null;
  /** @type {{pixels: Float32Array, z: Float32Array|null, opinion: number}|null} where the way uphill began; z as the view had it */
  let start = null;
  /** @type {Float32Array|null} the z in hand, as the way has left it */
  let left = null;

  /** @returns {Pose|null} of a model whose discriminator is here */
  const able = () => {
    const pose = held.ready ? held.pose() : null;
    return pose && !isSignal(pose.model.shape) && !pose.model.remote && pose.model.judgeUrl && pose.model.engines.discriminator ? pose : null;
  };
  /** What was drawn is of the size of a digit. @param {import("../state/models.js").Model|null} model */
  const mine = (model) => (model && isMnist(model.shape) ? drawing.state.pixels : null);
  /** @param {Pose} pose */
  const pictureOf = (pose) => moved ?? (own.input.checked ? mine(pose.model) : null) ?? pose.model.generate(pose.z, pose.classWeights, pose.epoch);
  /** @param {Pose} pose @param {Float32Array} pixels */
  const judged = (pose, pixels) => pose.model.judge(pixels, pose.classWeights) ?? 0;
  const percent = (/** @type {number} */ share) => Math.round(100 * share);

  /** Shows a wish and what D thinks. @param {Pose} pose @param {Float32Array} pixels @param {Float32Array} slope */
  const show = (pose, pixels, slope) => {
    const { shape } = pose.model;
    paintWhole(plain.pen, pixels, shape);
    fit(wishes.canvas, shape);
    paintWish(wishes.canvas, ...seen(pixels, slope, shape[2]));
    const now = judged(pose, pixels);
    setText(opinion, start ? t("D: {before} % real before, {after} % now", { before: percent(start.opinion), after: percent(now) }) : t("D: {now} % real", { now: percent(now) }));
  };
  const look = onFrame(async () => {
    const pose = able();
    if (!pose || running || !size.width) return;
    const pixels = Float32Array.from(pictureOf(pose));
    const answer = await helper.ask("wish", { url: pose.model.judgeUrl, pixels, classWeights: pose.classWeights }).catch(reportError);
    if (answer && !running) show(pose, pixels, answer.slope);
  });
  /** Nothing has been followed. */
  const forget = () => {
    stop();
    [moved, start] = [null, null];
    back.disabled = true;
    setText(words, "");
    look();
  };
  const begin = () => {
    const before = start;
    const bent = before !== null && held.z === left && view.state.z !== before.z;
    forget();
    if (before && bent) view.commit({ z: before.z });
  };
  const stop = () => {
    running = false;
    go.setAttribute("aria-pressed", "false");
    setText(go, t("Follow it"));
  };

  const climb = async () => {
    const pose = able();
    if (!pose) return;
    running = true;
    go.setAttribute("aria-pressed", "true");
    setText(go, t("Stop here"));
    setText(words, "");
    const pixels = Float32Array.from(pictureOf(pose));
    start ??= { pixels, z: view.state.z, opinion: judged(pose, pixels) };
    left = held.z;
    back.disabled = false;
    try {
      for (let i = 0; i < STEPS; i += 1) {
        const now = able();
        if (!running || !now || now.model !== pose.model || !(await (byZ.input.checked ? stepOfZ(now) : stepOfPixels(now)))) break;
      }
    } catch (error) {
      reportError(error);
    }
    if (byZ.input.checked) view.commit();
    const end = able();
    if (running && end && start) setText(words, verdict(start.opinion, judged(end, pictureOf(end)), distance(start.pixels, pictureOf(end)), byZ.input.checked));
    stop();
    look();
  };
  /** @param {Pose} pose @returns {Promise<boolean>} whether there is more to gain */
  const stepOfZ = async ({ model, z, classWeights, epoch }) => {
    const before = view.state.z;
    const at = Float32Array.from(z);
    const answer = await helper.ask("uphill", { url: model.generatorUrl(epoch), judgeUrl: model.judgeUrl, z: at, classWeights });
    // whoever bends z meanwhile goes on from there alone
    if (!answer || !running || view.state.z !== before) return false;
    const slope = answer.byZ.map((/** @type {number} */ value, /** @type {number} */ i) => value * model.std[i]);
    const length = Math.max(1e-9, Math.hypot(...slope));
    const next = within(at.map((value, i) => value + (STEP_OF_Z * model.std[i] * slope[i]) / length), { kind: model.prior.kind, mean: model.mean, std: model.std });
    view.set({ z: spread(next, model.mean, 1 / Math.max(0.05, view.state.psi)) });
    left = held.z;
    const pixels = model.generate(next, classWeights, epoch);
    show({ model, z: next, classWeights, epoch }, pixels, answer.slope);
    return judged({ model, z: next, classWeights, epoch }, pixels) < CONVINCED;
  };
  /** @param {Pose} pose @returns {Promise<boolean>} whether there is more to gain */
  const stepOfPixels = async (pose) => {
    const pixels = Float32Array.from(pictureOf(pose));
    const answer = await helper.ask("wish", { url: pose.model.judgeUrl, pixels, classWeights: pose.classWeights });
    if (!answer || !running) return false;
    const most = answer.slope.reduce((/** @type {number} */ so, /** @type {number} */ value) => Math.max(so, Math.abs(value)), 1e-12);
    moved = pixels.map((value, i) => Math.min(1, Math.max(0, value + (STEP_OF_PIXELS * answer.slope[i]) / most)));
    show(pose, moved, answer.slope);
    return judged(pose, moved) < CONVINCED;
  };

  let shown = "";
  const update = () => {
    const { model } = held;
    const has = Boolean(held.ready && model?.judgeUrl && !isSignal(model.shape));
    none.hidden = has || !held.ready;
    body.hidden = !has;
    own.element.hidden = !mine(model);
    if (!mine(model) && own.input.checked) byZ.input.checked = true;
    const key = `${model?.id} ${model?.info.step} ${view.state.epoch}`;
    if (key !== shown) {
      shown = key;
      forget();
      model?.ensure("discriminator").then(look, reportError);
    }
    // another digit is another picture
    if (start && !running && !own.input.checked && held.z !== left) forget();
    look();
  };
  const size = sizeOf(wishes.canvas, look);
  update();
  return { update, destroy: together(held.subscribe(update), drawing.subscribe(() => (own.input.checked && forget(), update())), size.destroy, stop, () => helper.destroy()) };
}

/**
 * A picture and D's wish as they are painted, by brightness: a colour that gets brighter gets more of red, green and blue alike.
 * @param {Float32Array} pixels @param {Float32Array} slope D's gradient by them @param {number} channels
 * @returns {[bright: Float32Array, slope: Float32Array]} [pixels] each
 */
export function seen(pixels, slope, channels) {
  if (channels === 1) return [pixels, slope];
  const byBrightness = Float32Array.from({ length: slope.length / channels }, (_, i) => slope.subarray(i * channels, (i + 1) * channels).reduce((sum, value) => sum + value, 0));
  return [brightness(pixels, channels), byBrightness];
}

/** @param {number} before @param {number} after @param {number} change root mean square of the pixels @param {boolean} byZ @returns {string} what came of it */
export function verdict(before, after, change, byZ) {
  if (after - before < 0.02) return t("D cannot be convinced from here: its wishes lead nowhere.");
  if (byZ) return t("It is still a picture of this model: this is what would convince D. Look whether it convinces you.");
  if (after - before > GAIN && change < LITTLE) return t("D has changed its mind, though no person would: such a picture is called adversarial. D looks at shades and specks that mean nothing to you.");
  return t("D likes this better. Where it is not a better digit but a noisier one, D is simply wrong: nobody keeps it to pictures that G could draw.");
}
