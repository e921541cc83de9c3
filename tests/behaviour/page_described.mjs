/** What the page builds of each recipe for other data: `node page_described.mjs` with [{recipe, model}, ...] at its input, networks by role at its output. */

import { readFileSync } from "node:fs";

import { described } from "../../ui/static/trainer/described.js";

console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(described)));
