/**
 * A view as the query of an address, and back: `?v=1&m=dcgan-mnist&s=7&psi=0.8&z=...`. Pure: no page, no model.
 * What is not said is as at the start. Everything that comes in is checked; a wrong value gives a sentence, never a half-read view.
 */

import { fill, t } from "../i18n/i18n.js";
import { packFloats, packVector, unpackFloats, unpackVector } from "./base64.js";
import { CODE_KEYS, decodeCode } from "./codelink.js";
import { MAX_SEED } from "./latent.js";
import { CHECKS, START } from "./view.js";

export const VERSION = 1;
/** Characters of a query: enough for a path of twelve key points, and within what servers take. */
export const LONGEST = 8000;
export const TABS = ["explore", "interpolate", "train", "autoencode"];
const STEPS = [2, 120];

/**
 * @typedef {{z?: Float32Array, seed?: number, edits?: [number, number][], weights?: Float32Array|number}} LinkedKey a key point: its seed, or its z
 * @typedef {{keys: LinkedKey[], closed: boolean, spherical: boolean, steps: number, framesPerSecond: number, position: number}} LinkedPath
 * @typedef {{tab: string, hide: string[], talk: boolean}} Layout
 * @typedef {{state: Partial<import("./view.js").ViewState>, edits: [number, number][]|null, path: LinkedPath|null,
 *   code: import("./codelink.js").LinkedCode|null}} Linked `edits` are coordinates of z that differ from what the seed gives
 */

/** Short names of the fields of a view; a field that is not listed has its own name and is written as JSON. */
const SHORT = { model: "m", seed: "s", gridSeed: "g", digit: "d", other: "o", blend: "b", psi: "psi", epoch: "e", smooth: "px", z: "z" };
const LONG = Object.fromEntries(Object.entries(SHORT).map(([long, short]) => [short, long]));
const PATH = { closed: "pc", spherical: "ps", steps: "pn", framesPerSecond: "pf", position: "pp" };
const PATH_START = { closed: false, spherical: true, steps: 24, framesPerSecond: 12, position: 0 };
const PATH_CHECKS = {
  closed: (x) => typeof x === "boolean", spherical: (x) => typeof x === "boolean", position: (x) => x >= 0 && x <= 1,
  steps: (x) => Number.isInteger(x) && x >= STEPS[0] && x <= STEPS[1], framesPerSecond: (x) => Number.isInteger(x) && x >= 1 && x <= 60,
};
const LAYOUT = ["tab", "hide", "talk"];

/**
 * @param {Readonly<import("./view.js").ViewState>} state
 * @param {{base?: Float32Array|null, path?: LinkedPath|null, code?: [string, string][], layout?: Partial<Layout>}} [more] base: what
 *   the seed gives, so that only the changed coordinates of z need be told; code: what `encodeCode` says of the Autoencode tab
 * @returns {string} the query without "?"; "" for the view that the page opens with
 */
export function encodeView(state, { base = null, path = null, code = [], layout = {} } = {}) {
  const entries = [];
  for (const [key, value] of Object.entries(state)) {
    if (key === "z") entries.push(["z", value && packVector(value, base)]);
    else if (key === "gridSeed") entries.push(["g", value === state.seed ? null : value]);
    else if (JSON.stringify(value) !== JSON.stringify(START[key])) entries.push([SHORT[key] ?? key, scalar(value)]);
  }
  if (path) {
    entries.push(["p", path.keys.map(packKey).join(".")]);
    for (const [key, short] of Object.entries(PATH)) if (path[key] !== PATH_START[key]) entries.push([short, scalar(path[key])]);
  }
  entries.push(...code);
  const said = entries.filter(([, value]) => value !== null);
  if (said.length) said.unshift(["v", VERSION]);
  if (layout.tab && layout.tab !== TABS[0]) said.push(["tab", layout.tab]);
  if (layout.hide?.length) said.push(["hide", layout.hide.join(",")]);
  if (layout.talk) said.push(["talk", 1]);
  return said.map(([key, value]) => `${key}=${encodeURIComponent(value).replaceAll("%2C", ",")}`).join("&");
}

/**
 * @param {string} query with or without "?"; parameters of others are passed over
 * @returns {Linked & {layout: Layout, given: boolean}} `given` tells whether it holds a view at all
 * @throws {Error} a sentence about what is wrong
 */
export function decodeView(query) {
  const params = new URLSearchParams(query);
  const layout = decodeLayout(params);
  const linked = { state: {}, edits: null, path: null, code: null, layout, given: params.has("v") };
  if (!linked.given) return linked;
  if (query.length > LONGEST) throw new Error(t("It has {count} characters; at most {most} are read.", { count: query.length, most: LONGEST }));
  if (params.get("v") !== String(VERSION)) throw new Error(t("It is of version {version}; this page reads version {known}.", { version: shown(params.get("v")), known: VERSION }));
  for (const [key, text] of params) {
    const field = LONG[key] ?? (key in START ? key : null);
    if (field === null || key === "z") continue;
    const value = valueOf(field, text);
    if (value === undefined || !CHECKS[field](value)) throw wrong(key, text);
    linked.state[field] = value;
  }
  if (params.has("z")) {
    const { z, edits } = read("z", params.get("z"), unpackVector);
    if (z && !CHECKS.z(Array.from(z))) throw wrong("z", params.get("z"));
    if (z) linked.state.z = z;
    linked.edits = edits;
  }
  linked.state.gridSeed ??= linked.state.seed ?? START.gridSeed;
  linked.path = decodePath(params);
  linked.code = decodeCode(params, wrong);
  return linked;
}

/** What a reader that throws makes of a parameter. */
function read(key, text, reader) {
  try {
    return reader(text);
  } catch {
    throw wrong(key, text);
  }
}

/** @param {URLSearchParams} params @returns {Layout} what cannot be is passed over: it changes no picture */
export function decodeLayout(params) {
  const tab = TABS.includes(params.get("tab")) ? params.get("tab") : TABS[0];
  const hide = (params.get("hide") ?? "").split(",").filter((name) => /^[a-z]{1,24}$/.test(name)).slice(0, 40);
  return { tab, hide: [...new Set(hide)], talk: params.get("talk") === "1" };
}

/** @param {string} key @returns {boolean} whether a parameter of an address is one of ours */
export function isOurs(key) {
  return ["v", "p", ...Object.values(PATH), ...CODE_KEYS, ...LAYOUT].includes(key) || key in LONG || key in START;
}

function decodePath(params) {
  if (!params.has("p")) return null;
  const keys = params.get("p").split(".").map((text) => unpackKey(text));
  if (keys.length < 2 || keys.length > 100) throw wrong("p", params.get("p"));
  const path = { keys, ...PATH_START };
  for (const [key, short] of Object.entries(PATH)) {
    if (!params.has(short)) continue;
    path[key] = typeof PATH_START[key] === "boolean" ? flag(params.get(short)) : number(params.get(short));
    if (!PATH_CHECKS[key](path[key])) throw wrong(short, params.get(short));
  }
  return path;
}

function packKey({ seed, z, weights }) {
  const tail = weights === undefined || weights === null ? "" : typeof weights === "number" ? `~${weights}` : `~w${packFloats(weights)}`;
  return (seed !== undefined ? `s${seed}` : `z${packFloats(z)}`) + tail;
}

function unpackKey(text) {
  const match = /^(?:s(\d{1,10})|z([\w-]+))(?:~(?:(\d{1,3})|w([\w-]+)))?$/.exec(text);
  if (!match) throw wrong("p", text);
  const [, seed, z, digit, weights] = match;
  const key = seed !== undefined ? { seed: Number(seed) } : { z: read("p", z, unpackFloats) };
  if (key.seed > MAX_SEED) throw wrong("p", text);
  if (digit !== undefined) key.weights = Number(digit);
  if (weights !== undefined) key.weights = read("p", weights, unpackFloats);
  if (key.weights instanceof Float32Array && (key.weights.some((x) => !(x >= 0)) || Math.abs(key.weights.reduce((a, b) => a + b, 0) - 1) > 1e-3)) throw wrong("p", text);
  return key;
}

const scalar = (value) => (typeof value === "boolean" ? Number(value) : typeof value === "object" ? JSON.stringify(value) : value);
const number = (text) => (/^-?\d+(\.\d+)?(e-?\d+)?$/.test(text) ? Number(text) : NaN);
const flag = (text) => ({ 0: false, 1: true })[text];

function valueOf(field, text) {
  if (field === "model") return text;
  if (typeof START[field] === "boolean") return flag(text);
  if (field in SHORT) return number(text);
  try {
    return typeof START[field] === "number" ? number(text) : typeof START[field] === "string" ? text : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function wrong(key, text) {
  const expected = EXPECTED[key] ? fill(t(EXPECTED[key]), { most: MAX_SEED }) : t("something else");
  return new Error(t("{key} is {value}; expected {expected}.", { key, value: shown(text), expected }));
}

function shown(text) {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text);
}

const SEED = "a whole number from 0 to {most}";
const EXPECTED = {
  s: SEED, g: SEED, d: "a digit", o: "a digit", b: "a number from 0 to 1", psi: "a number from 0 to 2", e: "a step of the training", px: "0 or 1",
  z: "numbers in base64url", p: "two or more key points", pc: "0 or 1", ps: "0 or 1", pn: "a whole number from 2 to 120", pf: "a whole number from 1 to 60",
  pp: "a number from 0 to 1", m: "the name of a model", am: "the name of a model", ap: "a test picture or a drawing", an: "a strength of noise and its seed",
  ab: "four edges of a rectangle", ao: "numbers from -3 to 3", ac: "numbers in base64url",
};
