// Where a phrase stands, as ../match.go finds it.

import { lines, numbers, type Engine } from "./index";
import type { Matches } from "./match";
import type { Budget, QueryTerm } from "./plan";
import { characters, hangul, ideograph } from "./text";

/** lookUpPhrase finds the passages in which the terms of a phrase stand side by side. */
export async function lookUpPhrase(m: Matches, s: QueryTerm): Promise<void> {
  const lists = await Promise.all(s.terms.map((t) => m.e.postings(t)));
  const sum = new Map((await sideBySide(m.e, s.terms, m.plan.work)).map((u) => [u, 0]));
  for (const list of lists) for (const [u, impact] of m.hits(list, m.e.idf(list.passages.length), s.weight)) if (sum.has(u)) sum.set(u, sum.get(u)! + impact);
  s.hits = [...sum].map(([u, impact]) => [u, impact, 0]);
  s.passages = sum.size;
}

/** sideBySide gives the passages in which terms stand so, in order; none when the budget is spent. */
export async function sideBySide(e: Engine, terms: string[], work: Budget): Promise<number[]> {
  const lists = await Promise.all(terms.map((t) => e.postings(t)));
  const positions = await Promise.all(terms.map((t) => places(e, t)));
  let starts = new Map<number, number[]>();
  let offset = 0;
  const found = terms.every((t, i) => {
    if (!work.take(positions[i].reduce((n, at) => n + (at[0] ? at.length : 0), 0))) return false;
    const here = new Map<number, number[]>();
    lists[i].passages.forEach((u, k) => {
      const at = positions[i][k] ?? [];
      const list = i ? intersect(starts.get(u) ?? [], at, offset) : at.filter((p) => p > 0);
      if (list.length) here.set(u, list);
    });
    starts = here;
    const next = terms[i + 1];
    if (!((ideograph.test(t) || hangul.test(t)) && characters(t) === 1 && next?.startsWith(t) && characters(next) === 2)) offset++;
    return true;
  });
  return found ? [...starts.keys()].sort((a, b) => a - b) : [];
}

/** places gives the positions of a term in each of its passages. */
async function places(e: Engine, term: string): Promise<number[][]> {
  if (!e.placesOf.has(term)) {
    const [terms, data] = await e.shard("p", e.shardOf(term, "p"));
    const next = numbers(data);
    for (const t of lines(terms)) {
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
      e.placesOf.set(t, lists);
    }
  }
  return e.placesOf.get(term) ?? [];
}

/** intersect gives the places of a behind which, at a distance, a place of b is; both are in order. */
function intersect(a: number[], b: number[], distance: number): number[] {
  let j = 0;
  return a.filter((x) => {
    while (j < b.length && b[j] < x + distance) j++;
    return b[j] === x + distance;
  });
}
