/** A picture is read in a worker, or here where none can be started. */

import assert from "node:assert/strict";
import test from "node:test";

import { digitIn } from "../../../ui/static/kit/digitof.js";
import { readPicture } from "../../../ui/static/kit/readpicture.js";

/** A bar of ink on paper. @param {number} ink */
function photo(ink, width = 700, height = 560) {
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let y = Math.round(0.2 * height); y < 0.8 * height; y += 1)
    for (let x = Math.round(0.4 * width); x < 0.5 * width; x += 1) data.fill(ink, 4 * (y * width + x), 4 * (y * width + x) + 3);
  return { data, width, height };
}

/** What the page has: a truthful canvas, a photo that is drawn onto it, workers as `start` makes them. */
function given(context, start) {
  const made = [];
  const drawing = () => {
    return { fillRect() {}, drawImage: (_, ...box) => (given.box = box),
      getImageData: (x, y, width, height) => (given.box ? photo(30, width, height) : { data: knownColours(width * height) }) };
  };
  const knownColours = (count) => Uint8ClampedArray.from({ length: 4 * count }, (_, i) => [((i >> 2) * 37) % 256, ((i >> 2) * 91) % 256, ((i >> 2) * 151) % 256, 255][i % 4]);
  given.box = null;
  const pen = drawing();
  Object.assign(globalThis, {
    document: { createElement: () => Object.assign(new EventTarget(), { style: {}, setAttribute() {}, append() {}, getContext: () => pen }) },
    createImageBitmap: async () => ({ width: 700, height: 560 }),
    Worker: class extends EventTarget {
      constructor(url) {
        super();
        made.push(this);
        this.url = String(url);
        start(this);
      }
      terminate() {
        this.ended = true;
      }
    },
  });
  context.after(() => ["document", "createImageBitmap", "Worker"].forEach((name) => delete globalThis[name]));
  return made;
}

test("the worker is asked with the pixels, and its answer or its sentence comes back; where it fails, the page reads", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const say = (worker, data) => queueMicrotask(() => worker.dispatchEvent(Object.assign(new Event("message"), { data })));
  const answers = [(id) => ({ id, digit: Float32Array.of(1, 2) }), (id) => ({ id, error: "The picture is one even grey." })];
  const image = photo(30, 512, 410);
  const asked = [];
  const made = given(context, (worker) => {
    worker.postMessage = ({ id, image }) => {
      asked.push(image);
      say(worker, answers.shift()(id));
    };
  });
  assert.deepEqual(await readPicture(new Blob()), Float32Array.of(1, 2));
  assert.deepEqual([given.box[2], given.box[3]], [512, 410], "not over 512 a side");
  assert.deepEqual(asked[0], image);
  await assert.rejects(readPicture(new Blob()), /one even grey/);
  assert.equal(made.length, 1, "one worker for all");
  assert.match(made[0].url, /kit\/photoworker\.js$/);
  context.mock.timers.tick(60_000);
  assert.ok(made[0].ended, "its memory is given back");

  globalThis.Worker = class extends EventTarget {
    postMessage = () => queueMicrotask(() => this.dispatchEvent(new Event("error", { cancelable: true })));
    terminate() {}
  };
  assert.deepEqual(await readPicture(new Blob()), digitIn(image));
  globalThis.Worker = class {
    constructor() {
      throw new Error("forbidden");
    }
  };
  assert.deepEqual(await readPicture(new Blob()), digitIn(image));
});

test("the worker answers with the digit, or with why there is none", async () => {
  const answers = [];
  globalThis.self = Object.assign(new EventTarget(), { postMessage: (answer) => answers.push(answer) });
  await import("../../../ui/static/kit/photoworker.js");
  const ask = (id, image) => globalThis.self.dispatchEvent(Object.assign(new Event("message"), { data: { id, image } }));
  ask(1, photo(30));
  ask(2, photo(250));
  delete globalThis.self;
  assert.deepEqual(answers[0], { id: 1, digit: digitIn(photo(30)) });
  assert.equal(answers[1].id, 2);
  assert.match(answers[1].error, /one even grey/);
});

test("a picture that is larger than what is worked on becomes the same digit", () => {
  const digit = digitIn(photo(30));
  const rows = Array.from({ length: 28 }, (_, y) => Math.max(...digit.subarray(28 * y, 28 * y + 28)));
  assert.deepEqual([rows.findIndex((value) => value > 0.5), rows.findLastIndex((value) => value > 0.5)], [4, 23]);
  assert.throws(() => digitIn({ data: new Uint8ClampedArray(4 * 3 * 50), width: 50, height: 3 }), /too small/);
});
