/** What is going wrong, in words: what was seen, what it means, what usually helps. */

import { t } from "../i18n/i18n.js";
import { readable as readableNumber } from "../kit/numbers.js";
import { count, percent as percentOf } from "./runwords.js";

/** What a run does not tell, or tells wrongly, is a dash. @param {number|undefined} value */
const readable = (value) => (Number.isFinite(value) ? readableNumber(Number(value)) : "–");
/** @param {number|undefined} value */
const percent = (value) => (Number.isFinite(value) ? percentOf(Number(value)) : "–");

/**
 * Each kind of alarm: its title, what the numbers say, and what usually helps.
 * @type {Record<string, {title: string, saw: (numbers: Record<string, number>) => string, helps: string}>}
 */
export const KINDS = {
  collapse: {
    title: t("Modes are being lost"),
    saw: ({ evenness, variety, top, share }) => t("{share} of the pictures are read as {top}; evenness of the digits {evenness}, variety {variety} of that of real pictures.", { share: percent(share), top: top ?? "–", evenness: readable(evenness), variety: readable(variety) }),
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

/** @param {readonly import("./types.js").Alarm[]} alarms @returns {string} the first of them that accuses, or "" */
export function accusation(alarms) {
  const accused = alarms.find(({ kind, accuses }) => accuses && kind in KINDS);
  return accused ? KINDS[accused.kind].title : "";
}
