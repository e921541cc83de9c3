/**
 * The runs of this device: the files of a run folder (docs/formats.md, section 4) by their paths, in IndexedDB, or where a browser has none in
 * memory, as long as the page lives. What is written together is there together.
 */

import { FILES, openDatabase, promised } from "../engine/shelf.js";
import { t } from "../i18n/i18n.js";

/** Of all runs together. */
export const MOST = { runs: 12, bytes: 400e6 };

/** @typedef {Object<string, Uint8Array<ArrayBuffer>|null>} Changes by path; null takes the file away */

/** @typedef {Object} Shelf where the files lie, by `<run>/<path>`
 * @property {(key: string) => Promise<Uint8Array<ArrayBuffer>|undefined>} get
 * @property {(from: string) => Promise<Map<string, number>>} sizes bytes of every file whose key begins so
 * @property {(changes: Changes) => Promise<void>} write all of them or none
 */

export class Store {
  /** @param {Shelf} shelf @param {boolean} lasting whether it is there after a reload */
  constructor(shelf, lasting) {
    this.shelf = shelf;
    this.lasting = lasting;
  }

  /** @returns {Promise<string[]>} ids of the runs, in no order */
  async runs() {
    const keys = [...(await this.shelf.sizes("")).keys()];
    return keys.filter((key) => /^[^/]+\/config\.json$/.test(key)).map((key) => key.split("/")[0]);
  }

  /** @param {string} id @returns {Promise<Map<string, number>>} bytes by path */
  async paths(id) {
    const sizes = await this.shelf.sizes(`${id}/`);
    return new Map([...sizes].map(([key, bytes]) => [key.slice(id.length + 1), bytes]));
  }

  /** @param {string} id @param {string} path */
  read(id, path) {
    return this.shelf.get(`${id}/${path}`);
  }

  /** @param {string} id @param {string} path @returns {Promise<any>} null where there is none, or none that can be read */
  async json(id, path) {
    const bytes = await this.read(id, path);
    try {
      return bytes ? JSON.parse(new TextDecoder().decode(bytes)) : null;
    } catch {
      return null;
    }
  }

  /** @param {string} id @param {string} path @returns {Promise<any[]>} the lines that are an object; one that was never finished is left out */
  async lines(id, path) {
    const bytes = await this.read(id, path);
    const lines = bytes ? new TextDecoder().decode(bytes).split("\n") : [];
    return lines.flatMap((line) => {
      try {
        const value = JSON.parse(line);
        return value && typeof value === "object" ? [value] : [];
      } catch {
        return [];
      }
    });
  }

  /** @param {string} id @param {Changes} changes @throws {Error} with a sentence where there is no room */
  async write(id, changes) {
    try {
      await this.shelf.write(Object.fromEntries(Object.entries(changes).map(([path, bytes]) => [`${id}/${path}`, bytes])));
    } catch (error) {
      throw isFull(error) ? new Error(t("This device has no room left for the training. Delete a run, or free some disk space; then go on: nothing is lost.")) : error;
    }
  }

  /** @param {string} id */
  async remove(id) {
    const paths = await this.paths(id);
    await this.write(id, Object.fromEntries([...paths.keys()].map((path) => [path, null])));
  }

  /** @throws {Error} where there is no room for one more run */
  async checkRoom() {
    const sizes = await this.shelf.sizes("");
    const runs = (await this.runs()).length;
    const bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    if (runs >= MOST.runs || bytes >= MOST.bytes)
      throw new Error(t("This page keeps {runs} runs with {megabytes} MB here; that is as much as it takes. Delete one of them first.", { runs, megabytes: Math.round(bytes / 1e6) }));
  }
}

/** @param {unknown} error */
function isFull(error) {
  return error instanceof Error && ["QuotaExceededError", "UnknownError"].includes(error.name);
}

/** @returns {Promise<Store>} */
export async function openStore() {
  try {
    return new Store(shelfOf(await openDatabase()), true);
  } catch (error) {
    console.info("No IndexedDB, so trainings are kept as long as this page lives:", error);
    return new Store(memoryShelf(), false);
  }
}

/** @param {IDBDatabase} database @returns {Shelf} the size of a file lies beside it, so that counting reads no file */
function shelfOf(database) {
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
