import assert from "node:assert/strict";
import test from "node:test";

import { rovingFocus, together } from "../../../ui/static/kit/dom.js";

/** What rovingFocus asks of a button. */
class Item {
  hidden = false;
  attributes = new Map();
  focus = () => (Item.focused = this);
  setAttribute = (name, value) => this.attributes.set(name, value);
  hasAttribute = (name) => this.attributes.has(name);
}

function groupOf(count, options = {}) {
  const [group, items, moved] = [new EventTarget(), Array.from({ length: count }, () => new Item()), []];
  const hold = rovingFocus(group, items, { onMove: (index) => moved.push(index), ...options });
  const press = (from, key) => group.dispatchEvent(Object.defineProperty(Object.assign(new Event("keydown", { cancelable: true }), { key }), "target", { value: items[from] }));
  const held = () => items.findIndex((item) => item.attributes.get("tabindex") === "0");
  return { items, moved, hold, press, held };
}

test("arrows pass over what is hidden or disabled, round a row", () => {
  const { items, moved, press, held } = groupOf(4);
  items[0].hidden = true;
  items[2].setAttribute("disabled", "");
  press(1, "ArrowRight");
  press(3, "ArrowRight");
  press(1, "ArrowLeft");
  press(3, "Home");
  assert.deepEqual(moved, [3, 1, 3, 1]);
  assert.equal(held(), 1);
  assert.equal(Item.focused, items[1]);
});

test("a grid stops at its edges and passes over what is disabled in the same column", () => {
  const { items, moved, press } = groupOf(9, { columns: 3 });
  items[4].setAttribute("disabled", "");
  press(1, "ArrowDown");
  press(7, "ArrowDown");
  press(0, "ArrowLeft");
  for (const i of [6, 7, 8]) items[i].setAttribute("disabled", "");
  press(3, "ArrowDown");
  press(0, "End");
  assert.deepEqual(moved, [7, 5]);
});

test("what cannot have the focus is not in the tab order, and nothing moves where all are hidden", () => {
  const { items, moved, hold, press, held } = groupOf(3);
  items[0].hidden = true;
  hold(0);
  assert.equal(held(), 1);
  for (const item of items) item.hidden = true;
  press(1, "ArrowRight");
  assert.deepEqual(moved, []);
});

test("ends are called once", () => {
  const told = [];
  const end = together(() => told.push("a"), () => told.push("b"));
  end();
  end();
  assert.deepEqual(told, ["a", "b"]);
});
