// What is wrong with a request, as ../refusal.go says it.

import type { Query } from "./query";
import { Refused, type Request } from "./search";
import { byText, characters } from "./text";

/** refusal tells why a request whose numbers or length do not fit cannot be answered. */
export function refusal({ query, page, size }: Request, limits: Record<string, number>): Refused {
  const value = String(page || 1);
  if (!wholeNumber.test(value)) return new Refused("not-a-number", { name: "page", value: shorten(value, limits.shown) });
  if (characters(query) > limits.query) return new Refused("query-long", { limit: limits.query });
  if ((Number(value) || 1) < 1) return new Refused("page-range");
  if (size && !(size >= 1 && size <= limits.maxSize)) return new Refused("size-range", { limit: limits.maxSize });
  return new Refused("too-deep", { limit: limits.depth });
}

const wholeNumber = /^[+-]?\d+$/;

/** shorten cuts what a person typed to a length that fits into a sentence. */
export function shorten(text: string, most: number): string {
  const letters = [...text];
  return letters.length > most ? letters.slice(0, most).join("") + "…" : text;
}

/** ignored lists the facets that were asked for and are not known. */
export const ignored = (asked: string[], known: string[], most: number) => asked.filter((name) => !known.includes(name)).sort(byText).map((name) => shorten(name, most));

/** unanswerable tells why a query cannot be answered that has too many values of filters, or nothing to look for. */
export function unanswerable({ parts }: Query, values: number, limits: Record<string, number>): Refused {
  return values ? new Refused("too-many-filters", { limit: limits.filters }) : new Refused(parts.length ? "only-exclusions" : "query-empty");
}
