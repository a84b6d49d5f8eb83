// What leads from one answer to others: filters, corrections, languages and pages of results. They are links, so that they
// can be copied.

import { pageSize } from "./carriers";
import { copy, fill, number, own, part } from "./templates";
import type { Answer } from "./search";

/** The facets that the page can filter by. */
export const facetNames = [...document.querySelectorAll<HTMLElement>("template[data-vade-template=facet]")].map((t) => t.dataset.name ?? "");

let atFilter: string | undefined; // the filter that the reader used last, until he types
const unfolded = new Set<string>(); // filters of which all values are shown

/** stayAt keeps the reader at the filter that he used when the list is made anew. */
export function stayAt(key: string | undefined): void {
  atFilter = key;
}

export function address(asks: URLSearchParams): string {
  const text = asks.toString();
  return location.pathname + (asks.get("q") || facetNames.some((name) => asks.has(name)) ? "?" + text : "");
}

export function link(a: HTMLAnchorElement | null, asks: URLSearchParams): void {
  if (!a) return;
  a.href = address(asks);
  a.dataset.ask = "";
}

// changed is a query with one thing changed, from its first page unless the page is that thing.
export function changed(asks: URLSearchParams, name: string, text: string): URLSearchParams {
  const next = new URLSearchParams(asks);
  next.delete("page");
  next.set(name, text);
  return next;
}

// without is a query less one filter, from its first page.
function without(asks: URLSearchParams, name: string, value: string): URLSearchParams {
  const next = new URLSearchParams(asks);
  next.delete("page");
  next.delete(name);
  for (const other of asks.getAll(name)) if (other !== value) next.append(name, other);
  return next;
}

export function showCorrection(answer: Answer, asks: URLSearchParams): void {
  part("[data-vade-correction]").replaceChildren();
  if (!answer.correction) return;
  const line = copy("correction");
  fill(line, "[data-shown]", answer.correction.shown);
  const typed = line.querySelector<HTMLAnchorElement>("[data-typed]")!;
  typed.textContent = answer.correction.typed;
  link(typed, changed(asks, "exact", "1"));
  part("[data-vade-correction]").append(line);
}

export function showFilters(answer: Answer, asks: URLSearchParams): void {
  const blocks: HTMLElement[] = [];
  for (const name of facetNames) {
    const chosen = asks.getAll(name);
    const values = answer.facets?.[name] ?? [];
    const block = copy("facet", name);
    const list = block.querySelector("[data-values]")!;
    if (name === "lang") list.replaceWith(languages(asks));
    else if (values.length === 0) continue;
    else list.append(...values.map((v) => value(name, v, chosen, asks)));
    fold(block, name);
    blocks.push(block);
  }
  part("[data-vade-facets]").replaceChildren(...blocks);
  // The list is made anew, at times twice; who is at a filter stays there.
  if (atFilter) part("[data-vade-filters]").querySelector<HTMLElement>(`[data-key="${CSS.escape(atFilter)}"]`)?.focus({ preventScroll: true });
  showChosen(answer, asks);
  part("[data-vade-filters]").hidden = blocks.length === 0;
}

// fold hides all but the first values of a filter, and those that are chosen, until the reader asks for them.
function fold(block: HTMLElement, name: string): void {
  const button = block.querySelector<HTMLButtonElement>("[data-all]");
  const rest = [...block.querySelectorAll<HTMLElement>("[data-values] > li")].slice(5).filter((li) => !li.querySelector("[aria-current]"));
  if (!button || rest.length < 2) return;
  button.hidden = unfolded.has(name);
  for (const li of rest) li.hidden = !button.hidden;
  button.addEventListener("click", () => {
    unfolded.add(name);
    button.hidden = true;
    for (const li of rest) li.hidden = false;
    rest[0].querySelector("a")?.focus();
  });
}

// showChosen lists the filters in force above the results, each with a way out of it.
function showChosen(answer: Answer, asks: URLSearchParams): void {
  const chosen = facetNames.filter((name) => name !== "lang").flatMap((name) => asks.getAll(name).map((of) => [name, of]));
  part("[data-vade-chosen]").replaceChildren(...chosen.map(([name, of]) => {
    const item = copy("chip");
    fill(item, "[data-label]", answer.facets?.[name]?.find((v) => v.value === of)?.label || of);
    link(item.querySelector("a"), without(asks, name, of));
    return item;
  }));
  part("[data-vade-chosen]").hidden = chosen.length === 0;
}

function value(name: string, v: { value: string; label: string; count: number }, chosen: string[], asks: URLSearchParams): HTMLElement {
  const item = copy("value");
  const a = item.querySelector<HTMLAnchorElement>("[data-label]")!;
  const on = chosen.includes(v.value);
  const next = without(asks, name, v.value);
  if (!on) next.append(name, v.value);
  a.textContent = v.label || v.value;
  if (on) a.setAttribute("aria-current", "true");
  a.dataset.key = name + "=" + v.value;
  link(a, next);
  fill(item, "[data-count]", number(v.count));
  return item;
}

function languages(asks: URLSearchParams): HTMLElement {
  const list = copy("languages");
  for (const a of list.querySelectorAll<HTMLAnchorElement>("[data-lang]")) {
    const lang = a.dataset.lang!;
    if (lang === (asks.get("lang") || own)) a.setAttribute("aria-current", "true");
    link(a, changed(asks, "lang", lang));
  }
  return list;
}

export function showPaging(answer: Answer, asks: URLSearchParams): void {
  const last = Math.ceil(answer.total / pageSize);
  part("[data-vade-paging]").hidden = last < 2;
  const block = copy("paging");
  const [previous, next] = [block.querySelector("[data-previous]")!, block.querySelector("[data-next]")!];
  link(previous as HTMLAnchorElement, changed(asks, "page", String(answer.page - 1)));
  link(next as HTMLAnchorElement, changed(asks, "page", String(answer.page + 1)));
  previous.parentElement!.hidden = answer.page <= 1;
  next.parentElement!.hidden = answer.page >= last;
  const here = block.querySelector("[data-here]")!;
  here.textContent = (here.textContent ?? "").replace("%d", number(answer.page)).replace("%d", number(last));
  part("[data-vade-paging]").replaceChildren(block);
}
