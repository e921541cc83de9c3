/** Runs of this device without a page: files, zips, pictures, and a training with stand-ins for its two workers. */

import assert from "node:assert/strict";
import { inflateSync } from "node:zlib";
import test from "node:test";

import { joined } from "../../../ui/static/device/bytes.js";
import { eigen } from "../../../ui/static/autodiff/eigen.js";
import { evenness, frechet, gaussian, reading, spreadOf } from "../../../ui/static/device/figures.js";
import { half, halved } from "../../../ui/static/device/halves.js";
import { ownSet, readOwnFile, unpack } from "../../../ui/static/device/pictures.js";
import { deflated, pngOf } from "../../../ui/static/device/png.js";
import { jsonOf, linesOf, nameFor, readRecord, rewound, thinned } from "../../../ui/static/device/record.js";
import { Session } from "../../../ui/static/device/session.js";
import { attend, Desk } from "../../../ui/static/device/source.js";
import { memoryShelf } from "../../../ui/static/device/shelves.js";
import { MOST, Store } from "../../../ui/static/device/store.js";
import { control, filesOf, takeIn } from "../../../ui/static/device/training.js";
import { crc32, unzip, zipOf } from "../../../ui/static/device/zip.js";
import { ask } from "../../../ui/static/engine/programs.js";
import { parseSafetensors } from "../../../ui/static/engine/safetensors.js";
import { follow } from "../../../ui/static/engine/sources.js";
import { idHere } from "../../../ui/static/runs/here.js";
import { makeFile } from "./files.js";

globalThis.GAN_BASE ??= "http://host.test/";
const bytes = (text) => new TextEncoder().encode(text);
const buffer = async (blob) => blob.arrayBuffer();
const storeOf = () => new Store(memoryShelf(), true);
const config = (more = {}) => ({
  format: 1, id: "device-a", created: 1.8e9, model: { family: "dense", preset: "live", latent_dim: 4, num_classes: 0, widths: {} },
  train: { dataset: "digits", steps: 40, seed: 0, z_scale: 1, loss: "non_saturating", d_steps: 1, one_stage: true, g_learning_rate: 0.001, d_learning_rate: 0.001, label_smoothing: 0, random_labels: 0 }, ...more,
});
const status = (state = "running", step = 0) => ({ state, step, steps: 40, updated: 1.8e9, reason: "" });

async function keptRun(store, id, more = {}) {
  await store.write(id, { "config.json": jsonOf(config({ id })), "status.json": jsonOf(status("stopped")), "progress.jsonl": new Uint8Array(), ...more });
  return readRecord(store, id);
}

test("a zip gives back what went into it, and its check sums are those of the standard", async () => {
  assert.equal(crc32(bytes("123456789")), 0xcbf43926);
  const entries = [{ path: "a/config.json", bytes: bytes("{}") }, { path: "a/é.bin", bytes: Uint8Array.from({ length: 3000 }, (_, i) => i % 251) }, { path: "a/empty", bytes: new Uint8Array() }];
  const found = await unzip(await buffer(zipOf(entries)));
  assert.deepEqual(found.map(({ path, bytes: own }) => [path, [...own]]), entries.map(({ path, bytes: own }) => [path, [...own]]));
});

test("a hostile zip is refused with a sentence, and nothing of it is unpacked", async () => {
  const made = async (path) => buffer(zipOf([{ path, bytes: bytes("x") }]));
  for (const path of ["../evil", "/etc/x", "a/../../b", "a\\b", "c:x"]) await assert.rejects(unzip(await made(path)), /outside its folder/, path);
  await assert.rejects(unzip(new ArrayBuffer(100)), /no zip file/);
  const twice = await buffer(zipOf([{ path: "a", bytes: bytes("1") }, { path: "a", bytes: bytes("2") }]));
  await assert.rejects(unzip(twice), /twice/);
  const flipped = new Uint8Array(await made("a"));
  flipped[31] ^= 1; // the content
  await assert.rejects(unzip(flipped.buffer), /damaged/);
  // a bomb: a megabyte of zeros that claims to be ten bytes
  const packed = await deflated(new Uint8Array(1_000_000));
  const bomb = new Uint8Array(await buffer(zipOf([{ path: "b", bytes: packed.slice(2, -4) }])));
  const view = new DataView(bomb.buffer);
  const central = bomb.length - 22 - 46 - 1;
  view.setUint16(central + 10, 8, true);
  view.setUint32(central + 24, 10, true);
  await assert.rejects(unzip(bomb.buffer), /damaged/);
  view.setUint32(central + 24, 0xffffffff, true);
  await assert.rejects(unzip(bomb.buffer), /unpacked it would have/);
});

test("a PNG holds its pixels", async () => {
  const grey = Uint8Array.from({ length: 6 }, (_, i) => 40 * i);
  const png = Buffer.from(await pngOf(grey, 3));
  assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20), png[24], png[25]], [3, 2, 8, 0]);
  const length = png.readUInt32BE(33);
  assert.deepEqual([...inflateSync(png.subarray(41, 41 + length))], [0, 0, 40, 80, 0, 120, 160, 200]);
  assert.equal(png.readUInt32BE(41 + length), crc32(png.subarray(37, 41 + length)));
});

async function packed({ train = 3, heldOut = 1, more = {} } = {}) {
  const head = bytes(JSON.stringify({ format: 1, width: 28, height: 28, train, held_out: heldOut, classes: [..."0123456789"], attribution: "by A", ...more }));
  const body = Uint8Array.from({ length: (train + heldOut) * 785 }, (_, i) => (i < train + heldOut ? i : i % 256));
  const size = new Uint8Array(4);
  new DataView(size.buffer).setUint32(0, head.length, true);
  return joined([size, head, await deflated(body)]).buffer;
}

test("packed pictures are unpacked as they were, and a damaged set is refused", async () => {
  const set = await unpack(await packed());
  assert.deepEqual([set.images.length, set.heldOut.length, [...set.labels], set.heldOutLabels.length, set.attribution], [3 * 784, 784, [0, 1, 2], 1, "by A"]);
  assert.deepEqual([...set.images.slice(0, 3)], [4, 5, 6]);
  const whole = await packed();
  for (const wrong of [whole.slice(0, -9), new ArrayBuffer(3), await packed({ more: { train: 4 } }), await packed({ more: { width: 29 } }), await packed({ more: { classes: ["0"] } }), await packed({ more: { train: 1e9 } })])
    await assert.rejects(unpack(wrong), /damaged/);
});

test("a person's own pictures: some are held out, and the file of the run has all of them", () => {
  const own = Array.from({ length: 9 }, (_, i) => new Uint8Array(784).fill(i));
  const set = ownSet(own);
  assert.deepEqual([set.images.length / 784, set.heldOut.length / 784, set.heldOut[0], set.labels], [8, 1, 7, null]);
  assert.equal(readOwnFile(joined(own)).images.length, 8 * 784);
  assert.throws(() => readOwnFile(joined(own.slice(0, 7))), /not here/);
});

test("float16 is NumPy's, to the last bit", () => {
  const known = [[0, 0], [-0, 0x8000], [1, 0x3c00], [-2, 0xc000], [65504, 0x7bff], [65520, 0x7c00], [1e9, 0x7c00], [6e-8, 1], [2.9e-8, 0], [0.1, 0x2e66], [1.0009765625, 0x3c01], [1.00048828125, 0x3c00], [1.00146484375, 0x3c02], [6.103515625e-5, 0x400], [6.097555160522461e-5, 0x3ff], [NaN, 0x7e00], [-Infinity, 0xfc00]];
  for (const [value, word] of known) assert.equal(half(new Uint32Array(Float32Array.of(value).buffer)[0]), word, String(value));
  const file = makeFile({ "0.a": { shape: [2, 2], data: Float32Array.of(0.5, -1.25, 3, 1024) } }, { program: "{}" });
  const { metadata, tensors } = parseSafetensors(halved(file).buffer);
  assert.deepEqual([metadata.program, tensors["0.a"].shape, [...tensors["0.a"].data]], ["{}", [2, 2], [0.5, -1.25, 3, 1024]]);
});

test("figures of what is drawn", () => {
  const { values, vectors } = eigen(Float64Array.of(2, 1, 1, 2), 2);
  assert.ok(Math.abs(values[0] - 1) < 1e-12 && Math.abs(values[1] - 3) < 1e-12 && Math.abs(Math.abs(vectors[1]) - Math.SQRT1_2) < 1e-12);
  assert.ok(eigen(new Float64Array(9).fill(NaN), 3).values.some(Number.isNaN), "what is no number ends, too");
  assert.deepEqual([...eigen(new Float64Array(9), 3).values], [0, 0, 0]);
  const rows = [0, 0, 2, 0, 0, 2, 2, 2];
  const one = gaussian(rows, 2);
  assert.deepEqual([...one.mean], [1, 1]);
  assert.ok(Math.abs(one.covariance[0] - 4 / 3) < 1e-12 && one.covariance[1] === 0);
  assert.ok(frechet(one, one) < 1e-9);
  assert.ok(Math.abs(frechet(one, gaussian(rows.map((value) => value + 3), 2)) - 18) < 1e-9);
  assert.ok(Math.abs(spreadOf(rows, 2) - (4 * 2 + 2 * Math.SQRT2 * 2) / 6) < 1e-12);
  assert.equal(evenness([1, 0]), 0);
  assert.ok(Math.abs(evenness([0.5, 0.5]) - 1) < 1e-12);
  const two = new Float32Array(20).fill(0.01);
  [two[3], two[14]] = [0.95, 0.5];
  assert.deepEqual(reading(two, [3, 5]), { digits: [0, 0, 0, 0.5, 0.5, 0, 0, 0, 0, 0], confident: 0.5, evenness: 0.301, label_accuracy: 0.5 });
});

test("what is dropped leaves the smallest gap, never the first or the newest two", () => {
  assert.deepEqual(thinned([0, 10, 20, 400, 500], 4), [10]);
  assert.deepEqual(thinned([0, 1, 2], 4), []);
  const left = Array.from({ length: 30 }, (_, i) => i * 10);
  const gone = thinned(left, 8);
  assert.ok(!gone.includes(0) && !gone.includes(290) && !gone.includes(280) && gone.length === 22);
});

test("a run has the name of its day, and an id of this device", () => {
  const name = nameFor({ config: config() }, new Date(2026, 10, 26, 7, 5, 9));
  assert.equal(name, "dense-digits-20261126-070509");
  assert.equal(idHere(name), "device-dense-digits-20261126-070509");
  assert.equal(idHere("device-a"), "device-a");
  assert.match(idHere("../Ab c"), /^device-[a-z0-9_-]+$/);
});

test("a store has what was written together, counts without reading, and refuses one run too many", async () => {
  const store = storeOf();
  await keptRun(store, "device-a", { "snapshots/0000000.png": bytes("png") });
  assert.deepEqual(await store.runs(), ["device-a"]);
  assert.equal((await store.paths("device-a")).get("snapshots/0000000.png"), 3);
  for (let i = 1; i < MOST.runs; i += 1) await keptRun(store, `device-${i}`);
  await assert.rejects(store.checkRoom(), /Delete one/);
  await store.remove("device-a");
  assert.equal((await store.paths("device-a")).size, 0);
  await store.checkRoom();
  const full = new Store({ ...memoryShelf(), write: () => Promise.reject(Object.assign(new Error("x"), { name: "QuotaExceededError" })) }, true);
  await assert.rejects(full.write("device-a", {}), /no room left/);
});

test("what comes after a step is forgotten, and whoever follows is told to begin again", async () => {
  const store = storeOf();
  const reports = [0, 10, 20].map((step) => ({ step, epoch: 0 }));
  const record = await keptRun(store, "device-a", { "progress.jsonl": linesOf(reports), "snapshots/0000010.png": bytes("a"), "snapshots/0000020.png": bytes("b"), "states/0000020.safetensors": bytes("c") });
  const changes = rewound(record, 10, (await store.paths("device-a")).keys());
  assert.deepEqual(record.reports.map(({ step }) => step), [0, 10]);
  assert.deepEqual([record.past, changes["snapshots/0000020.png"], changes["states/0000020.safetensors"], "snapshots/0000010.png" in changes], [1, null, null, false]);
  const desk = new Desk(store);
  desk.channel?.close();
  const answer = await desk.progress(record, 3, "0");
  assert.deepEqual([answer.first, answer.next, answer.mark, answer.reports.length, answer.status.state], [0, 2, 1, 2, "stopped"]);
});

/** A worker that answers with `reply(message, say)`. */
function standIn(reply) {
  const worker = { onmessage: null, onerror: null, sent: [], terminated: false, terminate: () => (worker.terminated = true) };
  worker.postMessage = (message) => {
    worker.sent.push(message);
    queueMicrotask(() => reply(message, (data) => worker.onmessage({ data })));
  };
  return worker;
}

const untilEnd = (make) => new Promise((resolve) => make(resolve));

async function trained({ record, reply, recipe = { model: record.config.model, train: { ...record.config.train, steps: 9 }, networks: { generator: {}, discriminator: {} } } }) {
  const trainer = standIn(reply);
  const looker = standIn((message, say) => message.do !== "begin" && say(message.do === "latent" ? { id: message.id, latent: { directions: bytes("d") } } : { id: message.id, png: bytes(`png ${message.step}`), look: message.always ? { distance: 100 + message.step } : {}, networks: { generator: bytes("g"), discriminator: bytes("d") } }));
  let news = 0;
  await untilEnd((resolve) => {
    const session = new Session(record, recipe, { images: new Uint8Array(784), labels: null }, { classifier: null, onNews: () => (news += 1), onEnd: resolve, spawn: { trainer: () => trainer, looker: () => looker } });
    session.start("run");
  });
  return { trainer, looker, news };
}

test("a training writes a run folder: reports with figures and pictures, states, changes, its end", async () => {
  const store = storeOf();
  const record = await keptRun(store, "device-a");
  const files = () => ({ generator: new ArrayBuffer(4), discriminator: new ArrayBuffer(4) });
  const told = (step) => ({ kind: "report", report: { step, epoch: step / 10, seconds: step, d_real: 0.5, d_fake: 0.5 }, files: files(), byHand: false });
  const change = { step: 20, settings: { d_steps: [1, 2] } };
  const { trainer, looker, news } = await trained({ record, reply: (message, say) => {
    if (message.do !== "start") return;
    assert.deepEqual([message.state, message.train, message.model, message.mode], [null, { steps: 40 }, {}, "run"]);
    for (const one of [{ kind: "standing", step: 0, steps: 40 }, { kind: "status", status: status("running") }, told(0), { kind: "state", step: 20, bytes: bytes("state 20").buffer }, { kind: "change", change },
      told(20), told(40), { kind: "state", step: 40, bytes: bytes("state 40").buffer }, { kind: "status", status: status("finished", 40) }, { kind: "ended" }]) say(one);
  } });
  assert.ok(trainer.terminated && looker.terminated && news > 3);
  const reports = await store.lines("device-a", "progress.jsonl");
  assert.deepEqual(reports.map(({ step, distance, changes }) => [step, distance, changes]), [[0, 100, undefined], [20, undefined, [change]], [40, 140, undefined]]);
  const paths = await store.paths("device-a");
  for (const path of ["snapshots/0000000.png", "snapshots/0000040.safetensors", "snapshots/0000040.discriminator.safetensors", "states/0000040.safetensors"]) assert.ok(paths.has(path), path);
  assert.equal(new TextDecoder().decode(await store.read("device-a", "state/state.safetensors")), "state 40");
  assert.deepEqual(await store.lines("device-a", "changes.jsonl"), [change]);
  const end = await store.json("device-a", "status.json");
  assert.deepEqual([end.state, end.step, end.pid], ["finished", 40, null]);
  assert.equal((await store.json("device-a", "reached.json")).reached[0].after, 10);
});

test("a training that went on for less than a look gets what its last kept networks need to be explored", async () => {
  const store = storeOf();
  const record = await keptRun(store, "device-a");
  await store.write("device-a", { "state/state.safetensors": bytes("state 25"), "snapshots/0000020.safetensors": bytes("g of 20"), "snapshots/0000020.discriminator.safetensors": bytes("d of 20"), "snapshots/0000010.safetensors": bytes("g of 10") });
  const { looker } = await trained({ record, reply: (message, say) => {
    if (message.do === "start") for (const one of [{ kind: "standing", step: 25 }, { kind: "status", status: status("stopped", 25) }, { kind: "ended" }]) say(one);
  } });
  const [asked] = looker.sent.filter(({ do: what }) => what === "latent");
  assert.deepEqual(Object.entries(asked.files).map(([role, file]) => [role, new TextDecoder().decode(file)]), [["generator", "g of 20"]]);
  assert.ok((await store.paths("device-a")).has("snapshots/0000020.directions.safetensors"));
});

/** A training whose messages the test says itself, and whose looks it answers. */
async function steered(t, record) {
  const shown = [];
  const looker = standIn(({ do: what, ...one }, answers) => (what === "report" ? shown.push(one) : what === "latent" && answers({ id: one.id, latent: {} })));
  const trainer = standIn(() => {});
  let ended = false;
  let answered = 0;
  const session = new Session(record, { model: record.config.model, train: record.config.train, networks: { generator: {}, discriminator: {} } }, { images: new Uint8Array(784), labels: null },
    { classifier: null, onNews: () => {}, onEnd: () => (ended = true), spawn: { trainer: () => trainer, looker: () => looker } });
  t.after(() => {
    session.looks.end();
    clearInterval(session.clock);
  });
  await session.start("run");
  const rest = () => new Promise((resolve) => setTimeout(resolve, 5));
  return {
    session, shown, rest, trainer, hasEnded: () => ended,
    say: (...messages) => messages.forEach((data) => trainer.onmessage({ data })),
    /** Waits for what is to be looked at next. */
    answer: async (more = {}) => {
      while (answered === shown.length) await rest();
      answered += 1;
      const { id, step } = shown.at(-1);
      looker.onmessage({ data: { id, png: bytes(`png ${step}`), look: {}, networks: { generator: bytes("g"), discriminator: bytes("d") }, seconds: 0, ...more } });
      await rest();
    },
  };
}
const reportAt = (step, more = {}) => ({ kind: "report", report: { step, epoch: 0, seconds: step }, files: { generator: new ArrayBuffer(4), discriminator: new ArrayBuffer(4) }, byHand: false, ...more });

test("with a report a step, one look goes on at a time, only the newest waits for one, and every report is written in its order", async (t) => {
  const store = storeOf();
  let writes = 0;
  const write = store.write.bind(store);
  store.write = (...what) => {
    writes += 1;
    return write(...what);
  };
  const record = await keptRun(store, "device-a");
  const { session, shown, rest, say, answer, trainer, hasEnded } = await steered(t, record);
  const before = writes;
  say({ kind: "standing", step: 0 }, ...Array.from({ length: 30 }, (_, step) => reportAt(step)));
  await rest();
  assert.deepEqual(shown.map(({ step }) => step), [0]);
  assert.deepEqual(session.looks.line.filter(({ files }) => files).map(({ report }) => report.step), [29], "networks that nobody will look at are let go");
  assert.deepEqual(record.reports, [], "what waits is told in its order");
  await answer();
  assert.deepEqual(record.reports.map(({ step }) => step), Array.from({ length: 29 }, (_, step) => step));
  while (shown.length < 2) await rest(); // until it has its share
  assert.equal(shown[1].step, 29);
  say(...Array.from({ length: 10 }, (_, i) => reportAt(30 + i)));
  say(reportAt(40), { kind: "state", step: 40, bytes: bytes("s").buffer }, { kind: "status", status: status("finished", 40) }, { kind: "ended" });
  assert.equal(record.status.state, "finished", "told at once");
  assert.ok(trainer.terminated && !hasEnded());
  await answer();
  await answer();
  assert.deepEqual([shown.at(-1).step, shown.at(-1).exact, shown.length], [40, true, 3]);
  assert.ok(hasEnded());
  assert.deepEqual((await store.lines("device-a", "progress.jsonl")).map(({ step }) => step), Array.from({ length: 41 }, (_, step) => step));
  assert.ok(writes - before < 12, `${writes - before} transactions for 41 reports`);
  const desk = new Desk(store);
  desk.channel?.close();
  assert.deepEqual((await desk.progress(record, 0, "")).pictures, [0, 29, 40]);
});

test("a look has a share of the time; a step by hand is looked at without delay", async (t) => {
  const { session, shown, rest, say, answer } = await steered(t, await keptRun(storeOf(), "device-a"));
  say({ kind: "standing", step: 0 }, reportAt(0));
  await answer({ seconds: 1000 });
  say(reportAt(1));
  await rest();
  assert.ok(shown.length === 1 && session.looks.paidAt - performance.now() > 2_900_000, "three times as long as it took");
  say(reportAt(2, { byHand: true }));
  await rest();
  assert.deepEqual(shown.map(({ step }) => step), [0, 2]);
  await answer();
  assert.deepEqual(session.record.reports.map(({ step }) => step), [0, 1, 2]);
});

test("a change is told by the report that came after it, however late that is written", async (t) => {
  const record = await keptRun(storeOf(), "device-a");
  const { say, answer } = await steered(t, record);
  const change = { step: 5, settings: { d_steps: [1, 2] } };
  say({ kind: "standing", step: 0 }, reportAt(0), reportAt(5), { kind: "change", change }, reportAt(10, { byHand: true }));
  await answer();
  await answer();
  assert.deepEqual(record.reports.map(({ step, changes }) => [step, changes]), [[0, undefined], [5, undefined], [10, [change]]]);
});

test("pictures and networks of a run are bounded, and what is dropped of a step is dropped whole", async (t) => {
  const steps = Array.from({ length: 320 }, (_, i) => i);
  const name = (step) => `snapshots/${String(step).padStart(7, "0")}`;
  const files = Object.fromEntries(steps.flatMap((step) => [[`${name(step)}.png`, bytes("p")], ...(step % 20 ? [] : [[`${name(step)}.safetensors`, bytes("g")], [`${name(step)}.prior.safetensors`, bytes("p")]])]));
  const store = storeOf();
  const record = await keptRun(store, "device-a", { ...files, "state/state.safetensors": bytes("s"), "progress.jsonl": linesOf(steps.map((step) => ({ step, epoch: 0 }))) });
  const { say, answer } = await steered(t, record);
  say({ kind: "standing", step: 330 }, reportAt(331));
  await answer();
  const paths = [...(await store.paths("device-a")).keys()];
  const count = (rule) => paths.filter((path) => rule.test(path)).length;
  assert.deepEqual([count(/\d\.safetensors$/), count(/discriminator/), count(/prior/)], [12, 1, 11]);
  assert.ok(count(/\.png$/) >= 300 && count(/\.png$/) <= 312, String(count(/\.png$/)));
  for (const path of paths.filter((one) => /\d\.safetensors$/.test(one))) assert.ok(paths.includes(path.replace("safetensors", "png")), `${path} has its picture`);
});

test("the next training waits for one that has ended and is still being written; one that goes on is in its way", async (t) => {
  const store = storeOf();
  const desk = new Desk(store);
  desk.channel?.close();
  desk.channel = null;
  const record = await keptRun(store, "device-a");
  const { session, say, answer, rest } = await steered(t, record);
  session.onEnd = () => (desk.session = null);
  desk.session = session;
  const other = await keptRun(store, "device-b");
  say({ kind: "standing", step: 0 }, reportAt(0));
  await assert.rejects(control(desk, other, { do: "resume" }), /A training goes on in this page/);
  say({ kind: "status", status: status("stopped", 3) }, { kind: "ended" });
  let told = "";
  // node fetches no recipes: whatever it says, it is no more that a training is in its way
  const next = control(desk, other, { do: "resume" }).catch(({ message }) => (told = message));
  await rest();
  assert.equal(told, "");
  await answer();
  await next;
  assert.ok(told && !/goes on in this page/.test(told) && desk.session === null, told);
});

test("a training that goes on begins where its state stood, with the settings of now", async () => {
  const store = storeOf();
  const change = { step: 10, settings: { g_learning_rate: [0.001, 0.002] } };
  const record = await keptRun(store, "device-a", { "state/state.safetensors": bytes("s"), "progress.jsonl": linesOf([{ step: 0, epoch: 0 }, { step: 10, epoch: 1 }, { step: 30, epoch: 3 }]), "changes.jsonl": linesOf([change]), "snapshots/0000030.png": bytes("x") });
  await trained({ record, reply: (message, say) => {
    if (message.do !== "start") return;
    assert.equal(new TextDecoder().decode(message.state), "s");
    assert.equal(message.train.g_learning_rate, 0.002);
    for (const one of [{ kind: "standing", step: 20, steps: 40 }, { kind: "report", report: { step: 25, epoch: 2.5, seconds: 3 }, files: { generator: new ArrayBuffer(4) } }, { kind: "status", status: status("stopped", 25) }, { kind: "ended" }]) say(one);
  } });
  assert.deepEqual(record.reports.map(({ step, changes }) => [step, changes]), [[0, undefined], [10, undefined], [25, [change]]]);
  assert.ok(!(await store.paths("device-a")).has("snapshots/0000030.png"));
});

test("a disk that is full ends the training with a sentence; a loss that is no number has its alarm", async () => {
  const shelf = memoryShelf();
  const store = new Store({ ...shelf, write: (changes) => (Object.keys(changes).some((key) => key.endsWith(".png")) ? Promise.reject(Object.assign(new Error("q"), { name: "QuotaExceededError" })) : shelf.write(changes)) }, true);
  const record = await keptRun(store, "device-a");
  const report = { kind: "report", report: { step: 0, epoch: 0 }, files: { generator: new ArrayBuffer(4) } };
  await trained({ record, reply: (message, say) => message.do === "start" && [{ kind: "standing", step: 0 }, report].forEach(say) });
  assert.deepEqual([record.status.state, /no room left/.test(record.status.reason)], ["failed", true]);
  const other = await keptRun(storeOf(), "device-b");
  await trained({ record: other, reply: (message, say) => message.do === "start" && [{ kind: "standing", step: 0 }, { kind: "status", status: { ...status("failed", 7), reason: "A loss or a weight became infinite or not a number by step 7." } }, { kind: "ended" }].forEach(say) });
  assert.deepEqual([other.status.state, other.status.alarms[0].kind], ["failed", "not_finite"]);
});

test("a run goes home as a zip and comes in again, under an id that is free; what is no run does not", async () => {
  const store = storeOf();
  await keptRun(store, "device-a", { "snapshots/0000000.png": bytes("png"), "state/state.safetensors": bytes("s") });
  const desk = new Desk(store);
  desk.channel?.close();
  desk.channel = null;
  globalThis.window ??= { dispatchEvent() {} };
  const entries = await unzip(await buffer(zipOf(await filesOf(desk, "device-a"))));
  assert.ok(entries.every(({ path }) => path.startsWith("device-a/")));
  const id = await takeIn(desk, [...entries, { path: "device-a/evil.js", bytes: bytes("x") }]);
  assert.equal(id, "device-a-2");
  assert.deepEqual([...(await store.paths(id)).keys()].sort(), [...(await store.paths("device-a")).keys()].sort());
  assert.equal((await store.json(id, "config.json")).id, id);
  await assert.rejects(takeIn(desk, entries.filter(({ path }) => !path.endsWith("config.json"))), /no run folder/);
  const broken = entries.map((one) => (one.path.endsWith("config.json") ? { ...one, bytes: bytes("{}") } : one));
  await assert.rejects(takeIn(desk, broken), /cannot be read/);
  assert.equal((await store.runs()).length, 2);
});

test("runs of this device are answered at the server's addresses, in its lists beside its own", async () => {
  const asked = [];
  globalThis.fetch = async (url) => {
    asked.push(String(url));
    return new Response(JSON.stringify(String(url).endsWith("models.json") ? { models: [{ id: "m" }], problems: [], classifier: null } : { runs: [{ id: "server" }] }));
  };
  const desk = await attend();
  desk.channel?.close();
  desk.channel = null;
  assert.equal(desk.store.lasting, false); // node has no IndexedDB
  await keptRun(desk.store, "device-a", { "snapshots/0000000.png": bytes("png"), "progress.jsonl": linesOf([{ step: 0, epoch: 0 }]) });
  const at = (path) => `http://host.test/deep/gan/${path}`;
  const json = async (path, options) => (await ask(at(path), options)).json();
  assert.deepEqual((await json("runs.json")).runs.map(({ id, state }) => [id, state]), [["device-a", "stopped"], ["server", undefined]]);
  assert.deepEqual((await json("models.json")).models.map(({ id }) => id), ["m"]); // what is gone with the page is no model that a worker could read
  const progress = await json("runs/device-a/progress.json?since=0");
  assert.deepEqual([progress.status.state, progress.reports.length, progress.config.train.dataset], ["stopped", 1, "digits"]);
  assert.equal(await (await ask(at("runs/device-a/snapshots/0000000.png"))).text(), "png");
  await assert.rejects(ask(at("runs/device-a/snapshots/0000009.png")), /There is no snapshots/);
  await assert.rejects(ask(at("runs/device-b/progress.json")), /no run device-b/);
  await assert.rejects(json("runs/device-a/control", { method: "POST", body: JSON.stringify({ do: "pause" }) }), /Nobody trains device-a/);
  assert.ok(asked.every((url) => /gan\/(runs|models)\.json$/.test(url)), "nothing of a run of this device is asked of the server");
  await ask(at("runs/server/progress.json"));
  assert.ok(asked.at(-1).endsWith("runs/server/progress.json"));
  let news = 0;
  const end = follow("device-a", () => (news += 1));
  desk.news("device-a");
  end();
  desk.tell("device-a");
  assert.equal(news, 1);
});
