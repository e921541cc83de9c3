/** The tools of the page's header. There is one of them, which moves when it is mounted again: from the first sight of the page to Gradio's. */

import { useStyle } from "../kit/dom.js";
import { tools } from "./share.js";

/** @type {ReturnType<typeof tools>|null} */
let drawn = null;

/** @type {import("../kit/host.js").Mount} */
export async function mount(place) {
  await useStyle();
  const { element, destroy } = (drawn ??= tools());
  place.replaceChildren(element);
  return {
    destroy() {
      if (!place.contains(element)) return; // it has moved: another one's now
      drawn = null;
      destroy();
    },
  };
}
