// Opens today's and tomorrow's registers where there is no signal. It only reads: taps are kept and sent by the page (outbox.js).
//
// Served at /registers/sw.js with the scope /registers. Pages come from the portal when it answers within three seconds, else from
// the phone; files whose address changes with their content come from the phone at once. Nothing else passes through here: no POST,
// no JSON, nothing outside the registers. Decision 24 says why.
const NAMES = "registers-names-1"; // pages with names on them; leave after a day, or with who they were kept for
const PARTS = "registers-parts-1"; // what pages are made of, without a name: scripts, styles, icons, the page for "not kept here"
const ABOUT = "/registers/offline.json"; // in NAMES: whose pages these are, when they were kept and how long they may stay
const PATIENCE = 3_000;
const FRESH = 300_000;

// A new release takes over at once. It shares nothing with an open page but the names above; who changes what is kept there
// gives them another number, and the old ones go.
addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) {
    if (name.startsWith("registers-") && name !== NAMES && name !== PARTS) await caches.delete(name);
  }
  await about();
  await clients.claim();
})()));

addEventListener("message", (event) => {
  if (event.data.keep) event.waitUntil(keep(event.data.keep).catch(() => {})); // no signal: the next visit asks again
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(openPage(request));
  else if (!pathname.startsWith("/registers")) event.respondWith(openPart(request));
});

// What is known about the kept pages, or nothing once their time is over: then they are gone. A clock that was put back by more
// than they may stay ends them too.
async function about() {
  const kept = await caches.has(NAMES) && await (await caches.open(NAMES)).match(ABOUT);
  if (!kept) return null;
  const known = await kept.json();
  if (Math.abs(Date.now() - known.kept_at) < known.stays) return known;
  await caches.delete(NAMES);
  return null;
}

async function openPage(request) {
  const known = await about();
  const path = new URL(request.url).pathname;
  const kept = known && await (await caches.open(NAMES)).match(path);
  const fetched = fetch(request).then((answer) => (answer.status >= 500 && kept) || answer);
  if (!kept) return fetched.catch(notKept);
  const late = new Promise((done) => { setTimeout(done, PATIENCE, kept.clone()); });
  return Promise.race([fetched.catch(() => kept), late]);
}

async function notKept() {
  return (await (await caches.open(PARTS)).match("/registers/not-here")) || Response.error();
}

async function openPart(request) {
  const parts = await caches.open(PARTS);
  return (await parts.match(request.url)) || fetch(request);
}

// Keep today's and tomorrow's registers of who is signed in, and all that they ask for.
async function keep(language) {
  const known = await about();
  const names = await caches.open(NAMES); // before anything is asked: after a sign-out it is another one
  const answer = await fetch(ABOUT, { redirect: "error", cache: "no-store" });
  if (!answer.ok) return;
  const { user, pages, assets, now, until } = await answer.json();
  const isSame = known && known.user === user && known.language === language && String(known.pages) === String(pages);
  if (isSame && Date.now() - known.kept_at < FRESH) return;
  if (known && known.user !== user) for (const request of await names.keys()) await names.delete(request);

  const asked = new Set(assets);
  const parts = await caches.open(PARTS);
  const keepPage = async (cache, path, address, options, isRight) => {
    const page = await fetch(address, { redirect: "error", cache: "no-store", ...options });
    const text = await page.clone().text();
    if (!page.ok || !isRight(text)) throw new Error(path); // a café's page, or somebody else signed in meanwhile
    for (const [, part] of text.matchAll(/(?:src|href)="(\/static\/[^"#]+)/g)) asked.add(part.replaceAll("&amp;", "&"));
    await cache.put(path, page);
  };
  await keepPage(parts, "/registers/not-here", `/registers/not-here?lang=${language}`, { credentials: "omit" }, (text) => text.includes("on-phone"));
  const write = (listed, keptAt) => names.put(ABOUT, Response.json({
    user, language, pages: listed, kept_at: keptAt, stays: Date.parse(until) - Date.parse(now), // by our clock, right or wrong
  }));
  // First, so that no name is here without an end to it; the older pages end when they would have.
  await write([], known?.user === user ? known.kept_at : Date.now());
  for (const path of pages) await keepPage(names, path, path, {}, (text) => text.includes(`data-user="${user}"`));
  for (const part of asked) if (!await parts.match(part)) await parts.add(part);
  await write(pages, Date.now());

  // All of it is new, so nothing that is kept asks for what an earlier release brought, or shows a day that is over.
  const wanted = new Set([...pages, ...pages.map((path) => `${path}/state.json`), ABOUT, "/registers/not-here", ...asked]);
  for (const cache of [names, parts]) {
    for (const request of await cache.keys()) {
      const { pathname, search } = new URL(request.url);
      if (!wanted.has(pathname + search)) await cache.delete(request);
    }
  }
}
