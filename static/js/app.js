// What makes a page nicer, never what makes it work.
(() => {
  // What is wrong comes before what was done; the news of this page is no news after a swap.
  // Back to a form that was refused does not send it again.
  if (document.querySelector(".error-summary")) history.replaceState(history.state, "");
  const focusSummary = () => document.querySelector(".error-summary")?.focus();
  (document.querySelector(".error-summary") ?? document.querySelector("[data-focus]"))?.focus();

  const announce = () => {
    const status = document.querySelector("[data-announce]");
    const count = document.querySelector("[data-count]");
    if (status && count && status.textContent !== count.textContent) status.textContent = count.textContent;
  };
  // A tick changes the number on the button; who searches is led to what was found.
  const say = () => {
    const show = document.querySelector("[data-show]");
    if (show) show.firstElementChild.textContent = show.dataset.show;
  };
  const filters = document.querySelector(".filters");
  let isAsked = false;
  document.addEventListener("submit", (event) => { isAsked ||= event.target.matches("[role=search]"); });
  const goToResults = () => {
    const heading = document.querySelector("[data-count]");
    if (!isAsked || !heading) return;
    isAsked = false;
    document.querySelector(".sheet")?.close();
    if (filters) filters.open = false;
    heading.focus({ preventScroll: true });
    heading.scrollIntoView();
  };
  filters?.addEventListener("toggle", () => {
    if (!filters.open || matchMedia("(min-width: 56rem)").matches) return;
    const sheet = Object.assign(document.createElement("dialog"), { className: "sheet" });
    sheet.setAttribute("aria-label", filters.firstElementChild.textContent);
    const content = filters.lastElementChild;
    filters.append(sheet);
    sheet.append(content);
    sheet.addEventListener("close", () => { sheet.replaceWith(content); filters.open = false; });
    sheet.addEventListener("click", (event) => { if (event.target === sheet) sheet.close(); });
    sheet.showModal();
    content.querySelector("input").focus();
  });
  document.addEventListener("htmx:after:swap", () => { announce(); say(); goToResults(); focusSummary(); });

  const openMenus = () => document.querySelectorAll("details[data-menu][open]");
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    openMenus().forEach((menu) => { menu.open = false; menu.querySelector("summary").focus(); });
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, [contenteditable]")) return;
    document.querySelector(`[data-key="${event.key.replace('"', "")}"]`)?.click();
  });
  document.addEventListener("click", (event) => {
    openMenus().forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
    const button = event.target.closest("[data-print], [data-copy]");
    if (!button) return;
    if ("print" in button.dataset) print();
    else navigator.clipboard?.writeText(button.dataset.copy).then(() => { button.textContent = button.dataset.done || "✓"; });
  });

  // Names kept for a place without a signal (decision 24) leave with who signs out, unless her taps are
  // here, and before somebody else comes. What is here is sent from any page: outbox.js left its address.
  const unsent = () => { try { return localStorage.getItem("unsent"); } catch { return null; } };
  // So does a participant's card, which card.js keeps under a name of her own.
  const forget = async (goes) => {
    for (const name of await caches.keys()) if (goes(name)) await caches.delete(name);
  };
  const isNames = (name) => name.startsWith("registers-names");
  const isCard = (name) => name.startsWith("card-");
  if ("caches" in window) {
    const hers = document.querySelector("[data-her]")?.dataset.her;
    if (hers) forget((name) => isNames(name) || (isCard(name) && name !== `card-${hers}`));
    document.addEventListener("submit", (event) => {
      const form = event.target;
      const isOver = form.matches('[action="/sign-out"]');
      if (event.defaultPrevented || !(isOver || location.pathname === "/sign-in")) return;
      event.preventDefault();
      forget((name) => isCard(name) || (isNames(name) && !(isOver && unsent()))).catch(() => {}).then(() => form.submit());
    });
  }
  if (unsent() && document.querySelector('[action="/sign-out"]') && !document.getElementById("on-phone")) {
    document.head.append(Object.assign(document.createElement("script"), { src: unsent() }));
  }

  // The next person never sees what the browser kept of the last.
  addEventListener("pageshow", (event) => {
    if (event.persisted && document.querySelector("[data-fresh]")) location.replace(location.href);
  });

  // Buttons that only work here are hidden in the HTML until this runs.
  document.querySelectorAll("[data-print][hidden], [data-copy][hidden]").forEach((button) => { button.hidden = false; });
})();
