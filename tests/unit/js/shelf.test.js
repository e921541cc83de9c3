/** A model that is taken home from the page, and what the page says of itself. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import test from "node:test";

globalThis.GAN_BASE = "http://host.test/";
const { folderOf } = await import("../../../ui/static/parts/modelshelf.js");
const { addressesOf, isWhole, testedWords } = await import("../../../ui/static/share/about.js");
const { unzip, zipOf } = await import("../../../ui/static/device/zip.js");

const bytesOf = (text) => new TextEncoder().encode(text);
const versionOf = (text) => createHash("sha256").update(text).digest("hex").slice(0, 16);

test("a model's folder is what its config lists and what lies beside it, as a zip that opens again", async () => {
  const sha256 = createHash("sha256").update("weights").digest("hex");
  const config = JSON.stringify({ files: { "generator.safetensors": { sha256 }, "epochs/0000.safetensors": { sha256 } } });
  const files = new Map([
    ["gan/x/config.json", config], ["gan/x/README.md", "card"],
    [`gan/files/checkpoints/mine/${sha256.slice(0, 16)}/generator.safetensors`, "weights"], [`gan/files/checkpoints/mine/${sha256.slice(0, 16)}/epochs/0000.safetensors`, "weights"],
  ]);
  globalThis.fetch = async (url) => new Response(files.get(String(url).slice("http://host.test/".length)) ?? null, { status: files.has(String(url).slice("http://host.test/".length)) ? 200 : 404 });
  const entries = await folderOf({ id: "mine", folder: { "config.json": "gan/x/config.json", "README.md": "gan/x/README.md" } });
  const again = await unzip(await zipOf(entries).arrayBuffer());
  assert.deepEqual(again.map(({ path, bytes }) => [path, new TextDecoder().decode(bytes)]), [
    ["mine/config.json", config], ["mine/README.md", "card"], ["mine/generator.safetensors", "weights"], ["mine/epochs/0000.safetensors", "weights"],
  ]);
  files.delete([...files.keys()].at(-1));
  await assert.rejects(folderOf({ id: "mine", folder: { "config.json": "gan/x/config.json" } }), /missing/);
});

test("every file with a hash in its address is looked at once, and a changed byte is seen", async () => {
  const url = `gan/files/checkpoints/a/${versionOf("abc")}/generator.safetensors`;
  const model = { files: { generator: url, encoder: null }, folder: { "config.json": `gan/files/checkpoints/a/${versionOf("{}")}/config.json` }, epochs: [{ url, step: 1 }, { url: `gan/files/checkpoints/a/${versionOf("e")}/epochs/0000.safetensors`, step: 0 }] };
  const run = { files: { generator: "gan/runs/r/snapshots/0000010.safetensors" }, epochs: [] };
  const classifier = `gan/files/classifier/${versionOf("c")}/classifier.safetensors`;
  const all = addressesOf({ models: [model, run], problems: [], classifier });
  assert.deepEqual(all.map((address) => address.split("/").at(-1)), ["generator.safetensors", "config.json", "0000.safetensors", "classifier.safetensors"]);
  assert.equal(await isWhole(url, bytesOf("abc")), true);
  assert.equal(await isWhole(url, bytesOf("abd")), false);
  assert.deepEqual(addressesOf({ models: [], problems: [], classifier: null }), []);
});

test("when it was tested is told, and whether the code has changed since", () => {
  const tested = { when: 1764197400, tests: 1234, same: true };
  assert.match(testedWords(tested), /2025.*: all 1,234 tests passed\.$/);
  assert.match(testedWords({ ...tested, same: false }), /changed since/);
  assert.match(testedWords(null), /tasks\.py test/);
});
