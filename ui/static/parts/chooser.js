/** The model chooser: everything models.json lists, problems as a note, a button that looks again. */

import { messageOf, t } from "../i18n/i18n.js";
import { follows, h, notes, together, uid } from "../kit/dom.js";
import { classifier } from "../state/classifier.js";
import { askedOf, firstModel, listModels, onModelsChanged } from "../state/modellist.js";
import { progressBar } from "./progress.js";

/**
 * @param {HTMLElement} element
 * @param {import("../state/view.js").View} view
 * @param {import("../state/held.js").Held} held
 * @returns {import("../kit/dom.js").Component & {listed: Promise<void>}} `listed`: when the list has come, or could not be had
 */
export function mount(element, view, held) {
  const id = uid("model");
  const select = h("select", { id, class: "gan-select", onChange: () => void go(select.value) });
  const note = notes();
  const progress = progressBar();
  const refresh = h("button", { type: "button", class: "gan-button", "aria-label": t("Refresh"), title: t("Look for new models"), onClick: () => load() },
    h("span", { class: "gan-words" }, t("Refresh")), h("span", { class: "gan-sign" }, "↻"));
  const shelf = h("button", { type: "button", class: "gan-button gan-shelf-button", "aria-label": t("Download a model, or bring one in"), title: t("Download a model, or bring one in"), "aria-haspopup": "dialog", onClick: () => takeOrBring() }, "⇅");
  element.append(h("div", { class: "gan-chooser" }, h("label", { for: id }, t("Model")), h("span", { class: "gan-choice" }, select, progress.element),
    h("span", { class: "gan-chooser-buttons" }, refresh, shelf), note.element));
  let problems = "";
  /** @param {string} model */
  const go = (model) => view.commit({ model, epoch: null, ...askedOf(held.infos, view.state.model, model) });

  const update = () => {
    const { infos } = held;
    if (select.dataset.listed !== listed(infos)) {
      select.replaceChildren(...infos.map((info) => h("option", { value: info.id }, info.title)));
      select.dataset.listed = listed(infos);
    }
    select.value = view.state.model ?? "";
    const loading = !held.error && held.model?.id !== view.state.model && infos.length;
    if (held.error) note.say(held.error.message, "error");
    else note.say(loading ? t("Fetching the weights ...") : held.trouble || problems, "info");
  };
  const takeOrBring = () => void import("./modelshelf.js").then(({ openShelf }) => openShelf(held.infos, async (brought) => {
    await load();
    go(brought);
  })).catch(reportError);
  const load = async () => {
    refresh.disabled = true;
    try {
      const list = await listModels();
      problems = list.problems.map(({ name, message }) => `${name}: ${message}`).join(" ");
      if (!list.models.length) problems = `${t("No model was found. Train one in the Train tab, then refresh.")} ${problems}`;
      classifier.offer(list.classifier);
      held.offer(list.models);
      const first = firstModel(list.models);
      if (view.state.model === null && first) view.start({ model: first.id, ...askedOf(list.models, null, first.id) });
      update();
    } catch (error) {
      note.say(messageOf(error), "error");
    }
    refresh.disabled = false;
  };
  const destroy = together(follows(held, update), onModelsChanged(load), progress.destroy);
  if (held.infos.length) update();
  return { update, destroy, listed: held.infos.length ? Promise.resolve() : load() };
}

/** @param {import("../state/modellist.js").ModelInfo[]} infos @returns {string} */
function listed(infos) {
  return infos.map((info) => `${info.id} ${info.title}`).join("\n");
}
