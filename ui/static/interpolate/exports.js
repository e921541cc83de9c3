/** Downloads of the path: the server makes the file from the z of its frames. */

import { address, ask } from "../engine/programs.js";
import { t } from "../i18n/i18n.js";
import { isStatic } from "../kit/build.js";
import { h, uid } from "../kit/dom.js";
import { pathOf } from "../state/paths.js";
import { LOCAL_KINDS, makeLocally } from "./localexport.js";
import { framesOf } from "./strip.js";

const SERVER_KINDS = { gif: ["GIF", "gif"], mp4: ["MP4", "mp4"], webp: ["WebP", "webp"], strip: [t("PNG strip"), "png"], npz: [t("Latents .npz"), "npz"] };
const KINDS = isStatic ? LOCAL_KINDS : SERVER_KINDS;

/**
 * @param {HTMLElement} element
 * @param {import("../state/view.js").View} view
 * @param {import("../state/held.js").Held} held
 * @param {(text: string, kind: "info"|"error") => void} say
 */
export function mount(element, view, held, say) {
  const id = uid("size");
  const size = h("select", { id, class: "gan-select" }, [4, 8, 16].map((scale) => h("option", { value: scale, selected: scale === 8 }, t("{count} pixels", { count: 28 * scale }))));
  const download = async (kind) => {
    const path = pathOf(view.state.model);
    if (!held.ready || !path.ready) return say(t("A path needs two key points."), "error");
    buttons.forEach((button) => (button.disabled = true));
    say(t("Making the {kind} ...", { kind: KINDS[kind][0] }), "info");
    try {
      const usual = `${held.model.id.replace(":", "-")}-path.${KINDS[kind][1]}`;
      const [blob, name] = await (isStatic ? madeHere : madeByServer)(kind, path, view, held, Number(size.value), usual);
      save(blob, name);
      say(t("{name} is made.", { name }), "info");
    } catch (error) {
      say(error.message, "error");
    }
    buttons.forEach((button) => (button.disabled = false));
    return undefined;
  };
  const buttons = Object.entries(KINDS).map(([kind, [text]]) =>
    h("button", { type: "button", class: "gan-button", "aria-label": t("Download {kind}", { kind: text }), onClick: () => download(kind) }, text));
  element.append(
    h("div", { class: "gan-head" }, h("h2", {}, t("Download"))),
    h("div", { class: "gan-buttons" }, buttons, h("label", { for: id }, t("Size")), size),
    isStatic ? h("p", { class: "gan-hint" }, t("GIF, WebP and MP4 are made by the app, which runs on your own computer.")) : "",
  );
}

async function madeByServer(kind, path, view, held, scale, usual) {
  const body = JSON.stringify(bodyOf(kind, path, view, held, scale));
  const response = await ask(address("gan/export"), { method: "POST", headers: { "Content-Type": "application/json" }, body });
  return [await response.blob(), nameOf(response, usual)];
}

async function madeHere(kind, path, view, held, scale, usual) {
  return [await makeLocally(kind, { model: held.model, ...framesOf(path, held), epoch: view.state.epoch, steps: path.steps, scale }), usual];
}

function bodyOf(kind, path, view, held, scale) {
  const { z, classWeights } = framesOf(path, held);
  const { steps, framesPerSecond, closed } = path;
  const row = (all, i) => Array.from(all.subarray((i * all.length) / steps, ((i + 1) * all.length) / steps), exact);
  const rows = (all) => Array.from({ length: steps }, (_, i) => row(all, i));
  const labels = classWeights && rows(classWeights);
  return { model: held.model.id, kind, z: rows(z), labels, epoch: view.state.epoch, fps: framesPerSecond, scale, loop: closed };
}

function exact(value) {
  // nine digits give a float32 back as it was
  return Number(value.toPrecision(9));
}

function nameOf(response, otherwise) {
  return /filename="?([\w.-]+)"?/.exec(response.headers.get("Content-Disposition") ?? "")?.[1] ?? otherwise;
}

function save(blob, name) {
  const url = URL.createObjectURL(blob);
  const link = h("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
