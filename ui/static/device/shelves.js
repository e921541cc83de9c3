/**
 * Where the files of runs lie: in IndexedDB, in memory, or in IndexedDB by way of a worker. A training writes its state every second, some
 * megabytes; a browser makes a copy of them first, on the thread that asks, which was a frame or two of the hand's each time.
 */

import { FILES, openDatabase, promised } from "../engine/shelf.js";
import { t } from "../i18n/i18n.js";

/** @typedef {Object<string, Uint8Array<ArrayBuffer>|null>} Changes by path; null takes the file away */

/** @typedef {Object} Shelf where the files lie, by `<run>/<path>`
 * @property {(key: string) => Promise<Uint8Array<ArrayBuffer>|undefined>} get
 * @property {(from: string) => Promise<Map<string, number>>} sizes bytes of every file whose key begins so
 * @property {(changes: Changes) => Promise<void>} write all of them or none
 */

/** @param {IDBDatabase} database @returns {Shelf} the size of a file lies beside it, so that counting reads no file */
export function shelfOf(database) {
  const SIZE = "#";
  const files = (/** @type {IDBTransactionMode} */ mode) => database.transaction(FILES, mode).objectStore(FILES);
  return {
    get: (key) => promised(files("readonly").get(key)),
    async sizes(from) {
      const range = IDBKeyRange.bound(SIZE + from, `${SIZE}${from}\uffff`);
      const shelf = files("readonly");
      const [keys, sizes] = await Promise.all([promised(shelf.getAllKeys(range)), promised(shelf.getAll(range))]);
      return new Map(keys.map((key, i) => [String(key).slice(1), Number(sizes[i])]));
    },
    write(changes) {
      const transaction = database.transaction(FILES, "readwrite");
      const shelf = transaction.objectStore(FILES);
      return new Promise((resolve, reject) => {
        transaction.oncomplete = () => resolve();
        transaction.onabort = transaction.onerror = () => reject(transaction.error);
        for (const [key, bytes] of Object.entries(changes)) {
          if (bytes) shelf.put(bytes, key);
          else shelf.delete(key);
          if (bytes) shelf.put(bytes.byteLength, SIZE + key);
          else shelf.delete(SIZE + key);
        }
      });
    },
  };
}

/** @returns {Shelf} */
export function memoryShelf() {
  /** @type {Map<string, Uint8Array<ArrayBuffer>>} */
  const files = new Map();
  return {
    get: async (key) => files.get(key),
    sizes: async (from) => new Map([...files].filter(([key]) => key.startsWith(from)).map(([key, bytes]) => [key, bytes.byteLength])),
    async write(changes) {
      for (const [key, bytes] of Object.entries(changes)) {
        if (bytes) files.set(key, bytes);
        else files.delete(key);
      }
    },
  };
}

/** @typedef {{id: number, call: "get"|"sizes"|"write", argument: any}} Call */
/** @typedef {{id: number, value?: any, error?: {name: string, message: string}}} Answer */
/** @typedef {{postMessage: (message: any) => void, onmessage: ((event: MessageEvent) => void)|null}} Port of a worker, or of what stands for one */

/** What the worker does: answer from a shelf. @param {Port} port @param {Promise<Shelf>} shelf */
export function serve(port, shelf) {
  shelf.catch(() => {}); // whoever asks hears it
  port.onmessage = async (/** @type {MessageEvent<Call>} */ { data: { id, call, argument } }) => {
    try {
      port.postMessage({ id, value: await (await shelf)[call](argument) });
    } catch (error) {
      const { name, message } = error instanceof Error ? error : new Error(String(error));
      port.postMessage({ id, error: { name, message } });
    }
  };
}

/** @param {() => Port} open begins another worker where there is none, or none any more @returns {{shelf: Shelf, gone: (error: Error) => void}} `gone`: the worker has ended */
export function shelfOver(open) {
  /** @type {Map<number, {resolve: (value: any) => void, reject: (error: Error) => void}>} */
  const waiting = new Map();
  /** @type {Port|null} */
  let port = null;
  let count = 0;
  /** @param {Error} error */
  const gone = (error) => {
    port = null;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  /** @param {Call["call"]} call @param {any} argument @returns {Promise<any>} */
  const ask = (call, argument) => new Promise((resolve, reject) => {
    if (!port) {
      port = open();
      port.onmessage = (/** @type {MessageEvent<Answer>} */ { data: { id, value, error } }) => {
        const one = waiting.get(id);
        waiting.delete(id);
        if (error) one?.reject(Object.assign(new Error(error.message), { name: error.name }));
        else one?.resolve(value);
      };
    }
    waiting.set((count += 1), { resolve, reject });
    port.postMessage({ id: count, call, argument });
  });
  return { shelf: { get: (key) => ask("get", key), sizes: (from) => ask("sizes", from), write: (changes) => ask("write", changes) }, gone };
}

/** @returns {Promise<Shelf>} in IndexedDB: by a worker, or where that cannot be, by the page itself @throws where there is no IndexedDB */
export async function shelfElsewhere() {
  const { shelf, gone } = shelfOver(() => {
    const worker = new Worker(new URL("shelfworker.js", import.meta.url), { type: "module" });
    worker.addEventListener("error", () => gone(new Error(t("The worker that keeps the trainings of this device has ended."))));
    return worker;
  });
  try {
    await shelf.sizes("\uffff"); // of no file: only to see that it answers
    return shelf;
  } catch {
    return shelfOf(await openDatabase());
  }
}
