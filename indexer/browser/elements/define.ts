// The custom elements, as a page meets them: their forms work without script, and what they do more is in a core
// that is loaded when someone wants to search. The project's own search page has its core at hand.

import type { Box } from "./box";

/** What a core adds to the elements. */
export interface Core {
  search: typeof import("./api").search;
  box(element: HTMLElement): Promise<Box>;
  results(element: HTMLElement): Promise<{ ask(asks: URLSearchParams): void }>;
}

/** define makes the elements known to the browser; load gives their core. */
export function define(load: () => Promise<Core>): void {
  const element = (name: string, connect: (element: HTMLElement) => void) => {
    if (customElements.get(name)) return;
    customElements.define(name, class extends HTMLElement {
      private begun = false;

      connectedCallback(): void {
        if (this.begun) return;
        this.begun = true;
        connect(this);
      }
    });
  };
  const boxes = new WeakMap<HTMLElement, Promise<Box>>();
  const box = (of: HTMLElement): Promise<Box> => {
    let got = boxes.get(of);
    if (!got) {
      boxes.set(of, (got = load().then((core) => core.box(of))));
      got.catch(() => boxes.delete(of)); // the next try may have a better line
    }
    return got;
  };
  const open = (of: HTMLElement, query?: string) => box(of).then((b) => b.open(query), () => plain(of));

  element("vade-search", (of) => {
    const warm = () => void box(of).catch(() => {}); // the form still leads to the search page
    if (of.hasAttribute("modal")) of.prepend(trigger(of, () => open(of), warm));
    else for (const when of ["focusin", "pointerenter"]) of.addEventListener(when, warm, { once: true });
  });
  const pages = new WeakMap<HTMLElement, Promise<{ ask(asks: URLSearchParams): void }>>();
  element("vade-results", (of) => {
    const got = load().then((core) => core.results(of));
    pages.set(of, got);
    got.catch(() => of.querySelectorAll<HTMLElement>("[data-vade-missing]").forEach((note) => (note.hidden = false)));
  });
  element("vade-link", (of) => {
    of.addEventListener("click", (event) => {
      const link = (event.target as Element).closest("a");
      const asks = new URL(link?.href || location.href, location.href).searchParams;
      const query = of.getAttribute("query");
      if (query !== null) asks.set("q", query);
      const [results, search] = ["vade-results", "vade-search"].map((name) => document.querySelector<HTMLElement>(name));
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button || !(results || search)) return;
      event.preventDefault();
      const leave = () => link && location.assign(link.href);
      if (results) pages.get(results)?.then((page) => page.ask(asks), leave);
      else box(search!).then((b) => b.open(asks.get("q") ?? ""), leave);
    });
  });

  // Ctrl+K or Cmd+K, never a single key (WCAG 2.1.4).
  document.addEventListener("keydown", (event) => {
    const search = document.querySelector<HTMLElement>("vade-search");
    if (!search || event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.defaultPrevented) return;
    event.preventDefault();
    if (search.hasAttribute("modal")) open(search);
    else search.querySelector("input")?.focus();
  });
}

// trigger is the button of a modal search, in the place of the form, which moves into the dialog.
function trigger(of: HTMLElement, open: () => void, warm: () => void): HTMLElement {
  const form = of.querySelector("form");
  const field = of.querySelector("input");
  const button = document.createElement("button");
  const keys = document.createElement("kbd");
  button.type = "button";
  button.setAttribute("part", "trigger");
  button.setAttribute("aria-haspopup", "dialog");
  button.append(of.getAttribute("label") || field?.getAttribute("aria-label") || field?.placeholder || "Search");
  keys.textContent = /Mac|iP/.test(navigator.platform) ? "⌘K" : "Ctrl K";
  keys.setAttribute("aria-hidden", "true");
  button.append(" ", keys);
  button.addEventListener("click", open);
  for (const when of ["focus", "pointerenter"]) button.addEventListener(when, warm, { once: true });
  if (form) form.hidden = true;
  return button;
}

// plain gives back the form of an element whose core cannot be loaded.
function plain(of: HTMLElement): void {
  const form = of.querySelector("form");
  if (!form?.hidden) return;
  form.hidden = false;
  of.querySelector("[part=trigger]")?.remove();
  form.querySelector("input")?.focus();
}
