/** Class weights of labels, by the golden set that gan_core's are tested by, too (tests/unit/test_classes.py). */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import {
  alternatives, areWeights, drawsSyllables, evenLabels, fartherLabel, labelCount, labelOf, labelOfText, labelOfWeights, likeliest, partsOf, syllableOf, weightsOfLabel, weightsOfLabels,
} from "../../../ui/static/state/classes.js";
import { weightsOf } from "../../../ui/static/state/held.js";
import { className, partName } from "../../../ui/static/state/modellist.js";

const GOLDEN = JSON.parse(readFileSync(new URL("../golden_classes.json", import.meta.url), "utf8"));
const HANGUL = { numClasses: 68, groups: [19, 21, 28] };
const DIGITS = { numClasses: 10, groups: [] };

test("weights are a 1 in each group, at the places of the golden set", () => {
  for (const { num_classes: numClasses, groups, labels, ones, even } of GOLDEN) {
    const classes = { numClasses, groups };
    const rows = labels.map((label) => [...weightsOfLabel(label, classes)].flatMap((weight, i) => (weight ? [i] : [])));
    assert.deepEqual(rows, ones);
    assert.deepEqual([...weightsOfLabels(labels, classes)], labels.flatMap((label) => [...weightsOfLabel(label, classes)]));
    assert.deepEqual(evenLabels(even.length, classes), even);
    for (const label of labels) {
      assert.equal(labelOf(partsOf(label, groups), groups), label);
      assert.equal(labelOfWeights(weightsOfLabel(label, classes), classes), label);
      assert.ok(areWeights(weightsOfLabel(label, classes), classes));
    }
  }
});

test("a blend is of no label, yet one is the likeliest; its weights still sum to 1 in each group", () => {
  const blend = weightsOf({ digit: 18 * 588 + 4, other: 0, blend: 0.25 }, HANGUL);
  assert.equal(labelOfWeights(blend, HANGUL), null);
  assert.equal(likeliest(blend, HANGUL.groups), 18 * 588 + 4);
  assert.ok(areWeights(blend, HANGUL));
  assert.ok(!areWeights(blend.map((weight) => weight / 3), HANGUL) && !areWeights(blend.slice(1), HANGUL));
  assert.deepEqual([...weightsOf({ digit: 3, other: 3, blend: 0.4 }, DIGITS)].map(Math.fround), [...weightsOfLabel(3, DIGITS)]);
});

test("a label beyond the last begins anew, as that of a link for another model", () => {
  assert.equal(labelCount(HANGUL), 11172);
  assert.deepEqual(weightsOfLabel(11172 + 5, HANGUL), weightsOfLabel(5, HANGUL));
  assert.deepEqual(weightsOfLabel(13, DIGITS), weightsOfLabel(3, DIGITS));
});

test("the alternatives of a dial differ in its part only, and a path goes to other parts in each", () => {
  const label = "한".codePointAt(0) - 0xac00;
  assert.equal(alternatives(label, 0, HANGUL.groups).map(syllableOf).join(""), "간깐난단딴란만반빤산싼안잔짠찬칸탄판한");
  assert.equal(alternatives(label, 2, HANGUL.groups).map(syllableOf).slice(0, 5).join(""), "하학핚핛한");
  const far = fartherLabel(label, HANGUL);
  assert.ok(partsOf(far, HANGUL.groups).every((part, i) => part !== partsOf(label, HANGUL.groups)[i]));
  assert.equal(fartherLabel(8, DIGITS), 3);
});

test("a syllable is read from what was typed, composed or not, the last of several; a lone letter is none", () => {
  assert.equal(syllableOf(labelOfText("한")), "한");
  assert.equal(syllableOf(labelOfText("한글".normalize("NFD"))), "글");
  for (const text of ["", "ㅎ", "a", "漢"]) assert.equal(labelOfText(text), null);
});

test("labels of groups have names: of jamo the syllable, of others their parts", () => {
  const classes = [..."ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ", "none", ..."ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"];
  const hangul = { classes, groups: HANGUL.groups };
  assert.ok(drawsSyllables(hangul) && !drawsSyllables({ classes, groups: [] }) && !drawsSyllables({ groups: HANGUL.groups }));
  assert.equal(className(hangul, labelOfText("흙")), "흙");
  assert.equal(partName(hangul, 2, 9), "ㄺ");
  assert.equal(className({ classes: ["red", "blue", "ring", "disc", "bar"], groups: [2, 3] }, 4), "blue · disc");
  assert.equal(className({ classes: [] }, 7), "7");
});
