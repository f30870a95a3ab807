// The service worker of the field app. The server puts in front of it what is to be kept:
//
//     self.CAIRN = { version: "9f86…", files: { "/field/": "<SHA-256>", "/static/cairn/field.js": … } }
//
// What is kept is answered from here and never asked for again; a new version is a new worker with a cache of
// its own. Fonts and words are kept as they are used. Everything else, the API above all, goes its own way.

const { version, files } = self.CAIRN;
const NAME = `cairn-field-${version}`;
const SHELL = "/field/";
const AS_USED = /^\/(field\/words\/[a-z-]+\.json|static\/cairn\/fonts\/[\w.-]+\.woff2)$/;
const MENDED = /^\/field\/words\//;

self.addEventListener("install", (event) => event.waitUntil(keepEverything()));
self.addEventListener("activate", (event) => event.waitUntil(forgetOlder()));
self.addEventListener("message", (event) => {
  if (event.data === "take-over") self.skipWaiting();
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate" && url.pathname === SHELL) event.respondWith(kept(SHELL));
  else if (url.pathname in files) event.respondWith(kept(url.pathname));
  else if (AS_USED.test(url.pathname)) event.respondWith(used(event, url.pathname));
});

/** All files of this version, each of them the one that is meant; and what the version before had in use. */
async function keepEverything() {
  const cache = await caches.open(NAME);
  await Promise.all(
    Object.entries(files).map(async ([path, hash]) => {
      const answer = await fetch(path, { cache: "no-store", credentials: "omit" });
      const body = await answer.clone().arrayBuffer();
      if (!answer.ok || (await sha256(body)) !== hash) throw new Error(`${path} is of another version`);
      await cache.put(path, answer);
    }),
  );
  for (const [path, before] of await inUse()) await fresh(cache, path).catch(() => cache.put(path, before));
}

/** Fonts and words that the version before had kept, by address. */
async function inUse() {
  const found = new Map();
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const { pathname } = new URL(request.url);
      if (AS_USED.test(pathname)) found.set(pathname, await cache.match(request));
    }
  }
  return found;
}

async function forgetOlder() {
  const older = (await caches.keys()).filter((name) => name.startsWith("cairn-field-") && name !== NAME);
  await Promise.all(older.map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function kept(path) {
  const cache = await caches.open(NAME);
  return (await cache.match(path)) ?? fetch(path);
}

/** What is kept as it is used. Words are looked at again behind it: somebody may have mended a wording. */
async function used(event, path) {
  const cache = await caches.open(NAME);
  const there = await cache.match(path);
  if (!there) return fresh(cache, path);
  if (MENDED.test(path)) event.waitUntil(fresh(cache, path).catch(() => {}));
  return there;
}

/** Asks for it, and keeps it where it is what it should be: on the way may be a portal that answers everything. */
async function fresh(cache, path) {
  const answer = await fetch(path, { cache: "no-cache" });
  if (!answer.ok || answer.headers.get("Content-Type")?.startsWith("text/")) throw new Error(`no ${path}`);
  if (MENDED.test(path)) await answer.clone().json();
  await cache.put(path, answer.clone());
  return answer;
}

async function sha256(body) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", body));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
