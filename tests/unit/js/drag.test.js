import assert from "node:assert/strict";
import test from "node:test";

import { drag } from "../../../ui/static/kit/drag.js";
import { underFinger } from "../../../ui/static/kit/finger.js";

globalThis.window ??= globalThis;
globalThis.getComputedStyle = () => ({ getPropertyValue: () => "20px" }); // the width of a slider's thumb

/** What drag asks of an element. */
class Part extends EventTarget {
  tabIndex = 0;
  focused = 0;
  focus = () => (this.focused += 1);
  asked = 0;
  setPointerCapture = (id) => (this.captured = id);
  getBoundingClientRect = () => ((this.asked += 1), { left: 10, top: 20, width: 100, height: 50 });
}

/** @returns {boolean} whether the event may still have its default */
function send(element, name, x, y, { id = 1, type = "touch" } = {}) {
  const event = Object.assign(new Event(name, { cancelable: true }), { clientX: x, clientY: y, pointerId: id, pointerType: type, button: 0, buttons: 1 });
  return element.dispatchEvent(event);
}

function dragged(options = {}) {
  const [element, told] = [new Part(), []];
  const press = drag(element, {
    yields: () => true,
    begin: ({ clientX, clientY }) => void told.push(["begin", clientX, clientY]), move: ({ clientX, clientY }) => told.push(["move", clientX, clientY]),
    end: () => told.push(["end"]), ...options,
  });
  return { element, told, press };
}

test("a finger that goes up or down scrolls and changes nothing, wherever it goes then", () => {
  const { element, told, press } = dragged();
  send(element, "pointerdown", 100, 100);
  assert.ok(send(element, "touchstart", 100, 100), "the page may have it");
  for (const [x, y] of [[102, 105], [104, 112], [180, 130]]) {
    send(element, "pointermove", x, y);
    assert.ok(send(element, "touchmove", x, y));
  }
  assert.equal(press.phase(), "page");
  send(element, "pointerup", 180, 130);
  assert.deepEqual(told, []);
  assert.equal(press.phase(), "none");
});

test("a finger that goes to the side is the element's from where it landed, up and down as well", () => {
  const { element, told, press } = dragged();
  send(element, "pointerdown", 100, 100);
  send(element, "pointermove", 103, 102);
  assert.deepEqual(told, [], "no direction yet");
  send(element, "pointermove", 110, 104);
  assert.ok(!send(element, "touchmove", 110, 104), "the page stays still");
  send(element, "pointermove", 110, 180);
  assert.ok(press.held());
  send(element, "pointercancel", 110, 180);
  assert.deepEqual(told, [["begin", 100, 100], ["move", 110, 104], ["move", 110, 180], ["end"]]);
  assert.deepEqual([element.focused, element.captured], [1, 1]);
});

test("a finger that rests is the element's every way", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { element, told } = dragged();
  send(element, "pointerdown", 100, 100);
  context.mock.timers.tick(300);
  send(element, "pointermove", 100, 140);
  assert.ok(!send(element, "touchmove", 100, 140));
  assert.deepEqual(told, [["begin", 100, 100], ["move", 100, 140]]);
});

test("a finger that scrolls takes nothing by resting later", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { element, told } = dragged();
  send(element, "pointerdown", 100, 100);
  send(element, "pointermove", 100, 120);
  context.mock.timers.tick(1000);
  send(element, "pointercancel", 100, 120);
  assert.deepEqual(told, []);
});

test("a tap counts, a mouse does not wait, and what never yields is held at once", () => {
  const tapped = dragged();
  send(tapped.element, "pointerdown", 5, 6);
  send(tapped.element, "pointerup", 5, 6);
  assert.deepEqual(tapped.told, [["begin", 5, 6], ["end"]]);

  const clicked = dragged();
  send(clicked.element, "pointerdown", 5, 6, { type: "mouse" });
  send(clicked.element, "pointermove", 5, 60, { type: "mouse" });
  assert.deepEqual(clicked.told, [["begin", 5, 6], ["move", 5, 60]]);

  const pulled = dragged({ yields: () => false });
  send(pulled.element, "pointerdown", 5, 6);
  assert.ok(!send(pulled.element, "touchstart", 5, 6));
  assert.deepEqual(pulled.told, [["begin", 5, 6]]);
});

test("where the element lies is asked at the press and handed on: in a move it would cost a layout", () => {
  const boxes = [];
  const { element } = dragged({ begin: (_, box) => void boxes.push(box), move: (_, box) => boxes.push(box), yields: (_, box) => (boxes.push(box), true) });
  send(element, "pointerdown", 0, 0);
  for (let x = 20; x < 90; x += 10) send(element, "pointermove", x, 0);
  assert.equal(element.asked, 1);
  assert.equal(boxes.length, 9);
  assert.ok(boxes.every((box) => box === boxes[0] && box.width === 100));
});

test("another finger neither draws nor ends, and an element that is gone ends its gesture once", () => {
  const { element, told, press } = dragged();
  send(element, "pointerdown", 0, 0);
  send(element, "pointerdown", 50, 50, { id: 2 });
  send(element, "pointermove", 90, 50, { id: 2 });
  send(element, "pointerup", 90, 50, { id: 2 });
  assert.equal(press.phase(), "waits");
  send(element, "pointermove", 20, 0);
  press.destroy();
  send(element, "pointerup", 20, 0);
  assert.deepEqual(told, [["begin", 0, 0], ["move", 20, 0], ["end"]]);
});

test("what lies on the element gives its finger up to it, which ends nothing; the element's own loss does", () => {
  const { element, told, press } = dragged();
  send(element, "pointerdown", 0, 0);
  send(element, "pointermove", 20, 0);
  const lost = Object.assign(new Event("lostpointercapture"), { pointerId: 1 });
  element.dispatchEvent(Object.defineProperty(lost, "target", { value: new Part() }));
  assert.ok(press.held());
  send(element, "lostpointercapture", 20, 0);
  assert.deepEqual(told, [["begin", 0, 0], ["move", 20, 0], ["end"]]);
});

/** A browser's own slider from 0 to 100, 220 pixels wide with a thumb of 20. */
function rangeOf() {
  const range = new Part();
  let value = 30;
  Object.assign(range, { min: "0", max: "100", disabled: false, closest: () => null, getBoundingClientRect: () => ({ left: 0, width: 220 }) });
  Object.defineProperty(range, "value", { get: () => String(value), set: (text) => (value = Number(text)) });
  Object.defineProperty(range, "valueAsNumber", { get: () => value, set: (number) => (value = Math.round(number)) });
  const told = [];
  underFinger(range);
  for (const name of ["input", "change"]) range.addEventListener(name, () => told.push([name, range.value]));
  /** As browsers do which move the thumb with the first touch. */
  const browserMoves = (to) => ((range.value = to), range.dispatchEvent(new Event("input")));
  return { range, told, browserMoves };
}

test("a swipe up or down that starts on a slider leaves its value, whatever the browser itself does with the touch", () => {
  const { range, told, browserMoves } = rangeOf();
  send(range, "pointerdown", 150, 10);
  browserMoves(70);
  send(range, "pointermove", 155, 40);
  browserMoves(72);
  send(range, "pointercancel", 155, 60);
  assert.equal(range.value, "30");
  assert.deepEqual(told, []);
});

test("a slider follows a finger to the side, also the browser's own, and tells the end once", async () => {
  const { range, told, browserMoves } = rangeOf();
  send(range, "pointerdown", 40, 10);
  send(range, "pointermove", 110, 14);
  assert.equal(range.value, "50");
  browserMoves(51);
  send(range, "pointerup", 110, 14);
  await new Promise((go) => setTimeout(go, 5));
  assert.deepEqual(told, [["input", "50"], ["input", "51"], ["change", "51"]]);
});

test("a tap on a slider is left to the browser", () => {
  const { range, told, browserMoves } = rangeOf();
  send(range, "pointerdown", 150, 10);
  send(range, "pointerup", 150, 10);
  browserMoves(70);
  assert.deepEqual(told, [["input", "70"]]);
});
