// Names of the vocabulary, as ../vocabulary.go knows them.

import { lines, numbers, type Engine, type Name } from "./index";
import type { Matches } from "./match";
import type { Group, QueryTerm } from "./plan";

/** Where what a name names stands: the shard of t, and which it is there. */
type Place = [shard: number, n: number];

/** What was read so far: of shards, the names by their terms, joined, and the names of each thing that stands in a shard of t. */
interface Read { shards: Set<unknown>; names: Map<string, Place[]>; meanings: Name[][][] }

const readOf = new WeakMap<Engine, Read>();

async function read(e: Engine, group: string, n: number): Promise<Read> {
  let own = readOf.get(e);
  if (!own) readOf.set(e, (own = { shards: new Set(), names: new Map(), meanings: [] }));
  const shard = e.m.shards[group] ? await e.shard(group, n) : undefined;
  if (!shard || own.shards.has(shard)) return own;
  own.shards.add(shard);
  const [, , , , , names, of, others, hits] = shard;
  const place = numbers(of);
  for (const text of lines(names)) {
    const key = e.l.terms(text).join(" ");
    const shard = place();
    const before = own.names.get(key) ?? [];
    own.names.set(key, shard ? [...before, [shard - 1, place()]] : before);
  }
  const hit = numbers(hits);
  const all: Name[][] = [];
  for (const texts = lines(others); texts.length; ) all.push(Array.from({ length: hit() }, () => readName(e, texts.shift()!, hit)));
  if (group === "t") own.meanings[n] = all;
  return own;
}

function readName(e: Engine, text: string, next: () => number): Name {
  const terms = e.l.terms(text);
  const { weights } = e.m.rules;
  const hits = e.passagesOf(next).map((u): [number, number] => [u, 0]);
  let cost = 0;
  for (const _ of terms) {
    const df = next();
    const idf = e.idf(df);
    cost += df;
    for (const hit of hits) hit[1] += Math.floor((idf * next() * weights.synonym) / weights.full);
  }
  return { text, terms, cost, hits };
}

/** named finds the longest name at the front of terms: how many terms it has. */
export async function named(e: Engine, terms: string[]): Promise<number> {
  const longest = Math.min(e.m.longest!, terms.length);
  if (!longest) return 0;
  const { names } = await read(e, "t", e.shardOf(terms[0], "t"));
  if (!(await e.postings(terms[0])).passages.length) await read(e, "n", e.shardOf(terms[0], "n"));
  for (let n = longest; n > 0; n--) if (names.has(terms.slice(0, n).join(" "))) return n;
  return 0;
}

/** grouped puts terms of a query together that are one name, with the other names of what it names. */
export async function grouped(e: Engine, queryTerms: QueryTerm[]): Promise<Group[]> {
  const out: Group[] = [];
  for (let i = 0; i < queryTerms.length; ) {
    const length = await e.named(queryTerms.slice(i).map((s) => s.terms[0]));
    const name = queryTerms.slice(i, i + length);
    const question = length < queryTerms.length && !name.some((s) => !s.stop || s.capitals); // "who" among other words is no name
    const { compound } = queryTerms[i];
    const own = question || !length ? queryTerms.slice(i, i + (compound?.parts ?? 1)) : name;
    const synonyms = question || !length ? [] : await e.others(own.map((s) => s.terms[0]));
    if (compound?.parts === own.length) synonyms.unshift(await joined(e, compound.term));
    out.push({ queryTerms: own, synonyms });
    i += own.length;
  }
  return out;
}

/** others gives the other names of what a name, of which named has told, is one of. */
export async function others(e: Engine, name: string[]): Promise<Name[]> {
  const key = name.join(" ");
  const { names, meanings } = readOf.get(e)!;
  const places = names.get(key) ?? [];
  await Promise.all(places.map(([shard]) => read(e, "t", shard)));
  return places.flatMap(([shard, n]) => meanings[shard][n]).filter((o) => o.terms.join(" ") !== key);
}

// joined gives where the joined form of a compound stands, which counts as much as its parts.
async function joined(e: Engine, term: string): Promise<Name> {
  const { passages, saturations } = await e.postings(term);
  const idf = e.idf(passages.length);
  return { text: "", terms: [term], cost: passages.length, hits: passages.map((u, i) => [u, idf * saturations[i]]) };
}

/** addWidened adds what a group gives for which names stand too. */
export function addWidened(m: Matches, g: Group): void {
  const { pageOf } = m.e;
  const inGroup = new Map<number, number>();
  let all = 0n;
  let bound = 1; // what the words would count in a passage that says nothing else: no name counts more
  for (const s of g.queryTerms) {
    all |= s.bit;
    bound += m.atBest(s);
    for (const [u, impact, titled] of s.hits) {
      inGroup.set(u, (inGroup.get(u) ?? 0) + impact);
      m.note(u, s.bit, titled);
    }
  }
  const complete = new Set([...inGroup.keys()].map((u) => pageOf[u]).filter((page) => (m.matched[page] & all) === all));
  for (const synonym of g.synonyms) {
    if (!m.plan.work.take(synonym.cost)) continue;
    let most = bound;
    if (synonym.text) for (const [, impact] of synonym.hits) most = Math.max(most, impact);
    for (const [u, full] of synonym.hits) {
      const impact = ((full * bound) / most) | 0;
      const own = inGroup.get(u) ?? 0;
      if (!complete.has(pageOf[u]) && (impact > own || !m.synonymOf.get(u))) m.synonymOf.set(u, synonym.text);
      inGroup.set(u, Math.max(own, impact));
      m.note(u, all);
    }
  }
  for (const [u, impact] of inGroup) m.add(u, impact, 0n);
}
