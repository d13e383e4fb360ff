// What was tapped on a register and has not reached the portal yet: kept in this browser until the portal says it has it.
//
// The pages of the registers load it. On any other page app.js does while `localStorage.unsent` names it, so that the taps leave
// the phone wherever somebody opens the portal. Decision 24 says why it is as it is.
const Outbox = (() => {
  const AT_MOST = 250; // events in one batch
  const FIRST_WAIT = 2_000;
  const LONGEST_WAIT = 300_000;
  const PATIENCE = 10_000;
  const address = document.currentScript.src;
  const listeners = [];
  const others = "BroadcastChannel" in window ? new BroadcastChannel("registers") : null; // other tabs of this browser
  const tell = (what, detail) => listeners.forEach((listener) => listener(what, detail));
  others?.addEventListener("message", () => tell("changed"));

  // -- The database -------------------------------------------------------------------------------------------------

  let opened;
  const open = () => opened ??= new Promise((done, failed) => {
    const request = indexedDB.open("registers", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("events", { keyPath: "seq", autoIncrement: true }); // in the order of the taps
      request.result.createObjectStore("refused", { keyPath: "id" });
      request.result.createObjectStore("lease");
    };
    request.onerror = () => failed(request.error);
    request.onsuccess = () => {
      request.result.onclose = () => { opened = undefined; };
      request.result.onversionchange = () => { request.result.close(); opened = undefined; };
      done(request.result);
    };
  });

  // One transaction. What is written is on the disk when this is done: a battery may die in the next second.
  const within = async (mode, names, work) => {
    const database = await open();
    return new Promise((done, failed) => {
      const transaction = database.transaction(names, mode, { durability: "strict" });
      const asked = work(...names.map((name) => transaction.objectStore(name)));
      transaction.oncomplete = () => done(asked?.result);
      transaction.onabort = () => failed(transaction.error);
    });
  };
  const everything = (name) => within("readonly", [name], (store) => store.getAll());

  // -- Writing ------------------------------------------------------------------------------------------------------

  const uuid = () => {
    if (crypto.randomUUID) return crypto.randomUUID(); // not there on plain http
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  };

  // Keep events of one person who taps. Done means that they are here, also after a crash.
  const put = async (user, events) => {
    const note = () => localStorage.setItem("unsent", address);
    note(); // first: said once too often is harmless, once too little isn't
    // And once they are here: another tab that had just looked may have found nothing, and said so after us.
    await within("readwrite", ["events"], (store) => { events.forEach((event) => { store.add({ user, event }).onsuccess = note; }); });
    others?.postMessage("put");
    navigator.storage?.persist?.(); // ask that a full phone doesn't throw them away
    send();
  };

  // -- Sending ------------------------------------------------------------------------------------------------------

  const page = document.querySelector("[data-user]");
  let token = document.querySelector('[name="csrf_token"]')?.value;
  let wait = FIRST_WAIT;
  let timer;
  let isSending = false;
  let isAskedAgain = false;

  const ask = async (path, options = {}) => {
    const stop = new AbortController();
    const late = setTimeout(() => stop.abort(), PATIENCE);
    try {
      const answer = await fetch(path, { ...options, signal: stop.signal, redirect: "manual", cache: "no-store" });
      const isOurs = answer.headers.get("Content-Type")?.startsWith("application/json");
      const tag = answer.headers.get("ETag");
      return { status: answer.status, said: isOurs ? await answer.json() : null, tag };
    } catch {
      return { status: 0, said: null }; // no signal, too slow, or cut off halfway
    } finally {
      clearTimeout(late);
    }
  };

  const post = (user, events) => ask("/registers/events", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token || "" },
    body: JSON.stringify({ sent_at: new Date().toISOString(), user, events }),
  });

  const renewToken = async () => {
    const { said } = await ask("/registers/offline.json");
    token = said?.csrf || token;
    return Boolean(said?.csrf);
  };

  // Send one batch; what became of it: "sent", "empty", or why it is still here. On a page that doesn't say whose it is (a page
  // outside the registers) the portal says whether these are the taps of who is signed in.
  const sendBatch = async () => {
    const rows = await everything("events");
    const user = page?.dataset.user || rows[0]?.user;
    const batch = rows.filter((row) => row.user === user).slice(0, AT_MOST);
    if (!rows.length) localStorage.removeItem("unsent");
    if (!batch.length) return rows.length ? "another" : "empty";
    let { status, said } = await post(user, batch.map((row) => row.event));
    if (status === 400 && await renewToken()) ({ status, said } = await post(user, batch.map((row) => row.event)));
    if (status === 401) return "signed_out";
    if (status === 409) return "another";
    if (status === 0) return "offline";
    // A page of a café that asks for a password is an answer too, but it names none of our events.
    const results = new Map((Array.isArray(said?.results) ? said.results : []).map((result) => [result.id, result]));
    const answered = status === 200 ? batch.filter((row) => results.has(row.event.id)) : [];
    if (!answered.length) return "trouble";
    await within("readwrite", ["events", "refused"], (events, refused) => {
      for (const { seq, event } of answered) {
        events.delete(seq);
        const { status: became, message } = results.get(event.id);
        const isLate = became === "stale" && event.kind !== "mark"; // of a mark the register shows both
        if (became === "rejected" || isLate) refused.put({ id: event.id, user, event, message });
      }
    });
    others?.postMessage("sent");
    tell("states", said.registers || {});
    return "sent";
  };

  // Only one tab sends at a time. Where the browser has no locks, a note with a time in the database is one.
  const alone = async (work) => {
    if (navigator.locks) return navigator.locks.request("registers", { ifAvailable: true }, (lock) => lock ? work() : "busy");
    const now = Date.now();
    let isMine = false;
    await within("readwrite", ["lease"], (store) => {
      store.get("sending").onsuccess = ({ target }) => {
        isMine = !(Math.abs(target.result - now) < 3 * PATIENCE); // also when the clock was put back
        if (isMine) store.put(now, "sending");
      };
    });
    if (!isMine) return "busy";
    try {
      return await work();
    } finally {
      await within("readwrite", ["lease"], (store) => { store.delete("sending"); });
    }
  };

  // Send all there is; tries again by itself, later each time. Called at each tap, so a second call waits for the first.
  const send = async () => {
    if (isSending) { isAskedAgain = true; return; }
    isSending = true;
    clearTimeout(timer);
    let became;
    do {
      isAskedAgain = false;
      became = await alone(sendBatch).catch(() => "trouble");
    } while (became === "sent" || (isAskedAgain && became === "empty"));
    isSending = false;
    tell("tried", became);
    if (became === "empty") { wait = FIRST_WAIT; return; }
    timer = setTimeout(send, wait * (0.5 + Math.random()));
    wait = became === "busy" ? FIRST_WAIT : Math.min(wait * 2, LONGEST_WAIT);
  };

  const atOnce = () => { wait = FIRST_WAIT; send(); };
  addEventListener("online", atOnce);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) atOnce(); });

  return {
    ask, put, send, tell, uuid,
    listen: (listener) => listeners.push(listener),
    rows: () => everything("events"),
    refused: () => everything("refused"),
    dismiss: (id) => within("readwrite", ["refused"], (store) => { store.delete(id); }),
    // Whether this browser keeps anything at all: a private window may not.
    works: () => within("readwrite", ["lease"], (store) => { store.put(0, "works"); store.delete("works"); }).then(() => true, () => false),
  };
})();
if (!document.querySelector("[data-user]")) Outbox.send(); // the pages of the registers begin by themselves, once they listen
