/** The models that are here, to take home as a zip file; and where a server allows it, one of one's own to bring in. */

import { address, ask, fetchBytes } from "../engine/programs.js";
import { messageOf, t } from "../i18n/i18n.js";
import { isStatic } from "../kit/build.js";
import { dialog } from "../kit/dialog.js";
import { h, notes, useStyle } from "../kit/dom.js";
import { fileButton } from "../kit/filebutton.js";
import { save } from "../kit/save.js";
import { access, controlHeaders } from "../runs/access.js";
import { kindOf, modelsChanged } from "../state/modellist.js";

/** @typedef {import("../state/modellist.js").ModelInfo} ModelInfo */

const CONFIG = "config.json";
const MOST = 32 * 2 ** 20; // bytes of a zip that a server takes

/**
 * @param {readonly ModelInfo[]} infos
 * @param {(id: string) => void} onBrought told the id of a model that has come
 */
export function openShelf(infos, onBrought) {
  useStyle(new URL("modelshelf.css", import.meta.url)).catch(reportError);
  const note = notes();
  const rows = infos.map((info) => h("li", { class: "gan-shelf-row" }, h("span", {}, info.title, " ", h("span", { class: "gan-fact" }, kindOf(info))), takeHome(info, note.say)));
  const box = dialog(t("Models"), h("ul", { class: "gan-shelf" }, rows), note.element);
  box.element.addEventListener("close", () => box.element.remove());
  box.open();
  if (isStatic) return;
  access().then(({ control }) => {
    if (control) note.element.before(bringIn(note.say, (id) => (box.close(), onBrought(id))));
  });
}

/** @typedef {(text: string, kind?: "info"|"error") => void} Say */

/** @param {ModelInfo} info @param {Say} say @returns {HTMLElement|null} null for what is no folder yet: a training that goes on */
function takeHome(info, say) {
  if (!info.folder?.[CONFIG]) return null;
  const button = h("button", { type: "button", class: "gan-button", "aria-label": t("Download {title}", { title: info.title }) }, t("Download (zip)"));
  button.addEventListener("click", async () => {
    button.disabled = true;
    say(t("Fetching the files of {title} ...", { title: info.title }));
    try {
      const { zipOf } = await import("../device/zip.js");
      save(zipOf(await folderOf(info)), `${info.id}.zip`);
      say(t("Unzip it into the folder checkpoints of the project, or bring it in on another page of this kind."));
    } catch (error) {
      say(messageOf(error), "error");
    }
    button.disabled = false;
  });
  return button;
}

/**
 * The files of a model's folder, below a folder of its name: what its config lists, and what lies beside that.
 * @param {ModelInfo} info @returns {Promise<import("../device/zip.js").Entry[]>}
 */
export async function folderOf({ id, folder = {} }) {
  const beside = await Promise.all(Object.entries(folder).map(async ([path, url]) => ({ path, bytes: new Uint8Array(await fetchBytes(address(url))) })));
  const config = beside.find(({ path }) => path === CONFIG);
  /** @type {Record<string, {sha256: string}>} */
  const listed = JSON.parse(new TextDecoder().decode(config?.bytes)).files;
  const networks = await Promise.all(Object.entries(listed).map(async ([path, { sha256 }]) => {
    const url = `gan/files/checkpoints/${id}/${sha256.slice(0, 16)}/${path}`;
    return { path, bytes: new Uint8Array(await fetchBytes(address(url))) };
  }));
  return [...beside, ...networks].map(({ path, bytes }) => ({ path: `${id}/${path}`, bytes }));
}

/** @param {Say} say @param {(id: string) => void} onBrought @returns {HTMLElement} */
function bringIn(say, onBrought) {
  const { element, input: field } = fileButton(t("Choose a zip"), { accept: ".zip,application/zip" });
  field.addEventListener("change", async () => {
    const [file] = field.files ?? [];
    if (!file) return;
    field.disabled = true;
    say(t("Sending {name} ...", { name: file.name }));
    try {
      if (file.size > MOST) throw new Error(t("{name} has {size} MB; at most {most} are taken. Unzip it into the folder checkpoints of the server instead.", { name: file.name, size: Math.ceil(file.size / 2 ** 20), most: MOST / 2 ** 20 }));
      const url = address(`gan/models?name=${encodeURIComponent(file.name)}`);
      const { model } = await (await ask(url, { method: "POST", headers: { ...controlHeaders(), "content-type": "application/zip" }, body: file })).json();
      modelsChanged();
      onBrought(model);
    } catch (error) {
      say(messageOf(error), "error");
    }
    field.disabled = false;
    field.value = "";
  });
  return h("div", { class: "gan-shelf-bring" }, h("label", { for: field.id }, t("Bring in a model: the zip of a checkpoint folder")), element);
}
