// Opens her card where there is no signal, on a phone that she said is hers alone: card.js keeps it, app.js lets it go at sign-out.
// Served at /my/card/sw.js with the scope /my/card. It only reads; the portal comes first, if it answers within three seconds.
const PATIENCE = 3_000;

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate" && pathname === "/my/card") event.respondWith(openCard(request));
  else if (pathname.startsWith("/static/")) event.respondWith(caches.match(request).then((kept) => kept || fetch(request)));
});

async function openCard(request) {
  const kept = await caches.match("/my/card");
  if (!kept) return fetch(request);
  const late = new Promise((done) => { setTimeout(done, PATIENCE, kept.clone()); });
  const fetched = fetch(request).then((answer) => {
    if (answer.status >= 500) return kept;
    if (!answer.ok) forget(); // she is signed out by now
    return answer;
  });
  return Promise.race([fetched.catch(() => kept), late]);
}

async function forget() {
  for (const name of await caches.keys()) if (name.startsWith("card-")) await caches.delete(name);
}
