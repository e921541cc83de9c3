/** The slider over the moments of a run, with a mark at each that can be gone on from. */

import { t } from "../i18n/i18n.js";
import { h, setText, together, uid } from "../kit/dom.js";
import { underFinger } from "../kit/finger.js";

/** @param {{look: (index: number) => void}} actions */
export function buildScrubber({ look }) {
  const id = uid("moment");
  const slider = underFinger(h("input", { id, class: "gan-range", type: "range", min: 0, max: 0, step: 1, value: 0, disabled: true, onInput: () => look(slider.valueAsNumber) }));
  const moment = h("output", { class: "train-moment", for: id }, " ");
  const marks = h("span", { class: "train-marks", "aria-hidden": "true" });
  const element = h("div", { class: "train-scrub" }, h("label", { for: id }, t("Moment")), h("span", { class: "train-scrub-track" }, marks, slider));
  let marked = "";
  return {
    element,
    moment,
    destroy: together(() => element.remove(), () => moment.remove()),
    /** @param {import("./trainingview.js").TrainingView} view */
    update({ place, last, can, moment: words, momentSaid, kept }) {
      slider.max = String(last);
      slider.disabled = !can.scrub;
      slider.value = String(place);
      slider.style.setProperty("--gan-to", String(last ? place / last : 0));
      if (momentSaid) slider.setAttribute("aria-valuetext", momentSaid);
      setText(moment, words ?? " ");
      const now = `${kept} ${last}`;
      if (now === marked) return;
      marked = now;
      marks.replaceChildren(...kept.map((index) => h("span", { style: { "--at": String(last ? index / last : 0) } })));
    },
  };
}
