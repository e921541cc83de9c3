/**
 * The runs of this device: the files of a run folder (docs/formats.md, section 4) by their paths, in IndexedDB, or where a browser has none in
 * memory, as long as the page lives. What is written together is there together.
 */

import { t } from "../i18n/i18n.js";
import { memoryShelf, shelfElsewhere } from "./shelves.js";

/** Of all runs together. */
export const MOST = { runs: 12, bytes: 400e6 };

/** @typedef {import("./shelves.js").Changes} Changes */
/** @typedef {import("./shelves.js").Shelf} Shelf */

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
    return new Store(await shelfElsewhere(), true);
  } catch (error) {
    console.info("No IndexedDB, so trainings are kept as long as this page lives:", error);
    return new Store(memoryShelf(), false);
  }
}
