// The contents of a page follow the reading: the last heading above the upper third of the window is the current one.

export function contents(nav: HTMLElement): void {
  const links = new Map<Element, HTMLAnchorElement>();
  for (const link of nav.querySelectorAll<HTMLAnchorElement>("a[href^='#']")) {
    const target = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (target) links.set(target, link);
  }
  if (links.size < 2) return;
  let waiting = false;
  addEventListener("scroll", () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      mark();
    });
  }, { passive: true });
  requestAnimationFrame(mark); // once the page is laid out anyway

  function mark(): void {
    const line = innerHeight / 3;
    let current: HTMLAnchorElement | undefined;
    let nearest = -Infinity;
    for (const [target, link] of links) {
      const top = target.getBoundingClientRect().top;
      if (top <= line && top > nearest) [current, nearest] = [link, top];
    }
    for (const link of links.values()) {
      if (link === current) link.setAttribute("aria-current", "location");
      else link.removeAttribute("aria-current");
    }
  }
}
