// Search in the browser, from the pack: what ../search.go, plan.go, query.go, cite.go, excerpt.go and text.go do,
// in the same steps and with the same names. It knows no weight and no limit of its own: all come with the pack's
// manifest (../pack.go). It touches no page; whoever loads it gives it a way to get shards.

import { parseStemmer } from "./stem";

export { matchLanguage } from "./language";

export interface Segment { text: string; match?: boolean }
export interface FoundSection { url: string; heading?: string; excerpt: Segment[] }
export interface Translation { lang: string; url: string }
export interface FoundPage {
  url: string; title: string; lang: string; date?: string; score: number; why?: string;
  direct?: boolean; facets?: Record<string, string[]>; translations?: Translation[]; sections: FoundSection[];
}
export interface Answer {
  query: string; lang: string; total: number; page: number;
  correction?: { shown: string; typed: string };
  pages: FoundPage[]; facets: Record<string, { value: string; label: string; count: number }[]>;
}
export interface Request {
  query: string; lang?: string; page?: number | string; size?: number;
  facets?: Record<string, string[]>; typing?: boolean; exact?: boolean;
}

interface Pattern { match: string; document?: string; part?: string; words?: string }
interface Rules {
  marks: [number, number][]; united: Record<string, string>; breve: number[]; stemmer?: string; stop?: string;
  quotes: Record<string, string>; link: number; weights: Record<string, number>; limits: Record<string, number>; idfSteps: number;
}
type PageRecord = [url: string, title: string, date: string, facets: Record<string, string[]>, translations: Translation[] | null];
export interface Manifest {
  format: number; lang: string; languages: string[]; default: string; hash: string; base?: string;
  units: number; pageUnits: string; shards: Record<string, number>; perText: number; heavy?: string; wordsFrom: string;
  facets?: string[]; inline?: Record<string, any[]>; pages?: PageRecord[]; rules: Rules;
  patterns?: Pattern[]; prefer?: string; names?: string[][];
}

/** The format of packs that this script reads. */
export const format = 2;

/** Gets the content of shard n of a group. */
export type Load = (group: string, n: number) => Promise<any>;

/** A request that cannot be answered as it stands: RequestError in ../refusal.go, where its codes are. */
export class Refused extends Error {
  constructor(readonly code: string, readonly params: Record<string, string | number> = {}) {
    super(code);
  }
}

interface Token { term: string; start: number; end: number; pos: number; cjk?: boolean }
interface Part { kind: "words" | "phrase" | "mention"; text: string; document?: string; part?: string; not?: boolean; prefix?: boolean }
interface Filter { facet: string; values: string[]; not: boolean }
interface Query { parts: Part[]; filters: { facet: string; value: string; not: boolean }[] }
interface Postings { units: number[]; saturations: number[] }
interface Slot {
  text: string; terms: string[]; weight: number; phrase?: boolean; required?: boolean; stop?: boolean; capitals?: boolean; mention?: boolean;
  hits: [unit: number, impact: number][]; units: number; bit: bigint;
}
interface Name { text: string; terms: string[] }
interface Group { slots: Slot[]; synonyms: { text: string; slots: Slot[] }[] }
interface Mention { document: string; part: string; words: string; start: number; end: number }
interface Ranked { of: Result; page: number; unit: number; tier: number; score: number; exact: number; all: boolean; counted: boolean }

const ideographs = "\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}";
const run = new RegExp(`[${ideographs}]+|(?:(?![${ideographs}])[\\p{L}\\p{N}\\p{M}\\p{Cf}])+`, "gu");
const ideograph = new RegExp(`^[${ideographs}]`, "u");
const wordLike = /^[\p{L}\p{N}\p{M}\p{Cf}]/u;
const symbols = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).filter((c) => !/["\\]/.test(c)).join("");
const values = Object.fromEntries([...symbols].map((c, i) => [c, i]));

/** numbers reads what numberWriter in ../pack.go wrote. */
function numbers(text: string): () => number {
  let at = 0;
  const digits = (v: number, count: number) => {
    while (count--) v = v * 93 + values[text[at++]];
    return v;
  };
  return () => {
    const v = values[text[at++]];
    if (v < 64) return v;
    if (v < 88) return 64 + digits(v - 64, 1);
    if (v < 92) return 2296 + digits(v - 88, 2);
    return digits(0, 4);
  };
}

const characters = (s: string) => [...s].length;
const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const hasDigit = (s: string) => /[0-9]/.test(s);

/** Language is words to terms for one language. */
export class Language {
  stop: Set<string>;
  private stem: (word: string) => string;
  private stems = new Map<string, string>();

  constructor(private rules: Rules) {
    this.stem = rules.stemmer ? parseStemmer(rules.stemmer) : (w) => w;
    this.stop = new Set((rules.stop || "").split(" "));
  }

  fold(s: string): string {
    const out: string[] = [];
    let previous = "";
    for (const c of s.normalize("NFKC").toLowerCase().normalize("NFKD")) {
      if (this.dropped(c, previous)) continue;
      const to = this.rules.united[c];
      previous = to === undefined ? c : "";
      out.push(to ?? (c > "\x7f" && /\p{Nd}/u.test(c) ? String(digit(c)) : c));
    }
    return out.join("").normalize("NFC");
  }

  private dropped(c: string, previous: string): boolean {
    const code = c.codePointAt(0)!;
    if (c === "ـ" || /\p{Cf}/u.test(c)) return true;
    if (code === 0x306 && previous && this.rules.breve.includes(previous.codePointAt(0)!)) return false;
    return !wordLike.test(c) || this.rules.marks.some(([from, to]) => from <= code && code <= to);
  }

  private cutWord(word: string): string {
    const { word: most } = this.rules.limits;
    return word.length > most ? [...word].slice(0, most).join("") : word;
  }

  wholeWord(term: string): boolean {
    return characters(term) < this.rules.limits.word;
  }

  tokens(text: string): Token[] {
    const out: Token[] = [];
    let pos = 0;
    for (const m of text.matchAll(run)) {
      let start = m.index!;
      if (!ideograph.test(m[0])) {
        const term = this.cutWord(this.fold(m[0]));
        if (term) out.push({ term, start, end: start + m[0].length, pos: ++pos });
        continue;
      }
      const run = [...m[0]];
      run.forEach((c, i) => {
        const end = start + c.length;
        out.push({ term: this.fold(c), start, end, pos: ++pos, cjk: true });
        const next = run[i + 1];
        if (next) out.push({ term: this.fold(c + next), start, end: end + next.length, pos, cjk: true });
        start = end;
      });
    }
    return out;
  }

  term(t: { term: string; cjk?: boolean }): string {
    if (t.cjk) return t.term;
    let stem = this.stems.get(t.term);
    if (stem === undefined) this.stems.set(t.term, (stem = this.stem(t.term)));
    return stem;
  }

  terms(text: string): string[] {
    return this.tokens(text).map((t) => this.term(t));
  }
}

function digit(c: string): number {
  const code = c.codePointAt(0)!;
  let zero = code;
  while (zero > code - 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero--;
  return (code - zero) % 10;
}

/** mentions finds the citations of a text. */
export function mentions(text: string, patterns: Pattern[], l: Language, link: number): Mention[] {
  const at: number[] = [];
  let plain = "";
  let i = 0;
  let spaced = false;
  for (const c of text) {
    if (c !== " " || !spaced) {
      const s = wordLike.test(c) || ideograph.test(c) ? l.fold(c) : c;
      for (let k = 0; k < s.length; k++) at.push(i);
      plain += s;
    }
    spaced = c === " ";
    i += c.length;
  }
  at.push(text.length);
  const all = patterns.flatMap((pattern) => [...plain.matchAll(new RegExp(pattern.match, "gu"))].map((m) => ({ pattern, m, from: m.index!, to: m.index! + m[0].length })));
  all.sort((a, b) => a.from - b.from || b.to - a.to);
  const out: Mention[] = [];
  let end = 0;
  for (const { pattern, m, from, to } of all) {
    if (from < end) continue;
    end = to;
    const expand = (template = "") => template.replace(/\$(\d+)/g, (_, n) => m[n] ?? "");
    const cite = (template?: string) => expand(template).toUpperCase().replaceAll("()", "");
    let found: Mention = { document: cite(pattern.document), part: cite(pattern.part), words: expand(pattern.words), start: at[from], end: at[to] };
    const before = out[out.length - 1];
    if (before && belongs(before, found, text, link)) {
      found = { document: before.document + found.document, part: before.part + found.part, words: before.words + " " + found.words, start: before.start, end: found.end };
      out.pop();
    }
    out.push(found);
  }
  return out;
}

function belongs(first: Mention, second: Mention, text: string, link: number): boolean {
  const between = text.slice(first.end, second.start);
  if (!first.part && !second.document) return /^[ ,;:\-–/]*$/.test(between);
  return !first.document && !second.part && characters(between) <= link && !/[.;:]/.test(between);
}

/** parse reads a query. Every string is a valid one. */
export function parse(text: string, hasFacet: (name: string) => boolean, patterns: Pattern[], l: Language, rules: Rules): Query {
  const query: Query = { parts: [], filters: [] };
  const quotes = rules.quotes;
  let free = "";
  let s = text.replace(/\p{Cf}/gu, "").replace(/[\p{Cc}\p{Cs}\s\ufffd]/gu, " ").trim();

  const wordy = (t: string) => l.tokens(t).length > 0;
  const flush = () => {
    let from = 0;
    const words = (t: string) => {
      if (wordy((t = t.trim()))) query.parts.push({ kind: "words", text: t });
    };
    for (const m of mentions(free, patterns, l, rules.link)) {
      words(free.slice(from, m.start));
      query.parts.push({ kind: "mention", text: m.words.trim().split(/\s+/).join(" "), document: m.document, part: m.part });
      from = m.end;
    }
    words(free.slice(from));
    free = "";
  };
  const add = (part: Part) => {
    flush();
    if (wordy(part.text)) query.parts.push(part);
  };
  const filter = (not: boolean): boolean => {
    const colon = s.indexOf(":");
    const [name, value] = [s.slice(0, colon), s.slice(colon + 1)];
    if (colon < 0 || !value || name.includes(" ") || !hasFacet(name.toLowerCase())) return false;
    let found = value.split(" ", 1)[0];
    let rest = value.slice(found.length);
    const closing = quotes[value[0]];
    const end = closing ? value.indexOf(closing, 1) : -1;
    if (end >= 0) [found, rest] = [value.slice(1, end), value.slice(end + 1)];
    if (!found) return false;
    flush();
    query.filters.push({ facet: name.toLowerCase(), value: found, not });
    s = rest;
    return true;
  };

  let before = " "; // the character before s
  while (s) {
    const rest = s;
    next(before === " ");
    before = rest[rest.length - s.length - 1];
  }
  flush();
  return query;

  function next(spaced: boolean): void {
    if (s[0] === " ") {
      free += " ";
      s = s.slice(1);
      return;
    }
    const not = spaced && excludes(s, quotes);
    if (not) s = s.slice(1);
    const closing = quotes[s[0]];
    if (closing) {
      const end = s.indexOf(closing, 1);
      if (end >= 0) add({ kind: "phrase", text: s.slice(1, end).trim(), not });
      s = s.slice(end >= 0 ? end + 1 : 1);
      return;
    }
    if (filter(not)) return;
    let typed = s.split(" ", 1)[0];
    const quote = [...typed].findIndex((c) => c in quotes && c !== "”");
    if (quote > 0) typed = [...typed].slice(0, quote).join("");
    s = s.slice(typed.length);
    const word = typed.replace(/\*+$/, "");
    if (not) add({ kind: "words", text: word, not, prefix: word !== typed });
    else if (word !== typed && word) add({ kind: "words", text: word, prefix: true });
    else free += typed;
  }
}

/** excludes tells whether s begins with a hyphen that leaves pages out: not with two, nor before a letter said again and again as in -vvv. */
function excludes(s: string, quotes: Record<string, string>): boolean {
  const [word] = s.split(" ", 1);
  return /^[-−]/.test(word) && !/^.([a-z])\1+$/.test(word) && (/^.[\p{L}\p{N}]/u.test(word) || word[1] in quotes);
}

/** bounded gives what counts of a query: of its terms the first so many, every phrase and exclusion once, exclusions after all others. */
function bounded(query: Query, typing: boolean, l: Language, limits: Record<string, number>): Query {
  const parts = query.parts.map((part) => ({ ...part }));
  const last = parts[parts.length - 1];
  if (typing && last && last.kind !== "phrase" && !last.not) last.prefix = true;
  let room = limits.slots;
  const seen = new Set<string>();
  const fit = (part: Part): boolean => {
    const all = l.tokens(part.text);
    let terms = all.map((t) => l.term(t));
    if (part.kind !== "phrase" && !part.not) {
      const distinct = new Set<string>();
      for (const [i, term] of terms.entries()) {
        if (distinct.size === room && !distinct.has(term)) {
          part.text = part.text.slice(0, all[i].start);
          part.prefix = false;
          break;
        }
        distinct.add(term);
      }
      room -= distinct.size;
      return true;
    }
    const most = part.not ? limits.phrase : Math.min(limits.phrase, room);
    if (all.length > most) {
      terms = terms.slice(0, most);
      part.text = part.text.slice(0, all[most - 1].end);
    }
    const key = terms.join(" ") + (part.kind === "phrase" || terms.length > 1 ? '"' : "") + (part.not ? "-" : "");
    if (seen.has(key) || terms.length > room) return false;
    seen.add(key);
    room -= terms.length;
    return true;
  };
  const kept = new Set<Part>();
  for (const not of [false, true]) for (const part of parts) if (!!part.not === not && room > 0 && fit(part)) kept.add(part);
  return { ...query, parts: parts.filter((part) => kept.has(part)) };
}

/** Engine answers from the pack of one language. */
export class Engine {
  readonly l: Language;
  readonly pageOf: Int32Array;
  readonly firstUnit: number[] = [];
  private shards = new Map<string, Promise<any>>();
  private postingsOf = new Map<string, Postings>();
  private placesOf = new Map<string, number[][]>();
  private slips = new Map<string, string>();
  private names = new Map<string, { name: Name; names: Name[] }[]>();
  private longest = 0;
  private heavy: Map<string, number>;
  private records: PageRecord[];

  constructor(readonly m: Manifest, private load: Load) {
    this.l = new Language(m.rules);
    this.heavy = new Map((m.heavy ? m.heavy.split("\n") : []).map((t, i) => [t, i]));
    this.records = m.pages?.slice() ?? [];
    this.pageOf = new Int32Array(m.units);
    const next = numbers(m.pageUnits);
    for (let page = 0, u = 0; u < m.units; page++) {
      this.firstUnit.push(u);
      for (let n = next(); n > 0; n--) this.pageOf[u++] = page;
    }
    for (const group of m.names ?? []) {
      const names = group.map((text) => ({ text, terms: this.l.terms(text) }));
      for (const name of names) {
        const key = name.terms.join(" ");
        this.names.set(key, [...(this.names.get(key) ?? []), { name, names }]);
        this.longest = Math.max(this.longest, name.terms.length);
      }
    }
  }

  hasFacet = (name: string) => (this.m.facets ?? []).some((f) => f.toLowerCase() === name);

  shard(group: string, n: number): Promise<any> {
    const inline = this.m.inline?.[group];
    if (inline) return Promise.resolve(inline[n]);
    const key = group + n;
    let got = this.shards.get(key);
    if (!got) {
      this.shards.set(key, (got = this.load(group, n)));
      got.catch(() => this.shards.delete(key)); // the next search may have a better line
    }
    return got;
  }

  private async termShard(term: string, group: string): Promise<any> {
    const heavy = group === "t" ? this.heavy.get(term) : undefined;
    if (heavy !== undefined) return this.shard("h", heavy);
    const count = this.m.shards[group];
    if (!count) return ["", ""];
    let h = 2166136261;
    for (let i = 0; i < term.length; i++) h = Math.imul(h ^ term.charCodeAt(i), 16777619);
    return this.shard(group, (h >>> 0) % count);
  }

  async postings(term: string): Promise<Postings> {
    let found = this.postingsOf.get(term);
    if (found) return found;
    const [terms, data, slips] = await this.termShard(term, "t");
    const next = numbers(data);
    for (const t of terms.split("\n")) {
      const units: number[] = [];
      const count = terms ? next() : 0;
      for (let i = 0, u = 0; i < count; i++) units.push((u += next()));
      this.postingsOf.set(t, { units, saturations: units.map(next) });
    }
    for (const pair of slips ? slips.split("\n") : []) {
      const [word, meant] = pair.split(" ");
      this.slips.set(word, meant);
    }
    found = this.postingsOf.get(term) ?? { units: [], saturations: [] };
    this.postingsOf.set(term, found);
    return found;
  }

  /** places gives the positions of a term in each of its units. */
  async places(term: string): Promise<number[][]> {
    if (!this.placesOf.has(term)) {
      const [terms, data]: string[] = await this.termShard(term, "p");
      const next = numbers(data);
      for (const t of terms ? terms.split("\n") : []) {
        const { units } = await this.postings(t);
        this.placesOf.set(t, units.map(() => {
          const list: number[] = [];
          for (let more = 1; more; ) {
            const v = next();
            list.push(v >> 1);
            more = v & 1;
          }
          return list;
        }));
      }
    }
    return this.placesOf.get(term) ?? [];
  }

  /** words gives the written words from shard a to b, with their pages. */
  async words(a: number, b: number): Promise<[word: string, pages: number][]> {
    const shards = await Promise.all(Array.from({ length: Math.max(0, b - a) }, (_, i) => this.shard("w", a + i)));
    return shards.flatMap(([words, data]) => {
      const next = numbers(data);
      return (words as string).split("\n").map((w): [string, number] => [w, next()]);
    });
  }

  async begun(letters: string): Promise<string[]> {
    const first = this.m.wordsFrom.split("\n");
    const count = this.m.shards.w ?? 0;
    let a = 0;
    while (a + 1 < count && first[a + 1] <= letters) a++;
    let b = a + 1;
    while (b < count && first[b].startsWith(letters)) b++;
    const found = (await this.words(Math.min(a, count), Math.min(b, count))).filter(([w]) => w.startsWith(letters));
    found.sort((x, y) => y[1] - x[1] || byText(x[0], y[0]));
    return [...new Set(found.slice(0, this.m.rules.limits.expansions).map(([w]) => this.l.term({ term: w })))];
  }

  async correct(s: Slot, known: boolean): Promise<string> {
    const { limits, weights } = this.m.rules;
    if (known) return this.slips.get(s.text) ?? "";
    const length = characters(s.text);
    if (length < limits.correct || !this.l.wholeWord(s.text) || hasDigit(s.text)) return "";
    const words = await this.words(0, this.m.shards.w ?? 0);
    const typed = [...s.text];
    for (let e = 1; e <= (length >= limits.two ? 2 : 1); e++) {
      let best = "";
      let bestRank = 0;
      for (const [word, pages] of words) {
        if (Math.abs(word.length - s.text.length) > 2 * e || hasDigit(word) || !this.l.wholeWord(word) || !within(typed, [...word], e)) continue;
        const letters = [...word];
        let rank = typed[0] === letters[0] ? pages * weights.first : pages;
        if (letters.length === typed.length + 1 || exchanged(typed, letters)) rank *= weights.likely;
        if (rank > bestRank) [best, bestRank] = [word, rank];
      }
      if (best) return best;
    }
    return "";
  }

  /** named finds the longest name of the vocabulary at the front of terms. */
  named(terms: string[]): { others: Name[]; length: number } {
    for (let n = Math.min(this.longest, terms.length); n > 0; n--) {
      const found = this.names.get(terms.slice(0, n).join(" "));
      if (!found) continue;
      const these = found.map((f) => f.name);
      return { others: found.flatMap((f) => f.names.filter((o) => !these.includes(o))), length: n };
    }
    return { others: [], length: 0 };
  }

  /** record gives what is shown of a page; a unit of it must have been read before. */
  record(page: number): PageRecord {
    return this.records[page];
  }

  private groupsRead?: Promise<number[]>;

  /** group tells translations of one page by the same text. */
  async group(page: number): Promise<string> {
    if (!this.m.shards.g) return this.m.lang + page;
    const groups = await (this.groupsRead ??= this.shard("g", 0).then((data: string) => this.firstUnit.map(numbers(data))));
    return groups[page] ? String(groups[page]) : this.m.lang + page;
  }

  async unit(u: number): Promise<[page: number, id: string, heading: string, text: string]> {
    const { perText } = this.m;
    const [units, pages] = await this.shard("x", Math.floor(u / perText));
    for (const [ordinal, record] of pages) this.records[ordinal] = record;
    return units[u % perText];
  }

  private facetsRead?: Promise<{ pages: Map<string, Map<string, number[]>>; labels: Map<string, string> }>;

  /** facets gives the pages of every value of every facet. */
  facets() {
    return (this.facetsRead ??= (async () => {
      const pages = new Map<string, Map<string, number[]>>();
      const labels = new Map<string, string>();
      if (!this.m.facets) return { pages, labels };
      const [table, data] = await this.shard("f", 0);
      const next = numbers(data);
      for (const facet of this.m.facets) {
        const values = new Map<string, number[]>();
        for (const [value, label] of table[facet]) {
          const list: number[] = [];
          for (let n = next(), page = 0; n > 0; n--) list.push((page += next()));
          values.set(value, list);
          labels.set(facet + "\n" + value, label);
        }
        pages.set(facet, values);
      }
      return { pages, labels };
    })());
  }
}

/** intersect gives the places of a behind which, at a distance, a place of b is; both are in order. */
function intersect(a: number[], b: number[], distance: number): number[] {
  let j = 0;
  return a.filter((x) => {
    while (j < b.length && b[j] < x + distance) j++;
    return b[j] === x + distance;
  });
}

/** exchanged tells whether two neighbouring letters are all that differs. */
function exchanged(x: string[], y: string[]): boolean {
  const i = x.findIndex((c, j) => c !== y[j]);
  return x.length === y.length && i >= 0 && x[i] === y[i + 1] && x[i + 1] === y[i] && x.slice(i + 2).join() === y.slice(i + 2).join();
}

/** within tells whether b can be reached from a by so many insertions, deletions, substitutions and exchanges of neighbours. */
function within(a: string[], b: string[], most: number): boolean {
  if (Math.abs(a.length - b.length) > most) return false;
  let before: number[] = [];
  let last = b.map((_, j) => j + 1);
  last.unshift(0);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j], before[j - 2] + 1);
    }
    if (Math.min(...row) > most) return false;
    [before, last] = [last, row];
  }
  return last[b.length] <= most;
}

/** Result is one search in one language. */
class Result {
  slots: Slot[] = [];
  groups: Group[] = [];
  excluded: Slot[] = [];
  expanded = 0; // words that beginnings stand for so far
  typed: string[] = [];
  shown: string[] = [];
  score: Int32Array;
  matched: bigint[];
  question = false; // too many words to put pages with all of them first
  units: number[] = [];
  why = new Map<number, string>();
  ranked: Ranked[] = [];
  counts = new Map<string, Map<string, number>>();
  query: Query;
  readonly l: Language;
  readonly weights: Record<string, number>;
  readonly limits: Record<string, number>;

  constructor(readonly e: Engine, request: Request) {
    this.l = e.l;
    ({ weights: this.weights, limits: this.limits } = e.m.rules);
    this.score = new Int32Array(e.m.units);
    this.matched = new Array(e.firstUnit.length).fill(0n);
    this.query = bounded(parse(request.query, e.hasFacet, e.m.patterns ?? [], e.l, e.m.rules), !!request.typing, e.l, this.limits);
  }

  /** fetch asks for all shards that the query surely needs, so that they travel together. */
  fetch(filtered: boolean): void {
    const ask = (p: Promise<unknown>) => void p.catch(() => {});
    for (const part of this.query.parts) {
      const terms = this.l.terms(part.text);
      for (const t of terms) {
        ask(this.e.postings(t));
        if (part.kind === "phrase") ask(this.e.places(t));
      }
      for (let i = 0; i < terms.length; i++) for (const o of this.e.named(terms.slice(i)).others) for (const t of o.terms) ask(this.e.postings(t));
      if (part.kind === "mention" && this.e.m.shards.c) ask(this.e.shard("c", 0));
    }
    if (filtered) ask(this.e.facets());
  }

  async plan(exact: boolean, together: Engine[]): Promise<void> {
    for (const part of this.query.parts) {
      if (part.kind === "phrase") {
        const s = this.slot(part.text, this.l.terms(part.text), { phrase: true, required: true });
        (part.not ? this.excluded : this.slots).push(s);
        continue;
      }
      if (part.not) {
        const slots = await this.wordSlots(part, false, true, together);
        this.excluded.push(...(slots.length > 1 ? [this.slot(part.text, this.l.terms(part.text), { phrase: true })] : slots));
        continue;
      }
      const slots = await this.wordSlots(part, !!part.prefix, exact || part.kind === "mention", together);
      this.slots.push(...slots);
      this.group(slots);
    }
    this.slots.forEach((s, i) => (s.bit = 1n << BigInt(Math.min(i, this.limits.slots - 1))));
  }

  private slot(text: string, terms: string[], more: Partial<Slot> = {}): Slot {
    return { text, terms, weight: this.weights.full, hits: [], units: 0, bit: 0n, ...more };
  }

  private async wordSlots(part: Part, prefix: boolean, exact: boolean, together: Engine[]): Promise<Slot[]> {
    const all = this.l.tokens(part.text);
    const terms = all.map((t) => this.l.term(t));
    const named: boolean[] = [];
    for (let i = 0; i < all.length; i++) {
      const n = this.e.named(terms.slice(i)).length;
      for (let j = 0; j < n; j++) named[i + j] = true;
      i += Math.max(0, n - 1);
    }
    const out: Slot[] = [];
    for (const [i, t] of all.entries()) {
      const s = this.slot(t.term, [terms[i]], { required: true, mention: part.kind === "mention" });
      const typed = part.text.slice(t.start, t.end);
      s.capitals = typed === typed.toUpperCase();
      if (this.l.stop.has(terms[i])) Object.assign(s, { weight: this.weights.stop, stop: true });
      if (t.cjk) {
        s.required = characters(t.term) > 1 || ((i + 1 === all.length || all[i + 1].start !== t.start) && (i === 0 || all[i - 1].end !== t.end));
      } else {
        await this.open(s, prefix && i === all.length - 1, exact || !!named[i], together);
      }
      if (!out.some((o) => o.terms[0] === s.terms[0])) out.push(s);
    }
    return out;
  }

  private async open(s: Slot, prefix: boolean, exact: boolean, together: Engine[]): Promise<void> {
    const known = (await this.e.postings(s.terms[0])).units.length > 0;
    if (!known && !exact) {
      for (const o of together) if (o !== this.e && (await o.postings(o.l.term({ term: s.text }))).units.length) exact = true;
    }
    if (!this.l.wholeWord(s.text)) return; // all words that begin so have this term already
    if (prefix || (!known && !exact && !s.stop && characters(s.text) >= this.limits.prefix)) {
      const begun = await this.e.begun(s.text);
      const more = begun.filter((t) => t !== s.terms[0]).slice(0, this.limits.expanded - this.expanded);
      this.expanded += more.length;
      s.terms.push(...more);
      if ((prefix && known) || begun.length) return;
    }
    if (exact || s.stop) return;
    const better = await this.e.correct(s, known);
    if (!better) return;
    this.typed.push(s.text);
    this.shown.push(better);
    s.text = better;
    s.terms = [this.l.term({ term: better })];
  }

  private group(slots: Slot[]): void {
    for (let i = 0; i < slots.length; ) {
      const { others, length } = this.e.named(slots.slice(i).map((s) => s.terms[0]));
      const name = slots.slice(i, i + length);
      const question = length < slots.length && !name.some((s) => !s.stop || s.capitals); // "who" among other words is no name
      const own = question || !length ? slots.slice(i, i + 1) : name;
      const synonyms = (question ? [] : others).map(({ text, terms }) => ({ text, slots: terms.map((t) => this.slot(t, [t], { weight: this.weights.synonym })) }));
      this.groups.push({ slots: own, synonyms });
      i += own.length;
    }
  }

  private idf(df: number): number {
    return Math.round(this.e.m.rules.idfSteps * Math.log1p((this.e.m.units - df + 0.5) / (df + 0.5)));
  }

  private hits({ units, saturations }: Postings, idf: number, weight: number): [number, number][] {
    return units.map((u, i) => [u, Math.floor((idf * saturations[i] * weight) / this.weights.full)]);
  }

  private async lookUp(s: Slot): Promise<void> {
    if (s.phrase) return this.lookUpPhrase(s);
    const lists = await Promise.all(s.terms.map((t) => this.e.postings(t)));
    const shared = this.idf(Math.max(...lists.map((p) => p.units.length)));
    const best = new Map<number, number>();
    lists.forEach((list, i) => {
      const weight = i ? Math.floor((s.weight * this.weights.prefix) / this.weights.full) : s.weight;
      for (const [u, impact] of this.hits(list, shared, weight)) best.set(u, Math.max(best.get(u) ?? 0, impact));
    });
    s.hits = [...best].sort((a, b) => a[0] - b[0]);
    s.units = best.size;
  }

  private async lookUpPhrase(s: Slot): Promise<void> {
    const lists = await Promise.all(s.terms.map((t) => this.e.postings(t)));
    const places = await Promise.all(s.terms.map((t) => this.e.places(t)));
    let starts = new Map<number, number[]>();
    let offset = 0;
    s.terms.forEach((t, i) => {
      const here = new Map<number, number[]>();
      lists[i].units.forEach((u, k) => {
        const at = places[i][k] ?? [];
        const list = i ? intersect(starts.get(u) ?? [], at, offset) : at.filter((p) => p > 0);
        if (list.length) here.set(u, list);
      });
      starts = here;
      const next = s.terms[i + 1];
      if (!(ideograph.test(t) && characters(t) === 1 && next?.startsWith(t) && characters(next) === 2)) offset++;
    });
    const sum = new Map([...starts.keys()].sort((a, b) => a - b).map((u) => [u, 0]));
    for (const list of lists) for (const [u, impact] of this.hits(list, this.idf(list.units.length), s.weight)) if (sum.has(u)) sum.set(u, sum.get(u)! + impact);
    s.hits = [...sum];
    s.units = sum.size;
  }

  async run(filters: Filter[]): Promise<void> {
    await Promise.all(this.slots.map((s) => this.lookUp(s)));
    const common = (s: Slot) => !s.phrase && (s.stop || s.units * this.limits.common > this.e.m.units);
    const required = this.slots.filter((s) => s.required && !common(s)).length;
    for (const s of this.slots) if (common(s) && required) s.required = false;
    this.question = required > this.limits.required;
    for (const g of this.groups) await this.addGroup(g);
    for (const s of this.slots) if (s.phrase) for (const [u, impact] of s.hits) this.add(u, impact, s.bit);
    const out = new Set<number>();
    for (const s of this.excluded) {
      await this.lookUp(s);
      for (const [u] of s.hits) out.add(this.e.pageOf[u]);
    }
    this.rank(await this.candidates(out), filters);
  }

  private add(u: number, impact: number, bit: bigint): void {
    if (!this.score[u]) this.units.push(u);
    this.score[u] += impact;
    this.matched[this.e.pageOf[u]] |= bit;
  }

  private async addGroup(g: Group): Promise<void> {
    const { pageOf } = this.e;
    if (!g.synonyms.length) {
      for (const s of g.slots) for (const [u, impact] of s.hits) this.add(u, impact, s.bit);
      return;
    }
    const inGroup = new Map<number, number>();
    let all = 0n;
    for (const s of g.slots) {
      all |= s.bit;
      for (const [u, impact] of s.hits) {
        inGroup.set(u, (inGroup.get(u) ?? 0) + impact);
        this.matched[pageOf[u]] |= s.bit;
      }
    }
    const complete = new Set([...inGroup.keys()].map((u) => pageOf[u]).filter((page) => (this.matched[page] & all) === all));
    for (const synonym of g.synonyms) {
      for (const [u, impact] of await this.together(synonym.slots)) {
        const own = inGroup.get(u) ?? 0;
        if (!complete.has(pageOf[u]) && (impact > own || !this.why.get(u))) this.why.set(u, synonym.text);
        inGroup.set(u, Math.max(own, impact));
        this.matched[pageOf[u]] |= all;
      }
    }
    for (const [u, impact] of inGroup) this.add(u, impact, 0n);
  }

  private async together(slots: Slot[]): Promise<[number, number][]> {
    await Promise.all(slots.map((s) => this.lookUp(s)));
    let sum: Map<number, number> | undefined;
    for (const s of slots) {
      const before = sum;
      sum = new Map(s.hits.filter(([u]) => !before || before.has(u)).map(([u, impact]) => [u, impact + (before?.get(u) ?? 0)]));
    }
    return [...(sum ?? [])].sort((a, b) => a[0] - b[0]);
  }

  private async candidates(excluded: Set<number>): Promise<Ranked[]> {
    const best = new Map<number, number>();
    for (const u of this.units) {
      const page = this.e.pageOf[u];
      const b = best.get(page);
      if (b === undefined || this.score[u] > this.score[b] || (this.score[u] === this.score[b] && u < b)) best.set(page, u);
    }
    const required = this.slots.reduce((bits, s) => (s.required ? bits | s.bit : bits), 0n);
    const named = await this.cited();
    const out: Ranked[] = [];
    for (const page of this.slots.length ? new Set([...best.keys(), ...named.keys()].sort((a, b) => a - b)) : this.e.firstUnit.keys()) {
      if (excluded.has(page)) continue;
      const b = best.get(page);
      const name = named.get(page);
      const c: Ranked = { of: this, page, unit: b ?? this.e.firstUnit[page], tier: 0, score: b === undefined ? 0 : this.score[b], exact: 0, all: false, counted: false };
      c.all = !!name || (this.matched[page] & required) === required;
      if (c.all && !this.question) c.tier = 1;
      if (name) [c.tier, c.unit] = [2 + name.rank, name.unit];
      out.push(c);
    }
    return out;
  }

  private async cited(): Promise<Map<number, { unit: number; rank: number }>> {
    const out = new Map<number, { unit: number; rank: number }>();
    const asked = this.query.parts.filter((p) => p.kind === "mention" && !p.not);
    if (!asked.length || !this.e.m.shards.c) return out;
    const rows: [string, string, number, number][] = await this.e.shard("c", 0);
    const others = this.slots.reduce((bits, s) => (!s.mention && s.required && !s.stop ? bits | s.bit : bits), 0n);
    const prefer = this.e.m.prefer ?? "";
    const named = (document: string, part: string, rank: number, not = "\n") => {
      for (const [d, p, page, unit] of rows) {
        const have = out.get(page);
        if (p !== part || d === not || (document !== "\n" && d !== document) || (this.matched[page] & others) !== others) continue;
        if (!have || rank > have.rank || (rank === have.rank && unit < have.unit)) out.set(page, { unit, rank });
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

  private rank(pages: Ranked[], filters: Filter[]): void {
    const fallback = pages.some((c) => c.all) ? 0n : this.rarest();
    const passing = filters.map((f) => this.passing(f));
    for (const c of pages) {
      c.counted = c.all || (fallback !== 0n && (this.matched[c.page] & fallback) !== 0n);
      const failed = filters.filter((f, i) => passing[i].has(c.page) === f.not);
      if (c.counted && failed.length <= 1) this.toCount.push([c.page, failed[0]]);
      if (!failed.length) this.ranked.push(c);
    }
  }

  private toCount: [page: number, failed?: Filter][] = [];
  private table?: Awaited<ReturnType<Engine["facets"]>>;

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
    const held = this.slots.filter((s) => s.units > 0);
    const pick = (slots: Slot[]) => slots.reduce<Slot | undefined>((r, s) => (!r || s.units < r.units ? s : r), undefined);
    return (pick(held.filter((s) => s.required)) ?? pick(held))?.bit ?? 0n;
  }

  correction(query: string): Answer["correction"] {
    if (!this.typed.length) return undefined;
    let shown = query;
    for (const t of this.l.tokens(query).reverse()) {
      const i = this.typed.indexOf(t.term);
      if (i >= 0) shown = shown.slice(0, t.start) + this.shown[i] + shown.slice(t.end);
    }
    return { shown, typed: query };
  }

  private bestUnits(c: Ranked): number[] {
    const rest: number[] = [];
    const end = this.e.firstUnit[c.page + 1] ?? this.e.m.units;
    for (let u = this.e.firstUnit[c.page]; u < end; u++) if (u !== c.unit && this.score[u] > 0) rest.push(u);
    rest.sort((a, b) => this.score[b] - this.score[a]);
    return [c.unit, ...rest].slice(0, this.limits.sections);
  }

  private sought(): { weight: Map<string, number>; names: string[][] } {
    const weight = new Map<string, number>();
    const meaning = this.slots.some((s) => !s.stop);
    for (const s of this.slots) {
      if (s.stop && meaning) continue;
      const w = (32 - Math.clz32(Math.floor(this.e.m.units / Math.max(1, s.units)))) * s.weight;
      for (const t of s.terms) weight.set(t, Math.max(weight.get(t) ?? 0, w, 1));
    }
    return { weight, names: this.groups.flatMap((g) => g.synonyms.map((s) => s.slots.map((x) => x.terms[0]))) };
  }

  /** exact gives what a page gains by the words that stand as they were typed in its title or its best unit. */
  async exact(c: Ranked): Promise<number> {
    const [, , heading, text] = await this.e.unit(c.unit);
    const held = new Set([this.e.record(c.page)[1], heading, text].flatMap((s) => this.l.tokens(s).map((t) => t.term)));
    const { steps, exactShare } = this.limits;
    let bonus = 0;
    for (const s of this.slots) {
      if (s.phrase || s.stop || s.terms.length !== 1 || !held.has(s.text)) continue;
      bonus += Math.floor(Math.floor((this.idf(s.units) * steps * s.weight) / this.weights.full) / exactShare);
    }
    return bonus;
  }

  /** direct tells whether a page is the very thing that the query names: by a citation of it, or by the whole of its title. */
  direct(c: Ranked): boolean {
    if (c.tier > 2) return true;
    const asked = this.slots.flatMap((s) => s.terms);
    const title = this.l.terms(this.e.record(c.page)[1]);
    return asked.length === title.length && asked.every((t, i) => t === title[i]);
  }

  /** show makes a page of an answer with its best section; more adds the others. */
  async show(c: Ranked): Promise<FoundPage> {
    const first = await this.section(c, c.unit);
    const [, title, date, facets, translations] = this.e.record(c.page);
    const base = this.e.m.base ?? "";
    const page: FoundPage = { url: this.url(c), title, lang: this.e.m.lang, score: c.score, sections: [first] };
    const why = this.why.get(c.unit);
    if (date) page.date = date;
    if (Object.keys(facets).length) page.facets = facets;
    if (why) page.why = why;
    if (translations?.length) page.translations = translations.map((t) => ({ lang: t.lang, url: base + t.url }));
    return page;
  }

  async more(c: Ranked, page: FoundPage): Promise<void> {
    for (const section of await Promise.all(this.bestUnits(c).slice(1).map((u) => this.section(c, u)))) {
      if (!page.sections.some((o) => o.url === section.url)) page.sections.push(section);
    }
  }

  private url(c: Ranked): string {
    return (this.e.m.base ?? "") + this.e.record(c.page)[0];
  }

  private async section(c: Ranked, u: number): Promise<FoundSection> {
    const [, id, heading, text] = await this.e.unit(u);
    const { weight, names } = this.sought();
    const section: FoundSection = { url: this.url(c) + (id ? "#" + id : ""), excerpt: excerpt(this.l, text, weight, names, this.weights.name, this.limits) };
    if (heading) section.heading = heading;
    return section;
  }
}

/** excerpt picks the passage of text that holds most of what is sought, and marks it. */
export function excerpt(l: Language, text: string, weight: Map<string, number>, names: string[][], nameWeight: number, limits: Record<string, number>): Segment[] {
  const all = l.tokens(text);
  if (!all.length) return [];
  const terms = all.map((t) => l.term(t));
  const hit = terms.map((t) => weight.get(t) ?? 0);
  for (const name of names) {
    for (let i = 0; i + name.length <= terms.length; i++) {
      if (name.every((t, j) => terms[i + j] === t)) name.forEach((_, j) => (hit[i + j] = Math.max(hit[i + j], nameWeight)));
    }
  }
  let [best, first, last] = [-1, 0, 0];
  for (let i = 0; i < all.length; i++) {
    if (i > 0 && !hit[i]) continue;
    let from = Math.max(0, i - limits.before);
    while (from > 0 && all[from - 1].start === all[from].start) from--;
    let [score, to] = [0, from];
    const seen = new Set<string>();
    for (; to < all.length && all[to].pos - all[from].pos < limits.excerpt; to++) {
      if (!hit[to]) continue;
      score += seen.has(terms[to]) ? 1 : 1 + hit[to];
      seen.add(terms[to]);
    }
    if (score > best) [best, first, last] = [score, from, to - 1];
  }
  const start = first ? all[first].start : 0;
  const end = last === all.length - 1 ? text.length : all[last].end;
  const out: Segment[] = [];
  const add = (s: string, match: boolean) => {
    if (!s) return;
    s = s.replaceAll("\n", " ");
    const before = out[out.length - 1];
    if (before && !!before.match === match) before.text += s;
    else out.push(match ? { text: s, match } : { text: s });
  };
  if (start > 0) add("… ", false);
  let at = start;
  for (let i = first; i <= last; i++) {
    if (!hit[i] || all[i].end <= at) continue;
    const from = Math.max(all[i].start, at);
    add(text.slice(at, from), false);
    add(text.slice(from, all[i].end), true);
    at = all[i].end;
  }
  add(text.slice(at, end), false);
  if (end < text.length) add(" …", false);
  return out;
}

/** wholeNumber reads a number of an address; 0 means 1. */
function wholeNumber(name: string, text: string, most: number): number {
  if (/^[+-]?\d+$/.test(text)) return Number(text) || 1;
  const letters = [...text];
  throw new Refused("not-a-number", { name, value: letters.length > most ? letters.slice(0, most).join("") + "…" : text });
}

function filtersOf(q: Query, chosen: Record<string, string[]>): Filter[] {
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

const compare = (a: Ranked, b: Ranked) => b.tier - a.tier || b.score - a.score || a.page - b.page || byText(a.of.e.m.lang, b.of.e.m.lang);

/**
 * search answers a request from one engine, or from several as one. The answer has its pages, each with its best
 * section; further sections and the counts of facets are there when complete is done.
 */
export async function search(engines: Engine[], request: Request): Promise<{ answer: Answer; complete: Promise<void> }> {
  const { limits } = engines[0].m.rules;
  const [number, size] = [wholeNumber("page", String(request.page || 1), limits.shown), request.size || limits.size];
  if (characters(request.query) > limits.query) throw new Refused("query-long", { limit: limits.query });
  if (number < 1) throw new Refused("page-range");
  if (size < 1 || size > limits.maxSize) throw new Refused("size-range", { limit: limits.maxSize });
  if (number > Math.floor(limits.depth / size)) throw new Refused("too-deep", { limit: limits.depth });
  const answer: Answer = { query: request.query, lang: request.lang ?? engines[0].m.lang, total: 0, page: number, pages: [], facets: {} };
  const results = engines.map((e) => new Result(e, request));
  for (const r of results) {
    const filters = filtersOf(r.query, request.facets ?? {});
    if (filters.reduce((n, f) => n + f.values.length, 0) > limits.filters) throw new Refused("too-many-filters", { limit: limits.filters });
    if (!r.query.parts.some((p) => !p.not) && !filters.length) throw new Refused(r.query.parts.length ? "only-exclusions" : "query-empty");
    r.fetch(filters.length > 0);
  }
  for (const r of results) {
    const filters = filtersOf(r.query, request.facets ?? {});
    await r.plan(!!request.exact, engines);
    if (filters.length) await r.readFacets();
    await r.run(filters);
    answer.correction ??= r.correction(request.query);
  }
  if (!answer.correction) delete answer.correction;
  let ranked = results.flatMap((r) => r.ranked).sort(compare);
  const all = ranked.some((c) => c.all);
  if (engines.length > 1) {
    const keys = await Promise.all(ranked.map((c) => c.of.e.group(c.page)));
    const seen = new Set<string>();
    ranked = ranked.filter((_, i) => !seen.has(keys[i]) && seen.add(keys[i]));
  }
  answer.total = ranked.filter((c) => c.counted && (!all || c.all)).length;
  const first = ranked.splice(0, limits.exactPages);
  await Promise.all(first.map(async (c) => (c.exact = c.score + (await c.of.exact(c)))));
  const direct = new Set(first.filter((c) => c.of.direct(c)));
  ranked.unshift(...first.sort((a, b) => b.tier - a.tier || Number(direct.has(b)) - Number(direct.has(a)) || b.exact - a.exact || compare(a, b)));
  const shown = ranked.slice((number - 1) * size, number * size);
  answer.pages = await Promise.all(shown.map((c) => c.of.show(c)));
  if (number === 1 && shown.length && direct.has(shown[0])) answer.pages[0].direct = true;
  const complete = (async () => {
    await Promise.all(shown.map((c, i) => c.of.more(c, answer.pages[i])));
    const labels = new Map<string, string>();
    const counts = new Map<string, Map<string, number>>();
    for (const r of results) await r.count(labels, counts);
    for (const [facet, values] of counts) {
      answer.facets[facet] = [...values].map(([value, count]) => ({ value, label: labels.get(facet + "\n" + value) || value, count }));
      answer.facets[facet].sort((a, b) => b.count - a.count || byText(a.value, b.value));
    }
  })();
  complete.catch(() => {}); // who waits for it is told
  return { answer, complete };
}
