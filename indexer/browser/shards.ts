// Where the shards of a web index stand, and in which one a term does. Who asks for shards before the search's own
// script is there (early.ts) needs nothing else of it.

import type { Manifest } from "./index";
import { byText } from "./text";

/** termHash is 32-bit FNV-1a, as in ../webindex.go. */
export function termHash(term: string): number {
  let h = 2166136261;
  for (let i = 0; i < term.length; i++) h = Math.imul(h ^ term.charCodeAt(i), 16777619);
  return h >>> 0;
}

export const lines = (text?: string): string[] => (text ? text.split("\n") : []);

export const folderSum = 8; // digits

/** A shard: its folder, whose name is that of what stands in it, the shard's number in there, and its file. */
export interface Shard { group: string; folder: string; n: number; file: string }

/** placeOf gives where the shard of a number is. */
export function placeOf(m: Manifest, group: string, n: number): Shard {
  const at = Math.floor(n / m.perFolder) * folderSum;
  const folder = group + m.folders[group].slice(at, at + folderSum);
  n %= m.perFolder;
  return { file: `${m.lang}/${folder}/${n}.js`, group, n, folder };
}

/** firsts gives the word with which each shard of a group begins, if its words are in order; none otherwise. */
export const firsts = (m: Manifest, group: string) => lines(m.from[group]);

/** shardOf gives the number of the shard of a group in which a term stands, if it stands in any. */
export function shardOf(m: Manifest, term: string, group: string): number {
  const heavy = group === "t" ? lines(m.heavy) : []; // these have the last shards
  const light = m.shards[group] - heavy.length;
  const own = heavy.indexOf(term);
  if (own >= 0) return light + own;
  return m.from[group] != null ? Math.max(0, firsts(m, group).filter((f) => byText(f, term) <= 0).length - 1) : termHash(term) % light;
}
