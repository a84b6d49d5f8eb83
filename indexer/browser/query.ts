// What a person typed, understood: ../query does the same, in the same steps and with the same names.

import { rare } from "./rarely";
import type { Language, Rules } from "./text";

export interface Pattern { match: string; document?: string; part?: string; words?: string }
export interface Part { kind: "words" | "phrase" | "mention"; text: string; document?: string; part?: string; not?: boolean; prefix?: boolean; long?: boolean }
export interface Query { parts: Part[]; filters: { facet: string; value: string; not: boolean }[] }
export interface Mention { document: string; part: string; words: string; start: number; end: number }

/** parse reads a query. Every string is a valid one. */
export async function parse(text: string, hasFacet: (name: string) => boolean, patterns: Pattern[], l: Language, rules: Rules): Promise<Query> {
  const mentions = patterns.length ? (await rare()).mentions : () => [];
  const query: Query = { parts: [], filters: [] };
  const quotes = rules.quotes;
  let free = "";
  let s = text.replace(/([א-ת])"([א-ת])/g, "$1״$2").replace(/(?!\u200b)\p{Cf}/gu, "").replace(/[\p{Cc}\p{Cs}\s\ufffd\u200b]/gu, " ").trim();

  const wordy = (t: string) => l.tokens(t).length > 0;
  const flush = () => {
    let from = 0;
    const words = (t: string) => {
      if (wordy((t = t.trim()))) query.parts.push({ kind: "words", text: t });
    };
    for (const m of mentions(free, patterns, l, rules.link)) {
      words(free.slice(from, m.start));
      query.parts.push({ kind: "mention", text: m.words.trim().split(/\s+/).join(" "), document: m.document, part: m.part });
      from = m.end;
    }
    words(free.slice(from));
    free = "";
  };
  const add = (part: Part) => {
    flush();
    if (wordy(part.text)) query.parts.push(part);
  };
  const filter = (not: boolean): boolean => {
    const colon = s.indexOf(":");
    const [name, value] = [s.slice(0, colon), s.slice(colon + 1)];
    if (colon < 0 || !value || name.includes(" ") || !hasFacet(name.toLowerCase())) return false;
    let found = value.split(" ", 1)[0];
    let rest = value.slice(found.length);
    const closing = quotes[value[0]];
    const end = closing ? value.indexOf(closing, 1) : -1;
    if (end >= 0) [found, rest] = [value.slice(1, end), value.slice(end + 1)];
    if (!found) return false;
    flush();
    query.filters.push({ facet: name.toLowerCase(), value: found, not });
    s = rest;
    return true;
  };

  let before = " "; // the character before s
  while (s) {
    const rest = s;
    next(before === " ");
    before = rest[rest.length - s.length - 1];
  }
  flush();
  return query;

  function next(spaced: boolean): void {
    if (s[0] === " ") {
      free += " ";
      s = s.slice(1);
      return;
    }
    const not = spaced && excludes(s, quotes);
    if (not) s = s.slice(1);
    const closing = quotes[s[0]];
    if (closing) {
      const end = s.indexOf(closing, 1);
      if (end >= 0) add({ kind: "phrase", text: s.slice(1, end).trim(), not });
      s = s.slice(Math.max(0, end) + 1);
      return;
    }
    if (filter(not)) return;
    let typed = s.split(" ", 1)[0];
    const quote = typed.split("").findIndex((c) => c in quotes && c !== "”");
    if (quote > 0) typed = typed.slice(0, quote);
    s = s.slice(typed.length);
    const word = typed.replace(/\*+$/, "");
    if (not || (word !== typed && word)) add({ kind: "words", text: word, not, prefix: word !== typed });
    else free += typed;
  }
}

/** excludes tells whether s begins with a hyphen that leaves pages out: not with two, nor before a single letter, once or again and again, as in -v and -vvv. */
function excludes(s: string, quotes: Record<string, string>): boolean {
  const [word] = s.split(" ", 1);
  return /^[-−](?!([a-z])\1*$)/.test(word) && (/^.[\p{L}\p{N}]/u.test(word) || word[1] in quotes);
}
