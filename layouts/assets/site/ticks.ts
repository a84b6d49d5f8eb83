// Ticks at the steps of a procedure stay on the device, and nowhere else.

import { whenRestored } from "./restored";
import { parsed, store, stored } from "./storage";

export function ticks(bar: HTMLElement): void {
  const place = "vade-ticks-" + (bar.dataset.ticks ?? "");
  const boxes = [...document.querySelectorAll<HTMLInputElement>("input[data-tick]")];
  const output = bar.querySelector("output");
  if (!boxes.length || !output) return;
  const kept = parsed(stored(place));
  const done: unknown[] = Array.isArray(kept) ? kept : [];
  for (const box of boxes) {
    box.checked = done.includes(box.dataset.tick ?? "");
    box.parentElement!.hidden = false;
    box.addEventListener("change", changed);
  }
  bar.hidden = false;
  bar.querySelector("button")?.addEventListener("click", () => {
    for (const box of boxes) box.checked = false;
    changed();
  });
  tell();
  whenRestored(tell);

  function changed(): void {
    const ids = boxes.filter((box) => box.checked).map((box) => box.dataset.tick);
    store(place, ids.length ? JSON.stringify(ids) : null); // if they cannot be, they hold while the page is open
    tell();
  }

  function tell(): void {
    const count = boxes.filter((box) => box.checked).length;
    output!.textContent = (bar.dataset.text ?? "").replace("{done}", String(count)).replace("{all}", String(boxes.length));
  }
}
