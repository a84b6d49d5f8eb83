// Search in the browser, from the web index: it answers as ../answer.go does. text, query, index, plan, spell, match,
// rank and excerpt do the steps, each as its file of the same name in Go. None of them knows a weight or a limit of its
// own: all come with the manifest (../webindex.go). None touches a page; whoever loads them gives a way to get shards.

import { excerpt, type Segment } from "./excerpt";
import { type Engine, type Translation } from "./index";
import { beginning, bounded } from "./plan";
import { parse } from "./query";
import { rare } from "./rarely";
import { compare, Result, type Candidate } from "./rank";
import { characters } from "./text";

export { Engine, format, termHash, type Load, type Manifest } from "./index";
export { matchLanguage } from "./language";
export { parse } from "./query";
export { Language } from "./text";
export { unpack } from "./unpack";

export interface FoundSection { url: string; heading?: string; excerpt: Segment[] }
export interface FoundPage {
  url: string; title: string; lang: string; date?: string; score: number; why?: string;
  direct?: boolean; facets?: Record<string, string[]>; translations?: Translation[]; sections: FoundSection[];
}
export interface Answer {
  query: string; lang: string; total: number; page: number;
  correction?: { shown: string; typed: string };
  partial?: true; // the query was more work than is done for one
  pages: FoundPage[]; facets: Record<string, { value: string; label: string; count: number }[]>;
  ignored?: string[];
}
export interface Request {
  query: string; lang?: string; page?: number | string; size?: number;
  facets?: Record<string, string[]>; typing?: boolean; exact?: boolean;
  lazily?: boolean; // whoever asks gets the sections of each page when they are to be shown, if pages can be put in order without
}

/** A request that cannot be answered as it stands: RequestError in ../refusal.go, where its codes are. */
export class Refused extends Error {
  constructor(readonly code: string, readonly params: Record<string, string | number> = {}) {
    super(code);
  }
}

// ask begins what others wait for later, who are told if it fails.
const ask = (p: Promise<unknown>) => void p.catch(() => {});

/** fetch asks for all shards that the query surely needs, so that they travel together. */
function fetch(r: Result, alone: boolean): void {
  for (const part of r.query.parts) {
    const tokens = r.l.tokens(part.text);
    const terms = tokens.map((t) => r.l.term(t));
    const words = alone && part.kind === "words" && !part.not;
    for (const [i, t] of terms.entries()) {
      const { term, cjk } = tokens[i];
      const begins = async () => words && !cjk && r.l.wholeWord(term) && characters(term) >= r.limits.prefix && beginning(r.e, term);
      if (part.prefix && i === terms.length - 1) ask(begins());
      ask(r.e.postings(t).then((p): unknown => p.passages.length || begins()));
      ask(r.e.named(terms.slice(i)).then((n): unknown => n && r.e.others(terms.slice(i, i + n))));
      if (part.kind === "phrase") ask(r.e.shard("p", r.e.shardOf(t, "p")));
    }
    for (const c of r.l.compounds(part.text, tokens)) ask(Promise.all([r.e.postings(c.term), rare()]));
    if (part.kind === "mention" && r.e.m.shards.c) ask(r.e.shard("c", 0));
  }
  if (r.e.m.facets || r.e.m.titles || r.query.parts.some((part) => part.kind === "phrase")) ask(rare());
  if (r.e.m.facets) ask(r.e.shard("f", 0)); // last: what follows the terms waits longer than the counts
}

function excerptTerms(r: Result): { weight: Map<string, number>; names: string[][] } {
  const weight = new Map<string, number>();
  const meaning = r.plan.queryTerms.some((s) => !s.stop);
  for (const s of r.plan.queryTerms) {
    if (s.part || (s.stop && meaning)) continue;
    const w = (32 - Math.clz32(r.e.m.units / Math.max(1, s.passages))) * s.weight;
    for (const t of s.terms) weight.set(t, Math.max(weight.get(t) ?? 0, w, 1));
  }
  return { weight, names: r.plan.groups.flatMap((g) => g.synonyms.map((s) => s.terms)) };
}

/** show makes a page of an answer, without its sections. */
function show(r: Result, c: Candidate): FoundPage {
  const [, title, date, facets, translations] = r.e.record(c.page);
  const base = r.e.m.base ?? "";
  const page: FoundPage = { url: urlOf(r, c), title, lang: r.e.m.lang, score: c.score, sections: [] };
  const why = r.synonymOf.get(c.passage);
  if (date) page.date = date;
  if (Object.keys(facets).length) page.facets = facets;
  if (why) page.why = why;
  if (translations?.length) page.translations = translations.map((t) => ({ lang: t.lang, url: base + t.url }));
  return page;
}

function urlOf(r: Result, c: Candidate): string {
  return (r.e.m.base ?? "") + r.e.record(c.page)[0];
}

/** namesPage tells whether a page was found by words and its first passage is its best. */
const namesPage = (r: Result, c: Candidate) => r.plan.queryTerms.length > 0 && c.tier < 2 && c.passage === r.e.firstPassage[c.page];

async function foundSection(r: Result, c: Candidate, u: number): Promise<FoundSection> {
  const [id, heading, text] = await r.e.passage(u);
  const { weight, names } = excerptTerms(r);
  const mark = (text: string) => excerpt(r.l, text, weight, names, r.weights.name, r.limits);
  const section: FoundSection = { url: urlOf(r, c), excerpt: mark(text) };
  if (u === c.passage && namesPage(r, c) && ![section.excerpt, mark(heading)].flat().some((s) => s.match)) return section;
  if (id) section.url += "#" + id;
  if (heading) section.heading = heading;
  return section;
}

/**
 * search answers a request from one engine, or from several as one. The answer has its pages, each with its best
 * section; further sections and the counts of facets are there when complete is done. Of an answer that has a function
 * sections, it gives a page its sections, all of them.
 */
export async function search(engines: Engine[], request: Request): Promise<{ answer: Answer; complete: Promise<void>; sections?: (page: number) => Promise<void> }> {
  const { limits } = engines[0].m.rules;
  const page = String(request.page || 1);
  const [number, size] = [Number(page) || 1, request.size || limits.size]; // page 0 is the first
  if (!/^[+-]?\d+$/.test(page) || characters(request.query) > limits.query || number < 1 || size < 1 || size > limits.maxSize || number * size > limits.depth) throw (await rare()).refusal(request, limits);
  const answer: Answer = { query: request.query, lang: request.lang ?? engines[0].m.lang, total: 0, page: number, pages: [], facets: {} };
  const asked = Object.keys(request.facets ?? {});
  const known = asked.filter((name) => engines.some((e) => e.hasFacet(name.toLowerCase())));
  const chosen = Object.fromEntries(known.map((name) => [name, request.facets![name]]));
  if (known.length < asked.length) answer.ignored = (await rare()).ignored(asked, known, limits.shown);
  const results = await Promise.all(engines.map(async (e) => new Result(e, await bounded(await parse(request.query, e.hasFacet, e.m.patterns ?? [], e.l, e.m.rules), !!request.typing, e.l, limits))));
  const filtersOf = known.length || results.some((r) => r.query.filters.length) ? (await rare()).filtersOf : () => [];
  for (const r of results) {
    const filters = filtersOf(r.query, chosen);
    const values = filters.flatMap((f) => f.values).length;
    if (values > limits.filters || !(values || r.query.parts.some((p) => !p.not))) throw (await rare()).unanswerable(r.query, values, limits);
    fetch(r, engines.length === 1);
  }
  for (const r of results) {
    const filters = filtersOf(r.query, chosen);
    if (r.e.m.titles) await (await rare()).readTitles(r.e);
    await r.plan.make(r.query, !!request.exact, engines);
    await r.run(filters);
    if (r.plan.typed.length) answer.correction ??= (await rare()).correction(r, request.query);
    if (r.plan.work.spent || r.plan.guesses.spent) answer.partial = true;
  }
  let ranked = results.flatMap((r) => r.candidates).sort(compare);
  const all = ranked.some((c) => c.all);
  if (engines.length > 1) ranked = (await (await rare()).foldTranslations(ranked)).sort(compare);
  answer.total = ranked.filter((c) => c.counted && (!all || c.all)).length;
  const first = ranked.splice(0, limits.exactPages);
  const lazily = request.lazily && engines.every((e) => e.m.titles);
  if (!lazily && number === 1 && size >= limits.exactPages) first.forEach((c) => c.of.bestPassages(c).forEach((u) => ask(c.of.e.passage(u)))); // all are shown
  await Promise.all(first.map((c) => c.of.exact(c)));
  ranked.unshift(...first.sort((a, b) => b.tier - a.tier || b.named - a.named || b.exact - a.exact || compare(a, b)));
  const shown = ranked.slice((number - 1) * size, number * size);
  const sections = async (i: number, from: number, to?: number) => {
    const [c, page] = [shown[i], answer.pages[i]];
    for (const section of await Promise.all(c.of.bestPassages(c).slice(from, to).map((u) => foundSection(c.of, c, u)))) {
      if (!page.sections.some((o) => o.url === section.url)) page.sections.push(section);
    }
  };
  if (!lazily) await Promise.all(shown.map((c) => c.of.e.passage(c.passage))); // of which the records of their pages come
  answer.pages = shown.map((c) => show(c.of, c));
  if (!lazily) await Promise.all(shown.map((_, i) => sections(i, 0, 1)));
  if (number === 1 && shown.length && shown[0].exactMatch) answer.pages[0].direct = true;
  const complete = (async () => {
    if (!lazily) await Promise.all(shown.map((_, i) => sections(i, 1)));
    const counting = results.filter((r) => r.e.m.facets);
    if (counting.length) answer.facets = await (await rare()).counted(counting);
  })();
  complete.catch(() => {}); // who waits for it is told
  return { answer, complete, sections: lazily ? (i) => sections(i, 0) : undefined };
}
