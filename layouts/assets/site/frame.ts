// What stands around every page. It is fetched with the stylesheet and sets the reader's colours before the page is
// drawn; the rest waits for the page.

import { copyLinks } from "./copy";
import { menu } from "./menu";
import { applyMode, modeSwitch } from "./mode";

applyMode();
document.addEventListener("DOMContentLoaded", () => {
  const button = document.querySelector<HTMLButtonElement>("[data-mode-switch]");
  if (button) modeSwitch(button);
  for (const details of document.querySelectorAll<HTMLDetailsElement>("details.more")) menu(details);
  for (const link of document.querySelectorAll<HTMLAnchorElement>(".languages a")) keepPlace(link);
  const toast = document.querySelector<HTMLElement>("[data-toast]");
  if (toast) copyLinks(toast);
});

// keepPlace lets the other language's page open where this one is read, and ask what this one asks. Anchors are the same
// in all languages.
function keepPlace(link: HTMLAnchorElement): void {
  link.addEventListener("click", () => {
    if (link.classList.contains("elsewhere")) return;
    link.hash = location.hash;
    if (document.querySelector("[data-vade-results]")) link.search = location.search;
  });
}
