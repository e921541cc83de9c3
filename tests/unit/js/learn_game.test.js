/** The card of the game: algorithm 1 in its order, the two pushes, and the saddle, where simultaneous steps circle out. */

import assert from "node:assert/strict";
import test from "node:test";

import { Algorithm, LINES, push, terms } from "../../../ui/static/learn/game/algorithm.js";
import { LOSSES, sure } from "../../../ui/static/learn/game/lossview.js";
import { GAMES, step } from "../../../ui/static/learn/game/saddle.js";
import { drawOf, target } from "../../../ui/static/learn/line/targets.js";
import { TinyGan } from "../../../ui/static/learn/tinygan.js";

const near = (a, b, within = 1e-6) => assert.ok(Math.abs(a - b) <= within, `${a} and ${b}`);
const tiny = (settings) => new TinyGan(drawOf(target("two")), { dim: 1, latent: 1, wide: 4, seed: 1, settings: { batch: 8, ...settings } });
const values = (net) => net.values.map((value) => [...value]);

test("the lines of algorithm 1 come in their order, the inner ones k times, and each moves the network it names", () => {
  const gan = tiny({ k: 2 });
  const algorithm = new Algorithm(gan);
  const order = [];
  for (let i = 0; i < 9; i += 1) {
    const [d, g] = [values(gan.D), values(gan.G)];
    const line = algorithm.next();
    order.push(line.name);
    const moved = { D: JSON.stringify(values(gan.D)) !== JSON.stringify(d), G: JSON.stringify(values(gan.G)) !== JSON.stringify(g) };
    assert.deepEqual(moved, { D: line.player === "D", G: line.player === "G" }, line.name);
  }
  assert.deepEqual(order, ["z", "x", "up", "z", "x", "up", "again", "down", "z"]);
  assert.equal(algorithm.steps, 1);
  assert.deepEqual(LINES.filter(({ player }) => player === "G").map((line) => line.terms), [["fake"]], "data do not depend on G");
});

test("the terms of V are the means of the logarithms", () => {
  const gan = tiny({});
  for (const value of gan.D.values) value.fill(0); // D says a half everywhere
  const { real, fake } = terms(gan, Float64Array.of(0, 1, 2), Float64Array.of(0.1, -0.7));
  near(real, -Math.LN2);
  near(fake, -Math.LN2);
});

test("where D is sure minimax hardly pushes, and at a half both push alike", () => {
  near(push("minimax", 0.01), 0.01, 1e-9);
  near(push("non_saturating", 0.01), 0.99, 1e-9);
  near(push("minimax", 0.5), push("non_saturating", 0.5), 1e-9);
});

test("against a D that is sure, G of minimax stays where it is, and non-saturating it comes to the data", () => {
  const [still, moved] = LOSSES.map(([loss]) => {
    const gan = sure(loss);
    const even = Float64Array.from({ length: 65 }, (_, i) => -1 + i / 32);
    const before = gan.G.forward(even);
    for (let i = 0; i < 200; i += 1) gan.step();
    const after = gan.G.forward(even);
    const opinion = gan.opinion(after);
    return { opinion: opinion.reduce((a, b) => a + b) / 65, way: after.reduce((sum, x, i) => sum + Math.abs(x - before[i]), 0) / 65 };
  });
  assert.ok(still.opinion < 1e-3 && still.way < 0.01, JSON.stringify(still));
  assert.ok(moved.opinion > 0.2 && moved.way > 1, JSON.stringify(moved));
});

for (const [name, game] of Object.entries(GAMES)) {
  test(`the slopes of ${name} are those of differences, and the middle is its saddle`, () => {
    for (const [d, g] of [[0.3, -1.2], [1.5, 0.4], [-2, 2]]) {
      const [byD, byG] = game.slopes(d, g);
      near(byD, (game.value(d + 1e-5, g) - game.value(d - 1e-5, g)) / 2e-5, 1e-5);
      near(byG, (game.value(d, g + 1e-5) - game.value(d, g - 1e-5)) / 2e-5, 1e-5);
    }
    for (const slope of game.slopes(0, 0)) near(slope, 0, 1e-9);
  });
}

test("on x y simultaneous steps circle out, alternating ones stay; on a GAN, whose D bends, both come in", () => {
  const far = (game, way, steps) => {
    let at = [1, 1];
    for (let i = 0; i < steps; i += 1) at = step(GAMES[game], at, 0.15, way);
    return Math.hypot(...at);
  };
  near(far("xy", "simultaneous", 60), Math.SQRT2 * (1 + 0.15 ** 2) ** 30, 1e-6);
  assert.ok(far("xy", "alternating", 600) < 2 && far("xy", "alternating", 600) > 1);
  for (const way of ["simultaneous", "alternating"]) assert.ok(far("gan", way, 600) < 0.1, way);
});
