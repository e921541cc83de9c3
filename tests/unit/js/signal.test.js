/** Signals: their transform, spectrum and envelope spectrum, the rates of a bearing, their waveforms and their sound. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { cellOf, fit, isMnist, isSignal, numbersIn, paintWhole } from "../../../ui/static/kit/sample.js";
import { columnsOf, outlineOf, pictureOf } from "../../../ui/static/kit/waveform.js";
import { linesOf, readingOf, runningOf } from "../../../ui/static/signal/bearing.js";
import { fft, inverse } from "../../../ui/static/signal/fft.js";
import { resampled, ringOf } from "../../../ui/static/signal/loop.js";
import { walkOf, wavOf } from "../../../ui/static/signal/wav.js";
import { envelopeOf, envelopeSpectrumOf, peakOf, spectrumOf, waveOf } from "../../../ui/static/signal/spectra.js";

const RATE = 12000;
const LENGTH = 1024;
const sine = (hertz, amplitude = 1, length = LENGTH) => Float64Array.from({ length }, (_, i) => amplitude * Math.sin((2 * Math.PI * hertz * i) / RATE));
const near = (value, wanted, by) => assert.ok(Math.abs(value - wanted) <= by, `${value} is not ${wanted} within ${by}`);

test("the transform is the sum that defines it, and its inverse leads back", () => {
  const [re, im] = [sine(700, 1, 16), sine(300, 0.5, 16)];
  const [was, turned] = [[...re], [...im]];
  fft(re, im);
  for (let k = 0; k < 16; k += 1) {
    let [x, y] = [0, 0];
    for (let n = 0; n < 16; n += 1) {
      const angle = (-2 * Math.PI * k * n) / 16;
      x += was[n] * Math.cos(angle) - turned[n] * Math.sin(angle);
      y += was[n] * Math.sin(angle) + turned[n] * Math.cos(angle);
    }
    near(re[k], x, 1e-12);
    near(im[k], y, 1e-12);
  }
  inverse(re, im);
  was.forEach((value, i) => near(re[i], value, 1e-12));
  turned.forEach((value, i) => near(im[i], value, 1e-12));
  assert.throws(() => fft(new Float64Array(12), new Float64Array(12)), /power of 2/);
  assert.throws(() => fft(new Float64Array(8), new Float64Array(4)), /power of 2/);
});

test("a sine stands in the spectrum where it is and as high as it is, beside another", () => {
  const wave = sine(1500, 0.5).map((value, i) => value + 0.25 * Math.sin((2 * Math.PI * 3000 * i) / RATE));
  const spectrum = spectrumOf(wave, RATE);
  near(peakOf(spectrum).hertz, 1500, spectrum.hertz);
  near(peakOf(spectrum).height, 0.5, 0.005);
  near(spectrum.heights[Math.round(3000 / spectrum.hertz)], 0.25, 0.005);
  near(spectrum.heights.length * spectrum.hertz, 6000, 3);
});

test("the envelope of a ringing that swells is its swelling; what is outside of the band is none of it", () => {
  const swelling = (i) => 0.4 * (1 + 0.5 * Math.cos((2 * Math.PI * 117.1875 * i) / RATE));
  const wave = sine(3000).map((value, i) => swelling(i) * value + 0.7 * Math.sin((2 * Math.PI * 30 * i) / RATE));
  const envelope = envelopeOf(wave, RATE);
  for (let i = 100; i < 900; i += 1) near(envelope[i], swelling(i), 0.05);
  const spectrum = envelopeSpectrumOf(wave, RATE);
  near(peakOf(spectrum).hertz, 117.19, spectrum.hertz);
  near(peakOf(spectrum).height, 0.2, 0.02);
  assert.ok(spectrum.heights.length * spectrum.hertz <= 500 + spectrum.hertz);
  assert.ok(peakOf(envelopeSpectrumOf(sine(800), RATE)).height < 0.05, "a sine below the band has no envelope");
});

test("a bearing's class says its speed, the speed the rates", () => {
  assert.deepEqual(runningOf("inner race · 1,800 rpm"), { condition: "inner race", rpm: 1800 });
  assert.deepEqual(["3", "ball", "ball · fast", "ball · 0 rpm"].map(runningOf), [null, null, null, null]);
  const lines = linesOf({ condition: "ball", rpm: 1800 });
  assert.deepEqual(lines.map(({ part }) => part), ["shaft", "outer race", "ball", "inner race"]);
  [30, 107.55, 141.42, 162.45].forEach((hertz, i) => near(lines[i].hertz, hertz, 0.001));
});

test("strikes at a bearing's rate show as a peak at its line", () => {
  const rate = linesOf({ condition: "outer race", rpm: 2400 })[1].hertz;
  const struck = new Float64Array(LENGTH);
  for (let at = 0.003; at < LENGTH / RATE; at += 1 / rate)
    for (let i = Math.ceil(at * RATE); i < LENGTH; i += 1) struck[i] += 0.8 * Math.exp(-900 * (i / RATE - at)) * Math.sin(2 * Math.PI * 3000 * (i / RATE - at));
  const lines = linesOf({ condition: "", rpm: 2400 });
  const spectrum = envelopeSpectrumOf(struck, RATE);
  const { heights, least, line } = readingOf(spectrum, lines);
  assert.equal(line?.part, "outer race");
  assert.equal(heights.indexOf(Math.max(...heights)), 1);
  near(heights[1], peakOf(spectrum).height, 1e-6);
  assert.ok(heights[1] > least);
  const swelling = readingOf(envelopeSpectrumOf(sine(3000, 0.3).map((value, i) => value * (1 + 0.8 * Math.cos((2 * Math.PI * 40 * i) / RATE))), RATE), lines);
  assert.equal(swelling.line, null, "what swells with the shaft is not struck");
  const healthy = readingOf(envelopeSpectrumOf(sine(40, 0.3).map((value, i) => value + 0.01 * Math.sin(i * i)), RATE), lines);
  assert.equal(healthy.line, null);
});

test("a signal is what has a length and channels, and has a cell of its own among pictures", () => {
  const shape = [LENGTH, 1];
  assert.deepEqual([isSignal(shape), isSignal([28, 28, 1]), isMnist(shape), numbersIn(shape)], [true, false, false, LENGTH]);
  const [height, width] = cellOf(shape);
  assert.ok(height >= 40 && width >= 40);
  const canvas = { width: 28, height: 28, dataset: {} };
  assert.ok(fit(canvas, shape, 3, 2));
  assert.deepEqual([canvas.width, canvas.height, canvas.dataset.kind], [3 * (width + 2), height, "signal"]);
  const put = [];
  const context = { canvas, createImageData: (wide, high) => ({ width: wide, height: high, data: new Uint8ClampedArray(4 * wide * high) }), putImageData: (image) => put.push(image) };
  paintWhole(context, new Float32Array(LENGTH).fill(0.5), shape);
  const lit = [...put[0].data].filter((_, i) => i % 4 === 0).map((value, i) => [value, Math.floor(i / width)]).filter(([value]) => value > 0);
  assert.deepEqual([...new Set(lit.map(([, row]) => row))], [height / 2 - 1, height / 2]);
});

test("no sample is missed in a waveform, however narrow; what is out of range ends at its edge; channels lie below each other", () => {
  const wave = new Float32Array(LENGTH).fill(0.5);
  wave[700] = 1;
  wave[300] = -3;
  const { top, bottom } = columnsOf(wave, [LENGTH, 1], 0, 32, 0.02);
  near(top[Math.floor((700 * 32) / LENGTH)], 0, 1e-6);
  near(bottom[Math.floor((300 * 32) / LENGTH)], 1, 1e-6);
  near(top[0], 0.49, 1e-6);
  const grey = pictureOf(wave, [LENGTH, 1], 40, 32);
  assert.ok(grey.every((value) => value >= 0 && value <= 1));
  near(grey[2 + Math.floor((700 * 28) / LENGTH)], 1, 1e-6);
  assert.ok(grey.every((value, i) => value === 0 || (i % 32 >= 2 && i % 32 < 30)), "both sides are free");
  const two = new Float32Array(64).map((_, i) => (i % 2 ? 1 : 0));
  const both = pictureOf(two, [32, 2], 40, 32);
  const rows = Array.from({ length: 40 }, (_, y) => both[y * 32 + 5] > 0.5).flatMap((there, y) => (there ? [y] : []));
  assert.ok(rows[0] === 19 && rows.at(-1) === 20 && rows.length === 2, rows.join());
  assert.match(outlineOf(wave, [LENGTH, 1], 64, 64), /^M3\.125 3[12]\.\d+/);
  near(waveOf([0, 0.5, 1])[2], 1, 0);
});

test("a window that goes round has no click where it closes, and is as loud there as elsewhere", () => {
  const wave = sine(437, 0.5).map((value) => value + 0.2);
  const ring = ringOf(wave);
  assert.equal(ring.length, LENGTH - LENGTH / 16);
  const steps = [...ring].map((value, i) => Math.abs(value - ring[(i + 1) % ring.length]));
  assert.ok(steps.at(-1) <= 1.5 * Math.max(...steps.slice(100, -1)), `${steps.at(-1)}`);
  near(ring.reduce((sum, value) => sum + value, 0) / ring.length, 0, 0.02);
});

test("at a loudspeaker's rate a tone is the tone it was", () => {
  const ring = sine(1500, 0.5, 960); // 120 turns
  const sound = resampled(ring, RATE, 44100);
  assert.equal(sound.length, 3528);
  sound.forEach((value, j) => near(value, 0.5 * Math.sin((2 * Math.PI * 1500 * j) / 44100), 0.002));
});

test("a path is heard frame after frame without a gap, and its file says so", () => {
  const [quiet, loud] = [sine(1500, 0.1), sine(1500, 0.8)];
  const sound = walkOf([quiet, loud], RATE, 10);
  assert.equal(sound.length, 2400);
  const loudness = (from, to) => Math.max(...sound.slice(from, to).map(Math.abs));
  // where a window closes two parts of one tone may meet, which makes it louder by the root of 2 at most
  assert.ok(loudness(900, 1150) >= 0.099 && loudness(900, 1150) < 0.142);
  assert.ok(loudness(2000, 2300) >= 0.79 && loudness(2000, 2300) < 1.132);
  assert.ok(loudness(1400, 1500) > 0.2 && loudness(1400, 1500) < 0.7, "it swells between them");
  const view = new DataView(wavOf([0, 1, -3], RATE).buffer);
  const letters = (at, count = 4) => String.fromCharCode(...new Uint8Array(view.buffer, at, count));
  assert.deepEqual([letters(0), letters(8, 8), letters(36), view.byteLength, view.getUint32(4, true), view.getUint32(24, true), view.getUint32(40, true)], ["RIFF", "WAVEfmt ", "data", 50, 42, RATE, 6]);
  assert.deepEqual([44, 46, 48].map((at) => view.getInt16(at, true)), [0, 32767, -32767]);
});
