// The passage of a text that answers best, as ../excerpt.go picks it.

import { characters, ideograph, type Language } from "./text";

export interface Segment { text: string; match?: boolean }

/** excerpt picks the passage of text that holds most of the excerpt terms, and marks it. */
export function excerpt(l: Language, text: string, weight: Map<string, number>, names: string[][], nameWeight: number, limits: Record<string, number>): Segment[] {
  const all = l.tokens(text);
  if (!all.length) return [];
  const terms = all.map((t) => l.term(t));
  const hit = terms.map((t) => weight.get(t) ?? 0);
  const mark = (first: number, parts: number, w: number) => {
    for (let i = first; i < first + parts; i++) hit[i] = Math.max(hit[i], w);
  };
  for (const name of names) all.forEach((_, i) => name.every((t, j) => terms[i + j] === t) && mark(i, name.length, nameWeight));
  for (const c of l.compounds(text, all)) mark(c.first, c.parts, weight.get(c.term) ?? 0); // who typed dualuse is shown dual-use
  const han = terms.map((t, i) => (hit[i] && ideograph.test(t) ? characters(t) : 0));
  if (han.includes(2)) han.forEach((n, i) => n === 1 && (hit[i] = 0)); // words rather than their characters
  let [best, first, last] = [-1, 0, 0];
  for (let i = 0; i < all.length; i++) {
    if (i > 0 && !hit[i]) continue;
    let from = Math.max(0, i - limits.before);
    while (from > 0 && all[from - 1].start === all[from].start) from--;
    let [score, to] = [0, from];
    const seen = new Set<string>();
    for (; to < all.length && all[to].pos - all[from].pos < limits.excerpt; to++) {
      if (!hit[to]) continue;
      score += seen.has(terms[to]) ? 1 : 1 + hit[to];
      seen.add(terms[to]);
    }
    if (score > best) [best, first, last] = [score, from, to - 1];
  }
  const start = first ? all[first].start : 0;
  let end = last === all.length - 1 ? text.length : all[last].end;
  const out: Segment[] = [];
  const add = (s: string, match: boolean) => {
    if (!s) return;
    s = s.replaceAll("\n", " ");
    const before = out[out.length - 1];
    if (before && !!before.match === match) before.text += s;
    else out.push(match ? { text: s, match } : { text: s });
  };
  if (start > 0) add("… ", false);
  let at = start;
  for (let i = first; i <= last; i++) {
    if (!hit[i] || all[i].end <= at) continue;
    const from = Math.max(all[i].start, at);
    add(text.slice(at, from), false);
    add(text.slice(from, all[i].end), true);
    at = all[i].end;
  }
  end = Math.max(end, at); // a whole name may go on behind the part of it that is the last token
  add(text.slice(at, end), false);
  if (end < text.length) add(" …", false);
  return out;
}
