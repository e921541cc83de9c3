/** Card 3: the value function, algorithm 1 line by line, two losses of G, and the saddle. */

import { t } from "../../i18n/i18n.js";
import { useStyle } from "../../kit/dom.js";
import * as lossview from "../game/lossview.js";
import * as saddleview from "../game/saddleview.js";
import * as stepview from "../game/stepview.js";
import { paragraphs } from "../terms.js";
import { switching } from "../views.js";

/** @type {import("../card.js").Card} */
export const card = {
  id: "game",
  title: t("The game"),
  text: () => paragraphs(
    t("V says how well the {discriminator} does. D climbs it, the {generator} walks it down, in turns, each by its {gradient}: algorithm 1 of Goodfellow et al. (2014)."),
  ),
  question: {
    ask: t("When G takes its step, which part of V can it change?"),
    choices: [t("both terms"), t("only the term with G(z)"), t("only the term with the data")],
    right: 1,
    because: t("The data do not depend on G: it can only move its fakes, so its gradient comes through D(G(z)) alone."),
  },
  task: t("Press Next line until the algorithm has come round once: see which terms light up, and who moves."),
  done: t("D went up, then G down. Look at Two losses: where D is sure, minimax hardly pushes. And at the saddle: two who only follow slopes may circle for ever."),
  settings: {
    view: { label: t("Look at"), value: "step", choices: { step: t("The step"), losses: t("Two losses"), saddle: t("The saddle") } },
    k: { label: t("k, turns of D"), value: 1, min: 1, max: 5, step: 1, decimals: 0 },
    game: { label: t("V is"), value: "xy", choices: { xy: t("x · y"), gan: t("of a small GAN") } },
    way: { label: t("Steps"), value: "simultaneous", choices: { simultaneous: t("both at once"), alternating: t("in turn") } },
  },
  async mount(stage, context) {
    await useStyle(new URL("../game/game.css", import.meta.url));
    return switching(stage, context, { step: stepview.mount, losses: lossview.mount, saddle: saddleview.mount });
  },
  walk: ["Enter"],
};
