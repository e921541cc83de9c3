/**
 * The Turing test of a whole hall, on the projector: a code to scan, the picture that is voted on, and the line of the room's d' beside D's while
 * the generator learns. The rounds are dealt in this page; the votes meet on the server (docs/formats.md, section 5).
 */

import { ask, address } from "../engine/programs.js";
import { messageOf, t } from "../i18n/i18n.js";
import * as charts from "../kit/charts.js";
import { h, setText, together, useStyle } from "../kit/dom.js";
import { fullscreen } from "../kit/fullscreen.js";
import { follow } from "../parts/following.js";
import { controlHeaders } from "../runs/access.js";
import { forOthers, room } from "../share/room.js";
import { codeOf } from "../share/share.js";
import { firstModel } from "../state/modellist.js";
import { openModel } from "../state/models.js";
import { toBase64 } from "../state/base64.js";
import { randomSeed } from "../state/latent.js";
import { Deck } from "./deck.js";
import { coins, GRID } from "./game.js";
import { pictureOf, signed } from "./score.js";
import { count, none } from "./signal.js";
import { BLOCK, line, memorable } from "./tally.js";
import { fill, select } from "./turing.js";

/** How a round is dealt. @type {Object<string, {items: number, cells: number}>} */
const WAYS = { screen: { items: 1, cells: 1 }, pictures: { items: 16, cells: 1 }, grids: { items: 8, cells: GRID } };
/** Of these pictures of each kind D says what it thinks in every round, beside the room. */
const JUDGED = 24;
const LOOK_MS = 700;
const SECONDS = ["5", "8", "12", "20"];
/** How long the answer stands before the next round. */
const REVEAL_MS = 3500;
/** Of a generator that has finished its training, rounds at each of the moments that were kept. */
const EACH_MOMENT = { screen: BLOCK, pictures: 1, grids: 1 };

/**
 * @typedef {import("./tally.js").Round} Round
 * @typedef {import("./game.js").Item} Item
 */

/**
 * @param {HTMLElement} place
 * @param {{reals: () => import("./reals.js").Reals|null, infos: () => import("../state/modellist.js").ModelInfo[]}} given
 * @returns {Promise<import("../kit/dom.js").Component>}
 */
export async function mount(place, { reals, infos }) {
  await useStyle(charts.STYLE);
  const code = h("div", { class: "hall-code" });
  const link = h("p", { class: "hall-link" });
  const people = h("p", { class: "hall-people" });
  const shown = h("div", { class: "hall-shown" });
  const told = h("p", { class: "hall-told", role: "status", "aria-live": "polite" });
  const clock = h("span", { class: "hall-clock" });
  const memory = h("div", { class: "turing-memory" });
  const problem = h("p", { class: "gan-note gan-note-error", role: "alert" });
  const ways = select(t("The hall votes on"), [["screen", t("the picture on the screen")], ["pictures", t("pictures of its own on every phone")], ["grids", t("grids of nine on every phone")]], () => {});
  const seconds = select(t("Seconds for each"), SECONDS.map((value) => /** @type {[string, string]} */ ([value, value])), () => {});
  seconds.field.value = SECONDS[2];
  const models = select(t("Generator"), infos().map(({ id, title }) => /** @type {[string, string]} */ ([id, title])), () => {});
  // a training that goes on is what a hall comes for
  models.field.value = (infos().find(({ kind }) => kind === "run") ?? firstModel(infos()))?.id ?? "";
  const button = (/** @type {string} */ text, /** @type {() => void} */ onClick) => h("button", { type: "button", class: "gan-button", onClick }, text);
  const [open, go, now, end] = [button(t("Open a hall"), () => void guard(openHall)), button(t("Begin"), () => (going ? pause() : void guard(rounds))), button(t("Show the answer"), () => (hurry = true)), button(t("End the hall"), () => void guard(endHall))];
  const chart = h("div", { class: "gan-curves hall-chart" });
  const stage = h("div", { class: "hall-stage" }, h("div", { class: "hall-side" }, code, link, people), h("div", { class: "hall-middle" }, shown, h("div", { class: "hall-line" }, told, clock)), h("div", { class: "hall-side" }, chart, memory));
  const full = fullscreen(stage);
  stage.append(full.element);
  stage.hidden = true;
  const element = h("div", { class: "hall" }, h("div", { class: "turing-rules" }, [models, ways, seconds].map((one) => one.element)), h("div", { class: "gan-buttons" }, open, go, now, end), problem, stage);
  [go.hidden, now.hidden, end.hidden] = [true, true, true];
  place.append(element);
  const plot = charts.mount(chart, {
    title: t("How well real and fake are told apart (d')"), floor: -0.5, ceiling: 4, reference: { value: 0, label: t("guessing") }, sparse: true,
    curves: [{ key: "room", label: t("the room"), colour: "--gan-ink" }, { key: "judge", label: t("D"), colour: "--gan-discriminator", dash: [6, 4] }],
  });

  let hall = "";
  let [going, gone, hurry, turn] = [false, false, false, 0];
  /** @type {Map<number, Round>} */
  const known = new Map();
  /** @type {Map<number, Item[]>} */
  const dealt = new Map();
  let unfollow = () => {};
  let followed = "";

  /** @param {string} path below the hall @param {Object<string, unknown>} body */
  const post = async (path, body) => (await ask(address(`gan/halls${path}`), { method: "POST", headers: { "Content-Type": "application/json", ...controlHeaders() }, body: JSON.stringify(body) })).json();
  /** @param {() => Promise<void>} work */
  const guard = async (work) => {
    setText(problem, "");
    try {
      await work();
    } catch (error) {
      pause();
      setText(problem, messageOf(error));
    }
  };
  const openHall = async () => {
    ({ hall } = await post("", {}));
    const url = forOthers(`${location.origin}${location.pathname}gan/halls/${hall}`);
    code.replaceChildren(await codeOf(url));
    setText(link, url);
    setText(problem, room().problem);
    [stage.hidden, go.hidden, end.hidden, open.hidden] = [false, false, false, true];
    known.clear();
    dealt.clear();
    show();
    setText(told, t("Scan the code with a phone. Nobody needs a name."));
    look();
  };
  const endHall = async () => {
    pause();
    const last = hall;
    hall = "";
    [go.hidden, end.hidden, open.hidden] = [true, true, false];
    await post(`/${last}`, { do: "end" });
    setText(told, t("The hall is over. Thank you."));
  };
  const pause = () => {
    going = false;
    turn += 1;
    setText(go, t("Go on"));
    setText(clock, "");
  };

  const isOpen = () => hall !== "" && !gone;
  /** @param {number} mine */
  const goesOn = (mine) => going && mine === turn && isOpen();

  /** Rounds, one after the other, until somebody pauses or the line has reached zero. */
  const rounds = async () => {
    const mine = ++turn;
    going = true;
    setText(go, t("Pause"));
    while (goesOn(mine)) {
      await round(mine);
      const last = line([...known.values()]).at(-1);
      if (mine !== turn) return;
      if (last?.done) {
        pause();
        setText(told, t("The line has reached zero: at step {step} this hall tells real from fake no better than a coin (d' {d}, between {low} and {high}).", { step: last.step, d: signed(last.room), low: signed(last.low), high: signed(last.high) }));
      } else await sleep(REVEAL_MS);
    }
  };

  /** @param {number} mine */
  const round = async (mine) => {
    const real = reals();
    if (!real) throw new Error(t("There are no real pictures here to hide among the fakes."));
    const way = /** @type {keyof typeof EACH_MOMENT} */ (ways.field.value);
    const { items, cells } = WAYS[way];
    const { model, step, at } = momentOf(way);
    const deck = await new Deck(model, step, real).ready();
    const flags = items === 1 ? [single()] : coins(items, randomSeed());
    const given = await deck.deal(flags, cells);
    const judge = await opinions(deck);
    if (mine !== turn) return;
    const images = Uint8Array.from(given.flatMap(({ pictures }) => pictures.flatMap((picture) => Array.from(picture, (value) => Math.round(255 * value)))));
    const { round: number } = await post(`/${hall}`, { do: "begin", step: at, cells, real: flags, judge, images: toBase64(images) });
    dealt.set(number, given);
    show(number);
    await countdown(Number(seconds.field.value), mine);
    if (!hall) return;
    await post(`/${hall}`, { do: "close" });
    await learn();
    show(number);
  };

  /** Of single pictures every block has as many real ones as fakes. */
  let singles = coins(BLOCK, randomSeed());
  const single = () => {
    if (!singles.length) singles = coins(BLOCK, randomSeed());
    return /** @type {boolean} */ (singles.pop());
  };

  /** A run that goes on is shown as it is now; a finished one goes through its training, moment by moment. @param {keyof typeof EACH_MOMENT} way */
  const momentOf = (way) => {
    const info = infos().find(({ id }) => id === models.field.value) ?? infos()[0];
    const model = openModel(info);
    if (followed !== info.id) {
      unfollow();
      followed = info.id;
      unfollow = follow(model, { isLooked: () => element.offsetWidth > 0, onGrown: () => {} });
    }
    if (info.kind === "run") return { model, step: null, at: model.info.step };
    const moments = [...new Set([...info.epochs.map(({ step }) => step), info.step])].sort((a, b) => a - b);
    const at = moments[Math.min(moments.length - 1, Math.floor(known.size / EACH_MOMENT[way]))];
    return { model, step: at === info.step ? null : at, at };
  };

  /** @param {number} total @param {number} mine */
  const countdown = async (total, mine) => {
    const until = performance.now() + 1000 * total;
    hurry = now.hidden = false;
    while (goesOn(mine) && !isHurried() && performance.now() < until) {
      setText(clock, t("{seconds} s", { seconds: Math.max(0, Math.ceil((until - performance.now()) / 1000)) }));
      await sleep(200);
    }
    setText(clock, "");
    now.hidden = true;
  };
  const isHurried = () => hurry;

  /** From time to time while the hall is open: who is here, how many have voted. */
  const look = async () => {
    while (isOpen()) {
      await learn().catch(() => {});
      await sleep(LOOK_MS);
    }
  };
  const learn = async () => {
    if (!hall) return;
    const newest = Math.max(0, ...known.keys());
    const answer = await (await ask(address(`gan/halls/${hall}/state.json?since=${newest}`), { cache: "no-store" })).json();
    for (const one of /** @type {Round[]} */ (answer.rounds)) known.set(one.round, one);
    const votes = known.get(Math.max(0, ...known.keys()))?.votes ?? 0;
    setText(people, t("Phones: {phones}. Votes in this round: {votes}.", { phones: answer.streams, votes }));
    draw();
  };
  const draw = () => {
    const points = line([...known.values()]);
    plot.update(points, points.at(-1)?.step ?? null);
    const seen = [...known.values()].flatMap((one) => (one.open || !dealt.has(one.round) ? [] : [{ round: one, items: /** @type {Item[]} */ (dealt.get(one.round)) }]));
    const { fooled, nobody } = memorable(seen);
    const figure = (/** @type {{item: Item, share: number}|null} */ found, /** @type {string} */ words) => found && h("figure", {}, pictureOf(found.item), h("figcaption", {}, words));
    memory.replaceChildren(...[
      figure(fooled, t("A fake that {percent} % took for real", { percent: Math.round(100 * (fooled?.share ?? 0)) })),
      nobody === fooled ? null : figure(nobody, t("A fake that {percent} % took for real", { percent: Math.round(100 * (nobody?.share ?? 0)) })),
    ].filter((one) => one !== null));
  };

  /** What the projector shows of a round: the one picture, or where to look. @param {number} [number] */
  const show = (number) => {
    const items = number === undefined ? undefined : dealt.get(number);
    const state = number === undefined ? undefined : known.get(number);
    if (!items) return shown.replaceChildren();
    const open = !state || state.open;
    shown.replaceChildren(...(items.length === 1 || !open ? items.slice(0, 8).map((item) => h("figure", {}, pictureOf(item), open ? null : h("figcaption", {}, item.real ? t("real") : t("fake")))) : []));
    shown.dataset.many = String(items.length > 1);
    if (open) return setText(told, items.length === 1 ? t("Real or fake? Vote on your phone.") : t("Every phone has pictures of its own: real or fake?"));
    const said = state.counts ?? [0, 0, 0, 0];
    const votes = said.reduce((sum, one) => sum + one, 0);
    if (!votes) return setText(told, t("Nobody voted in this round."));
    const correct = Math.round((100 * (said[0] + said[3])) / votes);
    return setText(told, items.length > 1 ? t("{percent} % of {votes} votes were right.", { percent: correct, votes })
      : items[0].real ? t("It was real: {percent} % of {votes} knew.", { percent: correct, votes }) : t("It was a fake: {percent} % of {votes} knew.", { percent: correct, votes }));
  };

  const destroy = together(() => {
    gone = true;
    pause();
    unfollow();
    if (hall) void post(`/${hall}`, { do: "end" }).catch(() => {});
  }, plot.destroy, full.destroy, () => element.remove());
  return { update: () => fill(models.field, infos().map(({ id, title }) => [id, title]), models.field.value), destroy };
}

/** D on pictures of its own choice of the same moment. @param {Deck} deck @returns {Promise<number[]|null>} as Round's `judge` */
async function opinions(deck) {
  const items = await deck.deal(coins(2 * JUDGED, randomSeed()), 1);
  if (items.some(({ opinion }) => opinion === null)) return null;
  const counts = none();
  for (const { real, opinion } of items) count(counts, real, Number(opinion) > 0.5);
  return [counts.rejections, counts.rejections + counts.falseAlarms, counts.misses, counts.hits + counts.misses];
}

/** @param {number} ms */
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
