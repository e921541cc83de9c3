/** The model chooser: everything models.json lists, problems as a note, a button that looks again. */

import { t } from "../i18n/i18n.js";
import { h, notes, uid } from "../kit/dom.js";
import { classifier } from "../state/classifier.js";
import { firstModel, listModels, onModelsChanged } from "../state/models.js";
import { progressBar } from "./progress.js";

/**
 * @param {HTMLElement} element
 * @param {import("../state/view.js").View} view
 * @param {import("../state/held.js").Held} held
 * @returns {Promise<void>} when the list has come, or could not be had
 */
export async function mount(element, view, held) {
  const id = uid("model");
  const select = h("select", { id, class: "gan-select", onChange: () => view.commit({ model: select.value, epoch: null }) });
  const note = notes();
  const refresh = h("button", { type: "button", class: "gan-button", "aria-label": t("Refresh"), title: t("Look for new models"), onClick: () => load() },
    h("span", { class: "gan-words" }, t("Refresh")), h("span", { class: "gan-sign" }, "↻"));
  element.append(h("div", { class: "gan-chooser" }, h("label", { for: id }, t("Model")), h("span", { class: "gan-choice" }, select, progressBar()), refresh, note.element));
  let problems = "";

  const show = () => {
    const { infos } = held;
    if (select.dataset.listed !== listed(infos)) {
      select.replaceChildren(...infos.map((info) => h("option", { value: info.id }, info.title)));
      select.dataset.listed = listed(infos);
    }
    select.value = view.state.model ?? "";
    const loading = !held.error && held.model?.id !== view.state.model && infos.length;
    if (held.error) note.say(held.error.message, "error");
    else note.say(loading ? t("Fetching the weights ...") : problems, "info");
  };
  const load = async () => {
    refresh.disabled = true;
    try {
      const list = await listModels();
      problems = list.problems.map(({ name, message }) => `${name}: ${message}`).join(" ");
      if (!list.models.length) problems = `${t("No model was found. Train one in the Train tab, then refresh.")} ${problems}`;
      classifier.offer(list.classifier);
      offer(list.models);
    } catch (error) {
      note.say(error.message, "error");
    }
    refresh.disabled = false;
  };
  const offer = (infos) => {
    held.offer(infos);
    const first = firstModel(infos);
    if (view.state.model === null && first) view.start({ model: first.id });
    show();
  };
  held.subscribe(show);
  onModelsChanged(load);
  if (held.infos.length) return show();
  return load();
}

function listed(infos) {
  return infos.map((info) => `${info.id} ${info.title}`).join("\n");
}
