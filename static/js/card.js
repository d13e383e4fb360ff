// Her card: the screen stays on while she shows it, and on a phone of her own it opens without a signal. See card-sw.js.
(() => {
  const card = document.querySelector(".pass");
  const stayOn = () => { if (card && !document.hidden) navigator.wakeLock?.request("screen").catch(() => {}); };
  document.addEventListener("visibilitychange", stayOn);
  stayOn();
  if (!("caches" in window) || !("serviceWorker" in navigator)) return;

  const { her } = document.querySelector("[data-her]").dataset;
  const address = (part) => new URL(part.getAttribute("href") ?? part.getAttribute("src"), location.href).href.split("#")[0];
  const keep = async () => {
    await navigator.serviceWorker.register("/my/card/sw.js", { scope: "/my/card" });
    const page = await fetch("/my/card", { redirect: "error", cache: "no-store" });
    if (!(await page.clone().text()).includes(`data-her="${her}"`)) return; // signed out, or somebody else by now
    const parts = [...document.querySelectorAll("link[rel=stylesheet], script[src], use")].map(address);
    const kept = await caches.open(`card-${her}`);
    await kept.addAll(new Set(parts));
    await kept.put("/my/card", page);
    for (const { url } of await kept.keys()) if (!url.endsWith("/my/card") && !parts.includes(url)) await kept.delete(url);
  };
  const begin = async () => {
    if (!card || !("keep" in card.dataset)) { await caches.delete(`card-${her}`); return; }
    await keep().catch(() => {}); // no signal: what is here stays
    document.querySelector("[data-kept]").hidden = !await caches.match("/my/card");
  };
  begin();
})();
