/**
 * Makes kernel.wasm from kernel.wat; with --check, fails where the two do not belong together.
 *
 *     npm install --no-save wabt@1.0.39 && node ui/static/engine/kernel.build.mjs
 */

import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";

// wabt is looked for from where the command runs, so that it may be installed anywhere
const wabt = await createRequire(`${process.cwd()}/`)("wabt")();
const [source, target] = ["kernel.wat", "kernel.wasm"].map((name) => new URL(name, import.meta.url));
const { buffer } = wabt.parseWat("kernel.wat", await readFile(source, "utf8"), { simd: true }).toBinary({});

if (process.argv.includes("--check")) {
  const shipped = await readFile(target);
  if (Buffer.compare(shipped, Buffer.from(buffer))) throw new Error("kernel.wasm is not what kernel.wat gives: run node ui/static/engine/kernel.build.mjs");
} else {
  await writeFile(target, buffer);
}
console.log(`kernel.wasm: ${buffer.length} bytes`);
