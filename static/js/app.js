// What makes a page nicer, never what makes it work.
(() => {
  const focusSummary = () => document.querySelector("[data-focus]")?.focus();
  focusSummary();

  // One role=status outside the swapped part says the new number of results.
  const announce = () => {
    const status = document.querySelector("[data-announce]");
    const count = document.querySelector("[data-count]");
    if (status && count && status.textContent !== count.textContent) status.textContent = count.textContent;
  };
  document.addEventListener("htmx:after:swap", () => { announce(); focusSummary(); });

  const openMenus = () => document.querySelectorAll("details[data-menu][open]");
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    openMenus().forEach((menu) => { menu.open = false; menu.querySelector("summary").focus(); });
  });
  document.addEventListener("click", (event) => {
    openMenus().forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
    const button = event.target.closest("[data-print], [data-copy]");
    if (!button) return;
    if ("print" in button.dataset) print();
    else navigator.clipboard?.writeText(button.dataset.copy).then(() => { button.textContent = button.dataset.done || "✓"; });
  });

  // Buttons that only work here are hidden in the HTML until this runs.
  document.querySelectorAll("[data-print][hidden], [data-copy][hidden]").forEach((button) => { button.hidden = false; });
})();
