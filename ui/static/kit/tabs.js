/** The tabs of the page, Gradio's or the plain page's: which one is open, and opening one. Both mark their tabs with `data-tab-id`. */

const TAB = "[role=tab][data-tab-id]";

/** @returns {string|null} id of the open tab */
export function currentTab() {
  return document.querySelector(`${TAB}[aria-selected=true]`)?.dataset.tabId ?? null;
}

/** @param {string} id @returns {boolean} whether there is such a tab; it is open then */
export function openTab(id) {
  const tab = document.querySelector(`${TAB}[data-tab-id="${CSS.escape(id)}"]`);
  if (tab && tab.getAttribute("aria-selected") !== "true") tab.click();
  return Boolean(tab);
}

/** @param {() => void} listener told a little after a tab was opened */
export function onTabChange(listener) {
  let last = currentTab();
  const look = () => setTimeout(() => {
    if (currentTab() === last) return;
    last = currentTab();
    listener();
  }, 50);
  for (const name of ["click", "keyup"]) document.addEventListener(name, look);
}
