/** The tabs of the page, Gradio's or the plain page's: which one is open, and opening one. Both mark their tabs with `data-tab-id`. */

const TAB = "[role=tab][data-tab-id]";
/** @param {string} which more of the selector @returns {HTMLElement|null} */
const tabOf = (which) => document.querySelector(`${TAB}${which}`);

/** @returns {string|null} id of the open tab */
export function currentTab() {
  return tabOf("[aria-selected=true]")?.dataset.tabId ?? null;
}

/** @param {string} id @returns {boolean} whether there is such a tab; it is open then */
export function openTab(id) {
  const tab = tabOf(`[data-tab-id="${CSS.escape(id)}"]`);
  if (tab && tab.getAttribute("aria-selected") !== "true") tab.click();
  return Boolean(tab);
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
