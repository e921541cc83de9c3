/** Which address is handed on: never one that leads every machine to itself, as long as there is another. */

import assert from "node:assert/strict";
import test from "node:test";

import { roomOf } from "../../../ui/static/share/room.js";

const none = { rooms: [], said: [] };
const rooms = ["http://192.0.2.7:7860/", "http://198.51.100.7:7860/"];

test("a page that is open at an address of the network hands on that one", () => {
  for (const here of ["http://192.0.2.7:7860/", "https://user-gan.hf.space/", "http://lecturer.local:7860/deep/"])
    assert.deepEqual(roomOf({ ...none, rooms, here }), { base: here, choices: [], problem: "" });
});

test("one that is open at this machine's own name hands on its address in the network; where there are several, one can choose", () => {
  for (const here of ["http://localhost:7860/", "http://127.0.0.1:7860/", "http://[::1]:7860/", "http://gan.localhost:7860/", "http://127.8.9.1/"]) {
    assert.deepEqual(roomOf({ ...none, rooms, here }), { base: rooms[0], choices: rooms, problem: "" });
    assert.deepEqual(roomOf({ ...none, rooms: [rooms[0]], here }), { base: rooms[0], choices: [], problem: "" });
  }
});

test("what only this machine can open is told, and what helps where there is a server", () => {
  const here = "http://localhost:7860/";
  assert.match(roomOf({ ...none, here }).problem, /^Only this machine can open this address\. .*--host 0\.0\.0\.0/);
  assert.equal(roomOf({ ...none, here, plain: true }).problem, "Only this machine can open this address.");
});

test("what the server was told goes first; another address than that is told, unless it is this machine's own", () => {
  const said = ["https://example.org/gan/", "https://other.example/"];
  const room = (here) => roomOf({ here, rooms, said });
  assert.deepEqual(room("http://localhost:7860/"), { base: said[0], choices: [], problem: "" });
  assert.deepEqual(room("https://example.org/gan/"), { base: said[0], choices: [], problem: "" });
  assert.deepEqual(room("https://other.example/"), { base: said[1], choices: [], problem: "" });
  assert.match(room("http://192.0.2.7:7860/").problem, /opened at http:\/\/192\.0\.2\.7:7860\/, but its links lead to https:\/\/example\.org\/gan\/.*--public-url/);
});
