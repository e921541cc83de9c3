/** The presets that this device does not train, each with its reason and how gan_core trains it; asked for when it is opened. */

import { messageOf, t } from "../i18n/i18n.js";
import { h, setText } from "../kit/dom.js";

/** @typedef {import("../device/recipes.js").Elsewhere} Elsewhere */

/** @type {Object<string, (one: Elsewhere) => string>} by the names of gan_core/nn/recipes.py */
export const REASONS = {
  slope: () => t("D's slope is penalised, and it bends, which takes the gradient of a gradient, and this page has none"),
  slope_of_drawn: () => t("D's slope at drawn pictures is penalised, which this page does not do"),
  pairs: () => t("D is shown a real and a drawn picture in pairs and says which is real, which this page does not do"),
  specks: () => t("lone specks in what G draws are penalised, which this page does not do"),
  steps: ({ steps }) => t("{steps} steps are too many for a page", { steps }),
  groups: () => t("it is told a class of each of several groups, and a person's own data here have one group"),
  layers: () => t("it has layers that this page does not train (a code drawn by lot, damage, eleven classes)"),
  layerwise: () => t("it is trained layer by layer, which this page does not do"),
};

/** @returns {HTMLDetailsElement} */
export function elsewhere() {
  const list = h("ul", { class: "train-elsewhere" });
  const told = h("p", { class: "gan-hint" });
  let filled = false;
  const fill = async () => {
    if (filled) return;
    filled = true;
    try {
      const { listElsewhere } = await import("../device/recipes.js");
      const every = await listElsewhere();
      list.replaceChildren(...every.map((one) => h("li", {}, h("strong", {}, `${one.family}, ${one.preset}`), `: ${one.why.map((why) => REASONS[why](one)).join("; ")}.`)));
      const [first] = every;
      if (first) setText(told, t("These train on a server, or on any computer with gan_core, such as: python -m gan_core train {family} --preset {preset}", { family: first.family, preset: first.preset }));
    } catch (error) {
      filled = false;
      setText(told, messageOf(error));
    }
  };
  /** @type {HTMLDetailsElement} */
  const details = h("details", { class: "train-others", onToggle: () => void (details.open && fill()) },
    h("summary", {}, t("Which networks this device does not train, and why")), list, told);
  return details;
}
