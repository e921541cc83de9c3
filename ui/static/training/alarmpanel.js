/** What is going wrong, said on the page: what was seen, what it means, what usually helps, and the way back. */

import { t } from "../i18n/i18n.js";
import { readable } from "../kit/charts.js";
import { h } from "../kit/dom.js";
import { control } from "../runs/control.js";
import { SETTINGS, count, percent, said } from "../runs/runwords.js";

/** Each kind of alarm: its title, what the numbers say, and what usually helps. */
const KINDS = {
  collapse: {
    title: t("Modes are being lost"),
    saw: ({ evenness, variety, top, share }) => t("{share} of the pictures are read as {top}; evenness of the digits {evenness}, variety {variety} of that of real pictures.", { share: percent(share), top, evenness: readable(evenness), variety: readable(variety) }),
    helps: t("The generator has found a few pictures that pass and draws only those. Slower learning with less momentum usually keeps the variety."),
  },
  d_won: {
    title: t("The discriminator has won"),
    saw: ({ real, fake, g_loss }) => t("It is right about {real} of real and {fake} of drawn pictures; the generator's loss is {g_loss}.", { real: percent(real), fake: percent(fake), g_loss: readable(g_loss) }),
    helps: t("A judge that is never fooled gives no hint which way to go. A slower discriminator, or a faster generator, brings the duel back."),
  },
  saturated: {
    title: t("The generator's loss is saturated"),
    saw: ({ d_fake, g_loss }) => t("D(G(z)) is {d_fake} and the minimax loss {g_loss}: it is flat there, so its gradient is next to nothing.", { d_fake: readable(d_fake), g_loss: readable(g_loss) }),
    helps: t("The non-saturating loss has the same goal and a gradient where minimax has none."),
  },
  d_blind: {
    title: t("The discriminator does not judge"),
    saw: ({ real, fake, distance }) => t("It is right about {real} of real and {fake} of drawn pictures, no better than a coin, while the pictures are far from real ones (distance {distance}).", { real: percent(real), fake: percent(fake), distance: readable(distance) }),
    helps: t("The generator learns only what its judge has noticed. A faster discriminator helps."),
  },
  labels_ignored: {
    title: t("The digit asked for is ignored"),
    saw: ({ accuracy }) => t("{accuracy} of the pictures are the digit that was asked for; guessing gives 10 %.", { accuracy: percent(accuracy) }),
    helps: t("The discriminator has not learned that picture and label belong together. Right labels, or a faster discriminator, help."),
  },
  not_finite: {
    title: t("A loss is no number any more"),
    saw: ({ step }) => t("By step {step} a loss or a weight became infinite or not a number.", { step: count(step) }),
    helps: t("The steps were too large. Lower learning rates and less momentum usually help."),
  },
  exploding: {
    title: t("The losses are out of bounds"),
    saw: ({ d_loss, g_loss }) => t("The discriminator's loss is {d_loss}, the generator's {g_loss}.", { d_loss: readable(d_loss), g_loss: readable(g_loss) }),
    helps: t("The steps are too large: each overshoots. Lower learning rates usually help."),
  },
  plateau: {
    title: t("Nothing improves any more"),
    saw: ({ distance, best_step }) => t("The distance to real pictures was lowest at step {best_step} ({distance}) and has not got better since.", { best_step: count(best_step), distance: readable(distance) }),
    helps: t("No fault, a note: it may be as good as it gets. Keep the best moment, or go on with lower learning rates."),
  },
};

/** The panel (`element`), hidden where nothing is wrong, and its first title on a line of its own (`line`), which is seen wherever the panel is. */
export class AlarmPanel {
  /** @param {(id: string) => void} onBranch told the id of the run that goes on from an earlier moment */
  constructor(onBranch) {
    this.onBranch = onBranch;
    this.told = "";
    this.list = h("div", { class: "train-alarm-list" });
    this.answer = h("p", { class: "train-told", role: "status", "aria-live": "polite" });
    this.element = h("section", { class: "train-alarms", "aria-label": t("Alarms") }, this.list, this.answer);
    this.element.hidden = true;
    this.title = h("span", {}, "\u00a0");
    this.line = h("button", { type: "button", class: "train-alarm-line", onClick: () => this.element.scrollIntoView({ block: "center" }) }, this.title);
    this.line.dataset.quiet = "true"; // it keeps its place while there is nothing to say
  }

  /**
   * @param {import("../runs/types.js").Run} run
   * @param {any} row the report that is looked at
   * @param {boolean} newest whether it is the newest
   * @param {boolean} may whether this visitor may go back
   */
  show(run, row, newest, may) {
    const alarms = (newest && run.status?.state === "failed" && run.status.alarms?.length ? run.status.alarms : row?.alarms) ?? [];
    const known = alarms.filter(({ kind }) => kind in KINDS);
    // the numbers move with every report; what is read aloud is said once
    const told = JSON.stringify([run.id, may, known.map(({ kind, since, last_good, settings }) => [kind, since, last_good, settings])]);
    if (told !== this.told) {
      this.told = told;
      this.answer.textContent = "";
      this.list.replaceChildren(...known.map((alarm) => this.card(run, alarm, may)));
    }
    known.forEach((alarm, i) => (this.list.children[i].querySelector(".train-alarm-saw").textContent = KINDS[alarm.kind].saw(alarm.numbers)));
    this.element.hidden = !known.length;
    const accused = known.find(({ accuses }) => accuses);
    this.line.dataset.quiet = String(!accused);
    if (accused) this.title.textContent = KINDS[accused.kind].title;
  }

  /** Another run is shown. */
  clear() {
    this.element.hidden = true;
    this.line.dataset.quiet = "true";
  }

  card(run, { kind, accuses, since, settings, last_good: good }, may) {
    const { title, helps } = KINDS[kind];
    const change = Object.entries(settings).map(([name, value]) => `${SETTINGS[name] ?? name} ${said(value)}`).join(" · ");
    const back = may && good !== null && good !== undefined && change;
    const button = back && h("button", { type: "button", class: "gan-button", onClick: () => this.branch(run.id, good, settings) }, t("Go back to step {step} with this change", { step: count(good) }));
    return h(
      "article",
      { class: "train-alarm", "data-accuses": String(accuses) },
      // only its name is read aloud at once: the numbers below it change with every report
      h("div", { class: "train-alarm-head" }, h("div", { role: "alert" }, h("h4", {}, title)), h("small", {}, t("since step {step}", { step: count(since) }))),
      h("p", { class: "train-alarm-saw" }),
      h("p", { class: "train-alarm-helps" }, helps),
      change ? h("p", { class: "train-alarm-change" }, t("Change: {change}.", { change })) : null,
      button || null,
    );
  }

  async branch(id, step, settings) {
    try {
      this.answer.textContent = t("Going back ...");
      const made = await control(`runs/${encodeURIComponent(id)}/branch`, { step, settings });
      this.answer.textContent = made.place ? t("{run} waits until this one has stopped.", { run: made.run }) : t("{run} goes on from step {step}.", { run: made.run, step: count(made.step) });
      this.onBranch(made.run);
    } catch (error) {
      this.answer.textContent = error.message;
    }
  }
}
