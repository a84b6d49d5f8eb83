// Which passages hold what the query asks for, and how much each says of it, as ../match.go finds it.

import { type Engine, type Postings } from "./index";
import { Plan, type Group, type Hit, type QueryTerm } from "./plan";
import { rare } from "./rarely";
import type { Language } from "./text";

/** Matches are the passages that hold something of a query, with their scores. */
export class Matches {
  readonly plan: Plan;
  score: Int32Array;
  matched: bigint[]; // by page: terms of the query that it holds
  question = false; // too many words to put pages with all of them first
  passages: number[] = []; // with a score
  titled = new Map<number, number>(); // by passage: how much of its title the query says
  synonymOf = new Map<number, string>();
  readonly l: Language;
  readonly weights: Record<string, number>;
  readonly limits: Record<string, number>;

  constructor(readonly e: Engine) {
    this.l = e.l;
    ({ weights: this.weights, limits: this.limits } = e.m.rules);
    this.plan = new Plan(e);
    this.score = new Int32Array(e.m.units);
    this.matched = new Array(e.firstPassage.length).fill(0n);
  }

  hits({ passages, saturations }: Postings, idf: number, weight: number): Hit[] {
    const { steps, k1 } = this.limits;
    return passages.map((u, i) => [u, Math.floor((idf * saturations[i] * weight) / this.weights.full), Math.floor((saturations[i] * k1) / (10 * Math.max(1, steps - saturations[i])))]);
  }

  /** fetch gets what lookUp reads, so that the shards of several terms travel together. */
  async fetch(s: QueryTerm): Promise<void> {
    await Promise.all(s.terms.flatMap((t): Promise<unknown>[] => [this.e.postings(t), ...(s.phrase ? [this.e.shard("p", this.e.shardOf(t, "p"))] : [])]));
  }

  async lookUp(s: QueryTerm): Promise<void> {
    if (s.phrase) return (await rare()).lookUpPhrase(this, s);
    const lists = await Promise.all(s.terms.map((t) => this.e.postings(t)));
    if (!lists.every((p) => this.plan.work.take(p.passages.length))) return;
    const shared = this.e.idf(Math.max(...lists.map((p) => p.passages.length)), s.others);
    const best = new Map<number, Hit>();
    lists.forEach((list, i) => {
      const weight = i ? Math.floor((s.weight * this.weights.prefix) / this.weights.full) : s.weight;
      for (const hit of this.hits(list, shared, weight)) if (hit[1] > (best.get(hit[0])?.[1] ?? -1)) best.set(hit[0], hit);
    });
    s.hits = [...best.values()].sort((a, b) => a[0] - b[0]);
    s.passages = best.size;
  }

  /** atBest gives what a query term counts in a passage that says nothing else. */
  atBest(s: QueryTerm): number {
    return ((this.e.idf(s.passages, s.others) * this.limits.steps * s.weight) / this.weights.full) | 0;
  }

  add(u: number, impact: number, bit: bigint, titled = 0): void {
    if (!this.score[u]) this.passages.push(u);
    this.score[u] += impact;
    this.note(u, bit, titled);
  }

  /** note says which terms of the query a passage's page holds, and how much of its title they say. */
  note(u: number, bit: bigint, titled = 0): void {
    if (titled) this.titled.set(u, (this.titled.get(u) ?? 0) + titled);
    this.matched[this.e.pageOf[u]] |= bit;
  }

  async addGroup(g: Group): Promise<void> {
    if (g.synonyms.length) return (await rare()).addWidened(this, g);
    for (const s of g.queryTerms) for (const [u, impact, titled] of s.hits) this.add(u, impact, s.bit, titled);
  }
}
