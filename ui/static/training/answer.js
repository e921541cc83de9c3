/** What came of something that was asked for, in a line beside the button. */

import { messageOf } from "../i18n/i18n.js";
import { setText } from "../kit/dom.js";

/**
 * Only the server's refusal is said there; what fails afterwards on the page is an error of the page.
 * @template T
 * @param {HTMLElement} line
 * @param {Promise<T>} asked
 * @param {(answer: T) => string} words
 * @param {(answer: T) => void} [then] goes on with it
 */
export async function answered(line, asked, words, then = () => {}) {
  let answer;
  try {
    answer = await asked;
  } catch (error) {
    return setText(line, messageOf(error));
  }
  setText(line, words(answer));
  then(answer);
}
