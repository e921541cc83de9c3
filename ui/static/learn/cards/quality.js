/** Card 9, how good is it: the three limits that the slides name, each answered live. */

import { t } from "../../i18n/i18n.js";
import { STYLE } from "../../kit/charts.js";
import { h, rovingFocus, uid, useStyle } from "../../kit/dom.js";
import { balance } from "../quality/balance.js";
import { opacity } from "../quality/opacity.js";
import { unmask } from "../quality/unmask.js";
import { paragraphs } from "../terms.js";

/** @typedef {import("../../kit/dom.js").Component} Component */

/** The limits, in the order of the slides. */
const LIMITS = [t("Balance"), t("Opacity"), t("No objective score")];

/** @type {import("../card.js").Card} */
export const card = {
  id: "quality",
  title: t("How good is it?"),
  text: () => paragraphs(
    t("Three limits of GANs: the two networks have to stay in balance, nobody knows what the numbers of a {latent} mean, and no score says how good the pictures are."),
    t("Each can be answered in part. Here are the three answers, live."),
  ),
  question: {
    ask: t("Four generators: a good one, a collapsed one, a noisy one, one that copies its training set. Which of the bad ones do distance, precision and recall not find?"),
    choices: [t("The collapsed one"), t("The noisy one"), t("The one that copies")],
    right: 2,
    because: t("They compare with real pictures, and copies are like real pictures in every respect. The nearest training picture has to be looked for."),
  },
  task: t("Unmask all four sets, and look into the other two limits."),
  done: t("No single number says how good a generator is: each looks at something else, and so does your eye."),
  walk: ["NumpadEnter"],
  async mount(stage, context) {
    await Promise.all([useStyle(new URL("../quality/quality.css", import.meta.url)), useStyle(STYLE)]);
    const ids = LIMITS.map(() => uid("limit"));
    const panels = ids.map((id) => h("div", { role: "tabpanel", class: "quality-panel", id, hidden: true }));
    const tabs = LIMITS.map((name, i) => h("button", { type: "button", role: "tab", class: "gan-button quality-tab", "aria-controls": ids[i], onClick: () => show(i) }, name));
    const list = h("div", { class: "gan-buttons", role: "tablist", "aria-label": t("The three limits") }, tabs);
    const hold = rovingFocus(list, tabs, { onMove: (i) => show(i) });
    stage.append(list, ...panels);
    const makers = [() => balance(panels[0], context), () => opacity(panels[1]), () => unmask(panels[2], () => context.done())];
    /** @type {(Component|null)[]} */
    const made = [null, null, null];
    /** @param {number} i */
    const show = (i) => {
      hold(i);
      tabs.forEach((tab, at) => tab.setAttribute("aria-selected", String(at === i)));
      panels.forEach((panel, at) => (panel.hidden = at !== i));
      made[i] ??= makers[i]();
    };
    show(LIMITS.length - 1); // what the question is about; the sets are drawn while it is read
    return { update() {}, destroy: () => (made.forEach((one) => one?.destroy()), stage.replaceChildren()) };
  },
};
