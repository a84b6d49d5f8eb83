// A query in the terms of one index, as ../plan.go makes it.

import type { Engine, Name } from "./index";
import type { Part, Query } from "./query";
import { rare } from "./rarely";
import { firsts } from "./shards";
import { byText, characters, hangul, hasDigit, type Language } from "./text";

/** What one query term gives to one passage; titled is how much of its title the term is. */
export type Hit = [passage: number, impact: number, titled: number];
/** A word or phrase of the query and all that stands for it. */
export interface QueryTerm {
  text: string; terms: string[]; weight: number; phrase?: boolean; required?: boolean; stop?: boolean; capitals?: boolean; mention?: boolean; part?: boolean; name?: boolean; symbol?: boolean; compound?: { term: string; parts: number };
  hits: Hit[]; passages: number; bit: bigint; others: [passages: number, of: number];
}
export interface Group { queryTerms: QueryTerm[]; synonyms: Name[] }

/** bounded gives what counts of a query; see bounded.ts. */
export async function bounded(query: Query, typing: boolean, l: Language, limits: Record<string, number>): Promise<Query> {
  const { parts } = query;
  const last = parts[parts.length - 1];
  if (typing && last && last.kind !== "phrase" && !last.not) last.prefix = true;
  const long = parts.flatMap((part) => l.tokens(part.text)).length > limits.phrase;
  return long || parts.filter((part) => part.not || part.kind === "phrase").length > 1 ? (await rare()).cut(query, l, limits) : query;
}

/** beginning gives the words that begin with the letters, with their pages. */
export async function beginning(e: Engine, letters: string): Promise<[word: string, pages: number][]> {
  const first = firsts(e.m, "w");
  const count = e.m.shards.w ?? 0;
  let a = 0;
  while (a + 1 < count && byText(first[a + 1], letters) <= 0) a++;
  let b = a + 1;
  while (b < count && first[b].startsWith(letters)) b++;
  return (await e.words(Math.min(a, count), Math.min(b, count))).filter(([w]) => w.startsWith(letters));
}

/** expandPrefix lists the terms of the commonest words that begin with the letters. */
async function expandPrefix(e: Engine, letters: string): Promise<string[]> {
  const found = await beginning(e, letters);
  found.sort((x, y) => y[1] - x[1] || byText(x[0], y[0]));
  return [...new Set(found.slice(0, e.m.rules.limits.expansions).map(([w]) => e.l.term({ term: w })))];
}

/** Budget is what is left of the work for a query; see ../budget.go. */
export class Budget {
  spent = false;

  constructor(private left: number) {}

  take(cost: number): boolean {
    if (this.spent || cost > this.left) this.spent = true;
    else this.left -= cost;
    return !this.spent;
  }
}

/** Plan is a query in the terms of one language's index. */
export class Plan {
  queryTerms: QueryTerm[] = [];
  groups: Group[] = [];
  excluded: QueryTerm[] = [];
  typed: string[] = []; // words that were corrected
  shown: string[] = []; // what stands for them
  guesses: Budget;
  work: Budget;
  private expanded = 0; // words that beginnings stand for so far
  private readonly l: Language;
  private readonly weights: Record<string, number>;
  private readonly limits: Record<string, number>;

  constructor(private readonly e: Engine) {
    this.l = e.l;
    ({ weights: this.weights, limits: this.limits } = e.m.rules);
    this.guesses = new Budget(this.limits.guesses);
    this.work = new Budget(this.limits.work);
  }

  /** make turns a query, which is bounded, into terms. */
  async make(query: Query, exact: boolean, together: Engine[]): Promise<void> {
    this.guesses = new Budget(this.limits.guesses / together.length);
    this.work = new Budget(this.limits.work / together.length);
    for (const part of query.parts) {
      if (part.kind === "phrase") {
        const s = this.queryTerm(part.text, this.l.phraseTerms(part.text), { phrase: true, required: true });
        (part.not ? this.excluded : this.queryTerms).push(s);
        continue;
      }
      if (part.not) {
        const queryTerms = await this.wordTerms(part, false, true, together);
        this.excluded.push(...(queryTerms.length > 1 ? [this.queryTerm(part.text, this.l.phraseTerms(part.text), { phrase: true })] : queryTerms));
        continue;
      }
      const queryTerms = await this.wordTerms(part, !!part.prefix, exact || part.kind === "mention", together);
      this.queryTerms.push(...queryTerms);
      const widened = this.e.m.longest || queryTerms.some((s) => s.compound); // by other names
      this.groups.push(...(widened ? await (await rare()).grouped(this.e, queryTerms) : queryTerms.map((s) => ({ queryTerms: [s], synonyms: [] }))));
      const terms = this.l.phraseTerms(part.part ?? ""); // "3 (a)": in many languages an a stands everywhere
      if (terms.length > 1) this.queryTerms.push(this.queryTerm(part.part!, terms, { phrase: true, required: true, mention: true, part: true }));
    }
    this.queryTerms.forEach((s, i) => (s.bit = 1n << BigInt(Math.min(i, this.limits.slots - 1))));
  }

  private queryTerm(text: string, terms: string[], more: Partial<QueryTerm> = {}): QueryTerm {
    return { text, terms, weight: this.weights.full, hits: [], passages: 0, bit: 0n, others: [0, 0], ...more };
  }

  private async wordTerms(part: Part, prefix: boolean, exact: boolean, together: Engine[]): Promise<QueryTerm[]> {
    const all = this.l.tokens(part.text);
    const terms = all.map((t) => this.l.term(t));
    const named = terms.map(() => false);
    for (let i = 0; i < all.length; i++) {
      const n = await this.e.named(terms.slice(i));
      for (let j = 0; j < n; j++) named[i + j] = true;
      i += Math.max(0, n - 1);
    }
    const symbols = [...part.text.matchAll(/[a-z]+(?:\/[a-z0-9.]+)+/gi)];
    const symbol = all.map((t) => !t.parts && hasDigit(t.term) && symbols.some((m) => m.index! <= t.start && t.end <= m.index! + m[0].length));
    symbol.forEach((is, i) => is && (named[i] = true));
    const compounds = [];
    for (const c of this.l.compounds(part.text, all)) {
      if (!(await this.e.postings(c.term)).passages.length) continue;
      compounds.push(c);
      named.fill(true, c.first, c.first + c.parts);
    }
    const out: QueryTerm[] = [];
    const places: number[] = []; // of tokens in out
    let optional = 0; // up to this token words are parts of a name that pages hold whole
    for (const [i, t] of all.entries()) {
      if (t.parts) {
        if (!(await this.e.postings(terms[i])).passages.length) continue;
        optional = Math.max(optional, i + 1 + t.parts);
      }
      if (part.long && this.l.stop.has(terms[i])) continue;
      const s = this.queryTerm(t.term, [terms[i]], { required: !!t.parts || i >= optional, name: !!t.parts, symbol: symbol[i], mention: part.kind === "mention" });
      const typed = part.text.slice(t.start, t.end);
      s.capitals = typed === typed.toUpperCase();
      if (this.l.stop.has(terms[i])) Object.assign(s, { weight: this.weights.stop, stop: true });
      if (t.cjk) {
        const [before, next] = [all[i - 1], all[i + 1]];
        const last = hangul.test(t.term) && before?.end > t.start && before.start < t.start && !(next?.start < t.end); // with its particle
        s.required = !last && (characters(t.term) > 1 || (next?.start !== t.start && before?.end !== t.end));
      } else {
        await this.resolve(s, prefix && i === all.length - 1, exact || named[i], together);
      }
      for (const o of together) {
        if (o === this.e) continue;
        s.others[0] += (await o.postings(o.l.term({ term: s.text, cjk: t.cjk }))).passages.length;
        s.others[1] += o.m.units;
      }
      const again = out.find((o) => o.terms[0] === s.terms[0]);
      if (!again) places[i] = out.push(s) - 1;
      else if (all.length > this.limits.pasted && !s.stop && again.weight < this.limits.repeated * s.weight) again.weight += s.weight;
    }
    for (const c of compounds) {
      const at = places[c.first];
      if (all.slice(c.first, c.first + c.parts).every((_, i) => places[c.first + i] === at + i)) out[at].compound = c; // no part was said before
    }
    return out;
  }

  private async resolve(s: QueryTerm, prefix: boolean, exact: boolean, together: Engine[]): Promise<void> {
    const known = (await this.e.postings(s.terms[0])).passages.length > 0;
    if (!known && !exact) {
      for (const o of together) if (o !== this.e && (await o.postings(o.l.term({ term: s.text }))).passages.length) exact = true;
    }
    if (!this.l.wholeWord(s.text)) return; // all words that begin so have this term already
    if (prefix || (!known && !exact && !s.stop && characters(s.text) >= this.limits.prefix)) {
      if (!this.guesses.take(Math.floor(this.e.m.words / this.limits.beginning))) return;
      const expansions = await expandPrefix(this.e, s.text);
      const more = expansions.filter((t) => t !== s.terms[0]).slice(0, this.limits.expanded - this.expanded);
      this.expanded += more.length;
      s.terms.push(...more);
      if ((prefix && known) || expansions.length) return;
    }
    if (exact || s.stop || (!known && !this.guesses.take(this.e.m.words))) return;
    const better = known ? this.e.misspellings.get(s.text) : await (await rare()).correct(this.e, s.text);
    if (!better) return;
    this.typed.push(s.text);
    this.shown.push(better);
    s.text = better;
    s.terms = [this.l.term({ term: better })];
  }
}
