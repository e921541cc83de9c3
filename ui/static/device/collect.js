/** What a person drops or chooses, of whatever form: files, a heap of them, a folder. Nothing is read yet. */

import { t } from "../i18n/i18n.js";

/** @typedef {{path: string, file: Blob}} Given a file and its path below what was given, with `/` */

export const MOST_FILES = 20_000;
/** As gan_core/kind.py has it. */
export const MOST_CLASSES = 1000;
const LONGEST_NAME = 72;
const DEEPEST = 5;
const HIDDEN = /(^|\/)(\.|__MACOSX(\/|$)|Thumbs\.db$|desktop\.ini$)/;

/** @param {Iterable<File>} files of a chooser @returns {Given[]} a chosen folder's files with their paths in it, hidden ones left out */
export function ofChooser(files) {
  return bounded(Array.from(files, (file) => ({ path: file.webkitRelativePath || file.name, file })));
}

/**
 * What was dropped, its folders opened.
 * @param {DataTransfer} dropped read at once: it is empty when the event is over
 * @returns {Promise<Given[]>}
 * @throws {Error} where there are too many
 */
export async function ofDrop(dropped) {
  const entries = [...dropped.items].map((item) => item.webkitGetAsEntry?.() ?? null).filter((entry) => entry !== null);
  if (!entries.length) return ofChooser(dropped.files);
  /** @type {Given[]} */
  const found = [];
  for (const entry of entries) await walk(entry, "", found, 0);
  return bounded(found);
}

/** @param {FileSystemEntry} entry @param {string} above @param {Given[]} found @param {number} depth */
async function walk(entry, above, found, depth) {
  const path = above + entry.name;
  if (HIDDEN.test(path) || depth > DEEPEST || found.length > MOST_FILES) return;
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => /** @type {FileSystemFileEntry} */ (entry).file(resolve, reject));
    found.push({ path, file });
    return;
  }
  const reader = /** @type {FileSystemDirectoryEntry} */ (entry).createReader();
  for (;;) {
    // a browser gives a hundred at a time
    const part = /** @type {FileSystemEntry[]} */ (await new Promise((resolve, reject) => reader.readEntries(resolve, reject)));
    if (!part.length) return;
    for (const each of part) await walk(each, `${path}/`, found, depth + 1);
  }
}

/** @param {Given[]} given @returns {Given[]} @throws {Error} */
function bounded(given) {
  const shown = given.filter(({ path }) => !HIDDEN.test(path));
  if (shown.length > MOST_FILES) throw new Error(t("There are over {most} files. Take fewer pictures, or one zip of them.", { most: MOST_FILES }));
  return shown;
}

/** @param {string[]} given @returns {string[]} names as classes may have them, all different: gan_core/data/own/arrays.py, class_names */
export function classNames(given) {
  /** @type {string[]} */
  const names = [];
  for (const [number, text] of given.entries()) {
    const name = text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "?").trim().slice(0, LONGEST_NAME) || `class ${number}`;
    names.push(names.includes(name) ? `${name} (${number})` : name);
  }
  return names;
}

/** @param {string} path @returns {string} its last part */
export const baseName = (path) => path.slice(path.lastIndexOf("/") + 1);
