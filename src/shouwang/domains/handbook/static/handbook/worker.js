// Keeps the pocket guides on the phone. Its address limits it to /guide/; nothing else of the product is kept.
//
// A page is asked for first and shown from the phone when no answer comes in time; so a new version is seen as
// soon as there is network, and a weak network keeps nobody waiting. If the answer then says something else,
// the page that was shown is told. Files below /static/ come from the phone once they are there.

const CACHE = "shouwang-guide-1";
const PATIENCE = 2500;
const PAGE = /^\/guide\/([a-z0-9_-]+\/)?$/;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(begin()));
self.addEventListener("message", (event) => {
  if (event.data.keep) event.waitUntil(keep(event.data, event.source));
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate" && PAGE.test(url.pathname)) event.respondWith(page(event, url.pathname));
  else if (url.pathname.startsWith("/static/")) event.respondWith(file(request));
});

async function begin() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("shouwang-guide-") && name !== CACHE).map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function keep({ keep: files, page: path }, client) {
  const cache = await caches.open(CACHE);
  if (!(await kept(cache, path))) await store(cache, path, await fetch(path, { credentials: "same-origin" }));
  for (const url of files) if (!(await kept(cache, url))) await store(cache, url, await fetch(url));
  if (await kept(cache, path)) client.postMessage({ kept: path });
}

async function page(event, path) {
  const cache = await caches.open(CACHE);
  const old = await kept(cache, path);
  const asked = fetch(event.request).then(async (answer) => {
    await store(cache, path, answer.clone());
    return answer;
  });
  if (!old) return asked;
  const state = { isLate: false };
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE)).then(() => {
    state.isLate = true;
    return old;
  });
  const answered = asked.then((answer) => (answer.status >= 500 ? old : answer)).catch(() => old);
  event.waitUntil(asked.then((answer) => state.isLate && tell(event, path, old, answer)).catch(() => {}));
  return Promise.race([answered, late]);
}

// The page that was shown from the phone is told when what has come in meanwhile says something else.
async function tell(event, path, old, answer) {
  const mark = "X-Shouwang-Guide";
  if (!answer.ok || answer.headers.get(mark) === old.headers.get(mark)) return;
  const client = await self.clients.get(event.resultingClientId);
  if (client) client.postMessage({ newer: path });
}

// In one deployment a file below /static/ bears its digest, or changes with the next start: fetch it when it
// can be had, and use the kept one when not.
async function file(request) {
  const cache = await caches.open(CACHE);
  const old = await kept(cache, request.url);
  if (old && /\.[0-9a-f]{12}\./.test(request.url)) return old;
  try {
    const answer = await fetch(request);
    if (old) await store(cache, request.url, answer.clone());
    return answer;
  } catch (problem) {
    if (old) return old;
    throw problem;
  }
}

// A redirect (to the sign-in page) is never kept in the place of a guide.
async function store(cache, url, answer) {
  if (answer.ok && !answer.redirected && answer.type === "basic") await cache.put(url, answer);
}

function kept(cache, url) {
  return cache.match(url, { ignoreVary: true });
}
