/** The Learn tab: a lesson of short cards beside a live stage, from a line to a digit. */

import { t } from "../i18n/i18n.js";
import { h, together, useStyle } from "../kit/dom.js";
import { keep } from "../kit/keep.js";
import { section } from "../kit/section.js";
import { pagesOn } from "../share/keys.js";
import { permalink } from "../share/permalink.js";
import * as share from "../share/share.js";
import * as frame from "./frame.js";
import { keptOf, Lesson } from "./lesson.js";
import { CARDS } from "./registry.js";

const STORE = "gan-learn";
const storage = () => localStorage;

/** @type {import("../kit/host.js").Mount} resolves when the frame is drawn; the card comes after it */
export async function mount(element) {
  await Promise.all([useStyle(), useStyle(new URL("learn.css", import.meta.url)), useStyle(new URL("check/check.css", import.meta.url))]);
  const unshare = share.start();
  const lesson = new Lesson(CARDS, permalink.layout.lesson, keptOf(keep(storage, STORE)));
  const page = h("div", { class: "gan-learn-page", role: "group", "aria-label": t("Lesson") });
  element.replaceChildren(h("div", { class: "gan-root" }, page, checkOf()));
  const drawn = frame.mount(page, lesson, () => permalink.layout.talk);
  const note = () => {
    permalink.linkLesson(lesson.link());
    keep(storage, STORE, JSON.stringify(lesson.kept()));
  };
  note();
  const ends = [lesson.subscribe(note), pagesOn("learn", (by) => lesson.step(by)), drawn.destroy, unshare];
  return { destroy: together(...ends, () => element.replaceChildren()) };
}

/** The check before and after, made when it is opened first; a talk has none. */
function checkOf() {
  const body = h("div", {});
  const fold = section(t("A short check, before and after"), { fact: t("eight questions, and nothing leaves this device") }, body);
  fold.addEventListener("toggle", () => {
    if (fold.open && !body.firstChild) import("./check/panel.js").then(({ mount: draw }) => body.firstChild ?? draw(body)).catch(reportError);
  });
  return h("section", { class: "gan-part gan-at-check learn-check", "aria-label": t("A short check, before and after") }, fold);
}
