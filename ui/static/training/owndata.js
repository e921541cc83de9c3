/** A person's own pictures for a training on the server: dropped or chosen, sent, looked at as a sheet with switches, trained on. */

import { baseName, ofChooser, ofDrop } from "../device/collect.js";
import { mount as mountSheet } from "./ownsheet.js";
import { packed } from "../device/packing.js";
import { address, ask } from "../engine/programs.js";
import { messageOf, t } from "../i18n/i18n.js";
import { h, setText, useStyle } from "../kit/dom.js";
import { fileButton } from "../kit/filebutton.js";
import { access, controlHeaders } from "../runs/access.js";
import { control } from "../runs/control.js";

/** @typedef {import("../device/collect.js").Given} Given */
/** @typedef {import("./ownsheet.js").Understood & {own: string, name: string, picture: string}} Looked */
/** @typedef {{form?: Record<string, unknown>, train?: string, name?: string}} Value `form`: the fields; `train`: what to train on, once that was asked for */

const PART = 4 * 2 ** 20;
/** Pixels a side that pictures may be learned with. */
const SIDES = [16, 28, 32, 48, 64, 96, 128];

/**
 * @param {HTMLElement} root
 * @param {import("../kit/host.js").Host<Value>} [host] Gradio's side; `state` is triggered to have `train` of its value trained on
 * @returns {Promise<{destroy: () => void}>}
 */
export async function mount(root, host = {}) {
  await useStyle(new URL("training.css", import.meta.url));
  const { start } = await access();
  root.hidden = !start;
  root.classList.add("gan-root");
  let own = "";
  let name = "";
  let networks = "";
  let turn = 0; // of the newest thing that was asked for: an older answer is of no use
  const told = h("p", { class: "own-told", role: "status", "aria-live": "polite" });
  const sheet = mountSheet(() => look(), { sides: SIDES, recordings: true });
  const files = fileButton(t("Choose files"), { multiple: true });
  const folder = fileButton(t("Choose a folder"), { multiple: true, webkitdirectory: true });
  const train = h("button", { type: "button", class: "gan-button gan-primary", onClick: () => {
    if (!host.props) return;
    host.props.value = { train: `own:${own}`, name };
    details.open = false; // there is something to look at now
    host.trigger?.("state");
  } }, t("Train on these"));
  const forget = h("button", { type: "button", class: "gan-button", onClick: () => void remove() }, t("Delete them from the server"));
  const found = h("div", { class: "own-found" }, sheet.element, h("div", { class: "train-tools" }, train, forget));
  const choosers = h("div", { class: "own-choosers" }, files.element, folder.element);
  const hint = h("p", { class: "gan-hint" }, t("Drop them anywhere on this tab: pictures, a folder or zip with one folder a class, or a CSV, npy, npz or idx file; recordings (WAV, CSV, npy, mat) where the networks chosen draw signals. They go to this server, for you alone, and are deleted after two hours; what a network draws of them everybody here can see."));
  const details = h("details", { class: "train-change own-data" }, h("summary", {}, t("Your own data")), hint, choosers, told, found);
  found.hidden = true;
  root.replaceChildren(details);

  /** @param {Promise<Given[]>|Given[]} given */
  const bring = async (given) => {
    const mine = (turn += 1);
    found.hidden = true;
    try {
      const entries = await given;
      if (!entries.length) throw new Error(t("There are no files in it."));
      setText(told, t("Getting {count} files ready ...", { count: entries.length }));
      const file = await packed(entries, (done) => mine === turn && setText(told, t("Getting {count} files ready ...", { count: entries.length - done })));
      const sent = await send(file.blob, file.name, (share) => mine === turn && setText(told, t("Sending {name}: {percent} %", { name: file.name, percent: Math.round(100 * share) })));
      if (mine !== turn) return;
      [own, name] = [sent, file.name];
      await look();
    } catch (error) {
      if (mine === turn) setText(told, messageOf(error));
    }
  };

  const look = async () => {
    if (!own) return;
    const mine = (turn += 1);
    setText(told, t("Looking at {name} ...", { name }));
    train.disabled = true;
    try {
      const { family, preset } = host.props?.value?.form ?? asked();
      const answer = /** @type {Looked} */ (await control(`own/${own}`, { do: "look", family, preset, ...sheet.choice() }));
      if (mine !== turn) return;
      setText(told, "");
      found.hidden = false;
      sheet.show(answer, answer.picture && `data:image/png;base64,${answer.picture}`);
      train.disabled = !answer.sheet;
    } catch (error) {
      if (mine === turn) setText(told, messageOf(error));
    }
  };

  const remove = async () => {
    turn += 1;
    try {
      await control(`own/${own}`, { do: "delete" });
      own = "";
      found.hidden = true;
      setText(told, t("They are deleted."));
    } catch (error) {
      setText(told, messageOf(error));
    }
  };

  /** The networks that the form has chosen, which say how large pictures are learned. @type {{family?: unknown, preset?: unknown}} */
  let last = {};
  const asked = () => last;
  const chooseNetworks = () => {
    const form = host.props?.value?.form;
    if (!form) return;
    last = { family: form.family, preset: form.preset };
    const now = JSON.stringify(last);
    if (now === networks) return;
    networks = now;
    look();
  };
  host.watch?.("value", chooseNetworks);
  chooseNetworks();

  for (const { input: field } of [files, folder]) field.addEventListener("change", () => {
    bring(ofChooser(field.files ?? []));
    field.value = "";
  });
  /** Anywhere on the tab, but where somebody else takes it: the form for this device. @param {DragEvent} event */
  const isFor = (event) => !root.hidden && !event.defaultPrevented && Boolean(event.dataTransfer?.types.includes("Files"));
  /** @param {DragEvent} event */
  const over = (event) => isFor(event) && event.preventDefault();
  /** @param {DragEvent} event */
  const drop = (event) => {
    if (!isFor(event)) return;
    event.preventDefault();
    details.open = true;
    details.scrollIntoView({ block: "nearest" });
    bring(ofDrop(/** @type {DataTransfer} */ (event.dataTransfer)));
  };
  const tab = /** @type {HTMLElement} */ (root.closest("[role=tabpanel]") ?? root);
  tab.addEventListener("dragover", over);
  tab.addEventListener("drop", drop);
  return {
    destroy() {
      turn += 1;
      tab.removeEventListener("dragover", over);
      tab.removeEventListener("drop", drop);
      sheet.destroy();
      root.replaceChildren();
    },
  };
}

/**
 * In parts, as no request to the server may be large.
 * @param {Blob} blob @param {string} name @param {(share: number) => void} onProgress @returns {Promise<string>} its id there
 */
async function send(blob, name, onProgress) {
  let own = "";
  for (let at = 0; at === 0 || at < blob.size; at += PART) {
    onProgress(at / blob.size);
    const url = address(own ? `gan/own/${own}/part` : `gan/own?name=${encodeURIComponent(baseName(name))}`);
    const answer = await ask(url, { method: "POST", headers: { ...controlHeaders(), "content-type": "application/octet-stream" }, body: blob.slice(at, at + PART) });
    ({ own } = await answer.json());
  }
  return own;
}
