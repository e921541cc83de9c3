import assert from "node:assert/strict";
import test from "node:test";

import { encodeCode } from "../../../ui/static/state/codelink.js";
import { normal } from "../../../ui/static/state/latent.js";
import { decodeLayout, decodeView, encodeView, isOurs, LONGEST } from "../../../ui/static/state/link.js";
import { OPENED, START } from "../../../ui/static/state/view.js";

const base = normal(7, 64);

test("a view goes through the query and back, to the last bit", () => {
  const z = Float32Array.from(base, (value, i) => value * 1.1 + i / 3);
  const state = { ...START, model: "cgan-mnist", seed: 4294967295, gridSeed: 12, psi: 0.1 + 0.2, digit: 0, other: 9, blend: 1 / 3, epoch: 0, smooth: true, z };
  const { state: read, given } = decodeView(encodeView(state));
  assert.ok(given);
  assert.deepEqual({ ...START, ...read }, state);
});

test("the view that the page opens with needs no query", () => {
  assert.equal(encodeView(OPENED), "");
  const next = OPENED.seed + 1;
  assert.equal(encodeView({ ...OPENED, seed: next, gridSeed: next }), `v=1&s=${next}`);
  assert.match(encodeView({ ...OPENED, psi: 0.5 }), new RegExp(`^v=1&s=${OPENED.seed}&psi=0.5`), "what the page opens with may change, a link may not");
  assert.equal({ ...START, ...decodeView("v=1&psi=0.5").state }.seed, 25);
  assert.deepEqual([decodeView("").given, decodeView("?__theme=dark&kernel=plain").given], [false, false]);
});

test("of an edited z only the changed coordinates are told", () => {
  const z = Float32Array.from(base);
  z[3] = 1.25;
  z[63] = -0;
  const query = encodeView({ ...START, model: "dcgan-mnist", z }, { base });
  assert.ok(query.length < 60, query);
  const { state, edits } = decodeView(query);
  assert.equal(state.z, undefined);
  const again = Float32Array.from(base);
  for (const [index, value] of edits) again[index] = value;
  assert.deepEqual([...again], [...z]);
  assert.deepEqual(decodeView(encodeView({ ...START, z: base }, { base })).edits, []);
});

test("a whole z of 64 numbers still makes a code that a phone reads", () => {
  const z = Float32Array.from(base, (value) => value + 1);
  assert.ok(encodeView({ ...START, model: "dcgan-mnist", z }, { base }).length < 400);
});

test("a path goes through the query and back", () => {
  const weights = Float32Array.from({ length: 10 }, (_, i) => (i === 3 ? 0.75 : i === 8 ? 0.25 : 0));
  const path = { keys: [{ seed: 5, weights: 3 }, { z: base, weights }, { seed: 0 }], closed: true, spherical: false, steps: 60, framesPerSecond: 25, position: 0.123456789 };
  const read = decodeView(encodeView({ ...START, model: "cgan-mnist" }, { path })).path;
  assert.deepEqual(read, path);
});

const opened = { model: null, picture: null, damage: null, offsets: [0, 0], change: null };
const codeOf = (code) => decodeView(encodeView(START, { code: encodeCode({ ...opened, ...code }) })).code;

test("what the Autoencode tab shows goes through the query and back, a drawing to its last grey", () => {
  assert.deepEqual(encodeCode(opened), []);
  const drawing = Float32Array.from({ length: 784 }, (_, i) => (i % 28 > 9 && i % 28 < 14 && i > 140 && i < 640 ? ((i * 37) % 256) / 255 : 0));
  for (const pixels of [drawing, new Float32Array(784), new Float32Array(784).fill(1)]) assert.deepEqual(codeOf({ picture: { pixels } }).picture, { pixels });
  assert.ok(encodeView(START, { code: encodeCode({ ...opened, picture: { pixels: drawing } }) }).length < 500);
  const few = Float32Array.from({ length: 128 }, (_, i) => (i === 5 ? 1.25 : i === 127 ? -0.3 : 0));
  const code = { model: "mine", picture: { dataset: "mnist", digit: 7, index: 980 }, damage: { amount: 0.37, seed: 4294967295, blank: [0, 3, 14, 28] }, offsets: [0.1 + 0.2, -3], change: few };
  assert.deepEqual(codeOf(code), { ...code, change: { z: null, edits: [[5, 1.25], [127, Math.fround(-0.3)]] } });
  const all = Float32Array.from({ length: 128 }, (_, i) => i / 7 - 4);
  assert.deepEqual(codeOf({ change: all }).change, { z: all, edits: null });
  assert.deepEqual(codeOf({ damage: { amount: 0, seed: 1, blank: [2, 2, 9, 9] } }).damage, { amount: 0, seed: 1, blank: [2, 2, 9, 9] });
  assert.equal(decodeView("v=1&s=3").code, null);
});

test("what is shown where is read by itself, without a view", () => {
  assert.deepEqual(decodeLayout(new URLSearchParams("tab=train&hide=grid,seed,grid,<b>&talk=1")), { tab: "train", hide: ["grid", "seed"], talk: true });
  assert.deepEqual(decodeLayout(new URLSearchParams("tab=nowhere&talk=yes")), { tab: "explore", hide: [], talk: false });
  assert.equal(encodeView(OPENED, { layout: { tab: "interpolate", hide: ["grid", "seed"], talk: true } }), "tab=interpolate&hide=grid,seed&talk=1");
});

test("a tampered link is refused with the field that is wrong", () => {
  const wrong = {
    "v=2": /version "2"/, "v=1&psi=9": /psi is "9"; expected a number from 0 to 2/, "v=1&psi=": /psi/, "v=1&psi=0x1": /psi/, "v=1&s=-1": /s is "-1"/, "v=1&s=1.5": /s is/,
    "v=1&s=99999999999": /s is/, "v=1&e=last": /e is/, "v=1&px=yes": /px is/, "v=1&b=NaN": /b is/, "v=1&z=AAA": /z is/, "v=1&z=%20": /z is/, "v=1&z=AADAfw": /z is/,
    "v=1&z=e.AAAA": /z is/, "v=1&z=e.AAAAAMB_": /z is/, "v=1&p=s1": /p is/, "v=1&p=s1.s2~w": /p is/, "v=1&p=s1.s99999999999": /p is/, "v=1&p=s1.s2&pn=1": /pn is/,
    "v=1&ap=m3": /ap is "m3"; expected a test picture or a drawing/, "v=1&ap=x3.1": /ap is/, "v=1&ap=dAAAA": /ap is/, "v=1&an=2~1": /an is/, "v=1&an=0.5": /an is/, "v=1&an=0.5~-1": /an is/,
    "v=1&ab=0~0~14": /ab is/, "v=1&ab=9~0~3~28": /ab is/, "v=1&ab=0~0~14~29": /ab is/, "v=1&ao=4": /ao is/, "v=1&ao=1~~2": /ao is/, "v=1&ac=e.AAAA": /ac is/, [`v=1&am=${"x".repeat(300)}`]: /am is/,
    "v=1&p=s1.s2&pp=2": /pp is/, "v=1&p=s1.s2&pc=2": /pc is/, "v=1&p=s1.s2~wAACAPwAAgD8": /p is/, [`v=1&m=${"x".repeat(300)}`]: /m is/, [`v=1&m=${"x".repeat(LONGEST)}`]: /characters; at most/,
  };
  for (const [query, message] of Object.entries(wrong)) assert.throws(() => decodeView(query), message, query);
});

test("a parameter that is called as something that every object has is passed over, in a link and as ours", () => {
  for (const name of ["constructor", "__proto__", "toString", "hasOwnProperty"]) {
    assert.equal(decodeView(`?v=1&s=7&${name}=1`).state.seed, 7);
    assert.equal(isOurs(name), false);
  }
});
