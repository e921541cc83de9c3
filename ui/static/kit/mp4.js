/**
 * Moving pictures as an MP4: the browser encodes, this puts the boxes around it. Sources: W3C, WebCodecs; ISO/IEC 14496-12, chapter 8 (the boxes);
 * ISO/IEC 14496-15, 5.4 (`avcC`); WebM project, VP Codec ISO Media File Format Binding (`vpcC`).
 */

import { t } from "../i18n/i18n.js";

/** What may encode it, the best known to other programs first. @type {[codec: string, entry: "avc1"|"vp09"][]} */
const CODECS = [["avc1.420028", "avc1"], ["vp09.00.41.08", "vp09"]];
const BITS = 4e6; // a second: pixels keep their edges
const TICKS = 1000; // a second, of the times in the file
/** Version 1, profile 0, level 4.1, 8 bits of 4:2:0, colours of BT.709, nothing to begin with. */
const OF_VP9 = [1, 0, 0, 0, 0, 41, (8 << 4) | 2, 1, 1, 1, 0, 0];
const MATRIX = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000]; // a picture as it is: neither turned nor moved
const LANGUAGE = 0x55c4; // undetermined

/** @typedef {{data: Uint8Array<ArrayBuffer>, key: boolean}} Sample an encoded frame; `key`: it needs no other */
/** @typedef {{entry: "avc1"|"vp09", about: Uint8Array<ArrayBuffer>, width: number, height: number, ticks: number}} Track `about`: what a decoder has to know; `ticks` a frame */

/**
 * @param {(i: number) => HTMLCanvasElement} draw each frame, all of one size, whose sides are even
 * @param {number} count @param {number} framesPerSecond
 * @returns {Promise<Blob>}
 * @throws {Error} where the browser encodes none, with what to do
 */
export async function mp4Of(draw, count, framesPerSecond) {
  const { width, height } = draw(0);
  const [codec, entry] = await usable(width, height, framesPerSecond);
  /** @type {Sample[]} */
  const samples = [];
  /** @type {Error[]} */
  const failures = [];
  let about = Uint8Array.from(OF_VP9);
  const encoder = new VideoEncoder({
    output: (chunk, more) => {
      const data = new Uint8Array(chunk.byteLength);
      chunk.copyTo(data);
      samples.push({ data, key: chunk.type === "key" });
      const told = more?.decoderConfig?.description;
      if (told && entry === "avc1") about = ArrayBuffer.isView(told) ? new Uint8Array(told.buffer, told.byteOffset, told.byteLength).slice() : new Uint8Array(told).slice();
    },
    error: (error) => void failures.push(error),
  });
  encoder.configure(codec);
  for (let i = 0; i < count && !failures.length; i += 1) {
    const frame = new VideoFrame(draw(i), { timestamp: Math.round((i * 1e6) / framesPerSecond) });
    encoder.encode(frame, { keyFrame: i === 0 });
    frame.close();
    await new Promise((resolve) => setTimeout(resolve)); // the page goes on between frames
  }
  if (!failures.length) await encoder.flush();
  if (encoder.state !== "closed") encoder.close(); // an error closes it
  if (failures.length) throw failures[0];
  return new Blob([fileOf(samples, { entry, about, width, height, ticks: Math.round(TICKS / framesPerSecond) })], { type: "video/mp4" });
}

/** @param {number} width @param {number} height @param {number} framerate @returns {Promise<[VideoEncoderConfig, "avc1"|"vp09"]>} */
async function usable(width, height, framerate) {
  for (const [codec, entry] of "VideoEncoder" in globalThis ? CODECS : []) {
    /** @type {VideoEncoderConfig} */
    const config = { codec, width, height, framerate, bitrate: BITS, ...(entry === "avc1" && { avc: { format: "avc" } }) };
    const { supported } = await VideoEncoder.isConfigSupported(config).catch(() => ({ supported: false }));
    if (supported) return [config, entry];
  }
  throw new Error(t("This browser cannot make an MP4. Take the GIF, or use the app on your own computer, which makes both."));
}

/** @param {number[]} values @returns {number[]} bytes of each, as 32 bits, the highest first */
const words = (...values) => values.flatMap((value) => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]);
/** @param {number[]} values @returns {number[]} */
const halves = (...values) => values.flatMap((value) => [(value >>> 8) & 255, value & 255]);
const letters = (/** @type {string} */ text) => Array.from(text, (letter) => letter.charCodeAt(0));
const none = (/** @type {number} */ count) => new Array(count).fill(0);

/** @param {string} type @param {...number[]} parts @returns {number[]} */
function box(type, ...parts) {
  const body = parts.flat();
  return [...words(8 + body.length), ...letters(type), ...body];
}

/**
 * @param {Sample[]} samples @param {Track} track
 * @returns {Uint8Array<ArrayBuffer>} the whole file: what it is, where its frames lie, the frames
 */
export function fileOf(samples, track) {
  const type = box("ftyp", letters("isom"), words(0x200), letters("isomiso2mp41"));
  // where the frames lie hangs on how long what says so is, which does not hang on the number
  const start = type.length + movie(samples, track, 0).length + 8;
  const size = samples.reduce((sum, { data }) => sum + data.length, 0);
  const file = new Uint8Array(start + size);
  file.set([...type, ...movie(samples, track, start), ...words(8 + size), ...letters("mdat")]);
  let at = start;
  for (const { data } of samples) {
    file.set(data, at);
    at += data.length;
  }
  return file;
}

/** @param {Sample[]} samples @param {Track} track @param {number} start of the first frame in the file @returns {number[]} */
function movie(samples, { entry, about, width, height, ticks }, start) {
  const long = samples.length * ticks;
  const keys = samples.flatMap(({ key }, i) => (key ? [i + 1] : []));
  const picture = box(entry, none(6), halves(1), none(16), halves(width, height), words(0x480000, 0x480000, 0), halves(1), none(32), halves(0x18, 0xffff),
    box(entry === "avc1" ? "avcC" : "vpcC", Array.from(about)));
  const table = box("stbl",
    box("stsd", words(0, 1), picture), box("stts", words(0, 1, samples.length, ticks)), box("stss", words(0, keys.length, ...keys)),
    box("stsc", words(0, 1, 1, samples.length, 1)), box("stsz", words(0, 0, samples.length, ...samples.map(({ data }) => data.length))), box("stco", words(0, 1, start)));
  const media = box("mdia",
    box("mdhd", words(0, 0, 0, TICKS, long), halves(LANGUAGE, 0)), box("hdlr", words(0, 0), letters("vide"), none(12), letters("frames\0")),
    box("minf", box("vmhd", words(1), none(8)), box("dinf", box("dref", words(0, 1), box("url ", words(1)))), table));
  return box("moov",
    box("mvhd", words(0, 0, 0, TICKS, long, 0x10000), halves(0x100), none(10), words(...MATRIX), none(24), words(2)),
    box("trak", box("tkhd", words(3, 0, 0, 1, 0, long), none(8), halves(0, 0, 0, 0), words(...MATRIX), words(width << 16, height << 16)), media));
}
