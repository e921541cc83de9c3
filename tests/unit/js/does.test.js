/** What a direction does to handwriting: measured on drawn strokes whose slant, weight, width and height are known. */

import assert from "node:assert/strict";
import test from "node:test";

import { doesOf, traitsOf } from "../../../ui/static/explore/does.js";
import { traitsOfPicture } from "../../../ui/static/explore/doespicture.js";
import { traitsOfSignal } from "../../../ui/static/explore/doessignal.js";

/** A stroke with soft edges, and a bar under it. @param {{slant?: number, weight?: number, height?: number, width?: number}} about */
function drawn({ slant = 0, weight = 3, height = 18, width = 0 } = {}) {
  return Float32Array.from({ length: 784 }, (_, i) => {
    const [x, y] = [i % 28 - 13.5, Math.floor(i / 28) - 13.5];
    const inside = Math.min(weight / 2 - Math.abs(x + slant * y), height / 2 - Math.abs(y)) + 0.5;
    const bar = Math.min(width / 2 - Math.abs(x), 1.5 - Math.abs(y)) + 0.5;
    return Math.min(1, Math.max(0, inside, bar));
  });
}

test("each trait follows what was drawn, and only that one", () => {
  const plain = traitsOf(drawn());
  assert.ok(Math.abs(plain.slant) < 1e-6 && Math.abs(plain.weight - 3) < 0.6);
  const leaning = traitsOf(drawn({ slant: 0.3 }));
  assert.ok(Math.abs(leaning.slant - 0.3) < 0.05 && Math.abs(leaning.height - plain.height) < 0.1 && Math.abs(leaning.width - plain.width) < 0.4);
  assert.ok(traitsOf(drawn({ weight: 5 })).weight > plain.weight + 1);
  assert.ok(traitsOf(drawn({ height: 24 })).height > plain.height + 2);
  assert.ok(traitsOf(drawn({ width: 20 })).width > plain.width + 3);
  assert.ok(Object.values(traitsOf(new Float32Array(784))).every(Number.isFinite));
  // of another size the same strokes have the same measures
  const wide = new Float32Array(28 * 40);
  drawn().forEach((value, i) => (wide[40 * Math.floor(i / 28) + 6 + (i % 28)] = value));
  for (const [name, value] of Object.entries(traitsOf(wide, [28, 40]))) assert.ok(Math.abs(value - plain[name]) < 1e-9, name);
});

test("a direction is named by what it changes most, and not at all where it changes nothing clearly or every way", () => {
  const still = [-0.1, 0, 0.1, 0.05].map((slant, i) => traitsOf(drawn({ slant, weight: 3 + i / 4 })));
  const moved = (about) => still.map((_, i) => traitsOf(drawn(about(i))));
  const slanting = doesOf(moved(() => ({ slant: -0.3 })), moved(() => ({ slant: 0.3 })), still);
  assert.equal(slanting?.trait, "slant");
  assert.ok(Math.abs((slanting?.change ?? 0) - 0.6) < 0.1);
  const wide = [2.8, 3, 3.2, 3.1].map((weight, i) => traitsOf(drawn({ weight, width: 16 + 2 * i }))); // of which the stroke is not all the width
  const thick = (weight) => wide.map((_, i) => traitsOf(drawn({ weight, width: 16 + 2 * i })));
  const thinner = doesOf(thick(5), thick(2), wide);
  assert.ok(thinner?.trait === "weight" && thinner.change < -1);
  assert.equal(doesOf(still, still, still), null);
  const every = doesOf(moved((i) => ({ slant: i % 2 ? 0.3 : -0.3 })), moved((i) => ({ slant: i % 2 ? -0.3 : 0.3 })), still);
  assert.equal(every, null);
  assert.deepEqual(Object.keys(traitsOf(drawn())), ["slant", "weight", "width", "height"]);
});

/** A face on a ground, with a cap over it. @param {{ground?: number[], disc?: number[], cap?: number[], radius?: number, channels?: number}} about */
function face({ ground = [0.7, 0.8, 0.9], disc = [0.9, 0.7, 0.5], cap = [0.3, 0.2, 0.1], radius = 14, channels = 3 } = {}) {
  return Float32Array.from({ length: 32 * 32 * channels }, (_, i) => {
    const [x, y] = [Math.floor(i / channels) % 32 - 15.5, Math.floor(i / channels / 32) - 16];
    const colour = Math.max(Math.abs(x) / 0.75, Math.abs(y)) > radius ? ground : y < -5 ? cap : disc;
    return colour[i % channels];
  });
}

test("of a picture each part has its brightness and warmth, and what stands on the ground its size", () => {
  const of = (about) => traitsOfPicture(face(about), [32, 32, 3]);
  const plain = of();
  const only = (about, ...changed) => {
    const now = of(about);
    for (const trait of Object.keys(plain)) {
      const wholes = ["brightness", "colourfulness", "warmth"];
      assert.ok(wholes.includes(trait) || changed.includes(trait) === Math.abs(now[trait] - plain[trait]) > 1e-3, `${trait} with ${JSON.stringify(about)}`);
    }
    return now;
  };
  assert.ok(only({ ground: [0.9, 0.8, 0.7] }, "ground_brightness", "ground_warmth").ground_warmth > 0.19);
  assert.ok(only({ disc: [0.4, 0.25, 0.1] }, "middle_brightness", "middle_warmth").middle_brightness < plain.middle_brightness - 0.3);
  assert.ok(only({ cap: [0.9, 0.8, 0.3] }, "top_brightness", "top_warmth").top_brightness > plain.top_brightness + 0.3);
  const small = of({ radius: 11 });
  assert.ok(small.width < plain.width - 2 && small.height < plain.height - 2);
  assert.deepEqual(Object.keys(traitsOfPicture(face({ ground: [0.8], disc: [0.5], cap: [0.1], channels: 1 }), [32, 32, 1])),
    ["brightness", "ground_brightness", "middle_brightness", "top_brightness", "width", "height"], "grey has no colours");
});

test("a part's word is told before the whole's where both change as clearly, the whole's where all of it does", () => {
  const shades = [-0.02, 0, 0.02, 0.01];
  const moved = (change) => shades.map((shade) => traitsOfPicture(face(change(shade)), [32, 32, 3]));
  const ground = (to) => moved((shade) => ({ ground: [0.7 + to + shade, 0.8 + shade, 0.9 - to + shade] }));
  assert.equal(doesOf(ground(-0.2), ground(0.2), ground(0))?.trait, "ground_warmth");
  const all = (brightness, part) => [0, 0.02, -0.02, 0.01].map((shade) => ({ brightness: brightness + shade, middle_brightness: part + 2 * shade }));
  assert.equal(doesOf(all(0.4, 0.4), all(0.6, 0.6), all(0.5, 0.5))?.trait, "brightness");
  assert.equal(doesOf(all(0.4, 0.31), all(0.6, 0.69), all(0.5, 0.5))?.trait, "middle_brightness");
});

/** Strikes that ring, in noise. @param {{rate?: number, hertz?: number, decay?: number, loud?: number, noise?: number, rumble?: number}} about `rate` of the strikes a second, `decay` in ms */
function struck({ rate = 100, hertz = 3000, decay = 2, loud = 0.5, noise = 0.01, rumble = 0 } = {}) {
  let state = 1;
  const random = () => (state = (state * 48271) % 2147483647) / 2147483647 - 0.5;
  return Float32Array.from({ length: 1024 }, (_, i) => {
    const since = (i / 12000) % (1 / rate);
    const ring = loud * Math.exp((-1000 * since) / decay) * Math.sin(2 * Math.PI * hertz * since);
    return 0.5 + (ring + noise * random() + rumble * Math.sin((2 * Math.PI * 60 * i) / 12000)) / 2;
  });
}

test("of a signal the rate of the strikes, their pitch, how long they ring and what lies between them are heard", () => {
  const of = (about) => traitsOfSignal(struck(about), [1024, 1], 12000);
  const plain = of();
  assert.ok(Math.abs(plain.strikes - 100) < 6 && Math.abs(plain.ring - 3000) < 150);
  assert.ok(Math.abs(of({ rate: 160 }).strikes - 160) < 8);
  assert.ok(of({ hertz: 4000 }).ring > plain.ring + 800);
  assert.ok(of({ decay: 4 }).decay > plain.decay + 0.5);
  assert.ok(Math.abs(of({ loud: 0.25 }).loudness - plain.loudness + 6) < 0.5, "half as loud is 6 dB less");
  assert.ok(of({ noise: 0.2 }).noise > plain.noise + 10 && of({ rumble: 0.3 }).rumble > plain.rumble + 20);
  assert.ok(of({ rate: 40 }).sharpness > plain.sharpness + 1, "seldom struck: farther above what it is on the average");
  assert.ok(Object.values(traitsOfSignal(new Float32Array(1024).fill(0.5), [1024, 1], 12000)).every(Number.isFinite));
});

test("how much signals differ is measured within what was asked for", () => {
  const classes = [{ loud: 0.1 }, { loud: 0.8 }];
  const moved = (to) => [0, 1, 2, 3].map((i) => traitsOfSignal(struck({ ...classes[i % 2], hertz: 3000 + to + 5 * i, decay: 2 + 0.2 * i }), [1024, 1], 12000));
  const loud = [0, 1, 2, 3].map((i) => traitsOfSignal(struck({ loud: 1.15 * classes[i % 2].loud, decay: 2 + 0.02 * i }), [1024, 1], 12000));
  const still = [0, 1, 2, 3].map((i) => traitsOfSignal(struck({ ...classes[i % 2], decay: 2 + 0.02 * i }), [1024, 1], 12000));
  const within = doesOf(still, loud, still, 2);
  assert.ok(within && ["loudness", "rumble"].includes(within.trait) && within.change > 1);
  assert.equal(doesOf(still, loud, still), null, "between the classes there is more");
  assert.equal(doesOf(moved(0), moved(400), moved(0), 2)?.trait, "ring");
});
