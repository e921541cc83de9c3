/**
 * The one sound of the page: a window of a signal, over and over. It begins only where somebody presses for it; another window of the same signal
 * takes its place without a click, at the same moment of the turn, so that what bends the signal is heard as it bends.
 */

import { resampled, ringOf } from "./loop.js";

/** Of what the loudspeaker can. */
const GENTLE = 0.3;
/** How long one window fades into the next, and into silence, in seconds. */
const FADE = 0.06;
/** Between two windows (ms): they overlap for FADE. */
const EACH_MS = 90;

/** @typedef {{source: AudioBufferSourceNode, gain: GainNode}} Voice */

class Sound {
  /** @type {AudioContext|null} */
  context = null;
  /** @type {Voice|null} */
  voice = null;
  /** @type {object|null} who plays */
  owner = null;
  /** What is heard: once around. @type {Float32Array|null} */
  heard = null;
  /** @type {Set<() => void>} */
  listeners = new Set();
  /** @type {{wave: ArrayLike<number>, rate: number}|null} what comes next */
  next = null;
  timer = 0;
  began = 0;

  /** @param {() => void} listener told when it begins, or ends @returns {() => void} stops it */
  subscribe(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Begins; whoever played before does not any more. @param {object} owner @param {ArrayLike<number>} wave in [-1, 1] @param {number} rate samples a second */
  play(owner, wave, rate) {
    this.context ??= new AudioContext();
    this.context.resume().catch(reportError);
    this.#end();
    this.owner = owner;
    this.began = this.context.currentTime;
    this.#put(wave, rate);
    this.#tell();
  }

  /** Another window, where it is that one's turn to play. @param {object} owner @param {ArrayLike<number>} wave @param {number} rate */
  change(owner, wave, rate) {
    if (this.owner !== owner) return;
    this.next = { wave, rate };
    if (this.timer) return;
    const follow = () => {
      this.timer = 0;
      if (!this.next || !this.owner) return;
      this.#put(this.next.wave, this.next.rate);
      this.next = null;
      this.timer = window.setTimeout(follow, EACH_MS);
    };
    follow();
  }

  /** @param {object} owner who falls silent; nobody else does */
  stop(owner) {
    if (this.owner !== owner) return;
    this.#end();
    this.owner = this.heard = null;
    this.#tell();
    // a context that runs keeps the loudspeaker awake
    const { context } = this;
    setTimeout(() => this.owner === null && context?.suspend(), 4000 * FADE);
  }

  /** @param {ArrayLike<number>} wave @param {number} rate */
  #put(wave, rate) {
    const { context } = this;
    if (!context) return;
    const heard = resampled(ringOf(wave), rate, context.sampleRate);
    const buffer = context.createBuffer(1, heard.length, context.sampleRate);
    buffer.copyToChannel(heard, 0);
    const source = new AudioBufferSourceNode(context, { buffer, loop: true });
    const gain = new GainNode(context, { gain: 0 });
    source.connect(gain).connect(context.destination);
    const now = context.currentTime;
    gain.gain.setValueAtTime(0, now);
    gain.gain.linearRampToValueAtTime(GENTLE, now + FADE);
    source.start(now, (now - this.began) % buffer.duration);
    this.#fade();
    this.voice = { source, gain };
    this.heard = heard;
  }

  #fade() {
    const { context, voice } = this;
    if (!context || !voice) return;
    const now = context.currentTime;
    voice.gain.gain.cancelScheduledValues(now);
    voice.gain.gain.setValueAtTime(voice.gain.gain.value, now);
    voice.gain.gain.linearRampToValueAtTime(0, now + FADE);
    voice.source.stop(now + FADE);
    this.voice = null;
  }

  #end() {
    clearTimeout(this.timer);
    this.timer = 0;
    this.next = null;
    this.#fade();
  }

  #tell() {
    for (const listener of [...this.listeners]) listener();
  }
}

export const sound = new Sound();
