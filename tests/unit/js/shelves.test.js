import assert from "node:assert/strict";
import { test } from "node:test";

import { memoryShelf, serve, shelfOver } from "../../../ui/static/device/shelves.js";

/** @param {() => Promise<any>} shelf */
function served(shelf) {
  const ports = [];
  const made = shelfOver(() => {
    const { port1, port2 } = new MessageChannel();
    serve(port2, shelf());
    ports.push(port1, port2);
    return port1;
  });
  return { ...made, close: () => ports.forEach((port) => port.close()), opened: () => ports.length / 2 };
}

test("a shelf over a worker is the shelf behind it, with its answers in their order", async () => {
  const behind = memoryShelf();
  const { shelf, close, opened } = served(async () => behind);
  await shelf.write({ "a/config.json": new Uint8Array([1, 2, 3]), "a/b": new Uint8Array(1000), "c/d": new Uint8Array(2) });
  await shelf.write({ "c/d": null });
  const [config, none, sizes] = await Promise.all([shelf.get("a/config.json"), shelf.get("c/d"), shelf.sizes("a/")]);
  assert.deepEqual([[...config], none, [...sizes]], [[1, 2, 3], undefined, [["a/config.json", 3], ["a/b", 1000]]]);
  assert.equal(opened(), 1);
  close();
});

test("what goes wrong behind it keeps its name, and a worker that has ended is begun again", async () => {
  const full = Object.assign(new Error("no room"), { name: "QuotaExceededError" });
  const { shelf, gone, close, opened } = served(async () => ({ ...memoryShelf(), write: () => Promise.reject(full) }));
  await assert.rejects(shelf.write({ x: null }), { name: "QuotaExceededError", message: "no room" });
  const lost = shelf.sizes("");
  gone(new Error("ended"));
  await assert.rejects(lost, /ended/);
  assert.equal((await shelf.sizes("")).size, 0);
  assert.equal(opened(), 2);
  close();
});

test("without IndexedDB behind it every call says so", async () => {
  const { shelf, close } = served(() => Promise.reject(new Error("IndexedDB failed")));
  await assert.rejects(shelf.sizes("x"), /IndexedDB failed/);
  await assert.rejects(shelf.get("x"), /IndexedDB failed/);
  close();
});
