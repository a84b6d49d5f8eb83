// What every page does when script runs; the search page does more (results.ts).

// Ctrl+K or Cmd+K, never a single key (WCAG 2.1.4), puts the cursor into the page's search field.
function shortcut(): void {
  const field = document.querySelector<HTMLInputElement>("[data-vade-search] input[name=q]");
  if (!field) return;
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    field.focus();
    field.select();
  });
}

shortcut();
