/** Runs first: draws the Explore tab on the layer over the page, long before Gradio has made the place that it will stand in. */

import { mount } from "../explore/explore.js";
import { openTab } from "../kit/tabs.js";
import { mount as mountTools } from "../share/tools.js";

const layer = document.getElementById("gan-boot");
const slot = /** @type {HTMLElement|null|undefined} */ (layer?.querySelector(".gan-boot-island"));
if (layer && slot) begin(layer, slot);

/** @param {HTMLElement} layer @param {HTMLElement} slot */
async function begin(layer, slot) {
  const tabs = /** @type {HTMLElement|null} */ (layer.querySelector("[role=tablist]"));
  // whoever asked for another tab meanwhile gets it as soon as it is there
  new MutationObserver((_, observer) => {
    if (layer.isConnected) return;
    observer.disconnect();
    if (tabs?.dataset.wanted) openTab(tabs.dataset.wanted);
  }).observe(document.body, { childList: true });
  const tools = /** @type {HTMLElement|null} */ (layer.querySelector(".gan-boot-tools"));
  try {
    if (tools) await mountTools(tools);
    await mount(slot);
  } catch (error) {
    // Gradio's page tries again and tells
    console.error(error);
  }
}
