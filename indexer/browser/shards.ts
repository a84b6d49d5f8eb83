// Where the shards of a web index are. ../webindex.go tells how they are named and which of them holds a term.

import type { Manifest } from "./index";
import { byText } from "./text";

/** The format of web indexes that the scripts read. */
export const format = 5;

/** How many digits the name of a folder has after its group. */
export const folderSum = 6;

/** A shard: its folder, whose name is that of what stands in it, the shard's number in there, and its file. */
export interface Shard { group: string; folder: string; n: number; file: string }

export const lines = (text?: string): string[] => (text ? text.split("\n") : []);

/** termHash is 32-bit FNV-1a, as in ../webindex.go. */
export function termHash(term: string): number {
  let h = 2166136261;
  for (let i = 0; i < term.length; i++) h = Math.imul(h ^ term.charCodeAt(i), 16777619);
  return h >>> 0;
}

/** placeOf tells where a shard stands that is not in the manifest. */
export function placeOf({ lang, folders, perFolder }: Manifest, group: string, n: number): Shard {
  const at = Math.floor(n / perFolder) * folderSum;
  const folder = group + folders[group].slice(at, at + folderSum);
  n %= perFolder;
  return { group, folder, n, file: `${lang}/${folder}/${n}.js` };
}

/** firsts gives the word with which each shard of a group begins, if its words are in order. */
export const firsts = (m: Manifest, group: string): string[] | undefined => m.from[group]?.split("\n");

/** shardOf tells which shard of a group holds a term. */
export function shardOf(m: Manifest, term: string, group: string): number {
  const first = firsts(m, group);
  const heavy = group === "t" ? lines(m.heavy) : []; // these have the last shards
  const light = m.shards[group] - heavy.length;
  if (heavy.includes(term)) return light + heavy.indexOf(term);
  return first ? Math.max(0, first.filter((word) => byText(word, term) <= 0).length - 1) : termHash(term) % light;
}
