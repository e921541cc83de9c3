/** What may be asked of a training in flight, checked as gan_core/runs/control.py does. */

import { LOSSES } from "../autodiff/losses.js";
import { ABOUT } from "../runs/settings.js";
import { ONE_STAGE_LOSSES } from "./implemented.js";

/** @typedef {import("./protocol.js").Settings} Settings */

/** Settings that may change while it trains. */
export const IN_FLIGHT = ["batch_size", "g_learning_rate", "d_learning_rate", "loss", "d_steps", "label_smoothing", "z_scale", "random_labels"];
/** Steps a second in slow motion. */
export const [SLOWEST, FASTEST] = [0.1, 20];

/** @param {string} name @param {unknown} value @param {number} low @param {number} high @returns {number} @throws {Error} */
export function checkNumber(name, value, low, high) {
  if (typeof value !== "number" || !(value >= low && value <= high)) throw new Error(`${name} is ${JSON.stringify(value)}; expected a number from ${low} to ${high}.`);
  return value;
}

/**
 * @param {unknown} settings @param {boolean} duel whether there is a discriminator
 * @returns {Settings} those that may be changed
 * @throws {Error} that says what came, what was expected
 */
export function checkSettings(settings, duel) {
  const possible = IN_FLIGHT.filter((name) => duel || !ABOUT[name].duel);
  const given = settings && typeof settings === "object" ? Object.entries(settings) : [];
  if (!given.length) throw new Error(`settings is ${JSON.stringify(settings)}; expected an object with some of: ${possible.join(", ")}.`);
  for (const [name, value] of given) {
    if (!possible.includes(name)) throw new Error(`the setting to change is ${JSON.stringify(name)}; expected one of: ${possible.join(", ")}.`);
    const { kind, low, high } = ABOUT[name];
    if (kind !== "str") checkNumber(name, value, low, high);
    else if (!Object.hasOwn(LOSSES, value)) throw new Error(`${name} is ${JSON.stringify(value)}; expected one of: ${Object.keys(LOSSES).join(", ")}, which are what this device can train with.`);
    if (kind === "int" && !Number.isInteger(value)) throw new Error(`${name} is ${value}; expected a whole number.`);
  }
  return Object.fromEntries(given);
}

/** @param {Object<string, any>} train @param {Settings} settings @returns {Object<string, any>} with them on top; a step in one stage becomes one in two where they need that */
export function merged(train, settings) {
  const after = { ...train, ...settings };
  if (after.d_steps !== 1 || !ONE_STAGE_LOSSES.includes(after.loss)) after.one_stage = false;
  return after;
}

/** @param {number} step @param {Object<string, any>} before @param {Object<string, any>} after @returns {import("./protocol.js").Change} as it is recorded and shown */
export function difference(step, before, after) {
  return { step, settings: Object.fromEntries(Object.keys(after).filter((name) => after[name] !== before[name]).map((name) => [name, [before[name], after[name]]])) };
}
