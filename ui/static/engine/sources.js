/**
 * Who answers in the server's place: trainings of this device have the addresses that those of a server have (docs/formats.md, section 5), so
 * whoever asks cannot tell the difference. Nobody answers until the modules that keep such trainings are here.
 *
 * @typedef {Object} Source
 * @property {(path: string, options: RequestInit|undefined, goOn: () => Promise<Response>) => Promise<Response>|null} answer to a path below gan/, or
 *   null where that is the server's; `goOn` asks the server, for an answer that has both
 * @property {(id: string, listener: () => void) => () => void} follow told when there is news of that run; gives what ends it
 */

/** That this device keeps trainings, so that the modules for them are wanted. */
const FLAG = "gan-device";
const BELOW = "/gan/";
/** @type {Source|null} */
let source = null;

/** What a worker needs of a run of this device, too, which knows no source: its networks. */
const NETWORK = /^runs\/(device-[a-z0-9_-]+)\/(snapshots\/[\w.]+\.safetensors)$/;

/** @param {Source|null} given */
export function answerBy(given) {
  source = given;
}

/**
 * @param {string} url absolute
 * @param {RequestInit|undefined} options
 * @param {() => Promise<Response>} goOn asks the server
 * @returns {Promise<Response>}
 */
export function answered(url, options, goOn) {
  const path = url.slice(url.lastIndexOf(BELOW) + BELOW.length);
  const network = NETWORK.exec(path);
  return source?.answer(path, options, goOn) ?? (network ? keptNetwork(network[1], network[2]) : goOn());
}

/** @param {string} id @param {string} path @returns {Promise<Response>} */
async function keptNetwork(id, path) {
  const { readFile } = await import("./shelf.js");
  const bytes = await readFile(`${id}/${path}`);
  return new Response(bytes ?? null, { status: bytes ? 200 : 404 });
}

/** @param {string} id of a run @param {() => void} listener @returns {() => void} ends it */
export function follow(id, listener) {
  return source?.follow(id, listener) ?? (() => {});
}

/** @returns {boolean} whether trainings were kept on this device */
export function keepsRuns() {
  try {
    return shelf()?.getItem(FLAG) === "1";
  } catch {
    return false;
  }
}

/** @param {boolean} any */
export function noteRuns(any) {
  try {
    shelf()?.setItem(FLAG, any ? "1" : "");
  } catch {
    // a browser that keeps nothing has no runs after a reload either
  }
}

/** @returns {{getItem: (name: string) => string|null, setItem: (name: string, value: string) => void}|undefined} a worker has none @throws where it is forbidden */
function shelf() {
  return /** @type {any} */ (globalThis).localStorage;
}
