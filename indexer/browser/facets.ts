// Filters by facets, and how many pages of an answer have each value.

import { numbers, type Engine } from "./index";
import type { Query } from "./query";
import type { Filter, Result } from "./rank";
import type { Answer } from "./search";
import { byText } from "./text";

/** The pages of every value of every facet, and what values are called, by facet and value in two lines. */
export interface Facets { pages: Map<string, Map<string, number[]>>; labels: Map<string, string> }

const readOf = new WeakMap<Engine, Promise<Facets>>();

/** facetsOf gives the pages of every value of every facet. */
export function facetsOf(e: Engine): Promise<Facets> {
  let got = readOf.get(e);
  if (!got) {
    readOf.set(e, (got = read(e)));
    got.catch(() => readOf.delete(e)); // the next search may have a better line
  }
  return got;
}

async function read(e: Engine): Promise<Facets> {
  const pages = new Map<string, Map<string, number[]>>();
  const labels = new Map<string, string>();
  if (!e.m.facets) return { pages, labels };
  const [table, data] = await e.shard("f", 0);
  const next = numbers(data);
  for (const facet of e.m.facets) {
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
}

/** passing gives, for each filter, the pages that have one of its values. */
export async function passing(e: Engine, filters: Filter[]): Promise<Set<number>[]> {
  const table = await facetsOf(e);
  return filters.map((f) => {
    const out = new Set<number>();
    for (const [facet, values] of table.pages) {
      if (facet.toLowerCase() !== f.facet.toLowerCase()) continue;
      for (const [value, pages] of values) if (f.values.some((v) => v.toLowerCase() === value.toLowerCase())) pages.forEach((p) => out.add(p));
    }
    return out;
  });
}

/** counted counts the pages of results that have each value, commonest first. */
export async function counted(results: Result[]): Promise<Answer["facets"]> {
  const labels = new Map<string, string>();
  const counts = new Map<string, Map<string, number>>();
  for (const r of results) await count(r, labels, counts);
  const out: Answer["facets"] = {};
  for (const [facet, values] of counts) {
    out[facet] = [...values].map(([value, count]) => ({ value, label: labels.get(facet + "\n" + value) || value, count }));
    out[facet].sort((a, b) => b.count - a.count || byText(a.value, b.value));
  }
  return out;
}

/** count adds the pages of a result to the counts of facet values. */
async function count({ e, toCount }: Result, labels: Map<string, string>, counts: Map<string, Map<string, number>>): Promise<void> {
  const { pages, labels: own } = await facetsOf(e);
  const passed = new Set<number>();
  const failing = new Map<number, Filter>();
  for (const [page, failed] of toCount) failed ? failing.set(page, failed) : passed.add(page);
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

/** filtersOf gathers the filters that were typed and those of the request: values of one facet widen, facets narrow. */
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

/** rarest gives the rarest word that any page holds: who holds it counts where no page holds all. */
export function rarest({ plan }: Result): bigint {
  const held = plan.queryTerms.filter((s) => s.passages > 0);
  return held.sort((a, b) => Number(!!b.required) - Number(!!a.required) || a.passages - b.passages)[0]?.bit ?? 0n;
}
