// Light or dark: what the reader's system prefers, until the switch in the header says otherwise.

import { store, stored } from "./storage";

const place = "vade-mode";
const root = document.documentElement;

// applyMode comes before the page is drawn, so that nothing flashes.
export function applyMode(): void {
  const mode = stored(place);
  if (mode === "dark" || mode === "light") root.dataset.mode = mode;
}

export function modeSwitch(button: HTMLButtonElement): void {
  const prefers = matchMedia("(prefers-color-scheme: dark)");
  const dark = () => (root.dataset.mode ? root.dataset.mode === "dark" : prefers.matches);
  button.hidden = false;
  name();
  prefers.addEventListener("change", name);
  button.addEventListener("click", () => {
    root.dataset.mode = dark() ? "light" : "dark";
    store(place, root.dataset.mode); // if it cannot be, it holds for this page
    name();
  });

  function name(): void {
    const label = (dark() ? button.dataset.light : button.dataset.dark) ?? "";
    button.setAttribute("aria-label", label);
    button.title = label;
  }
}
