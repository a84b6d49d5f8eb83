// Of the translations of one page, an answer in all languages lists one, as ../rank.go chooses it.

import { numbers, type Engine } from "./index";
import type { Candidate } from "./rank";

const groupsOf = new WeakMap<Engine, number[]>();

/** group tells translations of one page by the same text. */
async function group(e: Engine, page: number): Promise<string> {
  if (!e.m.shards.g) return e.m.lang + page;
  let groups = groupsOf.get(e);
  if (!groups) groupsOf.set(e, (groups = e.firstPassage.map(numbers((await e.shard("g", 0))[0]))));
  return groups[page] ? String(groups[page]) : e.m.lang + page;
}

/** foldTranslations leaves one page of those that are translations of one another: rather one that was not found by another name. They may be out of order. */
export async function foldTranslations(ranked: Candidate[]): Promise<Candidate[]> {
  const keys = await Promise.all(ranked.map((c) => group(c.of.e, c.page)));
  const place = new Map<string, number>();
  const kept: Candidate[] = [];
  const byName = (c: Candidate) => !!c.of.synonymOf.get(c.passage);
  ranked.forEach((c, i) => {
    const at = place.get(keys[i]);
    if (at === undefined) place.set(keys[i], kept.push(c) - 1);
    else if (c.tier === kept[at].tier && byName(kept[at]) && !byName(c)) kept[at] = c;
  });
  return kept;
}
