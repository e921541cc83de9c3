/** Finds the digit in a photograph, off the main thread. */

import { messageOf } from "../i18n/i18n.js";
import { digitIn } from "./digitof.js";

self.addEventListener("message", (/** @type {MessageEvent<import("./readpicture.js").Asked>} */ { data: { id, image } }) => {
  /** @type {import("./readpicture.js").Answered} */
  let answer;
  try {
    answer = { id, digit: digitIn(image) };
  } catch (error) {
    answer = { id, error: messageOf(error) };
  }
  self.postMessage(answer);
});
