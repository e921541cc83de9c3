/** Back through the training: the same z, drawn by earlier generators. */

import { t } from "../i18n/i18n.js";
import { follows, h, together, uid } from "../kit/dom.js";
import { underFinger } from "../kit/finger.js";
import { fill } from "../kit/slider.js";

const FRAME_MS = 450;

/**
 * @param {HTMLElement} element
 * @param {import("../state/view.js").View} view
 * @param {import("../state/held.js").Held} held
 * @returns {import("../kit/dom.js").Component}
 */
export function mount(element, view, held) {
  const id = uid("epoch");
  const range = underFinger(h("input", { id, class: "gan-range", type: "range", min: 0, max: 0, step: 1, value: 0 }));
  const text = h("span", { class: "gan-epoch-text" });
  const play = h("button", { type: "button", class: "gan-button", "aria-pressed": "false", "aria-keyshortcuts": "p" }, t("Play"));
  element.append(h("div", { class: "gan-epochs" }, h("label", { for: id }, t("Training so far")), range, play, text));

  /** Those before the finished generator, whose place comes after theirs. */
  const epochs = () => {
    const info = held.model?.info;
    return info?.epochs.filter((one) => one.step !== info.step) ?? [];
  };
  /** @param {number|null} step */
  const placeOf = (step) => (step === null ? epochs().length : Math.max(0, epochs().findIndex((one) => one.step === step)));
  /** @param {number} place */
  const stepAt = (place) => epochs()[place]?.step ?? null;

  let timer = 0;
  const stop = () => {
    clearTimeout(timer);
    timer = 0;
    play.textContent = t("Play");
    play.setAttribute("aria-pressed", "false");
  };
  /** @param {number} place @returns {Promise<void>} */
  const go = async (place) => {
    const { model } = held;
    // an epoch is shown when its weights are here, not before
    await model?.ensureEpoch(stepAt(place)).catch(() => {});
    if (!timer || held.model !== model || !element.offsetWidth) return stop();
    view.set({ epoch: stepAt(place) });
    if (place >= epochs().length) {
      view.commit();
      return stop();
    }
    timer = setTimeout(() => go(place + 1), FRAME_MS);
    return undefined;
  };
  play.addEventListener("click", () => {
    if (timer) return (view.commit(), stop());
    play.textContent = t("Pause");
    play.setAttribute("aria-pressed", "true");
    timer = -1;
    const place = placeOf(view.state.epoch);
    return go(place >= epochs().length ? 0 : place);
  });
  range.addEventListener("input", () => {
    stop();
    view.set({ epoch: stepAt(range.valueAsNumber) });
  });
  range.addEventListener("change", () => view.commit());

  let shown = "";
  const update = () => {
    const list = epochs();
    const place = placeOf(view.state.epoch);
    const key = `${held.model?.id} ${held.model?.info.step} ${list.length} ${place}`;
    if (key === shown) return;
    shown = key;
    range.max = String(Math.max(1, list.length));
    range.value = String(list.length ? place : 1);
    range.disabled = play.disabled = !list.length;
    const epoch = list[place];
    const words = epoch ? t("step {step}, epoch {epoch}", { step: epoch.step, epoch: epoch.epoch.toFixed(1) }) : held.model ? whereOf(held.model.info) : "";
    text.textContent = words;
    range.setAttribute("aria-valuetext", words);
    fill(range, [0, list.length ? place / list.length : 1]);
  };
  update();
  return { update, destroy: together(follows(held, update), stop) };
}

/** @param {import("../state/modellist.js").ModelInfo} info @returns {string} */
function whereOf({ kind, step }) {
  return kind === "run" ? t("newest, step {step}", { step }) : t("finished, step {step}", { step });
}
