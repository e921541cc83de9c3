/** The database of the runs that this device keeps (device/store.js), opened by a page or a worker: a file by `<run>/<path>`, its size beside it. */

const NAME = "gan-device";
export const FILES = "files";

/** @type {Promise<IDBDatabase>|null} */
let opened = null;

/** @returns {Promise<IDBDatabase>} the same one, however many ask @throws where the browser has none */
export function openDatabase() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(FILES);
    request.onerror = () => reject(request.error ?? new Error("IndexedDB failed"));
    request.onsuccess = () => resolve(request.result);
  });
  opened.catch(() => (opened = null));
  return opened;
}

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
export function promised(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("IndexedDB failed"));
  });
}

/** @param {string} key @returns {Promise<Uint8Array<ArrayBuffer>|undefined>} */
export async function readFile(key) {
  return promised((await openDatabase()).transaction(FILES, "readonly").objectStore(FILES).get(key));
}
