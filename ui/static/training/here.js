/** What can be done with a run of this device as a whole, as Gradio's buttons do with a run of the server: stop, go on, take it home, delete it. */

import { messageOf, t } from "../i18n/i18n.js";
import { h, setText } from "../kit/dom.js";
import { save } from "../kit/save.js";
import { control } from "../runs/control.js";
import { isHere } from "../runs/here.js";

/**
 * @param {HTMLElement} place
 * @param {() => void} onGone a run was deleted
 * @returns {import("./layout.js").Part}
 */
export function mount(place, onGone) {
  let id = "";
  const told = h("p", { class: "train-told", role: "status", "aria-live": "polite" });
  /** @param {string} text @param {() => Promise<unknown>} act @returns {HTMLButtonElement} */
  const button = (text, act) => h("button", { type: "button", class: "gan-button", onClick: async () => {
    setText(told, "");
    try {
      await act();
    } catch (error) {
      setText(told, messageOf(error));
    }
  } }, text);
  const path = () => `runs/${encodeURIComponent(id)}/control`;
  const stop = button(t("Stop"), () => control(path(), { do: "stop" }));
  const resume = button(t("Resume"), () => control(path(), { do: "resume" }));
  const home = button(t("Download the run (zip)"), async () => {
    const [{ attend }, { filesOf }, { zipOf }] = await Promise.all([import("../device/source.js"), import("../device/training.js"), import("../device/zip.js")]);
    save(zipOf(await filesOf(await attend(), id)), `${id}.zip`);
    setText(told, t("Unzip it into the folder runs of the project: python -m gan_core train --resume runs/{id} goes on with it.", { id }));
  });
  // pressed twice: it cannot be brought back
  let sure = "";
  const remove = button(t("Delete"), async () => {
    if (sure !== id) {
      sure = id;
      setText(remove, t("Delete for good"));
      return;
    }
    const [{ attend }, hands] = await Promise.all([import("../device/source.js"), import("../device/training.js")]);
    await hands.remove(await attend(), id);
    onGone();
  });
  const element = h("section", { class: "train-own-run", "aria-label": t("This run") }, h("div", { class: "train-tools" }, stop, resume, home, remove), told);
  element.hidden = true;
  place.append(element);
  return {
    update({ run, state }) {
      if (run?.id !== id) {
        setText(told, "");
        sure = "";
        setText(remove, t("Delete"));
      }
      id = run?.id ?? "";
      element.hidden = !isHere(id) || state === "gone";
      const active = ["starting", "running", "paused"].includes(state);
      stop.disabled = !active;
      resume.disabled = active || state === "finished" || !run?.status;
    },
    destroy: () => element.remove(),
  };
}
