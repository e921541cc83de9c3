import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { fill, t } from "../../../ui/static/i18n.js";
import korean from "../../../ui/static/ko.js";

const STATIC = new URL("../../../ui/static/", import.meta.url);
/** Add a module here when its sentences are in ko.js. */
const TRANSLATED = [
  "access.js", "alarmpanel.js", "autoencode.js", "charts.js", "chooser.js", "codeview.js", "compare.js", "damage.js", "dialog.js", "digit.js", "digits.js", "directions.js", "draw.js",
  "engine.js", "epochs.js", "equalizer.js", "estimate.js", "explore.js", "exports.js", "failures.js", "filmroll.js", "fullscreen.js", "grid.js", "hands.js", "held.js", "histogram.js", "interpolate.js",
  "keypoints.js", "keys.js", "lab.js", "latent.js", "link.js", "localexport.js", "models.js", "pad.js", "permalink.js", "pool.js", "programs.js", "reached.js", "reading.js",
  "readpicture.js", "remote.js", "runcharts.js", "runfeed.js", "runwords.js", "safetensors.js", "seed.js", "share.js", "site/shell.js", "slider.js", "sources.js", "strip.js", "talk.js",
  "training.js", "ztools.js",
];
const names = (text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

test("values are filled in, unknown places and untranslated sentences stay", () => {
  assert.equal(fill("{a} of {b}, {c}", { a: 1, b: "x" }), "1 of x, {c}");
  assert.equal(t("Nobody has translated this {way}.", { way: "yet" }), "Nobody has translated this yet.");
});

test("every sentence that a module speaks has its Korean, with the same values", () => {
  const spoken = TRANSLATED.flatMap((name) => [...readFileSync(new URL(name, STATIC), "utf8").matchAll(/\bt\("((?:[^"\\]|\\.)*)"/g)].map(([, text]) => text));
  assert.ok(spoken.length > 30);
  assert.deepEqual([...new Set(spoken)].filter((text) => !(text in korean)), []);
  for (const [english, text] of Object.entries(korean)) assert.deepEqual(names(text), names(english), english);
});

test("what the server says of who may train has its Korean", () => {
  const said = [...readFileSync(new URL("../access.py", STATIC), "utf8").matchAll(/^ {4}"(?:token|nobody|off)": "([^"]+)",$/gm)].map(([, text]) => text);
  assert.equal(said.length, 3);
  assert.deepEqual(said.filter((text) => !(text in korean)), []);
});
