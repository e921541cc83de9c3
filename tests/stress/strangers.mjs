/**
 * Changed files and links against every reader of the browser's: a sentence or a picture, never an error of another kind, never late.
 *
 *     node tests/stress/strangers.mjs --times 100000
 *
 * The same seed makes the same changes. Exits 1 where something fell; what did is printed with the number of its input.
 */

import { parseArgs } from "node:util";

import { isTaken, randomOf, readers } from "../unit/js/odd.js";

const LATE_MS = 2000;
const LARGE_MB = 300;
const LONGEST = 500_000; // characters or bytes of an input that is changed again
const { values } = parseArgs({ options: { times: { type: "string", default: "100000" }, seed: { type: "string", default: "0" } } });
const times = Number(values.times);

const sizeOf = (input) => input?.byteLength ?? (typeof input === "string" ? input.length : JSON.stringify(input).length);
const memory = () => process.memoryUsage().rss / 2 ** 20;
const used = () => process.cpuUsage().user / 1000;

/** Good inputs changed, and inputs that were changed before. */
function attack(reader, random) {
  const found = { taken: 0, refused: 0, slowest: 0, largest: 0, faults: new Map() };
  const before = memory();
  let input = reader.seeds[0];
  for (let i = 0; i < times; i += 1) {
    if (random() < 0.5 || sizeOf(input) > LONGEST) input = reader.seeds[Math.floor(random() * reader.seeds.length)];
    try {
      input = reader.change(random, input);
    } catch {
      input = reader.change(random, reader.seeds[0]); // one that was changed before may be past changing
    }
    const began = used();
    try {
      found[isTaken(reader, input) ? "taken" : "refused"] += 1;
    } catch (error) {
      const what = String(error.message).split("\n").slice(0, 3).join(" ").slice(0, 300);
      if (!found.faults.has(what)) found.faults.set(what, i);
    }
    const ms = used() - began;
    found.slowest = Math.max(found.slowest, ms);
    if (ms > LATE_MS) found.faults.set(`took ${Math.round(ms)} ms`, i);
    if (i % 100 === 0) found.largest = Math.max(found.largest, memory() - before);
  }
  if (found.largest > LARGE_MB) found.faults.set(`took ${Math.round(found.largest)} MB`, times);
  return found;
}

console.log("reader            inputs     taken   refused  faults  slowest ms  largest MB");
let fell = 0;
for (const [place, reader] of readers().entries()) {
  const found = attack(reader, randomOf(Number(values.seed) + 1000 * place));
  const numbers = [times, found.taken, found.refused].map((n) => String(n).padStart(9)).join(" ");
  console.log(`${reader.name.padEnd(14)} ${numbers} ${String(found.faults.size).padStart(7)} ${found.slowest.toFixed(0).padStart(11)} ${found.largest.toFixed(0).padStart(11)}`);
  for (const [what, input] of found.faults) console.log(`  input ${input}: ${what}`);
  fell += found.faults.size;
}
process.exit(fell ? 1 : 0);
