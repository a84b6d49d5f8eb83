// What other pages say of where a page stands: its newest version, and those that are linked with it.

import { numbers } from "./index";
import type { Filter, Result } from "./rank";

/** settle puts the candidates where other pages want them. */
export function settle(r: Result, filters: Filter[]): void {
  if (r.e.m.newest && !filters.some((f) => f.facet.toLowerCase() === "version")) findOlder(r);
  if (r.e.m.linked) approach(r);
}

/** findOlder marks the candidates of which the newest version is one too, as ../rank.go does. */
function findOlder({ e, candidates }: Result): void {
  const next = numbers(e.m.newest!);
  const newest = e.firstPassage.map((_, page) => (page + next()) % e.firstPassage.length);
  const tiers = new Map(candidates.map((c) => [c.page, c.tier]));
  for (const c of candidates) if (newest[c.page] !== c.page && (tiers.get(newest[c.page]) ?? -1) >= c.tier) c.named = -16;
}

/** approach brings candidates nearer to the best that they are linked with, as ../linked.go does. */
function approach({ e, candidates, limits }: Result): void {
  const next = numbers(e.m.linked!);
  const linked = e.firstPassage.map(() => new Set<number>());
  for (const page of linked.keys()) {
    for (let n = next(), other = page; n > 0; n--) {
      linked[(other -= next())].add(page);
      linked[page].add(other);
    }
  }
  const before = candidates.map((c) => ({ ...c })).sort((a, b) => b.tier - a.tier || b.named - a.named || b.score - a.score || a.page - b.page);
  const best = before.slice(0, limits.linked);
  for (const c of candidates) {
    const near = best.find((b) => b.score > c.score && linked[b.page].has(c.page));
    if (near) c.score += Math.floor((near.score - c.score) / limits.nearer);
  }
}
