// The search page when script runs. Without it every page reads the same; the search form then asks the server.

import "./page";
import { ask, pageSize, type Asked } from "./carriers";
import { address, changed, facetNames, link, showCorrection, showFilters, showPaging, stayAt } from "./filters";
import { hit } from "./hits";
import { Refused, type Answer } from "./search";
import { copy, fill, number, own, part, template } from "./templates";

function searchPage(): void {
  const results = document.querySelector<HTMLElement>("[data-vade-results]");
  const form = document.querySelector<HTMLFormElement>("[data-vade-search]");
  const field = form?.querySelector<HTMLInputElement>("input[name=q]");
  if (!results || !form || !field) return;

  const found = part("[data-vade-found]");
  const filters = part("[data-vade-filters]");
  const paging = part("[data-vade-paging]");
  const correction = part("[data-vade-correction]");
  const chips = part("[data-vade-chosen]");
  const status = part("[data-vade-status]");
  let turn: AbortController | undefined;
  let typing = 0;
  let speaking = 0;

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(typing);
    go(asking(field.value), true);
  });
  field.addEventListener("input", () => {
    clearTimeout(typing);
    typing = window.setTimeout(() => go(asking(field.value), false, true), 200);
  });
  // Filters, corrections and pages of results are links, so that they can be copied; here they need no reload.
  part("main").addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[data-ask]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    stayAt(link.dataset.key);
    const url = new URL(link.href);
    field.value = url.searchParams.get("q") ?? "";
    go(url.searchParams, true);
    if (!link.isConnected || link.closest("[data-vade-paging]")) part("#results-title").scrollIntoView();
  });
  window.addEventListener("popstate", load);
  filters.querySelector("details")!.open = matchMedia("(min-width: 56rem)").matches;
  load();

  // load shows what the address asks for.
  function load(): void {
    const asks = new URLSearchParams(location.search);
    field!.value = asks.get("q") ?? "";
    show(asks);
  }

  // asking keeps language and filters of the address and puts in another query, from its first page.
  function asking(query: string): URLSearchParams {
    stayAt(undefined);
    const asks = new URLSearchParams(location.search);
    asks.delete("page");
    asks.delete("exact");
    asks.set("q", query.trim());
    return asks;
  }

  // remember makes a step of the history; unfinished tells the endpoint that the last word may go on.
  function go(asks: URLSearchParams, remember: boolean, unfinished = false): void {
    const url = address(asks);
    if (remember && url !== address(new URLSearchParams(location.search))) history.pushState(null, "", url);
    else history.replaceState(null, "", url);
    show(asks, unfinished);
  }

  async function show(asks: URLSearchParams, unfinished = false): Promise<void> {
    turn?.abort();
    const mine = (turn = new AbortController());
    if (!asks.get("q") && !facetNames.some((name) => asks.has(name))) return clear();
    say(status.dataset.asking ?? "");
    results!.setAttribute("aria-busy", "true");
    try {
      const asked = await ask(asks, facetNames, unfinished, mine.signal);
      if (mine.signal.aborted) return;
      render(asked, asks);
      await asked.complete;
      if (asked.complete && !mine.signal.aborted) render(asked, asks);
      if (!mine.signal.aborted && !unfinished) await tellElsewhere(asked.answer, asks, mine.signal).catch(() => {}); // an extra that may fail
    } catch (problem) {
      if (mine.signal.aborted) return;
      complain(problem);
    } finally {
      if (!mine.signal.aborted) results!.removeAttribute("aria-busy");
    }
  }

  function clear(): void {
    found.hidden = filters.hidden = chips.hidden = true;
    say("");
    for (const element of [results!, correction, paging, chips]) element.replaceChildren();
  }

  function complain(problem: unknown): void {
    clear();
    found.hidden = false;
    // A request that is refused says why; all else is a fault of the service, of the web index or of the line.
    const message = problem instanceof Refused ? refusal(problem) : copy(location.protocol === "file:" ? "damaged" : navigator.onLine ? "error" : "offline");
    results!.replaceChildren(message);
    say(message.textContent?.trim() ?? "");
  }

  // refusal words a refusal as the page does for its code.
  function refusal({ code, params }: Refused): HTMLElement {
    if (!template("refused", code)) return copy("error");
    const message = copy("refused", code);
    const reason = message.querySelector("[data-reason]")!;
    reason.textContent = reason.textContent!.replace(/\{(\w+)\}/g, (whole, name) => String(params[name] ?? whole));
    return message;
  }

  function render({ answer, place }: Asked, asks: URLSearchParams): void {
    found.hidden = false;
    const pages = answer.pages;
    showCorrection(answer, asks);
    showFilters(answer, asks);
    showPaging(answer, asks);
    if (pages.length === 0) {
      const none = copy("none");
      link(none.querySelector("a[data-lang]"), changed(asks, "lang", "*"));
      results!.replaceChildren(none);
      say(status.dataset.none ?? "");
      return;
    }
    const list = document.createElement("ol");
    list.start = (answer.page - 1) * pageSize + 1;
    list.append(...pages.map((page) => hit(page, place)));
    results!.replaceChildren(list);
    // The total counts the pages that hold all words; those that come near follow them.
    const near = answer.page === 1 && pages.length > answer.total;
    say(((near && status.dataset.near) || status.dataset.found || "").replace("%d", number(answer.total)));
  }

  // tellElsewhere says what all languages hold where the reader's own has little.
  async function tellElsewhere(answer: Answer, asks: URLSearchParams, signal: AbortSignal): Promise<void> {
    if (answer.total >= pageSize || (asks.get("lang") ?? own) !== own || !template("elsewhere")) return;
    const all = changed(asks, "lang", "*");
    const { answer: other, complete } = await ask(all, facetNames, false, signal);
    await complete;
    if (signal.aborted || other.total <= answer.total) return;
    const line = copy("elsewhere");
    fill(line, "[data-count]", number(other.total));
    link(line.querySelector("a"), all);
    results!.append(line);
  }

  // say tells the count once the reader has stopped typing, not at every letter.
  function say(text: string): void {
    clearTimeout(speaking);
    speaking = window.setTimeout(() => (status.textContent = text), text ? 900 : 0);
  }
}

searchPage();
