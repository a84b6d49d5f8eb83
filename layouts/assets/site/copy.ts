// A click on a heading's or paragraph's link to itself goes there and copies its address.

export function copyLinks(toast: HTMLElement): void {
  if (!navigator.clipboard) return; // neither http nor some browsers' files have it
  let timer = 0;
  document.addEventListener("click", async (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a.self, a[data-copy]");
    if (!link) return;
    const address = new URL(link.href);
    address.search = "";
    try {
      await navigator.clipboard.writeText(address.href);
    } catch {
      return; // refused: the address stands in the address bar
    }
    toast.textContent = toast.dataset.text ?? "";
    clearTimeout(timer);
    timer = window.setTimeout(() => (toast.textContent = ""), 2500);
  });
}
