// The register: a tap is kept on the phone first, then shown, then sent (outbox.js). What others tap comes by itself.
//
// The portal draws the page; here the taps it doesn't know yet are laid over it. Without this file each button is a plain form,
// and stays one where the browser keeps nothing.
(async () => {
  const register = document.querySelector("#register[data-session]");
  if (!register || !await Outbox.works()) return;
  const { session, user } = register.dataset;
  const { words, released } = Phone;
  const stateAddress = `/registers/${session}/state.json`;
  const POLL = 4_000;
  const POLL_WHEN_QUIET = 15_000;
  const QUIET_AFTER = 600_000;
  const all = (selector, within = register) => [...within.querySelectorAll(selector)];

  // -- What the portal knows, and what is laid over it --------------------------------------------------------------

  const NOTHING = { event: "", status: "", minutes: 0, others: [] };
  let drawn; // how many were marked when the portal drew this page
  let known; // person -> {event, status, minutes, others}, as the portal said it last
  let waiting = []; // events of this register that are still on this phone, in the order of the taps

  const said = ({ dataset }, event) => ({ event, status: dataset.status, minutes: Number(dataset.minutes) });
  const readPage = () => {
    known = new Map(all("[data-person]:not([data-new])").map((line) => {
      const others = all('[name^="settle-"]', line).map((button) => said(button, button.value));
      return [line.dataset.person, {
        ...said(line, line.dataset.event), others: others.filter((one) => one.event !== line.dataset.event),
      }];
    }));
  };

  // Everybody as this phone shows her.
  const shown = () => {
    const people = new Map(known);
    let isClosed = register.dataset.closed === "true";
    let batch;
    for (const event of waiting) {
      const before = people.get(event.person) || NOTHING;
      const mine = { ...before, event: event.id, others: [], waits: true, batch: event.batch, before };
      if (event.kind === "walk_in") people.set(event.person, { ...NOTHING, name: event.name, waits: true });
      if (event.kind === "mark") people.set(event.person, { ...mine, status: event.status, minutes: credited(event) });
      if (event.kind === "settle") {
        const chosen = [before, ...before.others].find((one) => one.event === event.chosen) || before;
        people.set(event.person, { ...mine, status: chosen.status, minutes: chosen.minutes });
      }
      if (event.kind === "undo") {
        for (const [person, mark] of people) if (mark.batch === event.batch) people.set(person, { ...mark.before, waits: true });
      }
      if (event.batch) batch = event.kind === "undo" ? undefined : event.batch;
      if (event.kind === "close") isClosed = true;
    }
    return { people, isClosed, batch };
  };
  const unmarkedOf = (people) => [...people].filter(([, now]) => !now.status);
  const credited = ({ status, minutes }) => status === "present" ? minutes ?? Number(register.dataset.minutes) : 0;

  // -- Taps ---------------------------------------------------------------------------------------------------------

  // One after another: what the next tap replaces is what the one before it made.
  let queue = Promise.resolve();
  const inTurn = (work) => {
    const done = queue.then(work);
    queue = done.catch(() => {});
    return done;
  };
  const keep = (make) => {
    inTurn(async () => {
      const made = make().map((event) => ({ ...event, id: Outbox.uuid(), session, starts_at: register.dataset.starts, tapped_at: new Date().toISOString() }));
      if (!made.length) return;
      await Outbox.put(user, made);
      waiting.push(...made);
      lastNews = Date.now();
      draw();
    }).catch(() => location.reload()); // it wasn't kept, so it isn't shown
  };

  // A tap on what holds already says nothing, unless two people contradict each other about it.
  const mark = (person, status, minutes = null, more = {}) => {
    const now = shown().people.get(person) || NOTHING;
    if (now.status === status && !now.others.length && (minutes === null || minutes === now.minutes)) return [];
    const replaces = [now, ...now.others].map((one) => one.event).filter(Boolean);
    return [{ kind: "mark", person, status, minutes, replaces, ...more }];
  };
  const everyone = (more) => {
    const batch = Outbox.uuid();
    return unmarkedOf(shown().people).flatMap(([person]) => mark(person, "present", null, { batch, ...more }));
  };
  const settle = (person, chosen) => {
    const { event, others } = shown().people.get(person);
    return [{ kind: "settle", person, chosen, replaces: [event, ...others.map((one) => one.event)] }];
  };
  const walkIn = (name) => {
    const person = Outbox.uuid();
    return [
      { kind: "walk_in", person, name, replaces: [] },
      { kind: "mark", person, status: "present", minutes: null, replaces: [] },
    ];
  };

  // What a button says, as events; undefined where it stays a plain form.
  const meant = (button, more) => {
    const { name, value } = button;
    const at = name || button.closest("[data-person]") ? button : document.activeElement; // Enter in a field
    const person = at.closest("[data-person]")?.dataset.person;
    const typed = at.parentNode.querySelector("input")?.value.trim();
    if (name === "all") return () => everyone(more);
    if (name === "undo") return () => [{ kind: "undo", batch: value, replaces: [], ...more }];
    if (name === "close") return () => [{ kind: "close", replaces: [] }];
    if (name === "walk-in" || at.id === "walk-in") return typed ? () => walkIn(typed) : undefined;
    if (name.startsWith("settle-")) return () => settle(person, value);
    if (name.startsWith("mark-")) return () => mark(person, value, null, more);
    const minutes = name.startsWith("fewer-") ? value : typed;
    const isRight = /^\d+$/.test(minutes) && Number(minutes) > 0 && Number(minutes) <= Number(register.dataset.minutes);
    return person && isRight ? () => mark(person, "present", Number(minutes), more) : undefined;
  };

  document.querySelector("main").addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button || !register.contains(button)) return;
    const reason = register.querySelector("#reason");
    const asksWhy = shown().isClosed && !/^(settle-|walk-in)/.test(button.name);
    const events = meant(button, asksWhy && reason ? { reason: reason.value } : {});
    if (!events) { if (Phone.isOffline()) { event.preventDefault(); Phone.say("needs_signal"); } return; }
    event.preventDefault();
    if (asksWhy && reason && !reason.value) {
      if (!register.querySelector("#reason-error")) reason.closest(".control").before(words("why"));
      reason.setAttribute("aria-describedby", "reason-error");
      reason.focus();
      return;
    }
    (button.closest("details") || document.activeElement.closest("details"))?.removeAttribute("open");
    keep(events);
  });

  // Who walks in while there is no signal gives her first name; with a signal there is a page that knows people.
  document.querySelector("main").addEventListener("click", (event) => {
    const link = event.target.closest('a[href$="/walk-in"]');
    if (!link || !Phone.isOffline() || !register.querySelector("[data-person]")) return;
    event.preventDefault();
    if (!register.querySelector("#walk-in")) register.querySelector(".register").after(words("walk_in"));
    register.querySelector("#walk-in").focus();
  });

  // -- Drawing ------------------------------------------------------------------------------------------------------

  const press = (buttons, value) => {
    for (const button of buttons) {
      const is = button.value === String(value);
      button.setAttribute("aria-pressed", is);
      button.firstChild.data = (is ? "✓ " : "") + button.firstChild.data.replace("✓ ", "");
    }
  };

  // As the portal says how long: "3 uur 30 min".
  const lasting = (minutes) => [[Math.floor(minutes / 60), "hour"], [minutes % 60, "minute"]]
    .filter(([amount, unit]) => amount || (!minutes && unit === "minute"))
    .map(([amount, unit]) => new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit, unitDisplay: "short" }).format(amount))
    .join(" ");

  const drawLine = (line, now) => {
    press(all('[name^="mark-"]', line), now.status);
    if (now.status === "present" && line.id && !line.querySelector("details") && line.closest("form")) {
      const { textContent: name } = line.querySelector("b");
      line.firstElementChild.append(words("shorter", { id: line.id.replace("person-", ""), name }));
    }
    press(all('button[name^="fewer-"]', line), now.minutes);
    const details = line.querySelector("details");
    if (details) details.hidden = now.status !== "present" && !line.querySelector(".error");
    const minutes = line.querySelector("[data-shown]");
    if (minutes) minutes.textContent = lasting(now.minutes);
    const settles = line.querySelector('[name^="settle-"]')?.closest(".notice");
    if (settles) settles.hidden = !now.others.length;
    line.querySelector("[data-how]")?.toggleAttribute("hidden", Boolean(now.waits));
    line.toggleAttribute("data-waits", Boolean(now.waits));
    line.querySelector(".t-waits")?.remove();
    if (now.waits && Phone.isLate()) line.querySelector("b").after(words("waits"));
  };

  // A line for who walked in and is known to this phone only: like any other, with her name.
  const newLine = (person, name) => {
    const model = register.querySelector("[data-person]");
    const line = model.cloneNode(true);
    const before = model.querySelector("b").textContent;
    all("details, .notice, [data-how]", line).forEach((part) => part.remove());
    Object.assign(line.dataset, { person, new: "", event: "", status: "", minutes: "" });
    line.removeAttribute("id");
    const texts = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) texts.currentNode.data = texts.currentNode.data.replace(before, name);
    all("[aria-label]", line).forEach((part) => part.setAttribute("aria-label", name));
    model.parentNode.append(line);
    return line;
  };

  const draw = () => {
    const { people, isClosed, batch } = shown();
    const form = register.querySelector("#register-form");
    const line = (person) => register.querySelector(`[data-person="${CSS.escape(person)}"]`);
    all("[data-new]").forEach((one) => { if (!people.has(one.dataset.person)) one.remove(); });
    for (const [person, now] of people) {
      const its = line(person) || (register.querySelector("[data-person]") && newLine(person, now.name));
      if (its) drawLine(its, now);
    }
    const statuses = [...people.values()].map((now) => now.status);
    const marked = people.size - unmarkedOf(people).length;
    const counted = ["present", "excused", "absent"].map((status) => [status, statuses.filter((one) => one === status).length]);
    const count = register.querySelector("#register-count");
    const text = document.createElement("p");
    text.append(words("count", { marked, people: people.size }), ...counted.filter(([, n]) => n).map(([status, n]) => words(status, { count: n })));
    if (count && count.textContent !== text.textContent) count.replaceChildren(...text.childNodes);
    if (!form) return;
    const pressed = document.activeElement?.name; // once it is hidden the focus goes on to what it did
    const everybody = form.querySelector('[name="all"]');
    if (everybody) everybody.hidden = marked === people.size;
    const undo = form.querySelector("#undo-here");
    if (!batch) undo?.remove();
    else if (!undo) form.querySelector(".register").before(words("undo"));
    if (batch) form.querySelector("#undo-here button").value = batch;
    if (batch && pressed === "all" && everybody?.hidden) form.querySelector("#undo-here button").focus({ preventScroll: true });
    all('[name="undo"]', form).forEach((button) => { button.hidden = waiting.some((event) => event.kind === "undo" && event.batch === button.value); });
    const close = form.querySelector('[name="close"]');
    if (close) {
      close.hidden = isClosed;
      close.parentNode.previousElementSibling.hidden = marked !== drawn; // how many have no mark, as the portal counted them
    }
    if (close && isClosed && !form.querySelector("#closing")) {
      close.before(words("closing"));
      if (pressed === "close") goTo(form.querySelector("#closing"));
    }
    if (isClosed && !form.querySelector("#reason")) form.prepend(words("reason"));
  };

  // What a button did is read and heard where it stands.
  const goTo = (part) => {
    part.tabIndex = -1;
    part.focus();
  };

  // -- What others tap ----------------------------------------------------------------------------------------------

  let lastNews = Date.now();
  let tag;
  let timer;

  // Have the portal draw the register again, and take it into the page that is open; whether that was done.
  const redraw = async () => {
    const answer = await fetch(location.pathname, { redirect: "error", cache: "no-store" });
    if (!answer.ok) return false;
    const copy = answer.clone();
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#register");
    if (fresh?.dataset.session !== session) return false;
    if (Number(fresh.dataset.version) < Number(register.dataset.version)) return false; // what is known by now is newer
    if (fresh.dataset.user !== user) { location.reload(); return true; }
    await released();
    if (Number(fresh.dataset.version) < Number(register.dataset.version)) return false;
    const focused = document.activeElement;
    const back = register.contains(focused) && (focused.id ? `#${CSS.escape(focused.id)}` : focused.name && `[name="${focused.name}"][value="${focused.value}"]`);
    const open = all("details[open]").map((one) => one.closest("[data-person]")?.dataset.person);
    const typed = all("input[id], select[id]").map(({ id, value }) => [id, value]);
    const top = register.querySelector(".register")?.getBoundingClientRect().top;
    fresh.querySelector("#on-phone").replaceWith(...Phone.parts);
    Object.assign(register.dataset, fresh.dataset);
    register.replaceChildren(...fresh.childNodes);
    open.forEach((person) => register.querySelector(`[data-person="${person}"] details`)?.setAttribute("open", ""));
    typed.forEach(([id, value]) => { const input = document.getElementById(id); if (input && value) input.value = value; });
    readPage();
    drawn = known.size - unmarkedOf(known).length;
    draw();
    if (back) register.querySelector(back)?.focus({ preventScroll: true });
    if (top !== undefined && scrollY > 0) scrollBy(0, register.querySelector(".register").getBoundingClientRect().top - top);
    const closed = register.dataset.closed === "true" && register.querySelector(".notice.ok");
    if (back === "#closing" && closed) goTo(closed);
    await keepPage(location.pathname, copy).catch(() => {});
    return true;
  };

  // What is kept for later must not be older than what was seen: a page, and what changed on it since.
  const keepPage = async (path, answer) => {
    if (!("caches" in window) || !await caches.has(Phone.NAMES)) return;
    const names = await caches.open(Phone.NAMES);
    if (await names.match(location.pathname)) await names.put(path, answer);
  };

  // What the portal says holds. Marks are taken over here; anything else is drawn by the portal.
  const take = async (state, isOwn) => {
    const isSame = state.people.length === known.size && state.people.every(({ person }) => known.has(person));
    const isNewer = state.version > Number(register.dataset.version);
    if (state.version < Number(register.dataset.version) || (!isNewer && isSame)) return;
    await keepPage(stateAddress, Response.json(state)).catch(() => {}); // first: what is shown as sent is here after a reload too
    await released();
    if (await inTurn(() => takeOver(state, isSame, isOwn))) drawAgain();
  };

  const drawAgain = async () => {
    if (await redraw().catch(() => false) || await redraw().catch(() => false)) return;
    register.dataset.version = 0; // what could not be drawn is asked for again
    tag = undefined;
  };

  // What left the phone and what the portal says of it change hands together: a tap between the two would not know what it
  // replaces, and contradict what the same person tapped before.
  const takeOver = async (state, isSame, isOwn) => {
    const rows = await Outbox.rows();
    if (state.version < Number(register.dataset.version)) return false; // a newer one came meanwhile
    lastNews = Date.now();
    waiting = waitingOf(rows);
    const isPlain = isSame && !state.disputes && !register.querySelector('[name^="settle-"], [name="undo"]')
      && Boolean(state.closed_at) === (register.dataset.closed === "true");
    register.dataset.version = state.version;
    for (const { person, mark: its } of state.people) {
      const line = register.querySelector(`[data-person="${person}"]`);
      const { event = "", status = "", minutes = 0 } = its || {};
      if (line) Object.assign(line.dataset, { event, status, minutes });
    }
    readPage();
    draw();
    return !isOwn || !isPlain;
  };

  const poll = async () => {
    clearTimeout(timer);
    if (!document.hidden) {
      const { status, said: state, tag: newTag } = await Outbox.ask(stateAddress, tag ? { headers: { "If-None-Match": tag } } : {});
      if (status === 200 && state?.session === session) {
        tag = newTag;
        await take(state, false).catch(() => { tag = undefined; });
      }
      if (status === 0 && await Phone.leaveInTime()) { location.reload(); return; }
      const answers = status === 200 || status === 304;
      if (answers && Phone.isOffline()) Outbox.send();
      if (!answers || !waiting.length) Phone.say(answers ? "" : status === 401 ? "signed_out" : status ? "trouble" : "offline");
    }
    clearTimeout(timer);
    timer = setTimeout(poll, Date.now() - lastNews > QUIET_AFTER ? POLL_WHEN_QUIET : POLL);
  };
  document.addEventListener("visibilitychange", () => { if (!document.hidden) poll(); });
  addEventListener("online", poll);

  const waitingOf = (rows) => rows.filter((row) => row.user === user && row.event.session === session).map((row) => row.event);
  const readOutbox = async () => { waiting = waitingOf(await Outbox.rows()); };
  let taken = Promise.resolve(); // what the portal said of taps that left is known, before they count as gone
  Outbox.listen(async (what, states) => {
    if (what === "states" && states[session]) taken = taken.then(() => take(states[session], true)).catch(() => {});
    if (what === "changed") await poll(); // another tab sent it, or has more
    await taken;
    if (what !== "late") await inTurn(readOutbox);
    await released();
    draw();
  });

  // A page that came from the phone may be older than what this phone has seen since.
  const takeKept = async () => {
    if (!("caches" in window) || !await caches.has(Phone.NAMES)) return;
    const kept = await (await caches.open(Phone.NAMES)).match(stateAddress);
    if (kept) await take(await kept.json(), true);
  };

  readPage();
  drawn = known.size - unmarkedOf(known).length;
  await readOutbox();
  draw();
  await takeKept().catch(() => {});
  poll();
})();
