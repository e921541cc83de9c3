/*
 * What the page needs beyond its first picture is asked for once that is on the screen: until then it has the line and the processor to itself.
 * A tab that nobody looks at paints nothing, so it does not wait. What only other tabs need (`data-rest`: Gradio's own page) takes a phone a second
 * in which it answers no finger: that comes when no hand has been on the page for a while, or at once when one goes to the tabs, which a mouse does
 * a moment before it presses.
 */
(() => {
  const PATIENCE_MS = 3000;
  const REST_MS = matchMedia("(pointer: coarse)").matches ? 8000 : 2000;
  const AT_ONCE = 3; // links in a task: each takes a phone 10 ms
  const HANDS = ["pointerdown", "pointermove", "keydown", "wheel", "touchmove", "scroll"];
  let begun = false;
  let timer = 0;

  function begin() {
    if (begun) return;
    begun = true;
    askAll("later");
    if (document.visibilityState === "hidden") return rest();
    for (const name of HANDS) addEventListener(name, wait, { capture: true, passive: true });
    wait();
  }

  function wait() {
    clearTimeout(timer);
    timer = setTimeout(rest, REST_MS);
  }

  function rest() {
    begin();
    clearTimeout(timer);
    for (const name of HANDS) removeEventListener(name, wait, { capture: true });
    askAll("rest");
  }

  /** @param {"later"|"rest"} what */
  function askAll(what) {
    ask([.../** @type {NodeListOf<HTMLLinkElement>} */ (document.querySelectorAll(`link[data-${what}]`))], what);
    for (const named of /** @type {NodeListOf<HTMLScriptElement>} */ (document.querySelectorAll(`script[data-${what}]`))) {
      const script = document.createElement("script");
      script.type = named.dataset[what] ?? "";
      script.src = named.dataset.src ?? "";
      named.replaceWith(script);
    }
  }

  /** @param {HTMLLinkElement[]} links @param {"later"|"rest"} what */
  function ask(links, what) {
    for (const link of links.splice(0, AT_ONCE)) {
      link.rel = link.dataset[what] ?? "";
      delete link.dataset[what];
    }
    if (links.length) setTimeout(ask, 0, links, what);
  }

  const tabs = /** @type {HTMLElement|null} */ (document.querySelector("[role=tablist]"));
  for (const name of ["pointerenter", "focusin"]) tabs?.addEventListener(name, rest, { once: true });
  // whoever asks for a tab meanwhile gets it as soon as it can be shown (`shell.js`, `boot.js`)
  tabs?.addEventListener("click", ({ target }) => {
    const tab = target instanceof Element && /** @type {HTMLElement|null} */ (target.closest("[role=tab]"));
    if (tab) {
      tabs.dataset.wanted = tab.dataset.tabId; // who comes back to the one that is open wants that
      for (const one of tabs.querySelectorAll("[role=tab]")) one.ariaBusy = one === tab && one.ariaSelected !== "true" ? "true" : null;
    }
    rest();
  });
  if (document.visibilityState === "hidden") return begin();
  document.addEventListener("visibilitychange", begin, { once: true });
  new PerformanceObserver(begin).observe({ type: "paint", buffered: true });
  setTimeout(begin, PATIENCE_MS); // where a browser does not tell
})();
