/** The folders of ui/static/ and who may import whom: only from lower floors, so that a folder can be read without those above it. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import test from "node:test";

const STATIC = new URL("../../../ui/static/", import.meta.url);
/** From the ground up. Folders of one floor do not know each other. */
const FLOORS = [["i18n"], ["engine", "kit"], ["autodiff", "signal"], ["state", "runs"], ["trainer"], ["device"], ["share", "parts"], ["turing"], ["learn", "explore", "interpolate", "autoencode", "training"], ["shell", "notebook"]];
const floorOf = (folder) => FLOORS.findIndex((folders) => folders.includes(folder));
const folderOf = (name) => name.split("/")[0];
/** How a module names another file: a static import or export, `import("...")` in code or in a JSDoc type, an address beside its own. */
const NAMED = [/^(?:import|export|\})[^"\n]*"(\.[^"]+)"/gm, /\bimport\("(\.[^"]+)"\)/g, /\bnew URL\(["`]([\w./-]+)[^,]*, import\.meta\.url\)/g];

const files = readdirSync(STATIC, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  .map((entry) => posix.relative(STATIC.pathname, posix.join(entry.parentPath ?? entry.path, entry.name))).sort();
const modules = files.filter((name) => /\.m?js$/.test(name));
const read = (name) => readFileSync(new URL(name, STATIC), "utf8");
const named = (name, patterns = NAMED) =>
  patterns.flatMap((pattern) => [...read(name).matchAll(pattern)].map(([, path]) => posix.join(posix.dirname(name), path)));

test("every file lies in a folder that has its floor, and every such folder is there", () => {
  assert.ok(modules.length > 80);
  assert.deepEqual([...new Set(files.map(folderOf))].sort(), FLOORS.flat().sort());
});

test("every file that a module names is there", () => {
  const missing = modules.flatMap((name) => named(name).filter((other) => !files.includes(other)).map((other) => `${name} -> ${other}`));
  assert.deepEqual(missing, []);
  const page = [...read("shell/site/index.html").matchAll(/"gan\/static\/([^"]+)"|data-module="([^"]+)"/g)].map(([, file, module]) => file ?? module);
  assert.ok(page.length >= 8);
  assert.deepEqual(page.filter((name) => !files.includes(name)), []);
});

test("a folder imports from lower floors only, its types included, so there is no circle of folders", () => {
  const wrong = modules.flatMap((name) => named(name).map((other) => [name, other]))
    .filter(([name, other]) => folderOf(name) !== folderOf(other) && floorOf(folderOf(other)) >= floorOf(folderOf(name)));
  assert.deepEqual(wrong.map((pair) => pair.join(" -> ")), []);
});

test("which module an import means is known before it runs, of the islands too", () => {
  assert.deepEqual(modules.filter((name) => /\bimport\((?!")/.test(read(name))), []);
  const listed = [...read("shell/islands.js").matchAll(/^ {2}"([^"]+)": \(\) => import\("\.\.\/([^"]+)"\),$/gm)];
  assert.ok(listed.length >= 5);
  for (const [, name, file] of listed) assert.equal(name, file);
  const wanted = [...read("shell/site/index.html").matchAll(/data-module="([^"]+)"/g), ...["page.py", "train/tab.py"].flatMap((name) => [...read(`../${name}`).matchAll(/island\("([^"]+)"/g)])];
  assert.ok(wanted.length >= 9);
  assert.deepEqual([...new Set(wanted.map(([, name]) => name.replace(/(\.js)?$/, ".js")))].sort(), listed.map(([, name]) => name).sort());
});

test("the marks of the tabs are read in one place; the pages that draw tabs of their own look at those", () => {
  const reads = modules.filter((name) => /role=tab\]|data-tab-id|tab-wrapper|aria-selected=/.test(read(name)));
  assert.deepEqual(reads, ["kit/tabs.js", "shell/later.js", "shell/site/shell.js"]);
});

test("no module needs itself before it can run", () => {
  const done = new Set();
  const visit = (name, way) => {
    assert.ok(!way.includes(name), `a circle: ${[...way.slice(way.indexOf(name)), name].join(" -> ")}`);
    if (!done.has(name)) for (const other of named(name, NAMED.slice(0, 1))) visit(other, [...way, name]);
    done.add(name);
  };
  for (const name of modules) visit(name, []);
});
