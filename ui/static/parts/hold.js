/**
 * Taking hold of the ink: a press on the large digit pulls the stroke under it, z follows, and so does everything else that shows z.
 * A worker finds out how the picture changes with z; between two of its answers every frame takes a step with the last one.
 */

import { Grasp } from "../autodiff/grasp.js";
import { Helper } from "../autodiff/helper.js";
import { drag } from "../kit/drag.js";

/** How far from the press ink is looked for, in pixels of the picture. */
const SNAP = 3;
/** A spread below this cannot be undone: all z are nearly the same. */
const LEAST_SPREAD = 0.05;
/** Steps that a key takes for one pixel. */
const KEY_STEPS = 4;
const KEYS = /** @type {Object<string, [number, number]>} */ ({ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] });

/**
 * @param {HTMLCanvasElement} canvas the picture, one pixel of it each
 * @param {import("../state/view.js").View} view
 * @param {import("../state/held.js").Source} source
 * @returns {{destroy: () => void}}
 */
export function hold(canvas, view, source) {
  const helper = new Helper();
  /** @type {Grasp|null} */
  let grasp = null;
  /** @type {[number, number]} where the finger is */
  let end = [0, 0];
  /** @type {[number, number]|null} where keys took hold */
  let key = null;
  let frame = 0;

  /** @returns {import("../state/held.js").Pose|null} of a model that can be pulled */
  const able = () => {
    const pose = source.pose();
    return pose && !pose.model.remote && view.state.psi >= LEAST_SPREAD ? pose : null;
  };
  const spreadOf = (/** @type {any} */ model) => ({ kind: model.prior.kind, mean: model.mean, std: model.std });
  /** Asks how the picture changes here, if nobody is asked already. @returns {Promise<void>} */
  const feel = async () => {
    const pose = able();
    const mine = grasp;
    if (!pose || !mine || helper.busy) return;
    const { model, z, classWeights, epoch } = pose;
    const answer = await helper.ask("slopes", { url: model.generatorUrl(epoch), z: Float32Array.from(z), classWeights, std: model.std }).catch(reportError);
    if (answer && mine === grasp) mine.feel(answer.slopes);
  };
  const take = (/** @type {[number, number]} */ point) => {
    const pose = able();
    if (!pose) return false;
    const picture = pose.model.generate(pose.z, pose.classWeights, pose.epoch);
    end = inkNear(picture, canvas.width, point);
    grasp = new Grasp(picture, canvas.width, end, spreadOf(pose.model));
    canvas.classList.add("gan-held");
    return true;
  };
  const step = () => {
    const pose = able();
    if (!grasp?.slopes || !pose) return;
    const { model, z, classWeights, epoch } = pose;
    const next = grasp.pull(Float32Array.from(z), model.generate(z, classWeights, epoch), end);
    const { psi } = view.state;
    view.set({ z: next.map((value, i) => (model.mean?.[i] ?? 0) + (value - (model.mean?.[i] ?? 0)) / psi) });
  };
  const follow = () => {
    frame = requestAnimationFrame(follow);
    step();
    feel();
  };
  const release = () => {
    cancelAnimationFrame(frame);
    grasp = null;
    canvas.classList.remove("gan-held");
    view.commit();
  };
  /** @param {PointerEvent} event @returns {[number, number]} in pixels of the picture */
  const pointOf = (event) => {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * canvas.width - 0.5, ((event.clientY - box.top) / box.height) * canvas.height - 0.5];
  };

  /** @type {[number, number]} from the finger to the ink that it took */
  let offset = [0, 0];
  const pressed = drag(canvas, {
    begin(event) {
      const point = pointOf(event);
      if (!take(point)) return false;
      key = null;
      offset = [end[0] - point[0], end[1] - point[1]];
      follow();
    },
    move(event) {
      const [x, y] = pointOf(event);
      end = [x + offset[0], y + offset[1]];
    },
    end: release,
  });

  /** Steps that keys have asked for and that are still to be taken. */
  let left = 0;
  const walk = async () => {
    for (; left > 0; left -= 1) {
      await feel();
      step();
    }
    if (grasp && !pressed.held()) release();
  };
  /** Arrow keys pull the ink by a pixel; the point that they hold is the one farthest out, until the pointer has taken another. */
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    const way = KEYS[event.key];
    if (!way || event.ctrlKey || event.metaKey || event.altKey || pressed.held()) return;
    event.preventDefault();
    event.stopPropagation();
    if (!grasp && !take(key ?? outermost(canvas, source))) return;
    end = key = [end[0] + way[0], end[1] + way[1]];
    const walks = left > 0;
    left = KEY_STEPS;
    if (!walks) walk();
  };
  canvas.addEventListener("keydown", onKey);

  return {
    destroy() {
      cancelAnimationFrame(frame);
      canvas.removeEventListener("keydown", onKey);
      pressed.destroy();
      helper.destroy();
    },
  };
}

/** @param {Float32Array} picture @param {number} width @param {[number, number]} point @returns {[number, number]} the ink that was meant, or the point itself */
export function inkNear(picture, width, [x, y]) {
  let [best, found] = [0.15, /** @type {[number, number]} */ ([x, y])];
  picture.forEach((value, i) => {
    const [px, py] = [i % width, Math.floor(i / width)];
    const distance = Math.hypot(px - x, py - y);
    const worth = value * (1 - distance / SNAP);
    if (distance < SNAP && worth > best) [best, found] = [worth, [px, py]];
  });
  return found;
}

/** @param {HTMLCanvasElement} canvas @param {import("../state/held.js").Source} source @returns {[number, number]} the ink that lies farthest from the middle */
function outermost({ width, height }, source) {
  const pose = source.pose();
  let [far, found] = [-1, /** @type {[number, number]} */ ([width / 2, height / 2])];
  pose?.model.generate(pose.z, pose.classWeights, pose.epoch).forEach((value, i) => {
    const distance = Math.hypot((i % width) - width / 2, Math.floor(i / width) - height / 2);
    if (value > 0.6 && distance > far) [far, found] = [distance, [i % width, Math.floor(i / width)]];
  });
  return found;
}
