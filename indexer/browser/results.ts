// A page of results: <vade-results> on any site, and the project's own search page. Without script every page reads the
// same; the search form then asks the server. All texts stand in the page, as templates and data attributes; where a
// site gave none, elements/results.html has them. No HTML is made from strings.

import { ask, sourceOf, type Reply } from "./ask";
import { inWords } from "./dates";
import { marked } from "./marked";
import { Outdated, type Hub } from "./webindex";
import { Refused, type Answer, type FoundPage, type FoundSection } from "./search";
import { whenTyped } from "./typing";

const pageSize = 10;
// Texts are fetched for results that are seen. Those on a disk, or in the page itself, are at hand.
const lazily = location.protocol !== "file:" && !(self as unknown as { vademecum?: Hub }).vademecum?.load;
const rtlScripts = /^(ar|ckb|dv|fa|he|ps|sd|ug|ur|yi)\b/;

/** searchPage makes the page of an element answer; what it returns asks for what an address would. */
export function searchPage(root: HTMLElement): { ask(asks: URLSearchParams): void } {
  const results = part("[data-vade-results]");
  const form = root.querySelector("form") ?? document.querySelector<HTMLFormElement>("form[data-vade-search]");
  const field = form?.querySelector<HTMLInputElement>("input[name=q]");
  if (!form || !field) throw new Error("a page of results without a form that has a field named q");
  const source = sourceOf(root);
  const own = source.own;
  const locale = wellFormed(own);
  const found = part("[data-vade-found]");
  const filters = part("[data-vade-filters]");
  const paging = part("[data-vade-paging]");
  const correction = part("[data-vade-correction]");
  const chips = part("[data-vade-chosen]");
  const status = part("[data-vade-status]");
  const rtl = results.dataset.rtl?.split(" ");
  const worded = [...templates("facet")].map((t) => t.dataset.name); // undefined: for any
  const some = root.getAttribute("facets")?.split(" ") ?? (worded.includes(undefined) ? undefined : worded as string[]);
  let held: string[] = []; // facets that answers had
  let asked: AbortController | undefined;
  let place = (url: string) => url; // of a page in an answer
  let several = true; // languages
  let settled = true; // what the address asks for was asked for whole, and Back must come to it again
  let speaking = 0;
  const unfolded = new Set<string>(); // filters of which all values are shown

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    typing.forget();
    go(asking(field.value), true);
  });
  const typing = whenTyped(field, 200, () => go(asking(field.value), false, true), () => say(""));
  field.addEventListener("change", () => (settled = true));
  // Filters, corrections and pages of results are links, so that they can be copied; here they need no reload.
  (root.closest<HTMLElement>("main") ?? root).addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[data-ask]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    const url = new URL(link.href);
    field.value = url.searchParams.get("q") ?? "";
    go(url.searchParams, true);
    if (!link.isConnected || link.closest("[data-vade-paging]")) heading().scrollIntoView();
  });
  window.addEventListener("popstate", load);
  filters.querySelector("details")!.open = matchMedia("(min-width: 56rem)").matches;
  load();
  return { ask: (asks) => {
    field.value = asks.get("q") ?? "";
    go(asks, true);
  } };

  function heading(): HTMLElement {
    return part("[data-vade-found] h2");
  }

  // names gives the facets to filter by: those that the page has texts for, else those that answers had.
  function names(asks?: URLSearchParams): string[] {
    return some ?? [...new Set([...held, ...(asks?.keys() ?? [])])].filter((name) => !["q", "lang", "page", "size", "exact", "typing"].includes(name)).concat("lang");
  }

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

  // remember makes a step of the history. Typing makes one step, however many letters it takes. unfinished tells the
  // endpoint that the last word may go on.
  function go(asks: URLSearchParams, remember: boolean, unfinished = false): void {
    const url = address(asks);
    const here = new URLSearchParams(location.search);
    if (url !== address(here) && (remember || settled && asksFor(here))) history.pushState(null, "", url);
    else history.replaceState(null, "", url);
    settled = remember || !asksFor(asks);
    show(asks, unfinished);
  }

  function asksFor(asks: URLSearchParams): boolean {
    return !!asks.get("q") || names(asks).some((name) => name !== "lang" && asks.has(name));
  }

  function address(asks: URLSearchParams): string {
    const text = asks.toString();
    return location.pathname + (asksFor(asks) || asks.has("lang") ? "?" + text : "");
  }

  async function show(asks: URLSearchParams, unfinished = false): Promise<void> {
    asked?.abort();
    const turn = (asked = new AbortController());
    if (!asksFor(asks)) return clear();
    say(status.dataset.asking ?? "");
    results.setAttribute("aria-busy", "true");
    try {
      const reply: Reply = await ask(asks, source, { size: pageSize, unfinished, lazily, signal: turn.signal, facets: some });
      if (turn.signal.aborted) return;
      const { answer, complete, sections } = reply;
      place = reply.place;
      several = reply.languages?.length !== 1;
      if (sections) await complete; // which needs no file, where pages need none to be in order
      render(answer, asks);
      await complete;
      if (sections) await fillSeen(answer, sections, asks, turn.signal);
      else if (complete && !turn.signal.aborted) render(answer, asks);
      const fromEndpoint = !reply.languages; // the web index names its languages
      if (fromEndpoint && !turn.signal.aborted && !unfinished) await tellElsewhere(answer, asks, turn.signal).catch(() => {}); // an extra that may fail
    } catch (problem) {
      if (turn.signal.aborted) return;
      complain(problem);
    } finally {
      if (!turn.signal.aborted) results.removeAttribute("aria-busy");
    }
  }

  // fillSeen gives the results that are seen their sections, and the others when the reader goes on to them or prints. It
  // ends when those are there that are seen at once. Nothing is seen of a page in the background: that gets all.
  async function fillSeen(answer: Answer, sections: (page: number) => Promise<void>, asks: URLSearchParams, signal: AbortSignal): Promise<void> {
    const pages = answer.pages;
    const waiting = new Map([...results.querySelectorAll<HTMLElement>("ol > li")].map((item, i): [HTMLElement, number] => [item, i]));
    const fill = (items: Iterable<HTMLElement>) => Promise.all([...items].map(async (item) => {
      const i = waiting.get(item);
      if (i === undefined) return;
      waiting.delete(item);
      await sections(i);
      if (signal.aborted) return;
      if (answer.pages !== pages) render(answer, asks); // the site was published again
      else addSections(item, pages[i]);
    }));
    if (!waiting.size) return;
    const rest = () => void fill(waiting.keys()).catch(() => {}); // their titles stay
    if (document.hidden) return void (await fill(waiting.keys()));
    for (const when of ["scroll", "beforeprint"]) window.addEventListener(when, rest, { once: true, signal });
    await new Promise((done, failed) => {
      const seen = new IntersectionObserver((entries) => void fill(entries.filter((e) => e.isIntersecting).map((e) => e.target as HTMLElement)).then(done, failed));
      for (const item of waiting.keys()) seen.observe(item);
      signal.addEventListener("abort", () => {
        seen.disconnect();
        done(undefined);
      });
    });
  }

  function clear(): void {
    found.hidden = filters.hidden = chips.hidden = true;
    say("");
    root.dispatchEvent(new CustomEvent("vade-clear", { bubbles: true }));
    for (const element of [results, correction, paging, chips]) element.replaceChildren();
  }

  function complain(problem: unknown): void {
    clear();
    found.hidden = false;
    // A request that is refused says why; all else is a fault of the service, of the pack or of the line.
    root.dispatchEvent(new CustomEvent("vade-problem", { bubbles: true, detail: problem }));
    const message = problem instanceof Refused ? refusal(problem) : problem instanceof Outdated && template("outdated") ? copy("outdated") : copy(location.protocol === "file:" ? "damaged" : navigator.onLine ? "error" : "offline");
    results.replaceChildren(message);
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
    held = Object.keys(answer.facets ?? {});
    root.dispatchEvent(new CustomEvent("vade-answer", { bubbles: true, detail: answer }));
    showCorrection(answer, asks);
    showFilters(answer, asks);
    showPaging(answer, asks);
    if (pages.length === 0) {
      const none = copy("none");
      link(none.querySelector("a[data-lang]"), with_(asks, "lang", "*"));
      results.replaceChildren(none);
      tell(answer, status.dataset.none);
      return;
    }
    const list = document.createElement("ol");
    list.start = (answer.page - 1) * pageSize + 1;
    list.append(...pages.map((page) => hit(page, answer)));
    results.replaceChildren(list);
    // The total counts the pages that hold all words; those that come near follow them.
    const near = answer.page === 1 && pages.length > answer.total;
    tell(answer, (near && status.dataset.near) || status.dataset.found);
  }

  // tell says what was found, and whether the query was too much work to be searched for whole.
  function tell(answer: Answer, text = ""): void {
    say(text.replace("%d", number(answer.total)) + (answer.partial && status.dataset.partial ? " " + status.dataset.partial : ""));
  }

  // tellElsewhere says what all languages hold where the reader's own has little. Only an endpoint is asked: from plain
  // files it would cost the index of every language.
  async function tellElsewhere(answer: Answer, asks: URLSearchParams, signal: AbortSignal): Promise<void> {
    if (answer.total >= pageSize || (asks.get("lang") ?? own) !== own || !template("elsewhere")) return;
    const all = with_(asks, "lang", "*");
    const { answer: other, complete } = await ask(all, source, { size: pageSize, signal, facets: some });
    await complete;
    if (signal.aborted || other.total <= answer.total) return;
    const line = copy("elsewhere");
    fill(line, "[data-count]", number(other.total));
    link(line.querySelector("a"), all);
    results.append(line);
  }

  function hit(page: FoundPage, answer: Answer): HTMLElement {
    const item = copy("page");
    item.lang = page.lang;
    item.dir = direction(page.lang);
    const title = item.querySelector<HTMLAnchorElement>("[data-title]")!;
    title.href = place(page.url);
    title.textContent = page.title;
    fill(item, "[data-kind]", kindName(page.facets?.kind?.[0] ?? "", answer));
    fill(item, "[data-date]", page.date ? date(page.date) : "");
    item.querySelector("[data-date]")?.setAttribute("datetime", page.date ?? "");
    const direct = item.querySelector<HTMLElement>("[data-direct]");
    if (direct) direct.hidden = !page.direct;
    fill(item, "[data-why]", page.why ?? "");
    item.querySelector("[data-why]")!.parentElement!.hidden = !page.why;
    if (page.sections?.length) addSections(item, page);
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

  // addSections shows where a page says it. Its title leads to the first of these places.
  function addSections(item: HTMLElement, { sections }: FoundPage): void {
    item.querySelector<HTMLAnchorElement>("[data-title]")!.href = lit(sections[0].url, sections[0]);
    item.querySelector("[data-sections]")!.replaceChildren(...sections.map(passage));
  }

  function passage(section: FoundSection): HTMLElement {
    const item = copy("section");
    const heading = item.querySelector<HTMLAnchorElement>("[data-heading]")!;
    heading.href = lit(section.url, section);
    heading.textContent = section.heading ?? "";
    heading.hidden = !section.heading;
    item.querySelector("[data-excerpt]")!.append(...marked(section.excerpt ?? []));
    return item;
  }

  // lit is where a passage stands, with the words that are marked in it: the page there lights them up.
  function lit(url: string, section?: FoundSection): string {
    if (!root.hasAttribute("highlight")) return place(url);
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
    for (const name of names(asks)) {
      const chosen = asks.getAll(name);
      const values = answer.facets?.[name] ?? [];
      if (name === "lang" && !several) continue;
      const block = template("facet", name) ? copy("facet", name) : copy("facet");
      const list = block.querySelector("[data-values]")!;
      if (name === "lang") list.replaceWith(languages(asks));
      else if (values.length === 0) continue;
      else list.append(...values.map((v) => value(name, v, chosen, asks)));
      const title = block.querySelector("[data-facet]");
      if (title && (name !== "lang" || !title.textContent)) title.textContent = name.charAt(0).toLocaleUpperCase() + name.slice(1).replace(/[-_]/g, " ");
      fold(block, name);
      blocks.push(block);
    }
    const at = (document.activeElement as HTMLElement | null)?.dataset.key;
    part("[data-vade-facets]").replaceChildren(...blocks);
    // The list is made anew; who is at a filter stays there.
    if (at) (filters.querySelector<HTMLElement>(`[data-key="${CSS.escape(at)}"]`) ?? heading()).focus({ preventScroll: true });
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
    const chosen = names(asks).filter((name) => name !== "lang").flatMap((name) => asks.getAll(name).map((of) => [name, of]));
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
      const lang = a.dataset.lang || own;
      a.textContent ||= languageName(lang);
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
    return (rtl ? rtl.includes(lang) : rtlScripts.test(lang)) ? "rtl" : "ltr";
  }

  function number(n: number): string {
    return new Intl.NumberFormat(locale).format(n);
  }

  function date(text: string): string {
    const day = new Date(text.slice(0, 10) + "T00:00:00Z");
    if (isNaN(day.getTime())) return text;
    return inWords(results, new Intl.DateTimeFormat(results.dataset.locale || locale, { dateStyle: "long", timeZone: "UTC" }).format(day));
  }

  // languageName takes a language's own name from the page's language switch, else from the browser.
  function languageName(lang: string): string {
    const said = [...document.querySelectorAll<HTMLElement>(".languages a")].find((a) => a.lang === lang)?.textContent;
    return said ?? (wellFormed(lang) ? new Intl.DisplayNames([lang], { type: "language" }).of(lang) : undefined) ?? lang;
  }

  // kindName is what the reader's language calls a kind of page; else what the pages themselves call it.
  function kindName(kind: string, answer: Answer): string {
    return template("kind", kind)?.content.textContent ?? (answer.facets?.kind?.find((v) => v.value === kind)?.label || kind);
  }

  function part(selector: string): HTMLElement {
    const element = root.querySelector<HTMLElement>(selector);
    if (!element) throw new Error(`search page without ${selector}`);
    return element;
  }

  function templates(name: string, of?: string): NodeListOf<HTMLTemplateElement> {
    return document.querySelectorAll(`template[data-vade-template="${name}"]` + (of ? `[data-name="${CSS.escape(of)}"]` : ""));
  }

  function template(name: string, of?: string): HTMLTemplateElement | undefined {
    return templates(name, of)[0];
  }

  function copy(name: string, of?: string): HTMLElement {
    return template(name, of)!.content.firstElementChild!.cloneNode(true) as HTMLElement;
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

// fill sets a place's text and hides the place when there is none.
function fill(within: HTMLElement, selector: string, text: string): void {
  const place = within.querySelector<HTMLElement>(selector);
  if (!place) return;
  place.textContent = text;
  place.hidden = !text;
}
