/** `node recordings.mjs windows FOLDER PREPARE LENGTH`: what the page makes of the recordings of a folder; `... mutated FILE TIMES`: of a file with bytes changed; `... vibration COUNT`: its own signals. */

import { readdir, readFile } from "node:fs/promises";

import { opened } from "../../../ui/static/device/ownread.js";
import { readRecordings, windowed } from "../../../ui/static/device/recordings.js";
import { CLASSES, LENGTH, windows } from "../../../ui/static/device/vibration.js";

const [what, path, ...more] = process.argv.slice(2);
const joined = (parts) => Buffer.concat(parts.map((part) => Buffer.from(part))).toString("base64");

async function ofFolder() {
  const [prepare, length] = more;
  const listed = (await readdir(path, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const whole = await Promise.all(listed.map(async ({ parentPath, name }) => ({ path: `${parentPath}/${name}`, file: new Blob([await readFile(`${parentPath}/${name}`)]) })));
  const above = path.slice(0, path.lastIndexOf("/") + 1);
  const { files, kind, root } = await opened(whole.map((one) => ({ ...one, path: one.path.slice(above.length) })));
  const { images, labels, heldOut, classes, rate, sheet, problem } = windowed(await readRecordings(files, root), prepare, [Number(length), 1]);
  return { kind, images: joined(images), labels, heldOut, classes, rate, sheet, problem };
}

async function mutated() {
  const bytes = new Uint8Array(await readFile(path));
  const name = path.slice(path.lastIndexOf("/") + 1);
  let state = 1;
  const random = (below) => (state = (state * 48271) % 2147483647) % below;
  const told = { read: 0, refused: 0, wrong: [] };
  for (let i = 0; i < Number(more[0]); i += 1) {
    const whole = i % 3 > 0;
    const other = whole ? bytes.slice() : bytes.slice(0, random(bytes.length));
    const changes = whole ? 3 : 0;
    for (let change = 0; change < changes; change += 1) other[random(Math.min(other.length, 400))] = random(256);
    try {
      const { recordings: [{ samples }] } = await readRecordings([{ path: name, file: new Blob([other]) }], "");
      if (samples.length < 2 || !samples.every(Number.isFinite)) told.wrong.push("samples");
      told.read += 1;
    } catch (error) {
      told.refused += 1;
      if (!(error instanceof Error) || !error.message.startsWith(`${name}: `) || error instanceof RangeError) told.wrong.push(String(error));
    }
  }
  return told;
}

const ask = { windows: ofFolder, mutated, vibration: async () => ({ images: joined([windows("train", Number(path)).images]), length: LENGTH, classes: CLASSES }) };
console.log(JSON.stringify(await ask[what]()));
