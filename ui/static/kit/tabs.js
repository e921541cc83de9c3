/**
 * The tabs of the page: which one is open, and opening one. Gradio's page and the plain one mark them alike, with `role` and `data-tab-id`, and
 * nobody else reads that (tests/browser/test_tabs.py tells when Gradio marks them otherwise).
 */

/** The row of tabs, in either page, as style sheets name it. */
export const ROW = ":is(.tab-wrapper, .site-tabs)";

/** @returns {HTMLElement[]} each with its id in `dataset.tabId` */
function tabs() {
  return [...document.querySelectorAll(/** @type {"button"} */ ("[role=tab][data-tab-id]"))];
}

/** @param {HTMLElement} tab */
const isOpen = (tab) => tab.getAttribute("aria-selected") === "true";

/** @returns {string|null} id of the open tab */
export function currentTab() {
  return tabs().find(isOpen)?.dataset.tabId ?? null;
}

/** @returns {string|undefined} id of the tab that somebody asked for before any module was there (`shell/later.js`) */
export function wantedTab() {
  return /** @type {HTMLElement|null} */ (document.querySelector("[role=tablist][data-wanted]"))?.dataset.wanted;
}

/** @param {string} id @returns {boolean} whether there is such a tab; it is open then */
export function openTab(id) {
  const tab = tabs().find(({ dataset }) => dataset.tabId === id);
  if (tab && !isOpen(tab)) tab.click();
  return Boolean(tab);
}

/** @param {number} by 1 for the next tab, -1 for the one before; the first and the last are the ends */
export function stepTab(by) {
  const ids = [...new Set(tabs().map(({ dataset }) => dataset.tabId ?? ""))];
  const next = ids[ids.indexOf(currentTab() ?? "") + by];
  if (next !== undefined) openTab(next);
}

/** @param {() => void} listener told a little after a tab was opened @returns {() => void} stops it */
export function onTabChange(listener) {
  let last = currentTab();
  const look = () => setTimeout(() => {
    if (currentTab() === last) return;
    last = currentTab();
    listener();
  }, 50);
  const names = ["click", "keyup"];
  for (const name of names) document.addEventListener(name, look);
  return () => names.forEach((name) => document.removeEventListener(name, look));
}
