/** Formulas as MathML, which the browser sets by itself: no font, no script, no request. */

const SPACE = "http://www.w3.org/1998/Math/MathML";

/**
 * @param {string} tag such as "mrow"
 * @param {Record<string, string>} props
 * @param {...(Node|string)} children
 * @returns {MathMLElement}
 */
export function m(tag, props, ...children) {
  const element = /** @type {MathMLElement} */ (document.createElementNS(SPACE, tag));
  for (const [name, value] of Object.entries(props)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

const LETTERS = /^\p{L}$/u;
const WORD = /^\p{L}+$/u;
const NUMBER = /^[\d.]+$/;

/**
 * A formula's tokens in a row: letters as variables, digits as numbers, all else as operators; what stands there already is taken as it is.
 * @param {...(Node|string)} parts such as "D", "(", "x", ")"
 */
export function row(...parts) {
  return m("mrow", {}, ...parts.map((part) => (typeof part === "string" ? token(part) : part)));
}

/** @param {string} text */
function token(text) {
  if (LETTERS.test(text) || WORD.test(text)) return m("mi", {}, text);
  return NUMBER.test(text) ? m("mn", {}, text) : m("mo", { stretchy: "false" }, text);
}

/** @param {string} label as it is read aloud @param {...Node} children */
export function formula(label, ...children) {
  return m("math", { display: "block", class: "learn-math", "aria-label": label }, ...children);
}
