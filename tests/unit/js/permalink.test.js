/** The link of the page as an object: what it writes into the address, and when. */

import assert from "node:assert/strict";
import test, { beforeEach } from "node:test";

import { Permalink } from "../../../ui/static/share/permalink.js";
import { pathOf } from "../../../ui/static/state/paths.js";
import { OPENED, View } from "../../../ui/static/state/view.js";

const written = [];
const infos = ["first", "second"].map((id) => ({ id, title: id, family: "dcgan", kind: "checkpoint", latent_dim: 2, num_classes: 0, epochs: [] }));

beforeEach(() => {
  written.length = 0;
  globalThis.location = new URL("http://host.test/page?ref=1#here");
  globalThis.history = { state: null, replaceState: (_, __, link) => (written.push(link), (globalThis.location = new URL(link))) };
});

/** A page that shows this model. */
function open(id = "first") {
  const view = new View({ model: id });
  const model = { id, numClasses: 0, sample: () => Float32Array.of(1, 2) };
  const permalink = new Permalink(view, { infos, ready: true, model, subscribe: () => () => {} });
  permalink.settle();
  return { view, permalink };
}

test("a page that nobody has touched keeps its address, and so does a gesture while it goes on", () => {
  const { view, permalink } = open();
  permalink.write();
  view.set({ psi: 0.5 });
  permalink.write();
  assert.deepEqual(written, []);
  view.commit();
  permalink.write();
  assert.equal(written.length, 1);
});

test("what is written keeps the parameters of others and the place on the page", () => {
  const { view, permalink } = open();
  view.commit({ psi: 0.5 });
  permalink.write();
  assert.deepEqual(written, [`http://host.test/page?v=1&m=first&s=${OPENED.seed}&psi=0.5&ref=1#here`]);
});

test("a path is linked on the model that the page opens with too", () => {
  const { permalink } = open();
  pathOf("first").set({ keys: [{ title: "", z: Float32Array.of(0, 0), classWeights: null, seed: 1 }, { title: "", z: Float32Array.of(0, 0), classWeights: null, seed: 2 }] });
  permalink.write();
  assert.match(written[0], /[?&]p=s1\.s2/);
});

test("nothing is written before the view that was asked for has come", () => {
  const { view, permalink } = open();
  permalink.settled = false;
  view.commit({ psi: 0.5 });
  permalink.write();
  assert.deepEqual(written, []);
});

test("the layout is replaced as a whole, and whoever draws it is told", () => {
  const { permalink } = open();
  const told = [];
  const stop = permalink.subscribe(() => told.push(permalink.layout));
  const before = permalink.layout;
  permalink.arrange({ talk: true, hide: ["seed"] });
  stop();
  permalink.arrange({ talk: false });
  assert.deepEqual(told, [{ tab: "explore", hide: ["seed"], talk: true }]);
  assert.equal(before.talk, false);
  assert.throws(() => (permalink.layout.talk = true), TypeError);
  assert.match(permalink.current({ talk: true }), /hide=seed&talk=1/);
});

test("a link that cannot be read is told once for every listener, and asks nothing of the Autoencode tab", () => {
  const { permalink } = open();
  let told = 0;
  permalink.subscribe(() => (told += 1));
  permalink.code = { wanted: { model: "x" }, words: [["am", "x"]] };
  permalink.refuse(new Error("psi is 9."));
  assert.match(permalink.problem, /could not be read.* psi is 9\.$/);
  assert.deepEqual([told, permalink.linkCode(() => null), permalink.code.words], [1, null, []]);
});
