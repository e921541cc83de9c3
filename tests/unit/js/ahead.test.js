import assert from "node:assert/strict";
import test from "node:test";

import { Ahead } from "../../../ui/static/state/ahead.js";

function setUp({ remote = false, discriminator = true } = {}) {
  const asked = [], dropped = [];
  const ahead = new Ahead({ draw: (slot, request) => void asked.push(request), drop: (slot) => void dropped.push(slot) });
  const model = { remote, judgeUrl: "d", engines: discriminator ? { discriminator: {} } : {}, generatorUrl: (epoch) => `g${epoch ?? ""}` };
  const pose = (value, epoch = null) => ({ model, z: Float32Array.of(value, 2), classWeights: null, epoch });
  return { ahead, asked, dropped, model, pose };
}

test("a picture is there for just the pose that was asked for", async () => {
  const { ahead, asked, model, pose } = setUp();
  const there = ahead.draw(pose(1, 7));
  assert.equal(ahead.of(pose(1, 7)), null, "not yet");
  assert.deepEqual([asked[0].url, asked[0].judgeUrl, asked[0].count], ["g7", "d", 1]);
  asked[0].onPart(0, Float32Array.of(0.5), Float32Array.of(0.25), 3);
  assert.equal(await there, true);
  assert.deepEqual([ahead.of(pose(1, 7)).pixels[0], ahead.of(pose(1, 7)).score, ahead.of(pose(1, 7)).ms], [0.5, 0.25, 3]);
  assert.equal(ahead.of(pose(1.01, 7)), null);
  assert.equal(ahead.of(pose(1)), null, "another epoch");
  assert.equal(ahead.of({ ...pose(1, 7), classWeights: Float32Array.of(1) }), null);
  model.generatorUrl = () => "g later";
  assert.equal(ahead.of(pose(1, 7)), null, "the run has learned since");
});

test("who has asked for another since, and whom no worker can serve, hears so", async () => {
  const { ahead, asked, dropped, pose } = setUp({ discriminator: false });
  const first = ahead.draw(pose(1)), second = ahead.draw(pose(2));
  assert.equal(await first, false);
  assert.equal(asked[1].judgeUrl, null, "no opinion before D is here");
  asked[1].onError(new Error("no worker"));
  assert.equal(await second, false);
  const third = ahead.draw(pose(3));
  ahead.end();
  assert.equal(await third, false);
  assert.equal(dropped.length, 1);
  assert.equal(await setUp({ remote: true }).ahead.draw(setUp({ remote: true }).pose(1)), false);
});
