/*
 * Keeps the page for use without network. One cache a version: at the first visit what the build has chosen for every tab; the rest, earlier epochs
 * and larger models, when asked for ("keep"), or as it is looked at. Whoever saves data gets no more than the page itself before asking for the rest. A new version waits
 * until the pages of the old one are closed, so modules never mix.
 */

/**
 * @typedef {Record<string, number>} Sizes in bytes, by path
 * @typedef {{version: string, page: string[], core: Sizes, rest: Sizes}} Build `page` opens it, with `core` every tab works, `rest` is the rest
 * @typedef {{version: string, whole: boolean, core: boolean, bytes: number, keeping?: boolean, problem?: string}} Told `core`: whether every tab works
 *   without network, `bytes`: what is missing
 */

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
const build = /** @type {Build} */ (/** @type {unknown} */ (/* BUILD */ null)); // written by `python -m gan_core site`
const scope = worker.registration.scope;
const PREFIX = `gan ${new URL(scope).pathname} `;
const NAME = PREFIX + build.version;
const AT_ONCE = 3;
/** So long a hand holds up what is fetched ahead at most: it comes to its end also where somebody never rests. */
const [LOOK_MS, MOST_MS] = [100, 20_000];
/** Until then the page wants the processor for itself (kit/giveway.js). */
let way = 0;
/** @param {string} path */
const at = (path) => new URL(path, scope).href;
const later = { ...build.core, ...build.rest };
const known = new Map([...build.page, ...Object.keys(later)].map((path) => [at(path), path]));
const HOME = at("index.html");

worker.addEventListener("install", (event) => event.waitUntil(keep(savesData() ? build.page : [...build.page, ...Object.keys(build.core)])));

worker.addEventListener("activate", (event) => event.waitUntil((async () => {
  const old = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== NAME);
  await Promise.all(old.map((name) => caches.delete(name)));
  await worker.clients.claim();
})()));

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = request.url.split(/[?#]/)[0];
  const path = url === scope ? HOME : url;
  if (request.method === "GET" && known.has(path)) event.respondWith(answer(path, request));
});

worker.addEventListener("message", (event) => event.waitUntil((async () => {
  if (event.data?.wait) return void (way = Date.now() + Number(event.data.wait));
  const tell = async (more = {}) => event.source?.postMessage({ ...(await state()), ...more });
  if (event.data !== "keep") return tell();
  try {
    for (const path of await missing()) {
      await keep([path]);
      await tell({ keeping: true });
    }
    return tell();
  } catch (error) {
    return tell({ problem: error instanceof Error ? error.message : String(error) });
  }
})()));

/** @returns {boolean} whether the visitor has asked the browser to save data; not every browser tells its workers, so the page says it too (`shell.js`) */
function savesData() {
  const { connection } = /** @type {{connection?: {saveData?: boolean}}} */ (worker.navigator);
  return connection?.saveData === true || new URL(worker.location.href).searchParams.has("saves");
}

/** @param {string} url @param {Request} request */
async function answer(url, request) {
  const cache = await caches.open(NAME);
  const kept = await cache.match(url);
  if (kept) return kept;
  const response = await fetch(request);
  if (response.status === 200) cache.put(url, response.clone());
  return response;
}

/** Networks have their content in their name; the rest is asked for anew, so that a version is of one piece. @param {string[]} paths */
async function keep(paths) {
  const cache = await caches.open(NAME);
  const have = new Set((await cache.keys()).map(({ url }) => url));
  const wanted = paths.map(at).filter((url) => !have.has(url));
  for (let i = 0; i < wanted.length; i += AT_ONCE) {
    for (let waited = 0; Date.now() < way && waited < MOST_MS; waited += LOOK_MS) await new Promise((go) => setTimeout(go, LOOK_MS));
    await Promise.all(wanted.slice(i, i + AT_ONCE).map(async (url) => {
      // some servers send index.html elsewhere, and what was sent elsewhere cannot open a page
      const response = await fetch(url === HOME ? scope : url, { cache: url.endsWith(".safetensors") ? "default" : "no-cache" });
      if (response.status !== 200) throw new Error(`${known.get(url)}: status ${response.status}`);
      await cache.put(url, response);
    }));
  }
}

/** @returns {Promise<string[]>} what is not kept yet, what every tab needs first */
async function missing() {
  const cache = await caches.open(NAME);
  const have = new Set((await cache.keys()).map(({ url }) => url));
  return Object.keys(later).filter((path) => !have.has(at(path)));
}

/** @returns {Promise<Told>} */
async function state() {
  const paths = await missing();
  return {
    version: build.version, whole: paths.length === 0, core: !paths.some((path) => path in build.core),
    bytes: paths.reduce((sum, path) => sum + later[path], 0),
  };
}
