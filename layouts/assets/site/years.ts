// An event that has moved from the register to the page of its year is still found by its old address.

export function years(nav: HTMLElement): void {
  window.addEventListener("hashchange", follow);
  follow();

  function follow(): void {
    const id = location.hash.slice(1);
    const year = /^\d{4}(?=-)/.exec(id)?.[0];
    if (!year || document.getElementById(id)) return;
    const link = [...nav.querySelectorAll<HTMLAnchorElement>("a")].find((a) => a.textContent?.trim() === year);
    if (link) location.replace(link.href + "#" + id);
  }
}
