import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";

import { fill, t } from "../../../ui/static/i18n/i18n.js";
import korean from "../../../ui/static/i18n/ko.js";
import shared from "../../../ui/static/i18n/ko/shared.js";
import { said } from "../../../ui/static/runs/runwords.js";
import { ABOUT } from "../../../ui/static/runs/settings.js";
import { spoken, untranslated } from "./literals.js";

const STATIC = new URL("../../../ui/static/", import.meta.url);
const modules = readdirSync(STATIC, { recursive: true }).filter((name) => name.endsWith(".js"));
const read = (name) => readFileSync(new URL(name, STATIC), "utf8");
/** What a worker may run speaks English, as i18n.js says: its errors are of files that are damaged or a stranger's. */
const ENGLISH = /^(?:engine|autodiff|trainer)\/|\/sw\.js$/;
/** Shown as they stand: the same in both languages, or never seen. */
const SAME = new Set([
  "BCE ", "\\nMSE ", // the names of the two errors
  "True", "False", "None", // a table is written as Python writes it
  "x", "z", "Enter", // the axes of a card, and the key that does its task
  "k", "WASM SIMD", // units, and what runs the network
  "no base64url", "no float32", "no list of changes", "not what a link can say", // caught where the link is read, which says it in words
  "A text of ", " bytes is too long for a QR code; expected at most ", // caught by who asks for the code
  "outer race", "inner race", "outer race · 2,400 rpm", // names that the data have
  "Files", // what a browser calls files that are dragged
  "bright on dark", "dark on bright", // what a sheet says of ink, translated where it is shown
  "button, select", "input:not([type=range], [type=checkbox], [type=radio]), select, textarea, [contenteditable]", " { display: none !important; }", // style and its selectors
]);
const names = (text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

test("values are filled in, unknown places and untranslated sentences stay", () => {
  assert.equal(fill("{a} of {b}, {c}", { a: 1, b: "x" }), "1 of x, {c}");
  assert.equal(t("Nobody has translated this {way}.", { way: "yet" }), "Nobody has translated this yet.");
});

test("every sentence that a module speaks has its Korean, with the same values", () => {
  const said = modules.flatMap((name) => spoken(read(name)));
  assert.ok(said.length > 500);
  assert.deepEqual([...new Set(said)].filter((text) => !Object.hasOwn(korean, text)), []);
  for (const [english, text] of Object.entries(korean)) assert.deepEqual(names(text), names(english), english);
});

test("no module shows a literal without t()", () => {
  const bare = modules.filter((name) => !ENGLISH.test(name) && !name.startsWith("i18n/")).flatMap((name) => untranslated(read(name)).map(({ line, text }) => ({ where: `${name}:${line}`, text })));
  assert.deepEqual(bare.filter(({ text }) => !SAME.has(text)), []);
  const unused = [...SAME].filter((text) => !bare.some((one) => one.text === text));
  assert.deepEqual(unused, [], "what no module shows any more need not be allowed");
});

test("a literal is found wherever it is shown, and only there", () => {
  const shown = [
    'h("p", { class: "a" }, "Shown")', 'h("p", null, [cond ? "Shown" : t("b")])', `h("p", {}, \`\${count} Shown\`)`, `h("p", {}, \`\${word(/\`/) ? "Shown" : ""}\`)`, 'h("i", { "aria-label": "Shown" })',
    'const more = { title: a === "b" ? `Shown` : "" }', 'note.textContent = "Shown"', 'input.placeholder = x || "Shown"', 'canvas.setAttribute("aria-label", "Shown")', 'say("Shown", "error")',
    'setText(element, "Shown")', 'const NAMES = { left: "Shown" }', 'const NAMES = [["Shown", 1]]', 'return cond ? "Shown" : t("b")',
    `const words = \`\${n} Shown\``, 'throw new Error("Shown")', 'draw((x) => h("b", {}, "Shown"))',
  ];
  for (const source of shown) assert.deepEqual(untranslated(source).map(({ text }) => text.trim()), ["Shown"], source);
  const hidden = [
    'h("p", { class: "a", id: "b" }, t("Shown"))', 'h("p", {}, names["a"], state === "b" && list.join("c"))', 'say(t("a"), "error")', 'x.setAttribute("role", "img")',
    '// say("a")\nsay(t("it\'s"))', 'const title = "12 %"', 'label.replace(/"a"|`/g, "b")', 'h("p", {}, f({ key: "b" }), "\\u00a0")', 'say(t(`a`), { kind: "b" })', 'if (key === "Home") f()', 'f({ class: "one two" })', 'console.warn("Not shown")',
  ];
  for (const source of hidden) assert.deepEqual(untranslated(source), [], source);
});

test("the plain page is written with words that have their Korean", () => {
  const page = read("shell/site/index.html");
  const labels = [...page.matchAll(/\s(?:aria-label|title|placeholder|alt)="([^"]+)"/g)].map(([, text]) => text);
  const texts = [...page.matchAll(/<(?:p data-words|button[^>]*role="tab"[^>]*)>([^<]+)</g)].map(([, text]) => text);
  assert.ok(labels.length >= 1 && texts.length >= 4);
  assert.deepEqual([...labels, ...texts].filter((text) => !Object.hasOwn(korean, text)), []);
});

test("dates and numbers are written in the language of the page", () => {
  const calls = modules.filter((name) => !ENGLISH.test(name)).flatMap((name) => [...read(name).matchAll(/\.toLocale\w+\(([^,)]*)|\bIntl\.\w+\(([^,)]*)/g)].map(([, a, b]) => [name, a ?? b]));
  assert.ok(calls.length > 5);
  assert.deepEqual(calls.filter(([, given]) => given !== "locale"), []);
});

test("every value of a setting that is a word has its name", () => {
  const choices = Object.values(ABOUT).flatMap((setting) => setting.choices);
  assert.ok(choices.length >= 5);
  assert.deepEqual(choices.filter((choice) => !Object.hasOwn(korean, said(choice))), []);
  // the form, which is Gradio's, calls them the same
  const form = read("../words.py");
  const called = choices.map((choice) => [form.match(`"${choice}": "([\\w -]+)"[,}]`)?.[1] ?? choice, said(choice)]);
  for (const [inForm, inFlight] of called) assert.equal(inForm, inFlight);
  for (const choice of choices) assert.ok(Object.hasOwn(shared, said(choice)), choice);
  assert.deepEqual(["wasserstein", "least_squares", true, 0.5].map(said), ["Wasserstein", "least squares", "true", "0.5"]);
});

test("what the server says of who may train has its Korean", () => {
  const sentences = [...read("../train/access.py").matchAll(/^ {4}"(?:token|nobody|off)": "([^"]+)",$/gm)].map(([, text]) => text);
  assert.equal(sentences.length, 3);
  assert.deepEqual(sentences.filter((text) => !(text in korean)), []);
});

test("a sentence has its Korean in one place", () => {
  const said = modules.filter((name) => /^i18n\/ko(?:\.js$|\/)/.test(name)).flatMap((name) => [...read(name).matchAll(/(?:"((?:[^"\\]|\\.)+)"|\b(\w+)):\s+"/g)].map(([, quoted, plain]) => quoted ?? plain));
  const form = [...read("../words.py").matchAll(/^ {4}"([^"]+)": "/gm)].map(([, text]) => text);
  assert.equal(new Set(said).size, Object.keys(korean).length);
  assert.ok(form.length >= 15);
  const all = [...said, ...form];
  assert.deepEqual(all.filter((text, i) => all.indexOf(text) !== i), []);
});
