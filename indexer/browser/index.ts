// The index of one language, read from the shards of the web index: ../index.go and ../postings.go over other files.
// ../webindex.go tells what stands in them.

import type { Pattern } from "./query";
import { rare } from "./rarely";
import { folderSum, lines, placeOf, shardOf, type Shard } from "./shards";
import { Language, type Rules } from "./text";

export { lines, termHash } from "./shards";

export interface Translation { lang: string; url: string }
export type PageRecord = [url: string, title: string, date: string, facets: Record<string, string[]>, translations: Translation[] | null];
export interface Manifest {
  format: number; lang: string; languages: string[]; default: string; hash: string; folders: Record<string, string>; perFolder: number; base?: string;
  units: number; words: number; pageUnits: string; shards: Record<string, number>; texts: string; newest?: string; linked?: string; heavy?: string; from: Record<string, string>; longest?: number;
  facets?: string[]; inline?: Record<string, any[]>; pages?: PageRecord[]; titles?: string[]; rules: Rules;
  patterns?: Pattern[]; prefer?: string;
}

/** The format of web indexes that this script reads. */
export const format = 7;

/** Gets the content of a shard. */
export type Load = (shard: Shard) => Promise<any>;

export type Passage = [id: string, heading: string, text: string];
export interface Postings { passages: number[]; saturations: number[] }
/** A name of a term of the vocabulary, and where it stands; most is what it can weigh, if not what it weighs at best. */
export interface Name { text: string; terms: string[]; cost: number; hits: [passage: number, impact: number][]; most?: number }

/** numbers reads what numberWriter in ../webindex.go wrote. */
export function numbers(text: string): () => number {
  let at = 0;
  const digits = (v: number, count: number) => {
    while (count--) {
      const c = text.charCodeAt(at++);
      v = v * 93 + c - 32 - +(c > 34) - +(c > 92); // there is no " and no \
    }
    return v;
  };
  return () => {
    const v = digits(0, 1);
    if (v < 64) return v;
    if (v < 88) return 64 + digits(v - 64, 1);
    if (v < 92) return 2296 + digits(v - 88, 2);
    return digits(0, 4);
  };
}

/** starts reads counts and gives where each thing begins that they count, if they fit the whole. */
function starts(m: Manifest, counts: string): number[] {
  const out: number[] = [];
  const next = numbers(counts);
  let at = 0;
  for (let n = 0; at < m.units; at += n) {
    n = next();
    if (!(n >= 0)) break; // there are no more
    out.push(at);
  }
  return at === m.units ? out : damaged(m);
}

/** spread tells of each passage in which it is of the things that begin at starts. */
function spread(starts: number[], passages: number): Int32Array {
  const out = new Int32Array(passages);
  starts.forEach((first, n) => out.fill(n, first, starts[n + 1]));
  return out;
}

function damaged(m: Manifest): never {
  throw new Error(`the numbers in ${m.lang}.js do not fit together: build the site again and publish it whole`);
}

// check refuses a manifest before anything is counted or kept by its numbers.
function check(m: Manifest): void {
  const fits = ([group, n]: [string, number]) => (m.inline?.[group] ? m.inline[group].length === n : m.folders[group]?.length === Math.ceil(n / m.perFolder) * folderSum);
  if (![m.units, m.words, m.perFolder - 1, ...Object.values(m.shards)].every((n) => Number.isSafeInteger(n) && n >= 0) || !Object.entries(m.shards).every(fits)) damaged(m);
}

/** slotsOf tells which passage is in each slot, as passageSlots in ../webindex.go deals them out. */
function slotsOf(firstPassage: number[], passages: number): number[] {
  const out: number[] = [];
  let end = passages;
  for (const first of firstPassage.slice().reverse()) {
    let room = 2;
    while (room < end - first) room *= 2;
    for (let i = 0; i < room; i++) out.push(first + i);
    end = first;
  }
  return out;
}

/** Engine answers from the web index of one language. */
export class Engine {
  readonly l: Language;
  readonly pageOf: Int32Array;
  readonly firstPassage: number[]; // of each page
  private firstText: number[]; // passage of each shard of texts
  private textOf: Int32Array; // the shard of each passage
  private slots: number[]; // the passage in each
  private shards: Record<string, Promise<any>> = {}; // by file
  private postingsOf = new Map<string, Postings>();
  readonly placesOf = new Map<string, number[][]>(); // see phrase.ts
  readonly misspellings = new Map<string, string>();
  private termsRead = new Set<unknown>(); // shards
  readonly records: PageRecord[]; // that are known so far

  constructor(readonly m: Manifest, private load: Load) {
    check(m);
    this.l = new Language(m.rules);
    this.records = m.pages?.slice() ?? [];
    this.firstPassage = starts(m, m.pageUnits);
    this.firstText = starts(m, m.texts);
    if (m.shards.x !== this.firstText.length) damaged(m);
    this.slots = slotsOf(this.firstPassage, m.units);
    this.pageOf = spread(this.firstPassage, m.units);
    this.textOf = spread(this.firstText, m.units);
  }

  hasFacet = (name: string) => !!this.m.facets?.some((f) => f.toLowerCase() === name);

  async shard(group: string, n: number): Promise<any> {
    const inline = this.m.inline?.[group];
    if (inline) return inline[n];
    const shard = placeOf(this.m, group, n);
    const { file } = shard; // which shards that hold the same share
    return (this.shards[file] ??= this.load(shard).catch((problem) => {
      delete this.shards[file]; // the next search may have a better line
      throw problem;
    }));
  }

  shardOf(term: string, group: string): number {
    return shardOf(this.m, term, group);
  }

  async postings(term: string): Promise<Postings> {
    if (!this.postingsOf.has(term)) await this.readTerms(this.shardOf(term, "t"));
    return this.postingsOf.get(term) ?? { passages: [], saturations: [] };
  }

  private async readTerms(n: number): Promise<void> {
    const shard = await this.shard("t", n);
    if (this.termsRead.has(shard)) return;
    this.termsRead.add(shard);
    const [terms, data, saturations, misspellings] = shard;
    const [place, saturation] = [numbers(data), numbers(saturations)];
    for (const t of lines(terms)) {
      const passages = this.passagesOf(place);
      this.postingsOf.set(t, { passages, saturations: passages.map(saturation) });
    }
    for (const pair of lines(misspellings)) {
      const [word, meant] = pair.split(" ");
      this.misspellings.set(word, meant);
    }
  }

  /** passagesOf reads where postings stand. */
  passagesOf(next: () => number): number[] {
    let slot = 0;
    return Array.from({ length: next() }, () => this.slots[(slot += next())]);
  }

  /** idf gives the weight of a term that so many passages hold, with those of the other languages that are searched; see ../weight.go. */
  idf(df: number, [passages, of] = [0, 0]): number {
    df += passages;
    return Math.round(this.m.rules.idfSteps * Math.log1p((this.m.units + of - df + 0.5) / (df + 0.5)));
  }

  /** words gives the surface forms from shard a to b, with their pages. */
  async words(a: number, b: number): Promise<[word: string, pages: number][]> {
    const shards = await Promise.all(Array.from({ length: Math.max(0, b - a) }, (_, i) => this.shard("w", a + i)));
    return shards.flatMap(([words, data]) => {
      const next = numbers(data);
      return lines(words).map((w): [string, number] => [w, next()]);
    });
  }

  /** named finds the longest name of the vocabulary at the front of terms: how many terms it has, for others. */
  async named(terms: string[]): Promise<number> {
    return this.m.longest ? (await rare()).named(this, terms) : 0;
  }

  /** others gives the other names of what a name, of which named has told, is one of. */
  others = async (name: string[]): Promise<Name[]> => (await rare()).others(this, name);

  /** record gives what is shown of a page; a passage of it must have been read before. */
  record(page: number): PageRecord {
    return this.records[page];
  }

  async passage(u: number): Promise<Passage> {
    const n = this.textOf[u];
    const first = this.firstText[n];
    const rows: Passage[] = [];
    for (const [record, passages] of await this.shard("x", this.firstText.length - 1 - n)) {
      if (record) this.records[this.pageOf[first + rows.length]] = record;
      rows.push(...passages);
    }
    return rows[u - first];
  }
}
