/** The models of gan/models.json: the list, when it changes, and what its entries are called. */

import { address, ask } from "../engine/programs.js";
import { t } from "../i18n/i18n.js";
import { grouped } from "../kit/numbers.js";
import { isMnist, isSignal } from "../kit/sample.js";
import { drawsSyllables, labelOfText, partsOf, startsOf, syllableOf } from "./classes.js";
import { BETWEEN, spoken } from "./classgrid.js";

/**
 * A model as models.json has it (docs/formats.md, section 5).
 * @typedef {Object} ModelInfo
 * @property {string} id
 * @property {"checkpoint"|"run"} kind
 * @property {string} title
 * @property {{named: string, hub: string, family: string, data: string, dataset: string}} [about] what the title is made of
 * @property {Object<string, string>} [folder] addresses of what lies in its folder beside the networks: config.json, README.md ...
 * @property {string} family
 * @property {number} latent_dim
 * @property {number} num_classes 0 where it takes no labels
 * @property {number[]} image_shape height, width, channels of pictures; length, channels of signals
 * @property {number} [rate] of signals: samples a second
 * @property {string[]} [classes] what its classes are called, where they are not digits
 * @property {number[]} [groups] sizes of the groups that they stand in, where there are several: a label names one class of each
 * @property {boolean} [opening] whether the page opens on a checkpoint of its family
 * @property {number} [votes] how many of z's first numbers vote for the digit
 * @property {{kind: string, lead?: number}} prior `lead`: how far the highest vote is ahead of the others at least
 * @property {number} step
 * @property {Object<string, number>|null} [score] its score card, where it has one
 * @property {Files} files addresses, relative to the page
 * @property {Epoch[]} epochs
 *
 * @typedef {"generator"|"discriminator"|"encoder"} Role
 * @typedef {{generator: string|null, discriminator?: string|null, encoder?: string|null, directions?: string|null, prior?: string|null,
 *   sketch?: string}} Files `sketch`: the generator in a few bits, to begin with
 * @typedef {{step: number, epoch: number, url: string, encoder?: string}} Epoch
 */

const CHANGED = "gan-models-changed"; // the notice of Gradio's page sends it too (`ui/components.py`)

/** @typedef {{models: ModelInfo[], problems: {name: string, message: string}[], classifier: string|null}} ModelList */

/** @type {Promise<ModelList>|null} the request that went out in this turn */
let asking = null;

/**
 * Whoever shows the list asks at the same moment, when it has changed: that is one request.
 * @returns {Promise<ModelList>}
 * @throws {Error} where the list cannot be had
 */
export function listModels() {
  if (!asking) {
    asking = fetchList();
    queueMicrotask(() => (asking = null));
  }
  return asking;
}

/** The list of models is another one now: whoever shows it shall read it again. */
export function modelsChanged() {
  window.dispatchEvent(new Event(CHANGED));
}

/** @param {() => void} listener told when the list is another one @returns {() => void} stops it */
export function onModelsChanged(listener) {
  window.addEventListener(CHANGED, listener);
  return () => window.removeEventListener(CHANGED, listener);
}

/** @returns {Promise<ModelList>} */
async function fetchList() {
  const response = await ask(address("gan/models.json"), { cache: "no-cache" });
  const list = await response.json().catch(() => null);
  if (!Array.isArray(list?.models)) throw new Error(t("The list of models is damaged. Restart the server."));
  return { models: entitled(list.models), problems: list.problems ?? [], classifier: list.classifier ?? null };
}

/** With titles in the language of the page; of those that share one each has its id too. @param {ModelInfo[]} infos @returns {ModelInfo[]} */
export function entitled(infos) {
  const titles = infos.map(titleOf);
  return infos.map((info, i) => ({ ...info, title: titles.filter((title) => title === titles[i]).length > 1 ? `${titles[i]} [${info.id.replace(/^run:/, "")}]` : titles[i] }));
}

/** @param {ModelInfo} info @returns {string} */
function titleOf({ id, kind, title, about }) {
  if (!about) return title;
  const { family, data, dataset, named, hub } = about;
  const drawn = DRAWN[dataset];
  const when = /\d{8}-(\d\d)(\d\d)/.exec(id);
  if (kind === "run") return t("{family}, learning from {data}, started {when}", { family, data, when: when ? `${when[1]}:${when[2]}` : id.slice(4) });
  const told = drawn ? t("{family}, {drawn}, learned from {data}", { family, data, drawn }) : t("{family}, learned from {data}", { family, data });
  return `${named ? `${named}: ` : ""}${told}${hub ? ` (${hub})` : ""}`;
}

/** What the pictures of the named data sets show. @type {Object<string, string>} */
const DRAWN = { mnist: t("10 digits"), digits: t("10 digits"), fashion_mnist: t("10 kinds of clothes"), vibration: t("vibration"), hangul: t("Hangul syllables") };

/** @param {ModelInfo[]} infos @returns {ModelInfo|undefined} the one that the page opens on */
export function firstModel(infos) {
  return infos.find((info) => info.opening && info.kind === "checkpoint") ?? infos[0];
}

/** Of digits, and of models without classes. */
const DIGITS = { digit: 3, other: 8 };
/** Of other data the first that a model has both of; by looking at what the shipped ones draw (docs/decisions/page.md). */
const SHOWN = [["outer race · 2,400 rpm", "normal · 2,400 rpm"]];
const SYLLABLES = ["한", "글"];

/** @typedef {{digit: number, other: number}} Asked labels: the class that is asked for, and the one that it is blended with */

/** @param {ModelInfo} info @returns {Asked} what is asked for first */
export function firstAsked(info) {
  const { classes = [] } = info;
  const labels = drawsSyllables(info) ? SYLLABLES.map((letter) => Number(labelOfText(letter))) : SHOWN.map((names) => names.map((name) => classes.indexOf(name))).find((found) => !found.includes(-1));
  if (!classes.length) return DIGITS;
  const [digit, other] = labels ?? [0, 1];
  return { digit, other };
}

/**
 * What is asked for where another model comes into the hand: what was asked for before where both have the same classes.
 * @param {ModelInfo[]} infos @param {string|null} before @param {string|null} after ids @returns {Partial<Asked>}
 */
export function askedOf(infos, before, after) {
  const [from, to] = [before, after].map((id) => infos.find((info) => info.id === id));
  return !to || (from?.classes ?? []).join("\n") === (to.classes ?? []).join("\n") ? {} : firstAsked(to);
}

/** @param {ModelInfo} info @param {number} label @returns {string} what that class is called */
export function className(info, label) {
  const { classes, groups = [] } = info;
  if (drawsSyllables(info)) return syllableOf(label);
  if (groups.length) return partsOf(label, groups).map((part, group) => partName(info, group, part)).join(BETWEEN);
  return spoken(classes?.[label] ?? String(label));
}

/** @param {ModelInfo} info @param {number} group @param {number} part @returns {string} what that class of the group is called */
export function partName({ classes, groups = [] }, group, part) {
  return spoken(classes?.[startsOf(groups)[group] + part] ?? String(part));
}

/** @param {ModelInfo} info @param {number} group @returns {string} what a group of its classes is called */
export function groupName(info, group) {
  return drawsSyllables(info) ? SYLLABLE_PARTS[group] : t("Group {number}", { number: group + 1 });
}

const SYLLABLE_PARTS = [t("Initial"), t("Medial"), t("Final")];

/** @param {ModelInfo} info @returns {boolean} whether it draws digits as large as MNIST's: what is beside real ones, or read as one, is of such a model */
export const drawsDigits = ({ image_shape: shape, classes }) => isMnist(shape) && !classes?.length;

/** @param {ModelInfo} info @returns {boolean} whether what a person draws, which has MNIST's size, goes through it and comes back */
export const encodesDrawings = ({ image_shape: shape, files }) => Boolean(files.encoder) && isMnist(shape);

/** @param {ModelInfo} info @returns {string} what one of its samples is: "1,024 samples at 12,000 Hz" */
export function kindOf({ image_shape: shape, rate }) {
  const [height, width, channels] = shape;
  if (isSignal(shape)) return t("{count} samples at {rate} Hz", { count: grouped(height), rate: grouped(rate ?? 0) });
  return channels === 1 ? t("{width} x {height} grey", { width, height }) : t("{width} x {height} colour", { width, height });
}
