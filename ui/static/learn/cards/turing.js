/** Card 10, the Turing test: the lesson's end is a game, alone or with the whole hall. */

import { t } from "../../i18n/i18n.js";
import { mount as openRoom } from "../../turing/turing.js";
import { paragraphs } from "../terms.js";

/** @type {import("../card.js").Card} */
export const card = {
  id: "turing",
  title: t("The Turing test"),
  text: () => paragraphs(
    t("The last judge is you. Real digits and fakes, one after the other: which is which? D looks at the same pictures beside you."),
    t("d' says how well the two are told apart, whatever you prefer to answer: 0 is guessing. When yours is 0, the generator has passed."),
  ),
  question: {
    ask: t("In a study of 2022, how often were people right about faces: photograph or drawn by a GAN?"),
    choices: [t("in about 48 % of all cases"), t("in about 75 %"), t("in about 95 %")],
    right: 0,
    because: t("48.2 %, worse than a coin; 59.0 % after training (Nightingale and Farid 2022). Digits are harder for a GAN in one respect: everybody has written thousands."),
  },
  task: t("Judge ten pictures: the left arrow says real, the right one fake."),
  done: t("That is the test that the whole lesson was about: can D, or you, tell them apart?"),
  walk: ["ArrowRight"],
  settings: {
    shown: { label: t("What is shown"), value: "one", choices: { one: t("one picture"), grids: t("two grids of nine") } },
    looks: { label: t("Looks"), value: "10", choices: { 10: "10", 20: "20", 40: "40" } },
    tell: { label: t("The answer"), value: "once", choices: { once: t("at once"), end: t("at the end") } },
  },
  mount(stage, context) {
    const rules = { kind: /** @type {import("../../turing/game.js").Kind} */ (context.choice("shown") === "grids" ? "grids" : "one"), rounds: Number(context.choice("looks")), atOnce: context.choice("tell") === "once" };
    // without real pictures there is nothing to judge, and the page says so
    return openRoom(stage, { rules, onEnd: () => context.done(), onNothing: () => context.done() });
  },
};
