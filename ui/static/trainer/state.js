/** The state of a training as a file, under the names of gan_core (Objective.state, training/saved.py), so that a run goes on here or there. */

import { parseSafetensors } from "../engine/safetensors.js";
import { toBytes } from "./files.js";

/**
 * @typedef {import("./objectives.js").Objective} Objective
 * @typedef {{step: number, seconds: number, shown: number, sums: Float64Array, count: number}} Loop where the loop stood; `sums` of the metrics since the last report
 * @typedef {{variables: Object<string, ArrayLike<number>>, loop: Loop}} State
 * @typedef {{shape: readonly number[], value: Float32Array, counts?: Float64Array}} Variable
 */

/** @param {number} place */
const numbered = (place) => String(place).padStart(3, "0");

/** @param {Objective} objective @returns {Map<string, Variable>} every variable of networks and averages by its name in a state */
function weights({ networks, averages }) {
  const owners = [...Object.entries(networks), ...Object.entries(averages).map(([role, network]) => /** @type {const} */ ([`${role}_ema`, network]))];
  return new Map(owners.flatMap(([owner, network]) => network.variables.map((variable, i) => [`${owner}/${numbered(i)}.${variable.name}`, variable])));
}

/**
 * Names in an optimizer: the number of updates, the rate where it stays the same, then its variables.
 * @param {string} name @param {import("./objectives.js").Optimizer} optimizer
 */
function numberedIn(name, optimizer) {
  const first = optimizer.about.finalFraction === 1 ? 2 : 1;
  return optimizer.variables().map(({ shape, value }, i) => ({ name: `${name}/${numbered(first + i)}`, shape, value }));
}

/** @param {Objective} objective @param {Loop} loop @returns {ArrayBuffer} */
export function written(objective, loop) {
  /** @type {Object<string, import("./files.js").Written>} */
  const tensors = {};
  for (const [name, { shape, value, counts }] of weights(objective)) tensors[name] = { shape, data: counts ? BigInt64Array.from(counts, BigInt) : value };
  for (const [name, optimizer] of Object.entries(objective.optimizers)) {
    tensors[`${name}/000`] = whole(optimizer.updates);
    if (optimizer.about.finalFraction === 1) tensors[`${name}/001`] = { shape: [], data: Float32Array.of(optimizer.about.rate) };
    for (const { name: own, shape, value } of numberedIn(name, optimizer)) tensors[own] = { shape, data: value };
  }
  tensors["loop/step"] = whole(loop.step);
  tensors["loop/seconds"] = { shape: [], data: Float64Array.of(loop.seconds) };
  tensors["loop/sums"] = { shape: [loop.sums.length], data: loop.sums };
  tensors["loop/count"] = whole(loop.count);
  tensors["loop/shown"] = whole(loop.shown);
  return toBytes(tensors);
}

/** @param {number} value @returns {import("./files.js").Written} */
const whole = (value) => ({ shape: [], data: BigInt64Array.of(BigInt(value)) });

/** @param {ArrayBuffer} bytes @returns {State} @throws {Error} for a file that is damaged or no state */
export function read(bytes) {
  const { tensors } = parseSafetensors(bytes, { wide: true });
  const loop = (/** @type {string} */ name) => {
    const found = tensors[`loop/${name}`]?.data;
    if (!found) throw new Error(`This is not the state of a training: it does not say its ${name}.`);
    return found;
  };
  const [step, seconds, count] = ["step", "seconds", "count"].map((name) => loop(name)[0]);
  if (!(Number.isSafeInteger(step) && step >= 0 && Number.isFinite(seconds) && Number.isSafeInteger(count) && count >= 0))
    throw new Error(`This state stands at step ${step} after ${seconds} seconds; expected whole steps from 0 on.`);
  const shown = tensors["loop/shown"]?.data[0] ?? 0;
  const variables = Object.fromEntries(Object.entries(tensors).filter(([name]) => !name.startsWith("loop/")).map(([name, { data }]) => [name, data]));
  return { variables, loop: { step, seconds, shown, sums: Float64Array.from(loop("sums")), count } };
}

/**
 * Sets every variable; the rates are those of the settings, which may have changed since.
 * @param {Objective} objective @param {State["variables"]} variables
 * @throws {Error} where they are those of another model
 */
export function restore(objective, variables) {
  /** @type {[string, Float32Array|Float64Array][]} */
  const places = [...weights(objective)].map(([name, { value, counts }]) => [name, counts ?? value]);
  const expected = new Set(places.map(([name]) => name));
  for (const [name, optimizer] of Object.entries(objective.optimizers)) {
    for (const { name: own, value } of numberedIn(name, optimizer)) places.push([own, value]);
    for (let i = 0; i < (optimizer.about.finalFraction === 1 ? 2 : 1); i += 1) expected.add(`${name}/${numbered(i)}`);
  }
  for (const [name] of places) expected.add(name);
  const different = [...Object.keys(variables).filter((name) => !expected.has(name)), ...[...expected].filter((name) => !Object.hasOwn(variables, name))];
  const unfit = places.filter(([name, value]) => Object.hasOwn(variables, name) && variables[name].length !== value.length).map(([name]) => name);
  if (different.length || unfit.length) throw new Error(`The state does not fit its config (variables differ: ${[...different, ...unfit].sort().slice(0, 3).join(", ")}). Start a new run.`);
  for (const [name, value] of places) value.set(variables[name]);
  for (const [name, optimizer] of Object.entries(objective.optimizers)) optimizer.updates = variables[`${name}/000`][0];
}
