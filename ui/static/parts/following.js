/**
 * A run in hand that is still learning: its newest networks take the place of the older ones, under whatever is being done with them. They are
 * the snapshots that the run writes anyway, so the server does nothing more for who holds it.
 */

import { t } from "../i18n/i18n.js";
import { h, together } from "../kit/dom.js";
import { ACTIVE, RunFeed } from "../runs/runfeed.js";
import { count, pad } from "../runs/runwords.js";
import { modelsChanged } from "../state/modellist.js";

const RUN = "run:";
/** Networks come no closer together than this, whatever a run reports, and a slow line gets them more rarely: a room shares it. */
const REST_MS = 1500;
const REST_TIMES = 3;

/** @typedef {import("../state/models.js").Model} Model */
/** @typedef {import("../state/modellist.js").ModelInfo} ModelInfo */
/** @typedef {import("../runs/types.js").Run} Run */

/**
 * @param {HTMLElement} element gets a line that says how far the training is
 * @param {import("../state/held.js").Held} held
 * @returns {import("../kit/dom.js").Component}
 */
export function mount(element, held) {
  const line = h("p", { class: "gan-following" });
  line.hidden = true;
  element.append(line);
  /** @type {Model|null} */
  let model = null;
  let unfollow = () => {};

  /** @param {Model} growing @param {Run} run */
  const say = (growing, { status, config }) => {
    const going = isGoing(status?.state);
    line.hidden = !going;
    if (!going || !config) return;
    const step = { step: count(growing.info.step), steps: count(config.train.steps) };
    line.textContent = status?.state === "paused" ? t("Training pauses at step {step} of {steps}.", step) : t("Training now: step {step} of {steps}. The picture learns under your hand.", step);
  };
  const update = () => {
    if (held.model === model) return;
    const next = model = held.model;
    unfollow();
    line.hidden = true;
    unfollow = next ? follow(next, { isLooked: () => element.offsetWidth > 0, onReport: (run) => say(next, run), onGrown: () => held.tell() }) : () => {};
  };
  const destroy = together(held.subscribe(update), () => unfollow());
  update();
  return { update, destroy };
}

/**
 * Lets a model that is a run grow as long as that learns; another model is left as it is.
 * @param {Model} model
 * @param {{isLooked: () => boolean, onGrown: () => void, onReport?: (run: Run) => void}} options `onGrown`: its networks are newer now
 * @returns {() => void} stops it
 */
export function follow(model, { isLooked, onGrown, onReport = () => {} }) {
  const id = idOf(model);
  if (!id) return () => {};
  /** @type {string|undefined} */
  let state;
  let [busy, after, stopped] = [false, 0, false];
  /** @param {Run} run */
  const take = async (run) => {
    const before = state;
    state = run.status?.state;
    if (!run.status) return;
    onReport(run);
    // what a run gets at its end, its directions for one, is in the list
    if (isGoing(before) && !isGoing(state)) return modelsChanged();
    const newest = run.reports[run.reports.length - 1]?.step;
    if (!isGoing(state) || newest === undefined || newest === model.info.step || busy || Date.now() < after) return;
    busy = true;
    const began = Date.now();
    try {
      await model.grow(infoAt(model.info, run));
    } catch {
      // a run goes back, a folder goes away, a line breaks: the networks that are here stay, and the next report brings the next ones
    }
    after = Date.now() + Math.max(REST_MS, REST_TIMES * (Date.now() - began)) * (0.8 + 0.4 * Math.random());
    busy = false;
    if (stopped) return;
    onReport(run);
    onGrown();
  };
  const feed = new RunFeed(id, (run) => void take(run), isLooked);
  return () => {
    stopped = true;
    feed.stop();
  };
}

/** @param {string|undefined} state */
const isGoing = (state) => state !== undefined && ACTIVE.includes(state);

/** @param {Model} model @returns {string|null} of the run that it is */
function idOf(model) {
  return model.id.startsWith(RUN) ? model.id.slice(RUN.length) : null;
}

/**
 * What models.json would say of the run now: every report has its snapshot, in a file named by the step (docs/formats.md, section 4).
 * @param {ModelInfo} info @param {Run} run with a report @returns {ModelInfo}
 */
function infoAt(info, { id, reports, networks }) {
  /** @param {number} step @param {string} [role] the generator unless told */
  const url = (step, role = "") => `gan/runs/${id}/snapshots/${pad(step)}.${role && `${role}.`}safetensors`;
  const { step } = reports[reports.length - 1];
  const { discriminator, encoder } = info.files;
  const files = { generator: url(step), discriminator: discriminator && url(step, "discriminator"), encoder: encoder && url(step, "encoder"), directions: null, prior: null };
  const epochs = reports.filter((one) => !networks || networks.includes(one.step)).map((one) => ({ step: one.step, epoch: one.epoch, url: url(one.step), ...(encoder && { encoder: url(one.step, "encoder") }) }));
  return { ...info, step, files, epochs };
}
