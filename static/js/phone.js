// What a page of the registers says about this phone: what is still on it, and that it opens without a signal. See outbox.js.
const Phone = (() => {
  const NAMES = "registers-names-1"; // as in register-sw.js
  const box = document.getElementById("on-phone");
  const count = box.parentNode.insertBefore(document.createElement("div"), box.nextSibling);
  const user = document.querySelector("[data-user]")?.dataset.user;
  let state = "";
  let waiting;
  let isLate = false;

  // Words come from <template>s, which the portal wrote in the language of the page; [name] is filled in.
  const words = (id, values = {}) => {
    const part = document.getElementById(`t-${id}`).content.cloneNode(true);
    const filled = (text) => text.replace(/\[(\w+)\]/g, (all, name) => values[name] ?? all);
    const parts = document.createTreeWalker(part, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    while (parts.nextNode()) {
      const { currentNode: one } = parts;
      if (one.data) one.data = filled(one.data);
      else for (const { name, value } of one.attributes ?? []) one.setAttribute(name, filled(value));
    }
    return part;
  };

  let isPressed = false; // a button that is replaced under a finger, or moves away from it, takes the tap with it
  addEventListener("pointerdown", () => { isPressed = true; }, true);
  for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => { setTimeout(() => { isPressed = false; }, 50); }, true);
  const released = async () => { for (let times = 100; isPressed && times; times -= 1) await new Promise((done) => { setTimeout(done, 50); }); };

  // What changes at each tap stands outside the role=status: a voice that counts along is no help.
  const draw = async () => {
    const rows = await Outbox.rows();
    const refused = (await Outbox.refused()).filter((one) => !user || one.user === user);
    const mine = rows.filter((row) => !user || row.user === user).length;
    await released();
    const top = count.nextElementSibling?.getBoundingClientRect().top;
    const said = rows.length > mine && !state ? "another" : state;
    isLate = rows.length > 0;
    Outbox.tell("late");
    if (box.dataset.said !== said) {
      box.dataset.said = said;
      box.replaceChildren(...(said ? [words(said)] : []));
    }
    count.replaceChildren(...(rows.length ? [words("waiting", { count: rows.length })] : []), ...refused.map(drawRefused));
    // A finger that is on its way to a button must find it where it was.
    if (top !== undefined && scrollY > 0) scrollBy(0, count.nextElementSibling.getBoundingClientRect().top - top);
  };

  const drawRefused = (one) => {
    const name = one.event.name || document.querySelector(`[data-person="${one.event.person}"] b`)?.textContent || "";
    const part = words("refused", { what: [name, one.message].filter(Boolean).join(": ") });
    part.querySelector("button").addEventListener("click", () => Outbox.dismiss(one.id).then(draw));
    return part;
  };

  // Each tap is on its way for a moment; only what takes longer is worth a word.
  const soon = () => { waiting ??= setTimeout(async () => { waiting = undefined; await draw(); }, 800); };
  const say = (said) => { if (said !== state) { state = said; soon(); } };
  Outbox.listen((what, became) => {
    if (what === "late") return;
    if (what === "tried" && became !== "busy") say(became === "empty" ? "" : became);
    soon();
  });

  addEventListener("offline", () => say("offline")); // at once: what asks the portal now and then hears of it seconds later

  // Names are here for a day at most, also on a page that stands open without a signal.
  const leaveInTime = async () => {
    if (!("caches" in window) || !await caches.has(NAMES)) return false;
    const about = await (await caches.open(NAMES)).match("/registers/offline.json");
    if (!about) return false; // they are only just coming
    const known = await about.json();
    if (Math.abs(Date.now() - known.kept_at) < known.stays && (!user || known.user === user)) return false;
    await caches.delete(NAMES);
    return true;
  };

  const keepForLater = async () => {
    if (!("serviceWorker" in navigator)) return;
    await navigator.serviceWorker.register("/registers/sw.js", { scope: "/registers" });
    const { active } = await navigator.serviceWorker.ready;
    if (user) active.postMessage({ keep: document.documentElement.lang });
  };

  const install = document.getElementById("install");
  addEventListener("beforeinstallprompt", (event) => {
    if (!install) return;
    event.preventDefault();
    install.hidden = false;
    install.querySelector("button").onclick = () => { install.hidden = true; event.prompt(); };
  });

  const begin = async () => {
    await leaveInTime();
    await draw();
    keepForLater().catch(() => {});
    addEventListener("online", () => keepForLater().catch(() => {}));
    Outbox.send();
  };
  Outbox.works().then((works) => { if (works) begin(); });
  return { NAMES, words, released, say, leaveInTime, parts: [box, count], isLate: () => isLate, isOffline: () => state === "offline" || !navigator.onLine };
})();
