// What a site of a few hundred pages says of them before any text is there, as ../webtitles.go writes it: the titles,
// which stand in the manifest, and in the shards of terms what puts pages in order.

import { facetsOf } from "./facets";
import { lines, numbers, type Engine } from "./index";
import type { Result } from "./rank";

/** readTitles gives an engine the records of its pages. */
export async function readTitles(e: Engine): Promise<void> {
  if (e.records.length) return;
  const [urls, titles, dates, translations] = e.m.titles!.map((column) => column.split("\n"));
  const { pages } = await facetsOf(e);
  urls.forEach((url, i) => (e.records[i] = [url, titles[i], dates[i], {}, translationsOf(e, url, translations[i])]));
  for (const [facet, values] of pages) for (const [value, list] of values) for (const page of list) (e.records[page][3][facet] ??= []).push(value);
}

function translationsOf({ m }: Engine, url: string, line: string) {
  if (line.startsWith("[")) return JSON.parse(line);
  const own = `/${m.lang}/`;
  const rest = url.startsWith(own) ? url.slice(own.length) : url.slice(1);
  return !line ? null : line.split(",").map((n) => {
    const lang = m.languages[parseInt(n)];
    return { lang, url: n.endsWith("/") ? "/" + rest : `/${lang}/${rest}` };
  });
}

/** How the words of a term are written; in which passage which of these forms is, by passage, six bits in each number. */
type Forms = [forms: string[], held: Map<number, number[]>];
interface Written { forms: Map<string, Forms>; headings: Map<number, string> }

const readOf = new WeakMap<object, Promise<Written>>(); // by shard

async function read(e: Engine, [terms, , , , written]: any): Promise<Written> {
  const forms = new Map<string, Forms>();
  const headings = new Map<number, string>();
  const bits = numbers(written[1]);
  const all = written[0].split("\n");
  for (const [i, t] of lines(terms).entries()) {
    const own: string[] = all[i].split(",");
    const { passages } = await e.postings(t);
    const each = own.length > 1 ? () => Array.from({ length: Math.ceil(own.length / 6) }, bits) : () => [1]; // one form stands in all
    forms.set(t, [own.map((f) => (f[0] === "=" ? f.slice(1) : t + f)), new Map(passages.map((u) => [u, each()]))]);
  }
  const next = numbers(written[3]);
  for (const h of lines(written[2])) for (const u of e.passagesOf(next)) headings.set(u, h);
  return { forms, headings };
}

/**
 * written gives, of the words of a query, those that stand in the text or the heading of the first of some passages, as
 * they are written there; and the headings of all these passages as far as they can be the query.
 */
export async function written({ e, plan }: Result, passages: number[]): Promise<[held: string[], headings: string[]]> {
  const held: string[] = [];
  const headings = passages.map(() => "");
  for (const s of plan.queryTerms) {
    for (const t of s.terms) {
      const shard = await e.shard("t", e.shardOf(t, "t"));
      if (!readOf.has(shard)) readOf.set(shard, read(e, shard));
      const own = await readOf.get(shard)!;
      const [forms, where] = own.forms.get(t) ?? [[]];
      const bits = where?.get(passages[0]);
      if (bits) held.push(...forms.filter((_, i) => (bits[Math.floor(i / 6)] >> i % 6) & 1));
      passages.forEach((u, i) => (headings[i] ||= own.headings.get(u) ?? ""));
    }
  }
  return [held, headings];
}
