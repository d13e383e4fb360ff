// Cards on a table: a tap is kept in this browser first, then sent; without a signal it stays here until there is one. Without this file
// each button is a plain form, and stays one where the browser keeps nothing. What is kept names words of the list, and nobody.
(() => {
  const form = document.querySelector("[data-cards]");
  const name = form && `cards-${form.dataset.cards}`;
  const write = (waiting) => Object.keys(waiting).length ? localStorage.setItem(name, JSON.stringify(waiting)) : localStorage.removeItem(name);
  const read = () => JSON.parse(localStorage.getItem(name)) || {};
  if (!form) return;
  try { write(read()); } catch { return; }

  const cards = [...form.querySelectorAll("[data-card]")];
  const buttons = [...form.querySelectorAll(".pick")];
  const part = (selector) => document.querySelector(selector);
  const RETRY = 5_000;
  let top = cards.find((card) => !card.hidden);
  let timer;
  let isSending = false;
  let wasTapped = false;

  const draw = () => {
    const waits = Object.keys(read()).length > 0;
    cards.forEach((card) => { card.hidden = card !== top; });
    buttons.forEach((button) => {
      button.name = `card-${top?.dataset.card}`;
      button.setAttribute("aria-pressed", button.value === top?.dataset.pick);
    });
    form.querySelector(".picks").hidden = !top;
    form.querySelector("[data-none]").hidden = Boolean(top);
    part("[data-before]").hidden = cards.indexOf(top) === 0;
    document.querySelectorAll("[data-pile]").forEach((pile) => {
      pile.textContent = cards.filter((card) => card.dataset.pick === pile.dataset.pile).length;
    });
    if (!waits) part("[data-waits]").hidden = true;
    part("[data-kept]").hidden = waits;
  };
  const show = (card) => {
    top = card;
    draw();
    (top?.querySelector("h2") ?? part("main")).focus();
  };

  // What was sent goes from here only when the portal says that it has it.
  const send = async () => {
    clearTimeout(timer);
    const waiting = read();
    const taps = Object.entries(waiting);
    if (isSending || !taps.length) return;
    isSending = true;
    const body = new URLSearchParams(new FormData(form));
    body.set("by", "script");
    taps.forEach(([card, pick]) => body.set(`card-${card}`, pick));
    const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" }).catch(() => null);
    isSending = false;
    if (answer?.status === 204) {
      const now = read();
      taps.forEach(([card, pick]) => { if (now[card] === pick) delete now[card]; });
      write(now);
      document.body.dispatchEvent(new Event("laid"));
    } else if (answer && answer.status !== 0 && answer.status < 500) {
      if (answer.status === 422) write({}); // it is over: the page says how it stands
      if (wasTapped) { location.reload(); return; }
    } else if (answer?.type === "opaqueredirect" && wasTapped) { location.reload(); return; } // signed out meanwhile
    const left = Object.keys(read()).length > 0;
    part("[data-waits]").hidden = !left;
    draw();
    if (left) timer = setTimeout(send, answer?.status === 204 ? 0 : RETRY);
  };

  form.addEventListener("submit", (event) => {
    if (!event.submitter?.value || !top) return;
    event.preventDefault();
    wasTapped = true;
    top.dataset.pick = event.submitter.value;
    write({ ...read(), [top.dataset.card]: event.submitter.value });
    show(cards.slice(cards.indexOf(top)).concat(cards).find((card) => !card.dataset.pick));
    send();
  });
  part("[data-before]").addEventListener("click", (event) => {
    event.preventDefault();
    show(top ? cards[cards.indexOf(top) - 1] : cards.at(-1));
  });
  addEventListener("online", send);
  Object.entries(read()).forEach(([card, pick]) => {
    const found = cards.find((one) => one.dataset.card === card);
    if (found) found.dataset.pick = pick;
  });
  if (top?.dataset.pick && !new URL(location).searchParams.has("card")) top = cards.find((card) => !card.dataset.pick);
  draw();
  send();
})();
