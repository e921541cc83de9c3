/** Downloads of the path: the server makes the file from the z of its frames. */

import { h, uid } from "./dom.js";
import { pathOf } from "./paths.js";
import { address, ask } from "./programs.js";
import { framesOf } from "./strip.js";

const KINDS = { gif: ["GIF", "gif"], mp4: ["MP4", "mp4"], webp: ["WebP", "webp"], strip: ["PNG strip", "png"], npz: ["Latents .npz", "npz"] };

/**
 * @param {HTMLElement} element
 * @param {import("./view.js").View} view
 * @param {import("./held.js").Held} held
 * @param {(text: string, kind: "info"|"error") => void} say
 */
export function mount(element, view, held, say) {
  const id = uid("size");
  const size = h("select", { id, class: "gan-select" }, [4, 8, 16].map((scale) => h("option", { value: scale, selected: scale === 8 }, `${28 * scale} pixels`)));
  const download = async (kind) => {
    const path = pathOf(view.state.model);
    if (!held.ready || !path.ready) return say("A path needs two key points.", "error");
    buttons.forEach((button) => (button.disabled = true));
    say(`Making the ${KINDS[kind][0]} ...`, "info");
    try {
      const body = JSON.stringify(bodyOf(kind, path, view, held, Number(size.value)));
      const response = await ask(address("gan/export"), { method: "POST", headers: { "Content-Type": "application/json" }, body });
      const name = nameOf(response, `${held.model.id.replace(":", "-")}-path.${KINDS[kind][1]}`);
      save(await response.blob(), name);
      say(`${name} is made.`, "info");
    } catch (error) {
      say(error.message, "error");
    }
    buttons.forEach((button) => (button.disabled = false));
    return undefined;
  };
  const buttons = Object.entries(KINDS).map(([kind, [text]]) =>
    h("button", { type: "button", class: "gan-button", "aria-label": `Download ${text}`, onClick: () => download(kind) }, text));
  element.append(
    h("div", { class: "gan-head" }, h("h2", {}, "Download")),
    h("div", { class: "gan-buttons" }, buttons, h("label", { for: id }, "Size"), size),
  );
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
