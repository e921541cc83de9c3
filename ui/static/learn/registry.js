/**
 * The cards of the lesson, in order. A card is one module of `cards/`, fetched when it is first shown; what it needs besides lies in a folder of
 * its own name beside this file: arithmetic that knows no page and is tested by node, and a style sheet.
 *
 * A card exports `card` (the typedef `Card` of card.js). The frame (frame.js) draws all of its column: title, text, question with its choices,
 * what is said after the answer, task, what is said when it is done, back and next. The card draws its stage, and nothing else:
 *
 *     mount(stage, context) -> { update, destroy }, or a promise of it
 *
 * - Until the question is answered (`context.answered`, `context.onAnswer(fn)`) the stage stands as it opens and does not show what is asked.
 * - `context.done()` is for the act of the task, by the reader's own hand; it may be called again.
 * - What can be set is declared in `settings`: a number (`value, min, max, step`) or a choice (`value, choices`). `context.number(name)`,
 *   `context.choice(name)` give its value, `context.set(name, value)` writes it, into the link too (`set=line.k:5`), `context.onSet(fn)` is told the
 *   name of what was set, by whom ever, and `context.control(name)` gives the slider, row or list that sets it, to be put on the stage.
 * - Every loop is a `context.frames((ms) => ...)`: it beats while the stage is on screen, and ends with the card. `context.still`: nothing may
 *   move by itself (reduced motion), only by a press.
 * - `context.memory` is the card's own for as long as the page lives: a reader who comes back finds what was there.
 * - `context.say(text)` writes a line under the stage, read aloud. `context.talk`: shown in a talk.
 * - The main control of the task carries `data-learn-act`; `walk` lists keys that complete the card on it, pressed in turn, up to forty times.
 *
 * Helpers: `board.js` (a canvas as large as its place, in the page's colours), `terms.js` (words explained in place: `paragraphs(t("The {generator}
 * ..."))`), `card.js` (`button`, `playButton`). Colours: `--learn-generator`, `--learn-discriminator`, `--learn-data`, `--learn-hold` (what is in the
 * hand). Korean: `i18n/ko/learn/<id>.js`. Nothing is asked of any server but the page's own static files.
 */

import { t } from "../i18n/i18n.js";

/** @type {import("./lesson.js").Entry[]} */
export const CARDS = [
  // 1
  { id: "line", title: t("A line"), load: () => import("./cards/line.js") },
  // 2
  { id: "plane", title: t("The plane"), load: () => import("./cards/plane.js") },
  // 3
  { id: "game", title: t("The game"), load: () => import("./cards/game.js") },
  // 4
  { id: "networks", title: t("The networks"), load: () => import("./cards/networks.js") },
  // 5
  { id: "sees", title: t("What each sees"), load: () => import("./cards/sees.js") },
  // 6
  { id: "adam", title: t("Adam"), load: () => import("./cards/adam.js") },
  // 7
  { id: "labels", title: t("Labels"), load: () => import("./cards/labels.js") },
  // 8
  { id: "codes", title: t("Autoencoders"), load: () => import("./cards/codes.js") },
  // 9
  { id: "quality", title: t("How good is it?"), load: () => import("./cards/quality.js") },
  // 10
  { id: "turing", title: t("The Turing test"), load: () => import("./cards/turing.js") },
];
