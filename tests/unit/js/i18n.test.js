import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";

import { fill, t } from "../../../ui/static/i18n/i18n.js";
import korean from "../../../ui/static/i18n/ko.js";

const STATIC = new URL("../../../ui/static/", import.meta.url);
const modules = readdirSync(STATIC, { recursive: true }).filter((name) => name.endsWith(".js"));
const names = (text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

test("values are filled in, unknown places and untranslated sentences stay", () => {
  assert.equal(fill("{a} of {b}, {c}", { a: 1, b: "x" }), "1 of x, {c}");
  assert.equal(t("Nobody has translated this {way}.", { way: "yet" }), "Nobody has translated this yet.");
});

test("every sentence that a module speaks has its Korean, with the same values", () => {
  const spoken = modules.flatMap((name) => [...readFileSync(new URL(name, STATIC), "utf8").matchAll(/\bt\("((?:[^"\\]|\\.)*)"/g)].map(([, text]) => text));
  assert.ok(spoken.length > 500);
  assert.deepEqual([...new Set(spoken)].filter((text) => !(text in korean)), []);
  for (const [english, text] of Object.entries(korean)) assert.deepEqual(names(text), names(english), english);
});

test("what the server says of who may train has its Korean", () => {
  const said = [...readFileSync(new URL("../train/access.py", STATIC), "utf8").matchAll(/^ {4}"(?:token|nobody|off)": "([^"]+)",$/gm)].map(([, text]) => text);
  assert.equal(said.length, 3);
  assert.deepEqual(said.filter((text) => !(text in korean)), []);
});
