// Texts and their parts that a query cites, as ../query/citation.go finds them, and the pages for them, as ../rank.go does.

import type { Mention, Pattern } from "./query";
import type { Result } from "./rank";
import { characters, ideograph, wordLike, type Language } from "./text";

/** Pages that are cited, each with the passage and its rank. */
export type Cited = Map<number, { passage: number; rank: number }>;

/** mentions finds the citations of a text. */
export function mentions(text: string, patterns: Pattern[], l: Language, link: number): Mention[] {
  const at: number[] = [];
  let plain = "";
  let i = 0;
  let spaced = false;
  for (const c of text) {
    if (c !== " " || !spaced) {
      const s = wordLike.test(c) || ideograph.test(c) ? l.fold(c) : c;
      for (let k = 0; k < s.length; k++) at.push(i);
      plain += s;
    }
    spaced = c === " ";
    i += c.length;
  }
  at.push(text.length);
  const all = patterns.flatMap((pattern) => [...plain.matchAll(new RegExp(pattern.match, "gu"))].map((m) => ({ pattern, m, from: m.index!, to: m.index! + m[0].length })));
  all.sort((a, b) => a.from - b.from || b.to - a.to);
  const out: Mention[] = [];
  let end = 0;
  for (const { pattern, m, from, to } of all) {
    if (from < end) continue;
    end = to;
    const expand = (template = "") => template.replace(/\$(\d+)/g, (_, n) => m[n] ?? "");
    const cite = (template?: string) => expand(template).toUpperCase().replaceAll("()", "");
    let found: Mention = { document: cite(pattern.document), part: cite(pattern.part), words: expand(pattern.words), start: at[from], end: at[to] };
    const before = out[out.length - 1];
    if (before && belongs(before, found, text, link)) {
      found = { document: before.document + found.document, part: before.part + found.part, words: before.words + " " + found.words, start: before.start, end: found.end };
      out.pop();
    }
    out.push(found);
  }
  return out;
}

function belongs(first: Mention, second: Mention, text: string, link: number): boolean {
  const between = text.slice(first.end, second.start);
  if (!first.part && !second.document) return /^[ ,;:\-–/]*$/.test(between);
  return !first.document && !second.part && characters(between) <= link && !/[.;:]/.test(between);
}

/** cited gives the pages that the query of a result cites. */
export async function cited({ e, query, plan, matched }: Result): Promise<Cited> {
  const out: Cited = new Map();
  const rows: [string, string, number, number][] = await e.shard("c", 0);
  const others = plan.queryTerms.reduce((bits, s) => (!s.mention && s.required && !s.stop ? bits | s.bit : bits), 0n);
  const prefer = e.m.prefer ?? "";
  const named = (document: string, part: string, rank: number, not = "\n") => {
    for (const [d, p, page, passage] of rows) {
      const have = out.get(page);
      if (p !== part || d === not || (document !== "\n" && d !== document) || (matched[page] & others) !== others) continue;
      if (!have || rank > have.rank || (rank === have.rank && passage < have.passage)) out.set(page, { passage, rank });
    }
  };
  for (const p of query.parts) {
    if (p.kind !== "mention" || p.not) continue;
    if (p.document) {
      named(p.document, p.part!, 1);
      if (p.part && !rows.some(([d, part]) => d === p.document && part === p.part)) named(p.document, "", 0); // which may hold the part under no name
    } else {
      named(prefer, p.part!, 1);
      named("\n", p.part!, 0, prefer);
    }
  }
  return out;
}
