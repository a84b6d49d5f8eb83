// What counts of a long query, or of one with several phrases or exclusions. A short one counts whole.

import type { Part, Query } from "./query";
import { phraseTokens, type Language } from "./text";

/** cut gives what counts of a query: of its terms the first so many, every phrase and exclusion once, exclusions after all others. */
export function cut(query: Query, l: Language, limits: Record<string, number>): Query {
  const parts = query.parts.map((part) => ({ ...part }));
  let room = limits.slots;
  const seen = new Set<string>();
  const fit = (part: Part): boolean => {
    const all = part.kind === "phrase" || part.not ? phraseTokens(l.tokens(part.text)) : l.tokens(part.text);
    let terms = all.map((t) => l.term(t));
    if (part.kind !== "phrase" && !part.not) {
      const distinct = new Set<string>();
      part.long = new Set(terms).size > room;
      for (const [i, term] of terms.entries()) {
        if (part.long && l.stop.has(term)) continue;
        if (distinct.size === room && !distinct.has(term)) {
          part.text = part.text.slice(0, all[i].start);
          part.prefix = false;
          break;
        }
        distinct.add(term);
      }
      room -= distinct.size;
      return true;
    }
    const most = part.not ? limits.phrase : Math.min(limits.phrase, room);
    if (all.length > most) {
      terms = terms.slice(0, most);
      part.text = part.text.slice(0, all[most - 1].end);
    }
    const key = terms.join(" ") + (part.kind === "phrase" || terms.length > 1 ? '"' : "") + (part.not ? "-" : "");
    if (seen.has(key) || terms.length > room) return false;
    seen.add(key);
    room -= terms.length;
    return true;
  };
  const kept = new Set<Part>();
  for (const not of [false, true]) for (const part of parts) if (!!part.not === not && room > 0 && fit(part)) kept.add(part);
  return { ...query, parts: parts.filter((part) => kept.has(part)) };
}
