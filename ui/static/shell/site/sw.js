/*
 * Keeps the page for use without network. One cache a version: at the first visit everything but the earlier epochs; those when asked for
 * ("keep"), or as they are looked at. A new version waits until the pages of the old one are closed, so modules never mix.
 */

/** @type {{version: string, core: string[], rest: Object<string, number>}} written by `python -m gan_core site` */
const build = /* BUILD */ null;
const scope = self.registration.scope;
const PREFIX = `gan ${new URL(scope).pathname} `;
const NAME = PREFIX + build.version;
const at = (path) => new URL(path, scope).href;
const known = new Map([...build.core, ...Object.keys(build.rest)].map((path) => [at(path), path]));
const HOME = at("index.html");

self.addEventListener("install", (event) => event.waitUntil(keep(build.core)));

self.addEventListener("activate", (event) => event.waitUntil((async () => {
  const old = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== NAME);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
})()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = request.url.split(/[?#]/)[0];
  const path = url === scope ? HOME : url;
  if (request.method === "GET" && known.has(path)) event.respondWith(answer(path, request));
});

self.addEventListener("message", (event) => event.waitUntil((async () => {
  const tell = async (more = {}) => event.source.postMessage({ version: build.version, ...(await missing()), ...more });
  if (event.data !== "keep") return tell();
  try {
    for (const path of (await missing()).paths) {
      await keep([path]);
      await tell({ keeping: true });
    }
    return tell();
  } catch (error) {
    return tell({ problem: error.message });
  }
})()));

async function answer(url, request) {
  const cache = await caches.open(NAME);
  const kept = await cache.match(url);
  if (kept) return kept;
  const response = await fetch(request);
  if (response.status === 200) cache.put(url, response.clone());
  return response;
}

/** Networks have their content in their name; the rest is asked for anew, so that a version is of one piece. */
async function keep(paths) {
  const cache = await caches.open(NAME);
  const have = new Set((await cache.keys()).map((request) => request.url));
  const wanted = paths.map(at).filter((url) => !have.has(url));
  for (let i = 0; i < wanted.length; i += 6)
    await Promise.all(wanted.slice(i, i + 6).map(async (url) => {
      // some servers send index.html elsewhere, and what was sent elsewhere cannot open a page
      const response = await fetch(url === HOME ? scope : url, { cache: url.endsWith(".safetensors") ? "default" : "no-cache" });
      if (response.status !== 200) throw new Error(`${known.get(url)}: status ${response.status}`);
      await cache.put(url, response);
    }));
}

async function missing() {
  const cache = await caches.open(NAME);
  const have = new Set((await cache.keys()).map((request) => request.url));
  const paths = Object.keys(build.rest).filter((path) => !have.has(at(path)));
  return { paths, missing: paths.length, bytes: paths.reduce((sum, path) => sum + build.rest[path], 0) };
}
