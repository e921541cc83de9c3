/**
 * Vibration of a rolling bearing, made from the standard impulse model by the equations of gan_core/data/vibration.py, which has their sources: the data set
 * `vibration` for trainings of this device. Fewer windows than there, of the same kind; no two machines have other ones.
 */

import { child, normal, word } from "../state/latent.js";

export const [RATE, LENGTH] = [12_000, 1024];
export const [TRAIN, TEST] = [3600, 360];
const NAMES = ["1,200", "1,800", "2,400"]; // turns of the shaft a minute
const SPEEDS = NAMES.map((name) => Number(name.replace(",", "")));
const [BPFO, BPFI, BSF, FTF] = [3.585, 5.415, 2.357, 0.398];
const IMPACTS = Object.freeze({ "normal": 0, "inner race": BPFI, "outer race": BPFO, "ball": 2 * BSF });
const [, INNER, OUTER, BALL] = Object.keys(IMPACTS).map((_, i) => i);
export const CLASSES = Object.keys(IMPACTS).flatMap((condition) => NAMES.map((speed) => `${condition} · ${speed} rpm`));
const [SLIP, DRIFT, SPREAD] = [0.015, 0.005, 0.08];
const MODES = [[3000, 800, 1], [4200, 1400, 0.35]]; // Hz, decay a second, share
const [LOAD, BEFORE, TRIGGER, FULL_SCALE] = [1.3, 200, 96, 1.8];
const [LEAST, MOST] = [0.7, 1.3]; // severity
const OTHER_RACE = 0.85;
const [ROLLING, HISS] = [0.035, 0.025];
const SHAFT = [[1, 0.05], [2, 0.025]];
const SPLITS = ["train", "test"];

/** @param {string} split 'train' or 'test' @param {number} count @param {number} [length] @returns {{images: Uint8Array<ArrayBuffer>, labels: Uint8Array<ArrayBuffer>}} 0 is -1, 255 is 1; the classes in turn */
export function windows(split, count, length = LENGTH) {
  const images = new Uint8Array(count * length);
  const labels = Uint8Array.from({ length: count }, (_, i) => i % CLASSES.length);
  labels.forEach((label, i) => {
    const heard = simulate(label, length, child(1 + SPLITS.indexOf(split), 1 + i));
    for (let at = 0; at < length; at += 1) images[i * length + at] = Math.round((Math.min(1, Math.max(-1, heard[at] / FULL_SCALE)) + 1) * 127.5);
  });
  return { images, labels };
}

/** @param {number} label @param {number} length @param {number} seed */
function simulate(label, length, seed) {
  const [condition, speed] = [Math.floor(label / SPEEDS.length), SPEEDS[label % SPEEDS.length]];
  const samples = BEFORE + length;
  const [rolling, hiss, few] = [0, 1, 2].map((part) => normal(child(seed, 1 + part), part === 2 ? 8 : part ? length : MODES.length * samples));
  const uniform = (/** @type {number} */ i) => word(child(seed, 9), i) / 2 ** 32;
  const turns = (speed / 60) * (1 + DRIFT * few[0]);
  const struck = condition ? impacts(condition, turns, samples, seed, few[1], uniform) : [];
  const heard = new Float64Array(length);
  MODES.forEach(([frequency, decay, share], mode) => {
    const [angle, shrink] = [(2 * Math.PI * frequency * (1 + 0.01 * few[2 + mode])) / RATE, Math.exp(-decay / RATE)];
    const [re, im] = [new Float64Array(samples), new Float64Array(samples)]; // what pushes it: an impact between two samples has turned by what was left of a step
    for (const { sample, ago, loud } of struck) {
      re[sample] += loud * shrink ** ago * Math.cos(angle * ago);
      im[sample] += loud * shrink ** ago * Math.sin(angle * ago);
    }
    const [cos, sin] = [shrink * Math.cos(angle), shrink * Math.sin(angle)];
    for (let i = 0, x = 0, y = 0; i < samples; i += 1) {
      [x, y] = [x * cos - y * sin + re[i] + ROLLING * rolling[mode * samples + i], x * sin + y * cos + im[i]];
      if (i >= BEFORE) heard[i - BEFORE] += share * y;
    }
  });
  const phases = SHAFT.map((_, i) => 2 * Math.PI * uniform(2 + i));
  return heard.map((value, i) => (turns / 30) * SHAFT.reduce((sum, [order, amplitude], k) => sum + amplitude * Math.sin((order * 2 * Math.PI * turns * i) / RATE + phases[k]), value) + HISS * hiss[i]);
}

/**
 * @param {number} condition @param {number} turns @param {number} samples @param {number} seed @param {number} where the defect is when it triggers, in deviations
 * @param {(i: number) => number} uniform @returns {{sample: number, ago: number, loud: number}[]} the first sample after each, how long before that it was, how loud
 */
function impacts(condition, turns, samples, seed, where, uniform) {
  const period = RATE / (Object.values(IMPACTS)[condition] * turns);
  const most = Math.floor((1.3 * samples) / period) + 6;
  const drawn = normal(child(seed, 5), 2 * most);
  const severity = LEAST + (MOST - LEAST) * uniform(0);
  let sum = 0;
  const when = Array.from({ length: most }, (_, i) => (sum += period * (1 + SLIP * drawn[i])));
  const first = when.findIndex((at) => at >= BEFORE + TRIGGER);
  const moved = BEFORE + TRIGGER - uniform(1) - when[first];
  return when.flatMap((before, i) => {
    const at = before + moved;
    if (at < 0 || at >= samples - 1) return [];
    const round = ((condition === INNER ? turns : condition === BALL ? FTF * turns : 0) * (at - BEFORE - TRIGGER)) / RATE; // an outer race's defect stays where it is
    const load = condition === OUTER ? 1 : loadAt(round + 0.05 * where);
    const other = condition === BALL && Math.abs(i - first) % 2 === 1 ? OTHER_RACE : 1;
    const sample = Math.ceil(at);
    return [{ sample, ago: sample - at, loud: severity * load * other * (1 + SPREAD * drawn[most + i]) }];
  });
}

/** Stribeck's distribution. @param {number} turn from where the load is largest */
const loadAt = (turn) => Math.max(1 - (1 - Math.cos(2 * Math.PI * turn)) / (2 * LOAD), 0) ** 1.5;
