/** How good the model in the hand is: its score card, each figure beside what it is to be read against. */

import { t } from "../i18n/i18n.js";
import { follows, h } from "../kit/dom.js";
import { grouped } from "../kit/numbers.js";

/** @param {number} share */
const percent = (share) => `${(100 * share).toFixed(1)} %`;
/** @param {number|undefined} value a card may lack what a figure is to be read against */
const number = (value) => (value === undefined ? "–" : value.toFixed(value < 0.1 ? 4 : value < 10 ? 2 : 0));

/** In whose features pictures that are no digits were compared: their figures are called by it, as no distance of one compares with the other's. */
const FEATURES = /** @type {const} */ (["classes", "random"]);

/** @param {Object<string, number>} score @returns {"classes"|"random"|undefined} */
const featuresOf = (score) => FEATURES.find((name) => score[`frechet_${name}`] !== undefined);

/** @typedef {[string, number|undefined, (value: number) => string, string]} Row what is measured, its value, how it is written, what to read it against */

/**
 * Of pictures that are no digits.
 * @param {Object<string, number>} score
 * @param {"classes"|"random"} features
 * @returns {Row[]}
 */
function rowsOfPictures(score, features) {
  const [floor, told, copied] = [score[`frechet_${features}_floor`], score.two_sample_floor, score.attributes_copied_of_real];
  const distance = features === "random" ? t("Distance to real pictures (Fréchet, random features)") : t("Distance to real pictures (Fréchet, features of their classes)");
  return [
    [distance, score[`frechet_${features}`], number, t("{floor} between training and test pictures", { floor: number(floor) })],
    [t("Is named as asked for by a classifier of its data"), score.class_accuracy, percent, t("{real} of real pictures", { real: percent(score.class_accuracy_of_real) })],
    [t("Looks like a real picture (precision)"), score[`precision_${features}`], percent, ""],
    [t("Real pictures it could have drawn (recall)"), score[`recall_${features}`], percent, ""],
    [t("Real pictures it comes close to (coverage)"), score[`coverage_${features}`], percent, ""],
    [t("A fresh network tells it from real pictures"), score.two_sample, percent, told === undefined ? "" : t("{floor} real from real; guessing gives 50 %", { floor: percent(told) })],
    [t("Values of attributes that it never or hardly draws"), score.values_missing, String, t("of {count} that its data have", { count: score.values_in_all })],
    [t("Has all the attributes of one training picture"), score.attributes_copied, percent, t("{real} of pictures that it never saw", { real: percent(copied) })],
    [t("Distance to the nearest training picture"), score.nearest_training_picture, number, t("{real} from pictures that it never saw", { real: number(score.nearest_of_unseen_real) })],
  ];
}

/**
 * @param {Object<string, number>} score as `models.json` has it
 * @returns {[string, string, string][]} what is measured, its value, what to read it against
 */
export function rows(score) {
  const features = featuresOf(score);
  return (features ? rowsOfPictures(score, features) : rowsOfDigitsAndSignals(score)).flatMap(([name, value, format, beside]) =>
    value !== undefined && Number.isFinite(value) ? [/** @type {[string, string, string]} */ ([name, format(value), beside])] : []);
}

/** @param {Object<string, number>} score @returns {Row[]} */
function rowsOfDigitsAndSignals(score) {
  const { frechet, frechet_floor: floor, frechet_classic_loop: classic, two_sample: told, two_sample_floor: guessed, unsure, bce, mse } = score;
  const real = floor === undefined ? "" : t("{floor} between training and test digits", { floor: number(floor) });
  const loop = classic === undefined ? "" : t("{classic} after the classic Keras loop", { classic: number(classic) });
  return [
    [t("Distance to real digits (Fréchet)"), frechet, number, [real, loop].filter(Boolean).join("; ")],
    [t("Draws the digit it is asked for"), score.label_accuracy, percent, ""],
    [t("Looks like a real digit (precision)"), score.precision, percent, ""],
    [t("Real digits it could have drawn (recall)"), score.recall, percent, ""],
    [t("Real digits it comes close to (coverage)"), score.coverage, percent, ""],
    [t("A fresh network tells it from real digits"), told, percent, guessed === undefined ? "" : t("{floor} real from real; guessing gives 50 %", { floor: percent(guessed) })],
    [t("Clear to the classifier"), unsure === undefined ? score.confident : undefined, percent, ""],
    [t("Unclear to the classifier"), unsure, percent, score.unsure_of_real === undefined ? "" : t("{real} of real digits", { real: percent(score.unsure_of_real) })],
    [t("Has a lone speck"), score.specks, percent, score.specks_of_real ? t("{real} of real digits", { real: percent(score.specks_of_real) }) : ""],
    [t("Rings at the rate of the fault it is asked for"), score.fault_rate, percent, t("{real} of real signals, {chance} by chance", { real: percent(score.fault_rate_of_real), chance: percent(score.fault_rate_by_chance) })],
    [t("Named as asked for by a classifier of real signals"), score.real_names_drawn, percent, t("{real} of real signals", { real: percent(score.real_names_real) })],
    [t("Real signals named right by a classifier of drawn ones"), score.drawn_names_real, percent, t("{real} by one of real signals", { real: percent(score.real_names_real) })],
    [t("Distance of the spectra"), score.spectral_distance, (value) => `${value.toFixed(1)} dB`, t("{floor} dB between training and test signals", { floor: score.spectral_distance_floor?.toFixed(1) })],
    [t("Reconstruction error, cross-entropy"), bce, number, score.bce_pca ? t("{pca} by as many principal components", { pca: number(score.bce_pca) }) : ""],
    [t("Reconstruction error, squared"), mse, number, score.mse_pca ? t("{pca} by as many principal components", { pca: number(score.mse_pca) }) : ""],
  ];
}

/** @param {Object<string, number>} score @returns {string} */
function howMeasured(score) {
  const about = { n: grouped(score.n), seed: score.seed };
  if (score.spectral_distance !== undefined) return t("{n} signals, seed {seed}, beside signals that it never saw.", about);
  const features = featuresOf(score);
  if (features === "random") return t("{n} samples, seed {seed}, in the features of a network with random weights: to be compared with figures in the same features only.", about);
  if (features === "classes") return t("{n} samples, seed {seed}, in the features of a classifier of this data's own classes: to be compared with figures in the same features only.", about);
  if (!Number.isFinite(score.seed)) return t("{n} test pictures that it never saw.", about);
  return t("{n} samples, seed {seed}, in the features of this project's own classifier: not to be compared with numbers from papers.", about);
}

/**
 * @param {HTMLElement} element
 * @param {import("../state/held.js").Held} held
 * @returns {import("../kit/dom.js").Component}
 */
export function mount(element, held) {
  const table = h("table", { class: "gan-score" });
  const note = h("p", { class: "gan-score-note" });
  const details = h("details", { class: "gan-fold gan-score-card" }, h("summary", { class: "gan-summary" }, h("h2", {}, t("How good is this model?"))), table, note);
  /** @type {Object<string, number>|null} */
  let shown = null;
  const update = () => {
    const info = held.infos.find(({ id }) => id === held.view.state.model);
    const score = info?.score ?? null;
    element.hidden = !score;
    if (!score || score === shown) return;
    shown = score;
    table.replaceChildren(...rows(score).map(([name, value, beside]) =>
      h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, h("b", {}, value), beside ? h("small", {}, beside) : null))));
    note.textContent = howMeasured(score);
  };
  element.append(details);
  update();
  return { update, destroy: follows(held, update) };
}
