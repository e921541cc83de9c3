/** The pictures that a person brought for the shown run of the server: they stay in its folder, and whoever may change it can have them deleted. */

import { t } from "../i18n/i18n.js";
import { h, setText } from "../kit/dom.js";
import { control } from "../runs/control.js";
import { answered } from "./answer.js";

/** @typedef {{run: import("../runs/types.js").Run|null, may: boolean, active: boolean}} OwnView */

/**
 * @param {HTMLElement} place
 * @returns {{update: (view: OwnView) => void, destroy: () => void}}
 */
export function mount(place) {
  let [id, sure, deleted] = ["", "", ""];
  const told = h("p", { class: "train-told", role: "status", "aria-live": "polite" });
  // pressed twice: they cannot be brought back
  const remove = h("button", { type: "button", class: "gan-button", onClick: () => {
    if (sure !== id) {
      sure = id;
      setText(remove, t("Delete them for good: the run cannot go on without"));
      return;
    }
    answered(told, control(`runs/${encodeURIComponent(id)}/own`, { do: "delete" }), () => {
      deleted = id;
      element.hidden = true;
      return "";
    });
  } }, t("Delete the pictures that it learned from"));
  const element = h("section", { class: "train-hands train-part", "aria-label": t("Your own pictures") }, h("div", { class: "train-tools" }, remove), told);
  element.hidden = true;
  place.append(element);
  return {
    update({ run, may, active }) {
      if ((run?.id ?? "") !== id) {
        id = run?.id ?? "";
        sure = "";
        setText(told, "");
        setText(remove, t("Delete the pictures that it learned from"));
      }
      element.hidden = !may || active || !run?.config?.own || deleted === id;
    },
    destroy: () => element.remove(),
  };
}
