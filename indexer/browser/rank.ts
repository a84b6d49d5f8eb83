// Pages in order, and what of them counts, as ../rank.go settles it.

import type { Engine } from "./index";
import { Matches } from "./match";
import type { Cited } from "./mention";
import type { Query } from "./query";
import type { QueryTerm } from "./plan";
import { rare } from "./rarely";
import { byText, unnumbered } from "./text";

/** What is asked of one facet: one of the values, or none of them. */
export interface Filter { facet: string; values: string[]; not: boolean }
/**
 * A page that may be listed. In order by tier, then named, then score, then ordinal. named is how much the query
 * is its title, times 4, and how much it is a heading, added up, less 16 for an older version.
 */
export interface Candidate { of: Result; page: number; passage: number; tier: number; score: number; exact: number; exactMatch?: boolean; named: number; all: boolean; counted: boolean }

export const compare = (a: Candidate, b: Candidate) => b.tier - a.tier || b.named - a.named || b.score - a.score || a.page - b.page || byText(a.of.e.m.lang, b.of.e.m.lang);

/** Result is one search in one language. */
export class Result extends Matches {
  candidates: Candidate[] = [];
  toCount: [page: number, failed?: Filter][] = []; // failed: the one filter that leaves the page out

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
      if (this.plan.work.spent || (s.part && !s.passages)) s.required = false; // it has no hits
    }
    const common = (s: QueryTerm) => !s.phrase && (s.stop || s.passages * this.limits.common > this.e.m.units);
    const words = this.plan.queryTerms.filter((s) => !s.part);
    const required = words.filter((s) => s.required && !common(s)).length;
    for (const s of this.plan.queryTerms) if (common(s) && required) s.required = false;
    this.question = required > this.limits.required || words.length >= this.limits.question;
    for (const g of this.plan.groups) await this.addGroup(g);
    for (const s of this.plan.queryTerms) if (s.phrase) for (const [u, impact] of s.hits) this.add(u, impact, s.bit);
    const pages = await this.collect(out);
    await this.rank(pages, filters, filters.length ? await (await rare()).passing(this.e, filters) : []);
    if (this.e.m.newest ?? this.e.m.linked) (await rare()).settle(this, filters);
  }

  private async collect(excluded: Set<number>): Promise<Candidate[]> {
    const best = new Map<number, number>();
    for (const u of this.passages) {
      const page = this.e.pageOf[u];
      const b = best.get(page);
      if (!(this.score[u] <= this.score[b!]) || (this.score[u] === this.score[b!] && u < b!)) best.set(page, u);
    }
    const bits = (of: "required" | "name" | "symbol") => this.plan.queryTerms.reduce((bits, s) => (s[of] ? bits | s.bit : bits), 0n);
    const [required, names, symbols] = [bits("required"), bits("name"), bits("symbol")];
    const cites = this.e.m.shards.c && this.query.parts.some((p) => p.kind === "mention" && !p.not);
    const named: Cited = cites ? await (await rare()).cited(this) : new Map();
    const out: Candidate[] = [];
    for (const page of this.plan.queryTerms.length ? new Set([...best.keys(), ...named.keys()].sort((a, b) => a - b)) : this.e.firstPassage.keys()) {
      if (excluded.has(page) || (this.matched[page] & symbols) !== symbols) continue;
      const b = best.get(page) ?? this.e.firstPassage[page];
      const name = named.get(page);
      const c: Candidate = { of: this, page, passage: b, tier: 0, score: this.score[b], exact: 0, named: 0, all: false, counted: false };
      c.all = !!name || (this.matched[page] & required) === required || ((this.matched[page] & names) === names && (this.titled.get(b) ?? 0) >= this.limits.name);
      if (c.all && !this.question) c.tier = 1;
      if (name) [c.tier, c.passage] = [2 + name.rank, name.passage];
      out.push(c);
    }
    return out;
  }

  private async rank(pages: Candidate[], filters: Filter[], passing: Set<number>[]): Promise<void> {
    const fallback = pages.some((c) => c.all) ? 0n : (await rare()).rarest(this);
    for (const c of pages) {
      c.counted = c.all || (fallback !== 0n && (this.matched[c.page] & fallback) !== 0n);
      const failed = filters.filter((f, i) => passing[i].has(c.page) === f.not);
      if (c.counted && failed.length <= 1) this.toCount.push([c.page, failed[0]]);
      if (!failed.length) this.candidates.push(c);
    }
  }

  /** bestPassages gives the passages that are shown of a page, best first; the one to which it leads before all. */
  bestPassages(c: Candidate): number[] {
    const rest = [...new Set(this.passages)].filter((u) => this.score[u] && this.e.pageOf[u] === c.page && u !== c.passage);
    return [c.passage, ...rest.sort((a, b) => this.score[b] - this.score[a] || a - b)].slice(0, this.limits.sections);
  }

  /** exact settles what puts the first pages in order anew: words as they were typed, and the query as a title or heading. */
  async exact(c: Candidate): Promise<void> {
    const { exactShare, record, reach, nearer } = this.limits;
    const near = this.bestPassages(c).filter((u) => u === c.passage || (c.tier < 2 && this.score[u] * reach >= c.score * (reach - 1)));
    const [held, headings] = await (this.e.m.titles ? (await rare()).written(this, near) : this.readTexts(near));
    const [url, title] = this.e.record(c.page);
    const written = new Set(held.concat(this.words(title)));
    for (const s of this.plan.queryTerms) if (!s.phrase && !s.stop && s.terms.length === 1 && written.has(s.text)) c.exact += (this.atBest(s) / exactShare) | 0; // stands there as it was typed
    c.exact += Math.max(this.score[c.passage], c.score - ((c.exact / nearer) | 0));
    const alike = Math.max(+(c.tier > 2), this.likeQuery(title));
    c.exactMatch = alike > 0;
    if (url.includes("#")) c.exact -= (c.score / record) | 0; // an entry of a list
    else c.named += 4 * alike;
    const alikes = headings.map((heading) => this.likeQuery(heading));
    const named = alikes.findIndex(Boolean);
    if (named >= 0) c.named += alikes[named];
    if (named > 0) [c.passage, c.score] = [near[named], this.score[near[named]]];
  }

  private words = (text: string) => this.l.tokens(text).map((t) => t.term);

  /** readTexts gives the words of the first of some passages, and the headings of all. */
  private async readTexts(passages: number[]): Promise<[held: string[], headings: string[]]> {
    const read = await Promise.all(passages.map((u) => this.e.passage(u)));
    return [this.words(read[0].slice(1).join("\n")), read.map((p) => p[1])];
  }

  /** likeQuery tells how much a title or heading, with its number or without, is the whole query: 3 letter for letter, 2 in the same words, 1 in their terms. */
  private likeQuery(name: string): number {
    const asked = this.plan.queryTerms.filter((s) => !s.name && !s.part).flatMap((s) => s.terms);
    const typed = this.query.parts.map((p) => p.text).join(" ");
    for (const n of [name, unnumbered(name)]) {
      if (asked.length && String(this.l.tokens(n).filter((t) => !t.parts).map((t) => this.l.term(t))) === String(asked)) return n === typed ? 3 : this.l.fold(n) === this.l.fold(typed) ? 2 : 1;
    }
    return 0;
  }
}
