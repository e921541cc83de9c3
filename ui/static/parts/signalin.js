/** A signal in the frame of the large picture: its waveform as large as its canvas is on screen, and the instrument that stands below it. */

import { isSignal } from "../kit/sample.js";
import { paintLarge } from "../kit/waveform.js";
import { runningOf } from "../signal/bearing.js";

/** Samples a second of a model that does not say; so many have the recordings that everybody knows. */
export const USUAL_RATE = 12000;
/** A class with so large a share is asked for. */
const SHARE = 0.1;

/**
 * @param {HTMLElement} frame @param {HTMLElement} opinion where what it reads as stands @param {CanvasRenderingContext2D} context of the large canvas
 * @param {() => void} again draws what is there once more
 */
export function signalIn(frame, opinion, context, again) {
  /** @type {import("../signal/instrument.js").Instrument|null} */
  let instrument = null;
  let [asked, ended] = [false, false];
  const make = async () => {
    asked = true;
    const { mount } = await import("../signal/instrument.js");
    if (ended) return;
    instrument = mount(frame, { again, opinion });
  };
  return {
    /** @param {Model} model that is in the hand now */
    arrive({ shape }) {
      instrument?.silence();
      frame.classList.toggle("gan-of-signal", isSignal(shape));
      opinion.hidden = !isSignal(shape);
      if (isSignal(shape) && !asked) make().catch(reportError);
    },
    /** @param {Float32Array} numbers @param {import("../state/held.js").Pose} pose @param {{width: number, height: number}} size of the canvas on screen */
    show(numbers, { model, classWeights }, { width, height }) {
      const ratio = Math.min(2, devicePixelRatio || 1);
      paintLarge(context, numbers, model.shape, { width, height, ratio });
      instrument?.show({ numbers, shape: model.shape, rate: model.info.rate ?? USUAL_RATE, ...askedFor(model, classWeights) });
    },
    destroy() {
      ended = true;
      instrument?.destroy();
    },
  };
}

/** @typedef {import("../state/models.js").Model} Model */

/**
 * @param {Model} model @param {Float32Array|null} weights of its classes
 * @returns {{running: import("../signal/bearing.js").Running|null, conditions: string[]}} how the machine runs that is mostly asked for, and all conditions that have a share
 */
export function askedFor({ info }, weights) {
  const shares = [...(weights ?? [])].map((share, label) => ({ share, running: runningOf(info.classes?.[label] ?? "") })).filter(({ share }) => share >= SHARE).sort((a, b) => b.share - a.share);
  return { running: shares[0]?.running ?? null, conditions: shares.flatMap(({ running }) => running?.condition ?? []) };
}
