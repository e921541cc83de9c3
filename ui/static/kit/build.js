/** Which of the two builds this is: the Gradio app, with a server behind it, or the static files, without. */

/** @type {boolean} */
export const isStatic = globalThis.document?.documentElement.dataset.ganBuild === "static";
