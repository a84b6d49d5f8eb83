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
  const toast = document.querySelector<HTMLElement>("[data-toast]");
  if (toast) copyLinks(toast);
});
