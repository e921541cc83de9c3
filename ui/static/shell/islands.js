/** The islands of the page: parts that a module draws into a place of Gradio's page or of the plain one. */

/** By `data-module`. @type {Record<string, () => Promise<{mount: import("../kit/host.js").Mount}>>} */
const ISLANDS = {
  "share/tools.js": () => import("../share/tools.js"),
  "learn/learn.js": () => import("../learn/learn.js"),
  "explore/explore.js": () => import("../explore/explore.js"),
  "interpolate/interpolate.js": () => import("../interpolate/interpolate.js"),
  "training/training.js": () => import("../training/training.js"),
  "training/owndata.js": () => import("../training/owndata.js"),
  "training/estimate.js": () => import("../training/estimate.js"),
  "autoencode/autoencode.js": () => import("../autoencode/autoencode.js"),
};

/** What stands in its place, by the place. @type {Map<HTMLElement, {destroy: () => void}>} */
const standing = new Map();

/**
 * Draws the island that `data-module` of its place names; whatever stood in a place that the page has dropped meanwhile has its end.
 * @param {HTMLElement} place
 * @param {import("../kit/host.js").Host<any>} [host]
 * @throws {Error} where it cannot start
 */
export async function mount(place, host) {
  for (const [former, part] of standing) {
    if (former !== place && former.isConnected) continue;
    standing.delete(former);
    part.destroy();
  }
  const { mount: draw } = await ISLANDS[place.dataset.module ?? ""]();
  standing.set(place, await draw(place, host));
  place.dataset.state = "ready";
}
