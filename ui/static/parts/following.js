/**
 * A run in hand that is still learning: its newest networks take the place of the older ones, under whatever is being done with them. They are
 * the snapshots that the run writes anyway, so the server does nothing more for who holds it.
 */

import { t } from "../i18n/i18n.js";
import { h } from "../kit/dom.js";
import { ACTIVE, RunFeed } from "../runs/runfeed.js";
import { count, pad } from "../runs/runwords.js";
import { modelsChanged } from "../state/models.js";

const RUN = "run:";
/** Networks come no closer together than this, whatever a run reports, and a slow line gets them more rarely: a room shares it. */
const REST_MS = 1500;
const REST_TIMES = 3;

/**
 * @param {HTMLElement} element gets a line that says how far the training is
 * @param {import("../state/held.js").Held} held
 */
export function mount(element, held) {
  const line = h("p", { class: "gan-following" });
  line.hidden = true;
  element.append(line);
  let [feed, model, state] = [null, null, null];
  let [busy, after] = [false, 0];

  const say = ({ status, config }) => {
    const going = ACTIVE.includes(status?.state);
    line.hidden = !going;
    if (!going) return;
    const step = { step: count(model.info.step), steps: count(config.train.steps) };
    line.textContent = status.state === "paused" ? t("Training pauses at step {step} of {steps}.", step) : t("Training now: step {step} of {steps}. The digit learns under your hand.", step);
  };
  const take = async (run) => {
    if (run.id !== idOf(model)) return;
    const before = state;
    state = run.status?.state;
    if (!run.status) return;
    say(run);
    // what a run gets at its end, its directions for one, is in the list
    if (ACTIVE.includes(before) && !ACTIVE.includes(state)) return modelsChanged();
    const newest = run.reports.at(-1)?.step;
    if (!ACTIVE.includes(state) || newest === undefined || newest === model.info.step || busy || Date.now() < after) return;
    busy = true;
    const [began, growing] = [Date.now(), model];
    try {
      await growing.grow(infoAt(growing.info, run));
    } catch {
      // a run goes back, a folder goes away, a line breaks: the networks that are here stay, and the next report brings the next ones
    }
    after = Date.now() + Math.max(REST_MS, REST_TIMES * (Date.now() - began)) * (0.8 + 0.4 * Math.random());
    busy = false;
    if (growing !== held.model) return;
    say(run);
    held.tell();
  };
  const follow = () => {
    if (held.model === model) return;
    model = held.model;
    feed?.stop();
    [feed, state] = [null, null];
    line.hidden = true;
    if (idOf(model)) feed = new RunFeed(idOf(model), take, () => element.offsetWidth > 0);
  };
  held.subscribe(follow);
  follow();
}

/** @param {import("../state/models.js").Model|null} model @returns {string|null} of the run that it is */
function idOf(model) {
  return model?.id.startsWith(RUN) ? model.id.slice(RUN.length) : null;
}

/** What models.json would say of the run now: every report has its snapshot, in a file named by the step (docs/formats.md, section 4). */
function infoAt(info, { id, reports }) {
  const url = (step, role = "") => `gan/runs/${id}/snapshots/${pad(step)}.${role && `${role}.`}safetensors`;
  const { step } = reports.at(-1);
  const files = Object.fromEntries(Object.entries(info.files).map(([role, file]) => [role, file && url(step, role === "generator" ? "" : role)]));
  const epochs = reports.map((one) => ({ step: one.step, epoch: one.epoch, url: url(one.step), ...(files.encoder && { encoder: url(one.step, "encoder") }) }));
  return { ...info, step, files: { ...files, directions: null, prior: null }, epochs };
}
