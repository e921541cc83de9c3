/** The tiny networks of the lesson: their gradients, their optimizers, and the GAN of one dimension that learns, and collapses where it should. */

import assert from "node:assert/strict";
import test from "node:test";

import { ganOf, TRIES } from "../../../ui/static/learn/cards/line.js";
import { apart, best, BINS, drawOf, HIGH, LOW, middle, pushed, shares, target } from "../../../ui/static/learn/line/targets.js";
import { Mlp, normalOf, Optimizer, randomOf } from "../../../ui/static/learn/mlp.js";

const near = (a, b, within = 1e-6) => assert.ok(Math.abs(a - b) <= within, `${a} and ${b}`);

for (const act of ["tanh", "leaky"]) {
  test(`gradients of a network (${act}) are those of differences, by what is learned and by what goes in`, () => {
    const random = randomOf(3);
    const net = new Mlp([2, 5, 4, 3], act, random);
    for (const value of net.values) value.forEach((_, i) => (value[i] += 0.1 * normalOf(random)));
    const x = Float64Array.from({ length: 8 }, () => normalOf(random));
    const weights = Float64Array.from({ length: 12 }, () => normalOf(random));
    const loss = (input) => net.forward(input).reduce((sum, y, i) => sum + weights[i] * y, 0);
    loss(x);
    net.clear();
    const back = net.backward(weights);
    const difference = (numbers, i) => {
      const was = numbers[i];
      const [above, below] = [1e-5, -1e-5].map((by) => ((numbers[i] = was + by), loss(x)));
      numbers[i] = was;
      return (above - below) / 2e-5;
    };
    net.values.forEach((value, k) => value.forEach((_, i) => near(net.slopes[k][i], difference(value, i))));
    x.forEach((_, i) => near(back[i], difference(x, i)));
    loss(x);
    net.clear();
    net.backward(weights, false);
    assert.ok(net.slopes.every((slope) => slope.every((value) => value === 0)), "who only passes it on learns nothing");
  });
}

test("optimizers make the steps of their formulas", () => {
  const steps = (rule, slopes) => {
    const value = Float64Array.of(1);
    const optimizer = new Optimizer([value], { rule, rate: 0.1, beta1: 0.5, beta2: 0.75 });
    return slopes.map((slope) => (optimizer.apply([Float64Array.of(slope)]), value[0]));
  };
  const same = (rule, slopes, expected) => steps(rule, slopes).forEach((value, i) => near(value, expected[i]));
  same("sgd", [2, -1], [0.8, 0.9]);
  same("momentum", [2, -1], [0.8, 0.8]);
  same("adagrad", [2, -1], [0.9, 0.9 + 0.1 / Math.sqrt(5)]);
  same("rmsprop", [2, -1], [0.8, 0.8 + 0.1 / Math.sqrt(0.75 + 0.25)]);
  same("adam", [2, -1], [0.9, 0.9]); // corrected: 2 / 2, then 0 / ...
  near(steps("adam", [2000, -1000])[1], steps("adam", [2, -1])[1], 1e-9);
});

test("an even z through a straight G is an even density, bends are seen, and what leaves the line is missing", () => {
  const even = Float64Array.from({ length: 101 }, (_, i) => -2 + i / 25);
  const g = pushed(even);
  near(g.reduce((a, b) => a + b, 0), 1, 1e-9);
  near(apart(g, target("uniform")), 0, 0.02);
  near(pushed(even.map((x) => x * 4)).reduce((a, b) => a + b, 0), 0.5, 1e-9);
  assert.ok(pushed(new Float64Array(9).fill(1))[Math.floor((1 - LOW) / (HIGH - LOW) * BINS)] > 0.999, "all in one place");
});

test("data are drawn as their density says, and the best D is p / (p + g)", () => {
  const p = target("two");
  const random = randomOf(1);
  const counts = new Float64Array(BINS);
  for (const x of drawOf(p)(20000, random)) counts[Math.floor(((x - LOW) / (HIGH - LOW)) * BINS)] += 1 / 20000;
  assert.ok(apart(p, counts) < 0.04);
  near(p.reduce((sum, share, i) => sum + share * middle(i), 0), 0, 1e-9);
  const d = best([0.2, 0.1, 0], [0.2, 0.3, 0]);
  near(d[0], 0.5);
  near(d[1], 0.25);
  assert.ok(Number.isNaN(d[2]), "nobody ever was there");
  assert.deepEqual([...shares([0, 0])], [0.5, 0.5]);
});

const EVEN = Float64Array.from({ length: 513 }, (_, i) => -1 + i / 256);
/** What G makes after so many steps of what a button of the card sets. */
function trained(name, steps) {
  const { data, k, d, g } = TRIES[name];
  const p = target(data);
  const gan = ganOf(p);
  Object.assign(gan.settings, { k, dRate: Number(d), gRate: Number(g) });
  for (let i = 0; i < steps; i += 1) gan.step();
  return { p, gan, made: pushed(gan.G.forward(EVEN)) };
}
const share = (bins, low, high) => bins.reduce((sum, value, i) => sum + (middle(i) >= low && middle(i) < high ? value : 0), 0);

test("a fair game ends near the data, and D near a half where they are", () => {
  const { p, gan, made } = trained("fair", 1500);
  assert.ok(apart(p, made) < 0.15, `${apart(p, made)}`);
  const opinion = gan.opinion(Float64Array.of(0.4, 0.8, 1.2, 1.6, 2));
  assert.ok(opinion.every((d) => Math.abs(d - 0.5) < 0.2), `${opinion}`);
});

test("of two humps a fair game covers both, and with too strong a D one is lost", () => {
  const [fair, strong] = [trained("two", 1500), trained("strong", 600)];
  for (const [low, high] of [[LOW, 0], [0, HIGH]]) assert.ok(share(fair.made, low, high) > 0.3, `${share(fair.made, low, high)}`);
  assert.ok(apart(fair.p, fair.made) < 0.3, `${apart(fair.p, fair.made)}`);
  const halves = [share(strong.made, LOW, 0), share(strong.made, 0, HIGH)];
  assert.ok(Math.min(...halves) < 0.03 && Math.max(...halves) > 0.95, `${halves}`);
  assert.ok(apart(strong.p, strong.made) > 0.45);
});
