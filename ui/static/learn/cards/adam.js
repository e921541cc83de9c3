/** Card 6: Adam beside SGD, momentum, AdaGrad and RMSProp, on a valley and on a GAN. */

import { t } from "../../i18n/i18n.js";
import { useStyle } from "../../kit/dom.js";
import * as ganview from "../adam/ganview.js";
import * as valleyview from "../adam/valleyview.js";
import { paragraphs } from "../terms.js";
import { switching } from "../views.js";

/** @type {import("../card.js").Card} */
export const card = {
  id: "adam",
  title: t("Adam"),
  text: () => paragraphs(
    t("An optimizer makes a step of the {gradient}. SGD: times the {rate}. Momentum keeps some speed. AdaGrad and RMSProp divide by the size of what came before. Adam does both."),
  ),
  question: {
    ask: t("All gradients are multiplied by 100. What becomes of Adam's path?"),
    choices: [t("Its steps are 100 times as long"), t("It flies out of the valley"), t("Nothing: it stays the same")],
    right: 2,
    because: t("The average and the size it is divided by both grow a hundredfold. Only SGD and momentum feel it."),
  },
  task: t("Press Gradients × 100 and see which paths change."),
  done: t("That is why one rate of Adam suits many networks. Try sparse gradients and a moving target, then look at the GAN: its targets always move."),
  settings: {
    view: { label: t("On"), value: "valley", choices: { valley: t("a valley"), gan: t("the GAN of a line") } },
    scale: { label: t("Gradients times"), value: "1", choices: { 1: "1", 100: "100" } },
    rare: { label: t("Sparse gradients"), value: "no", choices: { no: t("no"), yes: t("yes") } },
    target: { label: t("The target"), value: "rests", choices: { rests: t("rests"), moves: t("moves") } },
  },
  async mount(stage, context) {
    await useStyle(new URL("../adam/adam.css", import.meta.url));
    return switching(stage, context, { valley: valleyview.mount, gan: ganview.mount });
  },
  walk: ["Enter"],
};
