/** The page of a phone in the hall: one picture at a time, two buttons under the thumb. It has no name; its random word goes with the page. */

import { address } from "../engine/programs.js";
import { language, t } from "../i18n/i18n.js";
import { h, penOf, setText } from "../kit/dom.js";
import { Ballot } from "./ballot.js";
import { HallFeed } from "./feed.js";

const SIDE = 28;
const dark = matchMedia("(prefers-color-scheme: dark)");
const numbers = crypto.getRandomValues(new Uint32Array(5));
const word = [...numbers].map((number) => number.toString(16).padStart(8, "0")).join("").slice(0, 32);
const hall = address(`gan/halls/${document.body.dataset.hall ?? ""}`);

/** @type {Ballot|null} */
let ballot = null;
/** @type {Promise<ImageBitmap>|null} */
let sheet = null;
let [right, of] = [0, 0];

const title = h("h1", {}, t("Real or fake?"));
const words = h("p", { class: "phone-words", role: "status", "aria-live": "polite" }, t("Connecting ..."));
const canvas = h("canvas", { class: "phone-picture", style: { visibility: "hidden" }, width: SIDE, height: SIDE, role: "img", "aria-label": t("A picture: real or fake?") });
const button = (/** @type {string} */ text, /** @type {boolean} */ real, /** @type {string} */ key) => h("button", { type: "button", class: "phone-answer", "aria-keyshortcuts": key, disabled: true, onClick: () => answer(real) }, text);
const answers = [button(t("Real"), true, "ArrowLeft"), button(t("Fake"), false, "ArrowRight")];
document.documentElement.lang = language;
document.title = t("Real or fake?");
document.body.append(h("main", {}, title, canvas, words, h("div", { class: "phone-answers" }, answers)));
document.addEventListener("keydown", ({ key, repeat }) => {
  if (!repeat && key === "ArrowLeft") answer(true);
  if (!repeat && key === "ArrowRight") answer(false);
});
const shade = () => document.documentElement.classList.toggle("dark", dark.matches);
dark.addEventListener("change", shade);
shade();

const feed = new HallFeed(hall, take, (gone) => setText(words, gone ? t("This hall is over. Scan the code on the screen for another one.") : t("The server does not answer. This page tries again by itself.")));
document.addEventListener("visibilitychange", () => document.hidden || void feed.wake());
addEventListener("pageshow", ({ persisted }) => persisted && void feed.wake());
addEventListener("online", () => void feed.wake());

/** @param {import("./feed.js").Now} now */
function take(now) {
  if (now.over) {
    ballot = null;
    return look(of ? t("Thank you. {right} of your {of} answers were right.", { right, of }) : t("The hall is over."));
  }
  if (!now.round) return look(t("You are in. The first picture comes when the lecturer begins."));
  if (now.open && ballot?.round !== now.round) {
    ballot = new Ballot(now, numbers[0], send);
    sheet = picturesOf(now.round);
    sheet.catch(() => setText(words, t("The pictures did not come through. The next round comes by itself.")));
  }
  if (!now.open && now.real && ballot?.round === now.round && !ballot.late) {
    ballot.close();
    const marks = ballot.marks(now.real);
    [right, of] = [right + marks.right, of + marks.of];
    return look(marks.of ? t("{right} of {of} right. So far {all} of {count}.", { ...marks, all: right, count: of }) : t("This round is over. The next one comes by itself."));
  }
  return look("");
}

/** @param {string} said "" for what the round asks */
function look(said) {
  const item = ballot && !ballot.late ? ballot.item : null;
  for (const one of answers) one.disabled = item === null;
  canvas.style.visibility = item === null ? "hidden" : "visible";
  if (item === null) return setText(words, said || (ballot ? t("Voted. The answer comes when the round is over.") : t("The next round comes by itself.")));
  setText(words, ballot?.cells === 9 ? t("Nine of one kind: digits that people wrote, or nine fakes?") : t("Did somebody write this, or did the generator draw it?"));
  return void draw(/** @type {Ballot} */ (ballot), item);
}

/** @param {Ballot} now @param {number} item a row of the sheet */
async function draw(now, item) {
  const image = await sheet?.catch(() => null);
  if (!image || now !== ballot) return;
  const columns = Math.sqrt(now.cells);
  const cell = SIDE + (columns > 1 ? 1 : 0);
  canvas.width = canvas.height = columns * cell - (columns > 1 ? 1 : 0);
  const pen = penOf(canvas);
  for (let i = 0; i < now.cells; i += 1) pen.drawImage(image, i * SIDE, item * SIDE, SIDE, SIDE, (i % columns) * cell, Math.floor(i / columns) * cell, SIDE, SIDE);
}

/** @param {boolean} real */
function answer(real) {
  if (!ballot || ballot.late || ballot.item === null) return;
  ballot.say(real);
  look("");
}

/** @param {number} round */
async function picturesOf(round) {
  const response = await fetch(`${hall}/${round}.png`);
  if (!response.ok) throw new Error(String(response.status));
  return createImageBitmap(await response.blob());
}

/** @param {import("./ballot.js").Vote[]} votes @param {number} round @returns {Promise<"taken"|"late"|"lost">} */
async function send(votes, round) {
  try {
    const { status } = await fetch(`${hall}/votes`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ phone: word, round, votes }) });
    return status === 200 ? "taken" : status === 429 || status >= 500 ? "lost" : "late";
  } catch {
    return "lost";
  }
}
