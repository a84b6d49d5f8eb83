// Misspellings and their correction, as ../spell.go does it.

import type { Engine } from "./index";
import type { Result } from "./rank";
import type { Answer } from "./search";
import { characters, hasDigit } from "./text";

/** correction tells what was searched for in the place of words of the query. */
export function correction({ plan, l }: Result, query: string): Answer["correction"] {
  let shown = query;
  for (const t of l.tokens(query).reverse()) {
    const i = plan.typed.indexOf(t.term);
    if (i >= 0) shown = shown.slice(0, t.start) + plan.shown[i] + shown.slice(t.end);
  }
  return { shown, typed: query };
}

/** correct finds the word that was meant by one that stands nowhere; "" if there is none. */
export async function correct(e: Engine, text: string): Promise<string> {
  const { limits, weights } = e.m.rules;
  const length = characters(text);
  if (length < limits.correct || !e.l.wholeWord(text) || hasDigit(text)) return "";
  const words = await e.words(0, e.m.shards.w ?? 0);
  const typed = [...text];
  for (let edits = 1; edits <= (length >= limits.two ? 2 : 1); edits++) {
    let best = "";
    let bestRank = 0;
    for (const [word, pages] of words) {
      if (Math.abs(word.length - text.length) > 2 * edits || hasDigit(word) || !e.l.wholeWord(word) || !within(typed, [...word], edits)) continue;
      const letters = [...word];
      let rank = typed[0] === letters[0] ? pages * weights.first : pages;
      if (letters.length === typed.length + 1 || exchanged(typed, letters)) rank *= weights.likely;
      if (rank > bestRank) [best, bestRank] = [word, rank];
    }
    if (best) return best;
  }
  return "";
}

/** exchanged tells whether two neighbouring letters are all that differs. */
function exchanged(x: string[], y: string[]): boolean {
  const i = x.findIndex((c, j) => c !== y[j]);
  return x.length === y.length && i >= 0 && x[i] === y[i + 1] && x[i + 1] === y[i] && x.slice(i + 2).join() === y.slice(i + 2).join();
}

/** within tells whether b can be reached from a by so many insertions, deletions, substitutions and exchanges of neighbours. */
function within(a: string[], b: string[], most: number): boolean {
  if (Math.abs(a.length - b.length) > most) return false;
  let before: number[] = [];
  let last = b.map((_, j) => j + 1);
  last.unshift(0);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j], before[j - 2] + 1);
    }
    if (Math.min(...row) > most) return false;
    [before, last] = [last, row];
  }
  return last[b.length] <= most;
}
