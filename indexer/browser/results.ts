// The search page when script runs. Without it every page reads the same; the search form then asks the server.
// All texts stand in the page: templates in parts/result-templates.html, words in data attributes. No HTML is made from strings.
// Answers come from the endpoint if the site has one and it answers in time, else from the pack; readers see no difference.

import "./page";
import * as pack from "./pack";
import { Refused, type Answer, type FoundPage, type FoundSection, type Request } from "./search";

const pageSize = 10;
const patience = 2500; // milliseconds that the endpoint has for an answer
const own = document.documentElement.lang;
const locale = wellFormed(own);

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
  const rtl = (results.dataset.rtl ?? "").split(" ");
  const facetNames = [...document.querySelectorAll<HTMLElement>("template[data-vade-template=facet]")].map((t) => t.dataset.name ?? "");
  let asked: AbortController | undefined;
  let place = (url: string) => url; // of a page in an answer
  let useEndpoint = location.protocol !== "file:";
  let typing = 0;
  let speaking = 0;
  const unfolded = new Set<string>(); // filters of which all values are shown

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

  function address(asks: URLSearchParams): string {
    const text = asks.toString();
    return location.pathname + (asks.get("q") || facetNames.some((name) => asks.has(name)) ? "?" + text : "");
  }

  async function show(asks: URLSearchParams, unfinished = false): Promise<void> {
    asked?.abort();
    const turn = (asked = new AbortController());
    if (!asks.get("q") && !facetNames.some((name) => asks.has(name))) return clear();
    say(status.dataset.asking ?? "");
    results!.setAttribute("aria-busy", "true");
    try {
      const { answer, complete } = await ask(asks, unfinished, turn.signal);
      if (turn.signal.aborted) return;
      render(answer, asks);
      await complete;
      if (complete && !turn.signal.aborted) render(answer, asks);
      if (!turn.signal.aborted && !unfinished) await tellElsewhere(answer, asks, turn.signal).catch(() => {}); // an extra that may fail
    } catch (problem) {
      if (turn.signal.aborted) return;
      complain(problem);
    } finally {
      if (!turn.signal.aborted) results!.removeAttribute("aria-busy");
    }
  }

  // fromPack tells where a page of the pack stands. The pack cannot know where this copy of the site was put, but it
  // lies one folder below. Browsers list the files of a folder on a disk, so there a page's own file is named.
  function fromPack(folder: string, base: string): (url: string) => string {
    const root = new URL("..", new URL(folder, document.baseURI)).href;
    return (url) => {
      const to = new URL("./" + url.slice(base.length).replace(/^\//, ""), root);
      if (location.protocol !== "file:") return to.pathname + to.search + to.hash;
      if (to.pathname.endsWith("/")) to.pathname += "index.html";
      return to.href;
    };
  }

  async function ask(asks: URLSearchParams, unfinished: boolean, signal: AbortSignal): Promise<{ answer: Answer; complete?: Promise<void> }> {
    const endpoint = document.querySelector<HTMLMetaElement>("meta[name='vade:endpoint']")?.content;
    if (endpoint && useEndpoint) {
      try {
        const answer = await askEndpoint(endpoint, asks, unfinished, signal);
        place = (url) => url;
        return { answer };
      } catch (problem) {
        if (signal.aborted || problem instanceof Refused) throw problem;
        useEndpoint = false; // for as long as this page is open
      }
    }
    return askPack(asks, unfinished);
  }

  async function askEndpoint(endpoint: string, asks: URLSearchParams, unfinished: boolean, signal: AbortSignal): Promise<Answer> {
    const query = new URLSearchParams(asks);
    if (!query.get("lang")) query.set("lang", own);
    query.set("size", String(pageSize));
    if (unfinished) query.set("typing", "1");
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), patience);
    signal.addEventListener("abort", () => late.abort());
    try {
      const response = await fetch(endpoint + "?" + query, { signal: late.signal, headers: { Accept: "application/json" } });
      const answer = await response.json();
      if (answer.error?.code && response.status === 400) throw new Refused(answer.error.code, answer.error.params);
      if (!response.ok || !Array.isArray(answer.pages)) throw new Error(`${endpoint}: ${response.status}`);
      return answer as Answer;
    } finally {
      clearTimeout(timer);
    }
  }

  async function askPack(asks: URLSearchParams, unfinished: boolean): Promise<{ answer: Answer; complete: Promise<void> }> {
    const folder = results!.dataset.pack ?? "";
    const request: Request = { query: asks.get("q") ?? "", lang: asks.get("lang") || own, page: asks.get("page") ?? "", size: pageSize, typing: unfinished, exact: asks.get("exact") === "1", facets: {} };
    for (const name of facetNames) if (name !== "lang" && asks.has(name)) request.facets![name] = asks.getAll(name);
    const found = await pack.ask(request, own, folder);
    place = fromPack(folder, found.base);
    return found;
  }

  function clear(): void {
    found.hidden = filters.hidden = chips.hidden = true;
    say("");
    for (const element of [results!, correction, paging, chips]) element.replaceChildren();
  }

  function complain(problem: unknown): void {
    clear();
    found.hidden = false;
    // A request that is refused says why; all else is a fault of the service, of the pack or of the line.
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

  function render(answer: Answer, asks: URLSearchParams): void {
    found.hidden = false;
    const pages = answer.pages;
    showCorrection(answer, asks);
    showFilters(answer, asks);
    showPaging(answer, asks);
    if (pages.length === 0) {
      const none = copy("none");
      link(none.querySelector("a[data-lang]"), with_(asks, "lang", "*"));
      results!.replaceChildren(none);
      say(status.dataset.none ?? "");
      return;
    }
    const list = document.createElement("ol");
    list.start = (answer.page - 1) * pageSize + 1;
    list.append(...pages.map(hit));
    results!.replaceChildren(list);
    // The total counts the pages that hold all words; those that come near follow them.
    const near = answer.page === 1 && pages.length > answer.total;
    say(((near && status.dataset.near) || status.dataset.found || "").replace("%d", number(answer.total)));
  }

  // tellElsewhere says what all languages hold where the reader's own has little.
  async function tellElsewhere(answer: Answer, asks: URLSearchParams, signal: AbortSignal): Promise<void> {
    if (answer.total >= pageSize || (asks.get("lang") ?? own) !== own || !template("elsewhere")) return;
    const all = with_(asks, "lang", "*");
    const { answer: other, complete } = await ask(all, false, signal);
    await complete;
    if (signal.aborted || other.total <= answer.total) return;
    const line = copy("elsewhere");
    fill(line, "[data-count]", number(other.total));
    link(line.querySelector("a"), all);
    results!.append(line);
  }

  function hit(page: FoundPage): HTMLElement {
    const item = copy("page");
    item.lang = page.lang;
    item.dir = direction(page.lang);
    const title = item.querySelector<HTMLAnchorElement>("[data-title]")!;
    title.href = lit(page.sections?.[0]?.url || page.url, page.sections?.[0]);
    title.textContent = page.title;
    fill(item, "[data-kind]", kindName(page.facets?.kind?.[0] ?? ""));
    fill(item, "[data-date]", page.date ? date(page.date) : "");
    item.querySelector("[data-date]")?.setAttribute("datetime", page.date ?? "");
    const direct = item.querySelector<HTMLElement>("[data-direct]");
    if (direct) direct.hidden = !page.direct;
    fill(item, "[data-why]", page.why ?? "");
    item.querySelector<HTMLElement>(".why")!.hidden = !page.why;
    item.querySelector("[data-sections]")!.append(...(page.sections ?? []).map(passage));
    const also = item.querySelector<HTMLElement>("[data-translations]")!;
    for (const other of page.translations ?? []) {
      const a = document.createElement("a");
      a.href = place(other.url);
      a.hreflang = a.lang = other.lang;
      a.textContent = languageName(other.lang);
      also.append(a, " ");
    }
    also.hidden = !page.translations?.length;
    return item;
  }

  function passage(section: FoundSection): HTMLElement {
    const item = copy("section");
    const heading = item.querySelector<HTMLAnchorElement>("[data-heading]")!;
    heading.href = lit(section.url, section);
    heading.textContent = section.heading ?? "";
    heading.hidden = !section.heading;
    item.querySelector("[data-excerpt]")!.append(
      ...(section.excerpt ?? []).map((segment) => {
        if (!segment.match) return document.createTextNode(segment.text);
        const mark = document.createElement("mark");
        mark.textContent = segment.text;
        return mark;
      }),
    );
    return item;
  }

  // lit is where a passage stands, with the words that are marked in it: the page there lights them up.
  function lit(url: string, section?: FoundSection): string {
    const words = new Set((section?.excerpt ?? []).filter((s) => s.match).flatMap((s) => s.text.toLowerCase().split(/\s+/)));
    const [address, anchor] = place(url).split("#");
    const query = words.size ? "?" + new URLSearchParams({ q: [...words].slice(0, 10).join(" ") }) : "";
    return address + query + (anchor ? "#" + anchor : "");
  }

  function showCorrection(answer: Answer, asks: URLSearchParams): void {
    correction.replaceChildren();
    if (!answer.correction) return;
    const line = copy("correction");
    fill(line, "[data-shown]", answer.correction.shown);
    const typed = line.querySelector<HTMLAnchorElement>("[data-typed]")!;
    typed.textContent = answer.correction.typed;
    link(typed, with_(asks, "exact", "1"));
    correction.append(line);
  }

  function showFilters(answer: Answer, asks: URLSearchParams): void {
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
    const held = (document.activeElement as HTMLElement | null)?.dataset.key;
    part("[data-vade-facets]").replaceChildren(...blocks);
    // The list is made anew; who is at a filter stays there.
    if (held) (filters.querySelector<HTMLElement>(`[data-key="${CSS.escape(held)}"]`) ?? part("#results-title")).focus({ preventScroll: true });
    showChosen(answer, asks);
    filters.hidden = blocks.length === 0;
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
    chips.replaceChildren(...chosen.map(([name, of]) => {
      const item = copy("chip");
      fill(item, "[data-label]", answer.facets?.[name]?.find((v) => v.value === of)?.label || of);
      link(item.querySelector("a"), without(asks, name, of));
      return item;
    }));
    chips.hidden = chosen.length === 0;
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

  // without is a query less one filter, from its first page.
  function without(asks: URLSearchParams, name: string, value: string): URLSearchParams {
    const next = new URLSearchParams(asks);
    next.delete("page");
    next.delete(name);
    for (const other of asks.getAll(name)) if (other !== value) next.append(name, other);
    return next;
  }

  function languages(asks: URLSearchParams): HTMLElement {
    const list = copy("languages");
    for (const a of list.querySelectorAll<HTMLAnchorElement>("[data-lang]")) {
      const lang = a.dataset.lang!;
      if (lang === (asks.get("lang") || own)) a.setAttribute("aria-current", "true");
      link(a, with_(asks, "lang", lang));
    }
    return list;
  }

  function showPaging(answer: Answer, asks: URLSearchParams): void {
    const last = Math.ceil(answer.total / pageSize);
    paging.hidden = last < 2;
    const block = copy("paging");
    const [previous, next] = [block.querySelector("[data-previous]")!, block.querySelector("[data-next]")!];
    link(previous as HTMLAnchorElement, with_(asks, "page", String(answer.page - 1)));
    link(next as HTMLAnchorElement, with_(asks, "page", String(answer.page + 1)));
    previous.parentElement!.hidden = answer.page <= 1;
    next.parentElement!.hidden = answer.page >= last;
    const here = block.querySelector("[data-here]")!;
    here.textContent = (here.textContent ?? "").replace("%d", number(answer.page)).replace("%d", number(last));
    paging.replaceChildren(block);
  }

  // with_ is a query with one thing changed, from its first page unless the page is that thing.
  function with_(asks: URLSearchParams, name: string, text: string): URLSearchParams {
    const next = new URLSearchParams(asks);
    next.delete("page");
    next.set(name, text);
    return next;
  }

  function link(a: HTMLAnchorElement | null, asks: URLSearchParams): void {
    if (!a) return;
    a.href = address(asks);
    a.dataset.ask = "";
  }

  // say tells the count once the reader has stopped typing, not at every letter.
  function say(text: string): void {
    clearTimeout(speaking);
    speaking = window.setTimeout(() => (status.textContent = text), text ? 900 : 0);
  }

  function direction(lang: string): string {
    return rtl.includes(lang) ? "rtl" : "ltr";
  }

  function number(n: number): string {
    return new Intl.NumberFormat(locale).format(n);
  }

  function date(text: string): string {
    const day = new Date(text.slice(0, 10) + "T00:00:00Z");
    if (isNaN(day.getTime())) return text;
    return new Intl.DateTimeFormat(results!.dataset.locale || locale, { dateStyle: "long", timeZone: "UTC" }).format(day);
  }
}

// wellFormed is a language tag as numbers and dates can be written by it; without it they follow the browser.
function wellFormed(tag: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(tag.replaceAll("_", "-"))[0];
  } catch {
    return undefined;
  }
}

// languageName takes a language's own name from the page's language switch.
function languageName(lang: string): string {
  return [...document.querySelectorAll<HTMLElement>(".languages a")].find((a) => a.lang === lang)?.textContent ?? lang;
}

// kindName is what the reader's language calls a kind of page; a kind that the site did not name keeps its own word.
function kindName(kind: string): string {
  return template("kind", kind)?.content.textContent ?? kind;
}

function part(selector: string): HTMLElement {
  const element = document.querySelector<HTMLElement>(selector);
  if (!element) throw new Error(`search page without ${selector}`);
  return element;
}

function template(name: string, of?: string): HTMLTemplateElement | null {
  return document.querySelector(`template[data-vade-template="${name}"]` + (of ? `[data-name="${CSS.escape(of)}"]` : ""));
}

function copy(name: string, of?: string): HTMLElement {
  return template(name, of)!.content.firstElementChild!.cloneNode(true) as HTMLElement;
}

// fill sets a place's text and hides the place when there is none.
function fill(within: HTMLElement, selector: string, text: string): void {
  const place = within.querySelector<HTMLElement>(selector);
  if (!place) return;
  place.textContent = text;
  place.hidden = !text;
}

searchPage();
