/** Which of the two builds this is, the Gradio app with a server behind it or the static files without, and what its visitor wants fetched. */

/** @type {boolean} */
export const isStatic = globalThis.document?.documentElement.dataset.ganBuild === "static";

/** @returns {boolean} whether the visitor has asked the browser to save data: then nothing is fetched before it is looked at */
export function savesData() {
  const { navigator } = /** @type {{navigator?: {connection?: {saveData?: boolean}}}} */ (globalThis);
  return navigator?.connection?.saveData === true;
}
