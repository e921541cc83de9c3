/** Downloads of the path: the server makes the file from the z of its frames, or the page itself does. */

import { address, ask } from "../engine/programs.js";
import { messageOf, t } from "../i18n/i18n.js";
import { isStatic } from "../kit/build.js";
import { h, setText, uid } from "../kit/dom.js";
import { cellOf, isSignal, MNIST } from "../kit/sample.js";
import { save } from "../kit/save.js";
import { permalink } from "../share/permalink.js";
import { pathOf } from "../state/paths.js";
import { LOCAL_KINDS, makeLocally, SLIDE_KINDS, SOUND_KINDS } from "./localexport.js";
import { framesOf } from "./strip.js";

/** Label and file ending of each. @type {Object<string, [string, string]>} */
const SERVER_KINDS = { gif: ["GIF", "gif"], mp4: ["MP4", "mp4"], webp: ["WebP", "webp"], strip: [t("PNG strip"), "png"], npz: [t("Latents .npz"), "npz"] };
const KINDS = isStatic ? LOCAL_KINDS : { ...SERVER_KINDS, ...SLIDE_KINDS, ...SOUND_KINDS };

/**
 * @typedef {{kind: string, path: import("../state/paths.js").Path, view: import("../state/view.js").View, held: import("../state/held.js").Held,
 *   model: import("../state/models.js").Model, scale: number, usual: string}} Wish `usual`: what the file is called unless the server says
 */

/**
 * @param {HTMLElement} element
 * @param {import("../state/view.js").View} view
 * @param {import("../state/held.js").Held} held
 * @param {(text: string, kind: "info"|"error") => void} say
 * @returns {import("../kit/dom.js").Component}
 */
export function mount(element, view, held, say) {
  const id = uid("size");
  const size = h("select", { id, class: "gan-select" }, [4, 8, 16].map((scale) => h("option", { value: scale, selected: scale === 8 })));
  /** @param {string} kind */
  const download = async (kind) => {
    const path = pathOf(view.state.model);
    const { model, ready } = held;
    if (!ready || !model || !path.ready) return say(t("A path needs two key points."), "error");
    buttons.forEach((button) => (button.disabled = true));
    say(t("Making the {kind} ...", { kind: KINDS[kind][0] }), "info");
    try {
      const usual = `${model.id.replace(":", "-")}-path.${KINDS[kind][1]}`;
      const [blob, name] = await (isMadeHere(kind, model) ? madeHere : madeByServer)({ kind, path, view, held, model, scale: Number(size.value), usual });
      const { withLink } = await import("../share/linkedpicture.js"); // with the link of this page, by which a dropped picture leads back to it
      save(await withLink(blob, permalink.current()), name);
      say(t("{name} is made.", { name }), "info");
    } catch (error) {
      say(messageOf(error), "error");
    }
    buttons.forEach((button) => (button.disabled = false));
    return undefined;
  };
  const kinds = Object.keys(KINDS);
  const buttons = Object.entries(KINDS).map(([kind, [text]]) =>
    h("button", { type: "button", class: "gan-button", "aria-label": t("Download {kind}", { kind: text }), onClick: () => void download(kind) }, text));
  element.append(
    h("div", { class: "gan-head" }, h("h2", {}, t("Download"))),
    h("div", { class: "gan-buttons" }, buttons, h("label", { for: id }, t("Size")), size),
    isStatic ? h("p", { class: "gan-hint" }, t("WebP is made by the app, which runs on your own computer.")) : "",
  );
  const update = () => {
    const shape = held.model?.shape ?? MNIST;
    const [, width] = cellOf(shape);
    buttons.forEach((button, i) => (button.hidden = !isOffered(kinds[i], shape)));
    for (const option of size.options) setText(option, t("{count} pixels", { count: width * Number(option.value) }));
  };
  update();
  return { update, destroy() {} };
}

/** The server draws pictures only, and only a signal sounds. @param {string} kind @param {import("../kit/sample.js").Shape} shape @returns {boolean} */
const isOffered = (kind, shape) => (isSignal(shape) ? Object.hasOwn(LOCAL_KINDS, kind) || kind === "npz" : !Object.hasOwn(SOUND_KINDS, kind));

/** @param {string} kind @param {import("../state/models.js").Model} model @returns {boolean} whether this page makes that file itself */
const isMadeHere = (kind, { shape }) => isStatic || Object.hasOwn(isSignal(shape) ? LOCAL_KINDS : SLIDE_KINDS, kind);

/** @param {Wish} wish @returns {Promise<[Blob, string]>} */
async function madeByServer(wish) {
  const response = await ask(address("gan/export"), { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(bodyOf(wish)) });
  return [await response.blob(), nameOf(response, wish.usual)];
}

/** @param {Wish} wish @returns {Promise<[Blob, string]>} */
async function madeHere({ kind, path, view, held, model, scale, usual }) {
  return [await makeLocally(kind, { model, ...framesOf(path, held, model), epoch: view.state.epoch, steps: path.steps, scale, framesPerSecond: path.framesPerSecond }), usual];
}

/** @param {Wish} wish @returns {Object<string, unknown>} as docs/formats.md has it */
function bodyOf({ kind, path, view, held, model, scale }) {
  const { z, classWeights } = framesOf(path, held, model);
  const { steps, framesPerSecond, closed } = path;
  /** @param {Float32Array} all @param {number} i */
  const row = (all, i) => Array.from(all.subarray((i * all.length) / steps, ((i + 1) * all.length) / steps), exact);
  /** @param {Float32Array} all */
  const rows = (all) => Array.from({ length: steps }, (_, i) => row(all, i));
  return { model: model.id, kind, z: rows(z), labels: classWeights && rows(classWeights), epoch: view.state.epoch, fps: framesPerSecond, scale, loop: closed };
}

/** @param {number} value @returns {number} */
function exact(value) {
  // nine digits give a float32 back as it was
  return Number(value.toPrecision(9));
}

/** @param {Response} response @param {string} otherwise @returns {string} */
function nameOf(response, otherwise) {
  return /filename="?([\w.-]+)"?/.exec(response.headers.get("Content-Disposition") ?? "")?.[1] ?? otherwise;
}
