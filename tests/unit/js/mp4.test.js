/** The boxes of an MP4: each as long as it says, and the frames lie where the table of them points. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { fileOf } from "../../../ui/static/kit/mp4.js";

const HOLD_OTHERS = ["moov", "trak", "mdia", "minf", "dinf", "stbl"];

/** @param {Uint8Array} bytes @param {number} from @param {number} to @returns {[string, number, number][]} type, where its body begins and ends */
function boxes(bytes, from = 0, to = bytes.length) {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const found = [];
  for (let at = from; at < to;) {
    const [length, type] = [view.getUint32(at), String.fromCharCode(...bytes.subarray(at + 4, at + 8))];
    assert.ok(length >= 8 && at + length <= to, `${type} of ${length} bytes ends within ${to - at}`);
    found.push([type, at + 8, at + length], ...(HOLD_OTHERS.includes(type) ? boxes(bytes, at + 8, at + length) : []));
    at += length;
  }
  return found;
}

for (const entry of ["avc1", "vp09"])
  test(`frames lie where the file says, ${entry}`, () => {
    const samples = [[7, 8, 9], [10], [11, 12]].map((data, i) => ({ data: Uint8Array.from(data), key: i !== 1 }));
    const bytes = fileOf(samples, { entry, about: Uint8Array.of(1, 2, 3), width: 112, height: 64, ticks: 83 });
    const all = boxes(bytes), view = new DataView(bytes.buffer);
    assert.deepEqual(all.map(([type]) => type), ["ftyp", "moov", "mvhd", "trak", "tkhd", "mdia", "mdhd", "hdlr", "minf", "vmhd", "dinf", "dref", "stbl", "stsd", "stts", "stss", "stsc", "stsz", "stco", "mdat"]);
    const body = (type) => all.find(([name]) => name === type)[1];
    assert.equal(view.getUint32(body("stco") + 8), body("mdat"));
    assert.deepEqual([...bytes.subarray(body("mdat"))], [7, 8, 9, 10, 11, 12]);
    assert.deepEqual([0, 1, 2].map((i) => view.getUint32(body("stsz") + 12 + 4 * i)), [3, 1, 2]);
    assert.deepEqual([view.getUint32(body("stss") + 4), view.getUint32(body("stss") + 8), view.getUint32(body("stss") + 12)], [2, 1, 3]);
    assert.equal(view.getUint32(body("mvhd") + 16), 3 * 83, "how long it is");
    const inner = bytes.subarray(body("stsd") + 8);
    assert.equal(String.fromCharCode(...inner.subarray(4, 8)), entry);
    assert.equal(new DataView(inner.buffer, inner.byteOffset).getUint16(32), 112);
    assert.equal(String.fromCharCode(...inner.subarray(90, 94)), entry === "avc1" ? "avcC" : "vpcC");
  });
