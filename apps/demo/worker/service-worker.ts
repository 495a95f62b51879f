// Keeps the page's own files, so that it opens without a network. Models and documents are kept by the engine, and pass by here untouched;
// so does all else that the page asks for. A newer version waits until the reader wants it, or no tab is open.

/** Written in by the build: a name that changes with any of the files, and the files, relative to this one. */
declare const SHELL_NAME: string;
declare const SHELL_FILES: readonly string[];

const worker = self as unknown as ServiceWorkerGlobalScope;
const prefix = 'longread-shell-';
const cacheName = prefix + SHELL_NAME;
const addresses = new Set(SHELL_FILES.map((file) => new URL(file, worker.location.href).href));
const home = new URL('./index.html', worker.location.href).href;
const folder = new URL('./', worker.location.href).href;

worker.addEventListener('install', (event) => {
  const fetched = [...addresses].map((address) => new Request(address, { cache: 'reload' }));
  event.waitUntil(caches.open(cacheName).then((cache) => cache.addAll(fetched)));
});

worker.addEventListener('activate', (event) => {
  const tidy = async (): Promise<void> => {
    const names = await caches.keys();
    const old = names.filter((name) => name.startsWith(prefix) && name !== cacheName);
    await Promise.all(old.map((name) => caches.delete(name)));
    await worker.clients.claim();
  };
  event.waitUntil(tidy());
});

worker.addEventListener('message', ({ data }) => {
  if (data === 'use-newest') void worker.skipWaiting();
});

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const address = request.url.split(/[?#]/, 1)[0] ?? request.url;
  const isHome = request.mode === 'navigate' && (address === folder || address === home);
  if (request.method !== 'GET' || !(isHome || addresses.has(address))) return;
  const answer = async (): Promise<Response> => {
    const cache = await caches.open(cacheName);
    return (await cache.match(isHome ? home : address)) ?? fetch(request);
  };
  event.respondWith(answer());
});
