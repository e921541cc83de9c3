/*
 * What the page needs beyond its first picture is asked for once that is on the screen: until then it has the line and the processor to itself.
 * A tab that nobody looks at paints nothing, so it does not wait.
 */
(() => {
  const PATIENCE_MS = 3000;
  const AT_ONCE = 16; // links in a task: asking takes time, too
  let begun = false;

  function begin() {
    if (begun) return;
    begun = true;
    ask([.../** @type {NodeListOf<HTMLLinkElement>} */ (document.querySelectorAll("link[data-later]"))]);
    for (const named of /** @type {NodeListOf<HTMLScriptElement>} */ (document.querySelectorAll("script[data-later]"))) {
      const script = document.createElement("script");
      script.type = named.dataset.later ?? "";
      script.src = named.dataset.src ?? "";
      named.replaceWith(script);
    }
  }

  /** @param {HTMLLinkElement[]} links */
  function ask(links) {
    for (const link of links.splice(0, AT_ONCE)) link.rel = link.dataset.later ?? "";
    if (links.length) setTimeout(ask, 0, links);
  }

  // whoever asks for a tab meanwhile gets it as soon as it can be shown (`shell.js`)
  const tabs = /** @type {HTMLElement|null} */ (document.querySelector(".site-tabs"));
  tabs?.addEventListener("click", ({ target }) => {
    const tab = target instanceof Element && /** @type {HTMLElement|null} */ (target.closest("[role=tab]"));
    if (tab) tabs.dataset.wanted = tab.dataset.tabId;
  });
  if (document.visibilityState === "hidden") return begin();
  new PerformanceObserver(begin).observe({ type: "paint", buffered: true });
  setTimeout(begin, PATIENCE_MS); // where a browser does not tell
})();
