// Misspellings and their correction, as ../spell.go does it.

import type { Engine } from "./index";
import { sideBySide } from "./phrase";
import type { Budget } from "./plan";
import type { Result } from "./rank";
import type { Answer } from "./search";
import { characters } from "./text";

/** correction tells what was searched for in the place of words of the query. */
export function correction({ plan, l }: Result, query: string): Answer["correction"] {
  let shown = query;
  for (const t of l.tokens(query).reverse()) {
    const i = plan.typed.indexOf(t.term);
    if (i >= 0) shown = shown.slice(0, t.start) + plan.shown[i] + shown.slice(t.end);
  }
  return { shown, typed: query };
}

/** correct finds what was meant by a word that stands nowhere, a word or several that were typed as one; "" if there is nothing. */
export async function correct(e: Engine, text: string, work: Budget): Promise<string> {
  const { limits, weights } = e.m.rules;
  const length = characters(text);
  if (length < limits.correct || !e.l.wholeWord(text) || /^\d+$/.test(text)) return "";
  const words = await e.words(0, e.m.shards.w ?? 0);
  const typed = [...text];
  const neighbour = (edits: number) => {
    let best = "";
    let bestRank = 0;
    if (!/\d/.test(text)) for (const [word, pages] of words) {
      if (Math.abs(word.length - text.length) > 2 * edits || /\d/.test(word) || !e.l.wholeWord(word) || !within(typed, [...word], edits)) continue;
      const letters = [...word];
      let rank = typed[0] === letters[0] ? pages * weights.first : pages;
      if (letters.length === typed.length + 1 || exchanged(typed, letters)) rank *= weights.likely;
      if (rank > bestRank) [best, bestRank] = [word, rank];
    }
    return best;
  };
  const near = neighbour(1);
  if (near) return near;
  const cut = apart(typed, new Map(words));
  if (cut.includes(" ") && (await sideBySide(e, e.l.phraseTerms(cut), work)).length) return cut;
  return length < limits.two ? "" : neighbour(2);
}

/** apart cuts what was typed as one word into words that pages hold: as few as possible, and of these the ones of which the rarest is commonest. */
function apart(typed: string[], pagesOf: Map<string, number>): string {
  const best: [words: number, pages: number, text: string][] = [[0, Infinity, ""]]; // of the first so many letters
  for (let end = 1; end <= typed.length; end++) {
    for (let from = 0; from < end; from++) {
      if (!best[from]) continue;
      const word = typed.slice(from, end).join("");
      const words = best[from][0] + 1;
      const pages = Math.min(best[from][1], pagesOf.get(word) ?? 0);
      const have = best[end];
      if (pages && (!have || words < have[0] || (words === have[0] && pages > have[1]))) best[end] = [words, pages, `${best[from][2]} ${word}`.trim()];
    }
  }
  return best[typed.length]?.[2] ?? "";
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
