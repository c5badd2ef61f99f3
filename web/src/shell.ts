/**
 * The page's service worker: the page itself is there without a connection. It keeps the files of the
 * page and nothing else; photos are not its business.
 */

/// <reference lib="webworker" />
const worker = self as unknown as ServiceWorkerGlobalScope;

const CACHE = "darkroom-shell";

worker.addEventListener("install", (event) => {
  event.waitUntil(worker.skipWaiting()); // it serves every release of the page
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(worker.clients.claim());
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  event.respondWith(url.pathname.includes("/assets/") ? kept(request) : newest(request));
});

/** A file whose name has a hash of its content: what is kept is right for ever. */
async function kept(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  return (await cache.match(request)) ?? store(cache, request, await fetch(request));
}

/** A file as it is now; as it was where it cannot be had. */
async function newest(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  // The page is one, whatever comes behind a question mark.
  const name =
    request.mode === "navigate" ? new URL("./", worker.registration.scope).href : request;
  let answer: Response;
  try {
    answer = await fetch(request);
  } catch (error) {
    const before = await cache.match(name);
    if (before) return before;
    throw error;
  }
  if (request.mode === "navigate" && answer.ok) await forgetEarlier(cache, name, answer.clone());
  return store(cache, name, answer);
}

/** The same answer, which is kept if it is one. */
async function store(cache: Cache, name: RequestInfo, answer: Response): Promise<Response> {
  // Without room, or with an answer that may not be kept, the page works as it did.
  if (answer.status === 200) await cache.put(name, answer.clone()).catch(() => {});
  return answer;
}

/** Delete the files of a release once there is another. */
async function forgetEarlier(cache: Cache, name: RequestInfo, answer: Response): Promise<void> {
  const before = await cache.match(name);
  if (!before || (await before.text()) === (await answer.text())) return;
  const files = (await cache.keys()).filter(({ url }) => url.includes("/assets/"));
  await Promise.all(files.map((file) => cache.delete(file)));
}
