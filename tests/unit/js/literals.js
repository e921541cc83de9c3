/**
 * Finds what a module shows to people without `t()`: a small reader of JavaScript that knows strings, templates, comments and brackets.
 * It follows no variable: a literal is found where it stands as the text of an element, a message, or a value of a name of `SHOWN`; elsewhere,
 * as in tables and what functions return, where it reads as a phrase. A single small word of a table is not found.
 */

/** Attributes, properties, options and variables whose text is seen or read aloud. */
const SHOWN = new Set(["aria-label", "ariaLabel", "aria-valuetext", "aria-roledescription", "title", "placeholder", "alt", "label", "caption", "textContent", "words", "text"]);
/** Functions that show a text, and which arguments may be one. @type {Map<string, [number, number]>} */
const SHOWING = new Map(Object.entries({ h: [2, Infinity], say: [0, 0], setText: [1, 1], append: [0, Infinity], replaceChildren: [0, Infinity], fillText: [0, 0], button: [0, 0], section: [0, 0], Error: [0, 0] }));
/** What reads as said to people: a word with a capital letter, or a word before another or before a value. */
const PHRASE = /^\s*\p{Lu}\p{Ll}+[.!?]?\s*$|(?:^|\s)\p{L}{2,}[,:;]? (?:\{\w+\}|\p{L}+(?:[\s,.;:!?]|$))/u;
const CLOSED_BY = new Map(Object.entries({ "(": ")", "[": "]", "{": "}", "${": "}" }));
/** A slash after one of these begins a regular expression. */
const BEFORE_PATTERN = /(?:^|[(,=:[!&|?{;+>]|return)\s*$/;
const STATEMENTS = new Set(["return", "if", "for", "while", "switch", "await", "of", "in", "typeof", "case", "yield", "throw"]);

/**
 * @typedef {{text?: string, word?: string, sign?: string, line: number}} Token `text` of a template: one stretch between its values
 * @typedef {{open: string, line: number, items: (Token|Group)[][]}} Group what stands in brackets, or between `${` and `}`, apart at commas and semicolons
 * @typedef {{line: number, text: string}} Found
 */

/** @param {string} source @returns {Token[]} without comments */
export function tokensOf(source) {
  /** @type {Token[]} */
  const tokens = [];
  /** @type {boolean[]} for each open brace whether a template goes on behind it */
  const braces = [];
  let [at, line] = [0, 1];
  const match = (/** @type {RegExp} */ pattern) => {
    pattern.lastIndex = at;
    return pattern.exec(source)?.[0] ?? "";
  };
  const template = () => {
    const text = match(/(?:\\[^]|\$(?!\{)|[^\\`$])*/y);
    tokens.push({ text, line });
    at += text.length;
    line += text.split("\n").length - 1;
    const inside = source[at] === "$";
    if (inside) [tokens[tokens.length], braces[braces.length]] = [{ sign: "${", line }, true];
    at += inside ? 2 : 1;
  };
  while (at < source.length) {
    const space = match(/\s+|\/\/[^\n]*|\/\*[^]*?\*\//y);
    const string = space ? "" : match(/"(?:[^"\\\n]|\\[^])*"|'(?:[^'\\\n]|\\[^])*'/y);
    const word = match(/[\w$#]+(?<!\$(?=\{))/y);
    const pattern = source[at] === "/" && BEFORE_PATTERN.test(source.slice(Math.max(0, at - 40), at)) ? match(/\/(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/\w*/y) : "";
    const sign = match(/[!=]==?|=>|&&|\|\||\?\?|[^]/y);
    at += (space || string || word || pattern || sign).length;
    if (space) line += space.split("\n").length - 1;
    else if (string) tokens.push({ text: string.slice(1, -1), line });
    else if (word || pattern) tokens.push({ word: word || pattern, line });
    else if (sign === "`" || (sign === "}" && braces.pop())) {
      if (sign === "}") tokens.push({ sign, line });
      template();
    } else {
      if (sign === "{") braces.push(false);
      tokens.push({ sign, line });
    }
  }
  return tokens;
}

/** @param {Token[]} tokens @returns {Group} */
function grouped(tokens) {
  /** @type {Group[]} */
  const open = [{ open: "", line: 1, items: [[]] }];
  for (const token of tokens) {
    const group = open[open.length - 1];
    const item = group.items[group.items.length - 1];
    if (CLOSED_BY.has(token.sign ?? "")) {
      const inner = { open: token.sign ?? "", line: token.line, items: [[]] };
      item.push(inner);
      open.push(inner);
    } else if (CLOSED_BY.get(group.open) === token.sign && token.sign) open.pop();
    else if (token.sign === "," || token.sign === ";") group.items.push([]);
    else item.push(token);
  }
  if (open.length !== 1) throw new Error(`A bracket of line ${open[open.length - 1].line} is not closed, as this reader sees it.`);
  return open[0];
}

/** @param {string} source of a module @returns {Found[]} the literals with a letter that are shown as they stand */
export function untranslated(source) {
  /** @type {Found[]} */
  const found = [];
  const walk = (/** @type {Group} */ group, /** @type {string} */ callee) => {
    const [from, to] = SHOWING.get(callee) ?? (callee === "setAttribute" && SHOWN.has(group.items[0][0]?.text ?? "") ? [1, 1] : [0, -1]);
    group.items.forEach((item, index) => {
      if (index >= from && index <= to) found.push(...literals(item));
      item.forEach((token, i) => {
        if ("items" in token) return walk(token, calleeOf(item, i));
        const [sign, key] = [item[i + 1]?.sign, token.word ?? token.text ?? ""];
        if (SHOWN.has(key) && ((sign === ":" && i === 0) || sign === "=")) found.push(...literals(item.slice(i + 2)));
      });
    });
  };
  const tokens = tokensOf(source);
  walk(grouped(tokens), "");
  const known = new Set(found.map(({ line, text }) => `${line} ${text}`));
  return [...found, ...phrases(tokens).filter(({ line, text }) => !known.has(`${line} ${text}`))];
}

/** @param {Token[]} tokens @returns {Found[]} the phrases that are not given to `t`, nor are classes of style, keys that are compared or words for developers */
function phrases(tokens) {
  return tokens.flatMap(({ text, line }, i) => {
    const [name, before, after] = [tokens[i - 2]?.word ?? "", tokens[i - 1]?.sign ?? "", tokens[i + 1]?.sign ?? ""];
    const aside = (before === "(" && ["t", "warn", "info"].includes(name)) || (before === ":" && name === "class") || /^[!=]==?$/.test(before) || /^[!=]==?$/.test(after);
    return text !== undefined && PHRASE.test(text) && !aside ? [{ line, text }] : [];
  });
}

/** @param {(Token|Group)[]} item an expression @returns {Found[]} the literals that can be its value, or a part of it */
function literals(item) {
  return item.flatMap((token, i) => {
    if (!("items" in token)) {
      const compared = [item[i - 1], item[i + 1]].some((other) => /^[!=]==?$/.test(other?.sign ?? ""));
      return token.text !== undefined && !compared && /\p{L}/u.test(token.text.replace(/\\u[\da-f]{4}|\\[a-z]/gi, "")) ? [{ line: token.line, text: token.text }] : [];
    }
    // what a function gets is not what it gives, an index no value, and an object's keys are looked at one by one
    return token.open === "{" || calleeOf(item, i) ? [] : token.items.flatMap(literals);
  });
}

/** @param {(Token|Group)[]} item @param {number} i @returns {string} the name of what is called or indexed with the brackets at `i`, "" where they stand alone */
function calleeOf(item, i) {
  const [group, before] = [item[i], item[i - 1]];
  if (!("items" in group) || !["(", "["].includes(group.open) || !before) return "";
  if ("items" in before) return before.open === "{" ? "" : "?";
  return before.word && !STATEMENTS.has(before.word) ? before.word : "";
}

/** @param {string} source of a module @returns {string[]} the literals that it gives to `t` */
export function spoken(source) {
  const tokens = tokensOf(source);
  return tokens.flatMap(({ text }, i) => (text !== undefined && tokens[i - 1]?.sign === "(" && tokens[i - 2]?.word === "t" ? [text.replace(/\\(["'\\])/g, "$1")] : []));
}
