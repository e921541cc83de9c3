/**
 * A view as the query of an address, and back: `?v=1&m=dcgan-mnist&s=7&psi=0.8&z=...`. Pure: no page, no model.
 * What is not said is as at the start. Everything that comes in is checked; a wrong value gives a sentence, never a half-read view.
 */

import { t } from "../i18n/i18n.js";
import { packFloats, packVector, unpackFloats, unpackVector } from "./base64.js";
import { MOST_GROUPS } from "./classes.js";
import { CODE_KEYS, decodeCode } from "./codelink.js";
import { MAX_SEED } from "./latent.js";
import { decodeLesson, encodeLesson, LESSON_KEYS } from "./lessonlink.js";
import { CHECKS, OPENED, START } from "./view.js";

export const VERSION = 1;
/** Characters of a query: enough for a path of twelve key points, and within what servers take. */
export const LONGEST = 8000;
export const TABS = ["learn", "explore", "interpolate", "train", "autoencode"];
/** The tab that a page without a link opens with: a digit in hand within the first second. */
export const OPENING = "explore";
const STEPS = [2, 120];

/**
 * @typedef {{z?: Float32Array, seed?: number, edits?: [number, number][], weights?: Float32Array|number}} LinkedKey a key point: its seed, or its z
 * @typedef {{keys: LinkedKey[], closed: boolean, spherical: boolean, steps: number, framesPerSecond: number, position: number}} LinkedPath
 * @typedef {{tab: string, hide: string[], talk: boolean, lesson?: import("./lessonlink.js").Lesson}} Layout
 * @typedef {{state: Partial<import("./view.js").ViewState>, edits: [number, number][]|null, path: LinkedPath|null,
 *   code: import("./codelink.js").LinkedCode|null}} Linked `edits` are coordinates of z that differ from what the seed gives
 */

/** Short names of the fields of a view; a field that is not listed has its own name and is written as JSON. */
/** @type {Object<string, string>} */
const SHORT = { model: "m", seed: "s", gridSeed: "g", digit: "d", other: "o", blend: "b", psi: "psi", epoch: "e", smooth: "px", z: "z" };
/** @type {Object<string, string>} */
const LONG = Object.fromEntries(Object.entries(SHORT).map(([long, short]) => [short, long]));
/** @typedef {Omit<LinkedPath, "keys">} PathOptions */
/** @typedef {keyof PathOptions} PathField */
/** @type {Record<PathField, string>} */
const PATH = { closed: "pc", spherical: "ps", steps: "pn", framesPerSecond: "pf", position: "pp" };
const PATH_FIELDS = /** @type {PathField[]} */ (Object.keys(PATH));
/** @type {PathOptions} */
export const START_PATH = { closed: false, spherical: true, steps: 24, framesPerSecond: 12, position: 0 };
/** @param {number} low @param {number} high @returns {(x: unknown) => boolean} */
const whole = (low, high) => (x) => typeof x === "number" && Number.isInteger(x) && x >= low && x <= high;
/** @param {unknown} x */
const isFlag = (x) => typeof x === "boolean";
/** @type {Record<PathField, (x: unknown) => boolean>} */
const PATH_CHECKS = {
  closed: isFlag, spherical: isFlag, steps: whole(STEPS[0], STEPS[1]), framesPerSecond: whole(1, 60),
  position: (x) => typeof x === "number" && x >= 0 && x <= 1,
};
const FIELDS = /** @type {(keyof import("./view.js").ViewState)[]} */ (Object.keys(START));
const LAYOUT = ["tab", "hide", "talk", ...LESSON_KEYS];

/**
 * @param {Readonly<import("./view.js").ViewState>} state
 * @param {{base?: Float32Array|null, path?: LinkedPath|null, code?: [string, string][], layout?: Partial<Layout>}} [more] base: what
 *   the seed gives, so that only the changed coordinates of z need be told; code: what `encodeCode` says of the Autoencode tab
 * @returns {string} the query without "?"; "" for the view that the page opens with
 */
export function encodeView(state, { base = null, path = null, code = [], layout = {} } = {}) {
  /** @type {[string, string|number|null][]} */
  const entries = [];
  for (const key of FIELDS) {
    const value = state[key];
    if (key === "z") entries.push(["z", state.z && packVector(state.z, base)]);
    else if (key === "seed") entries.push(["s", state.seed]); // said always: what the page opens with may change
    else if (key === "gridSeed") entries.push(["g", state.gridSeed === state.seed ? null : state.gridSeed]);
    else if (JSON.stringify(value) !== JSON.stringify(START[key])) entries.push([Object.hasOwn(SHORT, key) ? SHORT[key] : key, scalar(value)]);
  }
  if (path) {
    entries.push(["p", path.keys.map(packKey).join(".")]);
    for (const key of PATH_FIELDS) if (path[key] !== START_PATH[key]) entries.push([PATH[key], scalar(path[key])]);
  }
  entries.push(...code);
  const said = entries.filter(([, value]) => value !== null);
  if (said.length === 1 && state.seed === OPENED.seed) said.pop();
  if (said.length) said.unshift(["v", VERSION]);
  if (layout.tab && layout.tab !== OPENING) said.push(["tab", layout.tab]);
  if (layout.tab === "learn" && layout.lesson) said.push(...encodeLesson(layout.lesson));
  if (layout.hide?.length) said.push(["hide", layout.hide.join(",")]);
  if (layout.talk) said.push(["talk", 1]);
  return said.map(([key, value]) => `${key}=${encodeURIComponent(String(value)).replaceAll("%2C", ",").replaceAll("%3A", ":")}`).join("&");
}

/**
 * @param {string} query with or without "?"; parameters of others are passed over
 * @returns {Linked & {layout: Layout, given: boolean}} `given` tells whether it holds a view at all
 * @throws {Error} a sentence about what is wrong
 */
export function decodeView(query) {
  const params = new URLSearchParams(query);
  const layout = decodeLayout(params);
  /** @type {Linked & {layout: Layout, given: boolean}} */
  const linked = { state: {}, edits: null, path: null, code: null, layout, given: params.has("v") };
  if (!linked.given) return linked;
  if (query.length > LONGEST) throw new Error(t("It has {count} characters; at most {most} are read.", { count: query.length, most: LONGEST }));
  const version = params.get("v") ?? "";
  if (version !== String(VERSION)) throw new Error(t("It is of version {version}; this page reads version {known}.", { version: shown(version), known: VERSION }));
  for (const [key, text] of params) {
    const field = fieldOf(key);
    if (field === null || field === "z") continue;
    const value = valueOf(field, text);
    if (value === undefined || !CHECKS[field](value)) throw wrong(key, text);
    Object.assign(linked.state, { [field]: value });
  }
  const vector = params.get("z");
  if (vector !== null) {
    const { z, edits } = read("z", vector, unpackVector);
    if (z && !CHECKS.z(Array.from(z))) throw wrong("z", vector);
    if (z) linked.state.z = z;
    linked.edits = edits;
  }
  linked.state.gridSeed ??= linked.state.seed ?? START.gridSeed;
  linked.path = decodePath(params);
  linked.code = decodeCode(params, wrong);
  return linked;
}

/** @param {string} key of an address @returns {keyof import("./view.js").ViewState|null} the field that it says something of */
function fieldOf(key) {
  const long = Object.hasOwn(LONG, key) ? LONG[key] : key;
  return FIELDS.find((field) => field === long) ?? null;
}

/** What a reader that throws makes of a parameter. @template T @param {string} key @param {string} text @param {(text: string) => T} reader @returns {T} */
function read(key, text, reader) {
  try {
    return reader(text);
  } catch {
    throw wrong(key, text);
  }
}

/** @param {URLSearchParams} params @returns {Layout} what cannot be is passed over: it changes no picture */
export function decodeLayout(params) {
  const tab = TABS.find((one) => one === params.get("tab")) ?? OPENING;
  const lesson = decodeLesson(params);
  const hide = (params.get("hide") ?? "").split(",").filter((name) => /^[a-z]{1,24}$/.test(name)).slice(0, 40);
  return { tab, hide: [...new Set(hide)], talk: params.get("talk") === "1", ...(lesson && { lesson }) };
}

/** @param {string} key @returns {boolean} whether a parameter of an address is one of ours */
export function isOurs(key) {
  return ["v", "p", ...Object.values(PATH), ...CODE_KEYS, ...LAYOUT].includes(key) || fieldOf(key) !== null;
}

/** @param {URLSearchParams} params @returns {LinkedPath|null} */
function decodePath(params) {
  const all = params.get("p");
  if (all === null) return null;
  const keys = all.split(".").map((text) => unpackKey(text));
  if (keys.length < 2 || keys.length > 100) throw wrong("p", all);
  const path = { keys, ...START_PATH };
  for (const key of PATH_FIELDS) {
    const text = params.get(PATH[key]);
    if (text === null) continue;
    const value = typeof START_PATH[key] === "boolean" ? flag(text) : number(text);
    if (!PATH_CHECKS[key](value)) throw wrong(PATH[key], text);
    Object.assign(path, { [key]: value });
  }
  return path;
}

/** @param {LinkedKey} key @returns {string} */
function packKey({ seed, z, weights }) {
  const tail = weights === undefined || weights === null ? "" : typeof weights === "number" ? `~${weights}` : `~w${packFloats(weights)}`;
  return (seed !== undefined ? `s${seed}` : `z${packFloats(z ?? [])}`) + tail;
}

/** @param {string} text @returns {LinkedKey} */
function unpackKey(text) {
  const match = /^(?:s(\d{1,10})|z([\w-]+))(?:~(?:(\d{1,5})|w([\w-]+)))?$/.exec(text);
  if (!match) throw wrong("p", text);
  const [, seed, z, digit, weights] = match;
  /** @type {LinkedKey} */
  const key = seed !== undefined ? { seed: Number(seed) } : { z: read("p", z, unpackFloats) };
  if (key.seed !== undefined && key.seed > MAX_SEED) throw wrong("p", text);
  if (digit !== undefined) key.weights = Number(digit);
  if (weights === undefined) return key;
  const shares = read("p", weights, unpackFloats);
  const sum = shares.reduce((a, b) => a + b, 0); // 1 for each group of classes: how many there are is the model's
  const groups = Math.round(sum);
  if (shares.some((x) => !(x >= 0)) || Math.abs(sum - groups) > 1e-3 || groups < 1 || groups > Math.min(MOST_GROUPS, Math.max(1, shares.length / 2))) throw wrong("p", text);
  return { ...key, weights: shares };
}

/** @param {unknown} value of a field @returns {string|number|null} */
const scalar = (value) => (typeof value === "boolean" ? Number(value) : typeof value === "number" || typeof value === "string" ? value : JSON.stringify(value));
/** @param {string} text @returns {number} NaN where it is none */
const number = (text) => (/^-?\d+(\.\d+)?(e-?\d+)?$/.test(text) ? Number(text) : NaN);
/** @param {string} text @returns {boolean|undefined} */
const flag = (text) => (text === "1" ? true : text === "0" ? false : undefined);

/** @param {keyof import("./view.js").ViewState} field @param {string} text @returns {unknown} undefined where it is no value of that field */
function valueOf(field, text) {
  if (field === "model") return text;
  if (typeof START[field] === "boolean") return flag(text);
  if (Object.hasOwn(SHORT, field)) return number(text);
  try {
    return typeof START[field] === "number" ? number(text) : typeof START[field] === "string" ? text : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @param {string} key @param {string} text @returns {Error} */
function wrong(key, text) {
  const expected = Object.hasOwn(EXPECTED, key) ? EXPECTED[key] : t("something else");
  return new Error(t("{key} is {value}; expected {expected}.", { key, value: shown(text), expected }));
}

/** @param {string} text @returns {string} */
function shown(text) {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text);
}

const SEED = t("a whole number from 0 to {most}", { most: MAX_SEED });
/** @type {Object<string, string>} */
const EXPECTED = {
  s: SEED, g: SEED, d: t("a digit"), o: t("a digit"), b: t("a number from 0 to 1"), psi: t("a number from 0 to 2"), e: t("a step of the training"), px: t("0 or 1"),
  z: t("numbers in base64url"), p: t("two or more key points"), pc: t("0 or 1"), ps: t("0 or 1"), pn: t("a whole number from 2 to 120"), pf: t("a whole number from 1 to 60"),
  pp: t("a number from 0 to 1"), m: t("the name of a model"), am: t("the name of a model"), ap: t("a test picture or a drawing"), an: t("a strength of noise and its seed"),
  ab: t("four edges of a rectangle"), ao: t("numbers from -3 to 3"), ac: t("numbers in base64url"),
};
