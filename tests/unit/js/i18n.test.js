import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { fill, t } from "../../../ui/static/i18n.js";
import korean from "../../../ui/static/ko.js";

const STATIC = new URL("../../../ui/static/", import.meta.url);
/** Add a module here when its sentences are in ko.js. */
const TRANSLATED = [
  "autoencode.js", "charts.js", "chooser.js", "codeview.js", "compare.js", "damage.js", "dialog.js", "digit.js", "digits.js", "directions.js", "draw.js",
  "engine.js", "epochs.js", "equalizer.js", "explore.js", "exports.js", "filmroll.js", "fullscreen.js", "grid.js", "held.js", "interpolate.js",
  "keypoints.js", "keys.js", "latent.js", "link.js", "localexport.js", "models.js", "pad.js", "permalink.js", "pool.js", "programs.js", "reading.js",
  "readpicture.js", "remote.js", "runfeed.js", "safetensors.js", "seed.js", "share.js", "site/shell.js", "slider.js", "sources.js", "strip.js", "talk.js",
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
