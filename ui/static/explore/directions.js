/** Sliders for the leading directions. What each does lies under its thumb as a strip of pictures, so a click on one goes there. */

import { pool } from "../engine/pool.js";
import { t } from "../i18n/i18n.js";
import { follows, h, onFrame, sizeOf, together } from "../kit/dom.js";
import { numbersIn } from "../kit/sample.js";
import { slider } from "../kit/slider.js";
import { END, paintStrips, STOPS, stripUnder } from "../parts/filmstrip.js";
import { stack } from "../state/latent.js";

/**
 * @param {HTMLElement} element
 * @param {import("../state/view.js").View} view
 * @param {import("../state/held.js").Held} held
 * @param {(text: string, kind: "info"|"error") => void} [say]
 * @returns {import("../kit/dom.js").Component}
 */
export function mount(element, view, held, say) {
  const list = h("div", { class: "gan-sliders" });
  element.append(h("div", { class: "gan-head" }, h("h2", {}, t("Leading directions")), h("span", { class: "gan-fact" }, t("what each does, -3 to +3"))), list);
  /** @type {import("../state/models.js").Model|null} whose directions these are */
  let model = null;
  /** @type {ReturnType<typeof slider>[]} */
  let sliders = [];
  /** @type {CanvasRenderingContext2D[]} */
  let strips = [];
  let drawn = "";
  /** @type {HTMLElement[]} what each direction does, in a word */
  let names = [];
  let named = false;
  /** Fetched when there is something to name. @type {typeof import("./naming.js")|null} */
  let naming = null;
  let gone = false;
  /** Once its strips are there: names can wait, pictures cannot. @param {import("../state/models.js").Model} of */
  const tellNames = async (of) => {
    if (named) return;
    named = true;
    naming = await import("./naming.js");
    if (gone || model !== of) return;
    const { measureOf, nameOf, namesOf } = naming;
    namesOf(of, (found) => model === of && found.forEach((does, i) => {
      names[i].textContent = nameOf(does, of);
      names[i].title = measureOf(does, of);
    }));
  };

  /** @param {import("../state/models.js").Model} next */
  const build = (next) => {
    model = next;
    drawn = "";
    pool.drop("directions"); // what is on its way is of other strips, of which there may be fewer now
    /** @param {number} i @param {number} value */
    const go = (i, value) => held.model === next && held.z && view.set({ z: next.moveTo(held.z, i, value) });
    sliders = next.directions.map((_, i) =>
      slider({
        label: t("Direction {number}", { number: i + 1 }), min: -END, max: END, step: 0.01, rest: 0, value: 0, say, onInput: (value) => go(i, value), onCommit: () => view.commit(),
      }));
    strips = sliders.map((one) => stripUnder(one.range, next.shape));
    names = sliders.map((one) => nameBeside(one.element));
    named = false;
    const none = h("p", { class: "gan-empty" }, t("This model has no stored directions."));
    list.replaceChildren(...(sliders.length ? sliders.map((one) => one.element) : [none]));
  };
  // pictures follow the end of a gesture; the sliders follow it as it goes on
  const draw = onFrame(() => {
    const { classWeights, z } = held;
    if (!held.ready || !model || !z || held.model !== model || !strips.length || !size.width || view.state !== view.committed) return;
    const { psi, epoch } = view.state;
    const url = model.generatorUrl(epoch);
    const key = [url, psi, classWeights, ...z].join();
    if (key === drawn) return;
    drawn = key;
    const drawer = model;
    const poses = strips.flatMap((_, i) => Array.from({ length: STOPS }, (_, stop) => held.poseOf(drawer, drawer.moveTo(z, i, stop - END), classWeights)));
    const drawnOn = strips;
    let come = 0;
    const { shape } = drawer;
    const each = numbersIn(shape);
    /** @param {number} first @param {Float32Array} pixels */
    const onPart = (first, pixels) => {
      come += pixels.length / each;
      if (come === poses.length) tellNames(drawer).catch(reportError);
      paintStrips(drawnOn, first, pixels, shape);
    };
    pool.draw("directions", {
      url, z: stack(poses.map((pose) => pose.z)), classWeights: classWeights && stack(poses.map(() => classWeights)), count: poses.length, onPart,
      onError: (error) => ((drawn = ""), say?.(error.message, "error")),
    });
  });
  const update = () => {
    if (held.model && held.model !== model) build(held.model);
    // out of sight they follow the end of a gesture, too
    if (!model || !held.z || (!size.width && view.state !== view.committed)) return;
    model.directionValues(held.z).forEach((value, i) => sliders[i].set(value));
    draw();
  };
  const size = sizeOf(list, draw);
  update();
  return { update, destroy: together(follows(held, update), size.destroy, () => pool.drop("directions"), () => ((gone = true), naming?.stopNaming())) };
}

/** A word for what the direction does, over its number: what is said and heard is the number, as words may come or not. @param {HTMLElement} element of the slider @returns {HTMLElement} */
function nameBeside(element) {
  const does = h("span", { class: "gan-does" });
  const label = element.querySelector("label");
  const place = h("div", { class: "gan-direction" }, does);
  label?.replaceWith(place);
  if (label) place.append(label);
  return does;
}
