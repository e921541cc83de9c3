/** The settings that can be changed while a run trains or when it branches. Made from gan_core/config.py by `python tools/settings.py`. */

import { t } from "../i18n/i18n.js";

/**
 * @typedef {object} Setting
 * @property {string} label
 * @property {"bool"|"int"|"float"|"str"} kind
 * @property {number} low
 * @property {number} high both ends of a number's range
 * @property {string[]} choices of a text
 * @property {boolean} offered whether the page offers it to everybody while a run trains
 * @property {boolean} duel whether only a model with a discriminator has it
 */

/** @type {Record<string, Setting>} */
export const ABOUT = {
  batch_size: { label: t("Batch size"), kind: "int", low: 2, high: 4096, choices: [], offered: true, duel: false },
  g_learning_rate: { label: t("Learning rate, generator"), kind: "float", low: 1e-07, high: 1, choices: [], offered: true, duel: false },
  d_learning_rate: { label: t("Learning rate, discriminator"), kind: "float", low: 0, high: 1, choices: [], offered: true, duel: true },
  beta_1: { label: t("beta_1 or momentum"), kind: "float", low: 0, high: 0.999, choices: [], offered: false, duel: false },
  loss: { label: t("Loss"), kind: "str", low: 0, high: 0, choices: ["non_saturating", "minimax", "least_squares", "hinge", "wasserstein"], offered: true, duel: true },
  d_steps: { label: t("k, discriminator steps"), kind: "int", low: 1, high: 20, choices: [], offered: true, duel: true },
  one_stage: { label: t("Both updates from one pass"), kind: "bool", low: 0, high: 0, choices: [], offered: false, duel: true },
  label_smoothing: { label: t("Label smoothing"), kind: "float", low: 0, high: 0.5, choices: [], offered: true, duel: true },
  r1_gamma: { label: t("R1 penalty"), kind: "float", low: 0, high: 1000, choices: [], offered: false, duel: true },
  z_scale: { label: t("Spread of z"), kind: "float", low: 0, high: 2, choices: [], offered: false, duel: true },
  random_labels: { label: t("Share of labels by lot"), kind: "float", low: 0, high: 1, choices: [], offered: false, duel: true },
};
