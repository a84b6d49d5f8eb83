// Pages in order, and what of them counts, as ../rank.go settles it.

import type { Engine } from "./index";
import { Matches } from "./match";
import type { Query } from "./query";
import type { QueryTerm } from "./plan";
import { byText, unnumbered } from "./text";

/** What is asked of one facet: one of the values, or none of them. */
export interface Filter { facet: string; values: string[]; not: boolean }
/** A page that may be listed. In order by tier, then score, then ordinal. The query names it by its title (named 2), a heading (1) or both. */
export interface Candidate { of: Result; page: number; passage: number; tier: number; score: number; exact: number; exactMatch?: boolean; named: number; all: boolean; counted: boolean }

export function filtersOf(q: Query, chosen: Record<string, string[]>): Filter[] {
  const out: Filter[] = [];
  const add = (facet: string, value: string, not: boolean) => {
    const same = not ? undefined : out.find((f) => f.facet === facet && !f.not);
    if (same) same.values.push(value);
    else out.push({ facet, values: [value], not });
  };
  for (const f of q.filters) add(f.facet, f.value, f.not);
  for (const facet of Object.keys(chosen).sort(byText)) for (const v of chosen[facet]) add(facet, v, false);
  return out;
}

export const compare = (a: Candidate, b: Candidate) => b.tier - a.tier || b.score - a.score || a.page - b.page || byText(a.of.e.m.lang, b.of.e.m.lang);

/** Result is one search in one language. */
export class Result extends Matches {
  candidates: Candidate[] = [];
  private toCount: [page: number, failed?: Filter][] = [];
  private table?: Awaited<ReturnType<Engine["facets"]>>;

  constructor(e: Engine, readonly query: Query) {
    super(e);
  }

  async run(filters: Filter[]): Promise<void> {
    await Promise.all([...this.plan.queryTerms, ...this.plan.excluded].map((s) => this.fetch(s)));
    const out = new Set<number>();
    for (const s of this.plan.excluded) { // first, so that no budget ends before it
      await this.lookUp(s);
      for (const [u] of s.hits) out.add(this.e.pageOf[u]);
    }
    for (const s of this.plan.queryTerms) {
      await this.lookUp(s);
      if (this.plan.work.spent) s.required = false; // it has no hits
    }
    const common = (s: QueryTerm) => !s.phrase && (s.stop || s.passages * this.limits.common > this.e.m.units);
    const required = this.plan.queryTerms.filter((s) => s.required && !common(s)).length;
    for (const s of this.plan.queryTerms) if (common(s) && required) s.required = false;
    this.question = required > this.limits.required || this.plan.queryTerms.length >= this.limits.question;
    for (const g of this.plan.groups) this.addGroup(g);
    for (const s of this.plan.queryTerms) if (s.phrase) for (const [u, impact] of s.hits) this.add(u, impact, s.bit);
    this.rank(await this.collect(out), filters);
  }

  private async collect(excluded: Set<number>): Promise<Candidate[]> {
    const best = new Map<number, number>();
    for (const u of this.passages) {
      const page = this.e.pageOf[u];
      const b = best.get(page);
      if (b === undefined || this.score[u] > this.score[b] || (this.score[u] === this.score[b] && u < b)) best.set(page, u);
    }
    const bits = (of: "required" | "name" | "symbol") => this.plan.queryTerms.reduce((bits, s) => (s[of] ? bits | s.bit : bits), 0n);
    const [required, names, symbols] = [bits("required"), bits("name"), bits("symbol")];
    const named = await this.cited();
    const out: Candidate[] = [];
    for (const page of this.plan.queryTerms.length ? new Set([...best.keys(), ...named.keys()].sort((a, b) => a - b)) : this.e.firstPassage.keys()) {
      if (excluded.has(page) || (this.matched[page] & symbols) !== symbols) continue;
      const b = best.get(page);
      const name = named.get(page);
      const c: Candidate = { of: this, page, passage: b ?? this.e.firstPassage[page], tier: 0, score: b === undefined ? 0 : this.score[b], exact: 0, named: 0, all: false, counted: false };
      c.all = !!name || (this.matched[page] & required) === required || (b !== undefined && (this.matched[page] & names) === names && (this.titled.get(b) ?? 0) >= this.limits.name);
      if (c.all && !this.question) c.tier = 1;
      if (name) [c.tier, c.passage] = [2 + name.rank, name.passage];
      out.push(c);
    }
    return out;
  }

  private async cited(): Promise<Map<number, { passage: number; rank: number }>> {
    const out = new Map<number, { passage: number; rank: number }>();
    const asked = this.query.parts.filter((p) => p.kind === "mention" && !p.not);
    if (!asked.length || !this.e.m.shards.c) return out;
    const rows: [string, string, number, number][] = await this.e.shard("c", 0);
    const others = this.plan.queryTerms.reduce((bits, s) => (!s.mention && s.required && !s.stop ? bits | s.bit : bits), 0n);
    const prefer = this.e.m.prefer ?? "";
    const named = (document: string, part: string, rank: number, not = "\n") => {
      for (const [d, p, page, passage] of rows) {
        const have = out.get(page);
        if (p !== part || d === not || (document !== "\n" && d !== document) || (this.matched[page] & others) !== others) continue;
        if (!have || rank > have.rank || (rank === have.rank && passage < have.passage)) out.set(page, { passage, rank });
      }
    };
    for (const p of asked) {
      if (p.document) named(p.document, p.part!, 1);
      else {
        named(prefer, p.part!, 1);
        named("\n", p.part!, 0, prefer);
      }
    }
    return out;
  }

  private rank(pages: Candidate[], filters: Filter[]): void {
    const fallback = pages.some((c) => c.all) ? 0n : this.rarest();
    const passing = filters.map((f) => this.passing(f));
    for (const c of pages) {
      c.counted = c.all || (fallback !== 0n && (this.matched[c.page] & fallback) !== 0n);
      const failed = filters.filter((f, i) => passing[i].has(c.page) === f.not);
      if (c.counted && failed.length <= 1) this.toCount.push([c.page, failed[0]]);
      if (!failed.length) this.candidates.push(c);
    }
  }

  /** readFacets must come before run when there are filters. */
  async readFacets(): Promise<void> {
    this.table = await this.e.facets();
  }

  private passing(f: Filter): Set<number> {
    const out = new Set<number>();
    for (const [facet, values] of this.table!.pages) {
      if (facet.toLowerCase() !== f.facet.toLowerCase()) continue;
      for (const [value, pages] of values) if (f.values.some((v) => v.toLowerCase() === value.toLowerCase())) pages.forEach((p) => out.add(p));
    }
    return out;
  }

  /** count counts the pages of facet values; it needs their shard. */
  async count(labels: Map<string, string>, counts: Map<string, Map<string, number>>): Promise<void> {
    const { pages, labels: own } = await this.e.facets();
    const passed = new Set<number>();
    const failing = new Map<number, Filter>();
    for (const [page, failed] of this.toCount) failed ? failing.set(page, failed) : passed.add(page);
    for (const [facet, values] of pages) {
      for (const [value, list] of values) {
        const n = list.filter((p) => passed.has(p) || (failing.has(p) && !failing.get(p)!.not && failing.get(p)!.facet.toLowerCase() === facet.toLowerCase())).length;
        if (!n) continue;
        const key = facet + "\n" + value;
        labels.set(key, labels.get(key) || own.get(key) || "");
        if (!counts.has(facet)) counts.set(facet, new Map());
        counts.get(facet)!.set(value, (counts.get(facet)!.get(value) ?? 0) + n);
      }
    }
  }

  private rarest(): bigint {
    const held = this.plan.queryTerms.filter((s) => s.passages > 0);
    return held.sort((a, b) => Number(!!b.required) - Number(!!a.required) || a.passages - b.passages)[0]?.bit ?? 0n;
  }

  /** bestPassages gives the passages that are shown of a page, best first; the one to which it leads before all. */
  bestPassages(c: Candidate): number[] {
    const rest = [...new Set(this.passages)].filter((u) => this.score[u] && this.e.pageOf[u] === c.page && u !== c.passage);
    return [c.passage, ...rest.sort((a, b) => this.score[b] - this.score[a] || a - b)].slice(0, this.limits.sections);
  }

  /** exact settles what puts the first pages in order anew: words as they were typed, and the query as a title or heading. */
  async exact(c: Candidate): Promise<void> {
    const [, , heading, text] = await this.e.passage(c.passage);
    const [url, title] = this.e.record(c.page);
    const { record, reach } = this.limits;
    c.exact = c.score + this.exactWords([title, heading, text]);
    c.exactMatch = c.tier > 2 || this.isQuery(title);
    if (url.includes("#")) c.exact -= (c.score / record) | 0; // an entry of a list
    else if (c.exactMatch) c.named = 2;
    for (const u of this.bestPassages(c)) {
      if (u !== c.passage && (c.tier > 1 || this.score[u] * reach < c.score * (reach - 1))) continue;
      if (this.isQuery((await this.e.passage(u))[2])) {
        c.named++;
        if (u !== c.passage) [c.passage, c.score] = [u, this.score[u]];
        return;
      }
    }
  }

  /** exactWords gives what a page gains by the words that stand as they were typed in its title or its best passage. */
  private exactWords(texts: string[]): number {
    const held = new Set(texts.flatMap((s) => this.l.tokens(s).map((t) => t.term)));
    const { steps, exactShare } = this.limits;
    let bonus = 0;
    for (const s of this.plan.queryTerms) {
      if (s.phrase || s.stop || s.terms.length !== 1 || !held.has(s.text)) continue;
      bonus += Math.floor((this.e.idf(s.passages, s.others) * steps * s.weight) / this.weights.full / exactShare);
    }
    return bonus;
  }

  /** isQuery tells whether a title or heading is, term by term, the whole query, with its number or without. */
  private isQuery(name: string): boolean {
    const asked = this.plan.queryTerms.filter((s) => !s.name).flatMap((s) => s.terms);
    return asked.length > 0 && [name, unnumbered(name)].some((n) => String(this.l.tokens(n).filter((t) => !t.parts).map((t) => this.l.term(t))) === String(asked));
  }
}
