// The index of one language, read from the shards of the web index: ../index.go and ../postings.go over other files.
// ../webindex.go tells what stands in them.

import type { Pattern } from "./query";
import { byText, Language, type Rules } from "./text";

export interface Translation { lang: string; url: string }
export type PageRecord = [url: string, title: string, date: string, facets: Record<string, string[]>, translations: Translation[] | null];
export interface Manifest {
  format: number; lang: string; languages: string[]; default: string; hash: string; folders: Record<string, string>; perFolder: number; base?: string;
  units: number; words: number; pageUnits: string; shards: Record<string, number>; perText: number; heavy?: string; from: Record<string, string>; longest?: number;
  facets?: string[]; inline?: Record<string, any[]>; pages?: PageRecord[]; rules: Rules;
  patterns?: Pattern[]; prefer?: string;
}

/** The format of web indexes that this script reads. */
export const format = 4;

/** termHash is 32-bit FNV-1a, as in ../webindex.go. */
export function termHash(term: string): number {
  let h = 2166136261;
  for (let i = 0; i < term.length; i++) h = Math.imul(h ^ term.charCodeAt(i), 16777619);
  return h >>> 0;
}

/** folderOf gives the folder of a shard; its name is that of what stands in it. */
export function folderOf(m: Manifest, group: string, n: number): string {
  const at = Math.floor(n / m.perFolder) * 8;
  return m.folders[group].slice(at, at + 8);
}

/** Gets the content of shard n of a group. */
export type Load = (group: string, n: number) => Promise<any>;

export interface Postings { passages: number[]; saturations: number[] }
/** Another name of a term of the vocabulary, and where it stands. */
export interface Name { text: string; terms: string[]; cost: number; hits: [passage: number, impact: number][] }

const symbols = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).filter((c) => !/["\\]/.test(c)).join("");
const values = Object.fromEntries([...symbols].map((c, i) => [c, i]));

/** numbers reads what numberWriter in ../webindex.go wrote. */
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

function damaged(m: Manifest): never {
  throw new Error(`the numbers in ${m.lang}.js do not fit together: build the site again, and publish it whole`);
}

// check refuses a manifest before anything is counted or kept by its numbers.
function check(m: Manifest): void {
  const whole = (n: number, least: number) => Number.isSafeInteger(n) && n >= least;
  if (![m.units, m.words, ...Object.values(m.shards)].every((n) => whole(n, 0)) || !whole(m.perText, 1) || !whole(m.perFolder, 1) ||
    (m.shards.x ?? 0) !== Math.ceil(m.units / m.perText) ||
    Object.keys(m.shards).some((group) => m.inline?.[group] ? m.inline[group].length !== m.shards[group] : m.folders[group]?.length !== Math.ceil(m.shards[group] / m.perFolder) * 8)) damaged(m);
}

/** Engine answers from the web index of one language. */
export class Engine {
  readonly l: Language;
  readonly pageOf: Int32Array;
  readonly firstPassage: number[] = [];
  private shards = new Map<string, Promise<any>>();
  private postingsOf = new Map<string, Postings>();
  private placesOf = new Map<string, number[][]>();
  readonly misspellings = new Map<string, string>();
  private names = new Map<string, Name[][]>(); // of a name's terms, joined: for each term of the vocabulary its other names
  private termsRead = new Set<unknown>(); // shards
  private heavy: Map<string, number>;
  private records: PageRecord[];

  constructor(readonly m: Manifest, private load: Load) {
    check(m);
    this.l = new Language(m.rules);
    this.heavy = new Map((m.heavy ? m.heavy.split("\n") : []).map((t, i) => [t, i]));
    this.records = m.pages?.slice() ?? [];
    const next = numbers(m.pageUnits);
    let u = 0;
    for (let n = 0; u < m.units; u += n) {
      n = next();
      if (!(n >= 0)) break; // there are no more
      this.firstPassage.push(u);
    }
    if (u !== m.units) damaged(m);
    this.pageOf = new Int32Array(u);
    this.firstPassage.forEach((first, page) => this.pageOf.fill(page, first, this.firstPassage[page + 1]));
  }

  /** firsts gives the word with which each shard of a group begins, if its words are in order. */
  firsts = (group: string) => this.m.from[group]?.split("\n");

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
    const count = this.m.shards[group];
    if (!count) return ["", ""];
    const firsts = this.firsts(group);
    if (firsts) return this.shard(group, Math.max(0, firsts.filter((first) => byText(first, term) <= 0).length - 1));
    return this.shard(group, termHash(term) % count);
  }

  async postings(term: string): Promise<Postings> {
    if (!this.postingsOf.has(term)) {
      const heavy = this.heavy.get(term);
      this.readTerms(heavy === undefined ? await this.termShard(term, "t") : await this.shard("h", heavy));
    }
    let found = this.postingsOf.get(term);
    if (!found) this.postingsOf.set(term, (found = { passages: [], saturations: [] }));
    return found;
  }

  private readTerms(shard: any): void {
    if (this.termsRead.has(shard)) return;
    this.termsRead.add(shard);
    const [terms, data, misspellings, names] = shard;
    const next = numbers(data);
    for (const t of terms.split("\n")) {
      const passages: number[] = [];
      const count = terms ? next() : 0;
      for (let i = 0, u = 0; i < count; i++) passages.push((u += next()));
      this.postingsOf.set(t, { passages, saturations: passages.map(next) });
    }
    for (const pair of misspellings ? misspellings.split("\n") : []) {
      const [word, meant] = pair.split(" ");
      this.misspellings.set(word, meant);
    }
    this.readNames(names);
  }

  private readNames(shard: any): void {
    if (!shard || this.termsRead.has(shard)) return;
    this.termsRead.add(shard);
    const number = numbers(shard.hits);
    const others: Name[] = shard.others.map((text: string) => {
      const cost = number();
      const passages: number[] = [];
      for (let n = number(), u = 0; n > 0; n--) passages.push((u += number()));
      return { text, terms: this.l.terms(text), cost, hits: passages.map((u) => [u, number()]) };
    });
    const of = numbers(shard.of);
    for (const text of shard.names.split("\n")) {
      const key = this.l.terms(text).join(" ");
      const same = shard.means[of()].map((i: number) => others[i]).filter((o: Name) => o.terms.join(" ") !== key);
      this.names.set(key, [...(this.names.get(key) ?? []), same]);
    }
  }

  /** idf gives the weight of a term that so many passages hold, with those of the other languages that are searched; see ../weight.go. */
  idf(df: number, [passages, of] = [0, 0]): number {
    df += passages;
    return Math.round(this.m.rules.idfSteps * Math.log1p((this.m.units + of - df + 0.5) / (df + 0.5)));
  }

  /** places gives the positions of a term in each of its passages. */
  async places(term: string): Promise<number[][]> {
    if (!this.placesOf.has(term)) {
      const [terms, data]: string[] = await this.termShard(term, "p");
      const next = numbers(data);
      for (const t of terms ? terms.split("\n") : []) {
        const lists: number[][] = [];
        for (let n = next(); n > 0; n--) {
          const list: number[] = [];
          for (let more = 1; more; ) {
            const v = next();
            list.push(v >> 1);
            more = v & 1;
          }
          lists.push(list);
        }
        this.placesOf.set(t, lists);
      }
    }
    return this.placesOf.get(term) ?? [];
  }

  /** words gives the surface forms from shard a to b, with their pages. */
  async words(a: number, b: number): Promise<[word: string, pages: number][]> {
    const shards = await Promise.all(Array.from({ length: Math.max(0, b - a) }, (_, i) => this.shard("w", a + i)));
    return shards.flatMap(([words, data]) => {
      const next = numbers(data);
      return (words as string).split("\n").map((w): [string, number] => [w, next()]);
    });
  }

  /** named finds the longest name of the vocabulary at the front of terms. */
  async named(terms: string[]): Promise<{ others: Name[]; length: number }> {
    const longest = Math.min(this.m.longest ?? 0, terms.length);
    if (longest) {
      this.readTerms(await this.termShard(terms[0], "t"));
      if (!(await this.postings(terms[0])).passages.length && this.m.shards.n) this.readNames(await this.termShard(terms[0], "n"));
    }
    for (let n = longest; n > 0; n--) {
      const found = this.names.get(terms.slice(0, n).join(" "));
      if (found) return { others: found.flat(), length: n };
    }
    return { others: [], length: 0 };
  }

  /** record gives what is shown of a page; a passage of it must have been read before. */
  record(page: number): PageRecord {
    return this.records[page];
  }

  private groupsRead?: Promise<number[]>;

  /** group tells translations of one page by the same text. */
  async group(page: number): Promise<string> {
    if (!this.m.shards.g) return this.m.lang + page;
    const groups = await (this.groupsRead ??= this.shard("g", 0).then((data: string) => this.firstPassage.map(numbers(data))));
    return groups[page] ? String(groups[page]) : this.m.lang + page;
  }

  async passage(u: number): Promise<[page: number, id: string, heading: string, text: string]> {
    const { perText } = this.m;
    const [passages, pages] = await this.shard("x", Math.floor(u / perText));
    for (const [ordinal, record] of pages) this.records[ordinal] = record;
    return passages[u % perText];
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
