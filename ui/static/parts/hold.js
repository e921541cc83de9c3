/**
 * Taking hold of the ink: a press on the large digit pulls the stroke under it, z follows, and so does everything else that shows z.
 * A worker finds out how the picture changes with z; between two of its answers every frame takes a step with the last one. Its first answer is
 * asked for before the press: as soon as a pointer comes near, or the picture has come to rest.
 */

import { brightness, Grasp, products, productsBy } from "../autodiff/grasp.js";
import { Helper } from "../autodiff/helper.js";
import { fetchKernels } from "../autodiff/kernels.js";
import { drag } from "../kit/drag.js";
import { heldByKeys, heldNear } from "./holdplaces.js";

/** Steps that a key takes for one pixel, and that a finger takes which let go before the first. */
const KEY_STEPS = 12;
const LAST_STEPS = 6;
/** A finger that has moved less, in pixels of the picture, has pulled nothing. */
const STILL = 0.1;
/** A picture that has not changed for so long has come to rest; the first one is given more, as everything else on the page is made meanwhile. */
const REST_MS = 200;
const FIRST_REST_MS = 1500;
/** Nobody has taken hold for so long: the worker's memory is given back. */
const IDLE_MS = 60_000;
const KEYS = /** @type {Object<string, [number, number]>} */ ({ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] });

/**
 * What a hand on the ink bends.
 * @typedef {Object} Grip
 * @property {() => import("../state/held.js").Pose|null} pose whose picture stands there; null where it cannot be pulled
 * @property {(z: Float32Array) => Float32Array|null} take another z for it, spread applied, while a pull goes on; gives the pose's z then
 * @property {() => void} settle ends the pull
 * @property {(listener: () => void) => () => void} subscribe told when the pose may be another one
 */

/**
 * @param {HTMLCanvasElement} canvas the picture, one pixel of it each
 * @param {Grip} grip
 * @param {(pose: import("../state/held.js").Pose) => Float32Array} [pictureOf] may know it already; valid until the next call
 * @returns {{destroy: () => void}}
 */
export function hold(canvas, grip, pictureOf = ({ model, z, classWeights, epoch }) => model.generate(z, classWeights, epoch)) {
  const helper = new Helper();
  /** How bright the picture is, which is what a hand holds. @param {import("../state/held.js").Pose} pose */
  const inkOf = (pose) => brightness(pictureOf(pose), pose.model.shape[2]);
  /** @type {Grasp|null} */
  let grasp = null;
  /** Of the picture that was pressed. */
  let pressedAt = "";
  /** How the picture changes, as it was asked for last. @type {{key: string, slopes: Float32Array}} */
  let felt = { key: "", slopes: new Float32Array(0) };
  /** As the worker multiplies, once it has the kernels. */
  let multiply = products;
  let asked = false;
  /** @type {[number, number]} where the finger is */
  let end = [0, 0];
  /** @type {[number, number]|null} where keys took hold */
  let key = null;
  /** Steps that are still to be taken without a finger. */
  let left = 0;
  /** @type {Float32Array|null} where the last step has brought z */
  let brought = null;
  let [frame, rest, idle] = [0, 0, 0];
  // where no pointer hovers, a finger comes without notice
  const unseen = globalThis.matchMedia?.("(hover: none)").matches ?? false;
  let [near, first, rehearsed] = [unseen, true, false];

  /** Asks how the picture changes here, if nobody is asked already. */
  const feel = async () => {
    const pose = grip.pose();
    if (!pose || helper.busy) return;
    const { model, z, classWeights, epoch } = pose;
    const wanted = keyOf(pose);
    const mine = grasp;
    if (wanted === felt.key && (!mine || mine.felt)) return;
    /** @param {{slopes: Float32Array, from?: number}} answer of a grasp that asked, or was made where somebody had asked */
    const give = ({ slopes, from }) => grasp && (grasp === mine || (!mine && pressedAt === wanted)) && grasp.feel(slopes, from);
    const request = { url: model.generatorUrl(epoch), z: Float32Array.from(z), classWeights, std: model.std, parts: !mine?.felt };
    const answer = await helper.ask("slopes", request, (part) => give(/** @type {any} */ (part))).catch(failed);
    clearTimeout(idle);
    idle = setTimeout(sleep, IDLE_MS);
    if (!answer) return;
    felt = { key: wanted, slopes: answer.slopes };
    if (!asked) sharpen();
    if (grasp) give({ slopes: answer.slopes });
    else if (!rehearsed) rehearsed = rehearse(pose, inkOf(pose), answer.slopes);
  };
  const sharpen = () => {
    asked = true;
    // without them a pull is slower, and that is all
    fetchKernels().then((kernels) => (multiply = productsBy(kernels)), (error) => console.warn(String(error)));
  };
  /** @param {Error} error */
  const failed = (error) => {
    reportError(error);
    if (grasp) release();
    return null;
  };
  const sleep = () => {
    if (grasp) return;
    helper.destroy();
    felt.key = "";
  };
  const prepare = () => {
    clearTimeout(rest);
    if (grasp || !(near || first)) return;
    rest = setTimeout(() => {
      const pose = grip.pose();
      if (grasp || !canvas.offsetWidth || !pose || (pose.model.sketched && !near)) return;
      first = pose.model.sketched; // its finished generator comes, and then it is another picture
      feel();
    }, near ? REST_MS : FIRST_REST_MS);
  };
  const take = (/** @type {[number, number]} */ point) => {
    const pose = grip.pose();
    if (!pose) return false;
    const picture = inkOf(pose);
    end = heldNear(picture, pose.model.shape, point) ?? point;
    const { kind } = pose.model.prior;
    grasp = new Grasp(picture, canvas.width, end, { kind, mean: pose.model.mean, std: pose.model.std }, multiply);
    pressedAt = keyOf(pose);
    brought = null;
    if (felt.key === pressedAt) grasp.feel(felt.slopes);
    clearTimeout(rest);
    canvas.classList.add("gan-held");
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(follow);
    if (!grasp.felt) feel();
    return true;
  };
  const pulls = () => grasp !== null && Math.hypot(end[0] - grasp.start[0], end[1] - grasp.start[1]) > STILL;
  const step = () => {
    const pose = grip.pose();
    if (!grasp?.felt || !pose || !(brought || pulls())) return;
    brought = grip.take(grasp.pull(Float32Array.from(pose.z), inkOf(pose), end));
    left -= 1;
  };
  /** Whether somebody else has moved z since the last step, or the press: an undo, a slider. */
  const elsewhere = () => {
    const pose = grip.pose();
    return !pose || (brought ? pose.z.some((value, i) => value !== brought?.[i]) : keyOf(pose) !== pressedAt);
  };
  const follow = () => {
    if (!pressed.held() && ((brought && left <= 0) || elsewhere())) return release();
    step();
    feel();
    // last, so that in the next frame the picture is drawn before the next step
    frame = requestAnimationFrame(follow);
    return undefined;
  };
  const release = () => {
    cancelAnimationFrame(frame);
    grasp = null;
    canvas.classList.remove("gan-held");
    if (brought && !elsewhere()) grip.settle();
    prepare();
  };

  /** @param {PointerEvent} event @param {import("../kit/drag.js").Box} box @returns {[number, number]} in pixels of the picture */
  const pointOf = (event, box) => [((event.clientX - box.left) / box.width) * canvas.width - 0.5, ((event.clientY - box.top) / box.height) * canvas.height - 0.5];
  /** @type {[number, number]} from the finger to the ink that it took */
  let offset = [0, 0];
  const pressed = drag(canvas, {
    // ink is pulled every way; beside it a finger may be scrolling the page
    yields(event, box) {
      const pose = grip.pose();
      return !pose || !heldNear(inkOf(pose), pose.model.shape, pointOf(event, box));
    },
    begin(event, box) {
      const point = pointOf(event, box);
      key = null;
      if (grasp) release();
      if (!take(point)) return false;
      offset = [end[0] - point[0], end[1] - point[1]];
      return true;
    },
    move(event, box) {
      const [x, y] = pointOf(event, box);
      end = [x + offset[0], y + offset[1]];
    },
    end() {
      left = LAST_STEPS;
      if (brought || !pulls()) release();
    },
  });

  /** Arrow keys pull the ink by a pixel; the point that they hold is the one farthest out, until they have moved it. */
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    const way = KEYS[event.key];
    if (!way || event.ctrlKey || event.metaKey || event.altKey || pressed.held()) return;
    event.preventDefault();
    event.stopPropagation();
    const pose = grip.pose();
    if (!pose) return;
    left = KEY_STEPS;
    const from = key;
    key ??= heldByKeys(inkOf(pose), pose.model.shape);
    if (!grasp && !take(from ?? key)) return;
    end = key = [end[0] + way[0], end[1] + way[1]];
  };
  /** @param {boolean} comes */
  const approach = (comes) => () => {
    near = comes || unseen;
    prepare();
  };
  const ends = new AbortController();
  const { signal } = ends;
  canvas.addEventListener("keydown", onKey, { signal });
  for (const name of ["pointerenter", "focus"]) canvas.addEventListener(name, approach(true), { signal });
  for (const name of ["pointerleave", "blur"]) canvas.addEventListener(name, approach(false), { signal });
  const unfollow = grip.subscribe(prepare);

  return {
    destroy() {
      cancelAnimationFrame(frame);
      clearTimeout(rest);
      clearTimeout(idle);
      ends.abort();
      unfollow();
      pressed.destroy();
      helper.destroy();
    },
  };
}

/**
 * Some steps that nobody sees: browsers run code that they have not run before thirty times as slowly, and on a phone the first step takes half a second.
 * @param {import("../state/held.js").Pose} pose @param {Float32Array} picture @param {Float32Array} slopes
 */
function rehearse({ model, z }, picture, slopes) {
  const [height, width] = model.shape;
  const grasp = new Grasp(picture, width, [width / 2, height / 2], { kind: model.prior.kind, mean: model.mean, std: model.std });
  for (let i = 0; i < 4; i += 1) {
    grasp.feel(slopes.subarray(0, Math.min(8, z.length) * picture.length));
    grasp.pull(Float32Array.from(z), picture, [width / 2 + 1, height / 2]);
  }
  return true;
}

/** Everything that the picture depends on. @param {import("../state/held.js").Pose} pose @returns {string} */
function keyOf({ model, z, classWeights, epoch }) {
  return [model.generatorUrl(epoch), classWeights, ...z].join();
}
