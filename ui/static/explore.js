/** The Explore tab: one digit in hand and everything that bends it. */

import * as chooser from "./chooser.js";
import * as compare from "./compare.js";
import * as digit from "./digit.js";
import * as digits from "./digits.js";
import * as directions from "./directions.js";
import { h, notes, useStyle } from "./dom.js";
import * as epochs from "./epochs.js";
import * as equalizer from "./equalizer.js";
import * as grid from "./grid.js";
import { held } from "./held.js";
import * as pad from "./pad.js";
import * as seed from "./seed.js";
import * as share from "./share.js";
import { view } from "./view.js";

/** @param {HTMLElement} element @returns {Promise<void>} when the models are listed */
export async function mount(element) {
  await useStyle();
  const note = notes();
  const part = (name, label) => h("section", { class: `gan-part gan-at-${name}`, "aria-label": label });
  const parts = {
    chooser: part("chooser", "Model"), digit: part("digit", "Digit in hand"), seed: part("seed", "Seed and spread"), digits: part("digits", "Digits"),
    directions: part("directions", "Leading directions"), equalizer: part("equalizer", "Latent vector"), grid: part("grid", "Samples"),
    pad: part("pad", "Pad"), compare: part("compare", "Side by side"),
  };
  const hand = h("div", { class: "gan-column" }, parts.digit, parts.seed);
  const instruments = h("div", { class: "gan-column" }, parts.digits, parts.directions, parts.grid, parts.pad, parts.equalizer, parts.compare);
  element.append(h("div", { class: "gan-root" }, share.bar(), h("div", { class: "gan-explore-page" }, parts.chooser, hand, instruments)));
  digit.mount(parts.digit, view, held);
  seed.mount(parts.seed, view, note.say);
  epochs.mount(parts.seed, view, held);
  parts.seed.append(note.element);
  digits.mount(parts.digits, view, held, note.say);
  directions.mount(parts.directions, view, held, note.say);
  equalizer.mount(parts.equalizer, view, held, note.say);
  grid.mount(parts.grid, view, held, note.say);
  pad.mount(parts.pad, view, held, note.say);
  compare.mount(parts.compare, view, held, note.say);
  await chooser.mount(parts.chooser, view, held);
}
