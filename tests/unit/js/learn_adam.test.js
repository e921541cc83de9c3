/** What the course says of Adam, on the valley of its card. */

import assert from "node:assert/strict";
import test from "node:test";

import { lowest, NAMES, Race } from "../../../ui/static/learn/adam/race.js";

const PLAIN = { scale: 1, sparse: false, moving: false };
const run = (twists, steps) => {
  const race = new Race({ ...PLAIN, ...twists });
  for (let i = 0; i < steps; i += 1) race.step();
  return Object.fromEntries(race.runners.map((runner) => [runner.name, runner]));
};
const away = ({ at }, [a, b] = [0, 0]) => Math.hypot(at[0] - a, at[1] - b);
const apart = (one, other) => Math.max(...one.path.map(([x, y], i) => Math.hypot(x - other.path[i][0], y - other.path[i][1])));

test("on the plain valley all five arrive", () => {
  const runners = run({}, 200);
  for (const name of NAMES) assert.ok(away(runners[name]) < 0.25, `${name} is ${away(runners[name])} away`);
});

test("rescaled gradients change nothing for those that divide by their size; SGD and momentum fly away", () => {
  const [plain, scaled] = [run({}, 120), run({ scale: 100 }, 120)];
  for (const name of ["adam", "rmsprop", "adagrad"]) assert.ok(apart(plain[name], scaled[name]) < 1e-3, `${name}: ${apart(plain[name], scaled[name])}`);
  for (const name of ["sgd", "momentum"]) assert.ok(scaled[name].lost && !plain[name].lost, name);
});

test("where gradients are rare along the valley, those that divide by their size are far ahead", () => {
  const runners = run({ sparse: true }, 200);
  const [ahead, behind] = [["adagrad", "rmsprop", "adam"], ["sgd", "momentum"]].map((names) => names.map((name) => away(runners[name])));
  assert.ok(Math.max(...ahead) < 0.75 * Math.min(...behind), `${ahead} and ${behind}`);
});

test("a moving target: who remembers all for ever follows worst in the end", () => {
  const [from, steps] = [240, 400]; // a whole turn of the target
  const runners = run({ moving: true }, steps);
  const mean = (name) => runners[name].path.slice(from, steps).reduce((sum, at, i) => sum + away({ at }, lowest(from + i, true)), 0) / (steps - from);
  for (const name of ["rmsprop", "adam"]) assert.ok(mean(name) < 0.8 * mean("adagrad"), `${name}: ${mean(name)}, AdaGrad ${mean("adagrad")}`);
});
