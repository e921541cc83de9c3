/** Looks at what a training of this device draws, beside it: the grid, the figures of quality, the networks as they are kept. */

import { fetchBytes } from "../engine/programs.js";
import { t } from "../i18n/i18n.js";
import { halved } from "./halves.js";
import { latentFiles } from "./latentfiles.js";
import { kernelsOf, Monitor } from "./monitor.js";
import { pngOf } from "./png.js";

/**
 * @typedef {{do: "begin", about: import("./monitor.js").About}} Begin
 * @typedef {{do: "report", id: number, step: number, seconds: number, always: boolean, exact: boolean, files: Object<string, ArrayBuffer>}} Shown `always`:
 *   looked at whatever it costs; `exact`: its networks are kept as they are
 * @typedef {{do: "latent", id: number, files?: Object<string, ArrayBuffer>}} Latent asks for what goes with these networks; without them those that were looked at last
 * @typedef {{id: number, latent?: Object<string, Uint8Array<ArrayBuffer>>, png?: Uint8Array<ArrayBuffer>, look?: import("./monitor.js").Look, networks?: Object<string, Uint8Array<ArrayBuffer>>, seconds?: number, error?: string}} Looked
 *   `seconds`: what it cost without the figures
 */

/** @type {Promise<Monitor>|null} */
let monitor = null;

/** Without the classifier there are fewer figures, and a training all the same. @param {import("./monitor.js").About} about */
async function begin(about) {
  const [kernels, classifier] = await Promise.all([kernelsOf(), about.classifier ? fetchBytes(about.classifier).catch(() => null) : null]);
  return new Monitor(about, kernels, classifier);
}

/** @param {Monitor} here @param {Object<string, ArrayBuffer>} files */
function take(here, files) {
  here.generator.load(files.generator);
  if (files.encoder) here.encoder.load(files.encoder);
}

/** @param {Shown} shown @returns {Promise<Looked>} */
async function looked({ id, seconds, always, exact, files }) {
  const here = await monitor;
  if (!here) throw new Error(t("This browser could not start the worker that looks at a training."));
  const began = performance.now();
  take(here, files);
  const { pixels, width } = here.grid();
  const networks = Object.fromEntries(Object.entries(files).map(([role, file]) => [role, exact ? new Uint8Array(file) : halved(file)]));
  const png = await pngOf(pixels, width, here.about.shape[2]);
  const cost = (performance.now() - began) / 1000;
  const look = here.about.duel && (always || here.due(seconds)) ? here.look(seconds) : {};
  return { id, png, look, networks, seconds: cost };
}

/** @param {Latent} asked @returns {Promise<Looked>} */
async function latent({ id, files }) {
  const here = await monitor;
  if (files && here) take(here, files);
  if (!here?.generator.network) return { id, latent: {} };
  const { generator, encoder, about } = here;
  return { id, latent: latentFiles({ generator, encoder: encoder.network && encoder, images: about.images, latentDim: about.latentDim, classes: about.classes }) };
}

self.addEventListener("message", async (/** @type {MessageEvent<Begin|Shown|Latent>} */ { data }) => {
  if (data.do === "begin") {
    monitor = begin(data.about);
    monitor.catch(() => {}); // whoever asks hears it
    return;
  }
  try {
    const answer = await (data.do === "latent" ? latent(data) : looked(data));
    self.postMessage(answer, { transfer: Object.values({ ...answer.networks, ...answer.latent }).map(({ buffer }) => buffer) });
  } catch (error) {
    self.postMessage({ id: data.id, error: error instanceof Error ? error.message : String(error) });
  }
});
