// A menu that is open closes with Escape, and when the reader turns elsewhere.

export function menu(details: HTMLDetailsElement): void {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !details.open) return;
    details.open = false;
    details.querySelector("summary")?.focus();
  });
  for (const kind of ["click", "focusin"]) {
    document.addEventListener(kind, (event) => {
      if (details.open && !details.contains(event.target as Node)) details.open = false;
    });
  }
}
