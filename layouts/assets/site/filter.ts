// A list that selects narrow down: <form data-filter="id"> above <… id="id">, whose entries say in data-filter-NAME
// what they are. Groups without a visible entry are hidden with their headings. What is chosen stands in the address, so
// that it can be sent to somebody.

import { whenRestored } from "./restored";

export function filter(form: HTMLFormElement): void {
  const list = document.getElementById(form.dataset.filter ?? "");
  const count = form.querySelector<HTMLElement>("[data-filter-count]");
  const selects = [...form.querySelectorAll("select")];
  if (!list || !selects.length) return;
  const entries = [...list.querySelectorAll<HTMLElement>("[data-filter-entry]")];
  const groups = [...list.querySelectorAll<HTMLElement>("[data-filter-group]")];

  form.hidden = false;
  const asked = new URLSearchParams(location.search);
  for (const select of selects) {
    const value = asked.get(select.name);
    if (value && [...select.options].some((option) => option.value === value)) select.value = value;
  }
  if (!form.hasAttribute("action")) form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", () => {
    apply();
    remember();
  });
  // A link to an entry that is hidden shows all again.
  window.addEventListener("hashchange", reveal);
  whenRestored(apply);
  apply();
  reveal();

  function reveal(): void {
    const target = document.getElementById(nameIn(location.hash));
    if (!target || !list!.contains(target) || !target.closest("[hidden]")) return;
    form.reset();
    apply();
    remember();
    target.scrollIntoView();
  }

  function remember(): void {
    const asks = new URLSearchParams(location.search);
    for (const select of selects) {
      if (select.value) asks.set(select.name, select.value);
      else asks.delete(select.name);
    }
    const query = asks.toString();
    history.replaceState(history.state, "", location.pathname + (query && "?" + query) + location.hash);
  }

  function apply(): void {
    let shown = 0;
    for (const entry of entries) {
      const fits = selects.every((s) => !s.value || (entry.getAttribute("data-filter-" + s.name) ?? "").split(" ").includes(s.value));
      entry.hidden = !fits;
      if (fits) shown++;
    }
    for (const group of groups) group.hidden = !group.querySelector("[data-filter-entry]:not([hidden])");
    if (count) count.textContent = ((shown ? count.dataset.text : count.dataset.none ?? count.dataset.text) ?? "").replace("{shown}", String(shown)).replace("{all}", String(entries.length));
  }
}

// nameIn gives the id that the end of an address names.
function nameIn(hash: string): string {
  try {
    return decodeURIComponent(hash.slice(1));
  } catch {
    return hash.slice(1); // cut short
  }
}
