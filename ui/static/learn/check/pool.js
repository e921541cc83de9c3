/** The questions of the short check: two of each topic, one for before the lesson and one for after, so that nobody is asked the same twice. */

import { t } from "../../i18n/i18n.js";

/**
 * @typedef {{id: string, topic: string, ask: string, choices: string[]}} Question the first choice is the right one; they are shown in another order
 */

/** @type {Question[]} */
export const POOL = [
  { id: "roles-1", topic: "roles", ask: t("What goes into the generator?"), choices: [t("random numbers"), t("real pictures"), t("the discriminator's opinion")] },
  { id: "roles-2", topic: "roles", ask: t("Which of the two networks ever sees a real picture?"), choices: [t("only the discriminator"), t("only the generator"), t("both")] },
  { id: "game-1", topic: "game", ask: t("Why is it called adversarial?"), choices: [t("what one network wins the other loses"), t("the data are attacked with noise"), t("two generators compete")] },
  { id: "game-2", topic: "game", ask: t("In the value function V(D, G), who wants V to be large?"), choices: [t("the discriminator"), t("the generator"), t("both of them")] },
  { id: "optimum-1", topic: "optimum", ask: t("The fakes have become exactly like the data. What does the best possible discriminator say?"), choices: [t("a half, everywhere"), t("1, everywhere"), t("0, everywhere")] },
  { id: "optimum-2", topic: "optimum", ask: t("Somewhere there are three times as many real examples as fakes. What does the best possible discriminator say there?"), choices: [t("three quarters"), t("a half"), t("1")] },
  { id: "step-1", topic: "step", ask: t("It is the generator's turn. What happens to the discriminator's weights?"), choices: [t("nothing: they are held fixed"), t("they are updated too"), t("they are set back to random ones")] },
  { id: "step-2", topic: "step", ask: t("What does k say in the first algorithm of the paper?"), choices: [t("how many updates D gets for one of G"), t("how many pictures are in a batch"), t("how many layers D has")] },
  { id: "gradient-1", topic: "gradient", ask: t("How does the generator learn in which direction to change a pixel?"), choices: [t("by the gradient that goes back through the discriminator"), t("by comparing it with a real picture"), t("by trying pixels at random")] },
  { id: "gradient-2", topic: "gradient", ask: t("D is sure that all fakes are fakes. What is wrong with the minimax loss of G then?"), choices: [t("it is flat, so there is next to no gradient"), t("it is infinite"), t("nothing: that is when G learns fastest")] },
  { id: "collapse-1", topic: "collapse", ask: t("A generator of digits draws very good sevens, and nothing else. What is that called?"), choices: [t("mode collapse"), t("a vanishing gradient"), t("truncation")] },
  { id: "collapse-2", topic: "collapse", ask: t("Which figure falls when a generator leaves out half of the data but draws the rest perfectly?"), choices: [t("recall"), t("precision"), t("D(G(z))")] },
  { id: "networks-1", topic: "networks", ask: t("How is a conditional GAN told which digit to draw?"), choices: [t("G and D both get the label as an input"), t("only G gets it, and D has to guess it"), t("the label is added to the loss")] },
  { id: "networks-2", topic: "networks", ask: t("What does a transposed convolution do in a DCGAN's generator?"), choices: [t("it makes a larger map out of a smaller one"), t("it turns the picture by 90 degrees"), t("it decides whether the picture is real")] },
  { id: "judging-1", topic: "judging", ask: t("People tell real from fake with d' = 0. What does that mean?"), choices: [t("they guess"), t("they are always right"), t("they always say fake")] },
  { id: "judging-2", topic: "judging", ask: t("A generator has learned its training pictures by heart. What tells it from a good one?"), choices: [t("the nearest training picture lies at distance 0"), t("its precision is low"), t("its pictures are blurred")] },
];
